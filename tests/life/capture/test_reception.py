"""Foreign recording clients call a whole node over real sockets; the house opens what it kept."""

import signal
from pathlib import Path

import pytest

from talteen.clock import SystemClock
from talteen.engine.vault import bundle
from talteen.engine.vault.journals import Journals
from talteen.ids import IntakeKeyId
from talteen.life.capture.note import About
from talteen.life.seal import handover
from talteen.life.seal.acts import What
from talteen.register.models import Recording
from tests.kit import reception, sipp
from tests.kit.houses import Built
from tests.kit.nodes import caller_says
from tests.kit.processes import until
from tests.kit.reception import Reception

pytestmark = pytest.mark.django_db(transaction=True)


def kept(at: Reception) -> list[bytes]:
    """The packets of stream 1 of the only call, as the house opens them."""
    (ended,) = at.ended()
    assert ended.call is not None
    root = at.vault.root()
    seeds = {key.id: key.seed for key in root.intake}

    def seed_of(key: IntakeKeyId) -> bytes:
        return seeds[key]

    data = b"".join(bundle.bundle(Journals(at.folder.journals), ended.call))
    heard = bundle.heard(data, seed_of=seed_of, node_key=root.nodes[reception.NAME])
    return [packet for _, packet in heard.packets(1)]


@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_a_call_of_sipp_is_recorded_byte_for_byte(
    built: Built, tmp_path: Path, transport: str
) -> None:
    packets = caller_says()
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=(reception.prompt(),)
    ) as at:
        done = sipp.calls(at.port, tmp_path, packets, transport=transport)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        assert kept(at) == packets

        abouts = [note.about for note in at.notes()]
    assert abouts == [About.PROMISED, About.KEPT, About.ENDED]


def test_what_sipp_said_is_a_recording_of_the_house(built: Built, tmp_path: Path) -> None:
    real = reception.of_the_house()[0]
    with reception.reception(built.house.vault, tmp_path / "node", prompts=(real,)) as at:
        done = sipp.calls(
            at.port, tmp_path, caller_says(4.0), version="1", told_ms=real.length_ms or 0
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        (ended,) = at.ended()
        assert ended.call is not None
        key = at.offer(ended.call)

    outcome = handover.take_in(built.house.vault, key, SystemClock().now())

    assert outcome.what is What.RECORDED
    row = Recording.objects.get()
    assert (row.origin, row.agent.code, row.line.slug) == ("siprec", "a03", "rooms")
    assert 3_500 < row.length_ms < 6_000
    assert row.pk == ended.call


def test_kill_9_of_the_signaller_in_mid_call_loses_neither_the_call_nor_its_end(
    built: Built, tmp_path: Path
) -> None:
    """A restarted signaller answers the BYE of a call that it never saw begin."""
    packets = caller_says(6.0)
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=(reception.prompt(),), cold=True
    ) as at:
        with sipp.calling(at.port, tmp_path, packets) as client:
            reception.until_kept(at)
            reception.kill(at, "siprec")
            assert client.wait(60) == 0
        assert kept(at) == packets


def test_kill_9_of_the_ear_in_mid_call_loses_no_packet(built: Built, tmp_path: Path) -> None:
    packets = caller_says(6.0)
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=(reception.prompt(),)
    ) as at:
        with sipp.calling(at.port, tmp_path, packets) as client:
            reception.until_kept(at)
            reception.kill(at, "ear")
            assert client.wait(60) == 0
        assert kept(at) == packets


def test_a_node_that_drains_refuses_new_calls_and_ends_when_its_last_call_has_ended(
    built: Built, tmp_path: Path
) -> None:
    """What ``talteen capture --drain`` asks of it."""
    packets = caller_says(6.0)
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=(reception.prompt(),)
    ) as at:
        with sipp.calling(at.port, tmp_path, packets) as client:
            reception.until_kept(at)
            at.holder.send_signal(signal.SIGUSR1)
            until(lambda: reception.asked(at, "OPTIONS").startswith(b"SIP/2.0 503"), within_s=60)
            assert client.poll() is None, "the call still runs"
            refused = reception.asked(at, "INVITE")
            assert client.wait(60) == 0
        assert at.holder.wait(60) == 0, "nobody had to end it"
        assert kept(at) == packets

    assert refused.startswith(b"SIP/2.0 503")
    assert b"\r\nRetry-After: " in refused


def test_thirty_calls_at_once_are_all_accounted_for(built: Built, tmp_path: Path) -> None:
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=(reception.prompt(),), pairs=80
    ) as at:
        done = sipp.calls(at.port, tmp_path, caller_says(3.0), count=30, rate=20)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        ended = at.ended(30)
        promised = [note.call for note in at.notes() if note.about is About.PROMISED]

    assert sorted(map(str, promised)) == sorted(str(note.call) for note in ended)
    assert {note.fate for note in ended} == {"ended"}
    assert {note.packets for note in ended} == {150}
    assert {note.dropped for note in ended} == {0}

"""A call that says nothing of its announcement is kept when its sound says it, and only then."""

from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks import legs
from talteen.clock import SystemClock
from talteen.config.capture import CaptureSection
from talteen.demo import material
from talteen.engine import hunt
from talteen.engine.vault.journals import Journals
from talteen.life.capture import node_files
from talteen.life.capture.note import About, Fate
from talteen.life.seal import handover, telling
from talteen.life.seal.acts import What
from talteen.register.models import Recording
from tests.kit import reception, rtp, sipp
from tests.kit.builders import NOON
from tests.kit.houses import Built
from tests.kit.processes import until
from tests.kit.reception import Reception

pytestmark = pytest.mark.django_db(transaction=True)

FI = "announce.fi@1"
PROMPTS = Path(legs.DEMO) / "prompts"
SOUNDS = {FI: PROMPTS / "announce.fi.wav"}
BEFORE_S = 1
"""How long it rings before the prompt."""


@cache
def talk(seconds: int) -> legs.Samples:
    """What the agent says after the prompt."""
    call = legs.decoded(legs.DEMO / "calls" / "001-huonevaraus.agent.opus")
    return call[-seconds * 8_000 :].astype(np.int16)


def packets_of(prompt: legs.Samples, *, talk_s: int = 6) -> list[bytes]:
    """What the caller hears, in G.711 packets of 20 ms."""
    silence = np.zeros(BEFORE_S * 8_000, np.int16)
    sound = np.concatenate([silence, prompt, talk(talk_s)])
    payloads = rtp.encoded(sound, "pcm_alaw", rate=8_000, frame=160)
    return [one.data for one in rtp.spoken(payloads)]


def until_it_has_looked(at: Reception) -> None:
    """The node looks at its files in one go: once its ears follow the intake key, it has seen all
    that was written before."""
    known = at.folder.known
    until(known.exists, within_s=60)
    before = known.stat().st_mtime_ns
    node_files.write_intake(at.folder, node_files.read_intake(at.folder))
    until(lambda: known.stat().st_mtime_ns != before, within_s=60)


def journals_empty(at: Reception) -> bool:
    """Whether no bytes of media ever came onto the node's disk."""
    files = at.folder.journals.glob("*.journal")
    return Journals(at.folder.journals).recordings() == set() and not any(
        path.read_bytes()[32:].strip(b"\0") for path in files
    )


def node(built: Built, tmp_path: Path) -> AbstractContextManager[Reception]:
    return reception.reception(
        built.house.vault,
        tmp_path / "node",
        prompts=reception.of_the_house(),
        sounds=SOUNDS,
    )


def test_a_call_is_kept_from_the_end_of_a_prompt_that_the_node_learnt_while_it_ran(
    built: Built, tmp_path: Path
) -> None:
    prompt = legs.prompts()[FI]
    packets = packets_of(prompt)
    with reception.reception(built.house.vault, tmp_path / "node", prompts=()) as at:
        # What the worker of the house does at every sweep, once a version is published.
        told = CaptureSection(agents={"7103": "a03"}, fallback_line="rooms")
        assert telling.tell(at.folder, told, material.root() / material.REGISTER, NOON)
        until_it_has_looked(at)
        with sipp.calling(at.port, tmp_path, packets, announced=False) as client:
            assert client.wait(90) == 0
        (ended,) = at.ended()
        assert ended.call is not None
        assert [note.about for note in at.notes()] == [About.PROMISED, About.KEPT, About.ENDED]
        key = at.offer(ended.call)

    outcome = handover.take_in(built.house.vault, key, SystemClock().now())

    assert outcome.what is What.RECORDED
    row = Recording.objects.get()
    assert row.pk == ended.call
    assert (row.agent.code, row.line.slug, row.language) == ("a03", "rooms", "fi")
    # The talk of six seconds, give or take what the network of this machine delays.
    assert 5_500 < row.length_ms < 6_800
    first = (BEFORE_S * 8_000 + prompt.size) // 160
    assert len(packets) - first - 3 <= ended.packets <= len(packets) - first + 25


@pytest.mark.parametrize("played", ["half", "lookalike"])
def test_what_is_no_whole_prompt_keeps_nothing(built: Built, tmp_path: Path, played: str) -> None:
    prompt = legs.prompts()[FI]
    heard = prompt[: prompt.size // 2] if played == "half" else legs.lookalikes()[0]
    with node(built, tmp_path) as at:
        packets = packets_of(heard.astype(np.int16), talk_s=12)
        with sipp.calling(at.port, tmp_path, packets, announced=False) as client:
            assert client.wait(90) == 0
        (ended,) = at.ended()

        assert ended.fate == Fate.NOT_ANNOUNCED.value
        assert journals_empty(at)
        sound = {"first": packets[60][12:], "last": packets[-20][12:]}
        assert hunt.hunt(at.folder.path, sound) == []
        told = [note.reason for note in at.notes() if note.about is About.UNBELIEVED]
    assert told == (["heard"] if played == "half" else [])


def test_a_killed_signaller_knows_what_was_heard(built: Built, tmp_path: Path) -> None:
    packets = packets_of(legs.prompts()[FI], talk_s=12)
    with node(built, tmp_path) as at:
        with sipp.calling(at.port, tmp_path, packets, announced=False) as client:
            reception.until_kept(at)
            reception.kill(at, "siprec")
            assert client.wait(90) == 0
        (ended,) = at.ended()
        assert at.offer(ended.call)
    assert ended.fate == Fate.ENDED.value


def test_a_killed_listener_asks_again_and_the_call_is_kept(built: Built, tmp_path: Path) -> None:
    packets = packets_of(legs.prompts()[FI])
    with node(built, tmp_path) as at:
        with sipp.calling(at.port, tmp_path, packets, announced=False) as client:
            until(lambda: any(note.about is About.PROMISED for note in at.notes()), within_s=90)
            reception.kill(at, "process")
            assert client.wait(90) == 0
        (ended,) = at.ended()
    assert ended.fate == Fate.ENDED.value

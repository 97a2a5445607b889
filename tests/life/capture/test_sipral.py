"""sipral, a recording client of another maker and language, calls a whole node.

It plays a real call between two telephones of its own, and records it to us: over TCP in clear, and
over TLS with SRTP. The words that are said, and how the session runs, are all its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from talteen.clock import SystemClock
from talteen.config import CaptureSection
from talteen.demo import peer, telephone
from talteen.demo.peer import Placed, Wanted
from talteen.engine.vault import bundle
from talteen.engine.vault.journals import Journals
from talteen.engine.wire import rtp, sdes, srtp
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import told as node_told
from talteen.life.capture.console import Client
from talteen.life.capture.told import StreamTold
from talteen.life.seal import handover
from talteen.life.seal.acts import What
from talteen.register.models import Recording
from tests.kit import reception, speech
from tests.kit.houses import Built
from tests.kit.processes import until
from tests.kit.reception import Reception

pytestmark = pytest.mark.django_db(transaction=True)


@cache
def said(side: str) -> speech.Said:
    return speech.said(side, 3.0)


@pytest.fixture
def node(built: Built, tmp_path: Path) -> Iterator[Reception]:
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=reception.of_the_house()
    ) as at:
        yield at


@contextmanager
def recorded(node: Reception, folder: Path, **secure: object) -> Iterator[Placed]:
    """A call of a guest to room booking, told to be announced, from the moment when it is kept."""
    files = {side: folder / f"{side}.pcm" for side in ("caller", "agent")}
    for side, file in files.items():
        file.write_bytes(said(side).pcm)
    wanted = Wanted(
        server=f"127.0.0.1:{node.tls_port if secure.get('pin') else node.port}",
        caller="sip:+358505550147@operaattori.example",
        agent="sip:7103@keskus.example",
        sound=files,
        **secure,  # type: ignore[arg-type]
    )
    with peer.placed(wanted) as call:
        assert call.answer() == "recorded"
        announce(node)
        yield call


def announce(node: Reception) -> None:
    """What the house's exchange says by the console once the prompt was played."""
    prompt = reception.of_the_house()[0]
    end = datetime.now(UTC)
    start = end - timedelta(milliseconds=prompt.length_ms or 0)
    with Client(node.folder.path) as console:
        until(lambda: console.calls()["calls"])
        (call,) = console.calls()["calls"]
        console.say(
            "announcement",
            call["recording"],
            {
                "version": prompt.key.rpartition("@")[2],
                "language": prompt.language,
                "start": start.isoformat(),
                "end": end.isoformat(),
                "full": True,
            },
        )


def opened(node: Reception, call: RecordingId) -> dict[str, bytes]:
    """What the house finds under each label of a call: payloads in clear, one behind another."""
    root = node.vault.root()
    seeds = {key.id: key.seed for key in root.intake}

    def seed_of(key: IntakeKeyId) -> bytes:
        return seeds[key]

    data = b"".join(bundle.bundle(Journals(node.folder.journals), call))
    heard = bundle.heard(data, seed_of=seed_of, node_key=root.nodes[reception.NAME])
    told = node_told.read(heard.facts())
    assert told is not None
    return {one.label: b"".join(_payloads(heard, one)) for one in told.streams}


def _payloads(heard: bundle.Heard, told: StreamTold) -> Iterator[bytes]:
    packets = heard.packets(told.stream)
    slots = rtp.slots([packet for _, packet in packets], [at for at, _ in packets])
    keys = tuple(key for one in told.agreed for crypto in one.crypto for key in sdes.keys(crypto))
    for batch in srtp.Opened([slots], keys) if keys else [slots]:
        yield from (batch.bytes_of(row)[12:] for row in range(len(batch.arrival_ns)))


def test_a_spoken_call_is_recorded_byte_for_byte(
    built: Built, node: Reception, tmp_path: Path
) -> None:
    with recorded(node, tmp_path) as call:
        call.speak()
        call.hang_up()
    (ended,) = node.ended()
    assert ended.call is not None

    sound = opened(node, ended.call)
    assert said("agent").alaw in sound["1"]
    assert said("caller").alaw in sound["2"]

    outcome = handover.take_in(built.house.vault, node.offer(ended.call), SystemClock().now())
    assert outcome.what is What.RECORDED
    row = Recording.objects.get()
    assert (row.origin, row.agent.code, row.line.slug) == ("siprec", "a03", "rooms")


def test_over_tls_the_journal_holds_ciphertext_and_the_house_opens_it(
    built: Built, node: Reception, tmp_path: Path
) -> None:
    """Its own order begins with AES-256 in GCM; then what most exchanges offer."""
    for count, suites in enumerate(((), ("AES_CM_128_HMAC_SHA1_80",)), 1):
        with recorded(node, tmp_path, pin=node.pin, suites=suites) as call:
            call.speak()
            call.hang_up()
        ended = node.ended(count)[-1]
        assert ended.call is not None

        sound = opened(node, ended.call)
        assert said("agent").alaw in sound["1"], suites
        assert said("caller").alaw in sound["2"], suites


def test_its_own_rtcp_reads_our_reports_in_clear_and_secured(
    node: Reception, tmp_path: Path
) -> None:
    """It knows the way to us only from the times that our report repeats (RFC 3550 6.4.1)."""
    for secure in ({}, {"pin": node.pin}):
        with recorded(node, tmp_path, direct=True, **secure) as call:
            call.speak()
            call.hang_up()
        node.ended(2 if secure else 1)


def test_a_call_of_the_demo_arrives_over_sip_as_its_sidecar_tells_it(
    built: Built, node: Reception
) -> None:
    """What './run call' does, and what the demo does with the calls of today."""
    capture = CaptureSection(
        address="127.0.0.1",
        sip_port=node.port,
        peers=("127.0.0.0/8",),
        own_domains=("keskus.example",),
        agents={"7103": "a03"},
    )
    config = replace(built.house.config, capture=capture)

    telephone.ring(config, node.folder, "018-siirto", seconds=12)

    (ended,) = node.ended()
    assert ended.call is not None
    outcome = handover.take_in(built.house.vault, node.offer(ended.call), SystemClock().now())
    assert outcome.what is What.RECORDED
    row = Recording.objects.get()
    assert row.agent.code == "a03"
    assert 2_000 < row.length_ms < 4_500, "from the end of the announcement on"

"""The account of a soak: every packet that was spoken was kept, or is lost and told of, or lost
silently, also where nothing of a call was kept."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from benchmarks.accounts import Account, Callers, compare
from benchmarks.callers import Kind, Placed
from talteen import ids
from talteen.engine.vault.bundle import Generation, Heard
from talteen.engine.vault.journal import CALL_STREAM
from talteen.engine.vault.journal_bodies import Begin, Body, End, Fact, Gap, Why, media
from talteen.ids import RecordingId
from talteen.life.capture import told
from talteen.life.capture.facts import Direction
from talteen.life.capture.sidecar import Numbers, Sidecar, Source, SourceKind
from talteen.life.capture.told import CallTold

SPOKEN = 50
KILLED = Gap(Why.BEFORE_RESTART, 0, 10**9, 0)
NS = 20_000_000


def placed(kind: Kind = Kind.PLAIN) -> Placed:
    return Placed(kind, (7, 8), 200, ended=True, sent={7: SPOKEN, 8: SPOKEN})


def recorded(*bodies: tuple[int, Body], number: str = placed().number) -> Heard:
    """The recording of a call, with the facts that its node wrote."""
    sidecar = Sidecar(
        format=1,
        started_at=datetime(2026, 11, 30, tzinfo=UTC),
        direction=Direction.INBOUND,
        line="rooms",
        agents=("a00",),
        language="fi",
        source=Source(SourceKind.DIRECT),
        numbers=Numbers(number),
    )
    facts = [(CALL_STREAM, Fact(one)) for one in told.facts(CallTold(sidecar, ()))]
    every: Sequence[tuple[int, Body]] = [
        (CALL_STREAM, Begin(continues=False)),
        *facts,
        *bodies,
        (CALL_STREAM, End(1)),
    ]
    return Heard(RecordingId(ids.new()), (Generation(0, tuple(every), 0),))


def said(voice: int, numbers: Sequence[int]) -> tuple[int, Body]:
    packets = [
        (n * NS, b"\x80\x08" + n.to_bytes(2) + bytes(4) + voice.to_bytes(4)) for n in numbers
    ]
    return voice - 6, media(packets)


def account_of(heard: Heard | None, one: Placed) -> Account:
    account = Account()
    compare(account, heard, Callers([one]))
    return account


def counts(account: Account) -> tuple[int, int, int]:
    return account.kept, account.lost_and_told, account.lost_silently


ALL = range(SPOKEN)


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([said(7, ALL), said(8, ALL)], (100, 0, 0)),
        ([(CALL_STREAM, KILLED)], (0, 100, 0)),
        ([], (0, 0, 100)),
        ([said(7, ALL)], (50, 0, 50)),
        ([said(7, ALL), (2, KILLED)], (50, 50, 0)),
        ([said(7, ALL), said(8, ALL[:40]), (2, Gap(Why.DROPPED, 0, None, 4))], (90, 4, 6)),
    ],
    ids=["all", "none and told", "none", "one side", "one side and told", "some drops"],
)
def test_every_packet_that_was_spoken_has_one_fate(
    bodies: list[tuple[int, Body]], expected: tuple[int, int, int]
) -> None:
    account = account_of(recorded(*bodies), placed())

    assert counts(account) == expected
    assert (account.unexplained, account.too_many) == (0, 0)


def test_a_recording_of_nobody_who_called_is_not_explained() -> None:
    stranger = recorded((CALL_STREAM, KILLED), number="+358401234567")

    assert account_of(stranger, placed()).unexplained == 1


def test_what_the_other_voice_said_is_not_taken_for_what_is_missing() -> None:
    crossed = recorded(said(7, ALL), (2, said(7, ALL)[1]))

    account = account_of(crossed, placed())

    assert (account.too_many, account.lost_silently) == (SPOKEN, SPOKEN)

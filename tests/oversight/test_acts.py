"""A day balanced against a real register: what is kept of it, who is told, and what is answered."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import ids
from talteen.clock import helsinki_date
from talteen.demo import material
from talteen.ids import RecordingId
from talteen.life.capture import carrying
from talteen.life.capture.models import Notebook, Promise
from talteen.life.capture.note import About, Note
from talteen.notice.particulars import RegisterFile
from talteen.oversight import acts, alarms, days, drawers, handing, why
from talteen.oversight.alarms import Waiting, overdue
from talteen.oversight.balance.values import Accounted, Verdict
from talteen.oversight.models import DayBalance, LostCall
from talteen.oversight.records import mapping
from talteen.oversight.why import Because
from talteen.register import shelf
from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.states import Progress
from tests.kit import builders

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
HOUSE = mapping.read(
    'format = 1\n[lines]\nrecorded = { "+358505550170" = "rooms" }\n'
    '[agents]\nextensions = ["7101-7102"]\nstaff = { 7101 = "aino", 7102 = "tuomas" }'
)
HEAD = (
    "calldate,src,dst,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,uniqueid,did"
)


@pytest.fixture
def register() -> RegisterFile:
    """The register that the demo states."""
    return shelf.read(material.root() / material.REGISTER).register.file


def row(second: int, length: int, extension: str = "7101", *, key: str = "") -> str:
    """An incoming call that rang for ten seconds and was answered."""
    local = NOON + timedelta(hours=2, seconds=second)
    return (
        f"{local:%Y-%m-%d %H:%M:%S},0505550101,{extension},PJSIP/trunk-1,PJSIP/{extension}-2,Dial,"
        f"x,{length},{length - 10},ANSWERED,{key or second},0505550170"
    )


def file(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def balanced(
    raw: bytes, now: datetime, *, room: int = drawers.ROOM, each: acts.Each = lambda day, call: None
) -> list[acts.Balanced]:
    """As a program hands it over: in pieces."""
    with closing(handing.read([raw[:100], raw[100:]], HOUSE, Path("/tmp"), room)) as handed:
        return acts.balance(handed, HOUSE, now, each)


def recorded(second: int, length: int, *, name: str = "Aino") -> Recording:
    made = builders.recording(
        agent=builders.staff(name), started_at=NOON + timedelta(seconds=second)
    )
    Recording.objects.filter(pk=made.pk).update(
        announced_until=made.started_at + timedelta(seconds=10),
        length_ms=(length - 10) * 1000,
        marks=[],
    )
    return made


def test_a_call_is_matched_by_agent_line_and_time() -> None:
    kept = recorded(0, 300)

    calls: list[Accounted] = []
    [made] = balanced(
        file(row(0, 300), row(600, 100)), NOW, each=lambda day, call: calls.append(call)
    )

    assert made.balance.counts == {Verdict.RECORDED: 1, Verdict.LOST: 1}
    assert calls[0].recordings == (str(kept.pk),)


def test_what_is_kept_of_a_balance_holds_no_number() -> None:
    builders.line()
    balanced(file(row(0, 300)), NOW)

    stored = [
        *DayBalance.objects.values(),
        *LostCall.objects.values(),
        *OutgoingMessage.objects.values(),
    ]
    printed = json.dumps(stored, default=str)
    assert "5550101" not in printed
    assert "7101" not in printed
    assert "aino" not in printed


def test_the_same_file_twice_is_one_balance_and_one_loss() -> None:
    raw = file(row(0, 300))
    balanced(raw, NOW)
    balanced(raw, NOW + timedelta(hours=1))

    assert DayBalance.objects.count() == 1
    assert LostCall.objects.count() == 1


def test_a_loss_explains_itself_when_the_recording_turns_up() -> None:
    balanced(file(row(0, 300)), NOW)
    recorded(0, 300)

    balanced(file(row(0, 300)), NOW + timedelta(hours=1))

    assert LostCall.objects.get().explained_at == NOW + timedelta(hours=1)
    assert DayBalance.objects.get().counts == {"recorded": 1}


def test_a_lost_mark_makes_a_recording_partial_and_a_pause_does_not() -> None:
    lossy = recorded(0, 300)
    mark = {"kind": "lost", "start_ms": 60_000, "end_ms": 80_000}
    Recording.objects.filter(pk=lossy.pk).update(marks=[mark])
    paused = recorded(600, 300)
    pause = {"kind": "pause", "start_ms": 60_000, "end_ms": 80_000}
    Recording.objects.filter(pk=paused.pk).update(marks=[pause])

    calls: list[Accounted] = []
    balanced(file(row(0, 300), row(600, 300)), NOW, each=lambda day, call: calls.append(call))

    partial, whole = calls
    assert (partial.verdict, [gap.seconds for gap in partial.missing]) == (Verdict.PARTIAL, [20])
    assert whole.verdict is Verdict.RECORDED


def test_every_loss_is_told_of_once_to_those_who_answer_for_the_register(
    register: RegisterFile,
) -> None:
    balanced(file(row(0, 300), row(600, 100)), NOW)

    assert alarms.sound(register, NOW) == 2
    assert alarms.sound(register, NOW + timedelta(minutes=1)) == 0

    told = set(OutgoingMessage.objects.values_list("to", flat=True))
    assert told == {register.dpo.email, register.contact.email}
    assert all(row.alarmed_at - row.found_at <= alarms.WITHIN for row in LostCall.objects.all())  # type: ignore[operator]  # both are set


def test_what_is_waited_for_longer_than_five_minutes_is_overdue() -> None:
    since = NOW - timedelta(minutes=5)
    waiting = [Waiting("a", since), Waiting("b", since - timedelta(seconds=1))]

    assert [one.id for one in overdue(waiting, NOW)] == ["b"]


def test_a_call_that_ended_without_being_sealed_is_missed() -> None:
    waiting = recorded(0, 300)
    Recording.objects.filter(pk=waiting.pk).update(progress=Progress.CAPTURED.value)
    ended_at = NOON + timedelta(seconds=300)

    assert alarms.unsealed(ended_at + timedelta(minutes=5)) == ()
    [late] = alarms.unsealed(ended_at + timedelta(minutes=6))
    assert late.id == str(waiting.pk)


def test_a_silent_stream_is_told_of_once_an_hour_for_each_line(register: RegisterFile) -> None:
    def silent(line: str, minute: int) -> Note:
        call, at = RecordingId(ids.new()), NOON + timedelta(minutes=minute)
        return Note(About.SILENT, at, call, line, reason="caller")

    Notebook.objects.create(node="north")
    notes = [silent("rooms", 1), silent("rooms", 2), silent("spa", 3), silent("rooms", 61)]
    taken = carrying.take(
        "north",
        enumerate(notes, 1),
        mac_of=lambda call: call.bytes,
        captured=lambda call: None,
        silent=lambda note: alarms.silent(register, note),
    )

    assert taken == 4
    assert OutgoingMessage.objects.filter(to=register.contact.email).count() == 3
    first = OutgoingMessage.objects.filter(to=register.contact.email).first()
    assert first is not None
    assert "Soittajan ääntä ei tule." in first.body


def test_what_stands_unsealed_is_told_of_once_an_hour(register: RegisterFile) -> None:
    Promise.objects.create(
        mac=bytes(32),
        arrived_at=NOON,
        day=helsinki_date(NOON),
        line=builders.line(),
        outcome="capturing",
        recording=ids.new(),
        keep_until=NOW,
    )
    late = NOON + alarms.LONGEST + timedelta(minutes=6)

    alarms.sound(register, NOON + alarms.LONGEST)
    early = OutgoingMessage.objects.count()
    alarms.sound(register, late)
    alarms.sound(register, late + timedelta(minutes=1))

    assert (early, OutgoingMessage.objects.count()) == (0, 2)
    [answer] = why.why(NOON, "rooms")
    assert answer.because is Because.UNDERWAY


def test_why_tells_of_a_recording_with_its_versions_and_gaps() -> None:
    kept = recorded(0, 300)
    pause = {"kind": "pause", "start_ms": 60_000, "end_ms": 80_000}
    Recording.objects.filter(pk=kept.pk).update(marks=[pause])

    [answer] = why.why(NOON + timedelta(minutes=1), "rooms", agent="aino")

    assert (answer.because, answer.recording) == (Because.RECORDED, kept.pk)
    assert (answer.notice, answer.announcement) == (kept.notice_id, kept.announcement_id)
    assert [(gap.kind, gap.length_ms) for gap in answer.gaps] == [("pause", 20_000)]


def test_why_tells_the_outcome_of_a_promise_and_finds_it_by_its_digits() -> None:
    Promise.objects.create(
        mac=bytes(range(32)),
        arrived_at=NOON,
        day=helsinki_date(NOON),
        line=builders.line(),
        outcome="refused_at_prompt",
        keep_until=NOW,
    )

    [near] = why.why(NOON + timedelta(minutes=2), "rooms")
    asked = why.of_promise("00010203")

    assert near == asked
    assert (near.because, near.outcome) == (Because.NOT_KEPT, "refused_at_prompt")


def test_why_says_whether_anybody_looked_when_nothing_is_found() -> None:
    builders.line()
    before = why.why(NOON, "rooms")
    balanced(file(row(7200, 300)), NOW)
    after = why.why(NOON, "rooms")
    lost = why.why(NOON + timedelta(seconds=7200), "rooms")

    assert [one.because for one in before] == [Because.NOT_BALANCED]
    assert [one.because for one in after] == [Because.NOTHING_FOUND]
    assert [(one.because, one.outcome) for one in lost] == [(Because.LOST, "never_arrived")]


def test_the_share_is_rounded_down_so_that_a_hundred_means_all() -> None:
    DayBalance.objects.create(
        day=helsinki_date(NOON),
        source="cucm-cdr",
        counts={"recorded": 2999, "lost": 1, "lawful:internal": 500},
        orphans=0,
        unlawful=0,
        unreadable=0,
        made_at=NOW,
        sha256=bytes(32),
    )

    month = days.month(NOW)

    assert (month.recorded, month.due, month.tenths) == (2999, 3000, 999)

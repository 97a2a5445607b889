"""A recording exists from when its capture begins, and what becomes of it depends on what its node
said: on neither its order nor how often (REGISTER C, J10, 15.3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talteen import ids
from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.capture import begun, carrying
from talteen.life.capture.models import Notebook, Promise
from talteen.life.capture.note import About, Note
from talteen.life.destroy import days, doom
from talteen.life.use import calls
from talteen.life.use.rows import Standing
from talteen.life.use.sieve import Sieve
from talteen.oversight import register_side, today, why
from talteen.oversight.balance.values import Outcome
from talteen.oversight.records import mapping
from talteen.oversight.why import Because
from talteen.register.log import ledger, ledger_kinds
from talteen.register.models import Recording, Tally
from tests.kit import builders
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db

HOUSE = mapping.read('format = 1\n[lines]\nrecorded = { "+358505550170" = "rooms" }\n')
TOLD = timedelta(seconds=9)
BEGAN = NOON


@pytest.fixture(autouse=True)
def register() -> None:
    """What a node's note must find: a line, an agent, an announcement and a notice in force."""
    builders.recording(agent=builders.staff("Aino")).delete()


def promised(call: RecordingId, **more: object) -> Note:
    return replace(Note(About.PROMISED, BEGAN, call, "rooms", agent="aino"), **more)  # type: ignore[arg-type]


def kept(call: RecordingId, **more: object) -> Note:
    told = Note(
        About.KEPT,
        BEGAN + TOLD + timedelta(milliseconds=200),
        call,
        "rooms",
        direction="inbound",
        agent="aino",
        started_at=BEGAN,
        kept_from=BEGAN + TOLD,
        announcement="announce.fi@1",
        language="fi",
    )
    return replace(told, **more)  # type: ignore[arg-type]


def ended(call: RecordingId, fate: str = "ended", reason: str = "") -> Note:
    return Note(About.ENDED, BEGAN + timedelta(seconds=69), call, "rooms", fate=fate, reason=reason)


def carry(*notes: Note) -> None:
    """Take in notes that stand behind those that were taken before."""
    read = carrying.read_to("north")
    carrying.take(
        "north",
        [(read + 100 * (at + 1), one) for at, one in enumerate(notes)],
        mac_of=lambda call: call.bytes,
        captured=lambda _: None,
    )


def a_call() -> RecordingId:
    return RecordingId(ids.new())


def test_a_recording_is_born_with_its_versions_and_its_due_when_capture_begins() -> None:
    call = a_call()
    carry(promised(call))
    assert not Recording.objects.exists()  # nothing of it may be kept yet (J9)

    carry(kept(call))

    row = Recording.objects.get()
    assert (row.pk, row.progress, row.length_ms) == (call, "capturing", 0)
    assert (row.started_at, row.announced_until) == (BEGAN, BEGAN + TOLD)
    assert (row.notice_id, row.announcement_id) == ("2026-1", "announce.fi@1")
    assert row.cutoff_at < row.due_at <= BEGAN + timedelta(days=92)


def test_it_waits_to_be_sealed_when_the_call_is_over() -> None:
    call = a_call()
    carry(promised(call), kept(call), ended(call))

    row = Recording.objects.get()
    assert (row.progress, row.length_ms) == ("captured", 60_000)


@pytest.mark.parametrize("fate", ["refused", "nothing"])
def test_what_is_taken_back_in_mid_call_leaves_a_count_and_no_row(fate: str) -> None:
    call = a_call()
    carry(promised(call), kept(call), ended(call, fate, {"nothing": "private"}.get(fate, fate)))

    assert not Recording.objects.exists()
    assert Promise.objects.get().recording is None
    [tally] = Tally.objects.all()
    assert (tally.kind, tally.count) == ({"nothing": "private"}.get(fate, fate), 1)
    told = [entry.recording for entry in refusals()]
    assert told == ([call] if fate == "refused" else [])  # 15.3: a leaf, and no content


def refusals() -> list[ledger_kinds.Refused]:
    return [one.entered.entry for one in ledger.find(ledger_kinds.Refused)]


def test_a_call_whose_versions_the_register_does_not_know_is_born_when_it_is_taken_in() -> None:
    call = a_call()
    carry(promised(call), kept(call, announcement="announce.fi@99"), ended(call))

    assert not Recording.objects.exists()
    assert Promise.objects.get().outcome == "captured"


# --- any order, any number of times ---------------------------------------------------------------

ENDS = [("ended", ""), ("refused", "refused"), ("nothing", "excluded_line")]


@given(
    order=st.lists(st.integers(0, 2), min_size=3, max_size=7).filter(
        lambda one: len(set(one)) == 3
    ),
    end=st.sampled_from(ENDS),
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_order_and_repetition_change_nothing(order: list[int], end: tuple[str, str]) -> None:
    def told(order: Iterable[int]) -> tuple[object, ...]:
        for rows in (Recording, Promise, Tally, Notebook):
            rows.objects.all().delete()  # type: ignore[attr-defined]  # each is a model
        call, before = a_call(), len(refusals())
        notes = (promised(call), kept(call), ended(call, *end))
        carry(*(notes[at] for at in order))
        promise = Promise.objects.get()
        return (
            *(promise.arrived_at, promise.outcome, promise.recording == call),
            list(Recording.objects.values_list("progress", "length_ms", "started_at", "due_at")),
            list(Tally.objects.values_list("day", "kind", "count")),
            len(refusals()) - before,
        )

    straight = told([0, 1, 2])
    again = told(order)
    if end[0] == "refused" and order.index(2) < order.index(1):
        assert not Recording.objects.exists()
    assert again == straight


def test_a_refusal_of_which_the_house_hears_first_lets_no_row_be_born() -> None:
    call = a_call()
    carry(ended(call, "refused", "refused"), kept(call), promised(call))

    assert not Recording.objects.exists()
    assert len(refusals()) == 1


def test_a_session_that_two_nodes_keep_has_one_row() -> None:
    first, second, names = a_call(), a_call(), ("aa" * 32,)
    for call in (first, second):
        carry(promised(call, names=names), kept(call, names=names))

    assert [row.pk for row in Recording.objects.all()] == [first]


# --- losses ---------------------------------------------------------------------------------------


def test_a_call_whose_sound_is_nowhere_is_lost_once_and_leaves_no_row() -> None:
    call = a_call()
    carry(promised(call), kept(call), ended(call))

    assert begun.lose(call.bytes)
    assert not begun.lose(call.bytes)

    assert not Recording.objects.exists()
    assert [(one.kind, one.count) for one in Tally.objects.all()] == [("lost", 1)]
    [answer] = why.why(BEGAN, "rooms")
    assert (answer.because, answer.outcome) == (Because.LOST, "lost")
    assert (today.today(BEGAN).lost, today.today(BEGAN).lawful) == (1, 0)


def test_what_never_comes_ends_at_its_cutoff() -> None:
    call = a_call()
    carry(promised(call), kept(call))
    cutoff = Recording.objects.get().cutoff_at

    assert begun.expire(cutoff - timedelta(seconds=1)) == 0
    assert begun.expire(cutoff) == 1

    assert not Recording.objects.exists()
    assert Promise.objects.get().outcome == "late"


# --- how it is shown ------------------------------------------------------------------------------


def test_a_call_that_is_kept_is_one_call_and_underway() -> None:
    call = a_call()
    for note in (promised(call), kept(call), ended(call)):
        carry(note)
        day = today.today(BEGAN)
        assert (day.calls, day.underway, day.recorded) == (1, 1, 0)
        known = register_side.of_day(helsinki_date(BEGAN), HOUSE)
        assert not known.recorded.until(None)
        assert [one.outcome for one in known.promised.until(None)] == [Outcome.UNKNOWN]
        [answer] = why.why(BEGAN, "rooms")
        assert answer.because is Because.UNDERWAY


def test_its_row_in_the_list_says_that_it_is_being_recorded_and_opens_nothing() -> None:
    call = a_call()
    carry(promised(call), kept(call))

    [row] = calls.page(builders.staff("Aino"), Sieve(), now=BEGAN + timedelta(minutes=1)).rows

    assert (row.recording, row.standing) == (call, Standing.CAPTURING)
    assert days.day_line(BEGAN + timedelta(days=1)).recorded == 1


def test_destruction_does_not_look_for_keys_that_were_never_made() -> None:
    call = a_call()
    carry(promised(call), kept(call), ended(call))
    row = Recording.objects.get()

    later: set[date] = set()
    doomed = doom.begin(row.due_at, days=[row.day], later=later, aged=True, held=[])
    assert (doomed, doom.days_past_cutoff(row.due_at)) == ({}, set())


def test_the_instants_of_a_note_are_read_as_they_were_written() -> None:
    from talteen.life.capture import notes

    note = kept(a_call())
    assert notes.noted(notes.written(note)) == note
    old = b'{"about":"kept","at":"2026-11-24T12:00:00+00:00","call":null,"line":""}\n'
    assert notes.noted(old) == Note(About.KEPT, datetime(2026, 11, 24, 12, tzinfo=UTC), None)

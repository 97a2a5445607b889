"""Which calls a person may list, how they are found again, and what a row says (REGISTER D)."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from talteen import ids
from talteen.ids import RecordingId
from talteen.life.transcribe.models import Transcription
from talteen.life.use import calls, reach
from talteen.life.use.rows import Direction, Page, Standing
from talteen.life.use.sieve import Sieve
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold, Recording, Staff
from talteen.register.states import Progress
from tests.kit import builders

pytestmark = pytest.mark.django_db
NOW = builders.NOON
EVERYTHING = Sieve()


def listed(reader: Staff, sieve: Sieve = EVERYTHING, now: datetime = NOW) -> set[object]:
    return {row.recording for row in calls.page(reader, sieve, now=now).rows}


def held(recording: Recording, case: Case, *people: Staff) -> Hold:
    hold = Hold.objects.create(
        id=ids.new(),
        recording=recording,
        case=case,
        ground="complaint",
        purposes=["rights_of_parties"],
        state="active",
        opened_at=NOW,
        opened_by=people[0],
        approved_by=people[0],
        review_on=date(2026, 12, 15),
    )
    hold.people.set(people)
    return hold


# --- who sees which rows ---


def test_an_agent_lists_their_own_calls_and_nobody_elses() -> None:
    aino, mika = builders.staff("Aino"), builders.staff("Mika", role=Role.AGENT)
    own, other = builders.recording(agent=aino), builders.recording(agent=mika)

    assert listed(aino) == {own.pk}
    assert listed(mika) == {other.pk}


def test_a_team_leader_lists_the_team_and_the_calls_of_their_cases() -> None:
    tuomas, aino = builders.staff("Tuomas"), builders.staff("Aino")
    for person in (tuomas, aino):
        person.team = "bookings"
        person.save()
    mika = builders.staff("Mika", role=Role.AGENT)
    teams, in_case = builders.recording(agent=aino), builders.recording(agent=mika)
    builders.recording(agent=mika)
    builders.case(tuomas, calls=(in_case,))

    assert listed(tuomas) == {teams.pk, in_case.pk}


def test_a_complaint_handler_lists_open_cases_only() -> None:
    riitta = builders.staff("Riitta")
    open_one, closed_one = builders.recording(), builders.recording()
    builders.case(riitta, calls=(open_one,))
    closed = builders.case(riitta, calls=(closed_one,))
    closed.closed_at = NOW
    closed.save()

    assert listed(riitta) == {open_one.pk}


def test_the_register_contact_lists_everything() -> None:
    first, second = builders.recording(), builders.recording(on="tables")

    assert listed(builders.staff("Eila")) == {first.pk, second.pk}


@pytest.mark.parametrize(
    "role",
    [Role.QUALITY_ANALYST, Role.TRAINER, Role.DPO, Role.ADMIN, Role.OWNER, Role.HR, Role.AUDITOR],
)
def test_a_role_without_calls_lists_none(role: Role) -> None:
    reader = builders.staff("Pirkko", role=role)
    recording = builders.recording()

    assert listed(reader) == set()
    assert calls.call(reader, RecordingId(recording.pk), now=NOW) is None
    assert not reach.lists_calls(role)


def test_otso_from_another_unit_lists_nothing_and_learns_nothing() -> None:
    otso = builders.staff("Otso", role=Role.TEAM_LEADER, of="elsewhere")
    aino = builders.staff("Aino")
    recording = builders.recording(agent=aino)

    assert listed(otso) == set()
    assert calls.rows_of(otso, [RecordingId(recording.pk)], now=NOW) == []
    assert calls.call(otso, RecordingId(recording.pk), now=NOW) is None


# --- what a row says ---


def standing(recording: Recording, reader: Staff, now: datetime = NOW) -> Standing:
    (row,) = calls.rows_of(reader, [RecordingId(recording.pk)], now=now)
    return row.standing


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (Progress.CAPTURING, Standing.CAPTURING),
        (Progress.CAPTURED, Standing.SEALING),
        (Progress.SEALED, Standing.TRANSCRIBING),
        (Progress.QUARANTINED, Standing.QUARANTINED),
        (Progress.PARKED, Standing.PARKED),
        (Progress.DESTROYING, Standing.KEYLESS),
        (Progress.UNPLAYABLE_FOREVER, Standing.KEYLESS),
    ],
)
def test_a_row_says_how_far_its_recording_has_come(progress: Progress, expected: Standing) -> None:
    recording = builders.recording(progress=progress)

    assert standing(recording, builders.staff("Eila")) is expected


def test_a_refused_call_is_not_even_a_row() -> None:
    builders.recording(progress=Progress.REFUSED)

    assert listed(builders.staff("Eila")) == set()


def test_a_call_with_words_is_ready() -> None:
    recording = builders.recording()
    Transcription.objects.create(
        recording=recording, state="machine_draft", language="fi", engine="e", made_at=NOW
    )

    assert standing(recording, builders.staff("Eila")) is Standing.READY


def test_a_call_closes_at_its_cutoff_whether_or_not_a_job_ran() -> None:
    recording, eila = builders.recording(), builders.staff("Eila")
    moment = timedelta(microseconds=1)

    before = standing(recording, eila, recording.cutoff_at - moment)
    at = standing(recording, eila, recording.cutoff_at)

    assert (before, at) == (Standing.TRANSCRIBING, Standing.KEYLESS)


def test_a_held_call_is_shut_for_all_but_the_people_of_its_hold() -> None:
    recording, eila, ilkka = builders.recording(), builders.staff("Eila"), builders.staff("Ilkka")
    case = builders.case(eila, calls=(recording,))
    held(recording, case, eila)

    assert standing(recording, eila) is Standing.TRANSCRIBING
    assert standing(recording, ilkka) is Standing.HELD
    (row,) = calls.rows_of(ilkka, [RecordingId(recording.pk)], now=NOW)
    assert (row.holds, row.own_holds, row.opens) == (1, (), False)


def test_a_held_call_outlives_its_cutoff_for_the_people_of_its_hold() -> None:
    recording, eila = builders.recording(), builders.staff("Eila")
    held(recording, builders.case(eila, calls=(recording,)), eila)

    assert standing(recording, eila, recording.due_at) is Standing.TRANSCRIBING


def test_a_row_counts_its_last_days() -> None:
    recording = builders.recording(started_at=datetime(2026, 11, 10, 7, 42, tzinfo=UTC))

    (row,) = calls.rows_of(builders.staff("Eila"), [RecordingId(recording.pk)], now=NOW)

    assert row.last_day == date(2027, 2, 2)
    assert row.days_to_listen(NOW) == 71
    assert (row.days_left, row.soon) == (78, False)


# --- filters, counts and pages ---


def test_each_filter_lets_through_what_it_names() -> None:
    eila, mika = builders.staff("Eila"), builders.staff("Mika", role=Role.AGENT)
    yesterday = NOW - timedelta(days=1)
    plain = builders.recording()
    tables = builders.recording(on="tables")
    mikas = builders.recording(agent=mika)
    old = builders.recording(started_at=yesterday)
    outbound = builders.recording()
    Recording.objects.filter(pk=outbound.pk).update(direction="outbound", language="sv")
    dying = builders.recording(started_at=datetime(2026, 9, 5, 9, 0, tzinfo=UTC))

    assert listed(eila, Sieve(lines=frozenset({"tables"}))) == {tables.pk}
    assert listed(eila, Sieve(agent=str(mika.pk))) == {mikas.pk}
    assert listed(eila, Sieve(day=yesterday.date())) == {old.pk}
    assert listed(eila, Sieve(direction=Direction.OUTBOUND)) == {outbound.pk}
    assert listed(eila, Sieve(language="sv")) == {outbound.pk}
    assert listed(eila, Sieve(soon=True)) == {dying.pk}
    assert plain.pk in listed(eila)


def test_a_purpose_with_a_case_narrows_the_list_to_that_case() -> None:
    eila, recording = builders.staff("Eila"), builders.recording()
    builders.recording()
    case = builders.case(eila, calls=(recording,))

    assert listed(eila, Sieve(case=case.reference)) == {recording.pk}


def test_correctness_narrows_the_list_to_ones_own_calls_of_today() -> None:
    aino = builders.staff("Aino")
    today = builders.recording(agent=aino)
    builders.recording(agent=aino, started_at=NOW - timedelta(days=1))

    assert listed(aino, Sieve(own_of_today=True)) == {today.pk}


def test_counts_add_up_by_day_and_by_line() -> None:
    eila = builders.staff("Eila")
    for _ in range(3):
        builders.recording()
    builders.recording(on="tables", started_at=NOW - timedelta(days=2))

    counted = calls.counts(eila, EVERYTHING, now=NOW)

    assert counted.total == 4
    assert [(line.slug, number) for line, number in counted.by_line] == [
        ("rooms", 3),
        ("tables", 1),
    ]
    assert sum(counted.by_day.values()) == 4


def test_paging_forth_and_back_meets_every_call_once() -> None:
    eila = builders.staff("Eila")
    # Several calls begin at one moment: only the id tells them apart.
    made = [
        builders.recording(started_at=NOW - timedelta(minutes=number // 3)) for number in range(50)
    ]

    seen: list[RecordingId] = []
    page = calls.page(eila, EVERYTHING, now=NOW)
    assert page.newer is None
    pages = 1
    seen += [row.recording for row in page.rows]
    while page.older:
        page = calls.page(eila, EVERYTHING, now=NOW, older_than=page.older)
        seen += [row.recording for row in page.rows]
        pages += 1

    assert pages == 3
    assert len(seen) == len(set(seen)) == len(made)
    back = calls.page(eila, EVERYTHING, now=NOW, newer_than=page.newer)
    assert [row.recording for row in back.rows] == seen[20:40]


@pytest.mark.parametrize("sieve", [EVERYTHING, Sieve(direction=Direction.OUTBOUND)])
def test_the_counts_lead_to_the_same_pages(sieve: Sieve) -> None:
    eila = builders.staff("Eila")
    for number in range(90):
        made = builders.recording(started_at=NOW - timedelta(hours=7 * number))
        if number % 3 == 0:
            Recording.objects.filter(pk=made.pk).update(direction=Direction.OUTBOUND.value)
    counts = calls.counts(eila, sieve, now=NOW)

    plain, led = (calls.page(eila, sieve, now=NOW, among=among) for among in (None, counts))
    while plain.older:
        assert led == plain
        plain, led = (
            calls.page(eila, sieve, now=NOW, older_than=plain.older, among=among)
            for among in (None, counts)
        )
    assert led == plain
    while plain.newer:
        plain, led = (
            calls.page(eila, sieve, now=NOW, newer_than=plain.newer, among=among)
            for among in (None, counts)
        )
        assert led == plain


def test_where_the_counts_know_of_no_call_none_is_looked_for(
    django_assert_max_num_queries: object,
) -> None:
    eila = builders.staff("Eila")
    builders.recording()
    outbound = Sieve(direction=Direction.OUTBOUND)
    counts = calls.counts(eila, outbound, now=NOW)

    with django_assert_max_num_queries(1):  # type: ignore[operator]  # whom she stands in for
        page = calls.page(eila, outbound, now=NOW, among=counts)

    assert page == Page((), None, None)


def test_calls_that_die_between_two_pages_are_all_that_is_missing() -> None:
    eila = builders.staff("Eila")
    # All of a minute's calls begin at one moment.
    made = [builders.recording(started_at=NOW - timedelta(minutes=n // 7)) for n in range(60)]
    page = calls.page(eila, EVERYTHING, now=NOW)
    assert page.older
    seen = [row.recording for row in page.rows]
    rest = [one for one in made if one.pk not in seen]
    dead = {one.pk for one in rest[::4]}
    Recording.objects.filter(pk__in=dead).delete()

    while page.older:
        page = calls.page(eila, EVERYTHING, now=NOW, older_than=page.older)
        seen += [row.recording for row in page.rows]

    assert sorted(seen) == sorted(one.pk for one in made if one.pk not in dead)


def test_a_place_in_the_list_that_was_destroyed_begins_the_list_anew() -> None:
    eila, recording = builders.staff("Eila"), builders.recording()

    page = calls.page(eila, EVERYTHING, now=NOW, older_than=RecordingId(uuid4()))

    assert [row.recording for row in page.rows] == [recording.pk]


def test_a_page_costs_the_same_few_queries_whatever_it_shows(
    django_assert_max_num_queries: object,
) -> None:
    eila = builders.staff("Eila")
    for number in range(25):
        recording = builders.recording(started_at=NOW - timedelta(minutes=number))
        held(recording, builders.case(eila, calls=(recording,)), eila)

    with django_assert_max_num_queries(4):  # type: ignore[operator]
        rows = calls.page(eila, EVERYTHING, now=NOW).rows

    assert len(rows) == calls.PAGE


# --- what may be searched ---


def test_only_what_opens_may_be_searched() -> None:
    eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
    open_one = builders.recording()
    builders.recording(progress=Progress.QUARANTINED)
    restricted = builders.recording()
    Recording.objects.filter(pk=restricted.pk).update(restricted=True)
    kept = builders.recording()
    held(kept, builders.case(eila, calls=(kept,)), eila)
    builders.recording(started_at=NOW - timedelta(days=90))  # past its cutoff

    assert set(calls.searchable(eila, EVERYTHING, now=NOW)) == {open_one.pk, kept.pk}
    assert set(calls.searchable(ilkka, EVERYTHING, now=NOW)) == {open_one.pk}


def test_a_second_hold_for_other_people_does_not_take_a_call_from_the_first() -> None:
    eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
    kept = builders.recording()
    held(kept, builders.case(eila, calls=(kept,)), eila)
    held(kept, builders.case(ilkka, calls=(kept,)), ilkka)

    assert set(calls.searchable(eila, EVERYTHING, now=NOW)) == {kept.pk}
    assert standing(kept, eila) is Standing.TRANSCRIBING


def test_open_cases_of_a_person_are_named_and_closed_ones_are_not() -> None:
    eila = builders.staff("Eila")
    mine = builders.case(eila, calls=(builders.recording(), builders.recording()))
    closed = builders.case(eila)
    closed.closed_at = NOW
    closed.save()
    builders.case(builders.staff("Ilkka"))

    assert [(case.reference, case.calls) for case in reach.cases_of(eila, NOW)] == [
        (mine.reference, 2)
    ]

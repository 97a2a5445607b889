"""The lot in a house: committed before its week, drawn behind it, recomputed by an agent."""

import hmac
from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from talteen.clock import start_of_day
from talteen.ids import RecordingId
from talteen.life.transcribe.models import Transcription
from talteen.life.use import calls
from talteen.life.use.quality import drawing, fairness, lot, shown
from talteen.life.use.quality.fairness import Evenness
from talteen.life.use.quality.leaning import Trait
from talteen.life.use.quality.models import Draw, DrawShare, EvaluatedCall, Evaluation, FormVersion
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import PolicyChanged
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff.people import SignIn
from talteen.register.states import Lot
from tests.kit import builders

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = date(2026, 11, 16)
BEFORE = start_of_day(MONDAY) - timedelta(days=2)
DRAWN_ON = start_of_day(MONDAY) + timedelta(days=8)
Q = Purpose.SERVICE_QUALITY


def seeds(salt: bytes) -> bytes:
    """The seed of a salt, under a key that is not in the database."""
    return hmac.digest(b"a key of the house", salt, "sha256")


def week(agent: Staff, count: int) -> list[Recording]:
    """Calls of one agent, spread over the week, with words."""
    rows = []
    for number in range(count):
        at = start_of_day(MONDAY) + timedelta(hours=8 + (number * 163) % 160, minutes=number)
        row = builders.recording(agent=agent, started_at=at)
        Transcription.objects.create(
            recording=row, state="machine_draft", language="fi", engine="e", made_at=at
        )
        rows.append(row)
    return rows


def people() -> tuple[Staff, Staff, Staff, Staff]:
    aino, mika, tuomas = (builders.staff(name) for name in ("Aino", "Mika", "Tuomas"))
    leena = builders.staff("Leena", role=Role.QUALITY_ANALYST)
    for one in (aino, tuomas):
        one.team = "rooms"
        one.save()
    return aino, mika, tuomas, leena


def drawn_week(percent: int = 5) -> tuple[Staff, Staff, Staff, Staff]:
    found = people()
    drawing.tend(seeds, percent, BEFORE)
    week(found[0], 40)
    week(found[1], 40)
    drawing.tend(seeds, percent, DRAWN_ON)
    return found


def sides(rows: Iterable[Recording]) -> list[str]:
    return [Recording.objects.get(pk=row.pk).lot for row in rows]


def opens(person: Staff, row: Recording, purpose: Purpose = Q) -> Rule | None:
    """The rule that keeps the call closed; None where it opens."""
    try:
        access.grant(
            person, purpose, RecordingId(row.pk), case=None, sign_in=SignIn.DEMO, at=DRAWN_ON
        )
    except Denied as denied:
        return denied.rule
    return None


def test_the_hash_of_the_seed_stands_in_the_ledger_before_the_first_call() -> None:
    people()

    assert drawing.tend(seeds, 5, BEFORE)
    assert not drawing.tend(seeds, 5, BEFORE + timedelta(hours=1)), "once a week"

    (found,) = ledger.find(PolicyChanged)
    entry = found.entered.entry
    assert isinstance(entry, PolicyChanged)
    held = bytes(Draw.objects.get(pk=MONDAY).seed)
    assert (entry.policy, entry.valid_from) == ("lot-2026-w47", MONDAY)
    assert entry.sha256 == lot.commitment(seeds(held))
    assert entry.sha256 != lot.commitment(held), "who reads the database foresees nothing"
    assert found.entered.at < start_of_day(MONDAY)

    drawing.tend(seeds, 5, DRAWN_ON)
    assert entry.sha256 == lot.commitment(bytes(Draw.objects.get(pk=MONDAY).seed)), "published"


def test_a_week_whose_seed_was_not_fixed_before_it_is_never_drawn() -> None:
    aino, *_ = people()
    rows = week(aino, 40)
    drawing.tend(seeds, 5, start_of_day(MONDAY) + timedelta(minutes=1))
    drawing.tend(seeds, 5, DRAWN_ON)

    assert not Draw.objects.filter(pk=MONDAY).exists()
    assert sides(rows) == [""] * 40


def test_at_most_a_twentieth_is_drawn_and_every_agent_has_the_same_share() -> None:
    aino, mika, *_ = drawn_week()

    assert Recording.objects.filter(lot=Lot.DRAWN.value).count() == 80 * 5 // 100
    shares = {one.agent: (one.among, one.quota) for one in DrawShare.objects.all()}
    assert shares == {aino: (40, 2), mika: (40, 2)}


def test_nothing_is_shown_or_drawn_before_the_week_and_its_words_are_over() -> None:
    aino, *_ = people()
    drawing.tend(seeds, 5, BEFORE)
    rows = week(aino, 40)
    drawing.tend(seeds, 5, DRAWN_ON - timedelta(minutes=1))

    assert sides(rows) == [""] * 40
    assert shown.own_weeks(aino) == []


def test_what_may_not_be_judged_is_left_out_and_says_why() -> None:
    aino, *_ = people()
    drawing.tend(seeds, 5, BEFORE)
    special, restricted, wordless, held = rows = week(aino, 4)
    Recording.objects.filter(pk=special.pk).update(special_category=True)
    Recording.objects.filter(pk=restricted.pk).update(restricted=True)
    Transcription.objects.filter(recording=wordless).delete()
    held_by_somebody(held)
    drawing.tend(seeds, 5, DRAWN_ON)

    assert sides(rows) == ["special", "restricted", "wordless", "held"]
    (own,) = shown.own_weeks(aino)
    assert {one.recording: one.side.value for one in own.calls} == {
        row.pk: side for row, side in zip(rows, sides(rows), strict=True)
    }


def held_by_somebody(row: Recording) -> None:
    eila = builders.staff("Eila")
    row.holds.create(
        case=builders.case(eila, calls=(row,)),
        ground="complaint",
        purposes=[Purpose.RIGHTS_OF_PARTIES.value],
        state="active",
        opened_at=BEFORE,
        opened_by=eila,
        review_on=MONDAY,
    )


def test_an_agent_recomputes_the_draw_from_their_own_page() -> None:
    aino, *_ = drawn_week()
    (own,) = shown.own_weeks(aino)
    assert own.odds is not None
    assert own.odds.fair

    # With nothing but what stands on the page: SHA-256 and HMAC, as anybody's Python has them.
    import hashlib
    import hmac

    seed = bytes.fromhex(own.sealed.seed)
    assert hashlib.sha256(seed).hexdigest() == own.sealed.commitment
    tickets = {
        hmac.new(seed, one.recording.bytes, "sha256").hexdigest(): one
        for one in own.calls
        if one.ticket
    }
    drawn = [tickets[ticket].recording for ticket in sorted(tickets)[: own.quota]]
    assert set(drawn) == set(
        Recording.objects.filter(agent=aino, lot="drawn").values_list("pk", flat=True)
    )


def test_a_swapped_call_is_seen_by_the_agent() -> None:
    aino, *_ = drawn_week()
    one = Recording.objects.filter(agent=aino, lot="drawn").first()
    other = Recording.objects.filter(agent=aino, lot="in").first()
    assert one is not None
    assert other is not None
    Recording.objects.filter(pk=one.pk).update(lot="in")
    Recording.objects.filter(pk=other.pk).update(lot="drawn")

    (own,) = shown.own_weeks(aino)
    assert own.odds is not None
    assert (own.odds.added, own.odds.missing) == ((other.pk,), (one.pk,))


def test_only_what_was_drawn_opens_for_quality_and_for_whom() -> None:
    aino, mika, tuomas, leena = drawn_week()
    own, others = (Recording.objects.filter(lot="drawn", agent=a)[0] for a in (aino, mika))
    undrawn = Recording.objects.filter(lot="in")[0]

    assert opens(leena, own) is None
    assert opens(leena, others) is None
    assert opens(tuomas, own) is None
    assert opens(tuomas, others) is Rule.NOT_DRAWN, "another team's"
    assert opens(leena, undrawn) is Rule.NOT_DRAWN
    assert opens(aino, own) is Rule.ROLE
    assert opens(builders.staff("Eila"), own) is Rule.ROLE
    assert opens(builders.staff("Otso", role=Role.QUALITY_ANALYST, of="other"), own) is Rule.UNIT

    Recording.objects.filter(pk=own.pk).update(special_category=True)
    assert opens(leena, own) is Rule.SPECIAL_CATEGORY
    held_by_somebody(others)
    assert opens(leena, others) is Rule.HELD_FOR_ANOTHER


def test_an_analyst_sees_codes_and_a_leader_the_own_team() -> None:
    aino, mika, tuomas, leena = drawn_week()

    (of_leader,) = shown.samples(tuomas, DRAWN_ON)
    (of_analyst,) = shown.samples(leena, DRAWN_ON)

    assert {row.agent for row in of_leader.rows} == {"Aino"}
    assert {row.agent for row in of_analyst.rows} == {"aino", "mika"}
    assert [one.agent for one in of_leader.shares] == ["Aino"]
    assert shown.samples(aino, DRAWN_ON) == []
    held = Recording.objects.filter(lot="drawn", agent=mika)[0]
    held_by_somebody(held)
    (after,) = shown.samples(leena, DRAWN_ON)
    assert (len(after.rows), after.missing) == (3, 1)
    assert calls.call(leena, RecordingId(held.pk), now=DRAWN_ON) is None


def test_a_sample_of_which_only_the_longest_are_evaluated_is_told_of() -> None:
    aino, _, tuomas, leena = drawn_week(percent=20)
    form = FormVersion.objects.create(form="f", version=1, text="", digest=b"")
    drawn = list(Recording.objects.filter(lot="drawn"))
    for number, row in enumerate(Recording.objects.exclude(lot="")):
        Recording.objects.filter(pk=row.pk).update(length_ms=10_000 + number)
    assert shown.leanings(leena) == {}, "nothing was evaluated yet"
    for row in [*drawn, *Recording.objects.filter(lot="in")[:10]]:
        Recording.objects.filter(pk=row.pk).update(length_ms=900_000, lot="drawn")
        made = Evaluation.objects.create(
            form=form,
            agent=aino,
            evaluator=tuomas,
            week="2026-W48",
            answers={},
            state="given",
            ends_on=MONDAY,
        )
        EvaluatedCall.objects.create(evaluation=made, recording=row, made_at=DRAWN_ON)

    found = shown.leanings(leena)
    assert found[Trait.LENGTH].mean > 0.8

    for row in EvaluatedCall.objects.all():  # nobody looks at a call before the evening
        evening = start_of_day(row.recording.day) + timedelta(hours=23, minutes=30)
        Recording.objects.filter(pk=row.recording_id).update(started_at=evening)
    Recording.objects.update(length_ms=10_000)
    late = shown.leanings(leena)
    assert late[Trait.HOUR].mean > 0.8
    assert Trait.LENGTH not in late


def test_everybody_sees_whose_calls_were_evaluated_by_whom_and_no_score() -> None:
    aino, mika, tuomas, leena = drawn_week()
    form = FormVersion.objects.create(form="f", version=1, text="", digest=b"")
    ainos, mikas = (list(Recording.objects.filter(lot="drawn", agent=one)) for one in (aino, mika))
    for row, by in ((ainos[0], tuomas), (ainos[0], leena), (ainos[1], tuomas), (mikas[0], leena)):
        made = Evaluation.objects.create(
            form=form,
            agent=row.agent,
            evaluator=by,
            week="2026-W48",
            answers={"q": 1},
            state="given",
            ends_on=MONDAY,
        )
        EvaluatedCall.objects.create(evaluation=made, recording=row, made_at=DRAWN_ON)

    unit = fairness.matrix(leena)
    assert unit.evaluators == ("leena", "tuomas")
    assert unit.rows == (
        Evenness("aino", len(ainos), 2, (("leena", 1), ("tuomas", 2))),
        Evenness("mika", len(mikas), 1, (("leena", 1), ("tuomas", 0))),
    )
    team = fairness.matrix(tuomas)
    assert [row.agent for row in team.rows] == ["Aino"]
    Recording.objects.filter(pk=ainos[0].pk).update(lot="held")
    assert fairness.matrix(leena).rows[0].evaluated == 1


def test_an_agent_sees_who_listened_when_and_for_what() -> None:
    aino, _, tuomas, _ = drawn_week()
    own = Recording.objects.filter(lot="drawn", agent=aino)[0]
    recording = RecordingId(own.pk)
    grant = access.grant(tuomas, Q, recording, case=None, sign_in=SignIn.DEMO, at=DRAWN_ON)
    access.log_range(grant, "read", start_ms=0, end_ms=60_000, at=DRAWN_ON)
    for start in (0, 20_000):
        at = DRAWN_ON + timedelta(minutes=1)
        access.log_range(grant, "play", start_ms=start, end_ms=start + 20_000, at=at)

    (told,) = shown.heard(aino, DRAWN_ON + timedelta(hours=1))

    assert (told.who, told.role, told.purpose) == ("Tuomas", Role.TEAM_LEADER, Q)
    assert (told.call, told.first_at, told.seconds) == (own.started_at, DRAWN_ON, 40)
    assert shown.heard(tuomas, DRAWN_ON + timedelta(hours=1)) == []
    AccessEntry.objects.create(
        at=DRAWN_ON,
        staff=tuomas.pk,
        role="x",
        purpose=Purpose.AUTHORITY.value,
        recording=own.pk,
        action="play",
    )
    assert len(shown.heard(aino, DRAWN_ON + timedelta(hours=1))) == 1, (
        "an investigation is not told of while it runs"
    )


def test_the_lot_asks_no_more_of_the_database_the_more_calls_there_are(
    django_assert_max_num_queries: object,
) -> None:
    drawn_week()
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        drawing.tend(seeds, 5, DRAWN_ON + timedelta(seconds=5))


def test_a_week_waits_for_its_draw_while_quality_stands_on_no_test() -> None:
    found = people()
    drawing.tend(seeds, 5, BEFORE)
    rows = [*week(found[0], 40), *week(found[1], 40)]
    builders.lapse_test(Q, DRAWN_ON.date())
    drawing.tend(seeds, 5, DRAWN_ON)
    assert Draw.objects.get(pk=MONDAY).made_at is None
    assert Lot.DRAWN.value not in sides(rows)

    builders.adopt_test("LIA-9", Q, builders.NOON.date() + timedelta(days=1))
    drawing.tend(seeds, 5, DRAWN_ON + timedelta(days=1))
    assert Lot.DRAWN.value in sides(rows)

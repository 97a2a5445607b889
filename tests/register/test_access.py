"""A grant is written down before it is given, and asked about again before every range (I11,
I12, I16)."""

from datetime import timedelta

import pytest
from django.db import connection

from talteen.ids import RecordingId
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.assessment_models import AssessmentStep
from talteen.register.models import AccessEntry, Hold, Staff, Training
from talteen.register.policy import Rule, View
from talteen.register.refusals import Closed, Denied, GrantOver, NotBalanced
from talteen.register.staff.people import SignIn
from tests.kit import builders
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)
R = Purpose.RIGHTS_OF_PARTIES


def granted(staff: Staff, call: RecordingId, case: str | None) -> access.Grant:
    return access.grant(staff, R, call, case=case, sign_in=SignIn.TWO_FACTORS, at=NOON)


def test_a_grant_is_committed_to_the_log_before_it_is_returned() -> None:
    eila, call = builders.staff("Eila"), builders.recording()
    case = builders.case(eila, calls=(call,))

    grant = granted(eila, builders.recording_id(call), case.reference)

    row = AccessEntry.objects.get(pk=grant.entry)
    assert not connection.in_atomic_block
    assert (row.action, row.purpose, row.case) == ("grant", R.value, case.reference)
    assert row.until == NOON + timedelta(minutes=30) == grant.until
    assert grant.view is View.FULL


def test_a_grant_cannot_be_made_inside_a_transaction_that_could_still_roll_it_back() -> None:
    from django.db import transaction

    eila, call = builders.staff("Eila"), builders.recording()
    case = builders.case(eila, calls=(call,))

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        granted(eila, builders.recording_id(call), case.reference)


def test_a_stranger_is_refused_and_the_refusal_is_written_down() -> None:
    eila, otso, call = (
        builders.staff("Eila"),
        builders.staff("Otso", of="spa"),
        builders.recording(),
    )
    case = builders.case(eila, calls=(call,))

    with pytest.raises(Denied) as refused:
        granted(otso, builders.recording_id(call), case.reference)

    assert refused.value.rule is Rule.ROLE
    row = AccessEntry.objects.get(staff=otso.pk)
    assert (row.action, row.rule) == ("denied", "role")


def test_the_password_alone_opens_nothing() -> None:
    eila, call = builders.staff("Eila"), builders.recording()
    case = builders.case(eila, calls=(call,))

    with pytest.raises(Denied) as refused:
        access.grant(
            eila,
            R,
            builders.recording_id(call),
            case=case.reference,
            sign_in=SignIn.PASSWORD,
            at=NOON,
        )

    assert refused.value.rule is Rule.SECOND_FACTOR


def test_at_the_cutoff_to_the_second_nothing_opens_even_if_no_job_ran() -> None:
    eila, call = builders.staff("Eila"), builders.recording(started_at=NOON - timedelta(days=80))
    case = builders.case(eila, calls=(call,))
    builders.Training.objects.update(valid_until=call.cutoff_at.date() + timedelta(days=9))
    ask = {"case": case.reference, "sign_in": SignIn.TWO_FACTORS}
    before = call.cutoff_at - timedelta(seconds=1)

    access.grant(eila, R, builders.recording_id(call), at=before, **ask)  # type: ignore[arg-type]

    with pytest.raises(Closed):
        access.grant(eila, R, builders.recording_id(call), at=call.cutoff_at, **ask)  # type: ignore[arg-type]


def test_a_training_that_expires_stops_an_open_stream_at_its_next_range() -> None:
    eila, call = builders.staff("Eila"), builders.recording()
    case = builders.case(eila, calls=(call,))
    grant = granted(eila, builders.recording_id(call), case.reference)
    access.log_range(grant, "play", start_ms=0, end_ms=1000, at=NOON)

    Training.objects.filter(staff=eila).update(valid_until=NOON.date() - timedelta(days=1))

    with pytest.raises(Denied) as refused:
        access.log_range(grant, "play", start_ms=1000, end_ms=2000, at=NOON)
    assert refused.value.rule is Rule.TRAINING


def test_a_hold_for_another_case_stops_an_open_stream_at_its_next_range() -> None:
    eila, ilkka, call = builders.staff("Eila"), builders.staff("Ilkka"), builders.recording()
    case = builders.case(eila, calls=(call,))
    grant = granted(eila, builders.recording_id(call), case.reference)

    hold = Hold.objects.create(
        recording=call,
        case=builders.case(ilkka),
        ground="complaint",
        purposes=[R.value],
        state="active",
        opened_at=NOON,
        opened_by=ilkka,
        approved_by=eila,
        review_on=NOON.date() + timedelta(days=30),
    )
    hold.people.set([ilkka])

    with pytest.raises(Denied) as refused:
        access.log_range(grant, "play", start_ms=0, end_ms=1000, at=NOON)
    assert refused.value.rule is Rule.HELD_FOR_ANOTHER


def test_after_thirty_minutes_the_purpose_is_asked_again() -> None:
    eila, call = builders.staff("Eila"), builders.recording()
    case = builders.case(eila, calls=(call,))
    grant = granted(eila, builders.recording_id(call), case.reference)

    with pytest.raises(GrantOver):
        access.log_range(grant, "play", start_ms=0, end_ms=1, at=NOON + timedelta(minutes=30))


def test_a_grant_taken_from_somebody_elses_page_opens_nothing() -> None:
    eila, ilkka, call = builders.staff("Eila"), builders.staff("Ilkka"), builders.recording()
    case = builders.case(eila, calls=(call,))
    grant = granted(eila, builders.recording_id(call), case.reference)

    with pytest.raises(Denied):
        access.grant_of_entry(grant.entry, ilkka, SignIn.TWO_FACTORS)

    assert access.grant_of_entry(grant.entry, eila, SignIn.TWO_FACTORS) == grant


def test_what_was_typed_as_a_case_enters_the_log_only_if_it_is_one() -> None:
    eila, call = builders.staff("Eila"), builders.recording()

    with pytest.raises(Denied):
        granted(eila, builders.recording_id(call), "+358 50 555 0112")

    assert AccessEntry.objects.get().case == ""


def test_a_purpose_that_nobody_has_balanced_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builders, "adopt_tests", lambda _day: None)
    eila, call = builders.staff("Eila"), builders.recording()
    case = builders.case(eila, calls=(call,))

    with pytest.raises(NotBalanced, match="have not adopted") as refused:
        granted(eila, builders.recording_id(call), case.reference)
    assert refused.value.rule is Rule.NO_TEST
    row = AccessEntry.objects.get(staff=eila.pk)
    assert (row.action, row.rule) == ("denied", "no_test")

    builders.adopt_test("LIA-1", R, NOON.date())
    granted(eila, builders.recording_id(call), case.reference)


def test_a_balancing_test_whose_words_are_not_those_adopted_carries_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(builders, "adopt_tests", lambda _day: None)
    eila, call = builders.staff("Eila"), builders.recording()
    case = builders.case(eila, calls=(call,))
    told = {"paper": "LIA-1", "sha256": bytes(32), "by_code": "eila", "at": NOON}
    words = f'{{"purpose":"{R.value}"}}'
    proposed = AssessmentStep.objects.create(step="proposed", words=words, **told)
    AssessmentStep.objects.create(
        step="adopted", proposal=proposed, reviewed_on=NOON.date(), **told
    )

    with pytest.raises(NotBalanced):
        granted(eila, builders.recording_id(call), case.reference)

"""A request from its arrival to its end: held at once, answered in lawful order, by two persons."""

from datetime import date, timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, KeyGone, Missing, NotAllowed
from talteen.ids import CaseId
from talteen.life.answer import answers, calls, intake, old, packages, papers, steps
from talteen.life.answer.intake import Asked, Taking, Via
from talteen.life.answer.models import RequestEdge, RequestPaper, SubjectRequest
from talteen.life.destroy import acts as destroy
from talteen.life.hold import pending, provisional
from talteen.life.seal import case_files
from talteen.notice.opinions import Opinion, Unanswered
from talteen.notice.requests import Stage
from talteen.notice.rights import Right
from talteen.register.log import ledger
from talteen.register.log.ledger_requests import RequestReceived, RequestStepped
from talteen.register.models import Hold, Recording
from talteen.register.staff.people import SignIn
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.life.answer.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = helsinki_date(NOON)


def test_a_request_holds_the_calls_it_is_about_before_anybody_has_looked(house: House) -> None:
    call, other = house.call(), house.call(number="+358409999999")
    taken = house.taken()

    assert calls.settle(house.vault, NOON) == 1

    hold = Hold.objects.get()
    assert (hold.recording_id, hold.ground, hold.state) == (call.pk, pending.GROUND, "active")
    assert hold.purposes == ["data_subject_request"]
    assert other.holds.count() == 0
    # A day after its time has passed it is still there, for the answer and nothing else.
    late = call.cutoff_at + timedelta(days=1)
    destroy.lapse(house.vault, late)
    destroy.expire(house.vault, late)
    assert vaults.sound_of(house.vault, call, late) == vaults.SOUND
    assert not Recording.objects.filter(pk=other.pk).exists()
    # The person withdraws: it ends with the next sweep.
    steps.withdraw(house.vault, taken.request.pk, "ei tarvitse enää", by=house.eila, now=late)
    destroy.lapse(house.vault, late)
    assert not Recording.objects.filter(pk=call.pk).exists()


def test_what_the_person_said_stands_only_in_sealed_papers(house: House) -> None:
    taken = house.taken(asked=Asked("Kaisa", "kaisa@example", vaults.NUMBER, words="sana"))

    rows = [*SubjectRequest.objects.values(), *RequestEdge.objects.values()]
    for told in ("Kaisa", "kaisa@example", vaults.NUMBER, "sana", taken.code):
        assert told not in str(rows)
        for paper in RequestPaper.objects.all():
            assert told.encode() not in bytes(paper.sealed)
    assert calls.asked_of(house.vault, taken.request)["words"] == "sana"
    # The file's key dies in a roll; then nobody reads it, whatever rows are left.
    case_files.close_files(house.vault, frozenset({CaseId(taken.request.pk)}), NOON)
    with pytest.raises(KeyGone):
        calls.asked_of(house.vault, taken.request)


def test_every_step_stands_in_the_ledger_without_a_word_of_it(house: House) -> None:
    taken = house.taken(Right.ERASURE, Right.ACCESS)
    steps.identify(house.vault, taken.request.pk, "salainen tieto", by=house.eila, now=NOON)

    (came,) = ledger.find(RequestReceived)
    assert came.entered.entry == RequestReceived(
        request=CaseId(taken.request.pk),
        day=TODAY,
        limit=date(2026, 12, 24),
        rights=(Right.ACCESS, Right.ERASURE),
    )
    (stepped,) = ledger.find(RequestStepped)
    assert isinstance(stepped.entered.entry, RequestStepped)
    assert stepped.entered.entry.stage is Stage.SCOPING


def test_the_clock_stands_while_identity_is_asked_and_nowhere_else(house: House) -> None:
    request = house.taken().request.pk
    question = house.desk(request, NOON).write(
        "identity_question", {"identity.question": "mikä oli varausnumero?", "identity.reason": "x"}
    )
    steps.ask_identity(house.vault, request, question, by=house.eila, now=NOON)
    later = NOON + timedelta(days=9)
    row = steps.identify(house.vault, request, "kertoi numeron", by=house.eila, now=later)

    assert row.limit_on == date(2027, 1, 4)  # 24.12. and nine days is Saturday 2.1.
    edges = row.edges.order_by("pk").values_list("step", "stage", "by__code")
    assert list(edges) == [
        ("received", "received", "eila"),
        ("identity_asked", "identifying", "eila"),
        ("identified", "scoping", "eila"),
    ]


def test_more_time_is_taken_once_with_reasons_that_the_person_is_told(house: House) -> None:
    house.call()
    request = house.taken().request.pk
    desk = house.desk(request, NOON)
    with pytest.raises(InputError, match=r"extension\.reasons"):
        desk.write("extension", {"extension.partial": "ei mitään"})
    letter = desk.write(
        "extension",
        {
            "extension.reasons": "puheluita on paljon",
            "extension.partial": "ei mitään",
        },
    )
    calls.settle(house.vault, NOON)
    row = steps.extend(house.vault, request, letter, by=house.eila, now=NOON)
    assert row.limit_on == date(2027, 2, 24)
    with pytest.raises(Conflict, match="before"):
        steps.extend(house.vault, request, letter, by=house.eila, now=NOON)


def test_a_refusal_without_reasons_is_not_even_a_draft(house: House) -> None:
    house.call()
    request = house.taken(Right.OBJECTION).request.pk
    calls.settle(house.vault, NOON)
    house.to_preparing(request)
    written = {
        "objection.summary": "en halua",
        "refusal.reasons": "  ",
        "purposes.remaining": "oikeusvaade",
    }
    with pytest.raises(InputError):
        house.prepared(request, "objection_refused.refused", written)
    assert SubjectRequest.objects.get().stage == "preparing"


def test_a_refusal_takes_two_persons_and_the_officers_opinion(house: House) -> None:
    house.call()
    request = house.taken(Right.OBJECTION).request.pk
    calls.settle(house.vault, NOON)
    house.to_preparing(request)
    key = "objection_refused.refused"
    house.prepared(
        request,
        key,
        {
            "objection.summary": "en halua",
            "refusal.reasons": "riita on vireillä",
            "purposes.remaining": "oikeusvaade",
        },
    )

    with pytest.raises(NotAllowed, match="own answer"):
        house.decided(request, key, house.eila)
    with pytest.raises(Conflict, match="opinion"):
        house.decided(request, key, house.ilkka)
    with pytest.raises(NotAllowed, match="officer"):
        answers.opine(house.vault, request, Opinion.FOR, "puolesta", by=house.ilkka, now=NOON)
    answers.opine(house.vault, request, Opinion.AGAINST, "ei kanna", by=house.dina, now=NOON)
    with pytest.raises(Unanswered):  # against the officer, and no reason is written
        house.decided(request, key, house.ilkka, reasons=" ")
    answer = house.decided(request, key, house.ilkka, reasons="riita on nimetty")

    edge = RequestEdge.objects.get(step="decided")
    assert edge.reasons is not None
    assert (edge.reasons.kind, answer.opinion and answer.opinion.name) == ("against", "against")
    assert papers.read(house.vault, edge.reasons) == {"text": "riita on nimetty"}

    assert answer.paper is not None
    letter = papers.read(house.vault, answer.paper)["text"]
    assert "riita on vireillä" in letter
    assert "tietosuojavaltuutetulle" in letter  # every refusal says where one may complain
    row = steps.delivered(request, by=house.eila, now=NOON, tail_days=14)
    assert row.stage == "closed"
    assert Hold.objects.get().provisional_until == NOON + timedelta(days=14)


def test_the_officer_decides_nothing_and_a_sent_back_answer_says_why(house: House) -> None:
    house.call()
    request = house.taken(Right.RESTRICTION).request.pk
    calls.settle(house.vault, NOON)
    house.to_preparing(request)
    ground = {"restriction.ground": "tiedon oikeellisuutta selvitetään"}
    house.prepared(request, "restriction_set.granted", ground)
    with pytest.raises(NotAllowed):
        house.decided(request, "restriction_set.granted", house.dina)
    answers.send_back(house.vault, request, "tarkenna perustetta", by=house.ilkka, now=NOON)
    house.prepared(request, "restriction_set.granted", ground)
    assert house.decided(request, "restriction_set.granted", house.eila).decided_by == house.eila


def test_access_is_delivered_before_what_it_was_about_is_erased(house: House) -> None:
    house.call()
    request = house.taken(Right.ERASURE, Right.ACCESS).request.pk
    calls.settle(house.vault, NOON)
    house.to_preparing(request)
    with pytest.raises(Conflict, match="not answered like that"):
        house.prepared(request, "erasure_decided.granted")
    with pytest.raises(InputError, match="the letter lacks"):
        house.prepared(request, "access_cover.granted")
    row = SubjectRequest.objects.select_related("case").get()
    packages.make(house.vault, row, {"html": b"<p>"}, NOON, cuts=1)
    with pytest.raises(Conflict, match="leaves out"):
        house.prepared(request, "access_cover.granted")
    packages.make(house.vault, row, {"html": b"<p>"}, NOON)
    house.prepared(request, "access_cover.granted")
    house.decided(request, "access_cover.granted", house.ilkka)
    row = steps.delivered(request, by=None, now=NOON, tail_days=14)
    assert row.stage == "preparing"
    assert answers.current_right(row) is Right.ERASURE


def test_an_erasure_waits_for_everybody_who_has_asked_for_the_same_call(house: House) -> None:
    call = house.call()
    first = house.taken(Right.ERASURE).request
    second = house.taken(Right.ACCESS, asked=Asked(number="+358400000001")).request
    calls.settle(house.vault, NOON)
    calls.take(house.vault, second, [call.pk], by=house.eila, now=NOON)
    house.to_preparing(first.pk)
    house.prepared(first.pk, "erasure_decided.granted")

    with pytest.raises(Conflict, match=second.case.reference):
        house.decided(first.pk, "erasure_decided.granted", house.ilkka)
    assert vaults.sound_of(house.vault, call, NOON) == vaults.SOUND
    steps.withdraw(house.vault, second.pk, "peruttu", by=house.eila, now=NOON)
    destroy.lapse(house.vault, NOON)
    house.decided(first.pk, "erasure_decided.granted", house.ilkka)
    assert not Recording.objects.exists()


def test_a_search_names_days_and_counts_and_is_logged_without_the_number(house: House) -> None:
    call = house.call()
    house.call(number="+358409999999")
    request = house.taken(asked=Asked(name="K")).request
    clue = calls.Clue("040 123 4567", TODAY - timedelta(days=2), TODAY)

    made = calls.search(
        house.vault, request, clue, by=house.eila, sign_in=SignIn.TWO_FACTORS, now=NOON
    )

    assert [one.recording for one in made.found] == [call.pk]
    assert [(one.day, one.opened, one.matched) for one in made.days] == [
        (TODAY - timedelta(days=2), 0, 0),
        (TODAY - timedelta(days=1), 2, 1),
        (TODAY, 0, 0),
    ]
    with pytest.raises(NotAllowed):
        calls.search(
            house.vault, request, clue, by=house.dina, sign_in=SignIn.TWO_FACTORS, now=NOON
        )
    with pytest.raises(InputError, match="full number"):
        calls.spellings("4567")


def test_a_request_is_followed_by_its_code_and_by_nothing_else(house: House) -> None:
    taken = house.taken()
    typed = f" {taken.code[:4].lower()}-{taken.code[4:]} "
    assert intake.by_code(typed).pk == taken.request.pk
    with pytest.raises(Missing):
        intake.by_code(taken.request.case.reference)
    future = Taking((Right.ACCESS,), Via.PHONE, "fi", NOON + timedelta(hours=1), Asked())
    with pytest.raises(InputError, match="future"):
        intake.receive(house.vault, future, NOON)


def test_a_file_ends_with_its_months_unless_the_authority_may_ask_for_it(house: House) -> None:
    kept, gone = house.taken(), house.taken()
    for one in (kept, gone):
        steps.withdraw(house.vault, one.request.pk, "peruttu", by=house.eila, now=NOON)
    steps.complained(kept.request.pk, by=house.eila, now=NOON)
    over = NOON + timedelta(days=3 * 365 + 1)

    assert old.forget(house.vault, 36, over - timedelta(days=2)) == 0
    assert old.forget(house.vault, 36, over) == 1
    assert old.forget(house.vault, 36, over) == 0

    with pytest.raises(Missing):
        intake.by_code(gone.code)
    with pytest.raises(KeyGone):
        calls.asked_of(house.vault, gone.request)
    assert not any(bytes(one.sealed) for one in gone.request.papers.all())
    assert calls.asked_of(house.vault, kept.request)["name"] == "Kaisa Lehtovaara"


def test_a_call_that_is_left_out_goes_back_to_its_time_and_can_be_taken_again(house: House) -> None:
    """A number may be an office's: the house takes every call that came from it."""
    theirs, hers = house.call(days_ago=2), house.call()
    request = house.taken().request
    calls.settle(house.vault, NOON)
    steps.identify(house.vault, request.pk, "varausnumero", by=house.eila, now=NOON)
    assert set(request.case.recordings.all()) == {theirs, hers}

    calls.leave_out(request.pk, theirs.pk, by=house.eila, now=NOON)
    assert list(request.case.recordings.all()) == [hers]
    assert [one.recording for one in provisional.over(NOON)] == [theirs]

    calls.take(house.vault, request, [theirs.pk], by=house.eila, now=NOON)
    assert set(request.case.recordings.all()) == {theirs, hers}
    assert provisional.over(NOON) == []

    steps.scoped(request.pk, by=house.eila, now=NOON)
    with pytest.raises(Conflict, match="decided on"):
        calls.leave_out(request.pk, theirs.pk, by=house.eila, now=NOON)


def test_a_call_past_its_cutoff_is_left_out_and_not_destroyed_by_it(house: House) -> None:
    theirs = house.call(days_ago=2)
    request = house.taken().request
    calls.settle(house.vault, NOON)
    later = theirs.cutoff_at + timedelta(hours=1)
    steps.identify(house.vault, request.pk, "varausnumero", by=house.eila, now=later)

    calls.leave_out(request.pk, theirs.pk, by=house.eila, now=later)

    assert not request.case.recordings.exists()
    assert provisional.over(later) == []

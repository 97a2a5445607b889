"""An answer that came to somebody else is owed to its person by the day that it had, and leaves
again when a second person has checked where to (14.11)."""

from datetime import timedelta
from uuid import UUID

import pytest

from talteen.errors import Conflict, InputError, Missing, NoLongerOpens, NotAllowed
from talteen.life.answer import answers, calls, intake, packages, redelivery, steps
from talteen.life.answer.models import RequestAnswer, SubjectRequest
from talteen.life.answer.packages import Made
from talteen.life.destroy import acts as destroy
from talteen.notice.rights import Right
from talteen.notice.ways import Way
from talteen.oversight.breaches import delivery
from talteen.oversight.breaches.models import Breach
from talteen.register.log import ledger
from talteen.register.log.ledger_requests import RequestStepped
from talteen.register.models import Hold
from tests.kit.builders import NOON
from tests.life.answer.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(days=3)
COPY = "access_cover.granted"
RIGHT_PLACE, HOW = "Koivukuja 3, Tampere", "luki osoitteensa puhelimessa"


def packed(house: House, request: UUID) -> Made:
    row = SubjectRequest.objects.get(pk=request)
    return packages.make(house.vault, row, {"html": b"sanat"}, NOON)


def answered(house: House, *rights: Right) -> tuple[UUID, Made, str]:
    """A request whose copy has left, its package, and the code by which its person follows it."""
    house.call()
    taken = house.taken(*rights)
    request = taken.request.pk
    calls.settle(house.vault, NOON)
    house.to_preparing(request)
    made = packed(house, request)
    house.prepared(request, COPY)
    house.decided(request, COPY, house.ilkka)
    return request, made, taken.code


def wrong(house: House, request: UUID, *, code_known: bool = False) -> None:
    row = SubjectRequest.objects.get(pk=request)
    delivery.not_mine(house.vault, house.register, row, LATER, by=house.eila, code_known=code_known)


def readdressed(house: House, request: UUID) -> SubjectRequest:
    return redelivery.readdress(
        house.vault, request, RIGHT_PLACE, HOW,
        way=lambda _: Way.PRINT, by=house.eila, now=LATER,
    )  # fmt: skip


def sent_anew(house: House, request: UUID, *, by: object = None, how: str = "soitin takaisin"):  # type: ignore[no-untyped-def]
    return redelivery.send_anew(
        house.vault, request, how,
        compose=house.composer(request, COPY, LATER), by=by or house.ilkka, now=LATER,
    )  # fmt: skip


def test_it_is_owed_by_its_own_day_and_sent_by_two_under_a_new_key(house: House) -> None:
    request, first, _ = answered(house)
    limit = SubjectRequest.objects.get().limit_on

    wrong(house, request)
    wrong(house, request)  # pressed again, it is known already

    assert Breach.objects.get().kind == "wrong_delivery"
    row = SubjectRequest.objects.get()
    assert (row.stage, row.limit_on) == ("misdelivered", limit)
    with pytest.raises(NoLongerOpens):
        packages.open_part(house.vault, row, first.code, "html", LATER)
    with pytest.raises(Conflict, match="address"):
        sent_anew(house, request)
    readdressed(house, request)
    with pytest.raises(NotAllowed):
        sent_anew(house, request, by=house.eila)
    with pytest.raises(InputError):
        sent_anew(house, request, how=" ")
    with pytest.raises(Conflict, match="package"):
        sent_anew(house, request)
    second = packed(house, request)
    assert second.package.pk != first.package.pk
    sent_anew(house, request)

    row = SubjectRequest.objects.get()
    assert row.stage == "delivering"
    assert packages.open_part(house.vault, row, second.code, "html", LATER) == b"sanat"
    assert calls.asked_of(house.vault, row)["reach"] == RIGHT_PLACE
    assert RequestAnswer.objects.get().way == "print"
    told = [one.entered.entry.step.value for one in ledger.find(RequestStepped)]
    assert told[-3:] == ["misdelivered", "readdressed", "handed_out"]
    steps.delivered(request, by=house.eila, now=LATER, tail_days=14)
    assert SubjectRequest.objects.get().stage == "closed"


def test_what_was_let_go_of_is_held_again_when_its_answer_turns_out_to_have_gone_astray(
    house: House,
) -> None:
    request, _, _ = answered(house)
    steps.delivered(request, by=house.eila, now=NOON, tail_days=14)
    after = NOON + timedelta(days=15)
    destroy.lapse(house.vault, after)
    assert not Hold.objects.filter(state="active").exists()

    redelivery.astray(request, by=house.eila, now=after, code_known=False)
    calls.settle(house.vault, after)

    assert [one.case_id for one in Hold.objects.filter(state="active")] == [request]


def test_a_code_that_came_into_other_hands_follows_nothing_and_the_person_gets_another(
    house: House,
) -> None:
    request, _, code = answered(house)
    wrong(house, request, code_known=True)
    with pytest.raises(Missing):
        intake.by_code(code)
    readdressed(house, request)
    packed(house, request)
    new = sent_anew(house, request).code
    assert intake.by_code(new).pk == request
    assert calls.asked_of(house.vault, SubjectRequest.objects.get())["code"] == new


def test_a_closed_request_is_owed_again_by_the_day_that_it_had(house: House) -> None:
    request, _, code = answered(house)
    steps.delivered(request, by=house.eila, now=NOON, tail_days=14)
    limit = SubjectRequest.objects.get().limit_on
    wrong(house, request)
    row = SubjectRequest.objects.get()
    assert (row.stage, row.limit_on, row.closed_on) == ("misdelivered", limit, None)
    assert row.case.closed_at is None
    assert Hold.objects.get().provisional_until is None, "its call is kept until it is delivered"
    assert intake.by_code(code).pk == request


def test_the_next_right_waits_and_goes_on_where_it_was(house: House) -> None:
    request, _, _ = answered(house, Right.ACCESS, Right.ERASURE)
    steps.delivered(request, by=house.eila, now=NOON, tail_days=14)
    house.prepared(request, "erasure_decided.granted")
    wrong(house, request)
    with pytest.raises(Conflict):  # what was written before this was known is decided by nobody
        house.decided(request, "erasure_decided.granted", house.ilkka)
    readdressed(house, request)
    packed(house, request)
    sent_anew(house, request)
    steps.delivered(request, by=house.eila, now=LATER, tail_days=14)
    row = SubjectRequest.objects.get()
    assert row.stage == "preparing"
    assert answers.current_right(row) is Right.ERASURE


def test_an_answer_that_cannot_go_as_it_was_is_prepared_again(house: House) -> None:
    request, _, _ = answered(house)
    wrong(house, request)
    with pytest.raises(InputError):
        redelivery.write_anew(house.vault, request, "", by=house.eila, now=LATER)
    redelivery.write_anew(house.vault, request, "uusi kohta", by=house.eila, now=LATER)
    row = SubjectRequest.objects.get()
    assert row.stage == "preparing"
    assert answers.current_right(row) is Right.ACCESS
    packed(house, request)
    house.prepared(request, COPY)
    assert house.decided(request, COPY, house.ilkka).decided_at is not None


def test_nothing_goes_astray_that_has_not_left(house: House) -> None:
    house.call()
    request = house.taken().request.pk
    assert not redelivery.astray(request, by=house.eila, now=NOON, code_known=True)
    with pytest.raises(Conflict):
        readdressed(house, request)

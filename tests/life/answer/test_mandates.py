"""Somebody asks for another person: what they may have is bound by what was seen of it (14.7)."""

from datetime import timedelta
from uuid import UUID

import pytest

from talteen.clock import helsinki_date, start_of_day
from talteen.errors import InputError
from talteen.life.answer import answers, calls, mandates, packages
from talteen.life.answer.intake import Asked
from talteen.life.answer.mandate_models import Mandate
from talteen.life.answer.mandates import Seen
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.notice import mandates as law
from talteen.notice.mandates import Kind, NoMandate, Outside
from talteen.notice.rights import Right
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.life.answer.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = helsinki_date(NOON)
GROUND = {"restriction.ground": "riita on vireillä"}
SEEN = Seen("Ville Lehtovaara", "Kaisa Lehtovaara", "valtakirja 3.2.2027, allekirjoitettu")
KEY = "restriction_set.granted"


def asked(house: House) -> UUID:
    house.call()
    told = Asked(
        name="Ville Lehtovaara", number=vaults.NUMBER, day="2026-11-23", proxy="äitini, valtakirja"
    )
    request = house.taken(Right.RESTRICTION, asked=told).request.pk
    calls.settle(house.vault, NOON)
    house.to_preparing(request)
    return request


def write(house: House, request: UUID, right: Right = Right.RESTRICTION, days: int = 3) -> Mandate:
    until = TODAY + timedelta(days=days)
    mandate = law.Mandate(Kind.PROXY, frozenset({right}), TODAY, until)
    return mandates.write(house.vault, request, SEEN, mandate, by=house.eila, now=NOON)


def test_nothing_is_prepared_before_the_mandate_is_written_down(house: House) -> None:
    request = asked(house)
    with pytest.raises(NoMandate):
        house.prepared(request, KEY, GROUND)
    with pytest.raises(InputError):
        mandates.write(
            house.vault, request, Seen("Ville", "Kaisa", " "),
            law.Mandate(Kind.PROXY, frozenset({Right.RESTRICTION}), TODAY, None),
            by=house.eila, now=NOON,
        )  # fmt: skip

    made = write(house, request)
    house.prepared(request, KEY, GROUND)

    assert mandates.told(house.vault, made) == {
        "who": SEEN.who, "whose": SEEN.whose, "seen": SEEN.seen,
    }  # fmt: skip
    kept = RequestPaper.objects.get(kind="mandate")
    assert SEEN.whose.encode() not in bytes(kept.sealed)


def test_what_it_is_not_about_is_answered_by_saying_so(house: House) -> None:
    request = asked(house)
    write(house, request, Right.ACCESS)
    with pytest.raises(Outside, match="not about restriction"):
        house.prepared(request, KEY, GROUND)
    house.prepared(request, "proxy_no_mandate.not_identified")


def test_after_its_day_or_its_end_nothing_is_decided_by_it(house: House) -> None:
    request = asked(house)
    write(house, request, days=1)
    house.prepared(request, KEY, GROUND)
    late = NOON + timedelta(days=2)
    with pytest.raises(Outside, match="last day has passed"):
        house.decided(request, KEY, house.ilkka, now=late)

    write(house, request, days=9)
    mandates.revoke(request, by=house.eila, now=NOON + timedelta(hours=1))
    with pytest.raises(Outside, match="withdrawn"):
        house.decided(request, KEY, house.ilkka, now=NOON + timedelta(hours=2))

    write(house, request, days=9)  # a new one counts, whatever came before
    assert answers.current_right(SubjectRequest.objects.get(pk=request)) is Right.RESTRICTION


def test_a_package_opens_no_longer_than_the_mandate_lasts(house: House) -> None:
    request = asked(house)
    row = SubjectRequest.objects.select_related("case").get(pk=request)
    packages.make(house.vault, row, {"html": b"words"}, NOON)
    write(house, request, days=1)

    made = row.packages.get()
    assert made.ends_at == start_of_day(TODAY + timedelta(days=2))
    mandates.revoke(request, by=house.eila, now=NOON)
    assert packages.open_now(row, NOON) is None

"""Whoever works here finds their own calls in their own request, by the register contact's hand and
with a line in the access log (5.3, 14.7)."""

from datetime import timedelta

import pytest

from talteen.errors import InputError
from talteen.life.answer import calls, own_calls, searched
from talteen.life.answer.own_calls import OwnClue
from talteen.life.hold import pending
from talteen.notice.language import Language
from talteen.register.models import AccessEntry, Hold, Recording, Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff.people import SignIn
from tests.kit import builders
from tests.kit.builders import NOON
from tests.life.answer.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)


def search(house: House, request: object, clue: OwnClue, by: Staff | None = None) -> calls.Search:
    return own_calls.search(
        request,
        clue,
        by=by or house.eila,
        sign_in=SignIn.DEMO,
        now=NOON,  # type: ignore[arg-type]
    )


def test_their_calls_are_found_by_name_day_and_line_and_held(house: House) -> None:
    own, other = house.call(days_ago=20), house.call(days_ago=20)
    someone = builders.staff("Toinen")
    Recording.objects.filter(pk=other.pk).update(agent=someone)
    request, code = house.taken().request, Recording.objects.get(pk=own.pk).agent.code
    day = own.day
    made = search(house, request, OwnClue(code, day, day + timedelta(days=1)))

    assert [one.recording for one in made.found] == [own.pk]
    assert [(one.opened, one.matched) for one in made.days] == [(2, 1), (0, 0)]
    entry = AccessEntry.objects.get(action="search")
    assert (entry.case, entry.hits, entry.staff) == (request.case.reference, 1, house.eila.pk)
    text = searched.statement(made, request.case.reference, Language.FI)
    assert "kuka siihen vastasi" in text
    assert code not in text
    assert search(house, request, OwnClue(code, day, day, line="none")).found == ()
    calls.take(house.vault, request, [own.pk], by=house.eila, now=NOON)
    assert Hold.objects.get().ground == pending.GROUND


def test_nobody_else_searches_by_name(house: House) -> None:
    call, request = house.call(), house.taken().request
    clue = OwnClue(call.agent.code, call.day, call.day)
    for who in (house.dina, builders.staff("Lea")):
        with pytest.raises(Denied) as told:
            search(house, request, clue, by=who)
        assert told.value.rule in (Rule.ROLE, Rule.UNDERTAKING, Rule.TRAINING, Rule.NOT_IN_CASE)
    assert AccessEntry.objects.filter(action="denied").count() == 2
    for bad in (
        OwnClue("nobody", call.day, call.day),
        OwnClue(call.agent.code, call.day, call.day - timedelta(days=1)),
    ):
        with pytest.raises(InputError):
            search(house, request, bad)

"""Whoever writes to the data protection officer is read by the officer alone (38(5), 2.s2)."""

from datetime import timedelta

import pytest

from talteen.errors import InputError, KeyGone, Missing, NotAllowed, TalteenError
from talteen.ids import CaseId
from talteen.life.answer import officer
from talteen.life.answer.officer_models import OfficerMessage
from talteen.notice.purposes import Role
from tests.kit import builders
from tests.kit.builders import NOON
from tests.life.answer.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Esihenkilöni kuuntelee puheluitani."


def test_only_the_officer_reads_what_is_written_to_the_officer(house: House) -> None:
    sent = officer.send(house.vault, WORDS, "aino@example.org", "fi", NOON)
    row = OfficerMessage.objects.get()

    assert WORDS.encode() not in bytes(row.sealed)
    for role in Role:
        person = builders.staff(f"x-{role.value}", role=role)
        if role is Role.DPO:
            assert officer.read(house.vault, row.pk, by=person).text == WORDS
        else:
            with pytest.raises(NotAllowed):
                officer.read(house.vault, row.pk, by=person)
            with pytest.raises(NotAllowed):
                officer.answer(house.vault, row.pk, "ei", by=person, now=NOON)
    assert officer.by_code(house.vault, sent.code.lower()).answer == ""

    officer.answer(house.vault, row.pk, "Selvitän asian.", by=house.dina, now=NOON)
    read = officer.by_code(house.vault, sent.code)
    assert (read.answer, read.reach) == ("Selvitän asian.", "aino@example.org")
    with pytest.raises(Missing):
        officer.by_code(house.vault, "7777777777777777")


def test_a_message_that_is_let_go_opens_for_nobody(house: House) -> None:
    first = officer.send(house.vault, WORDS, "", "sv", NOON - timedelta(days=1200))
    second = officer.send(house.vault, WORDS, "", "sv", NOON)

    assert officer.forget(house.vault, 36, NOON) == 1  # as old as the file of a request may be
    officer.end(house.vault, second.message.pk, by=house.dina, now=NOON)
    for sent in (first, second):
        with pytest.raises(KeyGone):
            house.vault.case_key(CaseId(sent.message.pk))
        with pytest.raises(TalteenError):
            officer.read(house.vault, sent.message.pk, by=house.dina)
    assert officer.waiting() == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 8001])
def test_an_empty_message_is_none(house: House, text: str) -> None:
    with pytest.raises(InputError):
        officer.send(house.vault, text, "", "fi", NOON)
    assert not OfficerMessage.objects.exists()

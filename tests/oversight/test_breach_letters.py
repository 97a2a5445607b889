"""The letters of a breach leave by the house's own messages or in envelopes, say nothing outside,
and what does not arrive keeps the breach open (34; REGISTER 12.5, 17.5)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.life.answer import posting
from talteen.life.seal.vault import Vault
from talteen.notice.breaches import Lack, Risk
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.oversight.breaches import acts, letters
from talteen.oversight.breaches.letter_state import LetterState, states
from talteen.oversight.breaches.letters import Addressee
from talteen.oversight.breaches.models import Breach, BreachLetter, BreachPaper
from talteen.oversight.breaches.writing import AUTHORITY, PEOPLE
from talteen.register.models import Staff
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Message, MessageSender
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.oversight.test_breaches import House, consulted, house

__all__ = ["house"]

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(minutes=1)
KAISA = Addressee("Kaisa Lehtovaara", "kaisa@else.example", Language.FI)


class Carrier:
    """What left, to where."""

    keeps = False

    def __init__(self, *, refuses: bool = False) -> None:
        self.left: list[Message] = []
        self.refuses = refuses

    def send(self, message: Message) -> None:
        if not message.key.startswith("breach-letter:"):
            return  # to those who work here
        if self.refuses:
            raise InputError("no such address", remedy="none")
        self.left.append(message)


@dataclass(frozen=True, slots=True)
class Tells:
    """As much of a house as letters need."""

    vault: Vault
    register: RegisterFile
    sender: MessageSender | None
    text_sender: MessageSender | None


def judged(house: House) -> Breach:
    """A breach of high risk of a call that somebody has heard, its letter written."""
    call = house.call()
    consulted(house, house.eila, call, at=NOON - timedelta(hours=1))
    breach = house.reported(calls=[call.pk], occurred_at=NOON - timedelta(hours=2))
    house.judged(breach, Risk.HIGH)
    told = {"breach.what": "puhelu kuultiin", "breach.measures": "istunto suljettiin"}
    for paper in (AUTHORITY, PEOPLE):
        acts.draft(house.vault, breach.pk, paper, Language.FI, told, by=house.dina, now=NOON)
    form = house.desk(breach).authority("last", NOON)
    acts.notified(
        house.vault, breach.pk, form, number="1", sent_at=NOON, last=True, by=house.dina, now=NOON
    )
    return Breach.objects.get()


def told(house: House, carrier: Carrier) -> Tells:
    return Tells(house.vault, house.register, carrier, carrier)


def written(
    house: House, carrier: Carrier, to: Addressee = KAISA, by: Staff | None = None
) -> BreachLetter:
    breach = Breach.objects.get()
    letter = house.desk(breach).people(Language.FI)
    by = by or house.maarit
    return letters.tell(told(house, carrier), breach.pk, letter, to, by=by, now=NOON)


def carried(house: House, carrier: Carrier) -> None:
    open_it = posting.opener(house.vault)
    messages.deliver(carrier, NOON, text=carrier, unseal=open_it)


def outgoing() -> OutgoingMessage:
    return OutgoingMessage.objects.get(key__startswith="breach-letter:")


def state() -> LetterState:
    (found,) = states(BreachLetter.objects.all()).values()
    return found


def lacks() -> bool:
    return Lack.UNREACHED in acts.record_of(Breach.objects.get()).lacks()


def test_a_mail_says_that_a_letter_waits_and_the_letter_is_read_by_its_code(house: House) -> None:
    judged(house)
    carrier = Carrier()
    with pytest.raises(NotAllowed):
        written(house, carrier, by=house.dina)  # the officer decides nothing (38(6))
    row = written(house, carrier)
    assert Breach.objects.get().people == "told"
    assert state() is LetterState.WAITING
    rows = f"{list(BreachLetter.objects.values())} {list(OutgoingMessage.objects.values())}"
    assert "kaisa" not in rows.lower()
    carried(house, carrier)
    (message,) = carrier.left
    assert message.to == KAISA.to
    said = message.body.replace(house.register.notice.portal_url, "")
    assert "puhelu" not in f"{message.subject} {said}"
    assert message.name == outgoing().pk, "by which a report knows it"
    assert state() is LetterState.SENT
    assert not lacks()
    code = message.body.split("koodilla ")[1].split(".")[0]
    language, text = letters.read_by_code(house.vault, code, NOON)
    assert language is Language.FI
    assert "puhelu kuultiin" in text
    assert state() is LetterState.READ
    with pytest.raises(Missing):
        letters.read_by_code(house.vault, code[::-1], NOON)
    # Said to a second person it is one paper; its file closed, its code opens nothing.
    written(house, carrier, Addressee("", "toinen@else.example", Language.FI))
    assert BreachPaper.objects.filter(kind="sent").count() == 1
    Breach.objects.update(forgotten_at=NOON)
    with pytest.raises(Missing):
        letters.read_by_code(house.vault, code, NOON)
    assert row.breach_id == Breach.objects.get().pk


@pytest.mark.parametrize("bounces", [False, True], ids=["refused at once", "came back later"])
def test_what_does_not_arrive_comes_back_to_its_breach_and_keeps_it_open(
    house: House, *, bounces: bool
) -> None:
    breach, carrier = judged(house), Carrier(refuses=not bounces)
    row = written(house, carrier)
    carried(house, carrier)
    if bounces:
        assert not lacks()
        assert messages.bounced(outgoing().pk, NOON)
    assert state() is LetterState.LOST
    assert lacks()
    with pytest.raises(InputError):
        letters.told_otherwise(house.vault, breach.pk, row.pk, " ", by=house.eila, now=NOON)
    letters.told_otherwise(house.vault, breach.pk, row.pk, "soitin", by=house.eila, now=NOON)
    assert state() is LetterState.TOLD
    assert not lacks()
    with pytest.raises(Conflict):
        letters.told_otherwise(house.vault, breach.pk, row.pk, "taas", by=house.eila, now=NOON)


def test_a_letter_on_paper_is_owed_until_somebody_has_posted_it(house: House) -> None:
    breach, carrier = judged(house), Carrier()
    row = written(house, carrier, Addressee("Kaisa", "Koivukuja 3, Tampere", Language.FI))
    carried(house, carrier)
    assert carrier.left == []
    assert state() is LetterState.TO_POST
    assert lacks()
    letters.posted(breach.pk, row.pk, by=house.eila, now=NOON)
    assert state() is LetterState.POSTED
    assert not lacks()
    with pytest.raises(Conflict):
        letters.posted(breach.pk, row.pk, by=house.eila, now=NOON)


def test_callers_are_written_to_at_numbers_that_nobody_here_sees(house: House) -> None:
    breach, carrier = judged(house), Carrier()
    desk = house.desk(breach)
    letter, calls = desk.people(Language.FI), desk.scope.reachable
    house_ = told(house, carrier)
    count = letters.tell_callers(house_, breach.pk, letter, calls, by=house.maarit, now=NOON)
    assert count == 1
    with pytest.raises(Conflict):
        letters.tell_callers(house_, breach.pk, letter, calls, by=house.maarit, now=NOON)
    assert lacks()
    assert letters.tend(house_, NOON) == 1
    assert letters.tend(house_, NOON) == 0
    carried(house, carrier)
    (message,) = carrier.left
    assert message.to == vaults.NUMBER
    assert vaults.NUMBER not in str(list(BreachLetter.objects.values()))
    assert state() is LetterState.SENT


def test_a_call_without_a_number_comes_back(house: House) -> None:
    breach, carrier = judged(house), Carrier()
    letter = house.desk(breach).people(Language.FI)
    gone = [BreachLetter.objects.model._meta.get_field("id").get_default()]
    letters.tell_callers(told(house, carrier), breach.pk, letter, gone, by=house.maarit, now=NOON)
    assert letters.tend(told(house, carrier), NOON) == 0
    assert state() is LetterState.LOST
    assert lacks()


def test_a_letter_with_an_empty_place_and_one_without_a_carrier_do_not_leave(house: House) -> None:
    breach = judged(house)
    nobody = Tells(house.vault, house.register, None, None)
    letter = house.desk(breach).people(Language.FI)
    with pytest.raises(InputError):
        letters.tell(nobody, breach.pk, letter, KAISA, by=house.maarit, now=NOON)
    acts.draft(
        house.vault, breach.pk, PEOPLE, Language.FI, {"breach.measures": " "},
        by=house.dina, now=LATER,
    )  # fmt: skip
    empty = house.desk(breach).people(Language.FI)
    with pytest.raises(InputError):
        letters.tell(told(house, Carrier()), breach.pk, empty, KAISA, by=house.maarit, now=NOON)
    assert not BreachLetter.objects.exists()

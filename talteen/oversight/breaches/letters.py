"""The letters of a breach to its people (34): by mail, by text message or on paper, to each person
that is known, and to the numbers of the calls, which nobody here sees.

A message says only that a letter waits and by which code it is read (REGISTER 12.5); the letter is
read on the public page, and that it was read is noted. What does not arrive comes back to its
breach, which cannot be closed until the person was told otherwise.
"""

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override

from talteen import ids
from talteen.errors import Conflict, InputError, Missing, NoLongerOpens
from talteen.ids import BlobId, CaseId, RecordingId
from talteen.life.answer.intake import new_code, sha256_of
from talteen.life.seal import case_files
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice.breaches import BreachStep
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.requests import check_reasons
from talteen.notice.ways import Way
from talteen.oversight.breaches import acts, papers, writing
from talteen.oversight.breaches.letter_state import LetterState, key_of, states
from talteen.oversight.breaches.models import Breach, BreachLetter
from talteen.oversight.breaches.writing import Drafted
from talteen.register.models import Staff
from talteen.register.post import messages
from talteen.register.post.messages import Channel, MessageSender, Sealed
from talteen.register.spared.do_not_record_hashes import full_number

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CODE_LENGTH = 16
_CHANNELS = {Way.MAIL: Channel.MAIL, Way.TEXT: Channel.TEXT}


class Tells(Protocol):
    """What telling people needs of a house."""

    @property
    def vault(self) -> Vault: ...

    @property
    def register(self) -> RegisterFile: ...

    @property
    def sender(self) -> MessageSender | None: ...

    @property
    def text_sender(self) -> MessageSender | None: ...


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a letter."""

    name: str = field(repr=False)
    to: str = field(repr=False)
    """A mail address, a telephone number or an address on paper: it goes by what it is."""
    language: Language


def way_of(house: Tells, to: str) -> Way:
    """How a letter to ``to`` goes. InputError where the house has nobody who carries it."""
    if _ADDRESS.fullmatch(to):
        return _carried(Way.MAIL, house.sender)
    if full_number("".join(to.split())) is not None:
        return _carried(Way.TEXT, house.text_sender)
    return Way.PRINT


def _carried(way: Way, sender: MessageSender | None) -> Way:
    if sender is None:
        raise InputError("nobody carries such messages", remedy="write the address of their post")
    return way


def tell(
    house: Tells, breach: UUID, letter: Drafted, who: Addressee, *, by: Staff, now: datetime
) -> BreachLetter:
    """Write ``letter`` to one person: it leaves with the next sweep, or waits to be posted.

    InputError for an empty address or an empty place of the letter. Not inside a transaction.
    """
    writing.complete(letter)
    to = check_reasons(who.to)
    way = way_of(house, to)
    acts.open_file(house.vault, breach, now)
    with transaction.atomic():
        row = acts.locked(breach, by, acts.DECIDERS)
        told = {"name": who.name.strip(), "to": to, "language": who.language.value}
        addressee = papers.write(house.vault, row, "addressee", told, by=by, now=now)
        made = BreachLetter(breach=row, addressee=addressee, way=way.value)
        _made(house.vault, made, letter, by, now)
        if way is not Way.PRINT:
            _post(house, made, to, now)
        _stepped(row, by, now)
        return made


def tell_callers(
    house: Tells,
    breach: UUID,
    letter: Drafted,
    calls: Collection[UUID],
    *,
    by: Staff,
    now: datetime,
) -> int:
    """Write ``letter`` to the numbers that ``calls`` came from, each call once; how many. The
    numbers are read by the next sweep, and shown to nobody. InputError where nobody carries text
    messages. Not inside a transaction."""
    writing.complete(letter)
    _carried(Way.TEXT, house.text_sender)
    acts.open_file(house.vault, breach, now)
    with transaction.atomic():
        row = acts.locked(breach, by, acts.DECIDERS)
        known = set(row.letters.exclude(recording=None).values_list("recording", flat=True))
        new = sorted(set(calls) - known)
        if not new:
            raise Conflict("each of them was written to", remedy="look at the letters")
        for call in new:
            made = BreachLetter(breach=row, recording=call, way=Way.TEXT.value)
            _made(house.vault, made, letter, by, now)
        _stepped(row, by, now)
        return len(new)


def _made(vault: Vault, made: BreachLetter, letter: Drafted, by: Staff, now: datetime) -> None:
    """The row, and what it says: a paper once for all who get the same."""
    row, told = made.breach, {"text": letter.text}
    last = row.papers.filter(kind="sent", name=letter.language.value).order_by("-at").first()
    if last is None or papers.read(vault, last) != told:
        name = letter.language.value
        last = papers.write(vault, row, "sent", told, by=by, now=now, name=name)
    made.text, made.made_at, made.made_by = last, now, by
    made.save(force_insert=True)


def _stepped(row: Breach, by: Staff, now: datetime) -> None:
    row.people = "told"
    row.save(update_fields=["people"])
    acts.step(row, BreachStep.PEOPLE_TOLD, by=by, now=now)


# --- what leaves ----------------------------------------------------------------------------------


def tend(house: Tells, now: datetime) -> int:
    """Write the messages to the numbers of calls, of which some may be withheld or gone; how many.
    A sweep's work. May be killed anywhere and called again."""
    waiting = BreachLetter.objects.filter(left_at=None, lost_at=None, recording__isnull=False)
    waiting = waiting.filter(breach__forgotten_at=None, breach__has_file=True)
    return sum(_tend_one(house, row, now) for row in waiting)


def _tend_one(house: Tells, row: BreachLetter, now: datetime) -> bool:
    number = _number(house.vault, row, now)
    with transaction.atomic():
        if number is None:
            BreachLetter.objects.filter(pk=row.pk).update(lost_at=now)
            return False
        _post(house, row, number, now)
        return True


def _number(vault: Vault, row: BreachLetter, now: datetime) -> str | None:
    if row.recording is None:
        return None
    with suppress(NoLongerOpens):
        return full_number(vault.entry(RecordingId(row.recording), now).number)
    return None


def _post(house: Tells, row: BreachLetter, to: str, now: datetime) -> None:
    """Write its message into the outbox, sealed under the file of the breach."""
    code, paper = new_code(_CODE_LENGTH), BlobId(ids.new())
    subject, body = _words(house.register, row, code)
    told = {"to": to, "subject": subject, "body": body}
    file = CaseId(row.breach_id)
    sealed = case_files.seal(house.vault, file, paper, told)
    channel = _CHANNELS[Way(row.way)]
    messages.write_sealed(Sealed(key_of(row.pk), channel, paper, file, sealed), now)
    row.code_sha256, row.left_at = sha256_of(code), now
    row.save(update_fields=["code_sha256", "left_at"])


def _words(file: RegisterFile, row: BreachLetter, code: str) -> tuple[str, str]:
    """That a letter waits, and nothing of what it says."""
    told = {
        "who": file.controller.name,
        "page": file.notice.portal_url,
        "code": " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "contact": file.contact.email,
    }
    with override(row.text.name):
        subject = gettext("Sinulle on kirje")
        if row.way == Way.TEXT.value:
            said = gettext(
                "%(who)s: sinulle on tärkeä kirje. Lue se verkkosivumme kohdassa Omat tietoni "
                "koodilla %(code)s. Emme lähetä linkkejä."
            )
        else:
            said = gettext(
                "%(who)s: sinulle on tärkeä kirje. Lue se osoitteessa %(page)s koodilla %(code)s."
                "\n\nKysyttävää? Kirjoita meille: %(contact)s."
            )
        return subject, said % told


# --- what became of it ----------------------------------------------------------------------------


def posted(breach: UUID, letter: UUID, *, by: Staff, now: datetime) -> None:
    """The envelope was posted. Conflict for a letter that is not on paper, or was."""
    with transaction.atomic():
        row = _of(acts.locked(breach, by, acts.HANDLERS | acts.DECIDERS), letter)
        if row.way != Way.PRINT.value or row.left_at is not None:
            raise Conflict("it does not wait to be posted", remedy="look at the letters again")
        row.left_at, row.left_by = now, by
        row.save(update_fields=["left_at", "left_by"])


def told_otherwise(
    vault: Vault, breach: UUID, letter: UUID, how: str, *, by: Staff, now: datetime
) -> None:
    """It did not arrive, and the person was told in another way: ``how`` goes into the file.
    Conflict for one that is not lost."""
    how = check_reasons(how)
    with transaction.atomic():
        row = _of(acts.locked(breach, by, acts.HANDLERS | acts.DECIDERS), letter)
        if states([row])[row.pk] is not LetterState.LOST:
            raise Conflict("it has arrived, as far as is known", remedy="look at the letters again")
        papers.write(vault, row.breach, "told", {"text": how}, by=by, now=now)
        messages.settle_one(key_of(row.pk))
        row.told_at = now
        row.save(update_fields=["told_at"])


def _of(breach: Breach, letter: UUID) -> BreachLetter:
    row = breach.letters.select_for_update().filter(pk=letter).first()
    if row is None:
        raise Missing("this breach has no such letter", remedy="look at the letters again")
    row.breach = breach
    return row


def addressee_of(vault: Vault, row: BreachLetter) -> Texts:
    """Whom it goes to, opened; nothing where that is the number of a call."""
    return papers.read(vault, row.addressee) if row.addressee else {}


def read_by_code(vault: Vault, code: str, now: datetime) -> tuple[Language, str]:
    """The letter that ``code`` opens. Missing for any other code, with one look-up."""
    found = BreachLetter.objects.select_related("text")
    row = found.filter(code_sha256=sha256_of(code), breach__forgotten_at=None).first()
    if row is None:
        raise Missing("no letter has this code", remedy="copy it whole from the message")
    if row.read_at is None:
        BreachLetter.objects.filter(pk=row.pk).update(read_at=now)
    return Language(row.text.name), papers.read(vault, row.text)["text"]

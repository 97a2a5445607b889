"""The letters of a request on their way: what leaves is a message that one waits (12.5, 14.11).

It is written in the transaction that hands the letter out, so what may not be decided is not sent
either, by no button and no program. The outbox seals it under the key of the file until it leaves.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext, override

from talteen.errors import InputError
from talteen.life.answer import calls, identity, packages, posting
from talteen.life.answer.intake import Via
from talteen.life.answer.models import RequestAnswer, RequestPaper, SubjectRequest
from talteen.life.seal.vault import Vault
from talteen.notice import ways
from talteen.notice.particulars import RegisterFile
from talteen.notice.requests import Step
from talteen.notice.ways import Way
from talteen.register.post.messages import Channel, Message, MessageSender


class Sends(Protocol):
    """What sending needs of a house."""

    @property
    def vault(self) -> Vault: ...

    @property
    def register(self) -> RegisterFile: ...

    @property
    def sender(self) -> MessageSender | None: ...

    @property
    def text_sender(self) -> MessageSender | None: ...


_CHANNELS: Mapping[Way, Channel] = {Way.MAIL: Channel.MAIL, Way.TEXT: Channel.TEXT}


def open_ways(house: Sends, row: SubjectRequest) -> tuple[Way, ...]:
    """The ways by which this person can be reached, by what they told."""
    asked = calls.asked_of(house.vault, row)
    carried = {Way.MAIL: house.sender is not None, Way.TEXT: house.text_sender is not None}
    reached = [
        way for way, by in _CHANNELS.items() if carried[way] and identity.receiver(asked, by)
    ]
    posted = [Way.PRINT] if asked.get("reach") and not _to(asked, Way.MAIL) else []
    return (*reached, *posted, Way.COLLECT)


def check(house: Sends, row: SubjectRequest, way: Way) -> Way:
    """``way`` where it is open to this person. InputError for any other."""
    if way not in open_ways(house, row):
        raise InputError("the person gave no such address", remedy="choose another way")
    return way


def answer_waits(house: Sends, answer: RequestAnswer, now: datetime) -> None:
    """Say by the chosen way that the answer waits, and by another the code of its package. In the
    transaction that hands it out."""
    row, way = answer.request, Way(answer.way)
    if way not in ways.MESSAGES:
        return
    package = packages.open_now(row, now)
    words = _ready(house.register, row, way)
    occasion = _occasion(answer)
    _post(house, row, way, Message(f"answer:{occasion}", "", *words), now)
    if package is None or answer.letter != "access_cover":
        return
    by = ways.of_code(way, _proved(house, row), follow_code_mailed=row.via == Via.EMAIL.value)
    if by is not None:
        said = _code(house.register, row, packages.new_code_of(package))
        _post(house, row, by, Message(f"package:{occasion}", "", *said), now)


def _occasion(answer: RequestAnswer) -> str:
    """An answer is told of once, and once more each time it had gone to somebody else."""
    astray = answer.request.edges.filter(step=Step.MISDELIVERED.value).count()
    return f"{answer.pk}:{astray}" if astray else str(answer.pk)


def letter_waits(house: Sends, paper: RequestPaper, now: datetime) -> None:
    """Say that a letter waits which is no answer: a question, more time, an appointment. In the
    transaction of the letter."""
    way = ways.first(open_ways(house, paper.request))
    if way in ways.MESSAGES:
        words = _letter(house.register, paper.request, way)
        _post(house, paper.request, way, Message(f"letter:{paper.pk}", "", *words), now)


def _proved(house: Sends, row: SubjectRequest) -> list[Way]:
    known = identity.known(house.vault, row)
    shown = {Way.TEXT: known.number_at, Way.MAIL: known.address_at}
    return [way for way in open_ways(house, row) if shown.get(way)]


def _to(asked: Mapping[str, str], way: Way) -> str:
    return identity.receiver(asked, _CHANNELS[way])


def _post(house: Sends, row: SubjectRequest, way: Way, said: Message, now: datetime) -> None:
    to = _to(calls.asked_of(house.vault, row), way)
    message = Message(said.key, to, said.subject, said.body)
    posting.post(house.vault, row, _CHANNELS[way], message, now)


# --- words: nothing of what was asked or found ----------------------------------------------------


def _ready(file: RegisterFile, row: SubjectRequest, way: Way) -> tuple[str, str]:
    with override(row.language):
        subject = gettext("Pyyntöösi on vastattu")
        if way is Way.TEXT:
            body = gettext(
                "%(who)s: pyyntöösi %(number)s on vastattu. Lue vastaus sivulla, jolta seuraat "
                "pyyntöäsi. Emme lähetä linkkejä."
            )
        else:
            body = gettext(
                "Pyyntöösi %(number)s on vastattu. Lue vastaus osoitteessa %(page)s "
                "seurantakoodilla, jonka sait, kun pyyntö kirjattiin.\n\nJos et ole pyytänyt "
                "mitään, tämä tuli väärään paikkaan: kerro siitä osoitteeseen %(contact)s."
            )
        return f"{subject} ({row.case.reference})", body % _told(file, row)


def _letter(file: RegisterFile, row: SubjectRequest, way: Way) -> tuple[str, str]:
    with override(row.language):
        subject = gettext("Sinulle on kirje")
        if way is Way.TEXT:
            body = gettext(
                "%(who)s: pyynnössäsi %(number)s on sinulle kirje. Lue se sivulla, jolta seuraat "
                "pyyntöäsi. Emme lähetä linkkejä."
            )
        else:
            body = gettext(
                "Pyynnössäsi %(number)s on sinulle kirje. Lue se osoitteessa %(page)s "
                "seurantakoodilla.\n\nJos et ole pyytänyt mitään, tämä tuli väärään paikkaan: "
                "kerro siitä osoitteeseen %(contact)s."
            )
        return f"{subject} ({row.case.reference})", body % _told(file, row)


def _code(file: RegisterFile, row: SubjectRequest, code: str) -> tuple[str, str]:
    with override(row.language):
        said = gettext("%(who)s: pakettisi koodi on %(code)s. Älä kerro sitä muille.")
        return gettext("Paketin koodi"), said % {**_told(file, row), "code": code}


def _told(file: RegisterFile, row: SubjectRequest) -> dict[str, str]:
    return {
        "who": file.controller.name,
        "number": row.case.reference,
        "page": file.notice.portal_url,
        "contact": file.contact.email,
    }

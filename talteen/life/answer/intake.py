"""Taking a request in, whichever way it comes: one act, one receipt, one clock (14.1-14.3).

No form, signature or reason is needed, and the answer is the same whether or not there is a call:
calls are looked for afterwards (``calls.settle``). The house names an owner at once, and everybody
who answers requests is among the people of its case.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import Enum

from django.db import transaction
from django.db.models import Count, Q

from talteen import ids
from talteen.clock import helsinki_date
from talteen.errors import InputError, Missing, Unavailable
from talteen.ids import CaseId, RecordingId
from talteen.life.answer import papers
from talteen.life.answer.models import RequestEdge, SubjectRequest
from talteen.life.seal import case_files
from talteen.life.seal.vault import Vault
from talteen.notice import requests, rights
from talteen.notice.purposes import Role
from talteen.notice.requests import Stage, Step
from talteen.notice.rights import Right
from talteen.register.log import ledger
from talteen.register.log.ledger_requests import RequestReceived
from talteen.register.models import Case, CaseRecording, Recording, Staff

_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are taken for another when somebody reads them aloud."""
_CODE_LENGTH, _REFERENCE_LENGTH = 16, 6


class Via(Enum):
    """How a request came."""

    AGENT = "agent"
    """Said in a call: the agent's button opened it from the call itself."""
    PHONE = "phone"
    LETTER = "letter"
    EMAIL = "email"
    DESK = "desk"
    PORTAL = "portal"
    API = "api"
    """Another program of the controller took it and handed it over."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person told us. All of it is sealed; any of it may be empty."""

    name: str = field(default="", repr=False)
    reach: str = field(default="", repr=False)
    """A postal or mail address, or a number to call."""
    number: str = field(default="", repr=False)
    """From which they called."""
    day: str = ""
    """About when: an ISO day, empty where they did not say."""
    around: str = ""
    """HH:MM."""
    fact: str = field(default="", repr=False)
    """One fact by which the call is known: line, place, booking (14.6)."""
    words: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)
    """On whose behalf, and by which mandate (14.7)."""
    sound: str = ""
    """"yes" where they want the sound too (14.9)."""


TOLD = tuple(one.name for one in fields(Asked))
"""The names of what a person may tell us."""


class NoRightNamed(InputError):
    """Nothing is asked for, or nothing that the law knows."""


class NotYetReceived(InputError):
    """It is said to have come later than now."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A request as it comes."""

    rights: Collection[Right]
    via: Via
    language: str
    received_at: datetime
    asked: Asked
    by: Staff | None = None
    """Who took it; None for the public page."""
    call: RecordingId | None = None
    """The call in which it was said."""
    unread: bool = False
    """A letter that nobody has read: it may name no right yet (``reading``)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the person gets: a number to name, and a code to follow it with."""

    request: SubjectRequest
    code: str = field(repr=False)


def nothing_more(_: Taken) -> None:
    """Nothing else belongs to it."""


def receive(
    vault: Vault,
    taking: Taking,
    now: datetime,
    *,
    within: Callable[[Taken], None] = nothing_more,
) -> Taken:
    """Take a request in. InputError without a right or with a receipt that is still to come;
    Unavailable where nobody is there to answer it. Not inside a transaction.

    ``within`` runs in the transaction that makes the request: it stands or falls with it.
    """
    asked = rights.in_order(taking.rights)
    if not asked and not taking.unread:
        raise NoRightNamed("no right is named", remedy="choose what the person asks for")
    if taking.received_at > now:
        raise NotYetReceived("it was received in the future", remedy="write when it really came")
    owner = owner_for(taking.by)
    case = CaseId(ids.new())
    case_files.open_file(vault, case, now)
    code = new_code(_CODE_LENGTH)
    with transaction.atomic():
        request = _created(case, taking, asked, owner, code, now)
        texts = {name: getattr(taking.asked, name) for name in TOLD}
        papers.write(vault, request, "asked", {**texts, "code": code}, by=taking.by, now=now)
        ledger.enter(
            RequestReceived(
                request=case, day=request.received_on, limit=request.limit_on, rights=asked
            ),
            now,
        )
        taken = Taken(request, code)
        within(taken)
    return taken


def _created(
    case: CaseId,
    taking: Taking,
    asked: tuple[Right, ...],
    owner: Staff,
    code: str,
    now: datetime,
) -> SubjectRequest:
    day = helsinki_date(taking.received_at)
    row = Case.objects.create(
        id=case,
        reference=_reference(day),
        kind="request",
        opened_at=now,
        opened_by=taking.by or owner,
    )
    row.people.set(Staff.objects.filter(role=Role.REGISTER_CONTACT.value, is_active=True))
    if taking.call is not None and Recording.objects.filter(pk=taking.call).exists():
        CaseRecording.objects.create(case=row, recording_id=taking.call)
    request = SubjectRequest.objects.create(
        case=row,
        stage=Stage.RECEIVED.value,
        rights=[right.value for right in asked],
        via=taking.via.value,
        language=taking.language,
        received_at=taking.received_at,
        received_on=day,
        limit_on=requests.deadline(day, today=helsinki_date(now)).limit,
        owner=owner,
        code_sha256=sha256_of(code),
    )
    RequestEdge.objects.create(
        request=request,
        at=now,
        by=taking.by,
        step=Step.RECEIVED.value,
        stage=Stage.RECEIVED.value,
    )
    return request


def owner_for(by: Staff | None) -> Staff:
    """Who sees to it that it is answered: whoever took it if they may, else who has least to do."""
    contacts = Staff.objects.filter(role=Role.REGISTER_CONTACT.value, is_active=True)
    if by is not None and by.role == Role.REGISTER_CONTACT.value:
        return by
    open_ones = Count("requests_owned", filter=~Q(requests_owned__stage=Stage.CLOSED.value))
    owner = contacts.annotate(open=open_ones).order_by("open", "code").first()
    if owner is None:
        raise Unavailable("nobody answers requests here", remedy="appoint a register contact")
    return owner


def _reference(day: date) -> str:
    """A name that tells neither how many there are nor who asks."""
    return f"P-{day.year}-{new_code(_REFERENCE_LENGTH)}"


def new_code(length: int) -> str:
    """So many signs that nobody can guess."""
    return "".join(secrets.choice(_SIGNS) for _ in range(length))


def sha256_of(code: str) -> bytes:
    """Of a code as it was typed: blanks, dashes and small letters make no difference."""
    return hashlib.sha256("".join(code.upper().replace("-", "").split()).encode()).digest()


def by_code(code: str) -> SubjectRequest:
    """The request that a person follows by ``code``; Missing for any other, with one look-up."""
    found = SubjectRequest.objects.filter(code_sha256=sha256_of(code), forgotten_at=None).first()
    if found is None:
        raise Missing("no request has this code", remedy="copy it whole from the receipt")
    return found

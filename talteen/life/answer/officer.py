"""Writing to the data protection officer in confidence (GDPR 38(4)-(5), REGISTER 2.4; 2.s2).

A message has a key of its own, made in a roll and let die in one, and only the officer's role opens
it: no manager, no register contact, no administrator. The person reads the answer by a code that is
shown once. The officer is told by mail that something waits, and not what.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen import ids
from talteen.clock import helsinki_date
from talteen.errors import InputError, Missing, NotAllowed
from talteen.ids import BlobId, CaseId
from talteen.life.answer.intake import new_code, sha256_of
from talteen.life.answer.officer_models import OfficerMessage
from talteen.life.seal import case_files
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice import months
from talteen.notice.purposes import Role
from talteen.register.models import Staff

LONGEST = 8_000
"""Signs of a message, and of its answer."""
_CODE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was taken in, and the code that is shown once."""

    message: OfficerMessage
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A message as the officer reads it, or as the person does who wrote it."""

    id: UUID
    at: datetime
    language: str
    text: str = field(repr=False)
    reach: str = field(repr=False)
    answered_at: datetime | None
    answer: str = field(repr=False)


def send(vault: Vault, text: str, reach: str, language: str, now: datetime) -> Sent:
    """Take a message in. InputError for an empty or a far too long one. Not inside a
    transaction."""
    words = _checked(text)
    if len(reach) > LONGEST:
        raise InputError("this is too long", remedy=f"write at most {LONGEST} signs")
    message, code = ids.new(), new_code(_CODE_LENGTH)
    case_files.open_file(vault, CaseId(message), now)
    row = OfficerMessage.objects.create(
        id=message,
        at=now,
        language=language,
        sealed=_sealed(vault, message, 0, {"text": words, "reach": reach.strip()}),
        code_sha256=sha256_of(code),
    )
    return Sent(row, code)


def waiting() -> list[OfficerMessage]:
    """Messages whose key lives, those without an answer first, oldest first."""
    rows = OfficerMessage.objects.filter(ended_at=None).order_by("at")
    return sorted(rows, key=lambda row: row.answered_at is not None)


def read(vault: Vault, message: UUID, *, by: Staff) -> Opened:
    """A message, for the officer. NotAllowed to anybody else, Missing where its key has died."""
    _only_officer(by)
    return _opened(vault, _living(message))


def answer(vault: Vault, message: UUID, text: str, *, by: Staff, now: datetime) -> None:
    """Answer a message, in the place of an earlier answer. Raises as ``read``; InputError where it
    is empty."""
    _only_officer(by)
    words = _checked(text)
    with transaction.atomic():
        row = OfficerMessage.objects.select_for_update().get(pk=_living(message).pk)
        row.answer = _sealed(vault, row.pk, 1, {"text": words})
        row.answered_at = now
        row.save(update_fields=["answer", "answered_at"])


def by_code(vault: Vault, code: str) -> Opened:
    """The message that ``code`` belongs to, for whoever wrote it; Missing for any other code."""
    row = OfficerMessage.objects.filter(code_sha256=sha256_of(code), ended_at=None).first()
    if row is None:
        raise _missing()
    return _opened(vault, row)


def end(vault: Vault, message: UUID, *, by: Staff, now: datetime) -> None:
    """Let a message go: its key dies, and nobody reads it any more. Raises as ``read``."""
    _only_officer(by)
    _end(vault, [_living(message).pk], now)


def forget(vault: Vault, request_months: int, now: datetime) -> int:
    """Let go of what is older than the file of a request may be (14.18); how many."""
    today = helsinki_date(now)
    rows = OfficerMessage.objects.filter(ended_at=None).values_list("pk", "at")
    old = [pk for pk, at in rows if months.later(helsinki_date(at), request_months) <= today]
    _end(vault, old, now)
    return len(old)


def _end(vault: Vault, messages: list[UUID], now: datetime) -> None:
    case_files.close_files(vault, frozenset(map(CaseId, messages)), now)
    OfficerMessage.objects.filter(pk__in=messages).update(sealed=b"", answer=b"", ended_at=now)


def _only_officer(by: Staff) -> None:
    if by.role != Role.DPO.value or not by.is_active:
        raise NotAllowed(
            "only the data protection officer reads these", remedy="write to the officer yourself"
        )


def _living(message: UUID) -> OfficerMessage:
    row = OfficerMessage.objects.filter(pk=message, ended_at=None).first()
    if row is None:
        raise _missing()
    return row


def _missing() -> Missing:
    return Missing("there is no such message", remedy="copy the code whole, as it was shown")


def _checked(text: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise InputError(
            "the message is empty or too long", remedy=f"write at most {LONGEST} signs"
        )
    return words


def _paper(message: UUID, number: int) -> BlobId:
    """The two papers of a message: itself, and its answer."""
    return BlobId(UUID(int=(message.int + number) % (1 << 128)))


def _sealed(vault: Vault, message: UUID, number: int, texts: Texts) -> bytes:
    return case_files.seal(vault, CaseId(message), _paper(message, number), texts)


def _texts(vault: Vault, message: UUID, number: int, sealed: bytes) -> Texts:
    return case_files.unseal(vault, CaseId(message), _paper(message, number), sealed)


def _opened(vault: Vault, row: OfficerMessage) -> Opened:
    told = _texts(vault, row.pk, 0, bytes(row.sealed))
    answered = _texts(vault, row.pk, 1, bytes(row.answer)) if row.answer else {}
    return Opened(
        id=row.pk,
        at=row.at,
        language=row.language,
        text=told["text"],
        reach=told["reach"],
        answered_at=row.answered_at,
        answer=answered.get("text", ""),
    )

"""The mailbox of requests: each letter in it becomes a request, with the time at which it arrived.

A letter is sealed in the transaction that remembers it, and goes from the mailbox after that:
killed anywhere, the house takes it once, and none is lost (J13). What it says stands in no log.

A letter that names an open request joins its file. Letters of machines are moved to another folder
of the mailbox, and nothing is answered to them (RFC 3834).
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import structlog
from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Unavailable
from talteen.life.answer import (
    canary,
    clues,
    delivery_report,
    intake,
    letter,
    papers,
    receipts,
    steps,
    undelivered,
)
from talteen.life.answer.house import Keeps
from talteen.life.answer.intake import Asked, Taken, Taking, Via
from talteen.life.answer.letter import Letter
from talteen.life.answer.mailbox_models import MailboxLetter, MailboxState
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.life.seal.rolling import Progress, silent
from talteen.life.seal.vault import Vault
from talteen.notice.requests import Stage
from talteen.register.post.imap import Lying, Mailbox

log = structlog.get_logger()

EVERY, LOST_AFTER = timedelta(minutes=1), timedelta(minutes=15)
"""How often the mailbox is read; after how long a job that was not done is taken for lost."""
AT_MOST_AN_HOUR = 60
"""Requests that are taken from the mailbox: each costs a roll. The others lie there, and their
clock runs from when they arrived."""
REMEMBERED = timedelta(days=30)
_LANGUAGE = "fi"
"""Of the answer, until somebody has read the letter."""


class Kind(Enum):
    """What a letter is to the house."""

    REQUEST = "request"
    REPLY = "reply"
    AUTOMATIC = "automatic"


@dataclass(slots=True)
class Read:
    """What lay in the mailbox."""

    requests: int = 0
    replies: int = 0
    automatic: int = 0
    came_back: int = 0
    """Messages of ours of which such a letter reports that they did not arrive."""
    again: int = 0
    """Letters that were taken in before."""
    canaries: int = 0
    failed: int = 0
    left: bool = False
    """More than may be taken in an hour: the rest waits."""


def due(now: datetime) -> bool:
    """Whether the mailbox is to be read now; says so once a minute, to one of all who ask, and not
    while it is to be read already."""
    state, _ = MailboxState.objects.get_or_create()
    pause = LOST_AFTER if state.waits else EVERY
    if state.asked_at is not None and now - state.asked_at < pause:
        return False
    mine = MailboxState.objects.filter(pk=state.pk, asked_at=state.asked_at)
    return bool(mine.update(asked_at=now, waits=True))


def done() -> None:
    """It was read, or could not be: the next minute asks again."""
    MailboxState.objects.update(waits=False)


def read(house: Keeps, box: Mailbox, now: datetime, *, progress: Progress = silent) -> Read:
    """Take in what lies in ``box``. May be killed anywhere and called again: ``progress`` hears
    what lasts. Raises Unavailable where the mailbox, or a key holder, is away."""
    done = Read()
    for lying in box.letters():
        try:
            _take(house, box, lying, now, done, progress)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  (one letter must not stop those behind it)
            done.failed += 1
            log.error("mailbox.letter_failed", reason=type(error).__name__)
    if not done.failed and not done.left:
        MailboxState.objects.update(read_at=now)
    MailboxLetter.objects.filter(seen_at__lt=now - REMEMBERED).delete()
    return done


def _taken_lately(now: datetime) -> int:
    since = now - timedelta(hours=1)
    return MailboxLetter.objects.filter(kind=Kind.REQUEST.value, taken_at__gt=since).count()


def _take(
    house: Keeps, box: Mailbox, lying: Lying, now: datetime, done: Read, progress: Progress
) -> None:
    told = letter.read(lying.raw)
    if told.token and canary.came_back(told.token, now):
        done.canaries += 1
    elif _known(house.vault, told, now):
        done.again += 1
    elif told.automatic:
        box.copy_aside(lying.uid)
        with transaction.atomic():
            done.came_back += undelivered.came_back(delivery_report.undelivered(lying.raw), now)
            _remember(house.vault, told, Kind.AUTOMATIC, now)
        done.automatic += 1
    elif (request := _open_request(told)) is not None:
        _join(house.vault, request, told, lying, now)
        done.replies += 1
    elif _taken_lately(now) >= AT_MOST_AN_HOUR:
        done.left = True
        return
    else:
        receive(house, told, lying, now)
        done.requests += 1
    progress("taken")
    box.remove(lying.uid)
    progress("removed")


def _known(vault: Vault, told: Letter, now: datetime) -> bool:
    return bool(MailboxLetter.objects.filter(mark=_mark(vault, told)).update(seen_at=now))


def _mark(vault: Vault, told: Letter) -> bytes:
    return hmac.digest(vault.mailbox_key(), b"letter\0" + told.told, "sha256")


def _remember(
    vault: Vault,
    told: Letter,
    kind: Kind,
    now: datetime,
    request: SubjectRequest | None = None,
) -> MailboxLetter:
    return MailboxLetter.objects.create(
        mark=_mark(vault, told),
        kind=kind.value,
        sender=receipts.sender_mark(vault, told.address),
        request=request,
        taken_at=now,
        seen_at=now,
    )


def _open_request(told: Letter) -> SubjectRequest | None:
    rows = SubjectRequest.objects.filter(case__reference__in=told.references, forgotten_at=None)
    return rows.exclude(stage=Stage.CLOSED.value).order_by("received_at").first()


def _join(vault: Vault, request: SubjectRequest, told: Letter, lying: Lying, now: datetime) -> None:
    """The clock that stood for an answer goes on from the day on which it came (14.4)."""
    came = min(lying.arrived_at, now)
    with transaction.atomic():
        row = steps.locked(request.pk, None)
        texts = {"from": told.address, "name": told.name, "text": _words(told)}
        papers.write(vault, row, "reply", texts, by=None, now=now)
        _keep_attached(vault, row, told, lying, now)
        steps.replied(row, came)
        _remember(vault, told, Kind.REPLY, now, row)


def receive(house: Keeps, told: Letter, lying: Lying, now: datetime) -> None:
    """A letter that was taken for a request, and its receipt. Not inside a transaction."""
    words, came = _words(told), min(lying.arrived_at, now)
    day = clues.day(words, helsinki_date(came))
    asked = Asked(
        name=told.name,
        reach=told.address,
        number=clues.number(words),
        day=day.isoformat() if day else "",
        words=words,
    )
    taking = Taking((), Via.EMAIL, _LANGUAGE, came, asked, unread=True)

    def also(taken: Taken) -> None:
        row = _remember(house.vault, told, Kind.REQUEST, now, taken.request)
        _keep_attached(house.vault, taken.request, told, lying, now)
        receipts.keep(house, taken, now)
        if told.answerable and receipts.may_answer(row, now):
            receipts.post(house, taken, told.address, now)
            row.answered = True
            row.save(update_fields=["answered"])

    intake.receive(house.vault, taking, now, within=also)


def _words(told: Letter) -> str:
    return "\n\n".join(filter(None, (told.subject, told.words)))


def _keep_attached(
    vault: Vault, row: SubjectRequest, told: Letter, lying: Lying, now: datetime
) -> None:
    """A letter with attachments, or with more words than are shown, is kept as it came, sealed; one
    that is too large is not (``imap.LARGEST``), and the page says so."""
    if not (told.attachments or told.cut or not lying.whole):
        return
    whole = base64.b64encode(lying.raw).decode() if lying.whole else ""
    papers.write(vault, row, "attached", {"letter": whole}, by=None, now=now)


def let_go_aside(box: Mailbox, days: int, now: datetime) -> int:
    """Once a day, let go of the letters of machines that were moved ``days`` days ago or earlier:
    long enough to find one that was taken for a machine's, and no archive. How many."""
    today = helsinki_date(now)
    if MailboxState.objects.filter(aside_on=today).exists():
        return 0
    gone = box.empty_aside(today - timedelta(days=days))
    MailboxState.objects.update_or_create(pk=1, defaults={"aside_on": today})
    return gone


# --- what the pages ask ---------------------------------------------------------------------------


def attached(vault: Vault, paper: RequestPaper) -> bytes:
    """A letter as it came, of a paper of kind "attached"; empty where it was too large."""
    return base64.b64decode(papers.read(vault, paper)["letter"])


def drop_attached(request: SubjectRequest) -> int:
    """Let the letters with attachments go: a picture of an identity card is not kept (14.6). What
    was written stays. How many they were."""
    gone, _ = request.papers.filter(kind="attached").delete()
    return gone


def set_aside(now: datetime) -> int:
    """Letters of machines that were moved to the other folder in the last week."""
    since = now - timedelta(days=7)
    return MailboxLetter.objects.filter(kind=Kind.AUTOMATIC.value, taken_at__gt=since).count()

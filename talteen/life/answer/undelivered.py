"""A message to the person of a request that did not arrive: its mail server refused it, or a
report came back (RFC 3464).

It stands on its request until it was said in another way. The clock of the law runs meanwhile, and
one that stood for an answer to a question runs again: who was not asked owes no reply (12(3)).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from talteen.errors import Conflict
from talteen.life.answer import papers, steps
from talteen.life.answer.models import RequestPaper, RequestStop, SubjectRequest
from talteen.life.seal.vault import Vault
from talteen.notice import requests
from talteen.register.models import Staff
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import UNDELIVERED

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The newest message of a request that did not arrive."""

    at: datetime
    """When that became known."""
    channel: str
    count: int


def came_back(names: Collection[UUID], now: datetime) -> int:
    """Note that messages of these names did not arrive; how many of them were ours."""
    found = sum(messages.bounced(name, now) for name in names)
    if found:
        log.warning("message.came_back", n=found)
    return found


def tend(now: datetime) -> int:
    """Let the clock go on where it stood for a reply to a question that did not arrive; how often.
    May be called any number of times."""
    waiting = RequestStop.objects.filter(replied_on=None).values_list("request", flat=True)
    return sum(_go_on(request, now) for request in set(waiting))


@transaction.atomic
def _go_on(request: UUID, now: datetime) -> bool:
    row = steps.locked(request, None)
    asked = row.papers.filter(kind="letter", name="identity_question").order_by("-at").first()
    if asked is None or not _is_lost(asked):
        return False
    for stop in row.stops.filter(replied_on=None):
        stop.replied_on = stop.asked_on  # it never stood
        stop.save(update_fields=["replied_on"])
    row.limit_on = steps.deadline(row, now).limit
    row.save(update_fields=["limit_on"])
    return True


def _is_lost(paper: RequestPaper) -> bool:
    return OutgoingMessage.objects.filter(key=f"letter:{paper.pk}", state__in=UNDELIVERED).exists()


def standing(requests_: Collection[UUID] | None = None) -> Mapping[UUID, Undelivered]:
    """What did not arrive and was not said otherwise, by the request (None: of all)."""
    rows = OutgoingMessage.objects.filter(state__in=UNDELIVERED).exclude(file=None)
    if requests_ is not None:
        rows = rows.filter(file__in=requests_)
    found: dict[UUID, Undelivered] = {}
    for row in rows.order_by("done_at"):
        if row.file and row.done_at:
            before = found.get(row.file)
            count = before.count + 1 if before else 1
            found[row.file] = Undelivered(row.done_at, row.channel, count)
    return found


def told_otherwise(vault: Vault, request: UUID, how: str, *, by: Staff, now: datetime) -> None:
    """The person was told in another way; ``how`` goes into the file. InputError where it is empty,
    Conflict where nothing is undelivered."""
    how = requests.check_reasons(how)
    with transaction.atomic():
        row = steps.locked(request, by)
        if not messages.settle(row.pk):
            raise Conflict("everything has arrived", remedy="read the request again")
        papers.write(vault, row, "reasons", {"text": how}, by=by, now=now)


def open_ones() -> list[SubjectRequest]:
    """The requests with something undelivered, the nearest day first."""
    rows = steps.listed().filter(pk__in=list(standing()))
    return list(rows.order_by("limit_on"))

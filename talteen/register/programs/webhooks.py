"""Programs are told what happened: subscriptions, and a queue that outlives everything but its end.

``gather`` follows the ledger and writes one message an event and subscription; its place in the
ledger moves in the same transaction, so nothing is forgotten and nothing told twice under two
names. ``tell`` sends what waits, oldest first, and stops at a receiver that is away. What nobody
took in four days is *dead* and stays to be seen, until somebody sends it again, lets go of it, or a
month is over.
"""

import base64
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid5

import structlog
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from talteen import ids
from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, NotAllowed, TalteenError
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.programs import api_tokens, webhook
from talteen.register.programs.api_models import (
    ApiRequest,
    ApiToken,
    WebhookMessage,
    WebhookSubscription,
)
from talteen.register.programs.api_scopes import Scope
from talteen.register.programs.hook_events import BY_TAG, EVENTS
from talteen.register.programs.webhook import Message, Secret

MOST = 20
"""Subscriptions of one token."""
BOTH_SIGN = timedelta(days=1)
"""How long the secret before signs too."""
REMEMBERED = timedelta(days=30)
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Between the tries (the schedule that Standard Webhooks proposes), then it is dead."""
_AT_ONCE, _A_ROUND, _ROUND = 500, 50, timedelta(seconds=60)
_ASKED_FOR = timedelta(minutes=5)
_SECRET_BYTES = 32
Seal = Callable[[UUID, UUID, bytes], bytes]
"""``seal(subscription, owner, plain)``, and ``unseal`` the other way (``seal.personal``)."""
Send = Callable[[str, Message], int]
"""Posts a message to an address and gives the status; 0 where nobody answered. TalteenError where
it may not go there."""
log = structlog.get_logger()


class State(Enum):
    """How far a message has come."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    LET_GO = "let_go"
    """A person said that nobody needs it any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one subscription stands."""

    row: WebhookSubscription
    waiting: int
    dead: int
    sent_at: datetime | None


# --- subscribing ------------------------------------------------------------------------------


def subscribe(
    token: ApiToken, url: str, events: Collection[str], now: datetime, *, seal: Seal
) -> tuple[WebhookSubscription, str]:
    """A subscription and its secret, which is shown once. Inside a transaction.

    ``url`` was judged. InputError for an event that is none, NotAllowed for one that is not for the
    token's owner, Conflict where there are too many.
    """
    if not events or not set(events) <= set(EVENTS):
        raise InputError("there is no such event", remedy="choose from the list")
    if not all(token.owner.role in _roles(one) for one in events):
        raise NotAllowed(
            "whoever answers for this token may not know of that", remedy="name other events"
        )
    if WebhookSubscription.objects.filter(token=token, ended_at=None).count() >= MOST:
        raise Conflict("this token has enough webhooks", remedy="end one of them")
    shown, key = _new_secret()
    row = WebhookSubscription(
        id=ids.new(),
        token=token,
        url=url,
        events=sorted(set(events)),
        next_index=_newest() + 1,
        made_at=now,
    )
    row.sealed = seal(row.pk, token.owner_id, key)
    row.save(force_insert=True)
    return row, shown


def rotate(row: WebhookSubscription, now: datetime, *, seal: Seal) -> str:
    """A new secret, shown once; the one before signs beside it for a day."""
    shown, key = _new_secret()
    row.sealed_before, row.before_until = row.sealed, now + BOTH_SIGN
    row.sealed = seal(row.pk, row.token.owner_id, key)
    row.save(update_fields=["sealed", "sealed_before", "before_until"])
    return shown


def end(row: WebhookSubscription, now: datetime, *, gone: bool = False) -> None:
    """Nothing more is told; what waits is let go of."""
    row.ended_at, row.gone = now, gone
    row.save(update_fields=["ended_at", "gone"])
    row.messages.filter(state=State.WAITING.value).update(state=State.DEAD.value, done_at=now)


def of(token: ApiToken) -> QuerySet[WebhookSubscription]:
    """The subscriptions of ``token`` that have not ended."""
    rows = WebhookSubscription.objects.filter(token=token, ended_at=None)
    return rows.select_related("token__owner").order_by("made_at", "pk")


def living(now: datetime) -> QuerySet[WebhookSubscription]:
    """Every subscription that has not ended, with a token in force."""
    rows = WebhookSubscription.objects.filter(ended_at=None, token__in=api_tokens.living_at(now))
    return rows.select_related("token__owner")


def standing() -> list[Standing]:
    """All subscriptions that have not ended, and what became of their messages."""
    rows = WebhookSubscription.objects.filter(ended_at=None).select_related("token__owner")
    counted = rows.annotate(
        waiting=Count("messages", filter=Q(messages__state=State.WAITING.value)),
        dead=Count("messages", filter=Q(messages__state=State.DEAD.value)),
        sent=Max("messages__done_at", filter=Q(messages__state=State.SENT.value)),
    )
    return [Standing(row, row.waiting, row.dead, row.sent) for row in counted.order_by("made_at")]


def _newest() -> int:
    newest = LedgerEntry.objects.aggregate(n=Max("index"))["n"]
    return -1 if newest is None else int(newest)


def _roles(event: str) -> frozenset[str]:
    return frozenset(role.value for role in EVENTS[event].roles)


def _new_secret() -> tuple[str, bytes]:
    key = secrets.token_bytes(_SECRET_BYTES)
    return webhook.PREFIX + base64.b64encode(key).decode(), key


# --- what is to be told -----------------------------------------------------------------------


def gather(machine_at: datetime) -> int:
    """Write a message for each new event and subscription; how many. May be killed anywhere."""
    return sum(_gather(pk, machine_at) for pk in living(machine_at).values_list("pk", flat=True))


@transaction.atomic
def _gather(subscription: UUID, machine_at: datetime) -> int:
    rows = WebhookSubscription.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("token__owner").filter(pk=subscription, ended_at=None).first()
    if row is None:
        return 0
    entries = LedgerEntry.objects.filter(index__gte=row.next_index).order_by("index")[:_AT_ONCE]
    found = [(one.index or 0, one.kind, bytes(one.raw)) for one in entries]
    if not found:
        return 0
    row.next_index = found[-1][0] + 1
    row.save(update_fields=["next_index"])
    messages = [
        _message(row, index, raw, machine_at)
        for index, kind, raw in found
        if _is_told(row, kind, machine_at)
    ]
    WebhookMessage.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def _is_told(row: WebhookSubscription, kind: str, machine_at: datetime) -> bool:
    """Asked anew for every event: the owner may have left, or have another role."""
    event = BY_TAG.get(kind)
    if event is None or event.name not in row.events:
        return False
    try:
        api_tokens.may(row.token, Scope.WEBHOOKS, helsinki_date(machine_at))
    except NotAllowed:
        return False
    return row.token.owner.role in _roles(event.name)


def _message(
    row: WebhookSubscription, index: int, raw: bytes, machine_at: datetime
) -> WebhookMessage:
    entered = ledger_bytes.read(raw)
    event = BY_TAG[entered.entry.tag]
    about = {name: str(getattr(entered.entry, name)) for name in event.about}
    if "request" in about:
        handed = ApiRequest.objects.filter(token=row.token, request=about["request"]).first()
        about |= {"subject_request_id": str(handed.pk)} if handed else {}
    return WebhookMessage(
        id=uuid5(row.pk, str(index)),
        subscription=row,
        event=event.name,
        about=about,
        at=entered.at,
        not_before=machine_at,
    )


# --- telling it -------------------------------------------------------------------------------


def due(machine_at: datetime, ask: Callable[[UUID], None]) -> int:
    """``ask`` for each subscription that has something to be told now, in one transaction."""
    waiting = Q(messages__state=State.WAITING.value, messages__not_before__lte=machine_at)
    free = Q(asked_until=None) | Q(asked_until__lte=machine_at)
    named = set(living(machine_at).filter(waiting, free).values_list("pk", flat=True))
    if not named:
        return 0
    with transaction.atomic():
        rows = WebhookSubscription.objects.select_for_update(skip_locked=True)
        for row in rows.filter(free, pk__in=named):
            row.asked_until = machine_at + _ASKED_FOR
            row.save(update_fields=["asked_until"])
            ask(row.pk)
    return len(named)


def tell(subscription: UUID, clock: Callable[[], datetime], *, unseal: Seal, send: Send) -> int:
    """Send what waits for one subscription, oldest first; how many were taken.

    Ends at a receiver that is away, or after a minute: the rest is asked for again.
    """
    began = clock()
    row = living(began).filter(pk=subscription).first()
    taken = 0
    if row is not None:
        for message in _waiting(row, began)[:_A_ROUND]:
            state = _tell(row, message, clock(), unseal=unseal, send=send)
            taken += state is State.SENT
            if row.ended_at or (state is not State.SENT and _away(message.http_status)):
                _put_off(row, message)
                break
            if clock() - began > _ROUND:
                break
    WebhookSubscription.objects.filter(pk=subscription).update(asked_until=None)
    return taken


def _waiting(row: WebhookSubscription, at: datetime) -> QuerySet[WebhookMessage]:
    waiting = row.messages.filter(state=State.WAITING.value, not_before__lte=at)
    return waiting.order_by("at", "pk")


def _tell(
    row: WebhookSubscription,
    message: WebhookMessage,
    now: datetime,
    *,
    unseal: Seal,
    send: Send,
) -> State:
    signed = webhook.signed(
        message.pk,
        message.event,
        {name: UUID(told) for name, told in message.about.items()},
        message.at,
        _secrets(row, now, unseal),
        sent_at=now,
    )
    try:
        message.http_status = send(row.url, signed)
    except TalteenError as error:
        log.warning("webhook.refused", reason=error.slug)
        message.http_status = 0
    message.attempts += 1
    state = _state(message)
    message.state = state.value
    if state is State.WAITING:
        message.not_before = now + _wait(message)
    else:
        message.done_at = now
    message.save(update_fields=["http_status", "attempts", "state", "not_before", "done_at"])
    if message.http_status == 410:
        end(row, now, gone=True)
    log.info("webhook.told", state=message.state, attempts=message.attempts,
             http_status=message.http_status)  # fmt: skip
    return state


def _state(message: WebhookMessage) -> State:
    if 200 <= message.http_status < 300:
        return State.SENT
    over = message.attempts > len(WAITS) or message.http_status == 410
    return State.DEAD if over else State.WAITING


def _wait(message: WebhookMessage) -> timedelta:
    """With some scatter, so that a receiver that comes back is not run over."""
    wait = WAITS[min(message.attempts, len(WAITS)) - 1]
    return wait * (1 + message.pk.bytes[0] / 2560)


def _away(status: int) -> bool:
    """Whether the receiver itself is in trouble, and not this message."""
    return status == 0 or status == 429 or status >= 500


def _put_off(row: WebhookSubscription, message: WebhookMessage) -> None:
    """Nothing else is sent before the message at which the receiver was away."""
    waiting = row.messages.filter(state=State.WAITING.value, not_before__lt=message.not_before)
    waiting.update(not_before=message.not_before)


def _secrets(row: WebhookSubscription, now: datetime, unseal: Seal) -> list[Secret]:
    sealed = [bytes(row.sealed)]
    if row.sealed_before and row.before_until and now < row.before_until:
        sealed.append(bytes(row.sealed_before))
    return [Secret(unseal(row.pk, row.token.owner_id, one)) for one in sealed]


# --- what nobody took -------------------------------------------------------------------------


def dead(token: ApiToken | None = None) -> Sequence[WebhookMessage]:
    """The messages that nobody took, newest first, of subscriptions that stand."""
    rows = _dead(token).select_related("subscription__token")
    return list(rows.order_by("-done_at", "pk")[:100])


def again(
    machine_at: datetime,
    token: ApiToken | None = None,
    *,
    webhook: UUID | None = None,
    message: UUID | None = None,
) -> int:
    """Send what nobody took once more, from the first try on; how many. All of it, or that of a
    subscription, or one."""
    rows = _dead(token, webhook, message)
    return rows.update(state=State.WAITING.value, attempts=0, not_before=machine_at, done_at=None)


def let_go(webhook: UUID, message: UUID | None = None) -> int:
    """Nobody needs what a subscription did not take, or one message of it; how many. What was let
    go of is sent no more, and forgotten with the rest."""
    return _dead(None, webhook, message).update(state=State.LET_GO.value)


def _dead(
    token: ApiToken | None, webhook: UUID | None = None, message: UUID | None = None
) -> QuerySet[WebhookMessage]:
    named = {"subscription__token": token, "subscription": webhook, "pk": message}
    asked = {name: value for name, value in named.items() if value is not None}
    return WebhookMessage.objects.filter(
        state=State.DEAD.value, subscription__ended_at=None, **asked
    )


def forget(machine_at: datetime) -> int:
    """Let go of messages that were told, or given up, a month ago; how many."""
    return WebhookMessage.objects.filter(done_at__lt=machine_at - REMEMBERED).delete()[0]

"""Operations of the house for those who want to be told: subscribe, look, change the secret, end.

The subscriptions are the token's own. Whether an address may be told is judged when it is named and
again before every message (``flow.hooks``).
"""

from datetime import datetime
from enum import Enum
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from pydantic import Field

from talteen.clock import SystemClock
from talteen.desk.interface.api_frame import Asked, Operation, Reply, Value, json_body
from talteen.desk.page.problems import ROOT
from talteen.errors import Missing
from talteen.life.seal import personal
from talteen.oversight.flow import hooks
from talteen.register.programs import webhooks
from talteen.register.programs.api_models import WebhookMessage, WebhookSubscription
from talteen.register.programs.api_scopes import Scope
from talteen.register.programs.hook_events import EVENTS

Event = Enum("Event", {name.replace(".", "_"): name for name in EVENTS})  # type: ignore[misc]


class Wanted(Value):
    """What is to be told, and where."""

    url: Annotated[str, Field(max_length=512)]
    """An https address of a host that a record of the register names."""
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=len(EVENTS))]


class Webhook(Value):
    """One subscription."""

    webhook: UUID
    url: str
    events: tuple[Event, ...]
    made: datetime


class WithSecret(Webhook):
    """The same, with what signs its messages from now on. It is shown here only."""

    secret: str
    """whsec_ and 32 bytes in Base64 (Standard Webhooks)."""


class Webhooks(Value):
    """The subscriptions of the token."""

    items: tuple[Webhook, ...]


class Dead(Value):
    """A message that nobody took."""

    message: UUID
    """Its webhook-id."""
    webhook: UUID
    event: Event
    happened: datetime
    attempts: int
    http_status: int
    """Of the last try; 0 where nobody answered."""


class DeadOnes(Value):
    """The newest hundred."""

    items: tuple[Dead, ...]


class SentAgain(Value):
    """How many."""

    messages: int


def _list(asked: Asked) -> Reply:
    rows = webhooks.of(asked.by())
    return Reply(Webhooks(items=tuple(Webhook(**_facts(row)) for row in rows)))


def _subscribe(asked: Asked) -> Reply:
    told: Wanted = asked.body
    house, token = asked.at_home(), asked.by()
    hooks.target(house.config, house.register, told.url, asked.today)
    with transaction.atomic():
        row, secret = webhooks.subscribe(
            token,
            told.url,
            [one.value for one in told.events],
            SystemClock().now(),
            seal=partial(personal.seal, house.vault, personal.Kind.HOOK),
        )
        answer = WithSecret(**_facts(row), secret=secret)
        where = {"Location": f"{ROOT}webhooks/{row.pk}"}
        return asked.keep(Reply(answer, status=201, headers=where))


def _rotate(asked: Asked) -> Reply:
    house = asked.at_home()
    with transaction.atomic():
        row = _own(asked)
        seal = partial(personal.seal, house.vault, personal.Kind.HOOK)
        secret = webhooks.rotate(row, SystemClock().now(), seal=seal)
        return asked.keep(Reply(WithSecret(**_facts(row), secret=secret)))


def _end(asked: Asked) -> Reply:
    with transaction.atomic():
        webhooks.end(_own(asked), SystemClock().now())
    return Reply(None, status=204)


def _dead(asked: Asked) -> Reply:
    return Reply(DeadOnes(items=tuple(map(_nobody_took, webhooks.dead(asked.by())))))


def _again(asked: Asked) -> Reply:
    with transaction.atomic():
        count = webhooks.again(SystemClock().now(), asked.by())
        return asked.keep(Reply(SentAgain(messages=count)))


def _own(asked: Asked) -> WebhookSubscription:
    rows = webhooks.of(asked.by()).select_for_update(of=("self",))
    row = rows.filter(pk=asked.id("webhook")).first()
    if row is None:
        raise Missing("this token has no such webhook", remedy="look at the list")
    return row


def _facts(row: WebhookSubscription) -> dict[str, Any]:
    events = tuple(Event(one) for one in row.events)
    return {"webhook": row.pk, "url": row.url, "events": events, "made": row.made_at}


def _nobody_took(row: WebhookMessage) -> Dead:
    return Dead(
        message=row.pk,
        webhook=row.subscription_id,
        event=Event(row.event),
        happened=row.at,
        attempts=row.attempts,
        http_status=row.http_status,
    )


_S = Scope.WEBHOOKS
OPERATIONS = (
    Operation("webhooks", "GET", "webhooks", _S, "The webhooks of this token.", _list, Webhooks),
    Operation(
        "subscribe",
        "POST",
        "webhooks",
        _S,
        "Be told of events, by messages that Standard Webhooks signs.",
        _subscribe,
        WithSecret,
        body=json_body(Wanted),
        status=201,
        problems=(409,),
        logged="webhooks",
    ),
    Operation(
        "deadMessages",
        "GET",
        "webhooks/dead",
        _S,
        "The messages to this token's webhooks that nobody took.",
        _dead,
        DeadOnes,
        logged="webhooks",
    ),
    Operation(
        "sendAgain",
        "POST",
        "webhooks/dead",
        _S,
        "Send all of them once more.",
        _again,
        SentAgain,
        logged="webhooks",
    ),
    Operation(
        "newSecret",
        "POST",
        "webhooks/{webhook}/secret",
        _S,
        "A new secret; the one before signs beside it for a day.",
        _rotate,
        WithSecret,
        problems=(404,),
        logged="webhooks",
    ),
    Operation(
        "unsubscribe",
        "DELETE",
        "webhooks/{webhook}",
        _S,
        "Be told nothing more.",
        _end,
        None,
        status=204,
        problems=(404,),
        logged="webhooks",
    ),
)

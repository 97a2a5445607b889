"""Operations of the node's half: which calls run on this machine, and what is said of them.

They need no table: who pauses a call must not wait for a database. An address holds a recording's
id and no more; no answer holds caller data.
"""

import json
from typing import Annotated, Any, Literal

from django.conf import settings
from pydantic import Field

from talteen.clock import SystemClock
from talteen.desk.interface.api_frame import Asked, Body, Operation, Reply, Value, json_body
from talteen.desk.interface.tokens import Scope
from talteen.errors import Missing
from talteen.life.capture import api
from talteen.life.capture.console import Client, State, Stretch

SAYINGS = {
    "announcement": "The caller was told that the call is recorded.",
    "pause": "Keep nothing from here on, until it resumes. Ends by itself after two minutes.",
    "resume": "Keep again.",
    "refusal": "The caller refuses to be recorded: what was kept is destroyed.",
    "event": "Something else that happened in the call.",
}
_NEEDS_BODY = ("announcement", "event")
Texts = Annotated[tuple[str, ...], Field(max_length=50)]
When = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Stream(Value):
    """One stream of a call."""

    stream: int
    side: Literal["agent", "caller"] | None
    packets: int
    """That came so far, kept or not."""
    last: str | None
    """When the last one came, to 1 s."""
    jitter_ms: float | None
    """Interarrival jitter (RFC 3550 6.4.1); null: no reports asked for."""
    silent: bool
    """It brings nothing although something is expected of it."""


class Piece(Value):
    """A stretch of a call."""

    stretch: Stretch
    begin: Annotated[When, Field(alias="from")]
    until: When


class Call(Value):
    """A call that runs."""

    recording: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    state: State
    reason: str
    """The kind of a gap, or why nothing is kept."""
    since: When
    started: When
    line: str
    direction: Literal["inbound", "outbound"]
    agents: tuple[str, ...]
    """Staff codes."""
    until: str | None
    """When a pause ends by itself."""
    threat: bool
    lane: tuple[Piece, ...]
    """Its course so far."""
    sealed: bool
    ear: int
    streams: tuple[Stream, ...]


class Calls(Value):
    """The calls of a node."""

    node: dict[str, Any]
    """How the node is: troubles, ports, ears."""
    calls: tuple[Call, ...]


class Meant(Value):
    """What names a call."""

    ids: Texts = ()
    """What its recording session names it: session id, Session-ID, UCID, or a leg."""
    extensions: Texts = ()
    """Of the house's people in the call."""


def _listed(asked: Asked) -> Reply:
    return Reply(_node().calls())


def _one(asked: Asked) -> Reply:
    return Reply(_found(asked.path["id"]))


def _find(asked: Asked) -> Reply:
    """The call that an exchange means by ids of its own; they stand in the body, never in an
    address."""
    meant: Meant = asked.body
    call = _node().whose(ids=meant.ids, extensions=meant.extensions)
    if call is None:
        raise Missing(
            "no such call runs here, or more than one", remedy="give an id of its session"
        )
    return Reply(_found(call))


def _say(what: str, asked: Asked) -> Reply:
    said: dict[str, Any] = asked.body or {}
    key = f"{asked.node_token.name} {asked.key}" if asked.key and asked.node_token else ""
    return Reply(_node().say(what, asked.path["id"], said, key=key))


def _found(call: str) -> dict[str, Any]:
    found = [one for one in _node().calls()["calls"] if one["recording"] == call]
    if not found:
        raise Missing("no such call runs here", remedy="ask which calls run")
    told: dict[str, Any] = found[0]
    return told


def _node() -> Client:
    from talteen import capturing

    return Client(capturing.folder(settings.CONFIG).path)


def _saying(what: str, says: str) -> Operation:
    def reads(raw: bytes) -> dict[str, Any]:
        """The node reads it again, by its own clock: here it is only refused early."""
        api.evidence(what, raw, SystemClock().now())
        told: dict[str, Any] = json.loads(raw or b"{}")
        return told

    body = Body(
        lambda _: api.schemas()[what],
        reads,
        most=api.MAX_BYTES,
        required=what in _NEEDS_BODY,
    )
    return Operation(
        what,
        "POST",
        f"calls/{{id}}/{what}",
        Scope.SAY,
        says,
        lambda asked: _say(what, asked),
        Call,
        body=body,
        problems=(404, 409),
        logged=what,
    )


OPERATIONS = (
    Operation("calls", "GET", "calls", Scope.READ, "The calls that run.", _listed, Calls),
    Operation(
        "find",
        "POST",
        "calls/find",
        Scope.READ,
        "The call that an exchange means.",
        _find,
        Call,
        body=json_body(Meant),
        problems=(404,),
        logged="calls",
    ),
    Operation(
        "call",
        "GET",
        "calls/{id}",
        Scope.READ,
        "One call that runs.",
        _one,
        Call,
        problems=(404,),
        logged="calls",
    ),
    *(_saying(what, says) for what, says in SAYINGS.items()),
)

"""What one message states of a call: who is there, and who sends each line.

Metadata say it by id, some exchanges by headers; a call is told the same either way. Sound is
mapped to people only through stream, label and media line, and by *send*: never by position or by
the order of labels.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from talteen.engine.wire.siprec import Attendance, Metadata, Participant, Stream
from talteen.engine.wire.siprec_extension import (
    Role,
    calling_parties,
    carried_headers,
    facts,
    stated_roles,
)
from talteen.life.capture import evidence
from talteen.life.capture.call import Call, Person, SessionFacts
from talteen.life.capture.parties import (
    PLACEHOLDERS,
    HeaderFields,
    Heading,
    OwnSide,
    address,
    mailbox,
    same_party,
)
from talteen.life.capture.reply import Received

UCID = "User-to-User"
"""The header (RFC 7433) in which exchanges carry the id that they themselves give to a call."""

_OF_A_CALL = (*evidence.TELLING, UCID)
"""The headers that change what is known of a call, whatever message they come with."""


@dataclass(frozen=True, slots=True)
class LineSaid:
    """What is said of one media line."""

    stream_ids: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    source: str = "unknown"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of one call."""

    people: tuple[Person, ...] = ()
    """Who is there now."""
    gone: frozenset[str] = frozenset()
    """Keys of people whose association ended, by the client's word."""
    lines: Mapping[str, LineSaid] = field(default_factory=dict)
    """By the name of the line."""


def by_headers(headings: Iterable[Heading], own: OwnSide, names: Iterable[str | None]) -> Statement:
    """What headers say: people without ids, and the line of some."""
    people, by_number = [], {}
    for heading in headings:
        side = own.side(heading.aor)
        people.append(Person(None, heading.aor, heading.name, side))
        if heading.mline is not None:
            by_number[heading.mline] = LineSaid((), (heading.aor,), heading.source)
    named = {name: by_number.get(at, LineSaid()) for at, name in enumerate(names) if name}
    return Statement(tuple(people), frozenset(), named)


def by_metadata(
    metadata: Metadata,
    session: str | None,
    own: OwnSide,
    names: Iterable[str | None],
    *,
    only: bool,
) -> Statement:
    """What ``metadata`` say of ``session``; ``only``: no other call is open beside it."""
    attended = {one.participant for one in metadata.attendances}
    here = {one.participant: one for one in metadata.attendances if one.session == session}
    roles = _roles(metadata, own)
    members = [
        one
        for one in metadata.participants
        if one.id in here or one.id not in attended or session is None
    ]
    people = tuple(_person(one, own, roles, here.get(one.id)) for one in members)
    gone = frozenset(one.key for one in people if one.until)
    lines = {
        name: _line(metadata, _streams_of(metadata, name, session, only=only), members)
        for name in names
        if name is not None
    }
    return Statement(people, gone, lines)


def is_bare_ack(message: Received) -> bool:
    """Whether ``message`` states no more than that our answer came, as nearly every ACK does."""
    return (
        message.method == "ACK"
        and not message.body
        and not any(map(message.headers.get, _OF_A_CALL))
    )


def owner_of(metadata: Metadata | None, name: str) -> str | None:
    """The session whose stream has the label ``name``."""
    streams = metadata.streams if metadata else ()
    return next((one.session for one in streams if one.label == name and one.session), None)


def describe(call: Call, known: Metadata | None) -> None:
    """Write into ``call`` what is known of its session. The only session names a call without."""
    sessions = known.sessions if known else ()
    for one in sessions:
        own = call.session.id == one.id if call.session else len(sessions) == 1
        if own:
            call.session = SessionFacts(one.id, one.sip_session_id, one.start, one.stop, one.group)


def vendor(metadata: Metadata | None, headers: HeaderFields) -> dict[str, str]:
    """What vendors add, by name: to find the same call in other systems."""
    found: dict[str, str] = {}
    if metadata:
        found = facts(metadata.extensions)
        for label, value in carried_headers(metadata.extensions):
            if label.lower() == "diversion":
                found.setdefault("diversion", mailbox(value)[1])
    if ucid := headers.get(UCID):
        found["ucid"] = ucid.partition(";")[0].strip()
    return found


def _person(
    one: Participant, own: OwnSide, roles: Mapping[str, Role], there: Attendance | None
) -> Person:
    return Person(
        one.id,
        one.aor,
        one.name,
        side=own.side(one.aor),
        placeholder="@".join(address(one.aor or "")).lower() in PLACEHOLDERS,
        role=roles[one.id].value if one.id in roles else "unknown",
        since=there.since if there else None,
        until=there.until if there else None,
    )


def _roles(metadata: Metadata, own: OwnSide) -> dict[str, Role]:
    """Who called: said of each, or by the calling party's number; of two the other was called."""
    roles = stated_roles(metadata.extensions)
    if roles:
        return roles
    people = [one for one in metadata.participants if one.aor]
    for stated in calling_parties(metadata.extensions):
        uri = mailbox(stated)[1] or stated
        callers = [one for one in people if one.aor and same_party(one.aor, uri, own.country)]
        if len(callers) == 1 and len(people) == 2:
            return {one.id: Role.CALLING if one is callers[0] else Role.CALLED for one in people}
    return {}


def _streams_of(
    metadata: Metadata, name: str, session: str | None, *, only: bool
) -> tuple[Stream, ...]:
    return tuple(
        one
        for one in metadata.streams
        if one.label == name and (one.session == session or one.session is None or only)
    )


def _line(metadata: Metadata, streams: tuple[Stream, ...], members: list[Participant]) -> LineSaid:
    ids = tuple(one.id for one in streams)
    there = {one.id for one in members}
    if any(one.mode == "mixed" for one in streams):
        return LineSaid(ids, tuple(one.id for one in members), "mode mixed")
    who = tuple(
        one.participant
        for one in metadata.flows
        if one.participant in there and not set(ids).isdisjoint(one.send)
    )
    source = ("unknown", "stated")[len(who)] if len(who) < 2 else "both send"
    return LineSaid(ids, who, source)

"""The Asterisk Manager Interface as values: what is sent, what comes, what it means (J12). Pure.

A message is lines ``Name: value`` up to an empty line. Evidence comes as user events that the dial
plan raises (docs/operators/pbx.md shows them) and as Asterisk's own Hold and Unhold:

    UserEvent(TalteenAnnouncement,Version: announce.fi@1,Language: fi,Start: ...,End: ...)
    UserEvent(TalteenRefusal)
    UserEvent(TalteenHappened,Kind: transfer)

Key presses as such are never looked at: in mid-call they may be a card number. What key nine means
is known where the prompt is played, and there ``TalteenRefusal`` is raised.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import Formatter

from talteen.errors import ConfigError, InputError, Unavailable
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Evidence,
    EvidenceSource,
    Happened,
    Happening,
    PauseEvidence,
    Refusal,
    ResumeEvidence,
    Way,
)

END = b"\r\n\r\n"
MOST_BYTES = 1 << 16
"""Of one message; Asterisk's own are a few hundred."""
COMMANDS = frozenset({"ControlPlayback", "PlayDTMF", "PlayMF", "Redirect", "Setvar", "UserEvent"})
"""The only actions that a command may be. Originate is not among them: Talteen never calls."""
PLACES = frozenset({"channel", "language", "announcement"})


@dataclass(frozen=True, slots=True)
class Message:
    """A response or an event. Names in small letters; of a name that comes twice the first."""

    fields: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        """The value of ``name``, or nothing."""
        return self.fields.get(name.lower(), "")

    @property
    def is_event(self) -> bool:
        return "event" in self.fields


@dataclass(frozen=True, slots=True)
class Command:
    """What the exchange is asked to do, as its operator wrote it, with places to fill in."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, written: Mapping[str, str]) -> "Command":
        """From the configuration. ConfigError where it is none that Talteen may send."""
        action = written.get("Action", "")
        if action not in COMMANDS:
            raise ConfigError(
                "exchange.commands: this action is not sent by Talteen",
                remedy=f"use one of {', '.join(sorted(COMMANDS))}",
            )
        fields = tuple((name, value) for name, value in written.items() if name != "Action")
        for name, value in fields:
            if not _known_places(value) or not _is_line(name) or ":" in name or not _is_line(value):
                raise ConfigError(
                    "exchange.commands: a field cannot be filled in",
                    remedy=f"use only the places {', '.join(sorted(PLACES))}",
                )
        return cls(action, fields)

    def filled(self, **places: str) -> tuple[tuple[str, str], ...]:
        """The action with its places filled in. InputError where a value would break the line."""
        filled = tuple((name, value.format_map(_Places(places))) for name, value in self.fields)
        return (("Action", self.action), *filled)


class _Places(dict[str, str]):
    """What was not given is empty."""

    def __missing__(self, key: str) -> str:
        return ""


def _known_places(value: str) -> bool:
    try:
        parts = list(Formatter().parse(value))
    except ValueError:
        return False
    return all(
        name is None or (name in PLACES and not spec and conversion is None)
        for _, name, spec, conversion in parts
    )


def printed(fields: Iterable[tuple[str, str]]) -> bytes:
    """An action as bytes. InputError where a name or value holds a line end: one field must not
    become two."""
    lines = []
    for name, value in fields:
        if not (_is_line(name) and _is_line(value)):
            raise InputError("a field of an action is not one line", remedy="leave it out")
        lines.append(f"{name}: {value}\r\n")
    return "".join(lines).encode() + b"\r\n"


def _is_line(text: str) -> bool:
    return "\r" not in text and "\n" not in text and "\0" not in text


def parse(data: bytes) -> Message:
    """A message from its lines, with or without the empty line that ends it.

    Lines that are no field (the output of commands) are left out.
    """
    if len(data) > MOST_BYTES:
        raise Unavailable("the exchange sent a message too long", remedy="check its manager port")
    fields: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and name:
            fields.setdefault(name.strip().lower(), value.strip())
    return Message(fields)


@dataclass(frozen=True, slots=True)
class Reported:
    """Evidence, and the exchange's ids that say of which call."""

    linked: str = field(repr=False)
    """``Linkedid``: one for all channels of a call."""
    channel: str = field(repr=False)
    evidence: Evidence


def reported(message: Message, now: datetime) -> Reported | None:
    """What an event says about a call; None where it says nothing that matters here.

    Times are seconds since 1970 as Asterisk writes them; without one it happened ``now``.
    """
    at = _instant(message.get("Timestamp")) or now
    evidence = _evidence(message, at)
    if evidence is None:
        return None
    return Reported(message.get("Linkedid"), message.get("Channel"), evidence)


def _evidence(message: Message, at: datetime) -> Evidence | None:
    source = EvidenceSource.AMI
    match message.get("Event"), message.get("UserEvent"):
        case "Hold", _:
            return Happened(source, Happening.HOLD, at)
        case "Unhold", _:
            return Happened(source, Happening.RETRIEVE, at)
        case "UserEvent", "TalteenAnnouncement":
            return _announcement(message)
        case "UserEvent", "TalteenRefusal":
            return Refusal(source, at, By.CALLER, Way.KEY)
        case "UserEvent", "TalteenPause":
            return PauseEvidence(source, at)
        case "UserEvent", "TalteenResume":
            return ResumeEvidence(source, at)
        case "UserEvent", "TalteenHappened":
            kind = _KINDS.get(message.get("Kind"))
            return None if kind is None else Happened(source, kind, at)
        case _:
            return None


_KINDS = {kind.value: kind for kind in Happening if kind is not Happening.HANGUP}
"""One channel's end is not the call's: that is said by the recording session."""


def _announcement(message: Message) -> AnnouncementEvidence | None:
    start, end = _instant(message.get("Start")), _instant(message.get("End"))
    version, language = message.get("Version"), message.get("Language").lower()
    if start is None or end is None or not version or not language:
        return None
    full = {"yes": True, "no": False}.get(message.get("Full").lower())
    return AnnouncementEvidence(
        EvidenceSource.AMI, version, language, start, end, Way.IVR, full, message.get("Uniqueid")
    )


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None

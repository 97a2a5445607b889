"""A line of the access log for log servers: CEF in a syslog message (RFC 5424). Pure.

What the log does not hold cannot be sent: no number, no name, no word. Ids and codes only, so that
whoever watches many systems sees who opened what for which purpose, and nothing of what was said.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

VENDOR, PRODUCT = "Talteen", "Talteen"
_FACILITY = 13  # log audit (RFC 5424 table 1)
_INFORMATIONAL, _WARNING = 6, 4  # RFC 5424 table 2
_NAMES = {
    "grant": "Recording opened",
    "play": "Sound played",
    "read": "Words read",
    "search": "Words searched",
    "denied": "Opening denied",
    "export": "Document left the house",
    "facts": "Facts read by a program",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the access log."""

    id: int
    at: datetime
    staff: str
    role: str
    purpose: str
    case: str
    recording: str
    action: str
    rule: str
    hits: int | None


def event(line: Line, *, version: str) -> str:
    """The line as a CEF event, in one line of ASCII."""
    header = ("CEF:0", VENDOR, PRODUCT, version, line.action, _name(line), str(_weight(line)))
    told = {
        "externalId": str(line.id),
        "rt": str(int((line.at - _EPOCH).total_seconds() * 1000)),
        "suid": line.staff,
        "spriv": line.role,
        "act": line.action,
        "reason": line.rule,
        "cs1Label": "purpose",
        "cs1": line.purpose,
        "cs2Label": "case",
        "cs2": line.case,
        "cs3Label": "recording",
        "cs3": line.recording,
        "cnt": "" if line.hits is None else str(line.hits),
    }
    unsaid = {f"{key}Label" for key, value in told.items() if not value}
    extension = " ".join(
        f"{key}={_value(value)}" for key, value in told.items() if value and key not in unsaid
    )
    return f"{'|'.join(map(_field, header))}|{extension}"


def message(line: Line, *, host: str, version: str) -> bytes:
    """The event as a syslog message (RFC 5424 6)."""
    severity = _WARNING if line.action == "denied" else _INFORMATIONAL
    at = line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = f"<{_FACILITY * 8 + severity}>1 {at} {_token(host, 255)} talteen - "
    return f"{head}{_token(line.action, 32)} - {event(line, version=version)}".encode()


def framed(one: bytes) -> bytes:
    """A message as it goes over TLS: its length before it (RFC 5425 4.3)."""
    return b"%d %s" % (len(one), one)


def _name(line: Line) -> str:
    return _NAMES.get(line.action, "Recording handled")


def _weight(line: Line) -> int:
    """CEF's severity, 0 to 10."""
    return 6 if line.action == "denied" else 5 if line.action == "export" else 3


def _field(text: str) -> str:
    return _plain(text).replace("\\", "\\\\").replace("|", "\\|") if text != "CEF:0" else text


def _value(text: str) -> str:
    return _plain(text).replace("\\", "\\\\").replace("=", "\\=")


def _plain(text: str) -> str:
    """One line of ASCII: a line break would begin an event of somebody else's making."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def _token(text: str, most: int) -> str:
    """PRINTUSASCII without spaces, or the nil value (RFC 5424 6)."""
    kept = "".join(letter for letter in text if "!" <= letter <= "~")[:most]
    return kept or "-"

"""Recording metadata: who speaks in which stream of which call (RFC 7865, RFC 7866 9).

A client sends *complete* metadata, which replace what was known, or *partial* ones, which change it
by id. Vendors write several dialects, most of them drafts of the standard: other names for ids,
associations inside the participant, elements for attributes. They differ in shape, so they are read
by shape: each meaning has a short list of places where it may stand.

Nothing here fails for what metadata say. What is odd becomes a warning, by the codes of
docs/formats/siprec-evidence.md. A warning's detail after the colon may be an id or an address: it
is personal data and belongs into the sealed call, not into a log.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache

from lxml import etree

from talteen.engine.wire import siprec_extension, siprec_xml
from talteen.engine.wire.siprec_extension import Extension

NAMESPACE = "urn:ietf:params:xml:ns:recording:1"
_STANDARD = f"{{{NAMESPACE}}}"
_ROOTS = frozenset({"recording", "recording_metadata"})


class Mode(Enum):
    """How metadata relate to those that came before (RFC 7865 6.1.1)."""

    COMPLETE = "complete"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Group:
    """Communication sessions that belong together: a call and its transfers."""

    id: str


@dataclass(frozen=True, slots=True)
class Session:
    """One communication session: one call. Times are kept as received; ``instant`` reads them."""

    id: str
    sip_session_id: str | None = None
    group: str | None = None
    start: str | None = None
    stop: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A person or a machine in a call."""

    id: str
    aor: str | None = None
    """Address of record as received, with or without a scheme."""
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """A media stream; its label is that of a media line (RFC 4574)."""

    id: str
    session: str | None = None
    label: str | None = None
    mode: str | None = None
    """``separate`` or ``mixed``, where it is said."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """That a participant was in a session (participantsessionassoc)."""

    participant: str
    session: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The streams that a participant sends and receives now (participantstreamassoc)."""

    participant: str
    send: tuple[str, ...] = ()
    recv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """All that one message says, or several merged."""

    mode: Mode = Mode.COMPLETE
    groups: tuple[Group, ...] = ()
    sessions: tuple[Session, ...] = ()
    participants: tuple[Participant, ...] = ()
    streams: tuple[Stream, ...] = ()
    attendances: tuple[Attendance, ...] = ()
    flows: tuple[Flow, ...] = ()
    extensions: tuple[Extension, ...] = ()
    warnings: tuple[str, ...] = ()


def read(raw: bytes) -> Metadata:
    """The metadata that ``raw`` writes; siprec_xml.NotRead where they cannot be read at all."""
    root, warnings = siprec_xml.root(raw)
    if _local(str(root.tag)) not in _ROOTS:
        raise siprec_xml.NotRead("metadata-not-wellformed")
    reading = _Reading(list(warnings))
    if not str(root.tag).startswith(_STANDARD):
        reading.warnings.append("metadata-namespace-draft")
    for element in root:
        reading.take(element)
    return reading.metadata()


_ZONED = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\Z", re.IGNORECASE)


def has_zone(time: str) -> bool:
    """Whether a time says where its clock stands."""
    return _ZONED.search(time) is not None


def instant(time: str | None) -> datetime | None:
    """The aware instant of a time as metadata write it; None where it has no zone or is none."""
    if time is None or not has_zone(time):
        return None
    try:
        return datetime.fromisoformat(time)
    except ValueError:
        return None


@lru_cache(maxsize=512)
def _local(tag: str) -> str:
    """The local name of a tag, in lower case. A prefix that nothing declares is no part of it."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _text(element: etree._Element) -> str | None:
    text = element.text
    return (text.strip() or None) if text else None


def _attribute(element: etree._Element, name: str, draft: str) -> str | None:
    """An attribute by the name of the standard, else by that of the drafts; blank is none."""
    value = element.get(name)
    if value is None:
        value = element.get(draft)
    return (value.strip() or None) if value else None


class _Reading:
    """What the children of the root have said so far."""

    def __init__(self, warnings: list[str]) -> None:
        self.warnings = warnings
        self.mode = Mode.COMPLETE
        self.groups: list[Group] = []
        self.sessions: list[Session] = []
        self.participants: list[Participant] = []
        self.streams: list[Stream] = []
        self.attendances: list[Attendance] = []
        self.flows: list[Flow] = []
        self.extensions: list[Extension] = []
        self.times: set[str] = set()

    def take(self, element: etree._Element) -> None:
        """One child of the root."""
        name = _local(str(element.tag))
        known = _TAKES.get(name)
        if known is not None:
            known(self, element)
        elif name not in _SILENT:
            self._extended(element, about=element.get("parent"))

    def metadata(self) -> Metadata:
        if any(not has_zone(time) for time in self.times):
            self.warnings.append("time-without-zone")
        if self.mode is Mode.COMPLETE and self.participants and not self.sessions:
            self.warnings.append("session-missing")
        return Metadata(
            self.mode,
            tuple(self.groups),
            tuple(self.sessions),
            tuple(self.participants),
            tuple(self.streams),
            tuple(self.attendances),
            tuple(self.flows),
            tuple(self.extensions),
            tuple(dict.fromkeys(self.warnings)),
        )

    def _mode(self, element: etree._Element) -> None:
        if (_text(element) or "").lower() == Mode.PARTIAL.value:
            self.mode = Mode.PARTIAL

    def _group(self, element: etree._Element) -> None:
        about = _attribute(element, "group_id", "id")
        if about is None:
            return
        self.groups.append(Group(about))
        for child in element:
            if _local(child.tag) in _TIMES:
                self._time(child)
            else:
                self._extended(child, about=about)

    def _session(self, element: etree._Element) -> None:
        about = _attribute(element, "session_id", "id")
        if about is None:
            return
        said: dict[str, str | None] = {}
        for child in element:
            name = _local(child.tag)
            if name in _TIMES:
                said[_TIMES[name]] = self._time(child)
            elif name in _OF_SESSION:
                said[name] = _text(child)
            else:
                self._extended(child, about=about)
        self.sessions.append(
            Session(
                about,
                said.get("sipsessionid"),
                said.get("group-ref") or element.get("group"),
                said.get("start"),
                said.get("stop"),
                said.get("reason"),
            )
        )

    def _participant(self, element: etree._Element) -> None:
        about = _attribute(element, "participant_id", "id")
        if about is None:
            return
        aor = name = since = until = None
        sends, receives = [], []
        inline = False
        for child in element:
            match _local(child.tag):
                case "nameid":
                    aor, name = aor or child.get("aor"), name or _display_name(child)
                case "aor":
                    aor = aor or _text(child)
                case "name":
                    name = name or _text(child)
                case "send":
                    sends.append(_reference(child))
                    inline = True
                case "recv":
                    receives.append(_reference(child))
                    inline = True
                case "associate-time":
                    since = self._time(child)
                case "disassociate-time":
                    until = self._time(child)
                case _:
                    self._extended(child, about=about)
        self.participants.append(Participant(about, (aor or "").strip() or None, name))
        # The drafts of RFC 7865 write both associations inside the participant.
        if session := _attribute(element, "session", "session_id"):
            self.attendances.append(Attendance(about, session, since, until))
        if inline:
            self.flows.append(_flow(about, sends, receives))

    def _stream(self, element: etree._Element) -> None:
        about = _attribute(element, "stream_id", "id")
        if about is None:
            self.warnings.append("stream-id-empty")
            return
        label = mode = None
        for child in element:
            match _local(child.tag):
                case "label":
                    label = _text(child)
                case "mode":
                    mode = (_text(child) or "").lower() or None
                case name if name in _TIMES:
                    self._time(child)
                case _:
                    self._extended(child, about=about)
        self.streams.append(
            Stream(about, _attribute(element, "session_id", "session"), label, mode)
        )
        if label is None and self.mode is Mode.COMPLETE:
            self.warnings.append("stream-without-label")

    def _attendance(self, element: etree._Element) -> None:
        participant = _attribute(element, "participant_id", "participant")
        session = _attribute(element, "session_id", "session")
        times = {_local(child.tag): self._time(child) for child in element}
        if participant and session:
            since, until = times.get("associate-time"), times.get("disassociate-time")
            self.attendances.append(Attendance(participant, session, since, until))

    def _flow(self, element: etree._Element) -> None:
        participant = _attribute(element, "participant_id", "participant")
        sends, receives = [], []
        for child in element:
            match _local(child.tag):
                case "send":
                    sends.append(_reference(child))
                case "recv":
                    receives.append(_reference(child))
                case name if name in _TIMES:
                    self._time(child)
        if participant:
            self.flows.append(_flow(participant, sends, receives))

    def _recorded(self, element: etree._Element) -> None:
        for child in element:
            if _local(child.tag) in _TIMES:
                self._time(child)

    def _time(self, element: etree._Element) -> str | None:
        text = _text(element)
        if text is not None:
            self.times.add(text)
        return text

    def _extended(self, element: etree._Element, *, about: str | None) -> None:
        about = element.get("parent") or about
        self.extensions += siprec_extension.read(element, about=about or "")


def _flow(participant: str, sends: list[str | None], receives: list[str | None]) -> Flow:
    return Flow(participant, tuple(filter(None, sends)), tuple(filter(None, receives)))


def _reference(element: etree._Element) -> str | None:
    """The id of a stream, as text or, by BroadWorks, in an ``id`` element of its own."""
    text = _text(element)
    return text if text is not None or not len(element) else _text(element[0])


_NAME_PARAMETERS = re.compile(r";[\w-]+=.*\Z", re.DOTALL)


def _display_name(element: etree._Element) -> str | None:
    """The first name of a nameID, without SIP parameters that some clients leave behind it."""
    for child in element:
        if _local(child.tag) == "name":
            text = _text(child)
            return _NAME_PARAMETERS.sub("", text).strip() or None if text else None
    return None


_TAKES = {
    "datamode": _Reading._mode,
    "group": _Reading._group,
    "session": _Reading._session,
    "participant": _Reading._participant,
    "stream": _Reading._stream,
    "participantsessionassoc": _Reading._attendance,
    "participantstreamassoc": _Reading._flow,
    "sessionrecordingassoc": _Reading._recorded,
}
_SILENT = frozenset({"recording"})
_OF_SESSION = frozenset({"sipsessionid", "group-ref", "reason"})
# RFC 7865 writes stop-time; end-time is met in the field.
_TIMES = {
    "start-time": "start",
    "stop-time": "stop",
    "end-time": "stop",
    "associate-time": "since",
    "disassociate-time": "until",
}

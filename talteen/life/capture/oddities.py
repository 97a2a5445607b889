"""What is odd about a recording client, gathered as warnings (docs/formats/siprec-evidence.md).

A warning never costs a recording. Some can only be told when all is known: a label whose stream
never came, a stream whose line never came.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from talteen.engine.wire import body
from talteen.engine.wire.body import Body, Part
from talteen.engine.wire.siprec import Metadata, Mode, instant
from talteen.life.capture.call import Track
from talteen.life.capture.lines import Lines
from talteen.life.capture.parties import PLACEHOLDERS, HeaderFields, address

METADATA_TYPES = frozenset({body.METADATA, body.METADATA_LEGACY})
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
"""SIPREC is younger: a clock that says less was never set."""
AHEAD_AT_MOST = timedelta(days=1)
WARNINGS_AT_MOST = 256


def first(content: Body, kind: str) -> Part | None:
    """The first part of a media type."""
    return next((part for part in content.parts if part.type == kind), None)


def metadata_part(content: Body) -> Part | None:
    """The part that holds recording metadata, by its type or else by its disposition."""
    by_type = next((part for part in content.parts if part.type in METADATA_TYPES), None)
    return by_type or next(
        (
            part
            for part in content.parts
            if part.disposition == "recording-session" and part.type != body.SDP
        ),
        None,
    )


@dataclass(slots=True)
class Oddities:
    """The warnings of one session so far, and what the late ones depend on."""

    found: dict[str, None] = field(default_factory=dict)
    metadata_came: bool = False
    broken: bool = False
    """Some metadata could not be read to their end: what is missing may have stood there."""
    anybody_sends: bool = False
    streams: dict[str, str | None] = field(default_factory=dict)
    """Every stream that was described, with its label."""

    def add(self, code: str) -> None:
        """Remember a warning once."""
        if len(self.found) < WARNINGS_AT_MOST:
            self.found[code] = None

    def source(self, headers: HeaderFields) -> None:
        """What the first INVITE says of its sender (RFC 7866 6.1)."""
        required = ",".join(headers.all("Require")).lower()
        if "siprec" not in {one.strip() for one in required.split(",")}:
            self.add("option-tag-missing")
        if odd := _source_feature(headers.get("Contact") or ""):
            self.add(odd)

    def half(self, warning: str | None) -> None:
        """One side of the call is in another dialog."""
        if warning:
            self.add(warning)

    def body(self, content: Body, wire: tuple[str, ...]) -> None:
        """What the body of a message is like."""
        for code in (*wire, *content.warnings):
            self.add(code)
        if sum(part.type == body.SDP for part in content.parts) > 1:
            self.add("duplicate-sdp-part")
        known = metadata_part(content)
        for part in content.parts:
            if part.type != body.SDP and part.type not in METADATA_TYPES and part is not known:
                self.add(f"unknown-part:{part.type}")

    def metadata_seen(self, part: Part) -> None:
        """Metadata came, whatever they are."""
        self.metadata_came = True
        if part.type == body.METADATA_LEGACY:
            self.add("metadata-legacy-type")

    def metadata_read(self, update: Metadata) -> None:
        """What metadata are like by themselves."""
        for code in update.warnings:
            self.add(code)
        self.broken |= "metadata-not-wellformed" in update.warnings
        self.anybody_sends |= any(flow.send for flow in update.flows)
        self.streams |= {one.id: one.label for one in update.streams}
        for one in update.participants:
            if "@".join(address(one.aor or "")).lower() in PLACEHOLDERS:
                self.add(f"participant-placeholder:{one.aor}")
        if any(stream.mode == "mixed" for stream in update.streams):
            self.add("mixed-stream")
        sent = [one for flow in update.flows for one in flow.send]
        if any(sent.count(one) > 1 for one in self.streams if one in sent):
            self.add("mixed-stream")
        if update.mode is Mode.COMPLETE and not self.broken:
            for stream in dict.fromkeys(sent):
                if stream not in self.streams:
                    self.add(f"stream-not-described:{stream}")

    def times(self, update: Metadata, now: datetime) -> None:
        """Times that no clock can have told, and spans that end before they begin."""
        spans = [(one.start, one.stop) for one in update.sessions]
        spans += [(one.since, one.until) for one in update.attendances]
        for begin, end in spans:
            begun, ended = instant(begin), instant(end)
            if any(one and not EARLIEST <= one <= now + AHEAD_AT_MOST for one in (begun, ended)):
                self.add("metadata-time-implausible")
            if begun and ended and ended < begun:
                self.add("metadata-time-order")

    def all(
        self, metadata: Metadata | None, lines: Lines, tracks: Mapping[str, Track], *, over: bool
    ) -> tuple[str, ...]:
        """The warnings as they stand; ``over``: no more will come."""
        late = [] if self.metadata_came else ["no-metadata"]
        if self.streams and not self.broken:
            if not self.anybody_sends:
                late.append("no-send-association")
            late += [
                f"label-without-stream:{track.label}"
                for track in tracks.values()
                if track.label is not None and track.label not in self.streams.values()
            ]
        if over:
            orphans = [one for one in self.streams.values() if one and one not in lines.seen]
            late += ["stream-without-mline"] if orphans else []
        return tuple(dict.fromkeys((*self.found, *late)))


_SRC_LEGACY = re.compile(r">\s*;\s*src\b|^[^<]*;\s*src\b", re.IGNORECASE)


def _source_feature(contact: str) -> str | None:
    """Where a Contact bears the mark of a recording client (RFC 7866 6.1.1: ``+sip.src``)."""
    inside, bracket, after = contact.partition(">")
    if "+sip.src" in (after if bracket else contact).lower():
        return None
    if bracket and "+sip.src" in inside.lower():
        return "src-feature-misplaced"
    return "contact-legacy-src" if _SRC_LEGACY.search(contact) else "src-feature-missing"

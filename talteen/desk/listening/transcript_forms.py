"""The forms in which a transcript is given out: a page, a tagged PDF, text, JSON, WebVTT, vCon.

All are made in memory from one Document and never touch a disk. Times in them are those of the
recording; each says whether the machine alone wrote it and whether parts are covered.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from talteen.desk.listening import call_facts
from talteen.desk.listening.transcript import Document
from talteen.desk.listening.turns import Kind, Turn
from talteen.desk.page import documents, wording
from talteen.life.transcribe.revision import INAUDIBLE

VCON_VERSION = "0.4.0"
"""draft-ietf-vcon-vcon-core: the version that its schema asks for."""
_PARTIES = {Kind.AGENT: 0, Kind.CALLER: 1}


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a transcript."""

    suffix: str
    content_type: str
    name: str
    make: Callable[[Document], bytes]


def html(document: Document) -> bytes:
    """One page that needs no other file and no network."""
    context = {"document": document, "language": wording.language()}
    return render_to_string("call/document.html", context).encode()


def pdf(document: Document) -> bytes:
    """The page as a tagged PDF (PDF/UA-1). Unavailable where the extra ``pdf`` is missing."""
    return documents.drawn(html(document))


def text(document: Document) -> bytes:
    """A line a turn, after what the document says of itself."""
    head = [
        f"{_('Litteraatti')} {document.recording}",
        f"{wording.full_day(document.started_at)} {wording.at_clock(document.started_at)}, "
        f"{wording.span(document.length_ms)}, {document.line}, {document.agent}",
        document.stated,
        *([str(_("Peitetyt kohdat ovat hakasuluissa."))] if document.masked else []),
    ]
    lines = (
        f"{wording.place(line.turn.start_ms)}  {line.who + ': ' if line.who else ''}"
        f"{line.text if line.who else f'[{line.text}]'}"
        f"{' (' + str(_('päällekkäin')) + ')' if line.turn.overlapped else ''}"
        for line in document.rows
    )
    return ("\n".join([*head, "", *lines, *_stated_beside(document)]) + "\n").encode()


def _stated_beside(document: Document) -> list[str]:
    """The person's own statements, each a paragraph behind the words."""
    told = str(_("Puhujan oma selvitys"))
    return [
        line
        for one in document.statements
        for line in ("", f"{told} {wording.full_day(one.at)}", one.text)
    ]


def as_json(document: Document) -> bytes:
    """The same as values, for programs: times in milliseconds, covered parts by their kind."""
    return _json(_body(document))


def vtt(document: Document) -> bytes:
    """WebVTT (W3C): a cue a turn with its speaker as voice, gaps as notes."""
    blocks = [f"WEBVTT - {document.recording}", f"NOTE {document.stated}"]
    for line in document.rows:
        if not line.who:
            blocks.append(f"NOTE {wording.place(line.turn.start_ms)} {_cue(line.text)}")
            continue
        ends = max(line.turn.end_ms, line.turn.start_ms + 1)
        blocks.append(
            f"{_vtt_time(line.turn.start_ms)} --> {_vtt_time(ends)}\n"
            f"<v {_cue(line.who)}>{_cue(line.text)}"
        )
    told = _("Puhujan oma selvitys")
    blocks += [f"NOTE {told}: {_note(one.text)}" for one in document.statements]
    return ("\n\n".join(blocks) + "\n").encode()


def vcon(document: Document) -> bytes:
    """An unsigned vCon (draft-ietf-vcon-vcon-core): the call as a dialog without its sound, its
    words as an analysis. A masked one says of what it is the redacted instance."""
    container: dict[str, object] = {
        "vcon": VCON_VERSION,
        "uuid": str(uuid8(uuid4())),
        "created_at": _instant(document.made_at),
        "parties": [{"name": document.agent}, {}],
        "dialog": [
            {
                "type": "recording",
                "start": _instant(document.started_at),
                "duration": document.length_ms / 1000,
                "parties": [0, 1],
            }
        ],
        "analysis": [
            {
                "type": "transcript",
                "dialog": 0,
                "mediatype": "application/json",
                "vendor": "Talteen",
                "product": document.engine,
                "schema": "talteen transcript export 1",
                "encoding": "json",
                "body": json.dumps(_body(document), ensure_ascii=False),
            }
        ],
    }
    if document.masked:
        container["redacted"] = {"uuid": str(document.recording), "type": "personal data"}
    return _json(container)


def uuid8(chance: UUID) -> UUID:
    """A version 8 UUID (RFC 9562 5.8) of random bits: it tells nothing of the call."""
    bits = chance.int & ~(0xF << 76) | 8 << 76
    return UUID(int=bits)


FORMS: Mapping[str, Form] = {
    one.suffix: one
    for one in (
        Form("pdf", "application/pdf", "PDF", pdf),
        Form("html", "text/html; charset=utf-8", "HTML", html),
        Form("txt", "text/plain; charset=utf-8", "TXT", text),
        Form("json", "application/json", "JSON", as_json),
        Form("vtt", "text/vtt; charset=utf-8", "WebVTT", vtt),
        Form("vcon", "application/vcon+json", "vCon", vcon),
    )
}
"""Every form by the suffix of its files."""


def _body(document: Document) -> dict[str, object]:
    return {
        "format": 1,
        "recording": str(document.recording),
        "start": _instant(document.started_at),
        "length_ms": document.length_ms,
        "language": document.language,
        "state": document.state.value,
        "masked": document.masked,
        "engine": document.engine,
        "turns": [_plain(turn) for turn in document.turns],
        "statements": [{"at": _instant(one.at), "text": one.text} for one in document.statements],
        **({"facts": call_facts.plain(document.facts)} if document.facts else {}),
    }


def _plain(turn: Turn) -> dict[str, object]:
    plain: dict[str, object] = {"start_ms": turn.start_ms, "end_ms": turn.end_ms}
    if turn.mark is not None:
        return plain | {"gap": turn.mark.kind}
    pieces = [
        {"covered": piece.covered.value}
        if piece.covered and not piece.text
        else {"text": piece.text, **({"unsure": True} if piece.unsure else {})}
        for piece in turn.pieces
    ]
    heard = any(INAUDIBLE in piece.text for piece in turn.pieces)
    return plain | {
        "side": turn.kind.value,
        "language": turn.language,
        "overlapped": turn.overlapped,
        "inaudible": heard,
        "pieces": pieces,
    }


def _json(plain: Mapping[str, object]) -> bytes:
    return (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _vtt_time(ms: int) -> str:
    whole = timedelta(milliseconds=ms)
    hours, rest = divmod(whole.seconds + whole.days * 86_400, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}.{ms % 1000:03}"


def _note(words: str) -> str:
    """``words`` as a comment of WebVTT holds them: on one line, without an arrow."""
    return _cue(" ".join(words.split()))


def _cue(words: str) -> str:
    """``words`` as WebVTT lets them stand in a cue: no tags, no arrow."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""The turns of a transcript as HTML.

Not a template: an hour of talk has nine hundred turns in some two thousand pieces, and drawing them
was most of what its page still took on the server (decisions 263, 297).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from talteen.desk.listening import covering_words
from talteen.desk.listening.turns import Kind, Piece, Turn
from talteen.desk.page import wording, words
from talteen.life.use.rows import Mark

_NO_SOUND = {"pause", "redacted"}
"""Marks whose time is in no copy of the sound."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Who speaks, as a page names them, and what its anchors begin with."""

    agent: str
    caller: str
    anchor: str = "t"


def spoken(some: Iterable[Turn], voices: Voices) -> SafeString:
    """The turns, one after the other; nothing where there are none."""
    own = wording.language()
    return format_html_join("", "{}", ((_turn(one, voices, own),) for one in some))


def _turn(turn: Turn, voices: Voices, own: str) -> SafeString:
    anchor = f"{voices.anchor}{turn.start_ms // 1000}"
    return format_html(
        '<div class="turn {}" data-start="{}" data-end="{}">'
        '<a href="#{}" id="{}">{}</a><div>{}</div></div>',
        turn.kind.value,
        turn.start_ms,
        turn.end_ms,
        anchor,
        anchor,
        wording.place(turn.start_ms),
        _event(turn.mark) if turn.mark else _speech(turn, voices, own),
    )


def _event(mark: Mark) -> SafeString:
    lasted = f" {wording.span(mark.length_ms)}" if mark.length_ms else ""
    told = f". {_('Siltä ajalta ei ole ääntä missään.')}" if mark.kind in _NO_SOUND else ""
    return format_html(
        '<p><svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg> {}{}{}</p>',
        static("icons.svg"),
        "pause" if mark.kind == "pause" else "hourglass",
        words.MARKS.get(mark.kind, mark.kind),
        lasted,
        told,
    )


def _speech(turn: Turn, voices: Voices, own: str) -> SafeString:
    return format_html(
        '<span class="who">{}{}</span><p{} data-words="{}">{}</p>',
        voices.agent if turn.kind is Kind.AGENT else voices.caller,
        format_html(" <small>{}</small>", _("päällekkäin")) if turn.overlapped else "",
        "" if turn.language == own else format_html(' lang="{}"', turn.language),
        " ".join(map(str, turn.word_starts)),
        format_html_join(" ", "{}", ((_piece(one),) for one in turn.pieces)),
    )


def _piece(piece: Piece) -> str:
    if piece.covered is None:
        if not piece.unsure:
            return piece.text
        return format_html('<span class="unsure">{}</span>', piece.text)
    label = covering_words.KINDS[piece.covered]
    if not piece.text:
        return format_html('<span class="masked">{}</span>', label)
    return format_html('<span class="unmasked" title="{}">{}</span>', label, piece.text)

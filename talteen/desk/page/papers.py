"""Papers for the file: what a page says, as a tagged PDF that stands alone (PDF/UA-1).

Each is made when it is asked for, from what is in force then, and says when that was. What anybody
may ask for is drawn once for the same words: drawing costs a second of a core.
"""

from collections.abc import Mapping
from functools import lru_cache

from django.http import HttpResponse
from django.template.loader import render_to_string

from talteen.desk.page import documents, downloads, wording

TYPE = "application/pdf"
_REMEMBERED = 16
"""Public papers: three languages of some versions."""


def answer(template: str, name: str, shown: object) -> HttpResponse:
    """``template`` drawn in the reader's language, as the file ``name``.pdf. Unavailable where the
    extra ``pdf`` is not installed."""
    return downloads.attachment(documents.drawn(_page(template, shown)), TYPE, f"{name}.pdf")


def public(template: str, name: str, shown: object, language: str) -> HttpResponse:
    """The same for strangers. What ``shown`` says may depend on nobody who asks."""
    return downloads.attachment(_remembered(_page(template, shown, language)), TYPE, f"{name}.pdf")


def _page(template: str, shown: object, language: str = "") -> bytes:
    context: Mapping[str, object] = {"shown": shown, "language": language or wording.language()}
    return render_to_string(template, dict(context)).encode()


@lru_cache(maxsize=_REMEMBERED)
def _remembered(page: bytes) -> bytes:
    return documents.drawn(page)

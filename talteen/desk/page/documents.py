"""A certificate as a document for people: a page that stands alone, a tagged PDF of it, plain text.

All its words are those of the signed file, so no page of the interface has to be translated for it.
A document proves nothing by itself, and says where the file is that does.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from django.template.loader import render_to_string

from talteen.engine.tlog.note import Signer
from talteen.errors import Unavailable
from talteen.life.destroy import certificate
from talteen.life.destroy.certificate import Certificate
from talteen.life.destroy.certificate_words import WORDS
from talteen.register.log.ledger_kinds import Evidence

GRADES = {Evidence.PROVED: "kept", Evidence.RECEIPTED: "", Evidence.DECLARED: "soon"}
"""How strong a claim is, as a class of the style sheet."""
MEANS = {"on_time": "kept", "late": "broken", "unexplained": "broken"}
"""How a part of an account is drawn; others are neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which a certificate is given out."""

    suffix: str
    content_type: str
    make: Callable[[Certificate, Signer], bytes]


def signed(made: Certificate, signer: Signer) -> bytes:
    """The file that can be checked."""
    return certificate.text(made, signer).encode()


def plain(made: Certificate, signer: Signer) -> bytes:
    """Its words, as plain text."""
    return f"{certificate.plain(made, signer.key)}\n".encode()


def html(made: Certificate, signer: Signer) -> bytes:
    """One page that needs no other file and no network."""
    page = render_to_string(
        "certificate/document.html",
        {
            "made": made,
            "words": WORDS[made.language],
            "key": str(signer.key),
            "claims": [(one, GRADES[one.evidence]) for one in made.claims],
            "sums": [(one, MEANS.get(one.key, "")) for one in made.sums],
        },
    )
    return page.encode()


def pdf(made: Certificate, signer: Signer) -> bytes:
    """The page as a tagged PDF (PDF/UA-1). Unavailable where the extra ``pdf`` is not installed."""
    return drawn(html(made, signer))


def drawn(page: bytes) -> bytes:
    """``page`` as a tagged PDF (PDF/UA-1). Unavailable where the extra ``pdf`` is not installed."""
    try:
        import weasyprint  # type: ignore[import-untyped]  # it says no types
    except (ImportError, OSError):  # the package, or a library of the system that it draws with
        raise Unavailable(
            "this installation cannot draw PDF",
            remedy="install talteen[pdf] and Debian's libpango-1.0-0 libpangoft2-1.0-0, or print "
            "the page",
        ) from None
    document = weasyprint.HTML(string=page.decode())
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


def draws_pdf() -> bool:
    """Whether the extra ``pdf`` is installed."""
    return importlib.util.find_spec("weasyprint") is not None


FORMS = {
    one.suffix: one
    for one in (
        Form("cert", "text/plain; charset=utf-8", signed),
        Form("pdf", "application/pdf", pdf),
        Form("html", "text/html; charset=utf-8", html),
        Form("txt", "text/plain; charset=utf-8", plain),
    )
}
"""Every form by the suffix of its files."""

"""The do-not-record list (REGISTER 6.9): who has objected is not recorded the next time.

The list holds keyed hashes, so the page can be asked about a number and shows none. A number comes
in the body of a form, is looked at, and is forgotten: it stands in no address, no log and no
session, and is not written back into the page. Every question and every change is in the access
log, without the number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen import capturing
from talteen.desk.page import failures, said, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.seal import uplink
from talteen.notice.purposes import Role
from talteen.register import access_log
from talteen.register.spared import do_not_record, sales_calls, sales_stops
from talteen.register.spared.do_not_record import Listed
from talteen.register.spared.do_not_record_hashes import full_number

KEEPERS = frozenset({Role.REGISTER_CONTACT})
"""Who decides on objections (REGISTER C): nobody else learns who is listed."""
SAID = "do_not_record"
_WHAT = {"add": "added", "stop-sales": "added:sales", "allow-sales": "removed:sales"}
SHOWN = 200
REASONS: Mapping[str, words.Text] = {
    "asked": gettext_lazy("Henkilö haluaa, että puhelut taas tallennetaan"),
    "other_owner": gettext_lazy("Numero on vaihtanut käyttäjää"),
    "mistake": gettext_lazy("Numero merkittiin vahingossa"),
}
"""Why an entry is removed; the code enters the access log."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the last press came to."""

    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class ListShown:
    """The page."""

    waiting: tuple[Listed, ...]
    standing: tuple[Listed, ...]
    count: int
    more: int
    """Entries that are not drawn."""
    reasons: Mapping[str, words.Text]
    called: int
    """Calls that went out to numbers that are not called to sell, and wait for a verdict."""
    asks: str
    """The entry that the reader is about to remove, by its reference."""
    said: Said | None
    fault: str


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The list."""
    if Role(reader(request).role) not in KEEPERS:
        return failures.forbidden(request)
    return _drawn(request)


@sensitive_post_parameters("number")
@staff_only
@require_POST
def number(request: VisitRequest) -> HttpResponse:
    """A number is asked about, or added."""
    if Role(reader(request).role) not in KEEPERS:
        return failures.forbidden(request)
    what = _WHAT.get(request.POST.get("what", ""), "asked")
    written = request.POST.get("number", "")
    if full_number(written) is None:
        fault = _("Tämä ei ole kokonainen puhelinnumero. Kirjoita se suunta- tai maatunnuksineen.")
        return _drawn(request, fault=fault, status=422)
    access_log.log_list(reader(request), what, at=request.visit.now)
    if what in ("added:sales", "removed:sales"):
        return _sales(request, what, written)
    key, made = request.visit.house.vault.do_not_record_key(), False
    if what == "added":
        made = do_not_record.add(key, written, request.visit.today, reader(request).code)
    found = do_not_record.find(key, written)
    if found is None:
        return _said_next(request, "not_listed")
    if not made:
        return _said_next(request, "listed", found.reference)
    _tell_node(request)
    return _said_next(request, "added", found.reference)


def _sales(request: VisitRequest, what: str, written: str) -> HttpResponse:
    """Sales calls to a number are stopped, or allowed again as its holder wished (6.9)."""
    key = request.visit.house.vault.sales_key()
    if what == "added:sales":
        sales_stops.stop(key, written, request.visit.today)
        return _said_next(request, "sales_stopped")
    done = sales_stops.allow(key, written)
    return _said_next(request, "sales_allowed" if done else "sales_not_stopped")


@staff_only
@require_POST
def entry(request: VisitRequest, reference: str, what: str) -> HttpResponse:
    """An entry is confirmed for another year, or removed for a reason."""
    if Role(reader(request).role) not in KEEPERS:
        return failures.forbidden(request)
    if what == "confirm":
        access_log.log_list(reader(request), "confirmed", at=request.visit.now)
        done = do_not_record.confirm_entry(reference, request.visit.today, reader(request).code)
        return _said_next(request, "confirmed" if done else "gone", reference)
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        return _drawn(request, fault=_("Valitse, miksi numero poistetaan."), status=422)
    access_log.log_list(reader(request), f"removed:{reason}", at=request.visit.now)
    done = do_not_record.remove_entry(reference)
    _tell_node(request)
    return _said_next(request, "removed" if done else "gone", reference)


def _tell_node(request: VisitRequest) -> None:
    """The node of this machine is to know at once; others hear with the next sweep."""
    config = request.visit.house.config
    if config.capture.address:
        folder = capturing.folder(config)
        uplink.tell_do_not_record(request.visit.house.vault, config.capture.node, folder)


def _said_next(request: VisitRequest, what: str, reference: str = "") -> HttpResponse:
    said.keep(request, SAID, what=what, reference=reference)
    return redirect("do-not-record")


def _drawn(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    shown = {"shown": _shown(request, request.visit.today, fault)}
    return render(request, "do_not_record/page.html", shown, status=status)


def _shown(request: VisitRequest, today: date, fault: str) -> ListShown:
    listed = do_not_record.entries()
    standing = [one for one in listed if not one.waits(today)]
    return ListShown(
        waiting=tuple(one for one in listed if one.waits(today)),
        standing=tuple(standing[:SHOWN]),
        count=len(listed),
        more=max(len(standing) - SHOWN, 0),
        reasons=REASONS,
        called=len(sales_calls.standing()),
        asks=request.GET.get("ask", ""),
        said=_said(request),
        fault=fault,
    )


def _said(request: VisitRequest) -> Said | None:
    last = said.last(request, SAID)
    if last is None:
        return None
    named = {"reference": last["reference"]}
    match last["what"]:
        case "added":
            text = _("Numero on listalla. Viite on %(reference)s: kirjoita se vastaukseen.")
            return Said(text % named, done=True)
        case "listed":
            return Said(_("Numero on jo listalla, viite %(reference)s.") % named, done=True)
        case "not_listed":
            return Said(_("Numero ei ole listalla: sen puhelut tallennetaan."), done=True)
        case "confirmed":
            return Said(_("%(reference)s on vahvistettu vuodeksi.") % named, done=True)
        case "sales_stopped":
            return Said(_("Numeroon ei soiteta enää myyntiasioissa."), done=True)
        case "sales_allowed":
            return Said(_("Numeroon saa taas soittaa myyntiasioissa."), done=True)
        case "sales_not_stopped":
            return Said(_("Myyntisoittoja numeroon ei ole kielletty."), done=True)
        case "removed":
            return Said(
                _("%(reference)s on poistettu. Seuraava puhelu tallennetaan.") % named, done=True
            )
        case _:
            return Said(_("Sellaista merkintää ei ole. Mikään ei muuttunut."), done=False)

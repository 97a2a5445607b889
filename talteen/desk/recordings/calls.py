"""The list of calls: what happened when, on which line, with whom, and when it disappears.

Without a purpose it shows facts only. With a purpose it shows the calls that the purpose opens,
with their waves, and searches their words where that is allowed (REGISTER 5.3). A search is a form
that is sent and answered: its words stand in no address, no session, no log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from talteen.desk.listening import damaged
from talteen.desk.page import drawing, purpose
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.purpose import Working
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.desk.recordings import listing
from talteen.desk.recordings.listing import HitShown, Listing, RowShown
from talteen.errors import InputError
from talteen.ids import RecordingId, parse
from talteen.life.use import calls as register
from talteen.life.use import finding, listen, reach, saved, security_codes
from talteen.life.use.finding import Found
from talteen.life.use.rows import Counts, Row
from talteen.life.use.saved import NotOrdinaryWords
from talteen.life.use.sieve import Sieve
from talteen.notice import purposes
from talteen.notice.purposes import Role, SearchBy
from talteen.register.policy import may_unmask

HITS_SHOWN = 3
HITS_MARKED = 50
"""How many are marked on the time line."""


@staff_only
@sensitive_post_parameters("q")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest) -> HttpResponse:
    """One page of the list; the answer to a search when one is sent."""
    if not reach.lists_calls(Role(reader(request).role)):
        return render(request, "calls/closed.html", {})
    working = purpose.working_for(request)
    query = request.POST.get("q", "").strip()
    shown = _found(request, working, query) if query and working else _listed(request, working)
    return render(request, "calls/page.html", {"shown": shown})


@staff_only
@sensitive_post_parameters("q")
@require_POST
def save_search(request: VisitRequest) -> HttpResponse:
    """Keep the words of a search, if they are ordinary words; and show its answer again."""
    working = purpose.working_for(request)
    query = request.POST.get("q", "").strip()
    if not query or working is None:
        return redirect("calls")
    fault = ""
    try:
        saved.save(reader(request), query, request.POST.get("side", ""), request.visit.now)
    except NotOrdinaryWords:
        fault = _("Vain tavallisia sanoja tallennetaan. Tässä voi olla nimi tai numero.")
    except InputError:
        fault = _("Hakua ei voi tallentaa. Poista ensin jokin tallennettu haku.")
    shown = _found(request, working, query)
    shown = replace(shown, faults=(fault,) if fault else ())
    return render(request, "calls/page.html", {"shown": shown}, status=422 if fault else 200)


@staff_only
@require_POST
def forget_search(request: VisitRequest, search: UUID) -> HttpResponse:
    """Let go of one's own saved search."""
    saved.delete(reader(request), search)
    return redirect("calls")


def _listed(request: VisitRequest, working: Working | None) -> Listing:
    who, now = reader(request), request.visit.now
    sieve = listing.sieve_of(request.GET, working)
    counts = register.counts(who, sieve, now=now)
    found = register.page(
        who,
        sieve,
        now=now,
        older_than=_place(request, "before"),
        newer_than=_place(request, "after"),
        among=counts,
    )
    newer, older = listing.links(sieve, found)
    waves = _waves(request, working, found.rows)
    return replace(
        _blank(request, working, sieve, counts),
        rows=tuple(RowShown(row, waves.get(row.recording)) for row in found.rows),
        newer=newer,
        older=older,
        faults=(_("Kirjoita, mitä haet."),) if request.method == "POST" else (),
    )


def _found(request: VisitRequest, working: Working, query: str) -> Listing:
    who, now = reader(request), request.visit.now
    sieve, covered = listing.sieve_of(request.POST, working), bool(request.POST.get("covered"))
    found = finding.search(
        request.visit.house,
        who,
        working.purpose,
        working.case,
        query,
        sieve,
        sign_in=sign_in(request),
        now=now,
        covered=covered,
    )
    for recording in found.damaged:
        damaged.met(request, recording)
    rows = register.rows_of(who, [call.recording for call in found.calls], now=now)
    waves = _waves(request, working, rows)
    return replace(
        _blank(request, working, sieve, register.counts(who, sieve, now=now)),
        rows=tuple(_with_hits(row, found, waves.get(row.recording)) for row in rows),
        total=len(rows),
        rough=False,
        query=query,
        searched=True,
        covered=covered,
        hits=found.hits,
        unsearched=found.unsearched,
        may_save=True,
    )


def _blank(request: VisitRequest, working: Working | None, sieve: Sieve, counts: Counts) -> Listing:
    who, now = reader(request), request.visit.now
    # A chosen line must not hide the others: each stays one click away, with its own count.
    every = (
        register.counts(who, replace(sieve, lines=frozenset()), now=now) if sieve.lines else counts
    )
    agents = reach.agents(who)
    may_search = working is not None and purposes.search_allowed(working.purpose, SearchBy.WORDS)
    return Listing(
        rows=(),
        filters=listing.filters(sieve, counts, agents, every, now),
        working=working,
        total=counts.total,
        rough=counts.rough,
        reachable=counts.total,
        now=now,
        may_search=may_search,
        may_ask_covered=may_search and working is not None and may_unmask(working.purpose),
        codes=Role(who.role) in security_codes.ROLES,
        saved=saved.of(who) if may_search else (),
    )


def _waves(
    request: VisitRequest, working: Working | None, rows: Sequence[Row]
) -> Mapping[RecordingId, drawing.Shore]:
    """The waves of the calls that the purpose opens: a wave is drawn from sound, so it needs one
    too.
    """
    opening = [row.recording for row in rows if row.opens]
    if working is None or not opening:
        return {}
    visit = request.visit
    met = partial(damaged.met, request)
    peaks = listen.open_many_peaks(visit.house.vault, opening, visit.now, damaged=met)
    return {
        recording: drawing.shore(
            lanes, listing.MINI_BARS, width=listing.MINI_WIDTH, height=listing.MINI_HEIGHT
        )
        for recording, lanes in peaks.items()
    }


def _with_hits(row: Row, found: Found, shore: drawing.Shore | None) -> RowShown:
    hits = [
        HitShown(hit.at_ms, hit.before, hit.word, hit.after, hit.unsure)
        for call in found.calls
        if call.recording == row.recording
        for hit in call.hits
    ]
    return RowShown(
        row,
        shore,
        tuple(hits[:HITS_SHOWN]),
        more=max(0, len(hits) - HITS_SHOWN),
        every_hit=tuple(hit.at_ms for hit in hits[:HITS_MARKED]),
    )


def _place(request: HttpRequest, name: str) -> RecordingId | None:
    text = request.GET.get(name, "")
    return RecordingId(parse(text)) if text else None

"""What everybody must have before anything opens to them, as personnel keep it (REGISTER 17.1).

Undertaking and training of each person, and of an agent the word on the employees' notice. Training
is entered here, nobody's own; an undertaking is entered at the terminal, by its paper. No call is
named, and nothing is said of what anybody has opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from talteen.desk.page import said, typed
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError, NotAllowed
from talteen.life.use.coach import trained
from talteen.life.use.coach.trained import Trained

SAID = "standings"


@dataclass(frozen=True, slots=True)
class StandingsShown:
    """The page; who needs something first."""

    people: Sequence[Trained]
    today: date
    said: str
    faults: Mapping[str, str]
    """By the field: ``code`` and ``on``."""
    typed: Mapping[str, str]
    """What stood in a form that was sent back."""

    @property
    def shut(self) -> int:
        """How many open nothing today."""
        return sum(is_shut(one) for one in self.people)

    @property
    def soon(self) -> int:
        """Of how many the training ends soon."""
        return sum(one.soon and not is_shut(one) for one in self.people)


def is_shut(one: Trained) -> bool:
    """Whether nothing opens to somebody, for want of undertaking or training."""
    return not one.opens or not one.undertaking


def ordered(people: Sequence[Trained]) -> list[Trained]:
    """Who needs something first."""
    return sorted(people, key=lambda one: (not is_shut(one), not one.soon))


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest) -> HttpResponse:
    """The list; a POST enters a training that somebody has passed."""
    if request.method != "POST":
        return _drawn(request)
    code = request.POST.get("code", "")
    try:
        on = typed.needed_day(request.POST.get("on", ""))
        trained.enter(reader(request), code, on, request.visit.today)
    except InputError:
        told = _("Kirjoita päivä, jona koulutus suoritettiin: tämä päivä tai aiempi.")
        return _drawn(request, {"on": told})
    except NotAllowed:
        told = _("Tämän henkilön koulutusta et voi kirjata. Omansa kirjaa aina joku toinen.")
        return _drawn(request, {"code": told})
    said.keep(request, SAID, what="trained")
    return redirect("standings")


def _drawn(request: VisitRequest, faults: Mapping[str, str] | None = None) -> HttpResponse:
    last = said.last(request, SAID)
    shown = StandingsShown(
        people=ordered(trained.of(reader(request), request.visit.now)),
        today=request.visit.today,
        said=_("Koulutus on kirjattu.") if last and not faults else "",
        faults=faults or {},
        typed={name: request.POST.get(name, "") for name in ("code", "on")},
    )
    status = 422 if faults else 200
    return render(request, "people/standings.html", {"shown": shown}, status=status)

"""The demo house shows itself: ten steps through a call's life, a clock that can be moved forward,
and the mail that it would have sent.

These pages exist only in a house that was born as a demo. The clock is the only thing that they
change, and only forward; everything that then dies, dies by the ordinary way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.contrib.auth import get_user_model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from talteen.clock import SystemClock, helsinki_date, start_of_day
from talteen.desk.entry.signin import one_click_allowed
from talteen.desk.page.visit import VisitRequest
from talteen.errors import InputError
from talteen.life.answer import posting
from talteen.life.destroy import days
from talteen.life.destroy.days import Filling
from talteen.notice.purposes import Role
from talteen.register import house as house_row
from talteen.register.post import messages
from talteen.register.post.messages import Message


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour: what to see, where, and through whose eyes."""

    title: Promise
    text: Promise
    url_name: str
    role: Role | None = None
    fragment: str = ""
    """A part of the tour's own page."""


STEPS: tuple[Step, ...] = (
    Step(
        _("Lue lupaus"),
        _("Selosteen kohta 13 lupaa: enintään kolme kuukautta, varmuuskopiot mukaan lukien."),
        "notice",
    ),
    Step(
        _("Katso, mitä otettiin talteen"),
        _(
            "Puhelut on tuotu äänestä. Se, joka ei kuullut ilmoitusta tai kieltäytyi, jätti "
            "vain luvun."
        ),
        "demo",
        fragment="#talteen",
    ),
    Step(
        _("Avaa kalenteri"),
        _(
            "Väri on jäljellä oleva aika. Reunustettu päivä häviää ensi yönä ilman että "
            "kukaan tekee mitään."
        ),
        "calendar",
        Role.REGISTER_CONTACT,
    ),
    Step(
        _("Avaa reklamaation puhelu"),
        _("Valitse tarkoitus ja asia. Lupa kirjataan ennen kuin ääntä tai tekstiä näkyy."),
        "calls",
        Role.COMPLAINT_HANDLER,
    ),
    Step(
        _("Kuuntele ja lue"),
        _(
            "Välilyönti soittaa, J ja L siirtävät, R toistaa lauseen hitaasti. Sana mustuu, "
            "kun se sanotaan."
        ),
        "calls",
        Role.COMPLAINT_HANDLER,
    ),
    Step(
        _("Hae puheesta"),
        _("Valitse asia ja hae sanaa ”varaus”. Taivutusmuodot löytyvät, hakusanaa ei kirjata."),
        "purpose",
        Role.REGISTER_CONTACT,
    ),
    Step(
        _("Yritä väärästä ovesta"),
        _("Laatuanalyytikolle ei avaudu vielä yksikään puhelu, ja sivu sanoo miksi."),
        "calls",
        Role.QUALITY_ANALYST,
    ),
    Step(
        _("Siirrä kelloa seuraavaan sulkeutumiseen"),
        _("Yöllä klo 0.00 avain tuhotaan. Sama puhelu ei avaudu enää kenellekään."),
        "demo",
        fragment="#kello",
    ),
    Step(
        _("Siirrä kelloa määräpäivään"),
        _("Viikkoa myöhemmin kuolee viimeinenkin varmuuskopio avaimesta, ja todistus syntyy."),
        "demo",
        fragment="#kello",
    ),
    Step(
        _("Tarkista todistus itse"),
        _("Lataa todistus ja tarkistusohjelma, ja aja yksi komento ilman verkkoa."),
        "calendar",
        Role.AUDITOR,
    ),
)


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step with the person who takes it."""

    step: Step
    url: str
    person: str
    """Id of somebody in the role; empty where anybody will do."""
    name: str


@dataclass(frozen=True, slots=True)
class Move:
    """A button of the clock panel."""

    key: str
    label: Promise
    to: datetime | None


@dataclass(frozen=True, slots=True)
class DemoShown:
    """The page."""

    now: datetime
    filling: Filling
    steps: tuple[StepShown, ...]
    moves: tuple[Move, ...]
    nights: int
    """Midnights that the clock, on its way, has before it."""
    mail: tuple[Message, ...]
    """What would have been sent, newest first. It goes nowhere."""


def demo_only(
    view: Callable[[VisitRequest], HttpResponse],
) -> Callable[[VisitRequest], HttpResponse]:
    """These addresses do not exist in a live house, nor for anybody from elsewhere."""

    @wraps(view)
    def guarded(request: VisitRequest) -> HttpResponse:
        if not one_click_allowed(request):
            raise Http404("only in a demo house, on this machine")
        answer = view(request)
        answer["Cache-Control"] = "no-store"
        return answer

    return guarded


@demo_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The tour, what has been filled so far, and the clock."""
    return render(request, "demo/page.html", {"shown": _shown(request)})


@demo_only
@require_safe
def clock(request: VisitRequest) -> HttpResponse:
    """What time it is, as a part of the page that asks again by itself while nights pass."""
    return render(request, "demo/_clock.html", {"shown": _shown(request)})


def _shown(request: VisitRequest) -> DemoShown:
    now = request.visit.now
    return DemoShown(
        now=now,
        filling=days.filling(),
        steps=tuple(_steps()),
        moves=tuple(moves(now)),
        nights=house_row.nights_ahead(now),
        mail=messages.newest(5, posting.opener(request.visit.house.vault)),
    )


@demo_only
@require_safe
def progress(request: VisitRequest) -> HttpResponse:
    """What has been filled so far, as a part of the page that asks again by itself while
    it grows.
    """
    return render(request, "demo/_filling.html", {"filling": days.filling()})


@demo_only
@require_POST
def move_clock(request: VisitRequest) -> HttpResponse:
    """Send the clock on, to a moment that the panel names: the worker lives through the nights."""
    wanted = {move.key: move.to for move in moves(request.visit.now)}.get(
        request.POST.get("to", "")
    )
    if wanted is None:
        raise InputError("there is nothing to move to", remedy="choose another step of the clock")
    house_row.send_clock(wanted, machine_at=SystemClock().now())
    return redirect(f"{reverse('demo')}#kello")


def moves(now: datetime) -> list[Move]:
    """Where the clock may be moved to from ``now``."""
    tomorrow = start_of_day(helsinki_date(now) + timedelta(days=1))
    return [
        Move("day", _("Seuraava yö"), tomorrow),
        Move("cutoff", _("Seuraava sulkeutuminen"), days.next_cutoff(now)),
        Move("due", _("Seuraava määräpäivä"), days.next_due(now)),
        Move("season", _("Kolme kuukautta"), start_of_day(helsinki_date(now) + timedelta(days=93))),
    ]


def _steps() -> list[StepShown]:
    # The first code of a role wins, so that the tour meets the same people every time.
    staff = get_user_model().objects.filter(is_active=True).order_by("-code")
    people = {person.role: person for person in staff}
    shown = []
    for step in STEPS:
        person = people.get(step.role.value) if step.role else None
        shown.append(
            StepShown(
                step=step,
                url=reverse(step.url_name) + step.fragment,
                person=str(person.pk) if person else "",
                name=person.name if person else "",
            )
        )
    return shown

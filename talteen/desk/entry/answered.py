"""What the checked answer of a sign-in service is used for, whichever language it speaks: somebody
enters, shows a factor again, or is bound to it as they join.

``told`` is what it says, as ``oidc`` and ``saml`` write it down: issuer, subject and session,
``two`` (it asked for two factors), ``proved_at`` (when, ISO 8601, empty where it does not say) and
of SAML ``ends_at`` (by when it wants the session over, the same way) and ``qualifiers`` (what its
name of the person is qualified by).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from talteen.clock import SystemClock
from talteen.desk.entry import entering, joining, second_step, signin
from talteen.desk.page.visit import ENDS_AT, VisitRequest
from talteen.errors import Conflict, Missing
from talteen.register.staff import factors, identities
from talteen.register.staff import joining as joins
from talteen.register.staff.identities import Known
from talteen.register.staff.people import SignIn

log = structlog.get_logger()
LIVES = timedelta(minutes=10)
"""So long a question waits for its answer."""
LEEWAY = timedelta(minutes=1)
"""How far the service's clock may be from ours."""


def use(request: VisitRequest, flow: Mapping[str, Any], told: Mapping[str, Any]) -> HttpResponse:
    """Do what ``flow`` was begun for."""
    return _USES[flow["kind"]](request, flow, told)


def use_once(request: VisitRequest, kept: SessionBase, cookie: str) -> HttpResponse:
    """The same for the answer that ``kept`` holds, which is gone with that, and the cookie too that
    named its question."""
    flow, told = dict(kept.items()), kept["told"]
    kept.delete()
    answer = use(request, flow, told)
    answer.delete_cookie(cookie, samesite="Lax")
    return answer


def name_question(answer: HttpResponse, cookie: str, name: str) -> None:
    """Have the browser remember which question is its own. Lax: the service sends it back from
    another site. Such a cookie opens nothing by itself."""
    answer.set_cookie(
        cookie,
        name,
        max_age=LIVES,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def lost() -> str:
    """The fault of an answer to no question of this browser."""
    return _("Kirjautuminen kesti liian kauan tai alkoi muualla. Aloita uudelleen.")


def declined() -> str:
    """The fault where the service, or its person, said no."""
    return _("Kirjautumispalvelu ei päästänyt sisään.")


def not_true() -> str:
    """The fault of an answer that does not hold."""
    return _("Kirjautumispalvelun vastaus ei pidä. Yritä uudelleen.")


def _enter(request: VisitRequest, flow: Mapping[str, Any], told: Mapping[str, Any]) -> HttpResponse:
    person = identities.whose(Known(told["issuer"], told["subject"]), SystemClock().now())
    if person is None:
        log.warning("person.not_known", kind="provider")
        return signin.refused(
            request, _("Tämä kirjautuminen ei kuulu kenellekään täällä. Ota kutsu vastaan ensin.")
        )
    if told["two"]:
        entering.enter(request, person, SignIn.TWO_FACTORS)
        _remember(request, told)
        return entering.welcome(request, flow["next"])
    if factors.of(person):
        _remember(request, told)
        return second_step.begin(request, person, flow["next"])
    return signin.refused(request, _one_factor())


def _confirm(
    request: VisitRequest, flow: Mapping[str, Any], told: Mapping[str, Any]
) -> HttpResponse:
    person = identities.whose(Known(told["issuer"], told["subject"]), SystemClock().now())
    same = (
        request.user.is_authenticated
        and person == request.user
        and str(person.pk) == flow["person"]
    )
    proved = told["proved_at"] and datetime.fromisoformat(told["proved_at"])
    asked = datetime.fromisoformat(flow["at"]) - LEEWAY
    if not same or not told["two"] or not proved or proved < asked:
        log.warning("person.not_proved", kind="provider")
        return redirect(f"{reverse('confirm')}")
    entering.confirm(request)
    return entering.onward_to(request, flow["next"])


def _join(request: VisitRequest, flow: Mapping[str, Any], told: Mapping[str, Any]) -> HttpResponse:
    known, invitation = Known(told["issuer"], told["subject"]), UUID(flow["invitation"])
    row = joining.followed(request)
    if row is None or row.pk != invitation:
        return redirect("join")
    if not told["two"]:
        request.session[joining.JOINING] |= {
            "password": make_password(None),
            "known": [known.issuer, known.subject],
        }
        request.session.modified = True
        return redirect("join-factor")
    try:
        person = joins.join_as(invitation, known, SystemClock().now())
    except Missing:
        return redirect("join")
    except Conflict:
        return signin.refused(
            request, _("Tällä kirjautumisella tulee jo toinen ihminen. Kysy ylläpitäjältä.")
        )
    request.session.flush()
    entering.enter(request, person, SignIn.TWO_FACTORS)
    _remember(request, told)
    return redirect("home")


_USES = {"enter": _enter, "confirm": _confirm, "join": _join}


def _remember(request: HttpRequest, told: Mapping[str, Any]) -> None:
    """So that the service can end this session, and its person be sent there when they sign out."""
    request.session[identities.SESSION] = {
        key: told[key] for key in ("issuer", "subject", "session", "qualifiers") if key in told
    }
    if told.get("ends_at"):
        request.session[ENDS_AT] = told["ends_at"]


def _one_factor() -> str:
    return _("Kirjautumispalvelu kysyi vain yhden tunnisteen. Tänne tarvitaan kaksi.")

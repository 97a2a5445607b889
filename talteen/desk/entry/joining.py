"""The way in: a link that works once, a password of one's own, a second factor, codes for paper.

The code of the link stands behind a ``#``: a browser sends that to nobody, so no log of any server
has it. A script puts it into the form; without one it is typed. Until the factor has shown that it
works nothing has changed, and the link is good until its day is over.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import segno
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from talteen import ids
from talteen.clock import SystemClock
from talteen.desk.entry import entering, outside, passkey
from talteen.desk.page.visit import VisitRequest
from talteen.errors import Missing
from talteen.life.seal import personal
from talteen.register.models import Staff
from talteen.register.staff import factors, invitations, joining, totp
from talteen.register.staff.account_models import Invitation, SecondFactor
from talteen.register.staff.factors import NewApp
from talteen.register.staff.identities import Known
from talteen.register.staff.passkeys import NotProved
from talteen.register.staff.people import SignIn

JOINING = "joining"
"""Session key: which invitation is followed, and the hash of the password that was chosen."""
NEW_APP = "new_app"
"""Session key: the app that was shown a seed; the seed itself is sealed."""
LONGEST = 256


@dataclass(frozen=True, slots=True)
class FactorShown:
    """The part of a page that adds a second factor."""

    picture: str
    """Of the seed, as an SVG element."""
    seed: str
    """As it is typed into an app."""
    question: str
    """For a passkey, as JSON."""
    fault: str
    passkey_fault: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def page(request: VisitRequest) -> HttpResponse:
    """The code of the link."""
    if request.method != "POST":
        return render(request, "joining/code.html", {"fault": ""})
    entering.not_too_often(request)
    try:
        row = invitations.of_code(request.POST.get("code", ""), SystemClock().now())
    except Missing:
        fault = _("Linkki on käytetty tai vanhentunut, tai siitä puuttuu merkkejä.")
        return render(request, "joining/code.html", {"fault": fault}, status=422)
    request.session.flush()
    request.session[JOINING] = {"invitation": str(row.pk)}
    return redirect("join-password")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
def password(request: VisitRequest) -> HttpResponse:
    """A password of one's own."""
    row = followed(request)
    if row is None:
        return redirect("join")
    if request.method != "POST":
        return _password(request, row)
    fault = password_fault(request, row.staff)
    if fault:
        return _password(request, row, fault)
    request.session[JOINING] |= {"password": make_password(request.POST["password"]), "known": None}
    request.session.modified = True
    return redirect("join-factor")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def factor(request: VisitRequest) -> HttpResponse:
    """The first second factor; with it the person is in."""
    row = followed(request)
    chosen = request.session.get(JOINING, {}).get("password")
    if row is None or chosen is None:
        return redirect("join")
    if request.method != "POST":
        return _factor(request, row.staff)
    entering.not_too_often(request)
    try:
        joined = joining.join(
            row.pk, chosen, lambda one: added(request, one), _now(), known=_known(request)
        )
    except NotProved:
        return _factor(request, row.staff, passkey_fault=passkey_not_right())
    if joined is None:
        return _factor(request, row.staff, fault=code_not_right())
    person, codes = joined
    request.session.flush()
    entering.enter(request, person, SignIn.TWO_FACTORS)
    return render(request, "joining/codes.html", {"codes": codes, "first": True})


# --- what the page of one's own shares -----------------------------------------------------


def password_fault(request: HttpRequest, person: Staff) -> str:
    """What is wrong with the password in the form; empty where nothing is."""
    chosen = request.POST.get("password", "")
    if chosen != request.POST.get("again", ""):
        return _("Salasanat eivät ole samat. Kirjoita molemmat uudelleen.")
    try:
        validate_password(chosen, person)
    except ValidationError:
        chosen = ""
    if not chosen or len(chosen) > LONGEST:
        return _("Valitse vähintään 12 merkkiä: ei yleistä salasanaa, nimeäsi eikä tunnustasi.")
    return ""


def shown(
    request: VisitRequest, person: Staff, *, fault: str = "", passkey_fault: str = ""
) -> FactorShown:
    """What a page shows that adds a second factor of ``person``. A seed stays the same until it is
    used, so that a mistyped code needs no second picture."""
    seed = _seed(request, person)
    house = request.visit.house.register.controller.name
    address = totp.address(seed, house=house, person=person.code)
    return FactorShown(
        picture=segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True),
        seed=totp.written(seed),
        question=passkey.ask_new(request, person),
        fault=fault,
        passkey_fault=passkey_fault,
    )


def added(request: VisitRequest, person: Staff) -> SecondFactor | None:
    """The factor that the form brings, added; None where its code is none of the app's.

    Raises NotProved where a passkey's answer does not hold.
    """
    if passkey.sent(request):
        made = passkey.made(request)
        return factors.add_passkey(person, passkey.place(request), made, _now())
    kept = request.session.get(NEW_APP)
    if not kept:
        return None
    new = NewApp(UUID(kept["id"]), base64.b64decode(kept["sealed"]))
    typed = request.POST.get("code", "")
    row = factors.add_app(person, new, typed, _now(), unseal=entering.unseal(request))
    if row is not None:
        del request.session[NEW_APP]
    return row


def code_not_right() -> str:
    """The fault of a code that an app does not show now."""
    return _("Koodi ei täsmää. Katso, että puhelimen kello on oikeassa, ja odota uutta koodia.")


def passkey_not_right() -> str:
    """The fault of a passkey that was not made for this question."""
    return _("Pääsyavain ei valmistunut. Yritä uudelleen.")


def _seed(request: VisitRequest, person: Staff) -> bytes:
    vault, kept = request.visit.house.vault, request.session.get(NEW_APP)
    if kept and kept["person"] == str(person.pk):
        sealed = base64.b64decode(kept["sealed"])
        return entering.unseal(request)(UUID(kept["id"]), person.pk, sealed)
    factor, seed = ids.new(), factors.new_seed()
    sealed = personal.seal(vault, personal.Kind.SEED, factor, person.pk, seed)
    request.session[NEW_APP] = {
        "id": str(factor),
        "person": str(person.pk),
        "sealed": base64.b64encode(sealed).decode(),
    }
    return seed


def followed(request: HttpRequest) -> Invitation | None:
    """The invitation that this browser follows; None where it follows none that is still good."""
    kept = request.session.get(JOINING)
    if not kept:
        return None
    try:
        return invitations.open_one(UUID(kept["invitation"]), _now())
    except Missing:
        return None


def _known(request: HttpRequest) -> Known | None:
    """As whom a sign-in service knows the person, where it asked for one factor only."""
    told = request.session[JOINING].get("known")
    return Known(*told) if told else None


def _password(request: VisitRequest, row: Invitation, fault: str = "") -> HttpResponse:
    told = {"person": row.staff, "fault": fault, "outside": outside.offered(request)}
    return render(request, "joining/password.html", told, status=422 if fault else 200)


def _factor(
    request: VisitRequest, person: Staff, *, fault: str = "", passkey_fault: str = ""
) -> HttpResponse:
    told = shown(request, person, fault=fault, passkey_fault=passkey_fault)
    status = 422 if fault or passkey_fault else 200
    return render(request, "joining/factor.html", {"shown": told}, status=status)


def _now() -> datetime:
    return SystemClock().now()

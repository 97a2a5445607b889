"""A failure as a page: the rule, who can help, and what to do next (look 5.13). Never a stack,
never data.

403, 404, 410, 500 and 503 look alike: one dashed box in the person's own masthead. A 500 is drawn
without the database, because that may be what failed.
"""

import secrets
import sys
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from talteen.desk.page import ground_words, words
from talteen.desk.page.problems import ROOT, OurFault, problem
from talteen.errors import DiskFull, NoLongerOpens, TalteenError, Unavailable
from talteen.register.policy import Rule
from talteen.register.refusals import GrantOver, NotBalanced

log = structlog.get_logger()
_DATABASE_AWAY = (OperationalError, InterfaceError)
"""What the driver raises when the database does not answer, not when a statement is wrong."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Failure:
    """What the page says."""

    status: int
    title: str
    text: str
    icon: str = ""
    retry: bool = False


_TEXTS: dict[str, tuple[Promise, Promise]] = {
    "grant-over": (
        gettext_lazy("Lupa vanheni"),
        gettext_lazy("Ääni pysähtyi. Valitse tarkoitus uudelleen, niin puhelu avautuu taas."),
    ),
    "unavailable": (
        gettext_lazy("Talo ei juuri nyt vastaa"),
        gettext_lazy(
            "Jokin osa, jota sivu tarvitsee, ei vastaa. Mitään ei hävinnyt, ja puhelut "
            "otetaan silti"
            " talteen. Yritä hetken kuluttua uudelleen."
        ),
    ),
    **dict.fromkeys(
        ("holder-away", "holder-sealed", "holder-credential"),
        (
            gettext_lazy("Avaimia ei voi nyt käyttää"),
            gettext_lazy(
                "Avaimenhaltija ei juuri nyt palvele, joten puheluita ei voi avata. Mitään ei "
                "hävinnyt, ja puhelut otetaan silti talteen. Ylläpitäjälle kerrotaan itsestään."
            ),
        ),
    ),
    "disk-full": (
        gettext_lazy("Levyn varatila on käytössä"),
        gettext_lazy(
            "Uutta ei oteta vastaan ennen kuin tilaa on. Hävittäminen jatkuu. Kerro ylläpitäjälle."
        ),
    ),
    "provider-away": (
        gettext_lazy("Kirjautumispalvelu ei vastaa"),
        gettext_lazy("Yritä hetken kuluttua uudelleen, tai kirjaudu pääsyavaimella."),
    ),
    "provider-not-set-up": (
        gettext_lazy("Organisaation tunnuksilla ei vielä pääse"),
        gettext_lazy(
            "Ylläpitäjän pitää ensin viimeistellä asetukset. Kirjaudu siihen asti pääsyavaimella."
        ),
    ),
    "too-many-tries": (
        gettext_lazy("Liian monta yritystä"),
        gettext_lazy("Tästä osoitteesta on yritetty liian tiheästi. Odota minuutti."),
    ),
    "search-not-for-purpose": (
        gettext_lazy("Nimiä ja numeroita haetaan vain asiassa"),
        gettext_lazy(
            "Tähän tarkoitukseen haetaan aiheita tavallisilla sanoilla. Jos etsit tiettyä "
            "henkilöä, valitse asia, johon haku kuuluu."
        ),
    ),
    "words-checked": (
        gettext_lazy("Ihminen on tarkistanut tekstin"),
        gettext_lazy("Kone ei kirjoita tarkistettua tekstiä uudelleen. Korjaa virheet käsin."),
    ),
    "conflict": (
        gettext_lazy("Joku ehti ensin"),
        gettext_lazy(
            "Tilanne muuttui, kun sivu oli auki. Avaa sivu uudelleen ja katso, mikä on nyt totta."
        ),
    ),
    "input": (
        gettext_lazy("Tätä ei voi lukea"),
        gettext_lazy(
            "Lomakkeesta tai osoitteesta puuttuu jotain. Palaa takaisin ja yritä uudelleen."
        ),
    ),
}


def page(request: HttpRequest, error: TalteenError) -> HttpResponse:
    """The page that tells ``error``."""
    return _render(request, told(error))


def told(error: TalteenError) -> Failure:
    """What the page of ``error`` says."""
    rule = getattr(error, "rule", None)
    if isinstance(rule, Rule):
        words_of = words.RULES[rule]
        says = ground_words.shut(error.ground) if isinstance(error, NotBalanced) else words_of.text
        return Failure(error.http_status, str(words_of.title), str(says), icon="lock")
    if isinstance(error, NoLongerOpens):
        words_of = words.RULES[Rule.NO_LONGER_OPENS]
        return Failure(410, str(words_of.title), str(words_of.text), icon="lock")
    title, text = _TEXTS.get(error.slug, _TEXTS["unavailable" if _may_pass(error) else "input"])
    return Failure(
        error.http_status, str(title), str(text), icon="triangle-alert", retry=_may_pass(error)
    )


def _may_pass(error: TalteenError) -> bool:
    return isinstance(error, Unavailable) and not isinstance(error, DiskFull | GrantOver)


def no_purpose() -> Failure:
    """A call was to be opened, and nobody said what for."""
    text = _("Valitse ensin, mihin tarvitset puhelua.")
    return Failure(422, _("Tarkoitus puuttuu"), text, icon="key-round")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 of Django itself: not ours to show."""
    return _render(
        request,
        Failure(
            403, _("Tämä ei kuulu sinulle"), _("Kysy rekisterin yhteyshenkilöltä."), icon="lock"
        ),
    )


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the CSRF check: the form was sent from an old or another page."""
    title = _("Lomake vanheni")
    text = _(
        "Sivu oli auki liian kauan, tai se avattiin muualta. Avaa sivu uudelleen ja lähetä "
        "uusi lomake."
    )
    return _render(request, Failure(403, title, text, icon="refresh-cw"))


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: an address that leads nowhere."""
    text = _("Osoite voi olla vanha. Puhelun osoite lakkaa, kun puhelu häviää.")
    return _render(request, Failure(404, _("Sivua ei ole"), text))


def broken(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours, or 503: the house or its database is away, before a view could say so.

    Drawn from its own template, which reads nothing.
    """
    if isinstance(error := sys.exception(), (TalteenError, *_DATABASE_AWAY)):
        return _out_of_reach(error)
    reference = "".join(secrets.choice(_LETTERS) for _ in range(6))
    log.error("page.broken", reference=reference)
    if request.path_info.startswith(ROOT):
        return problem(OurFault(reference))
    text = _(
        "Mitään ei hävinnyt. Yritä uudelleen. Jos vika toistuu, kerro ylläpitäjälle tämä tunnus."
    )
    return _bare(Failure(500, _("Jokin meni vikaan"), text), reference)


def _out_of_reach(error: BaseException) -> HttpResponse:
    kind = error.slug if isinstance(error, TalteenError) else "database"
    log.warning("house.unavailable", kind=kind)
    title, text = _TEXTS["unavailable"]
    answer = _bare(Failure(503, str(title), str(text)))
    answer["Retry-After"] = "30"
    return answer


def _bare(failure: Failure, reference: str = "") -> HttpResponse:
    context = {"title": failure.title, "text": failure.text, "reference": reference}
    page = loader.render_to_string("errors/broken.html", context)
    answer = HttpResponse(page, status=failure.status)
    answer["Cache-Control"] = "no-store"
    return answer


def _render(request: HttpRequest, failure: Failure) -> HttpResponse:
    answer = render(request, "errors/failure.html", {"failure": failure}, status=failure.status)
    answer["Cache-Control"] = "no-store"
    return answer

"""The words of statements: titles, sections, and each count by the code that it stands under."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from talteen.desk.page import wording, words
from talteen.desk.rights import request_words
from talteen.life.answer.intake import Via
from talteen.life.destroy.monthly_words import MONTH_WORDS
from talteen.notice.purposes import Purpose, Role
from talteen.notice.requests import Outcome
from talteen.notice.rights import Right
from talteen.oversight.statements.values import ActKind, Kind
from talteen.register.policy import Rule

TITLES: Mapping[Kind, words.Text] = {
    Kind.MONTH: _("Kuukauden osoitusvelvollisuus"),
    Kind.REQUESTS: _("Vuoden pyynnöt"),
    Kind.ACCESS: _("Neljänneksen käyttöoikeudet"),
    Kind.PEOPLE: _("Sitoumukset ja koulutus"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A section, and what its rows make together."""

    title: words.Text
    total: words.Text = ""


SECTIONS: Mapping[str, Named] = {
    "recorded": Named(_("Kuukauden puhelut"), _("talteen otettu")),
    "not_kept": Named(_("Mistä ei jäänyt mitään")),
    "balance": Named(_("Puhelinvaihteen luettelo")),
    "opened": Named(_("Avaukset tarkoituksittain"), _("avauksia")),
    "denied": Named(_("Evätyt avaukset"), ""),
    "holds": Named(_("Pidot"), _("voimassa lopussa")),
    "requests": Named(_("Rekisteröityjen pyynnöt"), _("avoinna lopussa")),
    "care": Named(_("Mitä huomattiin")),
    "adopted": Named(_("Hyväksytyt perusteet"), _("pöytäkirjassa")),
    "reviewed": Named(_("Mitä katsottiin uudelleen")),
    "by_right": Named(_("Mitä pyydettiin")),
    "by_channel": Named(_("Mistä ne tulivat"), _("pyyntöjä")),
    "by_language": Named(_("Vastauksen kieli"), _("pyyntöjä")),
    "by_outcome": Named(_("Miten vastattiin"), _("vastauksia")),
    "days_to_answer": Named(_("Päiviä ensimmäiseen vastaukseen")),
    "by_role": Named(_("Tehtävittäin"), pgettext_lazy("statement", "yhteensä")),
    "standing": Named(_("Edellytykset"), _("työssä")),
    "complete_by_role": Named(_("Kunnossa tehtävittäin"), _("kunnossa")),
    "contacts": Named(_("Rekisterin yhteyshenkilöt")),
}
ODD: Mapping[str, frozenset[str]] = {
    "recorded": frozenset({"late", "unexplained"}),
    "balance": frozenset({"lost"}),
    "care": frozenset({"late", "drills_failed", "damage_found", "complained"}),
    "reviewed": frozenset({"rights_lapsed"}),
    "standing": frozenset({"untrained", "no_undertaking", "neither"}),
}
"""Counts that ask for somebody's eyes when they are not 0."""
ACTS: Mapping[ActKind, words.Text] = {
    ActKind.ADOPTED: _("Hyväksyttiin uusin sanoin"),
    ActKind.ADOPTED_AGAIN: _("Tarkistettiin ja hyväksyttiin"),
    ActKind.NOTICE: _("Seloste julkaistiin"),
    ActKind.ROUND: _("Oikeuksien katselmus päättyi"),
}
"""What was done, by which people of the house."""
_BEFORE = pgettext_lazy("statement", "alussa")
_OWN: Mapping[str, Mapping[str, words.Text]] = {
    "not_kept": {
        "refused": _("soittaja kieltäytyi"),
        "not_announced": _("ilmoitusta ei voitu osoittaa"),
    },
    "balance": {
        "days": _("verrattuja päiviä"),
        "recorded": _("tallennettu"),
        "partial": _("osittain"),
        "lost": _("kateissa"),
        "lawful": _("laillisesti tallentamatta"),
    },
    "holds": {"before": _BEFORE, "placed": _("asetettu"), "ended": _("päättynyt")},
    "requests": {"before": _BEFORE, "received": _("saapunut"), "closed": _("päätetty")},
    "care": {
        "drills_kept": _("palautusharjoituksia onnistui"),
        "drills_failed": _("palautusharjoituksia epäonnistui"),
        "damage_found": _("vaurioita löytyi"),
        "notices_published": _("selosteita julkaistiin"),
        "extended": _("määräaikaa jatkettiin"),
        "complained": _("kanteluja valvontaviranomaiselle"),
        "late": _("vastattu määräajan jälkeen"),
    },
    "adopted": {
        "tests_new": _("tasapainotesti uusin sanoin"),
        "tests_again": _("tasapainotesti tarkistettuna"),
        "impact_new": _("vaikutustenarviointi uusin sanoin"),
        "impact_again": _("vaikutustenarviointi tarkistettuna"),
    },
    "reviewed": {
        "rounds_begun": _("oikeuksien katselmuksia alkoi"),
        "rights_kept": _("oikeuksia pidettiin"),
        "rights_withdrawn": _("oikeuksia poistettiin"),
        "rights_lapsed": _("oikeuksia raukesi katsomatta"),
        "holds_kept": _("pitoja jatkettiin tarkistettuna"),
        "opinions": _("tietosuojavastaavan lausuntoja"),
    },
    "days_to_answer": {
        "answered": _("vastattuja pyyntöjä"),
        "median": _("keskimmäinen, päivää"),
        "longest": _("pisin, päivää"),
    },
    "standing": {
        "in_order": _("kunnossa"),
        "ends_soon": _("koulutus päättyy 30 päivässä"),
        "untrained": _("koulutus ei ole voimassa"),
        "no_undertaking": _("sitoumus puuttuu"),
        "neither": _("sitoumus ja koulutus puuttuvat"),
    },
    "contacts": {"named": _("nimetty rekisterissä"), "ready": _("voi toimia tänään")},
}
_BY_CODE: Mapping[str, Callable[[str], words.Text]] = {
    "recorded": lambda name: MONTH_WORDS[wording.language()].fates[name],
    "opened": lambda name: words.PURPOSES[Purpose(name)],
    # What the person was told, as it was told: it speaks to them, and is quoted.
    "denied": lambda name: str(_("”%(said)s”") % {"said": words.RULES[Rule(name)].title}),
    "by_right": lambda name: request_words.RIGHTS[Right(name)],
    "by_channel": lambda name: request_words.VIAS[Via(name)],
    "by_language": lambda name: words.LANGUAGE_NAMES[name],
    "by_outcome": lambda name: request_words.OUTCOMES[Outcome(name)],
    "by_role": lambda name: words.ROLES[Role(name)],
    "complete_by_role": lambda name: words.ROLES[Role(name)],
}


def row(section: str, name: str) -> words.Text:
    """What one count is called; its code, where a later release has written one."""
    try:
        return _OWN[section][name] if section in _OWN else _BY_CODE[section](name)
    except (KeyError, ValueError):
        return name

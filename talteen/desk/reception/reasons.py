"""Why a call was recorded or not, as a sentence and as what the sentence rests on."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from talteen.desk.page import wording, words
from talteen.oversight.why import Answer, Because

_SENTENCES: Mapping[Because, words.Text] = {
    Because.RECORDED: gettext_lazy("Puhelu tallennettiin, koska se ilmoitettiin tallennettavaksi."),
    Because.UNDERWAY: gettext_lazy("Puhelu on vastaanotossa, eikä sitä ole vielä sinetöity."),
    Because.DESTROYED: gettext_lazy("Puhelu tallennettiin, ja tallenne on jo hävitetty."),
    Because.EXCLUDED_LINE: gettext_lazy("Tällä linjalla ei tallenneta mitään."),
    Because.NOTHING_FOUND: gettext_lazy(
        "Rekisterissä ei ole jälkeä puhelusta, ja päivä on täsmäytetty keskuksen tietoihin."
    ),
    Because.NOT_BALANCED: gettext_lazy(
        "Rekisterissä ei ole jälkeä puhelusta. Päivää ei ole täsmäytetty keskuksen tietoihin."
    ),
}
_NOT_KEPT: Mapping[str, words.Text] = {
    "not_announced": gettext_lazy(
        "Puhelua ei tallennettu, koska kukaan ei voinut osoittaa, että siitä ilmoitettiin."
    ),
    "refused_at_prompt": gettext_lazy(
        "Puhelua ei tallennettu, koska soittaja kieltäytyi tallentamisesta."
    ),
    "refused": gettext_lazy(
        "Soittaja kieltäytyi kesken puhelun, ja siihen asti tallennettu tuhottiin."
    ),
    "agent_untold": gettext_lazy(
        "Puhelua ei tallennettu, koska työntekijä ei ollut kuitannut omaa selostettaan."
    ),
    "private": gettext_lazy("Puhelua ei tallennettu, koska se merkittiin yksityiseksi."),
    "excluded_line": gettext_lazy("Tällä linjalla ei tallenneta mitään."),
    "voicemail": gettext_lazy("Puhelua ei tallennettu, koska siihen vastasi vastaaja."),
    "no_conversation": gettext_lazy("Puhelua ei tallennettu, koska siinä ei keskusteltu."),
    "late": gettext_lazy(
        "Puhelua ei tallennettu, koska se tuli rekisteriin vasta säilytysajan jälkeen."
    ),
}
_LOST: Mapping[str, words.Text] = {
    "never_arrived": gettext_lazy(
        "Tallenne puuttuu: puhelu on keskuksen tiedoissa, mutta se ei koskaan tullut rekisteriin."
    ),
    "lost": gettext_lazy(
        "Tallenne puuttuu: puhelu tallennettiin, mutta sen ääntä ei saa enää auki."
    ),
    "arrived_unkept": gettext_lazy(
        "Tallenne puuttuu: puhelu tuli rekisteriin, mutta tallennetta ei ole."
    ),
    "late": gettext_lazy("Tallenne puuttuu: puhelu tuli rekisteriin vasta säilytysajan jälkeen."),
}
_LATE: Mapping[str, words.Text] = {
    "healed": gettext_lazy("täydensi aukot"),
    "whole": gettext_lazy("ei täydentänyt: tallenteesta ei puuttunut mitään"),
    "nothing_new": gettext_lazy("ei täydentänyt: siltä puuttui sama kohta"),
    "forbade": gettext_lazy("ei täydentänyt: sille oli sanottu, ettei puhelua saa tallentaa"),
    "shut": gettext_lazy("ei täydentänyt: tallennetta säilytetään vain uhkauksen vuoksi"),
    "redacted": gettext_lazy("ei täydentänyt: tallenteesta on poistettu kohta pysyvästi"),
    "restricted": gettext_lazy("ei täydentänyt: tallenteen käsittelyä on rajoitettu"),
    "delivered": gettext_lazy("ei täydentänyt: jäljennös odottaa vastaanottajaansa"),
    "teaches": gettext_lazy("ei täydentänyt: tallenteen kohta on opetuskäytössä"),
    "begins_earlier": gettext_lazy("oma tallenne: se alkaa aikaisemmin"),
    "unlike": gettext_lazy("oma tallenne: ääni ei osoita, että puhelu on sama"),
}
"""What another capture node did that came when the packets of the recording were gone."""


def sentence(answer: Answer) -> str:
    """The answer in the language in force."""
    match answer.because:
        case Because.NOT_KEPT:
            unknown = _("Puhelu tuli rekisteriin, eikä siitä jätetty mitään.")
            return str(_NOT_KEPT.get(answer.outcome, unknown))
        case Because.LOST:
            unknown = _("Tallenne puuttuu, eikä syytä tiedetä.")
            return str(_LOST.get(answer.outcome, unknown))
        case other:
            return str(_SENTENCES[other])


def evidence(answer: Answer) -> dict[str, str]:
    """What the sentence rests on, by name, in the order in which it is told."""
    began = answer.began_at
    told = answer.announced_until
    return {
        _("Alkoi"): f"{wording.full_day(began)} {wording.clock_seconds(began)}" if began else "",
        _("Linja"): answer.line,
        _("Ilmoitus kuultiin"): wording.clock_seconds(told) if told else "",
        _("Ilmoituksen versio"): answer.announcement,
        _("Selosteen versio"): answer.notice,
        _("Tallenne"): str(answer.recording or ""),
        _("Aukot"): ", ".join(_gaps(answer)),
        _("Myöhästynyt vastaanottosolmu"): ", ".join(str(_LATE[one]) for one in answer.late),
        _("Lupausrivi"): answer.promise,
    }


def _gaps(answer: Answer) -> list[str]:
    return [
        f"{words.SHORT_MARKS.get(gap.kind, gap.kind)} {wording.clock_seconds(gap.begins_at)}"
        f" ({wording.span(gap.length_ms)})"
        for gap in answer.gaps
    ]

"""The words of calibration: what a figure allows, and how coefficients are written."""

from collections.abc import Mapping

from babel.numbers import format_decimal
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from talteen.desk.page import said, wording
from talteen.desk.page.words import Text
from talteen.life.use.quality.agreement import Figure, Level, Trust
from talteen.life.use.quality.reliability import LEAST_CALLS, Decides, Standing

SAID = "calibration"
"""Session key: what the last press about a round came to."""
TRUST: dict[Trust, Text] = {
    Trust.RELY: gettext_lazy("Luota"),
    Trust.TENTATIVE: gettext_lazy("Varoen"),
    Trust.REWRITE: gettext_lazy("Kirjoita ankkuri uusiksi"),
    Trust.UNKNOWN: gettext_lazy("Ei vielä tietoa"),
}
TRUST_KINDS: dict[Trust, str] = {
    Trust.RELY: "kept",
    Trust.TENTATIVE: "soon",
    Trust.REWRITE: "soon",
    Trust.UNKNOWN: "",
}


def decimal(value: float | None) -> str:
    """``0,52``, with a true minus; a dash where there is no figure."""
    if value is None:
        return "–"
    return str(format_decimal(value, "0.00", locale=wording.language())).replace("-", "−")


def interval(figure: Figure) -> str:
    """``0,28–0,66``; a minus beside a dash could not be read, so three points stand there."""
    if figure.low is None or figure.high is None:
        return "–"
    between = "–" if figure.low >= 0 else "…"
    return f"{decimal(figure.low)}{between}{decimal(figure.high)}"


def percent(share: float | None) -> str:
    """``73 %``."""
    return "–" if share is None else f"{round(share * 100)} %"


def verdict(standing: Standing | None) -> str:
    """What the figures allow, in a word or two."""
    if standing is None or standing.calls < LEAST_CALLS:
        calls = standing.calls if standing else 0
        return _("%(n)s/%(least)s puhelua") % {"n": calls, "least": LEAST_CALLS}
    if _all_alike(standing):
        return _("Kaikki samoin")
    answers = standing.answers
    if answers.decides is Decides.GWET and standing.trust is Trust.RELY:
        return _("Luota, %(coefficient)s") % {"coefficient": gwet(answers.level)}
    return str(TRUST[standing.trust])


def gwet(level: Level) -> str:
    """Which of Gwet's coefficients it is."""
    return "AC1" if level is Level.NOMINAL else "AC2"


def kind(standing: Standing | None) -> str:
    """The colour of that."""
    if standing is None:
        return ""
    enough = standing.calls >= LEAST_CALLS
    return "kept" if enough and _all_alike(standing) else TRUST_KINDS[standing.trust]


def _all_alike(standing: Standing) -> bool:
    """Whether nobody ever answered otherwise: there is nothing to compute, and nothing to mend."""
    both = (standing.applies.figures.percent, standing.answers.figures.percent)
    return standing.trust is Trust.UNKNOWN and all(one in (None, 1.0) for one in both)


def last_chosen(request: HttpRequest) -> Mapping[str, frozenset[str]]:
    """What was chosen for a round that was not opened: ids by the field."""
    told = said.last(request, SAID) or {}
    return {name: frozenset(told.get(name, "").split()) for name in ("form", "who", "also")}


def last_said(request: HttpRequest) -> str:
    """What the last press came to; empty where it is a while ago, or the page says it anyway."""
    told = said.last(request, SAID)
    texts = {
        "few": _("Valitse vähintään kaksi arvioijaa."),
        "team": _("Joku valituista ei saa avata kaikkia puheluita. Vaihda arvioija tai puhelut."),
        "calls": _("Kierrokseen mahtuu kymmenen puhelua, ja niiden on oltava luettelossa."),
        "open": _("Jostakin puhelusta on jo avoin kierros."),
        "faulty": _("Ankkuri puuttuu jollakin kielellä. Mitään ei julkaistu."),
        "unchanged": _("Mikään ei muuttunut, tai lomakkeesta on jo uudempi versio."),
    }
    return texts.get(told["what"], "") if told else ""

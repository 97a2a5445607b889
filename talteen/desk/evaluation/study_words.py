"""The words of studies: what stands in a plan's way, what is told apart, what can be
answered, a group's name."""

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talteen.desk.page import wording, words
from talteen.desk.page.words import Text
from talteen.life.use.rows import Direction
from talteen.life.use.study.answering import Said, Skipped
from talteen.life.use.study.plan import SCALE, Asked, Plan
from talteen.life.use.study.planning import Lack
from talteen.life.use.study.report import Cell, Stratum
from talteen.life.use.study.shown import Names
from talteen.life.use.study.traits import Day, Daypart, Length, Trait

LACKS: dict[Lack, Text] = {
    Lack.QUESTION: _(
        "Kirjoita jokainen kysymys kerran ja joko se, milloin vastaus on kyllä, tai mitä asteikon "
        "jokainen askel tarkoittaa. Enintään 300 merkkiä."
    ),
    Lack.TWICE: _(
        "Näiden viikkojen puheluista on jo kysytty samaa. Kahden raportin erotus kertoisi "
        "muutaman puhelun vastaukset."
    ),
    Lack.STRATA: _("Ositteita enintään kolme. Yksikkö on osite vain koko talon tutkimuksessa."),
    Lack.WEEKS: _(
        "Ensimmäinen viikko on ennen viimeistä, ja viimeinen enintään neljä viikkoa eteenpäin."
    ),
    Lack.TOO_LONG: _(
        "Viikkoja on liikaa: ensimmäiset puhelut häviävät ennen kuin viimeiset on kuunneltu."
    ),
    Lack.TOO_OLD: _(
        "Ensimmäisen viikon puhelut häviävät alle viikon päästä. Aloita myöhemmästä viikosta."
    ),
    Lack.SHARE: _("Odotus ja tavoite ovat 1–99 %, tarkkuus 1–25 prosenttiyksikköä."),
}

TRAITS: dict[Trait, Text] = {
    Trait.LINE: _("Jono"),
    Trait.LANGUAGE: _("Kieli"),
    Trait.DIRECTION: _("Kumpi soitti"),
    Trait.DAY: _("Arki tai viikonloppu"),
    Trait.DAYPART: _("Vuorokaudenaika"),
    Trait.LENGTH: _("Puhelun pituus"),
    Trait.UNIT: _("Yksikkö"),
}

VALUES: dict[str, Text] = {
    Day.WORKING.value: _("arki"),
    Day.WEEKEND.value: _("viikonloppu"),
    Daypart.MORNING.value: _("klo 6–12"),
    Daypart.AFTERNOON.value: _("klo 12–17"),
    Daypart.EVENING.value: _("klo 17–22"),
    Daypart.NIGHT.value: _("klo 22–6"),
    Length.SHORT.value: _("alle 2 min"),
    Length.MIDDLE.value: _("2–6 min"),
    Length.LONG.value: _("yli 6 min"),
}

SAID: dict[Said, Text] = {
    Said.YES: _("Kyllä"),
    Said.NO: _("Ei"),
    Said.NA: _("Ei koske"),
}


def answer(said: Said) -> Text:
    """What a button says: a step of a scale by its number."""
    return SAID[said] if said.step is None else str(said.step)


SKIPPED: dict[Skipped, Text] = {
    Skipped.UNCLEAR: _("Ei kuulu selvästi"),
    Skipped.CUT: _("Puhelu päättyy kesken"),
    Skipped.LANGUAGE: _("En osaa kieltä"),
}


def at_least(count: int | None) -> str:
    """A count as it may be told: the number, or that it is not told."""
    return gettext("ei kerrota") if count is None else wording.count(count)


def value(ask: Asked, share: float) -> str:
    """What was measured as it is read: percent, or a mean on the scale."""
    if ask.steps:
        return number_format(1 + share * (SCALE - 1), 1)
    return f"{round(share * 100)} %"


def goal(ask: Asked) -> str:
    """The goal as it is read; empty without one."""
    return "" if ask.goal is None else value(ask, ask.goal / 100)


def told_apart(plan: Plan) -> str:
    """By what a plan tells its calls apart."""
    names = ", ".join(str(TRAITS[one]) for one in plan.traits)
    return names or gettext("Ei ositteita")


def name_of(cell: Cell, names: Names) -> str:
    """What a group of a report is called."""
    if len(cell.strata) > 1:
        return gettext("Pienet ryhmät yhdessä")
    return stratum(cell.strata[0], names)


def stratum(one: Stratum, names: Names) -> str:
    """What one stratum is called; one of a report of before names line and language alone."""
    parts = [_value(trait, value, names) for trait, value in zip(Trait, one, strict=False) if value]
    return ", ".join(parts) or gettext("Kaikki puhelut")


def _value(trait: Trait, value: str, names: Names) -> str:
    match trait:
        case Trait.LINE | Trait.UNIT:
            known = names.lines if trait is Trait.LINE else names.units
            return wording.named(known[value]) if value in known else value
        case Trait.LANGUAGE:
            return str(words.LANGUAGE_NAMES.get(value, value))
        case Trait.DIRECTION:
            return str(words.DIRECTIONS[Direction(value)]).lower()
        case _:
            return str(VALUES[value])

"""The words of studies: what stands in a plan's way, what can be answered, a group's name."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talteen.desk import wording, words
from talteen.desk.words import Text
from talteen.life.use.rows import LineName
from talteen.life.use.study.answering import Said
from talteen.life.use.study.planning import Lack, Strata
from talteen.life.use.study.report import Cell, Stratum

LACKS: dict[Lack, Text] = {
    Lack.QUESTION: _("Kirjoita kysymys ja se, milloin vastaus on kyllä. Enintään 300 merkkiä."),
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

STRATA: dict[Strata, Text] = {
    Strata.NONE: _("Ei ositteita"),
    Strata.LINE: _("Jonoittain"),
    Strata.LANGUAGE: _("Kielittäin"),
    Strata.BOTH: _("Jonoittain ja kielittäin"),
}

SAID: dict[Said, Text] = {
    Said.YES: _("Kyllä"),
    Said.NO: _("Ei"),
    Said.NA: _("Ei koske"),
    Said.UNCLEAR: _("Ei kuulu selvästi"),
    Said.CUT: _("Puhelu päättyy kesken"),
    Said.LANGUAGE: _("En osaa kieltä"),
}


def at_least(count: int | None) -> str:
    """A count as it may be told: the number, or that it is below ten."""
    return gettext("alle 10") if count is None else wording.count(count)


def name_of(cell: Cell, lines: Mapping[str, LineName]) -> str:
    """What a group of a report is called."""
    if len(cell.strata) > 1:
        return gettext("Pienet ryhmät yhdessä")
    return stratum(cell.strata[0], lines)


def stratum(one: Stratum, lines: Mapping[str, LineName]) -> str:
    """What one stratum is called."""
    line, language = one
    parts = [wording.named(lines[line])] if line in lines else []
    parts += [str(words.LANGUAGE_NAMES.get(language, language))] if language else []
    return ", ".join(parts) or gettext("Kaikki puhelut")

"""The words of the gate: why a text may not outlive the calls, with the writer's own passages."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from talteen.desk.page.words import Text
from talteen.life.use.gate.passing import Refused, Why

WHY: dict[Why, Text] = {
    Why.EMPTY: _("Kirjoita jotakin."),
    Why.LONG: _("Teksti on liian pitkä."),
    Why.NAME: _("Tässä voi olla nimi tai osoite. Kerro ilman sitä."),
    Why.NUMBER: _("Numeroita ei jää. Kirjoita luku sanana, jos se on ohje."),
    Why.SPOKEN: _("Näin sanottiin puhelussa. Sano se omin sanoin, niin se jää."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One fault, as the page says it."""

    passage: str
    text: Text


def told(refused: Refused) -> tuple[Told, ...]:
    """What stands in the way, each passage once."""
    return tuple(dict.fromkeys(Told(one.passage, WHY[one.why]) for one in refused.faults))

"""The words of what was noticed about the use of the register."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from talteen.desk.page.words import Text
from talteen.oversight.use.odd import Rule

ACTIONS: dict[str, Text] = {
    "grant": _("Puhelun avaus"),
    "search": _("Haku"),
    "denied": _("Evätty"),
    "export": _("Asiakirja ulos"),
    "facts": _("Ohjelma luki tietoja"),
}


def odd_use(rule: str, count: int) -> str:
    """What a rule found, with its number."""
    match Rule(rule):
        case Rule.MANY:
            text = ngettext("%(n)s puhelu päivässä", "%(n)s puhelua päivässä", count)
        case Rule.NIGHT:
            text = ngettext("%(n)s puhelu yöllä", "%(n)s puhelua yöllä", count)
        case Rule.ONE_COLLEAGUE:
            text = ngettext(
                "%(n)s saman työkaverin puhelu viikossa",
                "%(n)s saman työkaverin puhelua viikossa",
                count,
            )
        case Rule.ONE_CALLER:
            text = ngettext(
                "%(n)s saman soittajan puhelu viikossa",
                "%(n)s saman soittajan puhelua viikossa",
                count,
            )
        case Rule.DENIED:
            text = ngettext("%(n)s eväys tunnissa", "%(n)s eväystä tunnissa", count)
    return text % {"n": count}

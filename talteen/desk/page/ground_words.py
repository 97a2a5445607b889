"""A purpose that stands on no balancing test today: what is said of it, and to whom one turns."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from talteen.desk.page import wording, words
from talteen.desk.page.home_shown import Line
from talteen.oversight.publishing import DECIDERS
from talteen.register import balanced
from talteen.register.balanced import Ground
from talteen.register.models import Staff

_NAMED = 4
"""So many of those who can renew a test are named; there may be more."""


def shut(ground: Ground) -> str:
    """Why nothing opens for the purpose, and who mends it."""
    purpose, test = str(words.PURPOSES[ground.purpose]), ground.test
    if test is None:
        said = _("%(purpose)s: tasapainotestiä ei ole hyväksytty.")
        why = said % {"purpose": purpose}
    else:
        said = _("%(purpose)s: tasapainotesti %(paper)s vanheni %(day)s.")
        why = said % {
            "purpose": purpose,
            "paper": test.paper,
            "day": wording.full_day(test.ends_on),
        }
    return f"{why} {_renewers()}"


def _renewers() -> str:
    """Two of these are needed: one proposes, another adopts."""
    people = Staff.objects.filter(role__in=[one.value for one in DECIDERS], is_active=True)
    names = list(people.order_by("name").values_list("name", flat=True)[:_NAMED])
    if not names:
        return _("Sen uusivat rekisterin omistaja ja yhteyshenkilö.")
    said = _("Sen uusii kaksi näistä: %(names)s. Tarkoitus avautuu heti sen jälkeen.")
    return said % {"names": ", ".join(names)}


def lines(today: date) -> list[Line]:
    """On the homes of those who renew or advise: recording that is off, purposes that are shut,
    and what soon will be."""
    return [*recording(today), *(_line(one, today) for one in balanced.near(today))]


def recording(today: date) -> Iterator[Line]:
    """That nothing is recorded, or soon will not be."""
    ends, url = balanced.impact_ends_on(), reverse("go-live")
    if not balanced.may_record(today):
        yield Line(_("Tallennus"), "", url, _("kiinni"), "broken", "lock")
    elif ends and ends <= today + balanced.SOON:
        state = _("sulkeutuu %(day)s") % {"day": wording.day(ends)}
        yield Line(_("Tallennus"), _("vaikutustenarviointi vanhenee"), url, state, "soon", "clock")


def _line(one: Ground, today: date) -> Line:
    open_still = one.stands(today)
    paper, day = (one.test.paper, wording.day(one.test.ends_on)) if one.test else ("", "")
    return Line(
        what=str(words.PURPOSES[one.purpose]),
        more=_("tasapainotesti %(paper)s") % {"paper": paper} if paper else _("ei tasapainotestiä"),
        url=f"{reverse('assessments')}#{paper}",
        state=_("sulkeutuu %(day)s") % {"day": day} if open_still else _("kiinni"),
        kind="soon" if open_still else "broken",
        icon="clock" if open_still else "lock",
    )

"""Openings to personnel on the homes of the three whom they concern: who asked, who says yes or no,
and whose call it is (REGISTER D)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk.page import wording
from talteen.desk.page.home_shown import Job, Line, listed
from talteen.desk.staff.personnel_openings import STATES
from talteen.notice.openings import OpeningState
from talteen.oversight import personnel_openings
from talteen.oversight.personnel_openings import Told
from talteen.register.models import Staff


def own(who: Staff, now: datetime) -> Job:
    """What one of the personnel has asked for and has open."""
    return _job(
        _standing(who, now), _("Puhelua pyydetään asiassa, johon sinut on nimetty. Toinen päättää.")
    )


def to_decide(who: Staff, now: datetime) -> list[Job]:
    """What waits for the register contact, and what is open; nothing where nothing is."""
    found = _standing(who, now)
    return [_job(found, "")] if found else []


def told(who: Staff, now: datetime) -> list[Job]:
    """An agent's calls that were opened, until they say that they have read of it."""
    found = personnel_openings.waiting(who, now)
    if not found:
        return []
    said = ngettext("%(n)s puhelu", "%(n)s puhelua", len(found)) % {"n": len(found)}
    return [
        Job(
            id="henkilosto",
            title=_("Henkilöstöhallinto sai luvan kuulla puhelusi"),
            says=said,
            empty="",
            url=f"{reverse('quality')}#henkilosto",
            action=_("Kuka, mikä puhelu ja mihin asti"),
            listed=listed(map(_line, found), len(found)),
        )
    ]


def _standing(who: Staff, now: datetime) -> list[Told]:
    return [one for one in personnel_openings.of(who, now) if one.state.stands]


def _job(found: Sequence[Told], empty: str) -> Job:
    said = ngettext("%(n)s pyyntö tai avaus", "%(n)s pyyntöä tai avausta", len(found))
    return Job(
        id="avaukset",
        title=_("Puhelun avaaminen henkilöstöhallinnolle"),
        says=said % {"n": len(found)} if found else "",
        empty=empty,
        url=reverse("personnel-openings"),
        action=_("Kaikki avaukset"),
        listed=listed(map(_line, found), len(found)),
    )


def _line(one: Told) -> Line:
    runs = one.state is OpeningState.RUNS
    until = one.row.ends_at if runs else None
    return Line(
        what=one.row.case.reference,
        more=one.row.asked_by.name,
        url=reverse("personnel-openings"),
        state=_("avoinna %(day)s %(clock)s asti")
        % {"day": wording.week_day(until), "clock": wording.at_clock(until)}
        if until
        else str(STATES[one.state]),
        kind="soon" if runs else "",
        icon="volume-2" if runs else "hourglass",
    )

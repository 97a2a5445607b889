"""Jobs that several homes show: breaches with their clock, what the house found of itself, the
balance of calls, invitations.
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk.incidents import breach_words, breaches
from talteen.desk.incidents.breaches import RowShown
from talteen.desk.page import wording, words
from talteen.desk.page.home_shown import Job, Line, listed
from talteen.desk.staff import use_words
from talteen.life.answer import canary
from talteen.notice.acknowledgements import Standing
from talteen.notice.breaches import OPEN
from talteen.notice.emergencies import Stage
from talteen.notice.purposes import Role
from talteen.oversight import access_reviews, damage, key_alarms
from talteen.oversight import emergencies as glass
from talteen.oversight.breaches.models import Breach
from talteen.oversight.days import Month
from talteen.oversight.use.models import OddUse
from talteen.register.models import Staff
from talteen.register.programs import webhooks
from talteen.register.staff import acknowledgements, partners
from talteen.register.staff.invitations import Door


def open_breaches(now: datetime) -> list[RowShown]:
    """Breaches that two persons have not ended: those whose clock runs first, the nearest end
    first."""
    rows = Breach.objects.select_related("case").filter(stage__in=[one.value for one in OPEN])
    shown = [breaches.row_of(row, now) for row in rows]
    return sorted(shown, key=lambda one: (not one.runs, one.limit_at))


def breaches_job(found: Sequence[RowShown], *, opens: bool) -> Job:
    """``opens``: the reader works on them, and is led into the room of each."""
    said = _("%(n)s avoinna") % {"n": len(found)}
    return Job(
        id="loukkaukset",
        title=_("Loukkaukset"),
        says=said if found else "",
        empty=_("Avoimia loukkauksia ei ole."),
        url=reverse("breaches"),
        action=_("Kaikki loukkaukset"),
        listed=listed((_breach_line(one, opens=opens) for one in found), len(found)),
    )


def _breach_line(one: RowShown, *, opens: bool) -> Line:
    url = reverse("breach", args=[one.id]) if opens else reverse("breaches")
    what = str(breach_words.KINDS[one.kind])
    if not one.runs:
        return Line(one.reference, what, url, str(breach_words.STAGES[one.stage]))
    over = one.hours_left < 0
    return Line(
        what=one.reference,
        more=what,
        url=url,
        state=hours_said(one),
        kind="broken" if over else "soon",
        icon="triangle-alert" if over else "clock",
    )


def hours_said(one: RowShown) -> str:
    """How long the 72 hours of Art. 33(1) still are."""
    if one.hours_left < 0:
        return _("72 tuntia täyttyi")
    said = ngettext("%(n)s tunti jäljellä", "%(n)s tuntia jäljellä", one.hours_left)
    return said % {"n": one.hours_left}


def odd_uses(who: Staff) -> list[Line]:
    """Uses of the register that somebody should ask about. Nobody is named, and none is shown to
    the person whom it is about."""
    rows = OddUse.objects.filter(seen_at=None).exclude(staff=who.pk).order_by("-day", "rule", "pk")
    return [
        Line(
            what=use_words.odd_use(one.rule, one.count),
            more=wording.day(one.day),
            url=reverse("uses"),
            state=_("odottaa katsojaa"),
            icon="eye",
        )
        for one in rows
    ]


def silent_mailbox(now: datetime) -> list[Line]:
    """The mailbox of requests, where nothing is heard of it (3.1)."""
    since = canary.silent_since(now)
    if since is None:
        return []
    return [
        Line(
            what=_("Pyyntöjen postilaatikko on hiljaa"),
            more=_("talon oma koekirje ei tullut perille"),
            url=reverse("requests"),
            state=wording.week_day(since),
            kind="broken",
            icon="mail",
        )
    ]


def alarms() -> list[Line]:
    """What stands: keys, and damage that was found."""
    of_keys = [
        Line(
            what=str(key_alarms.WORDS[one.kind].what),
            more=one.subject,
            url=reverse("vault"),
            state=wording.week_day(one.since),
            kind="soon",
            icon="key-round",
        )
        for one in key_alarms.standing()
    ]
    broken = damage.standing()
    if not broken:
        return of_keys
    said = ngettext("%(n)s vaurio tallenteissa", "%(n)s vauriota tallenteissa", len(broken))
    place = Line(
        what=said % {"n": len(broken)}, url=reverse("vault"), kind="soon", icon="triangle-alert"
    )
    return [*of_keys, place]


def emergencies(now: datetime) -> list[Line]:
    """Break-glass openings that run, and those that nobody has looked at."""
    told = {
        Stage.ASKED: (_("odottaa toista henkilöä"), ""),
        Stage.RUNS: (_("käynnissä"), "soon"),
        Stage.TO_REVIEW: (_("odottaa katsojaa"), "soon"),
        Stage.LATE: (_("myöhässä"), "soon"),
    }
    return [
        Line(
            what=_("Hätäavaus %(which)s") % {"which": one.row.reference},
            more=wording.week_day(one.row.asked_at),
            url=reverse("emergencies"),
            state=told[one.stage][0],
            kind=told[one.stage][1],
            icon="triangle-alert",
        )
        for one in glass.standing(now)
        if one.stage in told
    ]


def contracts(now: datetime) -> list[Line]:
    """Contracts of partner staff that end within a month (17.1). Nobody is named."""
    return [
        Line(
            what=_("Kumppanin sopimus päättyy"),
            more=_("%(company)s, %(code)s") % {"company": one.company, "code": one.staff.code},
            url=reverse("people"),
            state=_("viimeistään %(day)s") % {"day": wording.week_day(one.valid_until)},
            kind="soon",
            icon="user-round",
        )
        for one in partners.ending(now)
    ]


def untaken() -> list[Line]:
    """Messages to programs that nobody took, a line a program."""
    return [
        Line(
            what=ngettext(
                "%(n)s viesti ohjelmalle on vastaanottamatta",
                "%(n)s viestiä ohjelmalle on vastaanottamatta",
                one.dead,
            )
            % {"n": one.dead},
            more=one.row.token.name,
            url=reverse("programs"),
            state=_("lähetä uudelleen tai luovu"),
            kind="soon",
            icon="mail",
        )
        for one in webhooks.standing()
        if one.dead
    ]


def rights(who: Staff, now: datetime) -> list[Line]:
    """People whose rights wait for the reader (17.2); of the owner, the first round too."""
    board = access_reviews.board(who, now)
    if board is None:
        first_on = access_reviews.first_on()
        begins = _("alkaa %(day)s") % {"day": wording.week_day(first_on)} if first_on else ""
        first = Line(
            what=_("Oikeuksien katselmus"),
            url=reverse("reviews"),
            state=begins or _("aloittamatta"),
        )
        return [first] if Role(who.role) is Role.OWNER else []
    count = sum(one.verdict is None for one in board.rights)
    said = ngettext("%(n)s ihmisen oikeudet", "%(n)s ihmisen oikeudet", count) % {"n": count}
    state = _("viimeistään %(day)s") % {"day": wording.week_day(board.due_on)}
    return [Line(said, "", reverse("reviews"), state, "soon", "list-checks")] if count else []


def rights_job(who: Staff, now: datetime) -> tuple[Job, ...]:
    """The same as a job of its own, while somebody waits."""
    lines = rights(who, now)
    if not lines:
        return ()
    return (
        Job(
            id="oikeudet",
            title=_("Oikeuksien katselmus"),
            says=lines[0].state,
            empty="",
            url=reverse("reviews"),
            action=_("Katso oikeudet"),
            listed=listed(lines, len(lines)),
        ),
    )


def own_notice(who: Staff, now: datetime) -> tuple[Job, ...]:
    """The employees' notice, while the reader has an unread version of it (E.0)."""
    if not acknowledgements.waits(who, now):
        return ()
    recorded = acknowledgements.standings([who], now)[who.pk].recorded
    return (
        Job(
            id="oma-seloste",
            title=_("Sinun selosteesi"),
            says=_("uusi versio") if recorded else _("puheluitasi ei tallenneta"),
            empty=_("Lue, mitä puheluistasi tallentuu, ja kuittaa."),
            url=reverse("employees-notice"),
            action=_("Lue ja kuittaa"),
        ),
    )


def untold(who: Staff, now: datetime) -> list[Line]:
    """Agents who have not read the employees' notice, or do not permit recording (E.0)."""
    leads = Role(who.role) is Role.TEAM_LEADER
    found = acknowledgements.agents(now, team_of=who if leads else None)
    asked = [one for one in found if one.standing not in (Standing.READ, Standing.NOT_ASKED)]
    if not asked:
        return []
    shut = sum(not one.standing.recorded for one in asked)
    said = ngettext("%(n)s kuittaamatta", "%(n)s kuittaamatta", len(asked)) % {"n": len(asked)}
    more = ngettext("%(n)s ihmistä ei tallenneta", "%(n)s ihmistä ei tallenneta", shut) % {
        "n": shut
    }
    url = reverse("employees-answers")
    return [Line(_("Työntekijöiden seloste"), said, url, more if shut else "", "soon", "file-text")]


def answers_job(who: Staff, now: datetime) -> tuple[Job, ...]:
    """The same as a job of its own, while somebody has not answered."""
    lines = untold(who, now)
    if not lines:
        return ()
    return (
        Job(
            id="kuittaukset",
            title=_("Työntekijöiden seloste"),
            says=lines[0].more,
            empty="",
            url=reverse("employees-answers"),
            action=_("Katso kuittaukset"),
            listed=listed(lines, len(lines)),
        ),
    )


def alarms_said(count: int) -> str:
    """How many alarms stand."""
    return ngettext("%(n)s hälytys", "%(n)s hälytystä", count) % {"n": count}


def alarms_job(found: Sequence[Line]) -> Job:
    """Keys, drills, damage."""
    return Job(
        id="halytykset",
        title=_("Avaimet ja harjoitukset"),
        says=alarms_said(len(found)) if found else "",
        empty=_("Mikään ei hälytä."),
        url=reverse("vault"),
        action=_("Holvi"),
        listed=listed(found, len(found)),
    )


def lost_said(month: Month) -> str:
    """How many calls of the month are missing."""
    count = len(month.lost)
    return ngettext("%(n)s puhelu on kateissa", "%(n)s puhelua on kateissa", count) % {"n": count}


def lost(month: Month) -> list[Line]:
    """The calls that are missing."""
    return [
        Line(
            what=f"{wording.week_day(one.began_at)} {wording.at_clock(one.began_at)}",
            more=str(words.LOST_WHY.get(one.reason, one.reason)),
            url=reverse("balance"),
            state=_("kateissa"),
            kind="soon",
            icon="triangle-alert",
        )
        for one in month.lost
    ]


def balance_job(month: Month) -> Job:
    """Every call accounted for."""
    said = _("%(recorded)s / %(due)s tallennettu, 31 päivää")
    found = lost(month)
    return Job(
        id="tasmaytys",
        title=_("Täsmäytys"),
        says=said % {"recorded": month.recorded, "due": month.due} if month.days else "",
        empty=_("Keskuksen luetteloa ei ole vielä täsmäytetty."),
        url=reverse("balance"),
        action=_("Täsmäytys"),
        listed=listed(found, len(found)),
    )


def invitation_line(one: Door, state: str, *, mine: bool) -> Line:
    """An invitation and whom it is for. ``mine``: the reader is the one who goes on."""
    return Line(
        what=one.name,
        more=str(words.ROLES[one.role]),
        url=reverse("people"),
        state=state,
        kind="soon" if mine else "",
        icon="key-round",
    )

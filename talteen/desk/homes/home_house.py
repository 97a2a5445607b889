"""The homes of those who answer people: the register contact and the complaint handler.

Each counts from the same rows as the page behind it: requests and their nearest day, holds that
wait for a second person, what is destroyed next night.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk.homes import home_flow, home_jobs, home_openings
from talteen.desk.page import ground_words, wording, words
from talteen.desk.page.home_shown import Deed, Home, Job, Line, listed
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import request_words, requests
from talteen.desk.rights.requests import RowShown
from talteen.life.answer import expiring, mailbox, steps, undelivered
from talteen.life.destroy import days
from talteen.life.hold import provisional
from talteen.life.hold.provisional import Standing
from talteen.life.use import reach
from talteen.life.use.listed import line_name as listed_line
from talteen.life.use.quality.waiting import SOON
from talteen.life.use.rows import CaseShown
from talteen.notice import sales_calls as law
from talteen.notice.requests import Stage
from talteen.register.spared import sales_calls


def contact(request: VisitRequest) -> Home:
    """Requests, holds, and what closes meanwhile."""
    who, now = reader(request), request.visit.now
    open_now = open_requests(now)
    holds = provisional.standing(who, now)
    waiting = [one for one in holds if one.provisional_until]
    nearest = open_now[0] if open_now else None
    return Home(
        answer=_contact_answer(open_now, waiting),
        says=_(
            "Järjestys tulee sisäisestä määräajasta: lain päivä, tai se päivä, jona ensimmäinen "
            "puhelu sulkeutuisi."
        ),
        deed=Deed(_("Avaa lähin"), reverse("request", args=[nearest.id]))
        if nearest
        else Deed(_("Vahvista tai päätä pito"), reverse("holds"), "pin")
        if waiting
        else None,
        jobs=(
            _requests_job(open_now),
            _holds_job(holds, waiting, now),
            night_job(now),
            *home_openings.to_decide(who, now),
            *_undelivered_jobs(now),
            *_ending_jobs(now),
            *_sales_jobs(request.visit.today),
            *_grounds_jobs(request.visit.today),
            *_mailbox_jobs(now),
            *home_flow.jobs(request),
        ),
        closing=tuple(
            Line(
                what=one.reference,
                more=wording.week_day(one.day),
                url=reverse("holds"),
                state=_("pito päättyy %(day)s %(clock)s")
                % {
                    "day": wording.week_day(one.provisional_until),
                    "clock": wording.at_clock(one.provisional_until),
                },
                kind="soon",
            )
            for one in waiting
            if one.provisional_until is not None and one.provisional_until - now <= SOON
        ),
    )


def _sales_jobs(today: date) -> list[Job]:
    """Calls to numbers that are not called to sell, while nobody has said what they were."""
    found = sales_calls.standing()
    if not found:
        return []
    lines = [
        Line(
            what=wording.week_day(one.day),
            more=wording.named(listed_line(one.line)),
            url=reverse("sales-calls"),
            state=_("myöhässä") if law.due_on(one.noticed_on) < today else _("oliko se myyntiä?"),
            kind="soon",
            icon="triangle-alert",
        )
        for one in found
    ]
    return [
        Job(
            id="myyntisoitot",
            title=_("Soitettiin, vaikka myyntisoitot on kielletty"),
            says=ngettext("%(n)s soitto", "%(n)s soittoa", len(found)) % {"n": len(found)},
            empty="",
            url=reverse("sales-calls"),
            action=_("Kerro, mitä ne olivat"),
            listed=listed(lines, len(lines)),
        )
    ]


def _undelivered_jobs(now: datetime) -> list[Job]:
    """Only where a message to a person came back: their day runs all the same."""
    found = undelivered.open_ones()
    if not found:
        return []
    return [
        Job(
            id="ei-perille",
            title=_("Ei mennyt perille"),
            says=ngettext("%(n)s pyyntö", "%(n)s pyyntöä", len(found)) % {"n": len(found)},
            empty="",
            url=reverse("request", args=[found[0].pk]),
            action=_("Kerro muulla tavalla"),
            listed=listed((request_line(requests.row_of(one, now)) for one in found), len(found)),
        )
    ]


def _ending_jobs(now: datetime) -> list[Job]:
    """Only where a person was asked whether a restricted call may end, and has not answered:
    silence lets it die (14.13)."""
    found = expiring.unanswered(now)
    if not found:
        return []
    lines = [
        Line(
            what=one.request.case.reference,
            more=_("vastaus viimeistään %(day)s") % {"day": wording.day(one.reply_by)},
            url=reverse("request", args=[one.request_id]),
            state=_("ei ole vastannut"),
            kind="soon",
            icon="clock",
        )
        for one in found
    ]
    return [
        Job(
            id="rajoitetut",
            title=_("Rajoitettu puhelu häviää pian"),
            says=ngettext("%(n)s kysymys", "%(n)s kysymystä", len(found)) % {"n": len(found)},
            empty="",
            url=lines[0].url,
            action=_("Soita tai kirjoita henkilölle"),
            listed=listed(lines, len(lines)),
        )
    ]


def _grounds_jobs(today: date) -> list[Job]:
    """Only where a balancing test has lapsed or soon will: the contact can renew it (6.1)."""
    lines = ground_words.lines(today)
    if not lines:
        return []
    return [
        Job(
            id="tasapainotestit",
            title=_("Tasapainotestit"),
            says=ngettext("%(n)s uusittava", "%(n)s uusittavaa", len(lines)) % {"n": len(lines)},
            empty="",
            url=reverse("assessments"),
            action=_("Katso testit"),
            listed=listed(lines, len(lines)),
        )
    ]


def _mailbox_jobs(now: datetime) -> list[Job]:
    """Only where the mailbox has something to say: it is silent, or machines have written."""
    silent, aside = home_jobs.silent_mailbox(now), mailbox.set_aside(now)
    lines = list(silent)
    if aside:
        said = ngettext(
            "%(n)s koneen lähettämä viesti siirrettiin sivuun",
            "%(n)s koneen lähettämää viestiä siirrettiin sivuun",
            aside,
        )
        hint = _("katso, ettei joukossa ole pyyntöä")
        lines.append(Line(what=said % {"n": aside}, more=hint, icon="mail"))
    if not lines:
        return []
    return [
        Job(
            id="postilaatikko",
            title=_("Postilaatikko"),
            says=home_jobs.alarms_said(1) if silent else _("viikon aikana"),
            empty="",
            url=reverse("requests"),
            action=_("Kaikki pyynnöt"),
            listed=listed(lines, len(lines)),
        )
    ]


def open_requests(now: datetime) -> list[RowShown]:
    """Requests that are not answered yet, the nearest day first."""
    living = steps.listed().exclude(stage=Stage.CLOSED.value)
    return sorted((requests.row_of(row, now) for row in living), key=lambda one: one.effective)


def _contact_answer(open_now: Sequence[RowShown], waiting: Sequence[Standing]) -> str:
    if not open_now and waiting:
        count = len(waiting)
        return ngettext(
            "%(n)s pito odottaa vahvistusta", "%(n)s pitoa odottaa vahvistusta", count
        ) % {"n": count}
    if not open_now:
        return _("Yksikään pyyntö ei odota")
    said = ngettext("%(n)s pyyntö, lähin %(day)s", "%(n)s pyyntöä, lähin %(day)s", len(open_now))
    return said % {"n": len(open_now), "day": wording.day(open_now[0].effective)}


def _requests_job(open_now: Sequence[RowShown]) -> Job:
    said = _("%(n)s avoinna") % {"n": len(open_now)}
    return Job(
        id="pyynnot",
        title=_("Vastaa pyyntöihin"),
        says=said if open_now else "",
        empty=_("Avoimia pyyntöjä ei ole."),
        url=reverse("requests"),
        action=_("Kaikki pyynnöt"),
        listed=listed((request_line(one) for one in open_now), len(open_now)),
    )


def request_line(one: RowShown) -> Line:
    """A request with the day of its answer."""
    late = one.left < 0
    day = wording.day(one.effective)
    return Line(
        what=one.reference,
        more=_asked_for(one),
        url=reverse("request", args=[one.id]),
        state=_("myöhässä") if late else _("vastaus %(day)s") % {"day": day},
        kind=one.pressing,
        icon="triangle-alert" if late else "clock",
    )


def _asked_for(one: RowShown) -> str:
    if one.news:
        return _("henkilö on kirjoittanut uudelleen")
    names = [str(request_words.RIGHTS[right]) for right in one.rights]
    return ", ".join(names) or _("kirje, jota ei ole luettu")


def _holds_job(holds: Sequence[Standing], waiting: Sequence[Standing], now: datetime) -> Job:
    shown = [*waiting, *(one for one in holds if not one.provisional_until)]
    said = _("%(n)s pitoa, %(waiting)s odottaa toista henkilöä")
    return Job(
        id="pidot",
        title=_("Tarkista pidot"),
        says=said % {"n": len(holds), "waiting": len(waiting)} if holds else "",
        empty=_("Mitään puhelua ei pidetä."),
        url=reverse("holds"),
        action=_("Kaikki pidot"),
        listed=listed((_hold_line(one, now) for one in shown), len(shown)),
    )


def _hold_line(one: Standing, now: datetime) -> Line:
    if one.provisional_until:
        state, kind = _("vahvista tai päätä"), "soon"
    else:
        state = _("tarkistus %(day)s") % {"day": wording.day(one.review_on)}
        kind = "soon" if one.review_on <= (now + SOON).date() else ""
    ground = words.HOLD_GROUNDS.get(one.ground, one.ground)
    return Line(one.reference, str(ground), reverse("holds"), state, kind, "pin")


def night_job(now: datetime) -> Job:
    """What is destroyed next night."""
    tonight = days.day_line(now).tonight
    said = _("%(n)s häviää") % {"n": tonight}
    return Job(
        id="yo",
        title=_("Ensi yö"),
        says=said if tonight else "",
        empty=_("Ensi yönä ei häviä yhtään puhelua."),
        url=reverse("calendar"),
        action=_("Kalenteri"),
    )


def handler(request: VisitRequest) -> Home:
    """The cases of a complaint handler, and their holds."""
    who, now = reader(request), request.visit.now
    cases, holds = reach.cases_of(who, now), provisional.standing(who, now)
    waiting = [one for one in holds if one.provisional_until]
    said = ngettext("%(n)s avoin asia", "%(n)s avointa asiaa", len(cases)) % {"n": len(cases)}
    return Home(
        answer=said if cases else _("Yksikään asia ei ole auki"),
        says=_("Puhelu avautuu vain asiaansa varten."),
        deed=Deed(_("Valitse asia"), reverse("purpose")) if cases else None,
        jobs=(
            Job(
                id="asiat",
                title=_("Asiani"),
                says=said if cases else "",
                empty=_("Sinulla ei ole avoimia asioita."),
                url=reverse("purpose"),
                action=_("Valitse asia"),
                listed=listed(map(_case_line, cases), len(cases)),
            ),
            _holds_job(holds, waiting, now),
            night_job(now),
        ),
    )


def _case_line(one: CaseShown) -> Line:
    return Line(one.reference, str(words.CASE_KINDS.get(one.kind, one.kind)))

"""The homes of those who answer for the register, and of everybody else.

Each counts from the same rows as the page behind it: requests and their nearest day, holds that
wait for a second person, alarms that stand, calls that are missing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk import disclosures, home_flow, request_words, requests, wording, words
from talteen.desk.home_shown import MOST, Deed, Home, Job, Line
from talteen.desk.requests import RowShown
from talteen.desk.visit import VisitRequest, reader
from talteen.life.answer.models import RequestAnswer, SubjectRequest
from talteen.life.destroy import days
from talteen.life.hold import provisional
from talteen.life.hold.provisional import Standing
from talteen.life.use import calls
from talteen.life.use.quality.waiting import SOON
from talteen.life.use.rows import CaseShown
from talteen.notice.purposes import Role
from talteen.notice.requests import Stage
from talteen.oversight import damage, key_alarms, today
from talteen.oversight import days as balances
from talteen.oversight.days import Month


def contact(request: VisitRequest) -> Home:
    """Requests, holds, and what closes meanwhile."""
    who, now = reader(request), request.visit.now
    open_now = _open_requests(now)
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
            _night_job(now),
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


def _open_requests(now: datetime) -> list[RowShown]:
    rows = SubjectRequest.objects.select_related("case", "owner").filter(forgotten_at=None)
    living = rows.exclude(stage=Stage.CLOSED.value)
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
        lines=tuple(_request_line(one) for one in open_now[:MOST]),
        rest=max(len(open_now) - MOST, 0),
    )


def _request_line(one: RowShown) -> Line:
    late = one.left < 0
    day = wording.day(one.effective)
    return Line(
        what=one.reference,
        more=", ".join(str(request_words.RIGHTS[right]) for right in one.rights),
        url=reverse("request", args=[one.id]),
        state=_("myöhässä") if late else _("vastaus %(day)s") % {"day": day},
        kind=one.pressing,
        icon="triangle-alert" if late else "clock",
    )


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
        lines=tuple(_hold_line(one, now) for one in shown[:MOST]),
        rest=max(len(shown) - MOST, 0),
    )


def _hold_line(one: Standing, now: datetime) -> Line:
    if one.provisional_until:
        state, kind = _("vahvista tai päätä"), "soon"
    else:
        state = _("tarkistus %(day)s") % {"day": wording.day(one.review_on)}
        kind = "soon" if one.review_on <= (now + SOON).date() else ""
    ground = words.HOLD_GROUNDS.get(one.ground, one.ground)
    return Line(one.reference, str(ground), reverse("holds"), state, kind, "pin")


def _night_job(now: datetime) -> Job:
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


def dpo(request: VisitRequest) -> Home:
    """Opinions that are asked, the balance of calls, and what the house found of itself."""
    now = request.visit.now
    open_now, month, found = _open_requests(now), balances.month(now), _alarms()
    asked = _opinions(open_now)
    waiting = [one for one in disclosures.standing(request.visit.today) if one.waits_for_opinion]
    return Home(
        answer=_dpo_answer(len(asked) + len(waiting), month, found),
        says=_("Näet luvut, lokin ja pöytäkirjan. Puheluita et avaa."),
        deed=Deed(_("Avaa lausuntopyyntö"), reverse("request", args=[asked[0].id]))
        if asked
        else Deed(_("Avaa lausuntopyyntö"), reverse("disclosure", args=[waiting[0].id]))
        if waiting
        else Deed(_("Avaa täsmäytys"), reverse("balance"), "list-checks")
        if month.lost
        else None,
        jobs=(
            Job(
                id="lausunnot",
                title=_("Lausuntoasi odottaa"),
                says=_("%(n)s pyyntöä") % {"n": len(asked)} if asked else "",
                empty=_("Kukaan ei odota lausuntoasi."),
                url=reverse("requests"),
                action=_("Kaikki pyynnöt"),
                lines=tuple(_request_line(one) for one in asked[:MOST]),
                rest=max(len(asked) - MOST, 0),
            ),
            _balance_job(month),
            _alarms_job(found, reverse("vault")),
            *home_flow.jobs(request),
        ),
    )


def _opinions(open_now: Sequence[RowShown]) -> list[RowShown]:
    """Requests whose answer waits for a second look, and has no opinion yet."""
    waiting = RequestAnswer.objects.filter(decided_at=None, sent_back_at=None, opinion=None)
    asked = set(
        waiting.filter(request__stage=Stage.SECOND_CHECK.value).values_list("request", flat=True)
    )
    return [one for one in open_now if one.id in asked]


def _dpo_answer(asked: int, month: Month, found: Sequence[Line]) -> str:
    if month.lost:
        return _lost(month)
    if found:
        return ngettext("%(n)s hälytys", "%(n)s hälytystä", len(found)) % {"n": len(found)}
    if asked:
        return ngettext(
            "%(n)s pyyntö odottaa lausuntoasi", "%(n)s pyyntöä odottaa lausuntoasi", asked
        ) % {"n": asked}
    return _("Mikään ei odota sinua")


def admin(request: VisitRequest) -> Home:
    """Whether recording works, what the house found of itself, and the balance of calls."""
    now = request.visit.now
    day, month, found = today.today(now), balances.month(now), _alarms()
    recorded = _("%(n)s tallennettu tänään")
    return Home(
        answer=_lost(month)
        if month.lost
        else ngettext("%(n)s hälytys", "%(n)s hälytystä", len(found)) % {"n": len(found)}
        if found
        else _("Mikään ei hälytä"),
        says=_("Et näe numeroita etkä kuule puheluita. Talo kertoo itsestään."),
        deed=Deed(_("Katso tallennusta"), reverse("live"), "mic"),
        jobs=(
            Job(
                id="tallennus",
                title=_("Tallennus tänään"),
                says=recorded % {"n": day.recorded} if day.calls else "",
                empty=_("Tänään ei ole vielä tullut puheluita."),
                url=reverse("live"),
                action=_("Tallennus nyt"),
                lines=tuple(
                    Line(name, str(count))
                    for name, count in (
                        (_("kesken"), day.underway),
                        (_("ei tallenneta, luvallisesti"), day.lawful),
                        (_("kateissa"), day.lost),
                    )
                    if day.calls
                ),
            ),
            _alarms_job(found, reverse("vault")),
            _balance_job(month),
        ),
    )


def _lost(month: Month) -> str:
    count = len(month.lost)
    return ngettext("%(n)s puhelu on kateissa", "%(n)s puhelua on kateissa", count) % {"n": count}


def _balance_job(month: Month) -> Job:
    said = _("%(recorded)s / %(due)s tallennettu, 31 päivää")
    return Job(
        id="tasmaytys",
        title=_("Täsmäytys"),
        says=said % {"recorded": month.recorded, "due": month.due} if month.days else "",
        empty=_("Keskuksen luetteloa ei ole vielä täsmäytetty."),
        url=reverse("balance"),
        action=_("Täsmäytys"),
        lines=tuple(
            Line(
                what=f"{wording.week_day(one.began_at)} {wording.at_clock(one.began_at)}",
                more=str(words.LOST_WHY.get(one.reason, one.reason)),
                url=reverse("balance"),
                state=_("kateissa"),
                kind="soon",
                icon="triangle-alert",
            )
            for one in month.lost[:MOST]
        ),
        rest=max(len(month.lost) - MOST, 0),
    )


def _alarms() -> list[Line]:
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


def _alarms_job(found: Sequence[Line], vault: str) -> Job:
    said = ngettext("%(n)s hälytys", "%(n)s hälytystä", len(found)) % {"n": len(found)}
    return Job(
        id="halytykset",
        title=_("Avaimet ja harjoitukset"),
        says=said if found else "",
        empty=_("Mikään ei hälytä."),
        url=vault,
        action=_("Holvi"),
        lines=tuple(found[:MOST]),
        rest=max(len(found) - MOST, 0),
    )


def handler(request: VisitRequest) -> Home:
    """The cases of a complaint handler, and their holds."""
    who, now = reader(request), request.visit.now
    cases, holds = calls.cases_of(who), provisional.standing(who, now)
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
                lines=tuple(map(_case_line, cases[:MOST])),
                rest=max(len(cases) - MOST, 0),
            ),
            _holds_job(holds, waiting, now),
            _night_job(now),
        ),
    )


def _case_line(one: CaseShown) -> Line:
    return Line(one.reference, str(words.CASE_KINDS.get(one.kind, one.kind)))


def others(request: VisitRequest) -> Home:
    """Roles that open no call here: the calendar, the notice, and the ledger of who may read it."""
    now, role = request.visit.now, Role(reader(request).role)
    jobs = [_night_job(now)]
    if role is Role.AUDITOR:
        jobs += [_balance_job(balances.month(now)), _alarms_job(_alarms(), reverse("vault"))]
    jobs.append(
        Job(
            id="seloste",
            title=_("Seloste"),
            says="",
            empty=_("Mitä puheluista luvataan, lause lauseelta."),
            url=reverse("notice"),
            action=_("Lue seloste"),
        )
    )
    return Home(
        answer=_("Mikään ei odota sinua"),
        says=_("Roolisi ei avaa puheluita tässä julkaisussa."),
        deed=Deed(_("Pöytäkirja"), reverse("ledger")) if role is Role.AUDITOR else None,
        jobs=tuple(jobs),
    )

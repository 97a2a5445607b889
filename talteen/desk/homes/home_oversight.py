"""The homes of those who watch over the register: the data protection officer, the owner, the
auditor, the administrator. None of them opens a call.

The auditor's counts sentences that do not hold now, and proves them for it: a proof is made when it
is asked for (docs/decisions/173).
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.clock import SystemClock
from talteen.desk.homes import home_flow, home_jobs
from talteen.desk.homes.home_house import open_requests, request_line
from talteen.desk.incidents.breaches import RowShown as BreachShown
from talteen.desk.page import ground_words, wording
from talteen.desk.page.home_shown import Deed, Home, Job, Line, Listed, listed
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights.requests import row_of
from talteen.life.answer import officer, steps
from talteen.life.answer.models import RequestAnswer
from talteen.life.hold import many
from talteen.notice.requests import Stage
from talteen.oversight import adopting, publishing, today, visits
from talteen.oversight import days as balances
from talteen.oversight.days import Month
from talteen.oversight.prove import proving
from talteen.oversight.prove.report import SentenceProof, Verdict
from talteen.oversight.today import Today
from talteen.register.models import Staff
from talteen.register.staff import invitations

_WORDS_OF_A_SENTENCE = 12


def dpo(request: VisitRequest) -> Home:
    """Breaches and their clock, what waits for a word, and what the house found of itself."""
    who, now = reader(request), request.visit.now
    broken, month = home_jobs.open_breaches(now), balances.month(now)
    asked = _asked(who, now)
    found = [
        *ground_words.lines(request.visit.today),
        *home_jobs.emergencies(now),
        *home_jobs.silent_mailbox(now),
        *(request_line(row_of(one, now)) for one in steps.near_their_day(now)),
        *home_jobs.odd_uses(who),
        *home_jobs.alarms(),
        *home_jobs.lost(month),
    ]
    return Home(
        answer=_answer(broken, asked, month, found),
        says=_("Näet luvut, lokin ja pöytäkirjan. Puheluita et avaa."),
        deed=_breach_deed(broken) or _first(asked, _("Vastaa ensimmäiseen")),
        jobs=(
            home_jobs.breaches_job(broken, opens=True),
            Job(
                id="kysytaan",
                title=_("Sinulta kysytään"),
                says=_("%(n)s odottaa") % {"n": len(asked)} if asked else "",
                empty=_("Kukaan ei odota lausuntoasi eikä vastaustasi."),
                url=reverse("officer"),
                action=_("Sinulle kirjoitetut viestit"),
                listed=listed(asked, len(asked)),
            ),
            _found_job(found),
            *home_flow.jobs(request),
        ),
    )


def _asked(who: Staff, now: datetime) -> list[Line]:
    """Opinions on requests and on the next notice, letters, invitations: whatever waits for the
    officer's own word."""
    waiting = RequestAnswer.objects.filter(decided_at=None, sent_back_at=None, opinion=None)
    second = waiting.filter(request__stage=Stage.SECOND_CHECK.value)
    of_requests = set(second.values_list("request", flat=True))
    letters = [one for one in officer.waiting() if one.answered_at is None]
    return [
        *(request_line(one) for one in open_requests(now) if one.id in of_requests),
        *(
            Line(
                what=_("Viesti sinulle"),
                more=wording.week_day(one.at),
                url=reverse("officer-message", args=[one.pk]),
                state=_("odottaa vastausta"),
                icon="mail",
            )
            for one in letters
        ),
        *_proposed(opinion=True),
        *(
            Line(
                what=one.reference,
                more=_("pitää %(n)s puhelua") % {"n": calls},
                url=reverse("hold-case", args=[one.pk]),
                state=_("odottaa lausuntoasi"),
                kind="soon",
                icon="pin",
            )
            for one, calls in many.waiting(now)
        ),
        *home_jobs.rights(who, now),
        *(
            home_jobs.invitation_line(one, _("hyväksy kutsu"), mine=True)
            for one in invitations.doors(SystemClock().now())
            if one.invitation and not one.approved and who.pk not in (one.asked_by, one.id)
        ),
    ]


def _proposed(*, opinion: bool) -> list[Line]:
    """The notice and the assessments that are proposed, while somebody is waited for."""
    return [*_notice(opinion=opinion), *_assessments(opinion=opinion)]


def _assessments(*, opinion: bool) -> list[Line]:
    """Balancing tests and the impact assessment, until the officer has spoken or two have
    adopted."""
    return [
        Line(
            what=paper,
            more=wording.full_day(one.row.at),
            url=f"{reverse('assessments')}#{paper}",
            state=_("odottaa lausuntoasi") if opinion else _("odottaa hyväksyntää"),
            kind="soon",
            icon="list-checks",
        )
        for paper, one in adopting.waiting().items()
        if not (opinion and one.opinion)
    ]


def _notice(*, opinion: bool) -> list[Line]:
    one = publishing.current()
    if one is None or (opinion and one.opinion):
        return []
    state = _("odottaa lausuntoasi") if opinion else _("odottaa hyväksyntää")
    return [
        Line(
            what=_("Seloste %(number)s") % {"number": one.number},
            more=_("voimaan %(day)s") % {"day": wording.full_day(one.valid_from)},
            url=reverse("notice-changes"),
            state=state,
            kind="soon",
            icon="file-text",
        )
    ]


def _found_job(found: Sequence[Line]) -> Job:
    said = ngettext("%(n)s havainto", "%(n)s havaintoa", len(found)) % {"n": len(found)}
    return Job(
        id="havainnot",
        title=_("Talon havainnot"),
        says=said if found else "",
        empty=_("Avaimissa, täsmäytyksessä ja käytössä ei ole kysyttävää."),
        url=reverse("uses"),
        action=_("Mihin rekisteriä käytettiin"),
        listed=listed(found, len(found)),
    )


def _answer(
    broken: Sequence[BreachShown], asked: Sequence[Line], month: Month, found: Sequence[Line]
) -> str:
    if broken and broken[0].runs:
        said = _("%(reference)s: %(left)s")
        return said % {"reference": broken[0].reference, "left": home_jobs.hours_said(broken[0])}
    if month.lost:
        return home_jobs.lost_said(month)
    if asked:
        count = len(asked)
        return ngettext("%(n)s asia odottaa sinua", "%(n)s asiaa odottaa sinua", count) % {
            "n": count
        }
    if found:
        said = ngettext("%(n)s havainto odottaa", "%(n)s havaintoa odottaa", len(found))
        return said % {"n": len(found)}
    return _("Mikään ei odota sinua")


def _breach_deed(broken: Sequence[BreachShown]) -> Deed | None:
    if not broken:
        return None
    return Deed(_("Avaa loukkaus"), reverse("breach", args=[broken[0].id]))


def _first(lines: Sequence[Line], label: str) -> Deed | None:
    return Deed(label, lines[0].url) if lines else None


def owner(request: VisitRequest) -> Home:
    """Breaches, the next notice, and what the register was used for."""
    who, now = reader(request), request.visit.now
    broken = home_jobs.open_breaches(now)
    waiting, mine = _proposed(opinion=False), home_jobs.rights(who, now)
    found = [
        *ground_words.lines(request.visit.today),
        *mine,
        *home_jobs.emergencies(now),
        *home_jobs.untold(who, now),
        *home_jobs.odd_uses(who),
        *home_jobs.lost(balances.month(now)),
    ]
    return Home(
        answer=_answer(broken, waiting, balances.month(now), found),
        says=_("Vastaat rekisteristä. Puheluita et avaa."),
        deed=_breach_deed(broken) or _first(waiting, _("Katso ehdotus")),
        jobs=(
            home_jobs.breaches_job(broken, opens=True),
            Job(
                id="seloste",
                title=_("Seloste"),
                says=_("%(n)s ehdotus") % {"n": len(waiting)} if waiting else "",
                empty=_("Kukaan ei ehdota selosteeseen muutosta."),
                url=reverse("notice-changes"),
                action=_("Seuraava seloste"),
                listed=listed(waiting, len(waiting)),
            ),
            _found_job(found),
        ),
    )


def admin(request: VisitRequest) -> Home:
    """Whether recording works, who is still outside, and what the house found of itself."""
    who, now = reader(request), request.visit.now
    day, month = today.today(now), balances.month(now)
    found = [
        *ground_words.recording(request.visit.today),
        *home_jobs.emergencies(now),
        *home_jobs.contracts(now),
        *home_jobs.silent_mailbox(now),
        *home_jobs.untaken(),
        *home_jobs.alarms(),
    ]
    return Home(
        answer=home_jobs.lost_said(month)
        if month.lost
        else home_jobs.alarms_said(len(found))
        if found
        else _("Mikään ei hälytä"),
        says=_("Et näe numeroita etkä kuule puheluita. Talo kertoo itsestään."),
        deed=Deed(_("Katso tallennusta"), reverse("live"), "mic"),
        jobs=(_recording_job(day, month), _invitations_job(who), home_jobs.alarms_job(found)),
    )


def _recording_job(day: Today, month: Month) -> Job:
    counted = (
        (_("kesken"), day.underway),
        (_("ei tallenneta, luvallisesti"), day.lawful),
        (_("kateissa tänään"), day.lost),
    )
    missing = home_jobs.lost(month)
    shown = listed(missing, len(missing))
    return Job(
        id="tallennus",
        title=_("Tallennus tänään"),
        says=_("%(n)s tallennettu tänään") % {"n": day.recorded} if day.calls else "",
        empty=_("Tänään ei ole vielä tullut puheluita."),
        url=reverse("live"),
        action=_("Tallennus nyt"),
        listed=Listed(
            (*(Line(name, str(count)) for name, count in counted if day.calls), *shown.lines),
            shown.rest,
        ),
    )


def _invitations_job(who: Staff) -> Job:
    """Invitations on their way: those whose link the reader hands over now, then the others."""
    doors = invitations.doors(SystemClock().now())
    waiting = [one for one in doors if one.invitation is not None]
    lines = [_invitation(one, who) for one in waiting]
    lines.sort(key=lambda one: not one.kind)
    said = ngettext("%(n)s kutsu kesken", "%(n)s kutsua kesken", len(lines)) % {"n": len(lines)}
    return Job(
        id="kutsut",
        title=_("Kutsut"),
        says=said if lines else "",
        empty=_("Yksikään kutsu ei ole kesken."),
        url=reverse("people"),
        action=_("Ihmiset ja kutsut"),
        listed=listed(lines, len(lines)),
    )


def _invitation(one: invitations.Door, who: Staff) -> Line:
    if one.shown:
        return home_jobs.invitation_line(one, _("linkki annettu"), mine=False)
    if one.approved:
        mine = one.asked_by == who.pk
        return home_jobs.invitation_line(one, _("näytä linkki"), mine=mine)
    mine = who.pk not in (one.asked_by, one.id)
    state = _("hyväksy kutsu") if mine else _("odottaa toista henkilöä")
    return home_jobs.invitation_line(one, state, mine=mine)


def auditor(request: VisitRequest) -> Home:
    """Sentences that do not hold now, the balance of calls, keys and drills."""
    visit, now = request.visit, request.visit.now
    made = proving.prove(visit.house, now, wording.language())
    broken = [
        (clause.id, one)
        for clause in made.clauses
        for one in clause.sentences
        if one.verdict is Verdict.RED
    ]
    ends = visits.visit_of(reader(request).pk)
    return Home(
        answer=_held(len(broken)),
        says=_("Tilisi on auki %(day)s asti.") % {"day": wording.full_day(ends.ends_at)}
        if ends
        else _("Todisteet tehtiin nyt, tätä sivua varten. Puheluita et avaa."),
        deed=Deed(_("Arvo näyte"), reverse("evidence"), "flask-conical"),
        jobs=(
            Job(
                id="lauseet",
                title=_("Ei pidä nyt"),
                says=_("%(n)s lausetta") % {"n": len(broken)} if broken else "",
                empty=_("Talo ei näytä yhtään lausetta, joka ei pidä."),
                url=reverse("prove"),
                action=_("Kaikki lauseet"),
                listed=listed((_sentence(*one) for one in broken), len(broken)),
            ),
            home_jobs.balance_job(balances.month(now)),
            home_jobs.alarms_job(home_jobs.alarms()),
        ),
    )


def _held(broken: int) -> str:
    if not broken:
        return _("Kaikki lauseet, jotka talo näyttää, pitävät")
    return ngettext("%(n)s lause ei pidä", "%(n)s lausetta ei pidä", broken) % {"n": broken}


def _sentence(clause: str, one: SentenceProof) -> Line:
    return Line(
        what=one.id,
        more=Truncator(one.text).words(_WORDS_OF_A_SENTENCE),
        url=reverse("prove-clause", args=[clause]),
        state=_("ei pidä"),
        kind="broken",
        icon="triangle-alert",
    )

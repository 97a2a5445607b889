"""The home of personnel: who may not open anything yet or soon, who is not recorded, the cases in
which they are named, and the calls of these that two have opened to them (REGISTER D)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk.homes import home_openings
from talteen.desk.page import wording, words
from talteen.desk.page.home_shown import Deed, Home, Job, Line, listed
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.staff.standings import is_shut, ordered
from talteen.life.use import reach
from talteen.life.use.coach import trained
from talteen.life.use.coach.trained import Trained
from talteen.life.use.rows import CaseShown
from talteen.notice.acknowledgements import Standing
from talteen.register.staff import acknowledgements
from talteen.register.staff.acknowledgements import Answered


def personnel(request: VisitRequest) -> Home:
    """Undertakings and trainings, the employees' notice, and cases."""
    who, now = reader(request), request.visit.now
    people = [one for one in ordered(trained.of(who, now)) if is_shut(one) or one.soon]
    answered = acknowledgements.agents(now)
    unread = [
        one for one in answered if not one.standing.recorded or one.standing is Standing.EARLIER
    ]
    unsaid = ngettext("%(n)s kuittaamatta", "%(n)s kuittaamatta", len(unread))
    shut = sum(map(is_shut, people))
    return Home(
        answer=_answer(shut, people, unread),
        says=_("Näet, mitä ihmisiltä puuttuu. Puheluita et avaa yksin."),
        deed=Deed(_("Kirjaa koulutus"), reverse("standings"), "pencil") if people else None,
        jobs=(
            Job(
                id="edellytykset",
                title=_("Sitoumus ja koulutus"),
                says=_("%(n)s henkilöllä") % {"n": len(people)} if people else "",
                empty=_("Kaikilla on sitoumus, eikä kenenkään koulutus pääty 30 päivän sisällä."),
                url=reverse("standings"),
                action=_("Kaikkien edellytykset"),
                listed=listed(map(_standing_line, people), len(people)),
            ),
            Job(
                id="kuittaukset",
                title=_("Työntekijöiden seloste"),
                says=unsaid % {"n": len(unread)} if unread else "",
                empty=_("Jokainen asiakaspalvelija on kuitannut selosteen."),
                url=reverse("employees-answers"),
                action=_("Kaikki kuittaukset"),
                listed=listed(map(_answer_line, unread), len(unread)),
            ),
            _cases_job(reach.cases_of(who, now)),
            home_openings.own(who, now),
        ),
    )


def _answer(shut: int, people: Sequence[Trained], unread: Sequence[Answered]) -> str:
    if shut:
        said = ngettext(
            "%(n)s ihmiseltä puhelut ovat kiinni", "%(n)s ihmiseltä puhelut ovat kiinni", shut
        )
        return said % {"n": shut}
    if people:
        said = ngettext("%(n)s koulutus päättyy pian", "%(n)s koulutusta päättyy pian", len(people))
        return said % {"n": len(people)}
    if unread:
        said = ngettext(
            "%(n)s ihminen ei ole kuitannut selostetta",
            "%(n)s ihmistä ei ole kuitannut selostetta",
            len(unread),
        )
        return said % {"n": len(unread)}
    return _("Keneltäkään ei puutu mitään")


def _standing_line(one: Trained) -> Line:
    if not one.undertaking:
        state, icon = _("sitoumus puuttuu"), "lock"
    elif not one.opens:
        state, icon = _("koulutus puuttuu"), "lock"
    else:
        day = wording.day(one.until) if one.until else ""
        state, icon = _("päättyy %(day)s") % {"day": day}, "clock"
    return Line(one.name, str(words.ROLES[one.role]), reverse("standings"), state, "soon", icon)


def _answer_line(one: Answered) -> Line:
    late = one.standing is Standing.EARLIER
    state = _("uusi seloste lukematta") if late else _("ei tallenneta")
    icon = "clock" if late else "eye-off"
    return Line(one.person.name, "", reverse("employees-answers"), state, "soon", icon)


def _cases_job(cases: Sequence[CaseShown]) -> Job:
    said = ngettext("%(n)s avoin asia", "%(n)s avointa asiaa", len(cases)) % {"n": len(cases)}
    return Job(
        id="asiat",
        title=_("Asiat, joissa sinut on nimetty"),
        says=said if cases else "",
        empty=_("Sinua ei ole nimetty asiaan. Puhelu avautuu sinullekin vain kahden päätöksellä."),
        url=reverse("personnel-openings"),
        action=_("Pyydä asian puhelua"),
        listed=listed(
            (Line(one.reference, str(words.CASE_KINDS.get(one.kind, one.kind))) for one in cases),
            len(cases),
        ),
    )

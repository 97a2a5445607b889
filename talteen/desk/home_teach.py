"""What homes show of studies, goals and guidance; the home of the trainer.

A study is warned of two weeks before its first call closes: what nobody has answered by then is
never answered (docs/decisions/169).
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk import wording, words
from talteen.desk.home_shown import Deed, Home, Job, Line, listed
from talteen.desk.visit import VisitRequest, reader
from talteen.life.use.coach import goals, scripts, trained
from talteen.life.use.coach.trained import Trained
from talteen.life.use.guide import articles
from talteen.life.use.quality.waiting import SOON
from talteen.life.use.reach import Reader
from talteen.life.use.study import shown as studies
from talteen.life.use.study.shown import Stage, Summary


def studies_job(who: Reader, now: datetime) -> Job:
    """Studies that are not frozen yet, the nearest end first."""
    alive = [one for one in studies.of(who) if one.stage is not Stage.FROZEN]
    alive.sort(key=lambda one: (one.closes_at is None, one.closes_at or now))
    soon = sum(one.soon(now) for one in alive)
    if soon:
        said = ngettext("%(n)s sulkeutuu pian", "%(n)s sulkeutuu pian", soon) % {"n": soon}
    else:
        said = _("%(n)s kesken") % {"n": len(alive)}
    return Job(
        id="tutkimukset",
        title=_("Tutki"),
        says=said if alive else "",
        empty=_("Yksikään tutkimus ei ole kesken."),
        url=reverse("studies"),
        action=_("Kaikki tutkimukset"),
        listed=listed((_study_line(one, now) for one in alive), len(alive)),
    )


def _study_line(one: Summary, now: datetime) -> Line:
    more, state = one.plan.question, _("arvotaan %(day)s") % {"day": wording.week_day(one.draws_on)}
    if one.closes_at is not None:
        more = _("%(left)s vastausta puuttuu. %(question)s") % {
            "left": one.drawn - one.answered,
            "question": one.plan.question,
        }
        state = _("puhelut sulkeutuvat %(day)s") % {"day": wording.week_day(one.closes_at)}
    soon = one.soon(now)
    return Line(
        what=_("Tutkimus %(number)s") % {"number": one.number},
        more=more,
        url=reverse("study", args=[one.id]),
        state=state,
        kind="soon" if soon else "",
        icon="clock" if soon else "",
    )


def goals_due(who: Reader, today: date) -> list[Line]:
    """Goals of the reader's team whose review day has come."""
    return [
        Line(
            what=_("Tavoite, %(agent)s") % {"agent": one.agent},
            more=one.text,
            url=reverse("coaching"),
            state=_("tarkistus %(day)s") % {"day": wording.day(one.review_on)},
            kind="soon",
            icon="clock",
        )
        for one in goals.of(who, today)
        if one.due
    ]


def trainer(request: VisitRequest) -> Home:
    """Whose training ends, which guidance is to be looked at again, which scenes wait."""
    who, today = reader(request), request.visit.today
    ending = [one for one in trained.of(who, request.visit.now) if one.soon or not one.opens]
    written = [one for one in scripts.of(who) if not one.approved_by]
    return Home(
        answer=_training_said(ending),
        says=_("Ilman voimassa olevaa koulutusta mikään puhelu ei avaudu. Itse et avaa puheluita."),
        deed=Deed(_("Kirjaa koulutus"), reverse("coaching"), "pencil"),
        jobs=(
            Job(
                id="koulutus",
                title=_("Koulutus päättyy"),
                says=_training_said(ending) if ending else "",
                empty=_("Kenenkään koulutus ei pääty 30 päivän sisällä."),
                url=reverse("coaching"),
                action=_("Koulutus ja kohtaukset"),
                listed=listed((_trained_line(one) for one in ending), len(ending)),
            ),
            _guidance_job(who, today),
            Job(
                id="kohtaukset",
                title=_("Kohtaukset"),
                says=_("%(n)s odottaa hyväksyntää") % {"n": len(written)} if written else "",
                empty=_("Yksikään kohtaus ei odota toista henkilöä."),
                url=reverse("coaching"),
                action=_("Kaikki kohtaukset"),
                listed=listed(
                    (
                        Line(
                            what=one.title,
                            more=one.by,
                            url=reverse("coaching"),
                            state=_("odottaa toista henkilöä") if one.own else _("lue ja hyväksy"),
                            kind="" if one.own else "soon",
                            icon="pencil",
                        )
                        for one in written
                    ),
                    len(written),
                ),
            ),
        ),
    )


def _training_said(ending: Sequence[Trained]) -> str:
    if not ending:
        return _("Kaikkien koulutus on voimassa")
    said = ngettext("%(n)s ihmisen koulutus päättyy", "%(n)s ihmisen koulutus päättyy", len(ending))
    return said % {"n": len(ending)}


def _trained_line(one: Trained) -> Line:
    until = one.until
    return Line(
        what=one.name,
        more=str(words.ROLES[one.role]),
        url=reverse("coaching"),
        state=_("päättyy %(day)s") % {"day": wording.day(until)}
        if one.opens and until
        else _("puhelut kiinni"),
        kind="soon",
        icon="clock" if one.opens else "lock",
    )


def _guidance_job(who: Reader, today: date) -> Job:
    """Guidance in force, the nearest review first."""
    living = [one for one in articles.of(who, today) if one.retired_at is None]
    living.sort(key=lambda one: one.newest.review_on)
    near = today + SOON
    return Job(
        id="ohjeet",
        title=_("Tarkista ohjeet"),
        says=_("%(n)s voimassa") % {"n": len(living)} if living else "",
        empty=_("Ohjeita ei ole vielä."),
        url=reverse("guidance"),
        action=_("Kaikki ohjeet"),
        listed=listed(
            (
                Line(
                    what=one.newest.title,
                    more=one.owner,
                    url=reverse("article", args=[one.id]),
                    state=_("tarkistus %(day)s") % {"day": wording.day(one.newest.review_on)},
                    kind="soon" if one.newest.review_on <= near else "",
                    icon="clock",
                )
                for one in living
            ),
            len(living),
        ),
    )

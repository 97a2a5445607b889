"""What homes show of studies, goals, passages and guidance; the home of the trainer.

A study is warned of two weeks before its first call closes: what nobody has answered by then is
never answered (docs/decisions/169).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk.learning import passage_words
from talteen.desk.page import wording, words
from talteen.desk.page.home_shown import Deed, Home, Job, Line, listed
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.use.coach import goals, playlists, scripts, trained
from talteen.life.use.coach import shown as passages
from talteen.life.use.coach.playlists import ListShown
from talteen.life.use.coach.shown import PassageShown
from talteen.life.use.coach.trained import Trained
from talteen.life.use.guide import articles
from talteen.life.use.quality.waiting import SOON
from talteen.life.use.reach import Reader
from talteen.life.use.study import shown as studies
from talteen.life.use.study.shown import Stage, Summary
from talteen.register.approved import State


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
    """Which passages can be built into a list, which lists lose some soon, whose training ends;
    then guidance and scenes that wait for somebody."""
    who, now, today = reader(request), request.visit.now, request.visit.today
    ending = [one for one in trained.of(who, now) if one.soon or not one.opens]
    known, lists = passages.of(who, now), playlists.of(who, now)
    return Home(
        answer=_training_said(ending) if ending or not known else _passages_said(known),
        says=_("Kuulet vain otteita, jotka kaksi on hyväksynyt. Jokainen häviää puhelunsa mukana."),
        deed=Deed(_("Tee soittolista"), reverse("passages"), "play") if known else None,
        jobs=(
            _passages_job(known, lists),
            _lists_job(lists),
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
            *_scenes_job(who),
        ),
    )


def _passages_said(known: Sequence[PassageShown]) -> str:
    soon = sum(one.soon for one in known)
    if soon:
        said = ngettext(
            "%(n)s ote häviää kahden viikon sisällä",
            "%(n)s otetta häviää kahden viikon sisällä",
            soon,
        )
        return said % {"n": soon}
    said = ngettext("%(n)s ote koulutukseen", "%(n)s otetta koulutukseen", len(known))
    return said % {"n": len(known)}


def _passages_job(known: Sequence[PassageShown], lists: Sequence[ListShown]) -> Job:
    used = {one.passage.id for each in lists for one in each.entries}
    free = [one for one in known if one.id not in used]
    said = ngettext("%(n)s ote", "%(n)s otetta", len(free))
    return Job(
        id="otteet",
        title=_("Otteita ilman listaa"),
        says=said % {"n": len(free)} if free else "",
        empty=_("Jokainen hyväksytty ote on jollakin listalla."),
        url=reverse("passages"),
        action=_("Kaikki otteet"),
        listed=listed((passage_line(one) for one in free), len(free)),
    )


def passage_line(one: PassageShown) -> Line:
    """One passage, and until when it lives."""
    return Line(
        what=one.teaches,
        more=wording.span(one.length_ms),
        url=reverse("passage", args=[one.id]),
        state=_("häviää %(day)s") % {"day": wording.day(one.dies_at)},
        kind="soon" if one.soon else "",
        icon="clock" if one.soon else "",
    )


def _lists_job(lists: Sequence[ListShown]) -> Job:
    return Job(
        id="listat",
        title=_("Soittolistat"),
        says=_("%(n)s kesken") % {"n": len(lists)} if lists else "",
        empty=_("Soittolistoja ei ole. Tee ensimmäinen hyväksytyistä otteista."),
        url=reverse("passages"),
        action=_("Kaikki listat"),
        listed=listed((list_line(one) for one in lists), len(lists)),
    )


def list_line(one: ListShown) -> Line:
    """One list, and until when all of it lives."""
    said = ngettext("%(n)s ote", "%(n)s otetta", len(one.entries)) % {"n": len(one.entries)}
    dies = wording.day(one.dies_at) if one.dies_at else ""
    return Line(
        what=one.title,
        more=said,
        url=reverse("playlist", args=[one.id]),
        state=_("häviää %(day)s") % {"day": dies} if dies else _("ei nyt kuultavissa"),
        kind="soon" if one.soon else "",
        icon="clock" if one.soon else "",
    )


def passages_to_judge(who: Reader, now: datetime) -> tuple[Job, ...]:
    """Passages that wait for a second or a third person; nothing where none does."""
    asked = [one for one in passages.of(who, now) if one.asks]
    if not asked:
        return ()
    return (
        Job(
            id="otteet",
            title=_("Kuuntele otteita koulutukseen"),
            says=_("%(n)s odottaa") % {"n": len(asked)},
            empty="",
            url=reverse("passages"),
            action=_("Kaikki otteet"),
            listed=listed((passage_line(one) for one in asked), len(asked)),
        ),
    )


def to_learn(who: Reader, now: datetime) -> tuple[Job, ...]:
    """An agent's lists, and the passages of their own calls: they are told of each. Nothing where
    there are none."""
    own = [one for one in passages.of(who, now) if one.state is not State.OUT]
    lists = [one for one in playlists.of(who, now) if one.done < one.plays or not one.plays]
    if not own and not lists:
        return ()
    lines = [*map(list_line, lists), *(_own_line(one) for one in own)]
    return (
        Job(
            id="otteet",
            title=_("Koulutus puheluista"),
            says=_("%(n)s asiaa") % {"n": len(lines)},
            empty="",
            url=reverse("passages"),
            action=_("Otteet ja listat"),
            listed=listed(lines, len(lines)),
        ),
    )


def _own_line(one: PassageShown) -> Line:
    return replace(passage_line(one), state=str(passage_words.STATES[one.state]), kind="", icon="")


def _scenes_job(who: Reader) -> tuple[Job, ...]:
    """Scenes that wait for a second person."""
    written = [one for one in scripts.of(who) if not one.approved_by]
    if not written:
        return ()
    return (
        Job(
            id="kohtaukset",
            title=_("Kohtaukset"),
            says=_("%(n)s odottaa hyväksyntää") % {"n": len(written)},
            empty="",
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

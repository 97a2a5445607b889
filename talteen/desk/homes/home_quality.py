"""The homes of those who evaluate, and of those who are evaluated.

An agent sees what was written about their work, who listened, and what soon cannot be heard any
more; nobody is compared with anybody. A team leader and an analyst see the sample first.
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk.evaluation.quality_words import in_language
from talteen.desk.homes import home_jobs, home_openings, home_teach
from talteen.desk.page import wording, words
from talteen.desk.page.home_shown import Deed, Home, Job, Line, listed
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.use.quality import calibrated, published, shown, standing, waiting
from talteen.life.use.quality.calibrated import Round
from talteen.life.use.quality.form import Form
from talteen.life.use.quality.shown import Heard
from talteen.life.use.quality.standing import Weak
from talteen.life.use.quality.waiting import Closing, ToEvaluate, Unread
from talteen.life.use.reach import Reader


def agent(request: VisitRequest) -> Home:
    """What was said of one's work, who listened, one's own calls."""
    who, now = reader(request), request.visit.now
    unread, heard = waiting.unread(who, now), shown.heard(who, now)
    weeks = shown.own_weeks(who)
    sample, quality = weeks[:1], reverse("quality")
    count = len(unread)
    told = [*home_jobs.own_notice(who, now), *home_openings.told(who, now)]
    return Home(
        answer=ngettext("%(n)s uusi arviointi", "%(n)s uutta arviointia", count) % {"n": count}
        if count
        else _("Kaikki arvioinnit on luettu"),
        says=_("Vain sinun. Kukaan ei näe tätä sivua, eikä ketään verrata."),
        deed=Deed(_("Lue arviointi"), f"{quality}#arvioinnit") if unread else None,
        jobs=(
            *told,
            _unread_job(unread, quality),
            _heard_job(heard, quality),
            Job(
                id="otos",
                title=_("Puheluni arvonnassa"),
                says=_("%(quota)s arvottu %(among)s puhelusta, viikko %(week)s")
                % {
                    "quota": sample[0].quota,
                    "among": sample[0].among,
                    "week": sample[0].sealed.name,
                }
                if sample
                else "",
                empty=_("Ensimmäinen otos tulee tiistaina viikon päätyttyä."),
                url=quality,
                action=_("Laske arvonta itse"),
            ),
            *home_teach.to_learn(who, now),
        ),
        closing=tuple(
            Line(
                what=in_language(one.title),
                more=_("viikko %(week)s, huomautukset häviävät puhelun mukana")
                % {"week": one.week},
                url=quality,
                state=_closes(one.closes_at),
                kind="soon",
            )
            for one in waiting.closing_evaluations(who, now)
        ),
    )


def _unread_job(unread: Sequence[Unread], quality: str) -> Job:
    late = sum(one.late for one in unread)
    said = _("%(n)s lukematta") % {"n": len(unread)}
    return Job(
        id="arvioinnit",
        title=_("Lue ja vastaa"),
        says="" if not unread else said,
        empty=_("Mikään arviointi ei odota vastaustasi."),
        url=quality,
        action=_("Arviointini") if not late else _("Arviointini, osa odottaa jo yli määräajan"),
        listed=listed((_unread_line(one, quality) for one in unread), len(unread)),
    )


def _unread_line(one: Unread, quality: str) -> Line:
    by = one.acknowledge_by
    return Line(
        what=in_language(one.title),
        more=_("viikko %(week)s") % {"week": one.week},
        url=quality,
        state=_("lue viimeistään %(day)s") % {"day": wording.week_day(by)} if by else "",
        kind="soon" if one.late else "",
        icon="clock" if by else "",
    )


def _heard_job(heard: Sequence[Heard], quality: str) -> Job:
    people = len({one.who for one in heard})
    said = _("%(opened)s avausta, %(people)s henkilöä") % {"opened": len(heard), "people": people}
    return Job(
        id="kuunneltu",
        title=_("Kuka kuunteli ja miksi"),
        says=said if heard else "",
        empty=_("Kukaan muu ei ole avannut puheluitasi."),
        url=f"{quality}#kuunneltu",
        action=_("Kaikki kuuntelut"),
        listed=listed(
            (
                Line(
                    what=one.who,
                    more=f"{words.PURPOSES[one.purpose]}, {wording.week_day(one.first_at)}",
                    state=_("ääntä %(n)s s") % {"n": one.seconds}
                    if one.seconds
                    else _("vain teksti"),
                )
                for one in heard
            ),
            len(heard),
        ),
    )


def leader(request: VisitRequest) -> Home:
    """The sample, what agents have not answered and goals to look at again, rounds that ask."""
    who, now = reader(request), request.visit.now
    sample, goals = waiting.to_evaluate(who, now), home_teach.goals_due(who, request.visit.today)
    return Home(
        answer=_sample_answer(sample),
        says=_("Arpa valitsi puhelut, et sinä. Otos näkyy vain sinulle ja yksikön arvioijille."),
        deed=_next_call(sample),
        jobs=(
            _sample_job(sample),
            _answers_job(waiting.unanswered(who, now), goals),
            _rounds_job(calibrated.rounds(who, now)),
            *home_teach.passages_to_judge(who, now),
            *home_jobs.rights_job(who, now),
            *home_jobs.answers_job(who, now),
        ),
        closing=_closing(who, now),
    )


def analyst(request: VisitRequest) -> Home:
    """Calibration and questions that waver, the sample, studies and how long their calls live."""
    who, now = reader(request), request.visit.now
    sample, rounds = waiting.to_evaluate(who, now), calibrated.rounds(who, now)
    forms = published.in_use()
    weak = standing.weak()
    wavering = [(form, one) for form in forms for one in standing.left_out(form, weak)]
    asked = sum(one.asks_reader for one in rounds)
    if wavering:
        answer = ngettext("%(n)s kysymys horjuu", "%(n)s kysymystä horjuu", len(wavering)) % {
            "n": len(wavering)
        }
    else:
        answer = _sample_answer(sample)
    lead = Deed(_("Avaa kalibrointi"), reverse("calibration"), "list-checks")
    return Home(
        answer=answer,
        says=_("Arpa valitsi puhelut. Horjuva kysymys on poissa jokaisen tuloksesta."),
        deed=lead if wavering or asked else _next_call(sample),
        jobs=(
            _rounds_job(rounds, wavering=tuple(_wavering_line(form, weak) for form in forms)),
            _sample_job(sample),
            home_teach.studies_job(who, now),
            *home_teach.passages_to_judge(who, now),
        ),
        closing=_closing(who, now),
    )


def _sample_answer(sample: Sequence[ToEvaluate]) -> str:
    count = len(sample)
    if not count:
        return _("Otoksessa ei ole mitään arvioitavaa")
    said = ngettext("%(n)s puhelu odottaa arviointia", "%(n)s puhelua odottaa arviointia", count)
    return said % {"n": count}


def _next_call(sample: Sequence[ToEvaluate]) -> Deed | None:
    if not sample:
        return None
    begun = next((one for one in sample if one.begun), None)
    first = begun or sample[0]
    label = _("Jatka luonnosta") if begun else _("Jatka otosta")
    return Deed(label, reverse("call", args=[first.recording]), "play")


def _sample_job(sample: Sequence[ToEvaluate]) -> Job:
    said = ngettext("%(n)s puhelu", "%(n)s puhelua", len(sample)) % {"n": len(sample)}
    return Job(
        id="otos",
        title=_("Arvioi otosta"),
        says=said if sample else "",
        empty=_("Seuraava otos tulee tiistaina viikon päätyttyä."),
        url=reverse("quality"),
        action=_("Koko otos"),
        listed=listed(map(_call_line, sample), len(sample)),
    )


def _call_line(one: ToEvaluate) -> Line:
    return Line(
        what=f"{wording.week_day(one.started_at)} {wording.at_clock(one.started_at)}",
        more=f"{one.agent}, {wording.named(one.line)}, {wording.span(one.length_ms)}",
        url=reverse("call", args=[one.recording]),
        state=_("toinen arviointi") if one.second else _("luonnos") if one.begun else "",
        icon="eye" if one.second else "pencil" if one.begun else "",
    )


def _answers_job(unanswered: Sequence[Unread], goals: Sequence[Line]) -> Job:
    late = [one for one in unanswered if one.late]
    lines = [
        *goals,
        *(
            Line(
                what=in_language(one.title),
                more=_("viikko %(week)s") % {"week": one.week},
                state=_("lukematta yli viisi työpäivää") if one.late else "",
                kind="soon" if one.late else "",
                icon="clock" if one.late else "",
            )
            for one in [*late, *(one for one in unanswered if not one.late)]
        ),
    ]
    said = _("%(n)s odottaa") % {"n": len(lines)}
    return Job(
        id="vastaukset",
        title=_("Puhu tiimisi kanssa"),
        says=said if lines else "",
        empty=_("Jokainen antamasi arviointi on luettu, eikä tavoitetta ole tarkistettavana."),
        url=reverse("coaching"),
        action=_("Tavoitteet ja koulutus"),
        listed=listed(lines, len(lines)),
    )


def _rounds_job(every: Sequence[Round], wavering: Sequence[Line] = ()) -> Job:
    rounds = [one for one in every if one.open]
    lines = [*map(_round_line, rounds), *wavering]
    said = ngettext("%(n)s avoin kierros", "%(n)s avointa kierrosta", len(rounds))
    return Job(
        id="kierrokset",
        title=_("Kalibroi"),
        says=said % {"n": len(rounds)} if rounds else _("ei avoimia kierroksia") if lines else "",
        empty=_("Yksikään kierros ei ole auki. Kierros avataan otoksen puhelusta."),
        url=reverse("calibration"),
        action=_("Kierrokset ja luvut"),
        listed=listed(lines, len(lines)),
    )


def _wavering_line(form: Form, weak: Weak) -> Line:
    out = len(standing.left_out(form, weak))
    said = ngettext("%(n)s kysymys horjuu", "%(n)s kysymystä horjuu", out)
    return Line(
        what=in_language(form.title),
        more=_("versio %(n)s") % {"n": form.version},
        url=reverse("form", args=[form.id]),
        state=said % {"n": out} if out else _("mikään ei horju"),
        kind="soon" if out else "kept",
        icon="clock" if out else "check",
    )


def _round_line(one: Round) -> Line:
    own = one.own if one.several and one.open else None
    given, of = (own.given, own.of) if own else (one.given, one.asked)
    return Line(
        what=_("Kierros %(number)s") % {"number": one.number},
        more=f"{in_language(one.title)}, {given}/{of}",
        url=reverse("calibration-round", args=[one.number]),
        state=_("odottaa sinua") if one.asks_reader else "",
        kind="soon" if one.asks_reader else "",
        icon="clock" if one.asks_reader else "",
    )


def _closing(who: Reader, now: datetime) -> tuple[Line, ...]:
    return tuple(
        Line(
            what=f"{wording.week_day(one.started_at)} {wording.at_clock(one.started_at)}",
            more=f"{one.agent}, {_gone(one)}",
            url=reverse("call", args=[one.recording]),
            state=_closes(one.closes_at),
            kind="soon",
        )
        for one in waiting.closing(who, now)
    )


def _gone(one: Closing) -> str:
    if one.remarks:
        return _("huomautuksesi häviävät puhelun mukana")
    return _("kukaan ei ole arvioinut")


def _closes(at: datetime | None) -> str:
    if at is None:
        return ""
    return _("sulkeutuu %(day)s") % {"day": wording.week_day(at)}

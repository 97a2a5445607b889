"""One call. The purpose is asked first; then its sound as two lanes, its words as turns, its life
as dates.

Nothing of the content is on the page before a grant is written down, and each range of sound asks
again (REGISTER 5.1, 5.2, 17.3). There is no download; the name of the reader and the time stand
behind the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from talteen.desk.evaluation import evaluation_form, study_asked
from talteen.desk.evaluation.evaluation_form import FormShown
from talteen.desk.evaluation.study_asked import AskedShown
from talteen.desk.listening import (
    call_facts,
    correcting,
    covering,
    damaged,
    exporting,
    hearing,
    marking,
    player,
    ranges,
    turns,
)
from talteen.desk.listening.call_facts import FactsShown
from talteen.desk.listening.covering import CoverShown
from talteen.desk.listening.exporting import ExportsShown
from talteen.desk.listening.hearing import HearingShown
from talteen.desk.listening.marking import MarkShown
from talteen.desk.listening.player import PlayerShown
from talteen.desk.listening.transcript import STATES as transcript_states
from talteen.desk.listening.turn_html import Voices
from talteen.desk.listening.turns import Covers, Turn
from talteen.desk.page import failures, purpose, words
from talteen.desk.page.failures import Failure
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.purpose import Question, Working
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.recordings import complaining
from talteen.desk.recordings.complaining import ComplaintShown
from talteen.errors import NoLongerOpens, NotAllowed
from talteen.ids import RecordingId
from talteen.life.transcribe.revision import State
from talteen.life.transcribe.statements import Statement
from talteen.life.use import calls, listen
from talteen.life.use.quality.form import Lack
from talteen.life.use.rows import Call
from talteen.notice.purposes import Purpose
from talteen.register import access, access_log, policy
from talteen.register.access import Grant


@dataclass(frozen=True, slots=True)
class GrantShown:
    """The permission, as the banner says it."""

    purpose: Purpose
    case: str
    view: words.Text
    until: datetime
    minutes: int
    seconds: int


@dataclass(frozen=True, slots=True)
class LifeShown:
    """The life line: percent lived, percent until the key dies."""

    now: str
    key: str


@dataclass(frozen=True, slots=True)
class CallShown:
    """The whole page of one call."""

    call: Call
    now: datetime
    life: LifeShown
    uses: int
    users: int
    grant: GrantShown | None = None
    player: PlayerShown | None = None
    turns: tuple[Turn, ...] = ()
    cover: CoverShown | None = None
    stated: words.Text = ""
    """What people have done with the words."""
    may_check: bool = False
    exports: ExportsShown | None = None
    measured: FactsShown | None = None
    statements: tuple[Statement, ...] = ()
    """What the person says beside the words (Art. 16)."""
    statements_open: bool = False
    """Whether this purpose reads them: they may name what is covered in the words."""
    transcribing: bool = False
    hearing: HearingShown | None = None
    question: Question | None = None
    complaint: ComplaintShown | None = None
    refusal: Failure | None = None
    watermark: str = ""
    evaluation: FormShown | None = None
    studies: tuple[AskedShown, ...] = ()
    marking: MarkShown | None = None

    @property
    def voices(self) -> Voices:
        """Whose words stand in the transcript."""
        return Voices(self.call.row.agent, _("Soittaja"))


@staff_only
@require_safe
def page(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The call, if a grant is held; else the question for what purpose it should open."""
    known = _known(request, RecordingId(recording))
    if isinstance(known, HttpResponse):
        return known
    grant = purpose.held_grant(request, known.row.recording)
    if grant is None:
        return _ask(request, known)
    try:
        return _opened(request, known, grant)
    except (NotAllowed, NoLongerOpens) as error:
        # What stood in its way since: a hold, an erasure, an expired training. Said on the page.
        purpose.let_go(request, recording)
        return _ask(request, known, told=failures.told(error))


@staff_only
@require_http_methods(["GET", "HEAD"])
def ask(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Choose another purpose for a call that is open."""
    known = _known(request, RecordingId(recording))
    return known if isinstance(known, HttpResponse) else _ask(request, known)


@staff_only
@require_POST
def open_call(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Ask for the grant. The log row is committed before the answer."""
    known = _known(request, RecordingId(recording))
    if isinstance(known, HttpResponse):
        return known
    working = purpose.posted(request) or purpose.working_for(request)
    if working is None:
        return _ask(request, known, told=failures.no_purpose())
    try:
        purpose.obtain(request, known.row.recording, working)
    except (NotAllowed, NoLongerOpens) as error:
        return _ask(request, known, told=failures.told(error), working=working)
    at = request.POST.get("at", "").split(",")
    places = f"#o={','.join(at)}" if all(one.isdigit() for one in at) else ""
    # A place in sound is no personal data, and a fragment is never sent to a server.
    return redirect(f"{request.path.removesuffix('/open')}{places}")


@staff_only
@require_safe
def sound(request: VisitRequest, recording: UUID) -> HttpResponseBase:
    """One range of the view's sound as PCM WAV, rendered as it is sent, never stored."""
    grant = purpose.needed_grant(request, recording)
    call, lifted = RecordingId(recording), covering.is_lifted(request, grant)
    with damaged.watched(request, call):
        wav = listen.open_view(request.visit.house.vault, grant, request.visit.now, lifted=lifted)
    piece = ranges.asked(request.headers.get("Range", ""), wav.size)
    if piece is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{wav.size}"
        return refused
    access.log_range(
        grant,
        "play",
        start_ms=wav.time_of(piece.start),
        end_ms=wav.time_of(piece.stop),
        at=request.visit.now,
    )
    return ranges.answer(piece, damaged.sent(request, call, wav.read(piece.start, piece.stop)))


def _known(request: VisitRequest, recording: RecordingId) -> Call | HttpResponse:
    """The facts of the call; the page of its end if it was destroyed. Http404 if it is not to be
    known.
    """
    known = calls.call(reader(request), recording, now=request.visit.now)
    if known is not None:
        return known
    return complaining.gone(request, recording)


def _ask(
    request: VisitRequest,
    known: Call,
    *,
    told: Failure | None = None,
    working: Working | None = None,
) -> HttpResponse:
    chosen = working or purpose.working_for(request)
    shown = replace(
        _facts(request, known),
        question=purpose.question(reader(request), chosen, request.visit.now),
        complaint=complaining.shown(request, known.row),
        refusal=told,
    )
    return render(request, "call/ask.html", {"shown": shown}, status=told.status if told else 200)


def opened_with(
    request: VisitRequest,
    grant: Grant,
    lacking: Mapping[str, Lack],
    marked: MarkShown | None = None,
) -> HttpResponse:
    """The page once more, with what an evaluation or a passage lacks marked."""
    known = _known(request, grant.recording)
    if isinstance(known, HttpResponse):
        return known
    return _opened(request, known, grant, lacking, marked)


def _opened(
    request: VisitRequest,
    known: Call,
    grant: Grant,
    lacking: Mapping[str, Lack] | None = None,
    marked: MarkShown | None = None,
) -> HttpResponse:
    shown = replace(
        _facts(request, known),
        grant=_grant(grant, request.visit.now),
        watermark=reader(request).name,
    )
    if grant.view.whole:
        with damaged.watched(request, grant.recording):
            shown = _with_content(shown, request, grant)
        form = evaluation_form.shown(request, grant, lacking or {})
        shown = replace(shown, evaluation=form, studies=study_asked.shown(grant))
        shown = replace(shown, marking=marked or marking.shown(request, grant))
    status = 422 if lacking or marked else 200
    return render(request, "call/page.html", {"shown": shown}, status=status)


def _facts(request: VisitRequest, known: Call) -> CallShown:
    opened = [e for e in access_log.entries_of(known.row.recording) if e.action == "grant"]
    return CallShown(
        call=known,
        now=request.visit.now,
        life=_life(known, request.visit.now),
        uses=len(opened),
        users=len({entry.staff for entry in opened}),
    )


def _with_content(shown: CallShown, request: VisitRequest, grant: Grant) -> CallShown:
    """Drawing and words. Reading is logged, whole, before a word of it is on the page."""
    known, vault, now = shown.call, request.visit.house.vault, request.visit.now
    access.log_range(grant, "read", start_ms=0, end_ms=known.row.length_ms, at=now)
    lanes = listen.open_peaks(vault, grant, now)
    written = listen.open_words(vault, grant, now)
    heard = hearing.shown(
        written.transcript if written else None, known.wordless, known.row.language
    )
    masked = policy.masks_caller(grant.purpose)
    if written is None:
        drawn = player.of_call(known, lanes, (), masked=masked)
        return replace(shown, player=drawn, transcribing=True, hearing=heard)
    transcript, revision = written.transcript, written.revision
    both = turns.overlaps(transcript.segments)
    cover = covering.shown(request, grant, written.layer)
    covers = Covers(written.layer.in_force(), lifted=cover.lifted)
    return replace(
        shown,
        hearing=heard,
        player=player.of_call(known, lanes, both, masked=masked),
        turns=tuple(turns.turns(transcript, known.marks, covers, both)),
        cover=cover,
        statements=written.statements,
        statements_open=access.unmasks(grant),
        stated=transcript_states[revision.state if revision else State.MACHINE],
        may_check=correcting.may_check(request, revision),
        exports=exporting.shown(request, grant),
        measured=call_facts.shown(request, grant, known, written),
    )


def _grant(grant: Grant, now: datetime) -> GrantShown:
    return GrantShown(
        purpose=grant.purpose,
        case=grant.case or "",
        view=words.view_in_words(grant.purpose, grant.view),
        until=grant.until,
        minutes=purpose.minutes_left(grant, now),
        seconds=max(0, int((grant.until - now).total_seconds())),
    )


def _life(known: Call, now: datetime) -> LifeShown:
    whole = known.row.due_at - known.row.started_at
    lived = min(max((now - known.row.started_at) / whole, 0), 1)
    keyed = (known.row.cutoff_at - known.row.started_at) / whole
    return LifeShown(f"{lived * 100:.1f}", f"{keyed * 100:.1f}")

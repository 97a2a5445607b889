"""The package that a person gets: their calls word for word, and what the law lets them know.

Made in memory from live data, in the language of the request, and sealed before it is kept. A call
goes in only when two people have read its words, the second against the sound (14.9). Left out is
only what a person has decided to be about somebody else, and each place says so (14.10).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from talteen.clock import helsinki_date
from talteen.desk.listening import transcript_forms, turns
from talteen.desk.listening.transcript import Document
from talteen.desk.listening.turns import Covers
from talteen.desk.page import documents, wording, words
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.desk.rights import request_words
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.answer import packages, values
from talteen.life.answer.disclose import received
from talteen.life.answer.models import Package, SubjectRequest
from talteen.life.answer.packages import Made
from talteen.life.answer.values import Setting
from talteen.life.answer.writing import Desk
from talteen.life.transcribe.masking.layer import Layer
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.models import Transcription
from talteen.life.transcribe.revision import State
from talteen.life.use import calls, copying, listed, listen
from talteen.notice import language as languages
from talteen.notice import wording as sentences
from talteen.notice.language import Language
from talteen.notice.purposes import Purpose, Role
from talteen.register import access, access_log
from talteen.register.access import Grant
from talteen.register.models import AccessEntry, Recording

GENERAL = ("a", "b", "c", "e", "f", "h", "transfers")
OF_A_CALL = ("d", "g", "versions")
_SHOWN = frozenset(
    {"play", "read", "search", "export", "denied", "unmask", "correct", "mask", "cut"}
)


@dataclass(frozen=True, slots=True)
class PackageShown:
    """A package as the request's page tells of it."""

    made_at: datetime
    ends_at: datetime
    cuts: int
    opened: int
    sound: bool
    """Whether the calls can be heard in it, and not only read."""


@dataclass(frozen=True, slots=True)
class CallPacked:
    """One call in the package."""

    number: int
    document: Document
    details: tuple[str, ...]
    log: tuple[str, ...]
    """Each use of it: when, what, why, by whom as a role. No names (C-579/21)."""
    cuts: int
    sound: bytes = field(default=b"", repr=False)
    """The call as it can be played; empty where it was not agreed on."""


def shown(row: SubjectRequest, now: datetime) -> PackageShown | None:
    """The package that can be opened now."""
    found = packages.open_now(row, now)
    if found is None:
        return None
    sound = packages.has_sound(found)
    return PackageShown(found.made_at, found.ends_at, found.cuts, found.opened, sound)


def files_of(package: Package) -> list[str]:
    """The names of its files, by suffix."""
    return list(package.parts.order_by("number").values_list("suffix", flat=True))


def checked(row: SubjectRequest) -> frozenset[UUID]:
    """The calls of the request whose words two people have read."""
    theirs = Transcription.objects.filter(recording__in=row.case.recordings.all())
    ready = theirs.filter(state=State.CHECKED.value)
    return frozenset(ready.values_list("recording", flat=True))


def make(request: VisitRequest, row: SubjectRequest, *, sound: bool = False) -> Made:
    """Make the package anew, with its ``sound`` where that was agreed on. Conflict while the words
    of a call are not checked, or a cut in them was decided by no person."""
    house, now = request.visit.house, request.visit.now
    missing = row.case.recordings.exclude(pk__in=checked(row)).exists()
    if missing:
        raise Conflict(
            "the words of a call are not checked yet", remedy="read them against the sound"
        )
    desk = Desk(house.vault, house.register, house.config.paths.register, row, reader(request), now)
    with translation.override(row.language):
        packed = [
            _packed(request, desk, number, call, sound=sound)
            for number, call in enumerate(values.calls_of(row), 1)
        ]
        files = _files(desk, packed)
    return packages.make(house.vault, row, files, now, cuts=sum(one.cuts for one in packed))


def _files(desk: Desk, packed: Sequence[CallPacked]) -> dict[str, bytes]:
    page = _html(desk, packed)
    files = {"html": page, "json": _json(desk, packed)}
    if documents.draws_pdf():
        files = {"pdf": documents.drawn(page), **files}
    sounds = {f"{one.number}.{packages.SOUND}": one.sound for one in packed if one.sound}
    vcons = {f"{one.number}.vcon": transcript_forms.vcon(one.document) for one in packed}
    return {**files, **sounds, **vcons}


def _packed(
    request: VisitRequest, desk: Desk, number: int, call: Recording, *, sound: bool
) -> CallPacked:
    """One call, written into the access log before a word of it is read."""
    grant = access.grant(
        reader(request),
        Purpose.DATA_SUBJECT_REQUEST,
        RecordingId(call.pk),
        case=desk.setting.request.case.reference,
        sign_in=sign_in(request),
        at=request.visit.now,
    )
    before = received.tellable(access_log.entries_of(RecordingId(call.pk)), request.visit.today)
    written = listen.open_words(request.visit.house.vault, grant, request.visit.now)
    if written is None or written.revision is None:
        raise Conflict("this call has no words", remedy="wait until it is transcribed")
    cut = _cuts(written.layer)
    access.log_unmasked(
        grant, "export", start_ms=0, end_ms=call.length_ms, at=request.visit.now, what="package"
    )
    marks = calls.call(reader(request), grant.recording, now=request.visit.now)
    document = Document(
        recording=grant.recording,
        started_at=call.started_at,
        length_ms=call.length_ms,
        line=wording.named(listed.line_name(call.line)),
        agent=str(words.ROLES[Role.AGENT]).capitalize(),
        language=written.transcript.language,
        engine=written.transcript.engine,
        state=written.revision.state,
        masked=bool(cut),
        turns=tuple(turns.turns(written.transcript, marks.marks if marks else (), Covers(cut))),
        made_at=request.visit.now,
        statements=written.statements,
        purpose=str(words.PURPOSES[Purpose.DATA_SUBJECT_REQUEST]),
        case=desk.setting.request.case.reference,
    )
    told = _details(desk, number, call)
    heard = _sound(request, grant, cut) if sound else b""
    return CallPacked(number, document, told, tuple(_log(desk, before)), len(cut), heard)


def _sound(request: VisitRequest, grant: Grant, cut: Sequence[Span]) -> bytes:
    """The call with exactly those places silent that its words leave out."""
    vault, now = request.visit.house.vault, request.visit.now
    return copying.mp3(listen.open_copy(vault, grant, now, cut))


def _cuts(layer: Layer) -> list[Span]:
    """What is about somebody else, by a person's decision. Conflict where only the machine says so:
    rights are never denied on its word alone (16.5)."""
    cut = [span for span in layer.in_force() if span.kind is Kind.THIRD_PARTY]
    if any(layer.decided(span) is None for span in cut):
        raise Conflict(
            "a cut was decided by no person", remedy="look at what is covered as a third party's"
        )
    return cut


def _details(desk: Desk, number: int, call: Recording) -> tuple[str, ...]:
    """The points of Art. 15 that are of this call, from what stands in the register now."""
    setting, language = desk.setting, desk.setting.language
    of_call = {
        **values.known(setting, "access_details"),
        "call.number": str(number),
        "call.due_date": values.day(call.due_at, language),
        "call.cutoff_date": values.day(call.cutoff_at, language),
        "call.holds": _holds(call, language, helsinki_date(setting.now)),
        "call.source": str(words.SOURCES.get(call.source, call.source)),
        "call.notice_version": call.notice_id,
        "call.announcement_version": call.announcement_id,
        "call.announcement_end": values.moment(call.announced_until, language),
    }
    lines = desk.text("access_details").lines
    return tuple(sentences.fill(lines[key], of_call) for key in OF_A_CALL)


def _holds(call: Recording, language: Language, today: date) -> str:
    """On which grounds it is kept, without what may not be told yet (TSL 34 §)."""
    holds = call.holds.filter(state="active")
    secret = received.secret_cases(today)
    grounds = holds.exclude(case__reference__in=secret).values_list("ground", flat=True)
    named = [str(words.HOLD_GROUNDS.get(ground, ground)) for ground in sorted(set(grounds))]
    return languages.listed(named, language) if named else values.NO[language]


def _log(desk: Desk, entries: Sequence[AccessEntry]) -> list[str]:
    row, language = desk.text("access_details").lines["log_row"], desk.setting.language
    return [
        sentences.fill(
            row,
            {
                "log.time": values.moment(one.at, language),
                "log.action": str(request_words.used(one.action, one.rule)),
                "log.purpose": values.PURPOSES[Purpose(one.purpose)][language],
                "log.role": str(words.ROLES[Role(one.role)]),
            },
        )
        for one in entries
        if one.action in _SHOWN
    ]


def general(setting: Setting) -> tuple[str, ...]:
    """The points of Art. 15 that are of the whole register."""
    known = values.known(setting, "access_details")
    lines = setting.letters["access_details"].lines
    return tuple(sentences.fill(lines[key], known) for key in GENERAL)


def _html(desk: Desk, packed: Sequence[CallPacked]) -> bytes:
    setting = desk.setting
    lines = desk.text("access_details").lines
    context = {
        "language": setting.language.value,
        "title": desk.text("access_cover").subject,
        "reference": setting.request.case.reference,
        "controller": setting.register.controller.name,
        "made_at": setting.now,
        "packed": packed,
        "general": general(setting),
        "lines": lines,
        "reason": _("[poistettu: koskee toista ihmistä]"),
    }
    return render_to_string("requests/package.html", context).encode()


def _json(desk: Desk, packed: Sequence[CallPacked]) -> bytes:
    setting = desk.setting
    plain = {
        "format": "talteen package 1",
        "request": setting.request.case.reference,
        "language": setting.language.value,
        "made_at": setting.now.isoformat(),
        "article_15": list(general(setting)),
        "calls": [
            {
                "number": one.number,
                "cuts": one.cuts,
                "article_15": list(one.details),
                "log": list(one.log),
                "transcript": json.loads(transcript_forms.as_json(replace(one.document, agent=""))),
            }
            for one in packed
        ],
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()

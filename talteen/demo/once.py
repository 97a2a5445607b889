"""``talteen demo --once``: the whole life of a small register, one report, true only if everything
held.

Each step does what it says through the acts that serve people, measures it, and says whether it
held.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import connection

from talteen.clock import helsinki_date
from talteen.demo import cast, days, first_sound, material
from talteen.demo.days import Tally
from talteen.engine.vault.entries import Kind
from talteen.engine.vault.holders import RestoreHolder
from talteen.errors import NoLongerOpens, NotAllowed, TalteenError
from talteen.ids import RecordingId
from talteen.life.destroy import attempt, certify
from talteen.life.destroy.models import Destruction
from talteen.life.hold import acts as hold
from talteen.life.hold import reviewing
from talteen.life.hold.rules import Ground
from talteen.life.seal import door
from talteen.life.seal.acts import Outcome
from talteen.life.seal.door import Step as DoorStep
from talteen.life.transcribe.models import Transcription
from talteen.life.use import finding, listen
from talteen.life.use.sieve import Sieve
from talteen.notice.hold_reviews import Renewal
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.database import jobs
from talteen.register.models import AccessEntry, Case, CaseRecording, Hold, Recording
from talteen.register.staff.people import SignIn
from talteen.register.states import Progress
from talteen.wiring import House

Figures = Mapping[str, float | int | str]
COMPLAINT = "008-kaksoisveloitus"
WORD = "varaus"
MAIN = Purpose.RIGHTS_OF_PARTIES
HELD_FOR = timedelta(days=60)
"""Until the hold of the complaint is looked at again."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the report."""

    name: str
    ok: bool
    figures: Figures


@dataclass(slots=True)
class Story:
    """What the steps tell each other."""

    house: House
    restore: RestoreHolder
    move: Callable[[datetime], object]
    tell: Callable[[str, int, int], None]
    """Says how far a long step has come: name, done, of."""
    pages: Callable[[], AbstractContextManager[int]]
    """The pages of the house on this machine for a while; their port."""
    drop: Path
    tally: Tally = field(default_factory=Tally)
    case: Case | None = None
    hold: Hold | None = None
    control: RecordingId | None = None
    certificates: dict[RecordingId, str] = field(default_factory=dict)


def steps(
    story: Story, *, today_at: datetime, only: frozenset[str] | None = None
) -> Iterator[Step]:
    """The steps in their order. ``only`` names the calls to use; None means all of them."""
    calls = [c for c in material.calls(helsinki_date(today_at)) if only is None or c.name in only]
    yield _measured("import", lambda: _import(story, calls, today_at))
    yield _measured("seal", lambda: _seal(story))
    yield _measured("transcribe", lambda: _transcribe(story))
    yield _measured("search", lambda: _search(story))
    yield _measured("play", lambda: _play(story))
    yield _measured("hold", lambda: _hold(story))
    yield _measured("clock to due", lambda: _to_due(story))
    yield _measured("destroy", lambda: _destroy(story))
    yield _measured("certificate", lambda: _certificate(story))
    yield _measured("verify", lambda: _verify(story))
    yield _measured("restore attempt", lambda: _restore(story))


def _measured(name: str, run: Callable[[], tuple[bool, Figures]]) -> Step:
    began = time.perf_counter()
    try:
        ok, figures = run()
    except TalteenError as error:
        ok, figures = False, {"error": error.slug}
    return Step(name, ok, {**figures, "seconds": round(time.perf_counter() - began, 3)})


def _import(
    story: Story, calls: list[material.SpokenCall], today_at: datetime
) -> tuple[bool, Figures]:
    lived = days.live_through(
        story.house, calls, story.drop, until=today_at, move=story.move, tally=story.tally
    )
    for moment in lived:
        story.tell("import", moment.done, moment.of)
    expected = {call.name: _expected(call.name) for call in calls}
    became = {name: _became(outcome) for name, outcome in story.tally.outcomes.items()}
    wrong = sum(became.get(name) != what for name, what in expected.items())
    counts = {what: list(became.values()).count(what) for what in sorted(set(expected.values()))}
    return wrong == 0 and len(became) == len(calls), {"calls": len(calls), **counts, "wrong": wrong}


def _expected(name: str) -> str:
    told = json.loads((material.root() / "demo/truth" / f"{name}.json").read_text())
    return str(told["expect"])


def _became(outcome: Outcome) -> str:
    match outcome.what.value:
        case "recorded":
            return "sealed"
        case "nothing":
            return "refused" if outcome.kind == "refused" else "nothing"
        case other:
            return other


def _seal(story: Story) -> tuple[bool, Figures]:
    """Every recording opens by its sealed entry, and its sound lies encrypted in the store."""
    living = _living()
    size = blobs = 0
    for recording in living:
        opened = door.open_for_step(
            story.house.vault, recording, DoorStep.TRANSCRIBE, story.house.now()
        )
        blobs += len(opened.refs)
        size += sum(ref.size_bytes for ref in opened.refs)
        if not (opened.has(Kind.AGENT_SOUND) and opened.has(Kind.CALLER_SOUND)):
            return False, {"recordings": len(living)}
    return bool(living), {"recordings": len(living), "blobs": blobs, "sealed_bytes": size}


def _living() -> list[RecordingId]:
    rows = Recording.objects.filter(progress=Progress.SEALED.value).order_by("-started_at")
    return [RecordingId(pk) for pk in rows.values_list("pk", flat=True)]


def _transcribe(story: Story) -> tuple[bool, Figures]:
    """The queue's own jobs, run to the end, write every transcript."""
    living = _living()
    sound_ms = sum(Recording.objects.filter(pk__in=living).values_list("length_ms", flat=True))
    began = time.process_time()
    with _told(story, "transcribe", len(living)):
        jobs.drain()
    cpu_s = time.process_time() - began
    missing = Recording.objects.filter(pk__in=living, transcription__isnull=True).count()
    return missing == 0, {
        "transcripts": len(living) - missing,
        "sound_s": round(sound_ms / 1000),
        "cpu_s_per_s_of_sound": round(cpu_s * 1000 / sound_ms, 3) if sound_ms else 0.0,
    }


@contextmanager
def _told(story: Story, name: str, of: int) -> Iterator[None]:
    """Say every second how many transcripts are written, while the queue works."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1.0):
            story.tell(name, Transcription.objects.count(), of)
        connection.close()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        story.tell(name, of, of)


def _search(story: Story) -> tuple[bool, Figures]:
    """The register contact opens a case and finds a word in all its forms."""
    contact, now = cast.first_of(Role.REGISTER_CONTACT), story.house.now()
    story.case = _open_case(story, now)
    began = time.perf_counter()
    found = finding.search(
        story.house,
        contact,
        MAIN,
        story.case.reference,
        WORD,
        Sieve(),
        sign_in=SignIn.DEMO,
        now=now,
    )
    took_ms = round((time.perf_counter() - began) * 1000, 1)
    forms = {hit.word.casefold() for call in found.calls for hit in call.hits}
    logged = AccessEntry.objects.filter(action="search", staff=contact.pk).exists()
    return found.hits > 0 and logged, {
        "hits": found.hits,
        "calls": len(found.calls),
        "forms": len(forms),
        "ms": took_ms,
    }


def _open_case(story: Story, now: datetime) -> Case:
    people = [cast.first_of(Role.COMPLAINT_HANDLER), cast.first_of(Role.REGISTER_CONTACT)]
    complaint = story.tally.outcomes.get(COMPLAINT)
    chosen = complaint.recording if complaint else None
    row = _row_of(chosen) or Recording.objects.filter(progress=Progress.SEALED.value).latest(
        "started_at"
    )
    case = Case.objects.create(
        reference=f"R-{now.year}-001", kind="complaint", opened_at=now, opened_by=people[0]
    )
    case.people.set(people)
    CaseRecording.objects.create(case=case, recording=row)
    story.control = RecordingId(row.pk)
    return case


def _row_of(recording: RecordingId | None) -> Recording | None:
    return Recording.objects.filter(pk=recording).first() if recording else None


def _play(story: Story) -> tuple[bool, Figures]:
    """The log row stands before the first byte; without the case nothing opens. And how long the
    first sample lets a listener wait at the pages themselves."""
    handler, now = cast.first_of(Role.COMPLAINT_HANDLER), story.house.now()
    call, case = _wanted(story)
    refused = _refused(lambda: _grant(call, None, now))
    grant = access.grant(handler, MAIN, call, case=case.reference, sign_in=SignIn.DEMO, at=now)
    wav = listen.open_view(story.house.vault, grant, now)
    stop = min(wav.size, 1 << 20)
    access.log_range(grant, "play", start_ms=0, end_ms=wav.time_of(stop), at=now)
    size = sum(len(piece) for piece in wav.read(0, stop))
    rows = AccessEntry.objects.filter(recording=call, action__in=("grant", "play")).count()
    with story.pages() as port:
        first_ms = first_sound.measured_ms(
            port, person=handler.pk, call=call, purpose=MAIN.value, case=case.reference
        )
    return refused and size == stop and rows == 2, {
        "bytes": size,
        "first_sample_ms": first_ms,
        "bar_ms": first_sound.BAR_MS,
        "log_rows": rows,
    }


def _wanted(story: Story) -> tuple[RecordingId, Case]:
    if story.control is None or story.case is None:
        raise AssertionError("the case is opened before")
    return story.control, story.case


def _grant(call: RecordingId, case: str | None, now: datetime) -> None:
    handler = cast.first_of(Role.COMPLAINT_HANDLER)
    access.grant(handler, MAIN, call, case=case, sign_in=SignIn.DEMO, at=now)


def _refused(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (NotAllowed, NoLongerOpens):
        return True
    return False


def _hold(story: Story) -> tuple[bool, Figures]:
    """A hold keeps the call beyond its time, and narrows it to its own purpose and people."""
    call, case = _wanted(story)
    handler, contact = cast.first_of(Role.COMPLAINT_HANDLER), cast.first_of(Role.REGISTER_CONTACT)
    now = story.house.now()
    placing = hold.Placing(
        case=case,
        ground=Ground.COMPLAINT,
        people=[handler, contact],
        review_on=helsinki_date(now) + HELD_FOR,
        opened_by=handler,
        approved_by=contact,
    )
    before = story.house.vault.row().n
    story.hold = hold.place(story.house.vault, call, placing, now)
    _grant(call, case.reference, now)
    return story.hold.state == "active", {"generation": before + 1, "held": 1}


def _to_due(story: Story) -> tuple[bool, Figures]:
    """Night after night, until the last promise is due."""
    last = Recording.objects.order_by("-due_at").values_list("due_at", flat=True).first()
    until = (last or story.house.now()) + timedelta(hours=2)
    nights = 0
    for moment in days.live_through(
        story.house, [], story.drop, until=until, move=story.move, tally=story.tally
    ):
        nights += 1
        _review(story, moment.at)
        story.tell("clock to due", nights, (until - moment.at).days + nights)
    return story.house.now() >= until, {"nights": nights, "rolls": story.tally.rolls}


def _review(story: Story, now: datetime) -> None:
    """A hold that nobody reviews opens for its case no longer (13.10): the contact does it in
    time."""
    assert story.hold is not None
    story.hold.refresh_from_db()
    today, contact = helsinki_date(now), cast.first_of(Role.REGISTER_CONTACT)
    if story.hold.review_on - today <= timedelta(days=3):
        again = today + HELD_FOR
        story.hold = reviewing.keep(story.hold.pk, contact, Renewal.CASE_GOES_ON, again, now)


def _destroy(story: Story) -> tuple[bool, Figures]:
    """Only the held call lives and opens for its case; nobody opens any other."""
    call, case = _wanted(story)
    alive = set(Recording.objects.values_list("pk", flat=True))
    late_s = max(Destruction.objects.values_list("lateness_s", flat=True), default=0)
    only_held = alive == {call}
    now = story.house.now()
    _grant(call, case.reference, now)
    gone = Destruction.objects.exclude(recording=call).values_list("recording", flat=True)
    closed = all(_refused(partial(_grant, RecordingId(dead), case.reference, now)) for dead in gone)
    return only_held and closed and late_s <= 3600, {
        "destroyed": len(gone),
        "held": len(alive),
        "latest_s": late_s,
    }


def _certificate(story: Story) -> tuple[bool, Figures]:
    """One certificate for each destroyed recording, none for a living one, none after its due."""
    rows = list(Destruction.objects.all())
    for row in rows:
        if row.certificate_leaf is not None:
            named = RecordingId(row.recording)
            issuer = story.house.register.controller.name
            story.certificates[named] = certify.text_of(
                story.house.log, named, language="fi", issuer=issuer
            )
    late = [row for row in rows if row.backup_dead_at and row.backup_dead_at > row.due_at]
    complete = len(story.certificates) == len(rows)
    return complete and not late, {"certificates": len(story.certificates), "late": len(late)}


def _verify(story: Story) -> tuple[bool, Figures]:
    """The separate program says yes to each certificate, and no to one with a changed letter."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        keys.write_text("".join(f"{key}\n" for key in story.house.log.keys))
        certificates = list(story.certificates.values())
        verified = sum(_says_yes(text, keys) for text in certificates)
        forged = [text.replace("2026", "2025", 1) for text in certificates[:1]]
        fooled = sum(_says_yes(text, keys) for text in forged)
    return verified == len(certificates) > 0 == fooled, {"verified": verified, "fooled": fooled}


def _says_yes(certificate: str, keys: Path) -> bool:
    path = keys.with_name("certificate.txt")
    path.write_text(certificate)
    program = material.root() / "verifier/talteen_verify.py"
    command = [sys.executable, str(program), str(path), "--keys", str(keys)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _restore(story: Story) -> tuple[bool, Figures]:
    """With all roll files and every key that is left, no destroyed call opens; the held one
    does."""
    call, _ = _wanted(story)
    dead = [RecordingId(pk) for pk in Destruction.objects.values_list("recording", flat=True)]
    tried = attempt.attempt(story.house.vault, [*dead, call], restore=story.restore)
    revived = tried.found - {call}
    return not revived and call in tried.found, {
        "roll_files": tried.files,
        "generations_open": tried.opened,
        "revived": len(revived),
        "control_opens": int(call in tried.found),
    }

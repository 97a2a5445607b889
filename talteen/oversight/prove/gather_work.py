"""What is made of calls, the ledger that tells of it, and the weekly drill."""

from collections.abc import Collection
from datetime import date, datetime
from hashlib import sha256

from django.db import connection
from django.db.models import F, Q, Sum

from talteen.engine.vault.blobs import Absent
from talteen.life.seal.models import Blob
from talteen.life.seal.stored import blob_key
from talteen.life.seal.vault import Vault
from talteen.life.transcribe.model_store import KNOWN
from talteen.life.transcribe.models import Transcription
from talteen.life.use import manifest
from talteen.life.use.manifest import Receiver
from talteen.life.use.models import Export
from talteen.life.use.quality.models import Draw, Evaluation
from talteen.notice.particulars import RegisterFile
from talteen.oversight import drills
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import DrillFacts, LogFacts, WorkFacts
from talteen.register import access_days
from talteen.register.approved import State
from talteen.register.log import ledger, ledger_check
from talteen.register.log.ledger_models import LedgerHead
from talteen.register.log.ledger_store import Log
from talteen.register.models import AccessDay, NoticeVersion
from talteen.register.passage_models import Passage
from talteen.register.states import Lot

STATES = ("machine_draft", "corrected", "checked")
MOST_PERCENT = 5  # J14
BLOBS = 12
"""Stored blobs that are read: the newest, which no earlier run has seen."""
WHOLE_LOG = 50_000
"""Entries up to which the whole log is recomputed; of a longer one its newest head is compared."""
DAYS = 7
TRIGGERS = frozenset(
    "ledger_entry_keeps ledger_head_keeps access_entry_keeps access_day_keeps "
    "ledger_entry_keeps_all ledger_head_keeps_all access_entry_keeps_all "
    "access_day_keeps_all".split()
)
_SOUNDS = (b"OggS", b"RIFF", b"fLaC")
_TEXT_BYTES = 24
"""So many printable bytes at the beginning are words that nobody has encrypted: chance writes them
once in ten thousand million blobs."""


def work(vault: Vault, file: RegisterFile, permitted: Collection[str]) -> WorkFacts:
    """Transcripts, lots, evaluations, exports and bytes. ``permitted``: names of models of the
    operator's own."""
    words = Transcription.objects.all()
    engines = sorted(set(words.values_list("engine", flat=True)))
    known = {one.name for one in KNOWN} | set(permitted)
    made = Draw.objects.filter(made_at__isnull=False).annotate(quota=Sum("shares__quota"))
    draws = list(made.values_list("monday", "calls", "quota"))
    return WorkFacts(
        transcripts=words.count(),
        unlabelled=words.exclude(state__in=STATES).count() + words.filter(engine="").count(),
        engines=tuple(engines),
        unknown_engines=tuple(one for one in engines if _model(one) not in known),
        draws=len(draws),
        drawn=sum(quota or 0 for _, _, quota in draws),
        overdrawn=_overdrawn(file.pool.percent, draws),
        passages=_passages(),
        evaluations=Count(
            Evaluation.objects.count(), Evaluation.objects.filter(evaluator=F("agent")).count()
        ),
        exports=_exports(),
        blobs=_blobs(vault),
    )


def _passages() -> Count:
    teaching = Passage.objects.filter(state=State.APPROVED.value)
    by_one = Q(decided_by=None) | Q(decided_by=F("marked_by"))
    # What became sensitive since is heard by nobody (the policy asks each time): it is no fault.
    bad = teaching.filter(by_one | ~Q(recording__lot=Lot.DRAWN.value))
    return Count(teaching.count(), bad.count())


def log(log: Log) -> LogFacts:
    """Whether the log is what it signed, and its days are what they were committed as."""
    newest = LedgerHead.objects.order_by("-size").first()
    size = newest.size if newest else 0
    days = AccessDay.objects.filter(salt__isnull=False).order_by("-day")[:DAYS]
    held = [access_days.holds(one) for one in days]
    return LogFacts(
        entries=size,
        head_at=newest.signed_at if newest else None,
        difference=_difference(log, newest) if newest else "",
        days=Count(len(held), held.count(False)),
        triggers_missing=tuple(sorted(TRIGGERS - _triggers())),
    )


def drill(now: datetime) -> DrillFacts:
    """What the newest weekly drill has shown."""
    last, late = drills.newest(), drills.late(now) is not None
    if last is None:
        return DrillFacts(None, ok=True, dead=0, revived=0, played=0, late=late)
    return DrillFacts(last.at, last.ok, last.dead, last.revived, last.played, late)


def _model(engine: str) -> str:
    """ "whisper-base" of "faster-whisper/1.2.1 whisper-base/56a6…"."""
    return engine.rpartition(" ")[2].partition("/")[0]


def _overdrawn(percent: int, draws: Collection[tuple[date, int, int | None]]) -> int:
    """Weeks of the version in force by its percentage, older ones by the most there ever was."""
    current = NoticeVersion.objects.filter(legacy=False).order_by("-valid_from").first()
    begins = current.valid_from if current else date.max
    return sum(
        100 * (quota or 0) > (percent if monday >= begins else MOST_PERCENT) * calls
        for monday, calls, quota in draws
    )


def _exports() -> Count:
    left = Export.objects.filter(left_at__isnull=False)
    bad = sum(
        not bytes(one.manifest_sha256)
        or (manifest.needs_second(Receiver(one.receiver)) and one.approved_by in ("", one.asked_by))
        for one in left
    )
    return Count(left.count(), bad)


def _blobs(vault: Vault) -> Count:
    rows = list(Blob.objects.order_by("-day", "pk")[:BLOBS])
    seen = [sound for row in rows if (sound := _is_sealed(vault, row)) is not None]
    return Count(len(seen), seen.count(False))


def _is_sealed(vault: Vault, row: Blob) -> bool | None:
    """Whether the stored bytes are those that were sealed; None where they went meanwhile."""
    try:
        stored = vault.blobs.read(blob_key(row.day, row.pk))
    except Absent:
        return False if Blob.objects.filter(pk=row.pk).exists() else None
    return sha256(stored).digest() == bytes(row.sha256) and not readable(stored)


def readable(stored: bytes) -> bool:
    """Whether stored bytes begin as sound or words do that nobody has encrypted."""
    head = stored[:_TEXT_BYTES]
    words = len(head) == _TEXT_BYTES and all(32 <= one < 127 or one in b"\t\r\n" for one in head)
    return words or stored.startswith(_SOUNDS)


def _difference(log: Log, newest: LedgerHead) -> str:
    if newest.size <= WHOLE_LOG:
        return ledger_check.check(log).first_difference or ""
    head = ledger.head(log)
    same = head is not None and (head[0].size, head[0].root) == (newest.size, bytes(newest.root))
    return "" if same else "checkpoint"


def _triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        return {name for (name,) in cursor.fetchall()}

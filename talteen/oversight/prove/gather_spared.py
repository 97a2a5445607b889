"""What is not recorded, not kept and not shown, and whom nobody sells to."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db.models import Q

from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.engine.vault.entries import Kind
from talteen.errors import NoLongerOpens, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.capture.facts import Direction
from talteen.life.capture.rules import MarkKind
from talteen.life.seal import door, numbers, waveform
from talteen.life.seal.door import Step
from talteen.life.seal.models import Replaced, RollRecord
from talteen.life.seal.vault import Vault
from talteen.notice import acknowledgements, categories, safeguards
from talteen.notice import sales_calls as law
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose, Role
from talteen.notice.sales_calls import Verdict
from talteen.oversight.prove import gather_calls, gather_people
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import WINDOW
from talteen.oversight.prove.facts_rights import SparedFacts
from talteen.oversight.prove.gather_calls import LIVES
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.spared.do_not_record_hashes import full_number, hash_of
from talteen.register.spared.do_not_record_models import DoNotRecordEntry
from talteen.register.spared.sales_call_models import SalesCall
from talteen.register.spared.sales_stop_models import SalesStop
from talteen.register.staff import acknowledgements as register
from talteen.register.states import Progress

LATELY = 7
"""Days whose pages of keys are asked for listed numbers."""
OPENED = 6
"""Recordings with a gap whose waveform is looked at, the newest of each kind."""
GAPS = (MarkKind.HOLD, MarkKind.CONSULT, MarkKind.RINGING, MarkKind.PAUSE)
SHOWN_FOR = frozenset({Purpose.DATA_SUBJECT_REQUEST, Purpose.AUTHORITY, Purpose.RIGHTS_OF_PARTIES})
"""What sentence 8.s6 shows a covered number for."""
_TIDIED_WITHIN = timedelta(hours=1)
_PEAK_MS = 1000 // waveform.PEAKS_PER_SECOND


def spared(vault: Vault, config: Config, file: RegisterFile, now: datetime) -> SparedFacts:
    """All of it, at one moment."""
    today = helsinki_date(now)
    entries = dict(DoNotRecordEntry.objects.values_list("mac", "added_on"))
    lines = AccessEntry.objects.filter(at__gt=now - WINDOW, action="unmask")
    edition = acknowledgements.in_force(register.editions(), today)
    living = Recording.objects.filter(progress__in=LIVES)
    made = living.filter(direction=Direction.OUTBOUND.value)
    named = [one.key for one in file.sources if one.outbound]
    return SparedFacts(
        listed=len(entries),
        listed_calls=_recorded(vault, {bytes(one): day for one, day in entries.items()}, now),
        stops=SalesStop.objects.count(),
        sales=_sales(today),
        gaps=_gaps(vault, now),
        unmasked=Count(
            lines.count(), lines.exclude(purpose__in=[one.value for one in SHOWN_FOR]).count()
        ),
        uncut=_uncut(now),
        uncategorised=tuple(sorted(_plain(gather_calls.columns()) - categories.HELD.keys())),
        employees=edition.version if edition else "",
        agents=Count(
            Staff.objects.filter(role=Role.AGENT.value, is_active=True).count(),
            gather_people.untold(living),
        ),
        outbound=Count(made.count(), made.exclude(source__in=named).count()),
        copies=_copies(config, file),
    )


def _recorded(vault: Vault, entries: Mapping[bytes, date], now: datetime) -> Count:
    """Calls of the last days of a number that was on the list before their day."""
    if not entries:
        return Count()
    key, today = vault.do_not_record_key(), helsinki_date(now)

    def listed(number: str, day: date) -> bool:
        full = full_number(number)
        since = entries.get(hash_of(key, full)) if full is not None else None
        return since is not None and since < day

    days = [today - timedelta(days=n) for n in range(LATELY)]
    return Count(*numbers.count_of(vault, days, listed, now))


def _sales(today: date) -> Count:
    seen = SalesCall.objects.filter(Q(verdict="") | Q(noticed_on__gt=today - WINDOW))
    late = Q(verdict="", noticed_on__lt=today - law.WITHIN)
    return Count(seen.count(), seen.filter(late | Q(verdict=Verdict.SALE.value)).count())


def _gaps(vault: Vault, now: datetime) -> Mapping[str, Count]:
    """Stretches of which nothing was kept: the picture of the sound must be silent there."""
    all_, loud = Counter[str](), Counter[str]()
    for row in _with_gaps():
        with suppress(NoLongerOpens, Unavailable, Tampered):  # it dies, or is damaged
            opened = door.open_for_step(vault, RecordingId(row.pk), Step.PROVE, now)
            drawn = waveform.from_bytes(opened.whole(Kind.WAVEFORM))
            for kind, start, end in _stretches(row):
                all_[kind] += 1
                loud[kind] += any(drawn.agent[start:end]) or any(drawn.caller[start:end])
    return defaultdict(Count, {kind: Count(n, loud[kind]) for kind, n in all_.items()})


def _with_gaps() -> set[Recording]:
    sealed = Recording.objects.filter(progress=Progress.SEALED.value).order_by("-started_at")
    return {
        row
        for kind in GAPS
        for row in sealed.filter(marks__contains=[{"kind": kind.value}])[:OPENED]
    }


def _stretches(row: Recording) -> Iterator[tuple[str, int, int]]:
    """Kind, and the peaks that lie whole in it."""
    kinds = {kind.value for kind in GAPS}
    for mark in row.marks:
        start, end = -(-mark["start_ms"] // _PEAK_MS), mark["end_ms"] // _PEAK_MS
        if mark["kind"] in kinds and start < end:
            yield mark["kind"], start, end


def _uncut(now: datetime) -> Count:
    waits = Replaced.objects.values_list("n", flat=True)
    old = RollRecord.objects.filter(n__in=waits, at__lt=now - _TIDIED_WITHIN)
    return Count(len(waits), old.count())


def _plain(columns: set[str]) -> set[str]:
    """As ``categories`` names them: a foreign key by what it leads to."""
    return {one if one == "id" else one.removesuffix("_id") for one in columns}


def _copies(config: Config, file: RegisterFile) -> Count:
    folder = config.paths.register / safeguards.FOLDER
    gone = [one for one in safeguards.held(file) if not (folder / str(one.copy_file)).is_file()]
    return Count(len(file.transfers), len(gone) + len(safeguards.without_copy(file)))

"""What becomes of the calls in a watched folder: taken in, made safe by a roll, deleted (J13).

All that must outlast a crash stands in the database already: that a call was seen is its promise,
that it is safe is its blobs' generation, that its files are gone is the promise's ``source``. What
is kept here between two looks only saves reading the same sound twice. Files of a call are deleted
once a settled roll file holds it, or once it was decided that nothing of it is kept.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from talteen.errors import InputError, NoLongerOpens, Tampered
from talteen.life.capture import acts as capture
from talteen.life.capture import source_files
from talteen.life.capture.sources import Found
from talteen.life.capture.sources.watch import Drop, Lot, State
from talteen.life.seal import acts
from talteen.life.seal.acts import Outcome, Progressed, What, silent
from talteen.life.seal.models import Blob
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording

FIRST_AGAIN_S, LAST_AGAIN_S = 10.0, 3600.0
_NAME_LETTERS = "abcdefghjkmnpqrs"

TakeIn = Callable[[Found, datetime], Outcome]


@dataclass(slots=True)
class Report:
    """What one look at the folder did."""

    taken: Counter[str] = field(default_factory=Counter)
    """Calls that were taken in, by what became of them."""
    deleted: int = 0
    """Calls whose files were deleted."""
    waiting: int = 0
    """Calls that wait for a roll."""
    growing: int = 0
    owned: int = 0
    """Calls that were taken in and whose files belong to somebody else: left as they are."""
    unusable: list[str] = field(default_factory=list)
    """A line for each call that was tried now and could not be used. Holds no number, no name."""
    refused: int = 0
    """All calls that cannot be used, those included that were not tried again now."""


@dataclass(slots=True)
class _Known:
    state: State
    mac: bytes


@dataclass(slots=True)
class _Later:
    state: State
    at_s: float
    tries: int


@dataclass(slots=True)
class Watch:
    """One watched folder and what was learnt of it in this process."""

    vault: Vault
    drop: Drop
    take_in: TakeIn
    _known: dict[str, _Known] = field(default_factory=dict)
    _later: dict[str, _Later] = field(default_factory=dict)

    def look(self, at_s: float, now: datetime, *, progress: Progressed = silent) -> Report:
        """Take in what is whole, delete what is safe. ``at_s``: monotonic seconds.

        Errors of one call are told in the report; raises Unavailable, DiskFull and Conflict, which
        concern them all.
        """
        looked = self.drop.look(at_s)
        report = Report(growing=len(looked.growing))
        here = {lot.key for lot in looked.lots} | looked.growing
        self._known = {key: known for key, known in self._known.items() if key in here}
        self._later = {key: later for key, later in self._later.items() if key in here}
        for lot in looked.lots:
            if not self._due(lot, at_s):
                continue
            try:
                self._attend(lot, now, report, progress)
                self._later.pop(lot.key, None)
            except (InputError, NoLongerOpens, Tampered, OSError) as error:
                report.unusable.append(self._put_off(lot, error, at_s))
        # A sound that could not be identified may be any of those that are waited for.
        identified = report.deleted + sum(lot.key in self._known for lot in looked.lots)
        if looked.whole and identified == len(looked.lots):
            met = {known.mac for known in self._known.values()}
            source_files.gone(self.drop.id, met)
        report.refused = len(self._later)
        return report

    def name(self, key: str) -> str:
        """What a call is called in messages: letters that only this house can make from its name.

        Names hold numbers; eight letters under the house's key tell nobody anything.
        """
        mac = self.vault.origin_mac(b"watched file\0" + key.encode("utf-8", "surrogateescape"))
        return "".join(_NAME_LETTERS[byte & 15] for byte in mac[:8])

    def place(self, name: str, at_s: float) -> str | None:
        """The call that messages call ``name``, for whoever asks on a terminal."""
        looked = self.drop.look(at_s)
        keys = {lot.key for lot in looked.lots} | looked.growing
        return next((key for key in sorted(keys) if self.name(key) == name), None)

    def _attend(self, lot: Lot, now: datetime, report: Report, progress: Progressed) -> None:
        if isinstance(lot.found, InputError):
            raise lot.found
        mac = self._mac(lot, lot.found)
        promise = capture.seen(mac)
        if promise is None:
            outcome = self.take_in(lot.found, now)
            report.taken[outcome.kind if outcome.what is What.NOTHING else outcome.what.value] += 1
            progress("taken in")
            promise = capture.seen(mac)
        if promise is None or lot.found.drop is None:
            report.owned += 1
        elif not is_safe(self.vault, promise.recording):
            report.waiting += 1
        elif self.drop.remove(lot):
            progress("files deleted")
            source_files.deleted(mac)
            self._known.pop(lot.key)
            report.deleted += 1
            progress("said so")

    def _mac(self, lot: Lot, found: Found) -> bytes:
        known = self._known.get(lot.key)
        if known is None or known.state != lot.state:
            known = _Known(lot.state, acts.mac_of(self.vault, found))
            self._known[lot.key] = known
        return known.mac

    def _due(self, lot: Lot, at_s: float) -> bool:
        later = self._later.get(lot.key)
        return later is None or later.state != lot.state or at_s >= later.at_s

    def _put_off(self, lot: Lot, error: Exception, at_s: float) -> str:
        """Try it again later, ever more seldom; what to say of it now."""
        later = self._later.get(lot.key)
        tries = later.tries + 1 if later is not None and later.state == lot.state else 0
        wait_s = min(FIRST_AGAIN_S * 2 ** min(tries, 20), LAST_AGAIN_S)
        self._later[lot.key] = _Later(lot.state, at_s + wait_s, tries)
        name = self.name(lot.key)
        if isinstance(error, OSError):
            return f"{name}: cannot be read; let this user read and delete it"
        return f"{name}: {_without_names(str(error), lot, name)}"


def is_safe(vault: Vault, recording: UUID | None) -> bool:
    """Whether a settled roll file has decided about the call: its files may go.

    ``recording`` is the promise's; None says that nothing of the call is kept.
    """
    if recording is None or not Recording.objects.filter(pk=recording).exists():
        return True  # a recording's row goes only with the roll file that leaves it out
    blobs = Blob.objects.filter(recording=recording)
    unsettled = Q(attached_n=None) | Q(attached_n__gt=vault.row().settled_n)
    return blobs.exists() and not blobs.filter(unsettled).exists()


def _without_names(text: str, lot: Lot, name: str) -> str:
    """``text`` with the letters in the place of every file name; nothing of it if digits stay."""
    written = {lot.key, lot.key.rsplit("/", 1)[-1]}
    written |= {part for path in lot.files for part in (str(path), path.name, path.stem)}
    for each in sorted(written, key=len, reverse=True):
        text = text.replace(each, name)
    return "it cannot be used" if re.search(r"[0-9]{5}", text) else text

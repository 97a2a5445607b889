"""What is delivered: one package of several files, opened by a code of its own (14.11).

It is a bundle (``seal.bundles``): its key needs the key of every call in it and a key of its own
that a roll lets die when the link ends. So the package dies with any of its calls or by its clock,
whichever comes first, wherever its bytes lie (keys-review 10).
"""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from talteen import ids
from talteen.errors import Conflict, Missing, NoLongerOpens, NotAllowed
from talteen.ids import CaseId, RecordingId
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.answer.intake import new_code, sha256_of
from talteen.life.answer.models import Package, PackagePart, SubjectRequest
from talteen.life.destroy.models import Destruction
from talteen.life.seal import bundles, case_files
from talteen.life.seal.bundles import Bundle
from talteen.life.seal.vault import Vault

Order = SubjectRequest | Disclosure
"""For what a package is made: a person's own request, or somebody else's."""
LINK_LIVES = timedelta(days=14)
TRIES = 5
SOUND = "mp3"
"""How the name of a file ends that is heard."""
_CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Made:
    """A package, and the code that opens it: told to the person in another way than the link."""

    package: Package
    code: str = field(repr=False)


def make(
    vault: Vault, order: Order, files: Mapping[str, bytes], now: datetime, cuts: int = 0
) -> Made:
    """Seal ``files`` (by suffix) for delivery, in which ``cuts`` passages are left out. Packages of
    the order from before end now.

    Conflict without calls, NoLongerOpens where one does not open any more. Not inside a
    transaction.
    """
    calls = [RecordingId(one) for one in order.case.recordings.values_list("pk", flat=True)]
    if not calls:
        raise Conflict("there is no call to deliver", remedy="look for the calls first")
    end(vault, list(order.packages.filter(ended_at=None)), now)
    package = ids.new()
    case_files.open_file(vault, CaseId(package), now)
    bundle = bundles.seal(vault, CaseId(package), calls, list(files.values()), now)
    code = new_code(_CODE_LENGTH)
    with transaction.atomic():
        row = order.packages.create(
            id=package,
            recordings=[str(one) for one in bundle.recordings],
            wrapped=bundle.wrapped,
            made_at=now,
            ends_at=now + LINK_LIVES,
            code_sha256=sha256_of(code),
            cuts=cuts,
            tries_left=TRIES,
        )
        PackagePart.objects.bulk_create(
            PackagePart(package=row, number=number, suffix=suffix, sealed=sealed)
            for number, (suffix, sealed) in enumerate(zip(files, bundle.parts, strict=True))
        )
    return Made(row, code)


def new_code_of(row: Package) -> str:
    """Another code for the package, in place of the one that was shown when it was made: it leaves
    by a message, and nobody here has seen it."""
    code = new_code(_CODE_LENGTH)
    Package.objects.filter(pk=row.pk).update(code_sha256=sha256_of(code), tries_left=TRIES)
    return code


def hand_out(order: Order, now: datetime) -> None:
    """It was decided: from now on whoever it is for may open the package."""
    order.packages.filter(ended_at=None, handed_out_at=None).update(handed_out_at=now)


def open_part(vault: Vault, order: Order, code: str, suffix: str, now: datetime) -> bytes:
    """One file of the order's package, counted. NotAllowed for a wrong code, and after five of
    them for any; NoLongerOpens after its end, or the end of a call in it."""
    row = _tried(order, code, now)
    content = _content(vault, row, suffix, now)
    Package.objects.filter(pk=row.pk).update(opened=F("opened") + 1, opened_at=now)
    return content


def open_to_hear(order: Order, code: str, now: datetime) -> Package:
    """The order's package for whoever listens to it in pieces (``hear``): one opening, counted
    here. NotAllowed and NoLongerOpens as for ``open_part``; Missing where it has no sound."""
    row = _tried(order, code, now)
    if not has_sound(row):
        raise Missing("the package has no sound", remedy="choose one of its list")
    Package.objects.filter(pk=row.pk).update(opened=F("opened") + 1, opened_at=now)
    return row


def hear(vault: Vault, package: UUID, number: int, now: datetime) -> bytes:
    """The sound of call ``number`` of a package that was opened to be heard. Missing where there is
    none, NoLongerOpens after the package's end or that of a call in it."""
    living = Package.objects.filter(ended_at=None, ends_at__gt=now, handed_out_at__lte=now)
    row = living.filter(pk=package).first()
    if row is None:
        raise NoLongerOpens("this package has ended", remedy="ask for it again")
    return _content(vault, row, f"{number}.{SOUND}", now)


def check_made(order: Order, now: datetime, *, partial: bool) -> None:
    """Conflict unless a package stands ready that leaves something out exactly where the answer
    says so."""
    package = open_now(order, now)
    if package is None:
        raise Conflict("there is no package to deliver", remedy="make it first")
    if partial != bool(package.cuts):
        raise Conflict(
            "the answer does not say what the package leaves out",
            remedy="choose the answer that fits the cuts",
        )


def handed_out(order: Order, now: datetime) -> Package:
    """The package as whoever it is for may open it now. NoLongerOpens where there is none."""
    row = open_now(order, now)
    if row is None or row.handed_out_at is None:
        raise NoLongerOpens("this package is not handed out", remedy="decide the answer first")
    return row


def print_part(vault: Vault, order: Order, suffix: str, now: datetime) -> bytes:
    """One file of the order's package for an envelope, counted as an opening. NoLongerOpens before
    it was handed out, and after its end."""
    row = handed_out(order, now)
    content = _content(vault, row, suffix, now)
    Package.objects.filter(pk=row.pk).update(opened=F("opened") + 1, opened_at=now)
    return content


def waits(recording: UUID) -> bool:
    """Whether a package with this recording in it waits for whoever it is for: it would open no
    more under another key of the recording."""
    return Package.objects.filter(ended_at=None, recordings__contains=[str(recording)]).exists()


def has_sound(row: Package) -> bool:
    """Whether the calls of the package can be heard in it."""
    return row.parts.filter(suffix__endswith=f".{SOUND}").exists()


def _content(vault: Vault, row: Package, suffix: str, now: datetime) -> bytes:
    part = row.parts.filter(suffix=suffix).first()
    if part is None:
        raise Missing("the package has no such file", remedy="choose one of its list")
    return bundles.unseal(vault, CaseId(row.pk), bundle_of(row), part.number, now)


def _tried(order: Order, code: str, now: datetime) -> Package:
    with transaction.atomic():
        rows = order.packages.select_for_update().filter(ended_at=None)
        rows = rows.filter(handed_out_at__lte=now)
        row = rows.filter(ends_at__gt=now).order_by("-made_at").first()
        if row is None:
            raise NoLongerOpens("this package has ended", remedy="ask for it again")
        good = row.tries_left > 0 and secrets.compare_digest(
            bytes(row.code_sha256), sha256_of(code)
        )
        row.tries_left = TRIES if good else max(row.tries_left - 1, 0)
        row.save(update_fields=["tries_left"])
    if not good:
        raise NotAllowed("this code does not open it", remedy="ask the register contact for one")
    return row


def bundle_of(row: Package) -> Bundle:
    """The package as it was sealed."""
    recordings = tuple(RecordingId(UUID(one)) for one in row.recordings)
    parts = row.parts.order_by("number").values_list("sealed", flat=True)
    return Bundle(recordings, bytes(row.wrapped), tuple(bytes(part) for part in parts))


def open_now(order: Order, now: datetime) -> Package | None:
    """The package that stands ready, handed out or not yet; None where there is none."""
    living = order.packages.filter(ended_at=None, ends_at__gt=now)
    return living.order_by("-made_at").first()


def tidy(vault: Vault, now: datetime) -> int:
    """End the packages whose link has ended, and let the keys go of those whose calls have died;
    how many."""
    keys = vault.root().cases
    over = Package.objects.filter(ended_at=None, ends_at__lte=now)
    dead = Package.objects.filter(ended_at__isnull=False, pk__in=list(keys))
    return end(vault, [*over, *dead], now)


def end(vault: Vault, rows: Sequence[Package], now: datetime) -> int:
    """End packages: their own keys die in one roll, and their bytes go."""
    case_files.close_files(vault, frozenset(CaseId(row.pk) for row in rows), now)
    _let_go([row.pk for row in rows if row.ended_at is None], now)
    return len(rows)


def forget(recordings: Collection[UUID], now: datetime) -> None:
    """Called in the transaction that makes deaths final: packages with one of these end, and each
    certificate will say how many copies had been handed out before."""
    gone = {str(recording) for recording in recordings}
    dying = Package.objects.filter(recordings__has_any_keys=sorted(gone)).defer("wrapped")
    delivered = Counter(
        one for row in dying if row.opened for one in gone.intersection(row.recordings)
    )
    for recording, copies in delivered.items():
        Destruction.objects.filter(pk=recording).update(delivered=copies)
    _let_go([row.pk for row in dying if row.ended_at is None], now)


def _let_go(packages: Collection[UUID], now: datetime) -> None:
    PackagePart.objects.filter(package__in=packages).delete()
    Package.objects.filter(pk__in=packages).update(wrapped=b"", ended_at=now)

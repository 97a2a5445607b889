"""The do-not-record list (REGISTER 6.9): who has objected is not recorded the next time.

It holds keyed hashes of numbers, so it can be asked about a number and cannot be read. Its key lies
in the root page (``Vault.do_not_record_key``) and is handed in: without the key holder nobody can
ask. No entry stands in the ledger or in a log: that a number is listed is itself personal data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from talteen.errors import InputError
from talteen.register.spared.do_not_record_hashes import full_number, hash_of
from talteen.register.spared.do_not_record_models import DoNotRecordEntry

CONFIRMED_EVERY = timedelta(days=365)
"""6.9, H8: an entry is confirmed yearly. Nothing is removed by the calendar: forgetting to confirm
must not make the house record again somebody who objected."""


def add(key: bytes, number: str, on: date, by: str = "") -> bool:
    """List ``number`` from the Helsinki day ``on``; False if it was listed already. ``by``: the
    staff code of who does it.

    InputError where it is no full number.
    """
    _, made = DoNotRecordEntry.objects.get_or_create(
        mac=_mac(key, number),
        defaults={"added_on": on, "confirmed_on": on, "confirmed_by": by},
    )
    return made


def remove(key: bytes, number: str) -> bool:
    """Forget ``number``, as the person asked; False if it was not listed."""
    deleted, _ = DoNotRecordEntry.objects.filter(mac=_mac(key, number)).delete()
    return deleted > 0


def confirm(key: bytes, number: str, on: date) -> bool:
    """Somebody made sure on ``on`` that ``number`` is still to be listed; False if it is not."""
    return DoNotRecordEntry.objects.filter(mac=_mac(key, number)).update(confirmed_on=on) > 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry as people may see it."""

    reference: str
    added_on: date
    confirmed_on: date
    confirmed_by: str

    def waits(self, on: date) -> bool:
        """Nobody has made sure of it within a year of ``on``."""
        return self.confirmed_on <= on - CONFIRMED_EVERY


def entries() -> list[Listed]:
    """The whole list, longest unconfirmed first. Nobody can read a number out of it."""
    rows = DoNotRecordEntry.objects.order_by("confirmed_on", "reference")
    return [_listed(row) for row in rows]


def find(key: bytes, number: str) -> Listed | None:
    """The entry of ``number``; None if it is not listed. InputError where it is no full number."""
    row = DoNotRecordEntry.objects.filter(mac=_mac(key, number)).first()
    return _listed(row) if row else None


def confirm_entry(reference: str, on: date, by: str) -> bool:
    """``by`` (a staff code) made sure that the entry is still to stand; False if there is none."""
    rows = DoNotRecordEntry.objects.filter(reference=reference)
    return rows.update(confirmed_on=on, confirmed_by=by) > 0


def remove_entry(reference: str) -> bool:
    """Forget the entry of this name; False if there is none."""
    deleted, _ = DoNotRecordEntry.objects.filter(reference=reference).delete()
    return deleted > 0


def _listed(row: DoNotRecordEntry) -> Listed:
    return Listed(row.reference, row.added_on, row.confirmed_on, row.confirmed_by)


def unconfirmed(on: date) -> int:
    """How many entries nobody has confirmed within a year of ``on``."""
    return DoNotRecordEntry.objects.filter(confirmed_on__lte=on - CONFIRMED_EVERY).count()


def listed(key: bytes) -> Callable[[str], bool]:
    """Asks about one number at a time. A number that is withheld or no number is not listed."""

    def stands(number: str) -> bool:
        full = full_number(number)
        return full is not None and _stored(hash_of(key, full))

    return stands


def snapshot() -> frozenset[bytes]:
    """All hashes, for a node that goes on while the database is away (``do_not_record_hashes``)."""
    return frozenset(bytes(mac) for mac in DoNotRecordEntry.objects.values_list("mac", flat=True))


def _mac(key: bytes, number: str) -> bytes:
    full = full_number(number)
    if full is None:
        raise InputError(
            "this is no full telephone number", remedy="write it with its area or country code"
        )
    return hash_of(key, full)


def _stored(mac: bytes) -> bool:
    return DoNotRecordEntry.objects.filter(mac=mac).exists()

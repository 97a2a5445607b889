"""The second factors of people: added, used, counted, taken away (REGISTER 17.1).

Everybody who works here has at least one, and the last is never taken away. Each of them lets in
once for each thing that it says: a step of an app, a count of a passkey, a code on paper.
"""

import base64
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from talteen import ids
from talteen.errors import Conflict, Missing
from talteen.register.models import Staff
from talteen.register.staff import passkeys, totp
from talteen.register.staff.account_models import RecoveryCode, SecondFactor
from talteen.register.staff.passkeys import Made, NotProved, Place, State

CODES = 8
_CODE_BYTES = 15
"""120 bits: enough for a plain hash (ASVS 6.5.2 asks for 112)."""
Unseal = Callable[[UUID, UUID, bytes], bytes]
"""``unseal(factor, person, sealed)`` gives an app's seed (``seal.personal``)."""


class Kind(Enum):
    """What a second factor is."""

    APP = "app"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Factor:
    """One of a person's, as the person sees it."""

    id: UUID
    kind: Kind
    added_at: datetime
    used_at: datetime | None


def of(person: Staff) -> list[Factor]:
    """All of a person, oldest first."""
    rows = SecondFactor.objects.filter(staff=person).order_by("added_at", "pk")
    return [Factor(row.pk, Kind(row.kind), row.added_at, row.used_at) for row in rows]


def codes_left(person: Staff) -> int:
    """How many codes on paper would still let in."""
    return RecoveryCode.objects.filter(staff=person, used_at=None).count()


def credentials_of(person: Staff, host: str) -> list[bytes]:
    """The passkeys of a person that work under ``host``."""
    rows = SecondFactor.objects.filter(staff=person, kind=Kind.PASSKEY.value, host=host)
    return [bytes(row.credential or b"") for row in rows.order_by("added_at")]


# --- adding ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewApp:
    """An app that was shown a seed, until it gives a code of it."""

    id: UUID
    sealed: bytes


def new_seed() -> bytes:
    """A fresh seed."""
    return secrets.token_bytes(totp.SEED_BYTES)


def add_app(
    person: Staff, new: NewApp, typed: str, now: datetime, *, unseal: Unseal
) -> SecondFactor | None:
    """The app becomes a factor, where ``typed`` is a code of it; None where it is not."""
    step = totp.matching(unseal(new.id, person.pk, new.sealed), typed, now)
    if step is None:
        return None
    return SecondFactor.objects.create(
        id=new.id,
        staff=person,
        kind=Kind.APP.value,
        added_at=now,
        sealed=new.sealed,
        step=step,
    )


def add_passkey(person: Staff, place: Place, new: Made, now: datetime) -> SecondFactor:
    """The passkey becomes a factor. Conflict where it is one already."""
    if SecondFactor.objects.filter(credential_id=new.id).exists():
        raise Conflict("this passkey is known here", remedy="sign in with it")
    return SecondFactor.objects.create(
        id=ids.new(),
        staff=person,
        kind=Kind.PASSKEY.value,
        added_at=now,
        credential_id=new.id,
        credential=new.credential,
        sign_count=new.sign_count,
        host=place.host,
    )


@transaction.atomic
def new_codes(person: Staff, now: datetime) -> list[str]:
    """Fresh codes for paper, shown once; those from before work no more."""
    RecoveryCode.objects.filter(staff=person).delete()
    codes = [_new_code() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(staff=person, sha256=_hash(code), made_at=now) for code in codes
    )
    return codes


@transaction.atomic
def remove(person: Staff, factor: UUID) -> None:
    """Take one away. Conflict for the last one: a password alone lets nobody in."""
    rows = SecondFactor.objects.select_for_update().filter(staff=person)
    if factor not in {row.pk for row in rows}:
        raise Missing("there is no such factor", remedy="look at your page again")
    if len(rows) == 1:
        raise Conflict("the last factor stays", remedy="add another one first")
    SecondFactor.objects.filter(pk=factor, staff=person).delete()


def forget(person: Staff) -> None:
    """Take all away, with the codes and what was asked for: the person has left, or begins anew."""
    SecondFactor.objects.filter(staff=person).delete()
    RecoveryCode.objects.filter(staff=person).delete()


# --- using -------------------------------------------------------------------------------


@transaction.atomic
def app_accepts(person: Staff, typed: str, now: datetime, *, unseal: Unseal) -> bool:
    """Whether ``typed`` is a code of one of the person's apps that was not taken before."""
    rows = SecondFactor.objects.select_for_update().filter(staff=person, kind=Kind.APP.value)
    for row in rows:
        seed = unseal(row.pk, person.pk, bytes(row.sealed or b""))
        step = totp.matching(seed, typed, now)
        if step is not None and step > row.step:
            row.step, row.used_at = step, now
            row.save(update_fields=["step", "used_at"])
            return True
    return False


def paper_accepts(person: Staff, typed: str, now: datetime) -> bool:
    """Whether ``typed`` is a code of the person's paper; it is used up by this."""
    rows = RecoveryCode.objects.filter(staff=person, sha256=_hash(typed), used_at=None)
    return rows.update(used_at=now) == 1


@transaction.atomic
def passkey_accepts(place: Place, state: State, answer: object, now: datetime) -> Staff:
    """Whose passkey has answered ``state``. NotProved where none has that works here.

    A count of signatures that does not grow belongs to a copy of the key (WebAuthn 6.1.1).
    """
    rows = SecondFactor.objects.select_for_update(of=("self",)).select_related("staff")
    row = rows.filter(credential_id=passkeys.named(answer), host=place.host).first()
    if row is None or not row.staff.is_active:
        raise NotProved
    count = passkeys.proved(place, state, bytes(row.credential or b""), answer)
    if (count or row.sign_count) and count <= row.sign_count:
        raise NotProved
    row.sign_count, row.used_at = count, now
    row.save(update_fields=["sign_count", "used_at"])
    return row.staff


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower()
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


def _hash(code: str) -> bytes:
    kept: Iterable[str] = (letter for letter in code.lower() if letter.isalnum())
    return sha256("".join(kept).encode()).digest()

"""Certificates from the ledger: finds what was destroyed everywhere and proves it."""

from collections.abc import Iterator
from datetime import date

from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, monthly, stating
from talteen.life.destroy.certificate import Certificate
from talteen.register.log import ledger, ledger_excerpt
from talteen.register.log.ledger_counts import MonthStated
from talteen.register.log.ledger_kinds import DestroyedEverywhere
from talteen.register.log.ledger_store import Log


def recording(log: Log, named: RecordingId, *, language: str, issuer: str) -> Certificate:
    """The certificate of one recording.

    InputError while a key of it may live, Conflict until its entry is published.
    """
    found = next(iter(ledger.find(DestroyedEverywhere, recording=named)), None)
    if found is None:
        raise _none()
    shown = ledger.proof(log, found.leaf_hash)
    return certificate.of_recording(shown, language=language, issuer=issuer)


def text_of(log: Log, named: RecordingId, *, language: str, issuer: str) -> str:
    """The certificate of one recording as a file; errors as for ``recording``."""
    made = recording(log, named, language=language, issuer=issuer)
    return certificate.text(made, log.signer)


def day(log: Log, named: date, *, still_held: int, language: str, issuer: str) -> Certificate:
    """The certificate of a day's recordings that are destroyed everywhere by now."""
    names = [one.leaf_hash for one in ledger.find(DestroyedEverywhere, day=named)]
    if not names:
        raise _none()
    first, *others = ledger.proofs(log, names)
    # All lines of the head once: of the others each would repeat 3 kB of ML-DSA.
    shown = [first, *(one.signed_by(log.signer.key) for one in others)]
    return certificate.of_day(shown, still_held=still_held, language=language, issuer=issuer)


def month(log: Log, named: date, *, language: str, issuer: str) -> Certificate:
    """The last statement of the month that begins with ``named``.

    InputError before its first one, Conflict until its entry is published.
    """
    found = stating.newest(named)
    if found is None:
        raise InputError(
            "this month is not stated yet: its calls have time left",
            remedy=f"come back on {stating.stated_on(named).isoformat()}",
        )
    return monthly.of_month(ledger.proof(log, found.leaf_hash), language=language, issuer=issuer)


def excerpt(log: Log, named: date) -> Iterator[str]:
    """The piece of the log from which that statement can be counted again, as a file in pieces;
    errors as there, before the first piece.
    """
    found = stating.newest(named)
    if found is None or not isinstance(stated := found.entered.entry, MonthStated):
        raise _none()
    if found.index is None:
        raise Conflict("the entry is not published yet", remedy="ask again in a minute")
    return ledger_excerpt.excerpt(log, stated.begin, found.index)


def _none() -> InputError:
    return InputError(
        "there is no certificate yet: not every copy of every key is dead",
        remedy="come back after the day on which the last copy dies",
    )

"""Which certificate somebody asks for by what they write: a recording, a day, or a month."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.destroy import certify, days
from talteen.life.destroy.certificate import Certificate
from talteen.life.destroy.certificate_words import WORDS
from talteen.register.log.ledger_store import Log


class Month(date):
    """A month, by its first day."""


Named = RecordingId | Month | date


def named(what: str) -> Named:
    """The recording, day or month that ``what`` names; InputError where it names none."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}", what):
            return Month.fromisoformat(f"{what}-01")
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", what):
            return date.fromisoformat(what)
        return RecordingId(UUID(what))
    except ValueError:
        raise InputError(
            "this names no recording, day or month",
            remedy="give a recording's id, a day such as 2026-08-24, or a month such as 2026-08",
        ) from None


def make(log: Log, of: Named, language: str, issuer: str) -> Certificate:
    """Its certificate. InputError while there is none yet, or no such language."""
    if language not in WORDS:
        raise InputError(f"there is no language {language}", remedy="take fi, sv or en")
    match of:
        case Month():
            return certify.month(log, date(of.year, of.month, 1), language=language, issuer=issuer)
        case date():
            held = days.held_on(of)
            return certify.day(log, of, still_held=held, language=language, issuer=issuer)
        case _:
            return certify.recording(log, of, language=language, issuer=issuer)


def excerpt(log: Log, of: Named) -> Iterator[str] | None:
    """The piece of the log that a month can be counted again from, in pieces; None for others."""
    return certify.excerpt(log, date(of.year, of.month, 1)) if isinstance(of, Month) else None

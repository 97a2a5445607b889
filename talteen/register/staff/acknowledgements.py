"""Who has read the employees' notice, permits recording by it, or has taken that back (E.0).

Capture asks ``recorded`` for every call: nothing is kept of one in which an agent speaks who was
not told. What people say is only ever added; each word stands in the ledger too, without a name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
from django.db import transaction

from talteen.clock import helsinki_date, start_of_day
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import acknowledgements as law
from talteen.notice import text
from talteen.notice.acknowledgements import Edition, EmployeeWord, Said, Standing
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.notice.register_folder import RegisterFolder
from talteen.register.log import ledger
from talteen.register.log.ledger_employees import EmployeeAnswered, EmployeesTold
from talteen.register.log.ledger_types import Sha256
from talteen.register.models import Staff
from talteen.register.staff.acknowledgement_models import Acknowledgement, EmployeeNotice

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answered:
    """Where one person stands, and the newest word that says so."""

    person: Staff
    standing: Standing
    version: str
    """Of the newest word; empty without any."""
    at: datetime | None


def of_folder(register: RegisterFolder) -> bytes:
    """SHA-256 of the employees' notice that the register folder prints now."""
    told = (text.for_employees(register, language) for language in Language)
    return sha256(b"".join(text.sha256(one) for one in told)).digest()


@transaction.atomic
def enter(register: RegisterFolder, now: datetime) -> Edition:
    """Have the wording of the register folder be the one that is to be acknowledged, from its own
    day on and not before today. Idempotent."""
    told, digest = register.file.employees, of_folder(register)
    row, made = EmployeeNotice.objects.get_or_create(
        sha256=digest,
        defaults={
            "version": told.version,
            "since": max(told.valid_from, helsinki_date(now)),
            "asks_permission": told.permission_asked,
            "entered_at": now,
        },
    )
    if made:
        ledger.enter(EmployeesTold(sha256=Sha256(digest), since=row.since), now)
        log.info("employees.told")
    return _edition(row)


@transaction.atomic
def say(
    person: Staff,
    words: Iterable[EmployeeWord],
    digest: bytes,
    now: datetime,
    *,
    language: str,
    on_paper: bool = False,
) -> None:
    """Enter what ``person`` says of the wording with this ``digest``.

    Conflict where the house has another wording by now (they must see that one first).
    """
    row = EmployeeNotice.objects.filter(sha256=digest).first()
    if row is None or row != newest():
        raise Conflict("there is a newer version", remedy="read that one")
    _enter(person, words, row, now, language=language, on_paper=on_paper)


@transaction.atomic
def withdraw(person: Staff, now: datetime, *, language: str) -> None:
    """Take the permission back: from now on no call of theirs is recorded. Needs no reason, and no
    reading of anything newer. Conflict before there was a notice at all."""
    row = newest()
    if row is None:
        raise Conflict("nothing was asked yet", remedy="wait for the employees' notice")
    _enter(person, (EmployeeWord.WITHDRAWN,), row, now, language=language)


def _enter(
    person: Staff,
    words: Iterable[EmployeeWord],
    row: EmployeeNotice,
    now: datetime,
    *,
    language: str,
    on_paper: bool = False,
) -> None:
    digest = bytes(row.sha256)
    for word in words:
        Acknowledgement.objects.create(
            staff=person,
            word=word.value,
            version=row.version,
            sha256=digest,
            language=language,
            on_paper=on_paper,
            at=now,
        )
        ledger.enter(EmployeeAnswered(sha256=Sha256(digest), word=word), now)
        log.info("employee.answered", staff=person.pk, kind=word.value)


def on_paper(code: str, version: str, words: Iterable[EmployeeWord], now: datetime) -> None:
    """Enter at the terminal what ``code`` has signed on paper, of the newest version.

    InputError for an unknown code, NotAllowed for another version than the newest: who signed an
    earlier one has not been told this one.
    """
    person, row = Staff.objects.filter(code=code, is_active=True).first(), newest()
    if person is None:
        raise InputError("a staff code is unknown here", remedy="see 'talteen staff list'")
    if row is None or row.version != version:
        known = row.version if row else "none"
        raise NotAllowed("another version is the newest", remedy=f"have them sign {known}")
    say(person, words, bytes(row.sha256), now, language=person.language, on_paper=True)


def newest() -> EmployeeNotice | None:
    """The wording that was entered last, whether or not its day has come."""
    return EmployeeNotice.objects.order_by("entered_at", "pk").last()


def recorded(people: Sequence[Staff], at: datetime) -> bool:
    """Whether a call that began ``at`` (aware), with all these of ours in it, may be kept."""
    found = standings(people, at)
    return all(standing.recorded for standing in found.values())


def standings(people: Iterable[Staff], at: datetime) -> Mapping[UUID, Standing]:
    """Where each of ``people`` stands ``at``, by their key."""
    edition, keys = law.in_force(editions(), helsinki_date(at)), [one.pk for one in people]
    if edition is None:
        return dict.fromkeys(keys, Standing.NOT_ASKED)
    words = said(keys)
    return {key: law.standing(edition, words.get(key, ()), at) for key in keys}


def waits(person: Staff, now: datetime) -> bool:
    """Whether ``person`` has something to say of the newest wording: an agent who has not read it,
    or was not asked for the permission. Who has taken it back is not asked again."""
    row = newest()
    if row is None or Role(person.role) is not Role.AGENT:
        return False
    when = max(now, start_of_day(row.since))  # it can be read before its day
    words = said([person.pk]).get(person.pk, ())
    unheard = (Standing.UNREAD, Standing.UNPERMITTED, Standing.EARLIER)
    return law.standing(_edition(row), words, when) in unheard


def last(person: Staff) -> Acknowledgement | None:
    """The newest word of ``person``."""
    return _last([person]).get(person.pk)


def agents(now: datetime, *, team_of: Staff | None = None) -> Sequence[Answered]:
    """Every agent who works here, and where they stand; ``team_of``: those of a leader's team."""
    rows = Staff.objects.filter(is_active=True, role=Role.AGENT.value).order_by("name", "code")
    if team_of is not None:
        rows = rows.filter(unit=team_of.unit_id, team=team_of.team)
    people = list(rows)
    found, last = standings(people, now), _last(people)
    return [_answered(one, found[one.pk], last.get(one.pk)) for one in people]


def said(keys: Iterable[UUID]) -> dict[UUID, list[Said]]:
    """What people have said, in order, by their key."""
    found: dict[UUID, list[Said]] = {}
    for row in Acknowledgement.objects.filter(staff__in=list(keys)).order_by("at", "pk"):
        one = Said(EmployeeWord(row.word), bytes(row.sha256), row.at)
        found.setdefault(row.staff_id, []).append(one)
    return found


def _answered(person: Staff, standing: Standing, last: Acknowledgement | None) -> Answered:
    return Answered(person, standing, last.version if last else "", last.at if last else None)


def editions() -> list[Edition]:
    """Every wording that the house has had."""
    return [_edition(row) for row in EmployeeNotice.objects.order_by("entered_at", "pk")]


def _edition(row: EmployeeNotice) -> Edition:
    return Edition(row.version, bytes(row.sha256), row.since, row.asks_permission)


def _last(people: Iterable[Staff]) -> dict[UUID, Acknowledgement]:
    rows = Acknowledgement.objects.filter(staff__in=[one.pk for one in people])
    return {row.staff_id: row for row in rows.order_by("at", "pk")}

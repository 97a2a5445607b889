"""Who asks for another person: written down once seen, and asked of every answer since (14.7).

An answer that gives or changes something goes out only where the mandate reaches: to its right, on
its days, about its calls. A package that it carried opens no longer than it lasts.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date, start_of_day
from talteen.errors import Conflict
from talteen.life.answer import calls, papers, steps
from talteen.life.answer.mandate_models import Mandate
from talteen.life.answer.models import Package, RequestPaper, SubjectRequest
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice import mandates as law
from talteen.notice.mandates import Kind
from talteen.notice.requests import Answer, Stage, check_reasons
from talteen.notice.rights import Right
from talteen.register.models import Staff

PAPER = "mandate"


@dataclass(frozen=True, slots=True)
class Seen:
    """Who asks for whom, and what they showed."""

    who: str = field(repr=False)
    whose: str = field(repr=False)
    seen: str = field(repr=False)
    """Of which day, signed by whom, what it says: never a copy."""


def write(
    vault: Vault, request: UUID, seen: Seen, mandate: law.Mandate, *, by: Staff, now: datetime
) -> Mandate:
    """Write a mandate down; it counts instead of an earlier one. InputError where something of it
    is missing, Conflict once the request is closed."""
    law.check_writing(mandate)
    told = {name: check_reasons(getattr(seen, name)) for name in ("who", "whose", "seen")}
    with transaction.atomic():
        row = _open(request, by)
        paper = papers.write(vault, row, PAPER, told, by=by, now=now)
        made = _add(row, mandate, paper, by, now)
        bound_packages(row, now)
        return made


@transaction.atomic
def revoke(request: UUID, *, by: Staff, now: datetime) -> Mandate:
    """It was withdrawn: what it carried opens no more. Conflict where none stands."""
    row = _open(request, by)
    last = standing(row)
    if last is None or last.revoked:
        raise Conflict("no mandate stands", remedy="read the request again")
    made = _add(row, replace(value_of(last), revoked=True), last.paper, by, now)
    Package.objects.filter(request=request, ended_at=None, ends_at__gt=now).update(ends_at=now)
    return made


def _add(
    row: SubjectRequest, mandate: law.Mandate, paper: RequestPaper, by: Staff, now: datetime
) -> Mandate:
    return Mandate.objects.create(
        request=row,
        kind=mandate.kind.value,
        rights=[one.value for one in Right if one in mandate.rights],
        from_on=mandate.from_on,
        until_on=mandate.until_on,
        calls_from=mandate.calls_from,
        calls_to=mandate.calls_to,
        revoked=mandate.revoked,
        paper=paper,
        at=now,
        by=by,
    )


def standing(row: SubjectRequest) -> Mandate | None:
    """The mandate that counts; None where nobody has written one down."""
    return row.mandates.order_by("-at", "-pk").first()


def told(vault: Vault, row: Mandate) -> Texts:
    """Who asks for whom, and what was seen. KeyGone once the file was closed."""
    return papers.read(vault, row.paper)


def claimed(asked: Texts) -> bool:
    """Whether the person said that they ask for somebody else."""
    return bool(asked.get("proxy", "").strip())


def value_of(row: Mandate) -> law.Mandate:
    """The row as its rules see it."""
    return law.Mandate(
        kind=Kind(row.kind),
        rights=frozenset(map(Right, row.rights)),
        from_on=row.from_on,
        until_on=row.until_on,
        calls_from=row.calls_from,
        calls_to=row.calls_to,
        revoked=row.revoked,
    )


def check(vault: Vault, row: SubjectRequest, right: Right, answer: Answer, now: datetime) -> None:
    """Raise NoMandate or Outside unless ``answer`` may go to whoever asks."""
    if answer.of_nobody:
        return
    last = standing(row)
    days = row.case.recordings.values_list("day", flat=True)
    law.check_acting(
        value_of(last) if last else None,
        right,
        helsinki_date(now),
        days,
        claimed=last is None and claimed(calls.asked_of(vault, row)),
    )


def bound_packages(row: SubjectRequest, now: datetime) -> None:
    """No package of the request opens after the last day of its mandate. Inside a transaction."""
    last = standing(row)
    if last is not None and last.until_on is not None:
        end = max(now, start_of_day(last.until_on + timedelta(days=1)))
        Package.objects.filter(request=row, ended_at=None, ends_at__gt=end).update(ends_at=end)


def _open(request: UUID, by: Staff) -> SubjectRequest:
    row = steps.locked(request, by)
    if row.stage == Stage.CLOSED.value:
        raise Conflict("this request is closed", remedy="open it again first")
    return row

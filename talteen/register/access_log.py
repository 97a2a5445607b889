"""The rows of the access log: how one is made, committed and read (REGISTER 5.1, I11)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from talteen.errors import Unavailable
from talteen.ids import RecordingId
from talteen.notice import purposes
from talteen.notice.purposes import Purpose
from talteen.register import emergencies
from talteen.register.models import AccessEntry, Case, Staff
from talteen.register.policy import Rule


def row(
    staff: Staff,
    purpose: Purpose,
    recording: RecordingId | None,
    case: str | None,
    *,
    at: datetime,
    action: str,
    rule: str = "",
) -> AccessEntry:
    """A row that is not written yet."""
    return AccessEntry(
        at=at,
        staff=staff.pk,
        role=staff.role,
        purpose=purpose.value,
        # A made-up reference may be anything that was typed: only a real case enters the log.
        case=case if case and _is_one(case) else "",
        recording=recording,
        action=action,
        rule=rule,
    )


def allowed(
    staff: Staff,
    purpose: Purpose,
    recording: RecordingId,
    case: str | None,
    *,
    at: datetime,
    action: str,
    rule: str,
) -> AccessEntry:
    """A row of what was allowed: where the purpose needs a case, the verdict has just seen it."""
    if not purposes.needs_case(purpose):
        return row(staff, purpose, recording, case, at=at, action=action, rule=rule)
    made = row(staff, purpose, recording, None, at=at, action=action, rule=rule)
    made.case = case or ""
    return made


def deny(
    staff: Staff,
    purpose: Purpose,
    recording: RecordingId | None,
    case: str | None,
    rule: Rule,
    *,
    at: datetime,
) -> None:
    """Commit that something was refused, and by which rule. Raises what ``write`` raises."""
    write(row(staff, purpose, recording, case, at=at, action="denied", rule=rule.value))


def write(*rows: AccessEntry) -> None:
    """Commit ``rows``, all or none. Raises Unavailable where the log cannot be written."""
    try:
        if len(rows) == 1 and not connection.in_atomic_block:
            rows[0].save(force_insert=True)  # a commit of its own, in one round trip
            return
        with transaction.atomic(durable=True):  # committed, or nothing opens (I11)
            for row in rows:
                row.save(force_insert=True)
    except DatabaseError as error:
        raise Unavailable(
            "the access log cannot be written, so nothing was opened",
            remedy="try again in a moment",
        ) from error


def log_list(staff: Staff, what: str, *, at: datetime) -> None:
    """Write down that somebody asked or changed the do-not-record list, before it is done (6.9).

    ``what`` is a code, such as "added" or "removed:asked": of whose number is said nowhere.
    """
    made = row(staff, Purpose.DATA_SUBJECT_REQUEST, None, None, at=at, action="do_not_record")
    made.rule = what
    write(made)


def entries_of(recording: RecordingId) -> Sequence[AccessEntry]:
    """Who opened ``recording``, when and why: for the person it concerns and for the answer to
    a request."""
    return list(AccessEntry.objects.filter(recording=recording).order_by("at", "pk"))


def _is_one(case: str) -> bool:
    return Case.objects.filter(reference=case).exists() or emergencies.of(case) is not None

"""What a person wrote is read by somebody, who says what it asks for (14.1).

A letter names no right in our words. Until it is read the request has none, its clock runs all the
same, and nothing can be answered; the house does not guess.
"""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict
from talteen.life.answer import calls, papers, steps
from talteen.life.answer.intake import Asked, NoRightNamed
from talteen.life.answer.models import SubjectRequest
from talteen.life.seal.vault import Vault
from talteen.notice import requests, rights
from talteen.notice.requests import Step
from talteen.notice.rights import Right
from talteen.register.models import Staff


def read(
    vault: Vault,
    request: UUID,
    named: Collection[Right],
    asked: Asked,
    language: str,
    *,
    by: Staff,
    now: datetime,
) -> SubjectRequest:
    """It asks for ``named``, and tells ``asked``; the calls are looked for anew by the next sweep.

    Also where it was understood otherwise before. NoRightNamed without a right, Conflict once the
    calls are settled or an answer was given.
    """
    wanted = rights.in_order(named)
    if not wanted:
        raise NoRightNamed("no right is named", remedy="choose what the person asks for")
    with transaction.atomic():
        row = steps.locked(request, by)
        if row.answers.exists():
            raise Conflict("an answer is being given", remedy="take what is new as a new request")
        told = {one.name: getattr(asked, one.name) for one in fields(Asked)}
        before = calls.asked_of(vault, row)
        again = row.papers.filter(kind="asked").count()
        written = {**before, **told}
        papers.write(vault, row, "asked", written, by=by, now=now, name=f"{again:03}")
        row.rights = [right.value for right in wanted]
        row.language, row.searched_at = language, None
        row.save(update_fields=["rights", "language", "searched_at"])
        steps.step(row, Step.READ, by=by, now=now)
        return row


def no_request(
    vault: Vault, request: UUID, reasons: str, *, by: Staff, now: datetime
) -> SubjectRequest:
    """The letter asks for nothing: it is closed, says why, and can be opened again. Conflict for a
    request in which a right was named."""
    reasons = requests.check_reasons(reasons)
    with transaction.atomic():
        row = steps.locked(request, by)
        if row.rights:
            raise Conflict("it names a right", remedy="answer it")
        paper = papers.write(vault, row, "reasons", {"text": reasons}, by=by, now=now)
        steps.step(row, Step.NO_REQUEST, by=by, now=now, reasons=paper)
        steps.close(row, now, until=now)
        return row

"""What the house does for disclosures by itself: packages that nobody fetched expire, people are
told when a secrecy ends, and files are closed when their years are over (14.18)."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.ids import CaseId
from talteen.life.answer.disclose import delivery, papers
from talteen.life.answer.disclose.models import Disclosure, DisclosureCall, DisclosurePaper
from talteen.life.answer.disclose.steps import locked, step
from talteen.life.answer.models import Package, SubjectRequest
from talteen.life.answer.papers import write_letter
from talteen.life.seal import case_files
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice import months
from talteen.notice.disclosures import DisclosureStep
from talteen.notice.letters import Written

LETTER = "disclosure_after_secrecy"
_SHORTEST_MONTH = 28
Compose = Callable[[Disclosure, SubjectRequest, Texts], Written]
"""Writes the letter of one disclosure for one person's request, from the ground in its file."""


def tell(vault: Vault, compose: Compose, now: datetime) -> int:
    """Whoever asked for their data while a disclosure was secret gets the line that was left out,
    into the file of their request; how many letters."""
    over = Disclosure.objects.filter(
        secret_until__lte=helsinki_date(now), told_at=None, left_at__isnull=False, forgotten_at=None
    )
    return sum(_tell(vault, row, compose, now) for row in over.select_related("case", "recipient"))


def _tell(vault: Vault, row: Disclosure, compose: Compose, now: datetime) -> int:
    ground = papers.newest(vault, row, "ground")
    asked = answered_meanwhile(row)
    letters = [(request, compose(row, request, ground)) for request in asked]
    with transaction.atomic():
        row = locked(row.pk, None)
        if row.told_at is not None:
            return 0
        for request, letter in letters:
            write_letter(vault, request, LETTER, letter, by=None, now=now)
        row.told_at = now
        step(row, DisclosureStep.SECRECY_ENDED, by=None, now=now)
    return len(letters)


def answered_meanwhile(row: Disclosure) -> list[SubjectRequest]:
    """The requests whose package left one of its calls' receivers out, and whose file is open."""
    calls = [str(one) for one in row.calls.values_list("recording", flat=True)]
    theirs = Package.objects.filter(
        request__isnull=False,
        request__forgotten_at=None,
        recordings__has_any_keys=calls,
        handed_out_at__gte=row.left_at,
    )
    found = {one.request_id: one.request for one in theirs.select_related("request__case")}
    return [one for one in found.values() if one is not None]


def forget(vault: Vault, request_months: int, now: datetime) -> int:
    """Close the files whose time is over, in one roll; how many. Which calls they were about goes
    with them; that something was disclosed to whom stays, as a count."""
    today = helsinki_date(now)
    closed = Disclosure.objects.filter(
        forgotten_at=None, closed_on__lte=today - timedelta(days=_SHORTEST_MONTH * request_months)
    )
    over = [
        CaseId(row.pk)
        for row in closed
        if row.closed_on and today >= months.later(row.closed_on, request_months)
    ]
    if not over:
        return 0
    case_files.close_files(vault, frozenset(over), now)
    with transaction.atomic():
        DisclosurePaper.objects.filter(disclosure__in=over).update(sealed=b"")
        DisclosureCall.objects.filter(disclosure__in=over).delete()
        for case in over:
            Disclosure.objects.filter(pk=case).update(forgotten_at=now, code_sha256=os.urandom(32))
    return len(over)


def tend(vault: Vault, request_months: int, compose: Compose, now: datetime) -> None:
    """One round. May be killed anywhere and called again."""
    delivery.expire(now)
    tell(vault, compose, now)
    forget(vault, request_months, now)

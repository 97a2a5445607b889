"""Out of the house and back to the desk: the package, its opening, its receipt, its end.

The package is sealed as a person's own is (``packages``): it dies with any call in it or after 14
days, opens by a code that is told to whoever was called back, and counts its openings. With the
first of them the receiver is a recipient of these calls (4(9)).
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Missing
from talteen.life.answer import packages
from talteen.life.answer.disclose import papers
from talteen.life.answer.disclose.acts import close_case
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.answer.disclose.steps import locked, must_go_on, step
from talteen.life.answer.intake import sha256_of
from talteen.life.answer.packages import Made
from talteen.life.seal.vault import Vault
from talteen.notice import disclosures as law
from talteen.notice.disclosures import DisclosureStage, DisclosureStep
from talteen.notice.requests import check_reasons
from talteen.register.models import Staff

FILE = "zip"
"""Everything in one: one opening, one count."""


def check_sealing(disclosure: UUID, *, by: Staff) -> Disclosure:
    """The disclosure, if two persons have let it go. Raises Conflict before that, or while it is
    stopped."""
    with transaction.atomic():
        row = locked(disclosure, by)
        must_go_on(row)
        law.after(DisclosureStage(row.stage), DisclosureStep.SEALED)
        return row


def seal(vault: Vault, disclosure: UUID, files: bytes, *, by: Staff, now: datetime) -> Made:
    """Seal ``files`` for the receiver; a package from before ends. Gives the code that opens it.
    Not inside a transaction."""
    row = check_sealing(disclosure, by=by)
    made = packages.make(vault, row, {FILE: files}, now)
    with transaction.atomic():
        row = locked(disclosure, by)
        step(row, DisclosureStep.SEALED, by=by, now=now)
        packages.hand_out(row, now)
    return made


def by_code(code: str) -> Disclosure:
    """The disclosure that its receiver finds by ``code``; Missing for any other."""
    rows = Disclosure.objects.filter(code_sha256=sha256_of(code), forgotten_at=None)
    found = rows.select_related("case", "recipient").first()
    if found is None:
        raise Missing("no disclosure has this code", remedy="copy it whole")
    return found


def opened(vault: Vault, row: Disclosure, code: str, now: datetime) -> bytes:
    """The package, opened by its receiver and counted. Raises as ``packages.open_part`` does, and
    Conflict while the officer has stopped it."""
    must_go_on(row)
    content = packages.open_part(vault, row, code, FILE, now)
    with transaction.atomic():
        row = locked(row.pk, None)
        if row.stage == DisclosureStage.SEALED.value:
            row.left_at = now
            step(row, DisclosureStep.HANDED_OVER, by=None, now=now)
    return content


def receipt(
    vault: Vault, disclosure: UUID, told: Mapping[str, str], *, by: Staff | None, now: datetime
) -> Disclosure:
    """The receiver says that it came, or the register contact writes down that they have."""
    text = check_reasons(told.get("text", ""))
    with transaction.atomic():
        row = locked(disclosure, by)
        paper = papers.write(vault, row, "receipt", {"text": text}, by=by, now=now)
        step(row, DisclosureStep.RECEIPTED, by=by, now=now, paper=paper)
        return row


def close(vault: Vault, disclosure: UUID, *, by: Staff, now: datetime) -> Disclosure:
    """Everything is done: the package ends, and the calls open for this no more. What holds them
    is released on the page of holds, by two persons. Not inside a transaction."""
    with transaction.atomic():
        row = locked(disclosure, by)
        step(row, DisclosureStep.CLOSED, by=by, now=now)
        close_case(row, now)
    packages.end(vault, list(row.packages.filter(ended_at=None)), now)
    return row


def expire(now: datetime) -> int:
    """End what nobody fetched within the life of its package; how many. The sweep's."""
    waiting = Disclosure.objects.filter(stage=DisclosureStage.SEALED.value)
    return sum(_expire(pk, now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _expire(disclosure: UUID, now: datetime) -> bool:
    row = locked(disclosure, None)
    if row.packages.filter(ended_at=None, ends_at__gt=now).exists():
        return False
    step(row, DisclosureStep.EXPIRED, by=None, now=now)
    close_case(row, now)
    return True

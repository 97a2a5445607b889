"""An answer that came to somebody else goes to its person after all (14.11, Art. 12(3)).

The decision stands and the law's day does not move: what was wrong is where it went. One person
finds out where its person is, another one checks that and sends it, with a copy under a key of its
own; what the stranger holds opens nothing any more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict
from talteen.life.answer import calls, intake, mandates, packages, papers, steps
from talteen.life.answer.answers import Compose, Send, nothing_leaves
from talteen.life.answer.models import RequestAnswer, RequestEdge, SubjectRequest
from talteen.life.hold import pending
from talteen.life.seal.vault import Vault
from talteen.notice import requests
from talteen.notice.requests import Answer, Outcome, Stage, Step
from talteen.notice.rights import Right
from talteen.notice.ways import Way
from talteen.register.models import Staff

COPY = "access_cover"
"""The letter that goes with a package."""
_CODE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class SentAnew:
    """An answer that was sent again."""

    answer: RequestAnswer
    code: str = field(repr=False)
    """The person's new code; empty where the old one was never in other hands."""


def astray(request: UUID, *, by: Staff | None, now: datetime, code_known: bool) -> bool:
    """The answer that left last came to somebody else. False where none has left, or where that is
    known already.

    ``code_known``: whoever got it knows the code by which the request is followed too; it follows
    nothing from here on. A closed request is open again, by the day that it had.
    """
    with transaction.atomic():
        row = steps.locked(request, by)
        answer = last_answer(row)
        if answer is None or (Stage(row.stage), Step.MISDELIVERED) not in requests.EDGES:
            return False
        # What was being written to the next right was written before this was known.
        row.answers.filter(decided_at=None, sent_back_at=None).update(sent_back_at=now)
        if row.stage == Stage.CLOSED.value:
            _reopen(row, now)
        if code_known:
            row.code_sha256 = intake.sha256_of(intake.new_code(_CODE_LENGTH))
            row.save(update_fields=["code_sha256"])
        steps.step(row, Step.MISDELIVERED, by=by, now=now, right=Right(answer.right))
        return True


def _reopen(row: SubjectRequest, now: datetime) -> None:
    row.closed_on, row.case.closed_at = None, None
    row.save(update_fields=["closed_on"])
    row.case.save(update_fields=["closed_at"])
    pending.keep(row.case, by=row.owner, limit=row.limit_on, now=now)


def readdress(
    vault: Vault,
    request: UUID,
    reach: str,
    how: str,
    *,
    way: Callable[[SubjectRequest], Way],
    by: Staff,
    now: datetime,
) -> SubjectRequest:
    """``reach`` is where its person is, and ``how`` says from what that is known. ``way`` is asked
    once the address stands. InputError where either is empty; Conflict for a request whose answer
    did not go wrong. May be said again: the last one counts."""
    reach, how = requests.check_reasons(reach), requests.check_reasons(how)
    with transaction.atomic():
        row = steps.locked(request, by)
        requests.after(Stage(row.stage), Step.READDRESSED)
        told = {**calls.asked_of(vault, row), "reach": reach}
        again = row.papers.filter(kind="asked").count()
        papers.write(vault, row, "asked", told, by=by, now=now, name=f"{again:03}")
        paper = papers.write(vault, row, "reasons", {"text": how}, by=by, now=now)
        answer = _astray_answer(row)
        answer.way = way(row).value
        answer.save(update_fields=["way"])
        steps.step(row, Step.READDRESSED, by=by, now=now, reasons=paper)
        return row


def send_anew(
    vault: Vault,
    request: UUID,
    checked: str,
    *,
    compose: Compose,
    by: Staff,
    now: datetime,
    send: Send = nothing_leaves,
) -> SentAnew:
    """Hand the same answer out to the address that another person wrote down; ``checked`` says how
    it was checked. Of a copy the letter is written anew, since it names another package.

    InputError where ``checked`` is empty, NotAllowed for who wrote the address, Conflict before
    there is one, or a package. ``send`` runs in the transaction that hands it out.
    """
    checked = requests.check_reasons(checked)
    with transaction.atomic():
        row = steps.locked(request, by)
        written = readdressed(row)
        if written is None:
            raise Conflict("nobody has found the person's address", remedy="write it down first")
        requests.check_recipient(written.by_id, by.pk)
        answer = _astray_answer(row)
        if answer.letter == COPY:
            partial = answer.outcome == Outcome.PARTIAL.value
            packages.check_made(row, now, partial=partial)
            letter = compose(papers.read(vault, answer.draft))
            answer.paper = papers.write_letter(vault, row, COPY, letter, by=by, now=now)
            answer.save(update_fields=["paper"])
        right = Right(answer.right)
        mandates.check(vault, row, right, Answer(answer.letter, Outcome(answer.outcome)), now)
        packages.hand_out(row, now)
        mandates.bound_packages(row, now)
        paper = papers.write(vault, row, "reasons", {"text": checked}, by=by, now=now)
        code = _code(vault, row, by, now)
        steps.step(row, Step.HANDED_OUT, by=by, now=now, right=right, reasons=paper)
        send(answer)
        return SentAnew(answer, code)


def write_anew(
    vault: Vault, request: UUID, reasons: str, *, by: Staff, now: datetime
) -> SubjectRequest:
    """The answer cannot go as it was decided, and is prepared again. Conflict for one by which
    calls were destroyed: that cannot be decided twice."""
    reasons = requests.check_reasons(reasons)
    with transaction.atomic():
        row = steps.locked(request, by)
        if row.stage != Stage.MISDELIVERED.value:
            raise Conflict("its answer did not go astray", remedy="read the request again")
        answer = _astray_answer(row)
        if requests.Answer(answer.letter, Outcome(answer.outcome)).destroys:
            raise Conflict("what it decided is done", remedy="send it as it is")
        answer.sent_back_at = now
        answer.save(update_fields=["sent_back_at"])
        paper = papers.write(vault, row, "reasons", {"text": reasons}, by=by, now=now)
        right = Right(answer.right)
        steps.step(row, Step.SENT_BACK, by=by, now=now, right=right, reasons=paper)
        return row


def last_answer(row: SubjectRequest) -> RequestAnswer | None:
    """The answer that left last; None before the first."""
    left = row.answers.filter(decided_at__isnull=False, sent_back_at=None)
    return left.order_by("-decided_at").first()


def readdressed(row: SubjectRequest) -> RequestEdge | None:
    """By whom and when the right address was written down since the answer last went astray; None
    where it was not, or where nothing is astray."""
    if row.stage != Stage.MISDELIVERED.value:
        return None
    since = row.edges.filter(step=Step.MISDELIVERED.value).order_by("-pk").first()
    found = row.edges.filter(step=Step.READDRESSED.value, pk__gt=since.pk if since else 0)
    return found.select_related("by", "reasons").order_by("-pk").first()


def _astray_answer(row: SubjectRequest) -> RequestAnswer:
    answer = last_answer(row)
    if answer is None:
        raise Conflict("no answer has left", remedy="read the request again")
    return answer


def _code(vault: Vault, row: SubjectRequest, by: Staff, now: datetime) -> str:
    """A new code where the old one follows nothing any more; empty where it still does."""
    told = calls.asked_of(vault, row)
    if intake.sha256_of(told.get("code", "")) == bytes(row.code_sha256):
        return ""
    code = intake.new_code(_CODE_LENGTH)
    again = row.papers.filter(kind="asked").count()
    papers.write(vault, row, "asked", {**told, "code": code}, by=by, now=now, name=f"{again:03}")
    row.code_sha256 = intake.sha256_of(code)
    row.save(update_fields=["code_sha256"])
    return code

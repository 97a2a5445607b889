"""Answers: prepared by one person, decided by another where two decide, handed out as a letter.

What an answer does is done by the decision and not before it: an accepted erasure or objection
destroys the calls of the request in the same act, and the confirmation follows when the last key
copy is dead too (14.12, J19, keys-review 20).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, NotAllowed
from talteen.ids import RecordingId
from talteen.life.answer import calls, listing, mandates, packages, papers, steps
from talteen.life.answer.disclose import article19
from talteen.life.answer.models import RequestAnswer, RequestPaper, SubjectRequest
from talteen.life.destroy import acts as destroy
from talteen.life.destroy.models import Destruction
from talteen.life.destroy.rules import Reason
from talteen.life.hold import keeping, pending
from talteen.life.seal import door
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import statements
from talteen.life.transcribe.statements import Statement
from talteen.notice import opinions, requests
from talteen.notice.letters import Rules, Written
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.notice.requests import Answer, Outcome, Stage, Step
from talteen.notice.rights import Right
from talteen.notice.ways import Way
from talteen.register.models import Hold, Recording, Staff

Compose = Callable[[Mapping[str, str]], Written]
"""Writes the letter from what people wrote into it; the house adds what it knows."""
AGAINST = "against"
"""The paper that says why an answer was decided against the officer's opinion."""
Send = Callable[[RequestAnswer], None]
"""Has the person told that it waits (``sending.answer_waits``)."""


class StillHeld(Conflict):
    """A call that would be erased is held for another case: whoever waits there goes first."""

    slug = "still-held"


def nothing_leaves(_: RequestAnswer) -> None:
    """The person looks by themselves."""


def prepare(
    vault: Vault,
    request: UUID,
    key: str,
    written: Mapping[str, str],
    *,
    compose: Compose,
    by: Staff,
    now: datetime,
    way: Way = Way.COLLECT,
) -> RequestAnswer:
    """Write the answer to the right that is next. InputError while a place of its letter is empty
    (14.15); Conflict where the right is not answered like that now, or has no calls to answer by.
    """
    typed = {name: requests.check_reasons(value) for name, value in written.items()}
    compose(typed)  # a letter with an empty place does not exist, not even as a draft
    with transaction.atomic():
        row = steps.locked(request, by)
        right = current_right(row)
        answer = requests.answer_named(right, Stage(row.stage), key)
        mandates.check(vault, row, right, answer, now)
        _check_has_what_it_gives(row, answer, now)
        draft = papers.write(vault, row, "draft", typed, by=by, now=now, name=answer.letter)
        steps.step(row, Step.PREPARED, by=by, now=now, right=right, outcome=answer.outcome)
        return RequestAnswer.objects.create(
            request=row,
            right=right.value,
            letter=answer.letter,
            outcome=answer.outcome.value,
            draft=draft,
            prepared_by=by,
            prepared_at=now,
            way=way.value,
        )


def _check_has_what_it_gives(row: SubjectRequest, answer: Answer, now: datetime) -> None:
    """Conflict for an answer about calls that are not there, or a copy that nobody has made."""
    if answer.needs_calls and not row.case.recordings.exists():
        raise Conflict("this request has no calls", remedy="look for them, or say so")
    if answer.letter == "nothing_found" and not row.papers.filter(kind="statement").exists():
        raise Conflict("nobody has searched yet", remedy="search, so that it can be said how")
    if answer.letter == "access_cover":
        packages.check_made(row, now, partial=answer.outcome is Outcome.PARTIAL)


def opine(
    vault: Vault, request: UUID, opinion: Opinion, text: str, *, by: Staff, now: datetime
) -> RequestAnswer:
    """The data protection officer says what they think; they never decide (2.2)."""
    text = requests.check_reasons(text)
    if by.role != Role.DPO.value:
        raise NotAllowed("the data protection officer gives opinions", remedy="ask them")
    with transaction.atomic():
        row = steps.locked(request, None)
        answer = steps.waiting_answer(row)
        answer.opinion = papers.write(
            vault, row, "opinion", {"text": text}, by=by, now=now, name=opinion.value
        )
        answer.save(update_fields=["opinion"])
        return answer


def send_back(
    vault: Vault, request: UUID, reasons: str, *, by: Staff, now: datetime
) -> SubjectRequest:
    """The second person wants it otherwise, and says why."""
    reasons = requests.check_reasons(reasons)
    with transaction.atomic():
        row = steps.locked(request, by)
        answer = steps.waiting_answer(row)
        answer.sent_back_at = now
        answer.save(update_fields=["sent_back_at"])
        paper = papers.write(vault, row, "reasons", {"text": reasons}, by=by, now=now)
        right = Right(answer.right)
        steps.step(row, Step.SENT_BACK, by=by, now=now, right=right, reasons=paper)
        return row


def decide(
    vault: Vault,
    request: UUID,
    rules: Rules,
    *,
    compose: Compose,
    by: Staff,
    now: datetime,
    send: Send = nothing_leaves,
    reasons: str = "",
) -> RequestAnswer:
    """Decide the answer that waits, do what it says, and hand its letter out. ``send`` runs in the
    transaction that hands it out: nothing leaves of an answer that could not be decided.
    ``reasons`` says why it is decided against the officer's opinion, or how its conditions are met.

    Raises NotAllowed for one person where two decide, Conflict without an opinion that is needed,
    while a call is held for something else, while somebody's access to it is pending, or where a
    mandate does not carry it; Unanswered against an opinion without reasons. May be killed anywhere
    and called again. Not inside a transaction.
    """
    with transaction.atomic():
        row = steps.locked(request, by)
        waiting = _decidable(vault, row, rules, reasons, by, now)
    draft = papers.read(vault, waiting.draft)
    letter, answer = compose(draft), _answer_of(waiting)
    if answer.states:
        _lay_statement(vault, row, waiting, draft[requests.STATEMENT], now)
    if answer.stops_sales:
        told = calls.asked_of(vault, row).get("number", "")
        listing.stop_sales(vault, row.case.recordings.values_list("pk", flat=True), told, by, now)
    if answer.keeps:
        prepared = waiting.prepared_by
        keeping.keep(vault, row.case, opened_by=prepared, approved_by=by, now=now)
    erased = [str(one) for one in row.case.recordings.values_list("pk", flat=True)]
    if answer.destroys:
        with transaction.atomic():
            known = waiting.recordings or erased
            RequestAnswer.objects.filter(pk=waiting.pk).update(recordings=known)
        _erase(vault, row, Right(waiting.right), waiting.prepared_by, by, now)
    with transaction.atomic():
        row = steps.locked(request, by)
        waiting = _decidable(vault, row, rules, reasons, by, now)
        answered = _handed_out(vault, row, waiting, letter, reasons, by, now)
        send(answered)
        return answered


def _lay_statement(
    vault: Vault, row: SubjectRequest, answer: RequestAnswer, text: str, now: datetime
) -> None:
    """The person's own words beside those of each call, before the letter says so. NoLongerOpens
    for a call past its cutoff: then there are no words to stand beside."""
    for recording in row.case.recordings.values_list("pk", flat=True):
        opened = door.open_for_step(vault, RecordingId(recording), door.Step.STATEMENT, now)
        statements.lay(opened, Statement(answer.pk, now, text))


def _decidable(
    vault: Vault, row: SubjectRequest, rules: Rules, reasons: str, by: Staff, now: datetime
) -> RequestAnswer:
    answer = steps.waiting_answer(row)
    requests.after(Stage(row.stage), Step.DECIDED)
    requests.check_deciding(
        answer.prepared_by_id,
        by.pk,
        two=rules.two,
        opinion=not rules.dpo or answer.opinion_id is not None,
    )
    opinions.answered(opinions.named(answer.opinion.name) if answer.opinion else None, reasons)
    mandates.check(vault, row, Right(answer.right), _answer_of(answer), now)
    return answer


def _handed_out(
    vault: Vault,
    row: SubjectRequest,
    answer: RequestAnswer,
    letter: Written,
    reasons: str,
    by: Staff,
    now: datetime,
) -> RequestAnswer:
    right, outcome = Right(answer.right), Outcome(answer.outcome)
    touched = answer.recordings or list(row.case.recordings.values_list("pk", flat=True))
    article19.arise(answer.letter, answer.pk, [UUID(str(one)) for one in touched], now)
    if answer.letter in requests.RESTRICTS:  # Art. 18(2): from this transaction on
        row.case.recordings.update(restricted=True)
    told = {"text": opinions.answered(None, reasons)}
    why = papers.write(vault, row, AGAINST, told, by=by, now=now) if told["text"] else None
    steps.step(row, Step.DECIDED, by=by, now=now, right=right, outcome=outcome, reasons=why)
    answer.paper = papers.write_letter(vault, row, answer.letter, letter, by=by, now=now)
    packages.hand_out(row, now)
    mandates.bound_packages(row, now)
    answer.decided_by, answer.decided_at = by, now
    answer.save(update_fields=["paper", "decided_by", "decided_at"])
    steps.step(row, Step.HANDED_OUT, by=by, now=now, right=right)
    return answer


def current_right(row: SubjectRequest) -> Right:
    """The right that is answered next; Conflict where all are."""
    right = requests.next_right(steps.rights_of(row), steps.settled(row))
    if right is None:
        raise Conflict("every right of this request is answered", remedy="read it again")
    return right


def _answer_of(row: RequestAnswer) -> Answer:
    return Answer(row.letter, Outcome(row.outcome))


# --- erasure --------------------------------------------------------------------------------------


def _erase(
    vault: Vault, row: SubjectRequest, right: Right, prepared: Staff, decided: Staff, now: datetime
) -> None:
    """Destroy the calls of the request. Own holds go with them; others stop it (13.12)."""
    reason = Reason.OBJECTION if right is Right.OBJECTION else Reason.REQUEST
    theirs = list(row.case.recordings.values_list("pk", flat=True))
    _check_nobody_waits(row, theirs)
    if right is Right.OBJECTION:
        listing.list_numbers(vault, theirs, decided, now)
    for recording in theirs:
        for hold in Hold.objects.filter(recording=recording, case=row.case, ground=pending.GROUND):
            if hold.state == "active":
                destroy.release(vault, hold, proposed_by=prepared, approved_by=decided, now=now)
        if Recording.objects.filter(pk=recording).exists():
            destroy.erase(
                vault,
                RecordingId(recording),
                reason,
                decided_by=prepared,
                approved_by=decided,
                now=now,
            )


def _check_nobody_waits(row: SubjectRequest, calls: list[UUID]) -> None:
    """Conflict while a call is held for another case: a request whose access to it is pending is
    served first (14.12), a complaint or a claim keeps it (17(3)(e))."""
    others = Hold.objects.filter(recording__in=calls, state__in=("placing", "active"))
    others = others.exclude(case=row.case, ground=pending.GROUND)
    for hold in others.select_related("case"):
        raise StillHeld(
            f"a call of this request is held for {hold.case.reference}",
            remedy="serve that first, or refuse and say when it ends",
        )


def erased_by(row: SubjectRequest, *, margin_days: int, now: datetime) -> datetime:
    """The latest moment at which the last key copy of what is erased now is dead: the margin of the
    ring from now on, and never after the due of a call that is not held beyond it."""
    dues = row.case.recordings.filter(due_at__gt=now).values_list("due_at", flat=True)
    return min([now + timedelta(days=margin_days), *([max(dues)] if dues else [])])


def dead_at(answer: RequestAnswer) -> datetime | None:
    """When the last key copy of what was erased died; None while one lives, or is not proved."""
    gone = Destruction.objects.filter(pk__in=answer.recordings, backup_dead_at__isnull=False)
    moments = [one.backup_dead_at for one in gone if one.backup_dead_at and one.certificate_leaf]
    return max(moments) if moments and len(moments) == len(answer.recordings) else None


def unconfirmed() -> list[RequestAnswer]:
    """Erasures that were decided and whose confirmation has not followed yet."""
    found = RequestAnswer.objects.filter(decided_at__isnull=False, confirmed_at=None)
    found = found.exclude(recordings=[]).exclude(request__forgotten_at__isnull=False)
    return list(found.select_related("request", "request__case"))


def confirm(
    vault: Vault,
    answer: RequestAnswer,
    compose: Callable[[], Written],
    now: datetime,
    *,
    send: steps.Send = steps.nothing_leaves,
) -> RequestPaper:
    """Tell the person that it is done: the letter stands in the file, to be read by the code."""
    letter = compose()
    with transaction.atomic():
        row = steps.locked(answer.request_id, None)
        paper = papers.write_letter(vault, row, "erasure_done", letter, by=None, now=now)
        RequestAnswer.objects.filter(pk=answer.pk).update(confirmed_at=now)
        send(paper)
        return paper

"""Telling recipients: a task arises with the answer to the person, in the same transaction, and
stands until the recipient has confirmed it or a reason says why not (Art. 19, REGISTER 11.4)."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Missing
from talteen.ids import CaseId
from talteen.life.answer.disclose import papers, received
from talteen.life.answer.disclose.models import RecipientTask
from talteen.life.answer.disclose.steps import PREPARERS, locked
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice import disclosures as disclosure_law
from talteen.notice import recipient_tasks as law
from talteen.notice.letters import Written
from talteen.notice.recipient_tasks import TaskAct, TaskStage
from talteen.notice.requests import check_reasons
from talteen.register.log import ledger
from talteen.register.log.ledger_disclosures import RecipientAsked
from talteen.register.models import Staff


def arise(letter: str, occasion: UUID, recordings: Collection[UUID], now: datetime) -> int:
    """One task for each recipient of each call that the answer ``letter`` touches; how many. Inside
    the transaction in which the answer is handed out."""
    act = law.BY_LETTER.get(letter)
    if act is None:
        return 0
    rows = [_arise(act, row.disclosure_id, row.recording, occasion, now)
            for row in received.left(recordings)]  # fmt: skip
    return sum(rows)


def _arise(act: TaskAct, disclosure: UUID, recording: UUID, occasion: UUID, now: datetime) -> bool:
    day = helsinki_date(now)
    task, made = RecipientTask.objects.get_or_create(
        disclosure_id=disclosure,
        recording=recording,
        occasion=occasion,
        defaults={
            "act": act.value,
            "stage": TaskStage.OPEN.value,
            "raised_at": now,
            "due_on": law.due(day),
        },
    )
    if made:
        _enter(task, now)
    return made


def tell(vault: Vault, task: UUID, letter: Written, *, by: Staff, now: datetime) -> RecipientTask:
    """Write down that the recipient was told, with the letter as it went."""
    texts = {"subject": letter.subject, "text": "\n\n".join(letter.paragraphs)}
    return _moved(vault, task, TaskStage.TOLD, ("letter", texts), by=by, now=now)


def confirm(vault: Vault, task: UUID, how: str, *, by: Staff, now: datetime) -> RecipientTask:
    """Write down that the recipient has done it."""
    paper = ("confirmed", {"text": check_reasons(how)})
    return _moved(vault, task, TaskStage.CONFIRMED, paper, by=by, now=now)


def impossible(
    vault: Vault, task: UUID, reasons: str, *, by: Staff, now: datetime
) -> RecipientTask:
    """Write down why it is impossible, or out of proportion. InputError without a reason."""
    paper = ("impossible", {"text": check_reasons(reasons)})
    return _moved(vault, task, TaskStage.IMPOSSIBLE, paper, by=by, now=now)


def _moved(
    vault: Vault,
    task: UUID,
    to: TaskStage,
    paper: tuple[str, Texts],
    *,
    by: Staff,
    now: datetime,
) -> RecipientTask:
    with transaction.atomic():
        row = RecipientTask.objects.select_for_update().filter(pk=task).first()
        if row is None:
            raise Missing("there is no such task", remedy="look at the list again")
        stage = law.after(TaskStage(row.stage), to)
        disclosure = locked(row.disclosure_id, by, PREPARERS)
        kind, texts = paper
        row.paper = papers.write(vault, disclosure, kind, texts, by=by, now=now, name="article19")
        row.stage = stage.value
        if to is TaskStage.TOLD:
            row.told_at = now
        else:
            row.settled_at = now
        row.save(update_fields=["paper", "stage", "told_at", "settled_at"])
        _enter(row, now)
        return row


def _enter(row: RecipientTask, now: datetime) -> None:
    entry = RecipientAsked(
        disclosure=CaseId(row.disclosure_id), act=TaskAct(row.act), stage=TaskStage(row.stage)
    )
    ledger.enter(entry, now)


def standing() -> list[RecipientTask]:
    """The tasks that are not settled, the nearest first."""
    rows = RecipientTask.objects.exclude(stage__in=[one.value for one in law.SETTLED])
    related = rows.select_related("disclosure__recipient", "disclosure__case")
    return list(related.order_by("due_on", "raised_at", "pk"))


def informed(occasions: Collection[UUID], today: date) -> dict[str, bool]:
    """To whom these answers are passed on, by name, and whether they were told already; without
    those that a person may not be told of, and those whom telling was impossible."""
    rows = RecipientTask.objects.filter(occasion__in=occasions).select_related(
        "disclosure__recipient"
    )
    rows = rows.exclude(stage=TaskStage.IMPOSSIBLE.value, told_at=None).order_by("raised_at", "pk")
    found: dict[str, bool] = {}
    for one in rows:
        if not disclosure_law.is_secret(one.disclosure.secret_until, today):
            name, told = one.disclosure.recipient.name, one.stage != TaskStage.OPEN.value
            found[name] = found.get(name, True) and told
    return found

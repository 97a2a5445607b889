"""The steps of a breach: each is one transaction with its edge, its paper and its ledger entry.

The data protection officer works and advises, and decides nothing (38(6)): risk, telling people and
the end are decided by those who answer for the register. It ends by two persons. Nothing that was
written is changed: what turns out to be wrong is said in a paper of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import CaseId
from talteen.life.seal.vault import Vault
from talteen.notice import breaches as law
from talteen.notice import opinions
from talteen.notice.breaches import BreachStage, BreachStep, NotTold, Record, Risk
from talteen.notice.language import Language
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.notice.requests import check_reasons
from talteen.oversight.breaches import advice, letter_state, papers, writing
from talteen.oversight.breaches.models import Breach, BreachEdge, BreachPaper
from talteen.oversight.breaches.writing import Drafted
from talteen.register.log import ledger
from talteen.register.log.ledger_breaches import BreachStepped
from talteen.register.models import Staff

HANDLERS = frozenset({Role.DPO, Role.REGISTER_CONTACT})
"""Who looks into it, drafts, and writes down what was done."""
DECIDERS = frozenset({Role.REGISTER_CONTACT, Role.OWNER})
"""Who decides on risk, on telling people and on the end."""
_REACH = (
    *("occurred_from", "occurred_to", "suspect", "keys_safe", "calls_from", "calls_to"),
    *("proposed", "proposed_by"),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where to look: what the scope is told from."""

    occurred_from: datetime | None
    occurred_to: datetime | None
    suspect: UUID | None
    calls_from: date | None
    calls_to: date | None
    keys_safe: bool | None


def triage(
    vault: Vault, breach: UUID, aware_at: datetime, reasons: str, *, by: Staff, now: datetime
) -> Breach:
    """Say when the controller knew: the clock runs from there. Said again, it needs reasons anew;
    the old time stays in its paper."""
    law.check_aware(aware_at, now)
    reasons = check_reasons(reasons)
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, HANDLERS)
        if row.occurred_from is None:
            row.occurred_from = min(aware_at, row.reported_at)
        row.aware_at = aware_at
        row.save(update_fields=["aware_at", "occurred_from"])
        told = {"text": reasons, "aware_at": aware_at.isoformat()}
        paper = papers.write(vault, row, "awareness", told, by=by, now=now)
        step(row, BreachStep.TRIAGED, by=by, now=now, paper=paper)
        return row


@transaction.atomic
def look_at(breach: UUID, reach: Reach, *, by: Staff) -> Breach:
    """Set where the scope is looked for. It may be set anew while the record is open."""
    if reach.occurred_from and reach.occurred_to and reach.occurred_to < reach.occurred_from:
        raise InputError("it ended before it began", remedy="write the times in their order")
    if reach.calls_from and reach.calls_to and reach.calls_to < reach.calls_from:
        raise InputError("the days are in the wrong order", remedy="write the first day first")
    row = locked(breach, by, HANDLERS)
    _must_be_open(row)
    row.occurred_from, row.occurred_to = reach.occurred_from, reach.occurred_to
    row.suspect_id, row.keys_safe = reach.suspect, reach.keys_safe
    row.calls_from, row.calls_to = reach.calls_from, reach.calls_to or reach.calls_from
    row.proposed, row.proposed_by = "", None  # it was made about another record
    row.save(update_fields=_REACH)
    return row


def opinion(
    vault: Vault, breach: UUID, stand: Risk | Opinion, text: str, *, by: Staff, now: datetime
) -> Breach:
    """The data protection officer says what they think; it decides nothing (38(6)). ``stand`` is
    the risk that they see, or their word on how somebody proposed to end it. Conflict for a word on
    a proposal that nobody has made."""
    text = check_reasons(text)
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, frozenset({Role.DPO}))
        if isinstance(stand, Opinion) and not row.proposed:
            raise Conflict("nothing is proposed", remedy="say which risk you see")
        name = stand.value
        paper = papers.write(vault, row, "opinion", {"text": text}, by=by, now=now, name=name)
        row.opinion = True
        row.save(update_fields=["opinion"])
        step(row, BreachStep.OPINION, by=by, now=now, paper=paper)
        return row


def judge(
    vault: Vault,
    breach: UUID,
    risk: Risk,
    reasons: str,
    *,
    by: Staff,
    now: datetime,
    against: str = "",
) -> Breach:
    """Decide what the risk to people is, with reasons (33(1), 33(5)). Conflict without the data
    protection officer's opinion, unless the limit is near; Unanswered for another risk than they
    see, unless ``against`` says why."""
    reasons = check_reasons(reasons)
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, DECIDERS)
        limit_at = law.limit(row.reported_at, row.aware_at)
        law.check_judging(opinion=row.opinion, limit_at=limit_at, now=now)
        why = law.check_risk(advice.risk_seen(row), risk, against)
        found = BreachStep.NO_RISK_FOUND if risk is Risk.NONE else BreachStep.RISK_FOUND
        row.risk = risk.value
        row.save(update_fields=["risk"])
        paper = papers.write(vault, row, "risk", {"text": reasons}, by=by, now=now, name=risk.value)
        advice.write_against(vault, row, why, by, now)
        step(row, found, by=by, now=now, paper=paper)
        return row


def draft(
    vault: Vault,
    breach: UUID,
    name: str,
    language: Language,
    texts: dict[str, str],
    *,
    by: Staff,
    now: datetime,
) -> None:
    """Keep what was written into a form or a letter. An empty place takes the suggestion again."""
    if name not in writing.PLACES:
        raise Missing("there is no such paper", remedy="choose the form or the letter")
    told = {place: text.strip() for place, text in texts.items() if place in writing.PLACES[name]}
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, HANDLERS)
        _must_be_open(row)
        papers.write(vault, row, "draft", told, by=by, now=now, name=f"{name}.{language.value}")


def notified(
    vault: Vault,
    breach: UUID,
    form: Drafted,
    *,
    number: str,
    sent_at: datetime,
    last: bool,
    by: Staff,
    now: datetime,
) -> Breach:
    """Write down that the authority was told, by whoever has told it, with the form as it was sent.

    InputError where the form has an empty place; after 72 hours one of them is the reason for the
    delay (33(1)).
    """
    writing.complete(form)
    if sent_at > now:
        raise InputError("it was sent in the future", remedy="write it down when it is sent")
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, HANDLERS)
        limit_at = law.limit(row.reported_at, row.aware_at)
        row.late_reasons = row.late_reasons or law.is_late(sent_at, limit_at)
        row.notified_at = row.notified_at or sent_at
        row.complete = last
        row.save(update_fields=["late_reasons", "notified_at", "complete"])
        told = {"text": form.text, "number": number.strip(), "sent_at": sent_at.isoformat()}
        paper = papers.write(vault, row, "notification", told, by=by, now=now)
        step(row, BreachStep.NOTIFIED, by=by, now=now, paper=paper)
        return row


def numbered(vault: Vault, breach: UUID, number: str, *, by: Staff, now: datetime) -> None:
    """Enter the number that the authority gave the notification: it answers hours later, or days.

    InputError without one, Conflict before anything was sent.
    """
    if not (number := number.strip()):
        raise InputError("the number is missing", remedy="copy it from the authority's message")
    with transaction.atomic():
        row = locked(breach, by, HANDLERS)
        _must_be_open(row)
        if row.notified_at is None:
            raise Conflict("the authority was not told yet", remedy="write that down first")
        papers.write(vault, row, "receipt", {"text": number}, by=by, now=now)


def people_told(
    vault: Vault, breach: UUID, letter: Drafted, how: str, *, by: Staff, now: datetime
) -> Breach:
    """Write down that the people were told, how, and in which words (34(1)-(2))."""
    writing.complete(letter)
    how = check_reasons(how)
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, DECIDERS)
        row.people = "told"
        row.save(update_fields=["people"])
        told = {"text": letter.text, "how": how}
        paper = papers.write(vault, row, "letter", told, by=by, now=now, name=letter.language.value)
        step(row, BreachStep.PEOPLE_TOLD, by=by, now=now, paper=paper)
        return row


def people_not_told(
    vault: Vault,
    breach: UUID,
    reason: NotTold,
    reasons: str,
    *,
    readable: int,
    by: Staff,
    now: datetime,
) -> Breach:
    """Decide that people are not told of a high risk, by one of the three reasons of 34(3)."""
    law.check_not_telling(reason, readable=readable)
    reasons = check_reasons(reasons)
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, DECIDERS)
        row.people = reason.value
        row.save(update_fields=["people"])
        paper = papers.write(vault, row, "not_told", {"text": reasons}, by=by, now=now)
        step(row, BreachStep.PEOPLE_NOT_TOLD, by=by, now=now, paper=paper)
        return row


_NOTES = {
    BreachStep.CONTAINED: "contained",
    BreachStep.POLICE_TOLD: "police",
    BreachStep.LEARNED: "lessons",
    BreachStep.CORRECTED: "correction",
}
"""Steps that are a paper and nothing else, and what the paper is called."""


def note(
    vault: Vault, breach: UUID, what: BreachStep, text: str, *, by: Staff, now: datetime
) -> Breach:
    """Write down that it was contained, that the police was told, what was learned, or what has
    turned out since it was closed."""
    text = check_reasons(text)
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, HANDLERS)
        paper = papers.write(vault, row, _NOTES[what], {"text": text}, by=by, now=now)
        row.contained_at = row.contained_at or (now if what is BreachStep.CONTAINED else None)
        row.police_at = row.police_at or (now if what is BreachStep.POLICE_TOLD else None)
        row.learned = row.learned or what is BreachStep.LEARNED
        row.save(update_fields=["contained_at", "police_at", "learned"])
        step(row, what, by=by, now=now, paper=paper)
        return row


# --- the end, by two persons ----------------------------------------------------------------------


def propose(
    vault: Vault, breach: UUID, what: BreachStep, reasons: str, *, by: Staff, now: datetime
) -> Breach:
    """Propose that it is no breach, or that it is done with. Conflict while something is missing
    that the register must have."""
    reasons = check_reasons(reasons)
    open_file(vault, breach, now)
    with transaction.atomic():
        row = locked(breach, by, HANDLERS | DECIDERS)
        if what is BreachStep.CLOSING_PROPOSED:
            law.check_closing(record_of(row))
        paper = papers.write(vault, row, "end", {"text": reasons}, by=by, now=now, name=what.value)
        step(row, what, by=by, now=now, paper=paper)
        return row


def end(
    vault: Vault,
    breach: UUID,
    what: BreachStep,
    reached: dict[str, str],
    *,
    by: Staff,
    now: datetime,
    against: str = "",
) -> Breach:
    """The second person ends it as the first one proposed; the scope goes into the file as it was
    found. From here on only corrections are added. Unanswered against the officer's word on the
    proposal, unless ``against`` says why."""
    with transaction.atomic():
        row = locked(breach, by, DECIDERS)
        proposed = BreachStep(row.proposed) if row.proposed else None
        law.check_ending(what, proposed, proposed_by=row.proposed_by_id, ended_by=by.pk)
        why = opinions.answered(advice.stand_on_end(row), against)
        if what is BreachStep.CLOSED:
            law.check_closing(record_of(row))
        paper = papers.write(vault, row, "scope", reached, by=by, now=now)
        advice.write_against(vault, row, why, by, now)
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        row.case.closed_at = now
        row.case.save(update_fields=["closed_at"])
        step(row, what, by=by, now=now, paper=paper)
        return row


@transaction.atomic
def send_back(breach: UUID, *, by: Staff, now: datetime) -> Breach:
    """The second person does not want what the first proposed."""
    row = locked(breach, by, DECIDERS)
    if not row.proposed:
        raise Conflict("nothing is proposed", remedy="read its state again")
    step(row, BreachStep.SENT_BACK, by=by, now=now)
    return row


# --- what steps share -----------------------------------------------------------------------------


def record_of(row: Breach) -> Record:
    """The row as its rules see it."""
    return Record(
        stage=BreachStage(row.stage),
        limit_at=law.limit(row.reported_at, row.aware_at),
        risk=Risk(row.risk) if row.risk else None,
        notified_at=row.notified_at,
        complete=row.complete,
        late_reasons=row.late_reasons,
        people_settled=bool(row.people),
        unreached=letter_state.unreached(row),
        contained=row.contained_at is not None,
        lessons=row.learned,
    )


def locked(breach: UUID, by: Staff, who: frozenset[Role]) -> Breach:
    """The breach, alone until the transaction ends. NotAllowed for another role than ``who``."""
    if Role(by.role) not in who:
        raise NotAllowed(
            "this step belongs to another role",
            remedy="ask " + " or ".join(sorted(one.value for one in who)),
        )
    row = Breach.objects.select_for_update(of=("self",)).select_related("case").filter(pk=breach)
    found = row.filter(forgotten_at=None).first()
    if found is None:
        raise Missing("there is no such breach", remedy="look at the register again")
    return found


def step(
    row: Breach, taken: BreachStep, *, by: Staff, now: datetime, paper: BreachPaper | None = None
) -> None:
    """One edge: the new stage, its row and its ledger entry. Conflict where there is none."""
    stage = law.after(BreachStage(row.stage), taken)
    standing = BreachStep(row.proposed) if row.proposed else None
    proposed = law.proposal_after(taken, standing)
    if proposed is not standing or proposed is taken:
        row.proposed = proposed.value if proposed else ""
        row.proposed_by = by if proposed else None
    row.stage = stage.value
    row.save(update_fields=["stage", "proposed", "proposed_by"])
    BreachEdge.objects.create(
        breach=row, at=now, by=by, step=taken.value, stage=stage.value, paper=paper
    )
    ledger.enter(BreachStepped(breach=CaseId(row.pk), step=taken, stage=stage), now)


def _must_be_open(row: Breach) -> None:
    if BreachStage(row.stage) in law.ENDED:
        raise Conflict("it has ended", remedy="add a correction")


def open_file(vault: Vault, breach: UUID, now: datetime) -> None:
    """Make the key of its file, in a roll, if it has none yet. Not inside a transaction."""
    row = Breach.objects.filter(pk=breach, forgotten_at=None).first()
    if row is not None:
        papers.open_file(vault, row, now)

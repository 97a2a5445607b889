"""From an authority's letter to two persons' decision: each act is one transaction with its edge,
its paper and its ledger entry (REGISTER 11.3).

The same way leads to the controller's own counsel and its insurer: then the ground is the dispute,
and the one who is called back is their office.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from talteen import ids
from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.ids import CaseId, RecordingId
from talteen.life.answer.disclose import papers
from talteen.life.answer.disclose.models import (
    Disclosure,
    DisclosureCall,
    DisclosureEdge,
    Recipient,
)
from talteen.life.answer.disclose.steps import (
    DECIDERS,
    OFFICER,
    PREPARERS,
    locked,
    must_go_on,
    step,
)
from talteen.life.answer.intake import new_code, sha256_of
from talteen.life.hold import acts as hold
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import REVIEW_WITHIN, Ground
from talteen.life.seal import case_files
from talteen.life.seal.vault import Vault
from talteen.notice import disclosures as law
from talteen.notice.disclosures import (
    Asking,
    DisclosureStage,
    DisclosureStep,
    Door,
    Refusal,
    Stretch,
)
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.notice.requests import check_reasons
from talteen.register.log import ledger
from talteen.register.log.ledger_disclosures import DisclosureReceived
from talteen.register.models import Case, CaseRecording, Hold, Recording, Staff

MASKED, FULL = "masked", "full"
_CODE_LENGTH, _REFERENCE_LENGTH = 16, 6


@dataclass(frozen=True, slots=True)
class Receiving:
    """A request as it came."""

    recipient: Recipient
    language: str
    received_at: datetime
    signed: bool
    reference: str = field(default="", repr=False)
    """Their own number for it."""
    asked: str = field(default="", repr=False)
    """What is asked for, in their words."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request in the register, and the code by which its receiver will find the package."""

    disclosure: Disclosure
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grounding:
    """On what it stands, and whether the person may be told."""

    statute: str = field(repr=False)
    """Act and section; of counsel and insurer, the dispute."""
    treaty: str = ""
    secret_until: date | None = None
    secrecy: str = field(default="", repr=False)
    """Which law forbids to tell."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stretch of one call."""

    recording: UUID
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Cut:
    """What is minimally given (5(1)(c))."""

    calls: Sequence[Wanted]
    layer: str
    """MASKED, or FULL where the ground needs what is covered."""
    sound: bool


def receive(vault: Vault, told: Receiving, *, by: Staff, now: datetime) -> Received:
    """Write down that somebody asks for calls. Not inside a transaction: its file gets a key."""
    if Role(by.role) not in PREPARERS:
        raise NotAllowed("the register contact takes these in", remedy="hand it to them")
    case, code = CaseId(ids.new()), new_code(_CODE_LENGTH)
    case_files.open_file(vault, case, now)
    day = helsinki_date(told.received_at)
    with transaction.atomic():
        row = _created(case, told, day, code, by, now)
        texts = {"reference": told.reference, "text": told.asked, "code": code}
        paper = papers.write(vault, row, "asked", texts, by=by, now=now)
        DisclosureEdge.objects.create(
            disclosure=row, at=now, by=by, step=row.stage, stage=row.stage, paper=paper
        )
        door = Door(told.recipient.door)
        ledger.enter(DisclosureReceived(disclosure=case, day=day, door=door), now)
    return Received(row, code)


def _created(
    case: CaseId, told: Receiving, day: date, code: str, by: Staff, now: datetime
) -> Disclosure:
    made = Case.objects.create(
        id=case,
        reference=f"L-{day.year}-{new_code(_REFERENCE_LENGTH)}",
        kind="disclosure",
        opened_at=now,
        opened_by=by,
    )
    made.people.set(Staff.objects.filter(role=Role.REGISTER_CONTACT.value, is_active=True))
    return Disclosure.objects.create(
        case=made,
        recipient=told.recipient,
        door=told.recipient.door,
        stage=DisclosureStage.RECEIVED.value,
        language=told.language,
        received_at=told.received_at,
        signed=told.signed,
        owner=by,
        code_sha256=sha256_of(code),
    )


def verify(vault: Vault, disclosure: UUID, how: str, *, by: Staff, now: datetime) -> Disclosure:
    """They were called back at a number that was known before, and said that it is theirs."""
    how = check_reasons(how)
    with transaction.atomic():
        row = locked(disclosure, by)
        paper = papers.write(vault, row, "verified", {"text": how}, by=by, now=now)
        step(row, DisclosureStep.VERIFIED, by=by, now=now, paper=paper)
        return row


def ground(
    vault: Vault, disclosure: UUID, told: Grounding, *, by: Staff, now: datetime
) -> Disclosure:
    """Name what carries it. Conflict for what the law does not let go (6(1)(c), 48), InputError for
    a secrecy without reason or end."""
    law.check_secrecy(told.secret_until, told.secrecy, helsinki_date(now))
    with transaction.atomic():
        row = locked(disclosure, by)
        asking = Asking(
            Door(row.door), row.recipient.country, row.signed, told.statute, told.treaty
        )
        law.check_ground(asking)
        texts = {"text": told.statute, "treaty": told.treaty, "secrecy": told.secrecy}
        paper = papers.write(vault, row, "ground", texts, by=by, now=now)
        row.secret_until = told.secret_until
        step(row, DisclosureStep.GROUNDED, by=by, now=now, paper=paper)
        return row


@transaction.atomic
def scope(disclosure: UUID, cut: Cut, *, by: Staff, now: datetime) -> Disclosure:
    """Cut it to named calls and stretches, to the layer, to words or sound too. May be cut anew
    until it is proposed. InputError for calls that are not here."""
    row = locked(disclosure, by)
    lengths = _lengths(cut, now)
    law.check_scope(
        [Stretch(one.start_ms, one.end_ms, lengths[one.recording]) for one in cut.calls]
    )
    if cut.layer not in (MASKED, FULL):
        raise InputError("there is no such layer", remedy="choose masked or full")
    row.calls.all().delete()
    CaseRecording.objects.filter(case=row.case).exclude(recording__in=list(lengths)).delete()
    for one in cut.calls:
        DisclosureCall.objects.create(
            disclosure=row, recording=one.recording, start_ms=one.start_ms, end_ms=one.end_ms
        )
        CaseRecording.objects.get_or_create(case=row.case, recording_id=one.recording)
    row.layer, row.sound, row.scoped_by = cut.layer, cut.sound, by
    step(row, DisclosureStep.SCOPED, by=by, now=now)
    return row


def _lengths(cut: Cut, now: datetime) -> dict[UUID, int]:
    asked = {one.recording for one in cut.calls}
    if len(asked) != len(cut.calls):
        raise InputError("a call stands there twice", remedy="write one stretch a call")
    here = Recording.objects.filter(pk__in=asked)
    found = {one.pk: one.length_ms for one in here if now < one.cutoff_at or one.holds.exists()}
    if found.keys() != asked:
        raise InputError(
            "a call that is named is not here, or opens no more",
            remedy="leave it out, and say so to whoever asks",
        )
    return found


def preserve(vault: Vault, disclosure: UUID, *, by: Staff, now: datetime) -> int:
    """Hold its calls for the order, so that nothing dies while it is decided: whoever cut it and
    ``by`` are the two persons. How many are new. Not inside a transaction."""
    with transaction.atomic():
        row = locked(disclosure, by, DECIDERS)
        if Door(row.door) is not Door.AUTHORITY or row.scoped_by is None:
            raise Conflict("there is no order to hold for", remedy="cut it to its calls first")
        step(row, DisclosureStep.PRESERVED, by=by, now=now)
    first = row.scoped_by
    held = 0
    for call in row.calls.values_list("recording", flat=True):
        known = Hold.objects.filter(recording=call, case=row.case, state__in=("placing", "active"))
        if not known.exists():
            hold.place(vault, RecordingId(call), _placing(row, first, by, now), now)
            held += 1
    return held


def _placing(row: Disclosure, first: Staff, second: Staff, now: datetime) -> Placing:
    return Placing(
        case=row.case,
        ground=Ground.AUTHORITY_PRESERVATION,
        people=list(row.case.people.all()),
        review_on=helsinki_date(now) + REVIEW_WITHIN,
        opened_by=first,
        approved_by=second,
    )


# --- two persons, and the officer's opinion -------------------------------------------------------


def opine(
    vault: Vault, disclosure: UUID, opinion: Opinion, text: str, *, by: Staff, now: datetime
) -> Disclosure:
    """The data protection officer says what they think; they decide nothing (2.2)."""
    text = check_reasons(text)
    with transaction.atomic():
        row = locked(disclosure, by, OFFICER)
        name = opinion.value
        paper = papers.write(vault, row, "opinion", {"text": text}, by=by, now=now, name=name)
        row.opinion = opinion.value
        step(row, DisclosureStep.OPINION, by=by, now=now, paper=paper)
        return row


@transaction.atomic
def propose(disclosure: UUID, *, by: Staff, now: datetime) -> Disclosure:
    """It is ready for the second person."""
    row = locked(disclosure, by)
    must_go_on(row)
    row.proposed_by = by
    step(row, DisclosureStep.PROPOSED, by=by, now=now)
    return row


def propose_refusal(
    vault: Vault, disclosure: UUID, why: Refusal, reasons: str, *, by: Staff, now: datetime
) -> Disclosure:
    """It cannot be granted as it stands; a second person decides on that too."""
    reasons = check_reasons(reasons)
    with transaction.atomic():
        row = locked(disclosure, by)
        row.proposed_by, row.refusal = by, why.value
        name = why.value
        paper = papers.write(vault, row, "refusal", {"text": reasons}, by=by, now=now, name=name)
        step(row, DisclosureStep.REFUSAL_PROPOSED, by=by, now=now, paper=paper)
        return row


def send_back(
    vault: Vault, disclosure: UUID, reasons: str, *, by: Staff, now: datetime
) -> Disclosure:
    """The second person wants it otherwise, and says why."""
    reasons = check_reasons(reasons)
    with transaction.atomic():
        row = locked(disclosure, by, DECIDERS)
        row.refusal = ""
        paper = papers.write(vault, row, "sent_back", {"text": reasons}, by=by, now=now)
        step(row, DisclosureStep.SENT_BACK, by=by, now=now, paper=paper)
        return row


def approve(
    vault: Vault, disclosure: UUID, reasons: str, *, by: Staff, now: datetime
) -> Disclosure:
    """The second person lets it go. ``reasons`` may be empty unless the officer is
    against it, or for it on conditions."""
    with transaction.atomic():
        row = locked(disclosure, by, DECIDERS)
        must_go_on(row)
        _check_deciding(row, reasons, by, refusing=False)
        paper = None
        if reasons.strip():
            paper = papers.write(vault, row, "approved", {"text": reasons}, by=by, now=now)
        row.approved_by, row.approved_at = by, now
        step(row, DisclosureStep.APPROVED, by=by, now=now, paper=paper)
        return row


def refuse(vault: Vault, disclosure: UUID, letter: str, *, by: Staff, now: datetime) -> Disclosure:
    """The second person refuses it, with the letter that says why (authority_request_refused)."""
    with transaction.atomic():
        row = locked(disclosure, by, DECIDERS)
        _check_deciding(row, "", by, refusing=True)
        paper = papers.write(vault, row, "letter", {"text": letter}, by=by, now=now)
        step(row, DisclosureStep.REFUSED, by=by, now=now, paper=paper)
        close_case(row, now)
        return row


def _check_deciding(row: Disclosure, reasons: str, by: Staff, *, refusing: bool) -> None:
    law.check_deciding(
        Door(row.door),
        Opinion(row.opinion) if row.opinion else None,
        reasons,
        refusing=refusing,
        proposed_by=row.proposed_by_id,
        decided_by=by.pk,
    )


def withdraw(
    vault: Vault, disclosure: UUID, reasons: str, *, by: Staff, now: datetime
) -> Disclosure:
    """Whoever asked does not want it any more."""
    reasons = check_reasons(reasons)
    with transaction.atomic():
        row = locked(disclosure, by)
        paper = papers.write(vault, row, "withdrawn", {"text": reasons}, by=by, now=now)
        step(row, DisclosureStep.WITHDRAWN, by=by, now=now, paper=paper)
        close_case(row, now)
        return row


def close_case(row: Disclosure, now: datetime) -> None:
    """It has ended: its calls open for it no more."""
    row.closed_on = helsinki_date(now)
    row.save(update_fields=["closed_on"])
    row.case.closed_at = now
    row.case.save(update_fields=["closed_at"])

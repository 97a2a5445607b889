"""Publishing a version of the notice by two persons (REGISTER 4.1, D; GDPR 13(3)).

The owner or a register contact proposes what the register folder says, another of them approves it;
the data protection officer advises, and must have spoken where the retention changes. What is
approved is the text that was proposed, by its hash: a folder that was edited since is another
proposal. All checks of ``notice.check`` are made when it is proposed and again when it is approved.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import check, opinions, register_file, text, versions
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.notice.versions import Approval
from talteen.oversight.proposal_models import NoticeProposal
from talteen.register import adoptions, shelf
from talteen.register import versions as published
from talteen.register.models import NoticeVersion, Staff
from talteen.register.shelf import Shelf

NONE: Mapping[str, str] = MappingProxyType({})
DECIDERS = frozenset({Role.OWNER, Role.REGISTER_CONTACT})
LONGEST = 2_000
"""Signs of an opinion, and of a reason."""


def current() -> NoticeProposal | None:
    """The proposal that waits; None where there is none."""
    waiting = NoticeProposal.objects.filter(published_at=None, withdrawn_at=None)
    return waiting.select_related("proposed_by").first()


@transaction.atomic
def propose(
    config: Config,
    number: str,
    valid_from: date,
    *,
    by: Staff,
    now: datetime,
    reasons: Mapping[str, str] = NONE,
) -> NoticeProposal:
    """Propose what the register folder says as version ``number`` from ``valid_from`` on.
    ``reasons`` answers the warnings of the check, by id: whoever approves reads them.

    NotAllowed for another role, Conflict while another proposal waits, InputError where it could
    not be published: an error, a warning without a reason, a number that is taken, a day that is
    not after today.
    """
    _decides(by)
    if current() is not None:
        raise Conflict("a proposal waits already", remedy="approve or withdraw it first")
    stood = shelf.read(config.paths.register)
    answered = _reasons(reasons)
    digest, asked = _tested(stood, number.strip(), valid_from, now, answered)
    return NoticeProposal.objects.create(
        number=number.strip(),
        valid_from=valid_from,
        digest=digest,
        reasons={one: answered[one] for one in asked},
        proposed_by=by,
        proposed_at=now,
    )


@transaction.atomic
def opine(stand: Opinion, opinion: str, *, by: Staff, now: datetime) -> None:
    """The data protection officer's opinion on what waits. InputError where it is empty."""
    if by.role != Role.DPO.value:
        raise NotAllowed("the data protection officer gives the opinion", remedy="ask for it")
    row, words = _waiting(), opinion.strip()
    if not words or len(words) > LONGEST:
        raise InputError("the opinion is empty or too long", remedy="write what you think of it")
    row.opinion, row.opinion_at, row.stand = words, now, stand.value
    row.save(update_fields=["opinion", "opinion_at", "stand"])


@transaction.atomic
def approve(config: Config, *, by: Staff, now: datetime, against: str = "") -> NoticeVersion:
    """Approve and publish what waits. ``against`` says why it is approved otherwise than the
    officer advised, or how their conditions are met; Unanswered where it must and does not.

    NotAllowed for who proposed it and for another role, Conflict where the folder says something
    else by now, InputError as ``propose``."""
    _decides(by)
    row = _waiting()
    if row.proposed_by_id == by.pk:
        raise NotAllowed("nobody approves their own proposal", remedy="ask a second person")
    row.against = opinions.answered(opinions.named(row.stand), against)
    if len(row.against) > LONGEST:
        raise InputError("the reason is too long", remedy=f"write at most {LONGEST} signs")
    stood = shelf.read(config.paths.register)
    if _digest(stood, row.number, row.valid_from) != bytes(row.digest):
        raise Conflict(
            "the register folder is not what was proposed", remedy="withdraw it, and propose anew"
        )
    spoke = helsinki_date(row.opinion_at) if row.opinion_at else None
    approval = Approval(row.proposed_by.code, by.code, spoke)
    made = published.publish(
        stood, row.number, row.valid_from, approval=approval, at=now, reasons=row.reasons
    )
    row.decided_by, row.published_at = by, now
    row.save(update_fields=["decided_by", "published_at", "against"])
    return made


@transaction.atomic
def withdraw(*, by: Staff, now: datetime) -> None:
    """Let the proposal go. One person may: it only closes."""
    _decides(by)
    row = _waiting()
    row.decided_by, row.withdrawn_at = by, now
    row.save(update_fields=["decided_by", "withdrawn_at"])


def _decides(by: Staff) -> None:
    if Role(by.role) not in DECIDERS or not by.is_active:
        raise NotAllowed(
            "the owner and the register contacts decide on the notice", remedy="ask one of them"
        )


def _waiting() -> NoticeProposal:
    row = (
        NoticeProposal.objects.select_for_update(of=("self",))
        .select_related("proposed_by")
        .filter(published_at=None, withdrawn_at=None)
        .first()
    )
    if row is None:
        raise Conflict("no proposal waits", remedy="read the page again")
    return row


def _reasons(told: Mapping[str, str]) -> Mapping[str, str]:
    """Without what was left empty; InputError for one that is far too long."""
    answered = {name: words for name, said in told.items() if (words := said.strip())}
    if any(len(words) > LONGEST for words in answered.values()):
        raise InputError("a reason is too long", remedy=f"write at most {LONGEST} signs")
    return answered


def _tested(
    stood: Shelf, number: str, valid_from: date, now: datetime, reasons: Mapping[str, str]
) -> tuple[bytes, list[str]]:
    """The hash of the edition, if it could be published once a second person has approved it; and
    the warnings that ``reasons`` answers."""
    if not number:
        raise InputError("the version has no number", remedy="write it, such as 2027-1")
    today, known = helsinki_date(now), published.history()
    draft = register_file.drafted(
        stood.register.file, number, valid_from=valid_from, supersedes=_last(known)
    )
    edition = text.edition(stood.register, draft)
    found = check.check(edition, stood.register, stood.facts(today, adoptions.adopted()))
    approved = Approval("first", "second", today)
    versions.publish(known, draft, approval=approved, findings=found, today=today, reasons=reasons)
    return text.edition_sha256(edition), [one.id for one in found if one.id in reasons]


def _digest(stood: Shelf, number: str, valid_from: date) -> bytes:
    draft = register_file.drafted(
        stood.register.file, number, valid_from=valid_from, supersedes=_last(published.history())
    )
    return text.edition_sha256(text.edition(stood.register, draft))


def _last(known: versions.History) -> str | None:
    return known[-1].number if known else None

"""Adopting a balancing test or the impact assessment by two persons (REGISTER 6.1, 17.7, D; GDPR
5(2), 35(2)).

The owner or a register contact proposes the words that stand in the register folder, by their hash;
the data protection officer says what they think; another of them adopts. Words that were edited
since are another proposal. A review whose words still hold is an adoption too: its year begins
anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import adoption, opinions
from talteen.notice.adoption import Paper
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.oversight.publishing import DECIDERS, LONGEST
from talteen.register import adoptions, shelf
from talteen.register.adoptions import NOWHERE, Step, Waiting
from talteen.register.log import ledger
from talteen.register.log.ledger_assessments import AssessmentsAdopted
from talteen.register.log.ledger_types import Sha256
from talteen.register.models import Staff
from talteen.register.staff import two_persons


@transaction.atomic
def propose(config: Config, paper: str, seen: str, *, by: Staff, now: datetime) -> None:
    """Propose the words of ``paper`` whose SHA-256 in hex is ``seen``.

    NotAllowed for another role, Conflict where the folder says something else by now or where a
    proposal of this paper waits, InputError for a paper that is not in the folder.
    """
    _decides(by)
    drafted = _drafted(config, paper)
    if _standing(paper).waiting is not None:
        raise Conflict("a proposal waits already", remedy="adopt or withdraw it first")
    if drafted.sha256.hex() != seen:
        raise Conflict("the words are not those that were shown", remedy="read them again")
    adoptions.propose(drafted, by.code, now)


@transaction.atomic
def opine(paper: str, seen: str, stand: Opinion, opinion: str, *, by: Staff, now: datetime) -> None:
    """The data protection officer's opinion on what waits. InputError where it is empty."""
    if by.role != Role.DPO.value or not by.is_active:
        raise NotAllowed("the data protection officer gives the opinion", remedy="ask for it")
    waits, words = _waiting(paper, seen), opinion.strip()
    if not words or len(words) > LONGEST:
        raise InputError("the opinion is empty or too long", remedy="write what you think of it")
    adoptions.follow(waits.row, Step.OPINION, by.code, now, words=words, stand=stand.value)


def adopt(
    config: Config, paper: str, seen: str, *, by: Staff, now: datetime, against: str = ""
) -> None:
    """Adopt what waits, from today on. ``against`` says why it is adopted otherwise than the
    officer advised, or how their conditions are met; Unanswered where it must and does not.

    SamePerson for who proposed it, NotAllowed for another role or before the officer has spoken,
    Conflict where the folder says something else by now or another was quicker.
    """
    _decides(by)
    waits = _waiting(paper, seen)
    two_persons.check(waits.row.by_code, by.code)
    if waits.opinion is None:
        raise NotAllowed("the data protection officer has not spoken", remedy="wait for the word")
    if _drafted(config, paper).sha256 != bytes(waits.row.sha256):
        raise Conflict(
            "the register folder is not what was proposed", remedy="withdraw it, and propose anew"
        )
    why = opinions.answered(opinions.named(waits.opinion.stand), against)
    if len(why) > LONGEST:
        raise InputError("the reason is too long", remedy=f"write at most {LONGEST} signs")
    today, digest = helsinki_date(now), Sha256(bytes(waits.row.sha256))
    with _once():
        adoptions.follow(waits.row, Step.ADOPTED, by.code, now, reviewed_on=today, words=why)
        ledger.enter(AssessmentsAdopted(papers=(digest,), reviewed_on=today), now)


def withdraw(paper: str, seen: str, *, by: Staff, now: datetime) -> None:
    """Let the proposal go. One person may: it only closes."""
    _decides(by)
    waits = _waiting(paper, seen)
    with _once():
        adoptions.follow(waits.row, Step.WITHDRAWN, by.code, now)


@contextmanager
def _once() -> Iterator[None]:
    """A transaction in which a proposal ends; Conflict where it had ended already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict("it was decided meanwhile", remedy="read the page again") from error


def waiting() -> dict[str, Waiting]:
    """Every proposal that waits, by its paper."""
    found = adoptions.standings()
    return {paper: one.waiting for paper, one in found.items() if one.waiting is not None}


def _decides(by: Staff) -> None:
    if Role(by.role) not in DECIDERS or not by.is_active:
        raise NotAllowed("the owner and the register contacts decide", remedy="ask one of them")


def _drafted(config: Config, paper: str) -> Paper:
    found = adoption.papers(shelf.read(config.paths.register).register)
    for one in found:
        if one.id == paper:
            return one
    raise InputError("there is no such paper in the register folder", remedy="read the page again")


def _standing(paper: str) -> adoptions.Standing:
    return adoptions.standings().get(paper, NOWHERE)


def _waiting(paper: str, seen: str) -> Waiting:
    waits = _standing(paper).waiting
    if waits is None or bytes(waits.row.sha256).hex() != seen:
        raise Conflict("this is not what waits", remedy="read the page again")
    return waits

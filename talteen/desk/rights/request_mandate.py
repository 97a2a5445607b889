"""Somebody asks for another person: the mandate on the page of the request (REGISTER 14.7).

It is written down by whoever has seen it: who, for whom, how far and until when, and what was seen.
The page shows it to those who answer requests; its words stand in the sealed file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from talteen.desk.page import typed, words
from talteen.desk.page.typed import chosen
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import request_words
from talteen.life.answer import mandates, writing
from talteen.life.answer.mandates import Seen
from talteen.life.answer.models import SubjectRequest
from talteen.life.seal.case_files import Texts
from talteen.notice.mandates import Kind, Mandate
from talteen.notice.requests import Stage
from talteen.notice.rights import Right

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class MandateShown:
    """What the page says of it."""

    claimed: bool
    """The person said that they ask for somebody else."""
    stands: Mandate | None
    told: Texts
    """Who, whose and seen; empty where nothing is written down."""
    writes: bool
    """It can be written down now."""
    ended: bool
    """Its day has passed, or it was withdrawn."""
    kinds: Mapping[Kind, words.Text]
    rights: tuple[Right, ...]
    """Those that the request names."""
    typed: Mapping[str, str]
    """What was typed, where it could not be taken."""
    scope: frozenset[str]
    """The rights that were ticked there."""

    @property
    def missing(self) -> bool:
        """Nothing can go out before it is written down."""
        return self.claimed and self.stands is None


def asked(row: SubjectRequest, desk: writing.Desk) -> bool:
    """Whether somebody asks for another person, as far as is known."""
    return mandates.claimed(desk.setting.asked) or mandates.standing(row) is not None


def shown(request: VisitRequest, row: SubjectRequest, asked: Texts) -> MandateShown:
    """The mandate of ``row`` as it stands."""
    last, vault = mandates.standing(row), request.visit.house.vault
    value = mandates.value_of(last) if last else None
    over = value is not None and value.until_on is not None and value.until_on < request.visit.today
    return MandateShown(
        claimed=mandates.claimed(asked),
        stands=value,
        told=mandates.told(vault, last) if last else {},
        writes=row.stage != Stage.CLOSED.value,
        ended=over or (value is not None and value.revoked),
        kinds=request_words.MANDATES,
        rights=tuple(Right(one) for one in row.rights),
        typed={name: request.POST.get(name, "") for name in _FIELDS},
        scope=frozenset(request.POST.getlist("scope")),
    )


_FIELDS = (
    "who", "whose", "seen", "kind", "mandate_from", "mandate_until", "calls_from", "calls_to",
)  # fmt: skip


def write(request: VisitRequest, case: UUID) -> None:
    """Write down what somebody has seen."""
    visit = request.visit
    seen = Seen(*(typed.text(request, name, LONGEST) for name in ("who", "whose", "seen")))
    mandate = Mandate(
        kind=chosen(Kind, request.POST.get("kind", "")),
        rights=frozenset(chosen(Right, one) for one in request.POST.getlist("scope")),
        from_on=typed.needed_day(request.POST.get("mandate_from", "")),
        until_on=typed.day(request.POST.get("mandate_until", "")),
        calls_from=typed.day(request.POST.get("calls_from", "")),
        calls_to=typed.day(request.POST.get("calls_to", "")),
    )
    mandates.write(visit.house.vault, case, seen, mandate, by=reader(request), now=visit.now)


def end(request: VisitRequest, case: UUID) -> None:
    """It was withdrawn."""
    mandates.revoke(case, by=reader(request), now=request.visit.now)

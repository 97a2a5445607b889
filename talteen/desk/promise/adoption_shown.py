"""How far two persons have come with a balancing test or the impact assessment, and what the reader
may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from talteen.clock import helsinki_date
from talteen.notice.purposes import Role
from talteen.oversight.grounds import Grounds, Kept
from talteen.oversight.publishing import DECIDERS
from talteen.register.adoptions import Waiting
from talteen.register.models import Staff

_SIGNS = 16
"""Of a hash, for the eye."""


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """What waits for another person."""

    by: str
    on: date
    opinion: str
    stand: str
    """For, against, or on conditions; empty of words alone."""
    left: bool
    """Whether the folder has left the words that were proposed."""
    adopts: bool
    advises: bool


@dataclass(frozen=True, slots=True)
class AdoptionShown:
    """One paper."""

    paper: str
    sha256: str
    """Of the folder's words, in hex; of the proposal's where one waits."""
    mark: str
    """Its first signs."""
    adopted: bool
    first: str
    second: str
    reviewed_on: date
    ends_on: date | None
    opinion: str
    stand: str
    against: str
    """Why it was adopted otherwise than the officer advised."""
    version: int
    stale: bool
    changed: bool
    proposal: ProposalShown | None
    proposes: bool


def adoptions(found: Grounds, by: Staff) -> Mapping[str, AdoptionShown]:
    """By the paper's id."""
    people = Staff.objects.filter(code__in=_codes(found))
    names = dict(people.values_list("code", "name"))
    return {one.paper.id: _shown(one, by, names) for one in found.kept}


def _codes(found: Grounds) -> set[str]:
    standings = [one.standing for one in found.kept]
    waiting = {one.waiting.row.by_code for one in standings if one.waiting}
    return waiting | {code for one in standings for code in (one.first, one.second) if code}


def _shown(kept: Kept, by: Staff, names: Mapping[str, str]) -> AdoptionShown:
    one, decides = kept.standing, Role(by.role) in DECIDERS
    waits = one.waiting
    sha256 = bytes(waits.row.sha256).hex() if waits else kept.paper.sha256.hex()
    return AdoptionShown(
        paper=kept.paper.id,
        sha256=sha256,
        mark=sha256[:_SIGNS],
        adopted=one.adopted is not None,
        first=names.get(one.first, one.first),
        second=names.get(one.second, one.second),
        reviewed_on=kept.reviewed_on,
        ends_on=kept.ends_on,
        opinion=one.opinion.words if one.opinion else "",
        stand=one.opinion.stand if one.opinion else "",
        against=one.against,
        version=one.version,
        stale=kept.stale,
        changed=kept.changed,
        proposal=_proposal(kept, waits, by, names) if waits else None,
        proposes=decides,
    )


def _proposal(kept: Kept, waits: Waiting, by: Staff, names: Mapping[str, str]) -> ProposalShown:
    row, left = waits.row, bytes(waits.row.sha256) != kept.paper.sha256
    another = Role(by.role) in DECIDERS and row.by_code != by.code
    return ProposalShown(
        by=names.get(row.by_code, row.by_code),
        on=helsinki_date(row.at),
        opinion=waits.opinion.words if waits.opinion else "",
        stand=waits.opinion.stand if waits.opinion else "",
        left=left,
        adopts=another and not left and waits.opinion is not None,
        advises=by.role == Role.DPO.value and not left,
    )

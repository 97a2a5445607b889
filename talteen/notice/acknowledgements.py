"""Whether an agent's calls may be recorded, by what the agent was told and has said (REGISTER E.0).

A line is armed only where its agent has acknowledged the employees' notice, and has permitted the
recording where the controller asks for that (confidentiality of communications, SVPL 136 §; not the
basis of GDPR 6). Pure: editions and words in, standing out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from talteen.clock import helsinki_date
from talteen.notice.law import Parameter, Setting

GRACE_DAYS = Parameter(
    "days to acknowledge a later version of the employees' notice",
    (Setting(14, date(2022, 1, 21), "REGISTER E.0"),),
)


class EmployeeWord(Enum):
    """What somebody said of the notice."""

    READ = "read"
    PERMITTED = "permitted"
    WITHDRAWN = "withdrawn"
    """The permission is taken back: from then on nothing of theirs is recorded."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One wording of the employees' notice, in all languages."""

    version: str
    sha256: bytes
    """Over the digests of fi, sv and en, in this order."""
    since: date
    """From when it counts: its own day, and never before the house had it."""
    asks_permission: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One word of one person."""

    word: EmployeeWord
    sha256: bytes
    at: datetime


class Standing(Enum):
    """Where somebody stands with the notice."""

    NOT_ASKED = "not_asked"
    """No version is in force, so nobody could have read one."""
    READ = "read"
    EARLIER = "earlier"
    """An earlier version was read, and the days to read this one run."""
    UNREAD = "unread"
    UNPERMITTED = "unpermitted"
    """Read, and the permission that the controller asks for was not given."""
    WITHDRAWN = "withdrawn"

    @property
    def recorded(self) -> bool:
        """Whether calls of theirs may be recorded."""
        return self in (Standing.NOT_ASKED, Standing.READ, Standing.EARLIER)


def in_force(editions: Iterable[Edition], on: date) -> Edition | None:
    """The edition that counts on the Helsinki day ``on``; of two of a day the later one given."""
    begun = sorted((one for one in editions if one.since <= on), key=lambda one: one.since)
    return begun[-1] if begun else None


def standing(edition: Edition | None, said: Iterable[Said], at: datetime) -> Standing:
    """Where somebody who ``said`` that stands at ``at`` (aware) with what is in force then."""
    if edition is None:
        return Standing.NOT_ASKED
    words = sorted((one for one in said if one.at <= at), key=lambda one: one.at)
    permission = [one.word for one in words if one.word is not EmployeeWord.READ]
    if permission and permission[-1] is EmployeeWord.WITHDRAWN:
        return Standing.WITHDRAWN
    if edition.asks_permission and not permission:
        return Standing.UNPERMITTED if _read(edition, words) else Standing.UNREAD
    if _read(edition, words):
        return Standing.READ
    earlier = any(one.word is EmployeeWord.READ for one in words)
    return Standing.EARLIER if earlier and helsinki_date(at) < ends(edition) else Standing.UNREAD


def ends(edition: Edition) -> date:
    """From this day on who has read an earlier version only is not recorded any more."""
    return edition.since + timedelta(days=GRACE_DAYS.on(edition.since))


def _read(edition: Edition, words: Iterable[Said]) -> bool:
    return any(one.word is EmployeeWord.READ and one.sha256 == edition.sha256 for one in words)

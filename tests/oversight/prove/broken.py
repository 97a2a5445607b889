"""A real house, and what a break needs to know of it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import cast as cast_to

from talteen import ids
from talteen.clock import helsinki_date
from talteen.demo import cast
from talteen.life.answer.models import RequestAnswer, RequestPaper, SubjectRequest
from talteen.life.destroy.models import Destruction
from talteen.notice.purposes import Role
from talteen.oversight.prove import gather
from talteen.oversight.prove.facts import Facts
from talteen.oversight.prove.judgement import Judgement
from talteen.oversight.prove.registry import PROOFS
from talteen.register.models import AccessEntry, NoticeVersion, Recording
from talteen.wiring import House as Built

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Read:
    """``Facts`` that are read when a judgement asks for them: a break touches few."""

    def __init__(self, house: Built, now: datetime) -> None:
        self._house, self._now = house, now

    def __getattr__(self, part: str) -> object:
        found = gather.PARTS[part](self._house, self._now)
        setattr(self, part, found)
        return found


@dataclass
class Broken:
    """A house, and what a break needs to know of it. A break may put another house in its place."""

    house: Built
    now: datetime
    call: Recording
    held: Recording
    request: SubjectRequest
    paper: RequestPaper

    def judged(self, sentence: str) -> Judgement:
        read = cast_to(Facts, Read(self.house, self.now))
        return PROOFS[sentence].judge(read, sentence)

    @property
    def today(self) -> date:
        return helsinki_date(self.now)

    def opened(self, purpose: str, role: Role = Role.AGENT, **told: object) -> None:
        """A line of the access log."""
        person = cast.first_of(role)
        AccessEntry.objects.create(
            **{
                "at": self.now,
                "staff": person.pk,
                "role": role.value,
                "purpose": purpose,
                "recording": self.call.pk,
                "action": "play",
                **told,
            }
        )

    def of_call(self, **told: object) -> None:
        Recording.objects.filter(pk=self.call.pk).update(**told)

    def answered(self, letter: str, outcome: str, **told: object) -> RequestAnswer:
        person, other = cast.first_of(Role.REGISTER_CONTACT), cast.first_of(Role.DPO)
        return RequestAnswer.objects.create(
            **{
                "request": self.request,
                "right": "access",
                "letter": letter,
                "outcome": outcome,
                "draft": self.paper,
                "prepared_by": person,
                "prepared_at": self.now,
                "opinion": self.paper,
                "decided_by": other if told.pop("by_officer", False) else cast.person("r02"),
                "decided_at": self.now - timedelta(hours=2),
                "paper": self.paper,
                **told,
            }
        )

    def destroyed(self, **told: object) -> None:
        past = self.now - timedelta(days=10)
        Destruction.objects.create(
            **{
                "recording": ids.new(),
                "day": self.today,
                "reason": "expired",
                "cutoff_at": past,
                "due_at": past + timedelta(days=7),
                "generation_before": 1,
                "generation_after": 1,
                "blobs": [],
                "live_dead_at": past,
                "backup_dead_at": past + timedelta(days=6),
                "forgotten_at": past,
                **told,
            }
        )

    def version(self) -> NoticeVersion:
        return NoticeVersion.objects.filter(legacy=False).get()

    def register(self, **told: object) -> None:
        """The house runs on another register file."""
        self.house = replace(self.house, register=replace(self.house.register, **told))

"""What becomes of an agent's objection to a passage that nobody decides on: it is upheld.

On an objection it is the controller who must show why the processing goes on (GDPR 21(1)), and
whoever marked or approved the passage may not be the judge of that (I15). So a third person decides
within four weeks, which is within the month of 12(3). Where a house has no third person, or none
decided in time, nobody has shown anything: the passage is out for good, and the agent reads that.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from talteen.notice.purposes import Role
from talteen.register.approved import State
from talteen.register.models import Staff
from talteen.register.passage_models import Passage

SETTLES_WITHIN = timedelta(weeks=4)


def tend(now: datetime) -> int:
    """Uphold the objections whose time is over or that nobody can decide on any more; gives how
    many. May be called any number of times."""
    waiting = Passage.objects.filter(state=State.OBJECTED.value)
    return sum(_tend(which, now) for which in waiting.values_list("pk", flat=True))


def upheld_at_once(row: Passage, now: datetime) -> bool:
    """Uphold the objection to ``row``, which its caller has locked and saves, if there is nobody
    who could decide on it. Gives whether that was done."""
    if _third(row):
        return False
    row.state, row.upheld_at = State.OUT.value, now
    return True


@transaction.atomic
def _tend(which: UUID, now: datetime) -> bool:
    rows = Passage.objects.select_for_update(of=("self",)).select_related("recording__agent")
    row = rows.filter(pk=which, state=State.OBJECTED.value).first()
    if row is None or row.objected_at is None:
        return False  # somebody was first, or the call is gone
    if now >= row.objected_at + SETTLES_WITHIN:
        row.state, row.upheld_at = State.OUT.value, now
    elif not upheld_at_once(row, now):
        return False
    row.save(update_fields=["state", "upheld_at"])
    return True


def _third(row: Passage) -> bool:
    """Whether anybody may hear the passage and judge it who has had no part in it."""
    agent = row.recording.agent
    leads = Q(role=Role.TEAM_LEADER.value, team=agent.team)
    people = Staff.objects.filter(leads | Q(role=Role.QUALITY_ANALYST.value), is_active=True)
    people = people.filter(unit=row.recording.line.unit_id)
    return people.exclude(pk__in=[row.marked_by_id, row.decided_by_id, agent.pk]).exists()

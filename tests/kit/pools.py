"""Weeks of calls whose lot was drawn: rows without sound, for what looks at many calls at once."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from talteen import ids
from talteen.clock import HELSINKI
from talteen.life.use.quality import lot
from talteen.life.use.quality.models import Draw, DrawShare
from talteen.notice import retention
from talteen.notice.retention import RetentionPolicy
from talteen.register.models import AnnouncementVersion, Line, NoticeVersion, Recording, Staff
from talteen.register.states import Lot, Progress

POLICY = RetentionPolicy()


def week(
    monday: date,
    agents: Sequence[Staff],
    *,
    calls: Mapping[tuple[str, str], int],
    drawn: int,
) -> list[Recording]:
    """A week in which each of ``agents`` has, by line and language, so many calls; the lot drew
    ``drawn`` of each. Gives those that were drawn."""
    seed = hashlib.sha256(monday.isoformat().encode()).digest()
    notice, prompt = NoticeVersion.objects.all()[0], AnnouncementVersion.objects.all()[0]
    lines = {one.slug: one for one in Line.objects.all()}
    rows = []
    for agent in agents:
        own = [
            _row(monday, place, agent, lines[line], language, notice, prompt)
            for (line, language), count in calls.items()
            for place in range(count)
        ]
        picked = sorted(own, key=lambda one: lot.ticket(seed, one.pk))[:drawn]
        for one in picked:
            one.lot = Lot.DRAWN.value
        rows += own
    Recording.objects.bulk_create(rows)
    made_at = datetime.combine(monday + timedelta(days=8), time(3), HELSINKI)
    made, _ = Draw.objects.update_or_create(
        monday=monday,
        defaults={"seed": seed, "committed_leaf": b"", "made_at": made_at, "calls": len(rows)},
    )
    among = Counter(row.agent_id for row in rows)
    DrawShare.objects.bulk_create(
        DrawShare(draw=made, agent=agent, among=among[agent.pk], quota=min(drawn, among[agent.pk]))
        for agent in agents
    )
    return [row for row in rows if row.lot == Lot.DRAWN.value]


def _row(
    monday: date,
    place: int,
    agent: Staff,
    line: Line,
    language: str,
    notice: NoticeVersion,
    prompt: AnnouncementVersion,
) -> Recording:
    day = monday + timedelta(days=place % 5)
    minute = place * 7 % 480
    started_at = datetime.combine(day, time(9 + minute // 60, minute % 60), HELSINKI)
    due_at = retention.due(started_at, POLICY)
    return Recording(
        id=ids.new(),
        progress=Progress.SEALED.value,
        started_at=started_at,
        day=day,
        cutoff_at=retention.cutoff(due_at, POLICY.margin_days),
        due_at=due_at,
        zone_rules=retention.ZONE_RULES,
        arrived_at=started_at + timedelta(minutes=5),
        length_ms=60_000,
        direction="inbound",
        source="direct",
        language=language,
        line=line,
        agent=agent,
        notice=notice,
        announcement=prompt,
        announced_until=started_at,
        origin="import",
        reviewed=True,
        lot=Lot.IN.value,
    )

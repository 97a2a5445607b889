"""Which recording, and which promise row, belongs to which call. Pure, and the order of neither
side matters.

By SIP Call-ID where both sides have one; else by caller, agent and line, as far as both sides know
them, and by time: a recording lies within its call, give or take three seconds. Of several calls
that would do, the one whose conversation begins nearest gets it. A recording is used once, and so
is a promise.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from talteen.oversight.balance.values import Promised, Recorded
from talteen.oversight.records.values import CallRecord

TOLERANCE = timedelta(seconds=3)
"""How far the clocks of exchange and recorder may lie apart, and rounding to seconds may reach."""
_HOUR_S = 3600

Matches = Mapping[CallRecord, tuple[Recorded, ...]]


def matched(
    calls: Sequence[CallRecord], recorded: Iterable[Recorded]
) -> tuple[Matches, tuple[Recorded, ...]]:
    """The recordings of each call, by beginning; and those that belong to none."""
    near = _by_hour(calls, lambda call: call.extensions or (None,))
    by_id = _by_hour(calls, lambda call: call.call_ids)
    whole = _by_hour(calls, lambda _: (None,))
    found: defaultdict[CallRecord, list[Recorded]] = defaultdict(list)
    orphans: list[Recorded] = []
    for each in sorted(recorded, key=lambda one: (one.begins_at, one.ends_at, one.id)):
        hour = _hour(each.begins_at)
        may = whole[hour, None] if each.agent is None else near[hour, each.agent]
        may = [*may, *(near[hour, None] if each.agent is not None else ())]
        may += [call for one in each.call_ids for call in by_id[hour, one]]
        fits = [call for call in may if _fits(each, call)]
        if fits:
            found[min(fits, key=lambda call: _distance(each, call))].append(each)
        else:
            orphans.append(each)
    return {call: tuple(each) for call, each in found.items()}, tuple(orphans)


def promises_of(
    calls: Sequence[CallRecord], promised: Iterable[Promised]
) -> Mapping[CallRecord, Promised]:
    """The promise row of each call that has one: born as the call or its conversation began."""
    near = _by_hour(calls, lambda call: (call.line,))
    whole = _by_hour(calls, lambda _: (None,))
    found: dict[CallRecord, Promised] = {}
    for one in sorted(promised, key=lambda one: (one.at, one.id)):
        hour = _hour(one.at)
        of_line = [*near[hour, one.line], *near[hour, None]] if one.line else whole[hour, None]
        may = [call for call in of_line if call not in found and _may_be_promised(one, call)]
        if may:
            found[min(may, key=lambda call: (_apart(one.at, call), *order(call)))] = one
    return found


def order(call: CallRecord) -> tuple[datetime, str]:
    """By beginning, and the same whatever the order of the rows."""
    return call.began_at, call.key


def _by_hour(
    calls: Iterable[CallRecord], names: Callable[[CallRecord], Iterable[str | None]]
) -> defaultdict[tuple[int, str | None], list[CallRecord]]:
    """The calls that touch each hour, by what names them: so that a day of thousands is not
    compared each with each."""
    found: defaultdict[tuple[int, str | None], list[CallRecord]] = defaultdict(list)
    for call in calls:
        for hour in _hours(call):
            for name in names(call):
                found[hour, name].append(call)
    return found


def _hours(call: CallRecord) -> Iterator[int]:
    yield from range(_hour(call.began_at - TOLERANCE), _hour(call.ended_at + TOLERANCE) + 1)


def _hour(at: datetime) -> int:
    return int(at.timestamp() // _HOUR_S)


def _fits(recorded: Recorded, call: CallRecord) -> bool:
    if not (_during(recorded.begins_at, call) and _during(recorded.ends_at, call)):
        return False
    if recorded.call_ids & call.call_ids:
        return True
    if recorded.agent is not None and call.extensions and recorded.agent not in call.extensions:
        return False
    known = (recorded.agent and call.extensions) or (recorded.outside and call.outside)
    same = _may_be(recorded.outside, call.outside) and _may_be(recorded.line, call.line)
    return bool(known) and same


def _distance(recorded: Recorded, call: CallRecord) -> tuple[bool, bool, timedelta, datetime, str]:
    """Smaller is nearer."""
    by_id = bool(recorded.call_ids & call.call_ids)
    return not by_id, not call.talks, _apart(recorded.begins_at, call), *order(call)


def _may_be_promised(one: Promised, call: CallRecord) -> bool:
    if not _may_be(one.line, call.line) or not _during(one.at, call):
        return False
    # Where nobody says when the agent answered, any moment of the call will do, but only of the
    # same line: another call's excuse must not cover a loss.
    untold = any(not talk.begin_told for talk in call.talks)
    return _apart(one.at, call) <= TOLERANCE or (
        untold and one.line is not None and one.line == call.line
    )


def _apart(at: datetime, call: CallRecord) -> timedelta:
    """How far ``at`` lies from where the call, or a conversation in it, began."""
    begins = [call.began_at, *(talk.span.begins_at for talk in call.talks)]
    return min(abs(begin - at) for begin in begins)


def _during(at: datetime, call: CallRecord) -> bool:
    return call.began_at - TOLERANCE <= at <= call.ended_at + TOLERANCE


def _may_be(one: str | None, other: str | None) -> bool:
    """Whether two sides can mean the same, where either may not know."""
    return one is None or other is None or one == other

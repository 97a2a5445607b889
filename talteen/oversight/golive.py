"""Going live (REGISTER 6.2): every condition under which calls may be recorded, as it stands.

Some keep recording off by themselves, wherever a call comes in: the state ``OFF`` says that one of
them does so now. The others ask somebody to act while recording goes on. Nothing is stored: each
state is read from what the house does anyway.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.life.answer import canary
from talteen.notice import coverage
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.oversight import drills, key_alarms
from talteen.oversight.flow import gate
from talteen.oversight.flow.connectors import CONTENT
from talteen.register import balanced
from talteen.register import house as houses
from talteen.register.log import ledger_witnesses
from talteen.register.log.ledger_witnesses import Witnesses
from talteen.register.models import AnnouncementVersion, NoticeVersion, Staff
from talteen.register.staff import acknowledgements

SWEPT_WITHIN = timedelta(days=1)
LEAST_CONTACTS = 2
"""Clause 3 promises at least two people."""


class Condition(Enum):
    """What must be so. The value is the anchor on the page, and stays."""

    NOTICE = "notice"
    TESTS = "tests"
    IMPACT = "impact"
    COOPERATION = "cooperation"
    EMPLOYEES = "employees"
    ANNOUNCEMENTS = "announcements"
    PROCESSORS = "processors"
    RETENTION = "retention"
    CONTACTS = "contacts"
    OFFICER = "officer"
    MAILBOX = "mailbox"
    KEYS = "keys"
    DRILL = "drill"
    WITNESS = "witness"


class State(Enum):
    """How a condition stands."""

    MET = "met"
    ASKED = "asked"
    """Somebody must act; recording goes on."""
    OFF = "off"
    """Keeps recording off."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list."""

    condition: Condition
    state: State
    on: date | None = None
    """The day that the state hangs on, where it hangs on one."""
    count: int | None = None
    """How many are lacking."""


@dataclass(frozen=True, slots=True)
class GoLive:
    """The whole list."""

    items: tuple[Item, ...]

    @property
    def off(self) -> tuple[Item, ...]:
        """What keeps recording off now."""
        return self._of(State.OFF)

    @property
    def asked(self) -> tuple[Item, ...]:
        """What somebody must do meanwhile."""
        return self._of(State.ASKED)

    def _of(self, state: State) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.state is state)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is asked."""

    config: Config
    file: RegisterFile
    witnesses: Witnesses
    now: datetime
    machine_at: datetime
    """By the machine's clock, which sweeps go by."""

    @property
    def today(self) -> date:
        return helsinki_date(self.now)


def look(asked: Looked) -> GoLive:
    """The list of a house as it stands at ``asked.now``."""
    return GoLive(tuple(one(asked) for one in _ALL))


def _notice(asked: Looked) -> Item:
    """4.3: a version that two persons published is in force."""
    own = NoticeVersion.objects.filter(legacy=False).order_by("valid_from")
    if row := own.filter(valid_from__lte=asked.today).last():
        return Item(Condition.NOTICE, State.MET, row.valid_from)
    coming = own.first()
    return Item(Condition.NOTICE, State.OFF, coming.valid_from if coming else None)


def _tests(asked: Looked) -> Item:
    """6.1: what every purpose stands on. Without a single one nothing may be recorded."""
    found = balanced.grounds(asked.today)
    shut = [one for one in found if not one.stands(asked.today)]
    if len(shut) == len(found):
        return Item(Condition.TESTS, _unless_earlier(), count=len(shut))
    if shut:
        return Item(Condition.TESTS, State.ASKED, count=len(shut))
    ends = min(one.test.ends_on for one in found if one.test)
    return Item(Condition.TESTS, _until(ends, asked.today), ends)


def _impact(asked: Looked) -> Item:
    """35: adopted by two, within its review."""
    ends = balanced.impact_ends_on()
    if ends is None or ends <= asked.today:
        return Item(Condition.IMPACT, _unless_earlier(), ends)
    return Item(Condition.IMPACT, _until(ends, asked.today), ends)


def _unless_earlier() -> State:
    """A house of an earlier release records until its first adoption (``balanced.may_record``)."""
    return State.OFF if balanced.ever_adopted() else State.ASKED


def _until(ends: date, today: date) -> State:
    return State.MET if today + balanced.SOON < ends else State.ASKED


def _cooperation(asked: Looked) -> Item:
    """E.0: the procedure with the staff came first. A register in which it did not is refused."""
    day = asked.file.employees.cooperation_on
    return Item(Condition.COOPERATION, State.MET if day <= asked.today else State.OFF, day)


def _employees(asked: Looked) -> Item:
    """E.0: agents who were told; those of the others are not recorded."""
    found = acknowledgements.agents(asked.now)
    untold = sum(not one.standing.recorded for one in found)
    state = State.MET if not untold else State.OFF if untold == len(found) else State.ASKED
    return Item(Condition.EMPLOYEES, state, count=untold)


def _announcements(asked: Looked) -> Item:
    """6.8, J17: the inbound announcement of each language has its sound."""
    rows = AnnouncementVersion.objects.filter(direction="inbound", valid_from__lte=asked.today)
    heard = rows.exclude(sound_sha256=None).values_list("language", flat=True)
    lacking = {one.value for one in Language} - set(heard)
    return Item(Condition.ANNOUNCEMENTS, _lacks(lacking), count=len(lacking))


def _lacks(lacking: Collection[object]) -> State:
    return State.OFF if lacking else State.MET


def _processors(asked: Looked) -> Item:
    """11.1, 12.2: whoever holds sound and words has a record that carries today."""
    if gate.stops(asked.config, asked.file, asked.today, CONTENT):
        return Item(Condition.PROCESSORS, State.OFF)
    lapsed = len(coverage.lapses(asked.file, asked.today))
    return Item(Condition.PROCESSORS, State.ASKED if lapsed else State.MET, count=lapsed)


def _retention(asked: Looked) -> Item:
    """13.3: what is due is looked for."""
    last = houses.last_sweep()
    late = last is None or asked.machine_at - last > SWEPT_WITHIN
    return Item(Condition.RETENTION, _must(late), helsinki_date(last) if last else None)


def _contacts(asked: Looked) -> Item:
    """3.2: two people at least hold the role."""
    lacking = LEAST_CONTACTS - _active(Role.REGISTER_CONTACT)
    return Item(Condition.CONTACTS, _must(lacking > 0), count=max(lacking, 0))


def _officer(asked: Looked) -> Item:
    """2.2: somebody advises, or no paper is adopted and no disclosure made."""
    return Item(Condition.OFFICER, _must(not _active(Role.DPO)))


def _mailbox(asked: Looked) -> Item:
    """3.1: the house's own letter of the day came back. Without a mailbox nobody waits for one."""
    since = canary.silent_since(asked.now)
    return Item(
        Condition.MAILBOX, _must(since is not None), helsinki_date(since) if since else None
    )


def _keys(asked: Looked) -> Item:
    """17.6: key holders and the ring of backup keys are as they should be."""
    count = len(key_alarms.standing())
    return Item(Condition.KEYS, _must(count > 0), count=count)


def _drill(asked: Looked) -> Item:
    """J20: last week's drill: the dead stayed dead, a living call played."""
    run, late = drills.newest(), drills.late(asked.now)
    day = helsinki_date(run.at) if run else None
    return Item(Condition.DRILL, _must(late is not None or run is None or not run.ok), day)


def _witness(asked: Looked) -> Item:
    """Somebody outside has signed the log."""
    if not asked.witnesses.needed:
        return Item(Condition.WITNESS, State.ASKED)
    since = ledger_witnesses.missing_since(asked.witnesses)
    patience = timedelta(seconds=asked.config.ledger.unwitnessed_alarm_s)
    late = since is not None and asked.now - since > patience
    return Item(Condition.WITNESS, _must(late), helsinki_date(since) if late and since else None)


def _must(lacks: bool) -> State:
    return State.ASKED if lacks else State.MET


def _active(role: Role) -> int:
    return Staff.objects.filter(role=role.value, is_active=True).count()


_ALL: tuple[Callable[[Looked], Item], ...] = (
    _notice, _tests, _impact, _cooperation, _employees, _announcements, _processors, _retention,
    _contacts, _officer, _mailbox, _keys, _drill, _witness,
)  # fmt: skip

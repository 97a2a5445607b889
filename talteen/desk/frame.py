"""What stands round every page: the sections of the role, the person, choices, and the sum of the
day.

A context processor, so that a screen says only what is its own. The parts are read when a template
asks.
"""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from talteen.desk.evaluation.quality import READERS as SAMPLE_READERS
from talteen.desk.incidents.breaches import LOOKERS as BREACH_LOOKERS
from talteen.desk.interface.programs import LOOKERS as PROGRAM_LOOKERS
from talteen.desk.outflow.disclosures import LOOKERS as DISCLOSURE_LOOKERS
from talteen.desk.outflow.processors import LOOKERS as PROCESSOR_LOOKERS
from talteen.desk.page import places, wording
from talteen.desk.page.overseen import KEEPERS, OVERSEERS
from talteen.desk.page.preferences import THEME
from talteen.desk.page.visit import Visit, reader
from talteen.desk.promise.assessments import LOOKERS as GROUND_LOOKERS
from talteen.desk.reception.do_not_record import KEEPERS as LIST_KEEPERS
from talteen.desk.rights.requests import LOOKERS as REQUEST_LOOKERS
from talteen.desk.staff.people import LOOKERS as PEOPLE_LOOKERS
from talteen.life.destroy import days
from talteen.life.hold.provisional import LOOKERS
from talteen.life.use import reach
from talteen.life.use.coach.shown import READERS as PASSAGE_READERS
from talteen.life.use.guide.articles import READERS as GUIDANCE_READERS
from talteen.life.use.quality.shown import EVALUATORS
from talteen.life.use.study.shown import PLANNERS as STUDY_PLANNERS
from talteen.life.use.underway import WATCHERS
from talteen.notice.delegations import GIVERS
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.oversight import key_alarms
from talteen.oversight.access_reviews import REVIEWERS as RIGHT_REVIEWERS
from talteen.oversight.emergencies import LOOKERS as GLASS_LOOKERS
from talteen.oversight.personnel_openings import APPROVERS as OPENING_APPROVERS
from talteen.oversight.use.looking import READERS as USE_READERS
from talteen.register import published

PROVERS = frozenset({Role.DPO, Role.AUDITOR})
"""Whose daily work the proofs are; other overseers find them in the palette."""


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the masthead or the palette."""

    label: str
    url: str
    icon: str
    current: bool
    alarms: int = 0
    """How many stand there; they are seen from every page."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values that a button sets."""

    code: str
    name: str
    icon: str
    current: bool

    @property
    def value(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ControllerShown:
    """Who answers for the register, as the foot of public pages says it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class DayLineShown:
    """Yesterday's sum and the next night's."""

    recorded: int
    not_recorded: int
    tonight: int

    @property
    def calls(self) -> int:
        return self.recorded + self.not_recorded


_ROOM, _MARK_ROOM, _ROUND_A_NAME = 84, 17, 4
"""In letters: what a masthead of 1,024 pixels holds, what the mark of a demo house takes of it, and
what stands round each name. Wider ones show the same places: nobody should look for them anew."""
_FIRST_TO_GO = (
    *(places.NOTICE, places.STUDIES, places.CALIBRATION, places.LIVE, places.GUIDANCE),
    *(places.LOG, places.BALANCE, places.QUALITY, places.VAULT, places.PROOF),
)
"""Who has more sections than the masthead has room for finds these by the palette alone, the first
ones first; the foot of every page leads to the notice."""


class Frame:
    """The parts round one page."""

    def __init__(self, request: HttpRequest, visit: Visit) -> None:
        self._request = request
        self._visit = visit

    @property
    def language(self) -> str:
        return wording.language()

    @property
    def theme(self) -> str:
        chosen = self._request.COOKIES.get(THEME, "")
        return chosen if chosen in ("light", "dark") else ""

    @property
    def themes(self) -> list[Choice]:
        names = (
            ("", _("Laitteen mukaan"), "monitor"),
            ("light", _("Vaalea"), "sun"),
            ("dark", _("Tumma"), "moon"),
        )
        return [Choice(code, name, icon, code == self.theme) for code, name, icon in names]

    @property
    def languages(self) -> list[Choice]:
        # Each language names itself: nobody should need to read another to find their own.
        names = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
        return [Choice(code, name, "", code == self.language) for code, name in names.items()]

    @property
    def demo(self) -> bool:
        return self._visit.demo

    @cached_property
    def person(self) -> Person | None:
        if not self._request.user.is_authenticated:
            return None
        who = reader(self._request)
        return Person(who.name, Role(who.role))

    @cached_property
    def sections(self) -> list[Section]:
        """The pages that stand in the masthead, as far as it has room in the reader's language."""
        shown = [*self._main, *([places.DEMO] if self.demo else [])]
        room = _ROOM - _MARK_ROOM * self.demo
        for place in _FIRST_TO_GO:
            if sum(len(str(one.label)) + _ROUND_A_NAME for one in shown) <= room:
                break
            if place in shown:
                shown.remove(place)
        return [self._section(place) for place in shown]

    @property
    def palette(self) -> list[Section]:
        """All pages that are there for this person: those of the masthead first."""
        first = self.sections
        known = {section.url for section in first}
        others = map(self._section, [*self._main, *self._beside])
        return [*first, *(section for section in others if section.url not in known)]

    @property
    def _main(self) -> list[places.Place]:
        if self.person is None:
            return []
        role = self.person.role
        shown = [places.MY_CALL] if role is Role.AGENT else []
        shown += [places.CALLS] if reach.lists_calls(role) else []
        shown += [places.REQUESTS] if role in REQUEST_LOOKERS else []
        shown += [places.QUALITY] if role in SAMPLE_READERS else []
        shown += [places.CALIBRATION] if role in EVALUATORS else []
        shown += [places.STUDIES] if role in STUDY_PLANNERS else []
        shown += [places.PASSAGES] if role is Role.TRAINER else []
        shown += [places.GUIDANCE] if role in GUIDANCE_READERS else []
        shown += [places.HOLDS] if role in LOOKERS else []
        shown += [places.LIVE] if role in WATCHERS else []
        shown += [places.STANDINGS, places.PERSONNEL_OPENINGS] if role is Role.HR else []
        shown += [places.CALENDAR, *([places.VAULT] if role in KEEPERS else [])]
        shown += [places.BALANCE, places.LOG] if role in OVERSEERS else []
        shown += [places.PROOF] if role in PROVERS else []
        shown += [places.BREACHES] if role in (Role.DPO, Role.OWNER) else []
        return [*shown, places.NOTICE]

    @property
    def _beside(self) -> list[places.Place]:
        role = self.person.role if self.person else None
        shown = [places.PROOF] if role in OVERSEERS - PROVERS else []
        shown += [places.STATEMENTS] if role in OVERSEERS else []
        shown += [places.EVIDENCE] if role in PROVERS else []
        shown += [places.OFFICER] if role is Role.DPO else []
        shown += [places.GROUP] if role is Role.AGENT else []
        shown += [places.OBJECTIONS] if role in LIST_KEEPERS else []
        shown += [places.USES] if role in USE_READERS else []
        shown += [places.PEOPLE] if role in PEOPLE_LOOKERS else []
        shown += [places.PROGRAMS] if role in PROGRAM_LOOKERS else []
        shown += [places.EMERGENCIES] if role in GLASS_LOOKERS else []
        shown += [places.PERSONNEL_OPENINGS] if role in OPENING_APPROVERS else []
        shown += [places.REVIEWS] if role in RIGHT_REVIEWERS else []
        shown += [places.DELEGATIONS] if role in GIVERS else []
        shown += [places.OWN_USE, places.ACCOUNT, places.EMPLOYEES] if role else []
        shown += [places.STUDIES] if role in SAMPLE_READERS - {Role.AGENT, *STUDY_PLANNERS} else []
        shown += [places.COACHING, places.LESSONS] if role in GUIDANCE_READERS else []
        shown += [places.PASSAGES] if role in PASSAGE_READERS - {Role.TRAINER} else []
        shown += [places.BREACHES] if role in BREACH_LOOKERS - {Role.DPO, Role.OWNER} else []
        shown += [places.DISCLOSURES, places.RECIPIENTS] if role in DISCLOSURE_LOOKERS else []
        shown += [places.PROCESSORS] if role in PROCESSOR_LOOKERS else []
        shown += [places.GROUNDS, places.GO_LIVE] if role in GROUND_LOOKERS else []
        return [*shown, *([places.SURVIVES, places.REPORT] if role else [])]

    @property
    def home(self) -> str:
        return reverse("home")

    @cached_property
    def controller(self) -> ControllerShown:
        controller = self._visit.house.register.controller
        address = controller.visiting_address[Language(self.language)]
        return ControllerShown(controller.name, address)

    @cached_property
    def day_line(self) -> DayLineShown | None:
        if self.person is None:
            return None
        line = days.day_line(self._visit.now)
        return DayLineShown(line.recorded, line.not_recorded, line.tonight)

    @cached_property
    def notice(self) -> str:
        """The number of the notice in force; empty when there is none."""
        in_force = published.in_force(self._visit.today)
        return in_force.number if in_force else ""

    def _section(self, place: places.Place) -> Section:
        match = self._request.resolver_match
        current = match is not None and match.url_name in place.pages
        alarms = len(key_alarms.standing()) if place is places.VAULT else 0
        return Section(str(place.label), reverse(place.url_name), place.icon, current, alarms)


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: ``frame`` in every template."""
    visit: Visit | None = getattr(request, "visit", None)
    return {"frame": Frame(request, visit)} if visit else {}

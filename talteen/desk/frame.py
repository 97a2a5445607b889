"""What stands round every page: the sections of the role, the person, choices, and the sum of the
day.

A context processor, so that a screen says only what is its own. The parts are read when a template
asks.
"""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from talteen.desk import wording
from talteen.desk.breaches import LOOKERS as BREACH_LOOKERS
from talteen.desk.disclosures import LOOKERS as DISCLOSURE_LOOKERS
from talteen.desk.do_not_record import KEEPERS as LIST_KEEPERS
from talteen.desk.overseen import KEEPERS, OVERSEERS
from talteen.desk.people import LOOKERS as PEOPLE_LOOKERS
from talteen.desk.processors import LOOKERS as PROCESSOR_LOOKERS
from talteen.desk.quality import READERS as SAMPLE_READERS
from talteen.desk.requests import LOOKERS as REQUEST_LOOKERS
from talteen.desk.visit import Visit, reader
from talteen.life.destroy import days
from talteen.life.hold.provisional import LOOKERS
from talteen.life.use import calls
from talteen.life.use.guide.articles import READERS as GUIDANCE_READERS
from talteen.life.use.quality.shown import EVALUATORS
from talteen.life.use.study.shown import PLANNERS as STUDY_PLANNERS
from talteen.life.use.underway import WATCHERS
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.oversight import key_alarms
from talteen.oversight.access_reviews import REVIEWERS as RIGHT_REVIEWERS
from talteen.oversight.emergencies import LOOKERS as GLASS_LOOKERS
from talteen.oversight.use.looking import READERS as USE_READERS
from talteen.register import published

PROVERS = frozenset({Role.DPO, Role.AUDITOR})
"""Whose daily work the proofs are; other overseers find them in the palette."""
THEME = "theme"
"""Cookie: "light" or "dark"; absent, the reader's system decides."""


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


@dataclass(frozen=True, slots=True)
class _Place:
    label: Promise
    url_name: str
    icon: str
    pages: frozenset[str]
    """Names of the addresses that belong to this section."""


_CALLS = _Place(
    gettext_lazy("Puhelut"),
    "calls",
    "volume-2",
    frozenset({"calls", "call", "call-open", "call-purpose", "purpose"}),
)
_CALENDAR = _Place(
    gettext_lazy("Kalenteri"),
    "calendar",
    "calendar-days",
    frozenset(
        {"calendar", "certificate", "certificates-of-day", "months", "months-table", "month"}
    ),
)
_QUALITY = _Place(gettext_lazy("Otos"), "quality", "flask-conical", frozenset({"quality"}))
_CALIBRATION = _Place(
    gettext_lazy("Kalibrointi"),
    "calibration",
    "list-checks",
    frozenset(
        {"calibration", "calibration-round", "form", "form-version", "form-edit", "form-diff"}
    ),
)
_STUDIES = _Place(
    gettext_lazy("Tutkimus"),
    "studies",
    "list-checks",
    frozenset({"studies", "study", "study-new", "study-decide"}),
)
_GUIDANCE = _Place(
    gettext_lazy("Ohjeet"),
    "guidance",
    "file-text",
    frozenset(
        {"guidance", "article", "article-new", "article-write", "article-version", "lessons"}
        | {"coaching"}
    ),
)
_COACHING = _Place(gettext_lazy("Valmennus"), "coaching", "user-round", frozenset({"coaching"}))
_LESSONS = _Place(gettext_lazy("Opit"), "lessons", "pencil", frozenset({"lessons"}))
_SURVIVES = _Place(
    gettext_lazy("Mitä puhelusta jää"), "survives", "hourglass", frozenset({"survives"})
)
_BALANCE = _Place(
    gettext_lazy("Täsmäytys"),
    "balance",
    "list-checks",
    frozenset({"balance", "balance-table", "why"}),
)
_LOG = _Place(
    gettext_lazy("Pöytäkirja"),
    "ledger",
    "shield-check",
    frozenset({"ledger", "ledger-table"}),
)
_VAULT = _Place(gettext_lazy("Holvi"), "vault", "key-round", frozenset({"vault", "vault-table"}))
_HOLDS = _Place(
    gettext_lazy("Pidot"),
    "holds",
    "pin",
    frozenset({"holds", "hold-confirm", "hold-let-go", "hold-act", "do-not-record"}),
)
_REQUESTS = _Place(
    gettext_lazy("Pyynnöt"),
    "requests",
    "file-text",
    frozenset({"requests", "request", "request-new", "request-act"}),
)
_OBJECTIONS = _Place(
    gettext_lazy("Ei tallenneta"), "do-not-record", "eye-off", frozenset({"do-not-record"})
)
_PEOPLE = _Place(gettext_lazy("Ihmiset"), "people", "user-round", frozenset({"people"}))
_EMERGENCIES = _Place(
    gettext_lazy("Hätäavaukset"), "emergencies", "lock", frozenset({"emergencies"})
)
_REVIEWS = _Place(gettext_lazy("Oikeudet"), "reviews", "list-checks", frozenset({"reviews"}))
_ACCOUNT = _Place(gettext_lazy("Omat tunnisteet"), "account", "key-round", frozenset({"account"}))
_USES = _Place(gettext_lazy("Käyttö"), "uses", "eye", frozenset({"uses"}))
_OWN_USE = _Place(gettext_lazy("Omat avaukset"), "my-use", "eye", frozenset({"my-use"}))
_BREACHES = _Place(
    gettext_lazy("Loukkaukset"),
    "breaches",
    "triangle-alert",
    frozenset({"breaches", "breach", "breach-act", "breach-dossier"}),
)
_DISCLOSURES = _Place(
    gettext_lazy("Luovutukset"),
    "disclosures",
    "arrow-right",
    frozenset({"disclosures", "disclosure", "disclosure-new", "disclosure-act", "disclosure-find"}),
)
_RECIPIENTS = _Place(
    gettext_lazy("Vastaanottajat"), "recipients", "mail", frozenset({"recipients"})
)
_PROCESSORS = _Place(
    gettext_lazy("Käsittelijät"),
    "processors",
    "compass",
    frozenset({"processors", "processing-record"}),
)
_REPORT = _Place(
    gettext_lazy("Ilmoita loukkauksesta"),
    "breach-report",
    "triangle-alert",
    frozenset({"breach-report"}),
)
_LIVE = _Place(gettext_lazy("Tallennus"), "live", "mic", frozenset({"live"}))
_MY_CALL = _Place(gettext_lazy("Oma puhelu"), "my-call", "mic", frozenset({"my-call"}))
_NOTICE = _Place(
    gettext_lazy("Seloste"),
    "notice",
    "file-text",
    frozenset({"notice", "notice-version", "notice-text"}),
)
_PROOF = _Place(
    gettext_lazy("Todisteet"),
    "prove",
    "shield-check",
    frozenset({"prove", "prove-table", "prove-clause"}),
)
_OFFICER = _Place(
    gettext_lazy("Viestit"), "officer", "mail", frozenset({"officer", "officer-message"})
)
_STATEMENTS = _Place(
    gettext_lazy("Tilitykset"), "statements", "list-checks", frozenset({"statements", "statement"})
)
_EVIDENCE = _Place(
    gettext_lazy("Todistehuone"), "evidence", "flask-conical", frozenset({"evidence"})
)
_GROUP = _Place(
    gettext_lazy("Teksti ryhmälle"), "group-text", "languages", frozenset({"group-text"})
)
_DEMO = _Place(gettext_lazy("Kierros"), "demo", "compass", frozenset({"demo", "demo-mail"}))


_ROOM, _MARK_ROOM, _ROUND_A_NAME = 84, 17, 4
"""In letters: what a masthead of 1,024 pixels holds, what the mark of a demo house takes of it, and
what stands round each name. Wider ones show the same places: nobody should look for them anew."""
_FIRST_TO_GO = (
    *(_NOTICE, _STUDIES, _CALIBRATION, _LIVE, _GUIDANCE),
    *(_LOG, _BALANCE, _QUALITY, _VAULT, _PROOF),
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
        places = [*self._main, *([_DEMO] if self.demo else [])]
        room = _ROOM - _MARK_ROOM * self.demo
        for place in _FIRST_TO_GO:
            if sum(len(str(one.label)) + _ROUND_A_NAME for one in places) <= room:
                break
            if place in places:
                places.remove(place)
        return [self._section(place) for place in places]

    @property
    def palette(self) -> list[Section]:
        """All pages that are there for this person: those of the masthead first."""
        first = self.sections
        known = {section.url for section in first}
        others = map(self._section, [*self._main, *self._beside])
        return [*first, *(section for section in others if section.url not in known)]

    @property
    def _main(self) -> list[_Place]:
        if self.person is None:
            return []
        role = self.person.role
        places = [_MY_CALL] if role is Role.AGENT else []
        places += [_CALLS] if calls.lists_calls(role) else []
        places += [_REQUESTS] if role in REQUEST_LOOKERS else []
        places += [_QUALITY] if role in SAMPLE_READERS else []
        places += [_CALIBRATION] if role in EVALUATORS else []
        places += [_STUDIES] if role in STUDY_PLANNERS else []
        places += [_GUIDANCE] if role in GUIDANCE_READERS else []
        places += [_HOLDS] if role in LOOKERS else []
        places += [_LIVE] if role in WATCHERS else []
        places += [_CALENDAR, *([_VAULT] if role in KEEPERS else [])]
        places += [_BALANCE, _LOG] if role in OVERSEERS else []
        places += [_PROOF] if role in PROVERS else []
        places += [_BREACHES] if role in (Role.DPO, Role.OWNER) else []
        return [*places, _NOTICE]

    @property
    def _beside(self) -> list[_Place]:
        role = self.person.role if self.person else None
        places = [_PROOF] if role in OVERSEERS - PROVERS else []
        places += [_STATEMENTS] if role in OVERSEERS else []
        places += [_EVIDENCE] if role in PROVERS else []
        places += [_OFFICER] if role is Role.DPO else []
        places += [_GROUP] if role is Role.AGENT else []
        places += [_OBJECTIONS] if role in LIST_KEEPERS else []
        places += [_USES] if role in USE_READERS else []
        places += [_PEOPLE] if role in PEOPLE_LOOKERS else []
        places += [_EMERGENCIES] if role in GLASS_LOOKERS else []
        places += [_REVIEWS] if role in RIGHT_REVIEWERS else []
        places += [_OWN_USE, _ACCOUNT] if role else []
        places += [_STUDIES] if role in SAMPLE_READERS - {Role.AGENT, *STUDY_PLANNERS} else []
        places += [_COACHING, _LESSONS] if role in GUIDANCE_READERS else []
        places += [_BREACHES] if role in BREACH_LOOKERS - {Role.DPO, Role.OWNER} else []
        places += [_DISCLOSURES, _RECIPIENTS] if role in DISCLOSURE_LOOKERS else []
        places += [_PROCESSORS] if role in PROCESSOR_LOOKERS else []
        return [*places, *([_SURVIVES, _REPORT] if role else [])]

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

    def _section(self, place: _Place) -> Section:
        match = self._request.resolver_match
        current = match is not None and match.url_name in place.pages
        alarms = len(key_alarms.standing()) if place is _VAULT else 0
        return Section(str(place.label), reverse(place.url_name), place.icon, current, alarms)


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: ``frame`` in every template."""
    visit: Visit | None = getattr(request, "visit", None)
    return {"frame": Frame(request, visit)} if visit else {}

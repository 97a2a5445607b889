"""The authority's form and the letters to people, drafted from what is known (33(3), 34(2)).

The form is the register's letter ``authority_breach``, point by point; the letter to people stands
ready in all three languages. What the house knows is filled in; what it suggests, people may write
anew; what is missing is shown as missing, and then it cannot be recorded as sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from talteen.errors import InputError
from talteen.life.answer import values
from talteen.life.seal.vault import Vault
from talteen.notice import breach_texts as texts
from talteen.notice import breaches as law
from talteen.notice import language as languages
from talteen.notice import wording
from talteen.notice.breaches import ASPECTS, Aspect, BreachKind, NotTold
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.oversight.breaches import papers, scope
from talteen.oversight.breaches.models import Breach
from talteen.oversight.breaches.scope import Scope
from talteen.register.models import Staff
from talteen.register.post import letter_shelf

AUTHORITY, PEOPLE = "authority_breach", "breach_subject"
PLACES: Mapping[str, tuple[str, ...]] = {
    AUTHORITY: (
        "breach.what",
        "breach.subject_groups",
        "breach.data",
        "breach.consequences",
        "breach.measures",
        "breach.delay_reasons",
        "breach.processor",
        "breach.processor_told_at",
        "breach.cross_border",
    ),
    PEOPLE: (
        "breach.what",
        "breach.data",
        "breach.consequences",
        "breach.measures",
        "breach.advice",
    ),
}
"""What people write, or write anew."""
MISSING = "____"
"""What stands in a draft where something is missing."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place that people may write."""

    name: str
    text: str
    suggested: bool
    """The house has written it; nobody has gone over it."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the authority's form, to be carried over by itself."""

    label: str
    text: str

    @property
    def waits(self) -> bool:
        """Somebody has to write something of it first."""
        return MISSING in self.text


@dataclass(frozen=True, slots=True)
class Drafted:
    """A form or a letter as it stands."""

    language: Language
    subject: str
    paragraphs: tuple[str, ...]
    missing: tuple[str, ...]
    """Placeholders that nobody has filled."""
    places: tuple[Place, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """Of the form: what stands before the first colon names the point. What is no point of it
        (the line on phases) is left out."""
        parted = (one.partition(": ") for one in self.paragraphs)
        return tuple(Point(label, text) for label, colon, text in parted if colon)

    @property
    def text(self) -> str:
        return "\n\n".join((self.subject, *self.paragraphs)) + "\n"


class Desk:
    """Where the papers of one breach are drafted, as of one instant."""

    def __init__(
        self, vault: Vault, file: RegisterFile, folder: Path, breach: Breach, now: datetime
    ) -> None:
        self._vault, self._file, self._breach, self._now = vault, file, breach, now
        self._letters = letter_shelf.read(folder)
        self.scope = scope.of(breach, now)
        self._officer = Staff.objects.filter(role=Role.DPO.value, is_active=True).first()

    def authority(self, phase: str = "", sent_at: datetime | None = None) -> Drafted:
        """The form for the authority, in Finnish: by its points, without a greeting. ``sent_at``:
        it left then, and is late by that."""
        letters = self._letters[Language.FI]
        points = letters[AUTHORITY].lines
        form = [points[key] for key in points if key not in ("subject", "law")]
        known = self._known(Language.FI) | {"breach.phase": self._phase(phase)}
        known |= {"breach.delay_reasons": self._delay(Language.FI, sent_at)}
        return self._drafted(AUTHORITY, Language.FI, known, form, letters[AUTHORITY].subject)

    def people(self, language: Language) -> Drafted:
        """The letter to one person, without a name: whoever sends it puts it in."""
        letters = self._letters[language]
        law_line = letters.common["law_prefix"] + letters[PEOPLE].law
        common = [letters.common[key] for key in ("appeal", "closing", "footer")]
        form = [letters.common["greeting"], *letters[PEOPLE].paragraphs, *common, law_line]
        return self._drafted(PEOPLE, language, self._known(language), form, letters[PEOPLE].subject)

    def _drafted(
        self, name: str, language: Language, known: dict[str, str], form: list[str], subject: str
    ) -> Drafted:
        written = papers.newest(self._vault, self._breach, "draft", f"{name}.{language.value}")
        places = tuple(
            Place(place, written.get(place) or known.get(place, ""), not written.get(place))
            for place in PLACES[name]
        )
        filled = known | {one.name: one.text for one in places if one.text}
        asked = [one for text in form for one in wording.PLACEHOLDER.findall(text)]
        missing = tuple(dict.fromkeys(one for one in asked if not filled.get(one)))
        shown = {**filled, **dict.fromkeys(missing, MISSING)}
        body = tuple(wording.fill(text, shown) for text in form)
        return Drafted(language, wording.fill(subject, shown), body, missing, places)

    # --- what is known ----------------------------------------------------------------------------

    def _known(self, language: Language) -> dict[str, str]:
        row, officer = self._breach, self._officer
        writer = officer.name if officer else self._file.controller.name
        return {
            **values.of_register(self._file, language, writer),
            "controller.business_id": self._file.controller.business_id,
            "dpo.name": officer.name if officer else self._file.dpo.email,
            "request.number": row.case.reference,
            "recipient.name": texts.PERSON[language],
            **self._times(language),
            **self._facts(language),
        }

    def _times(self, language: Language) -> dict[str, str]:
        row = self._breach
        limit = law.limit(row.reported_at, row.aware_at)
        ended = row.occurred_to or row.contained_at
        told = row.notified_at
        return {
            "breach.aware_at": values.moment(row.aware_at or row.reported_at, language),
            "breach.deadline_at": values.moment(limit, language),
            "breach.date": values.day(row.occurred_from or row.reported_at, language),
            "breach.ended": values.day(ended, language) if ended else texts.GOES_ON[language],
            "breach.notified_at": values.moment(told, language) if told else "",
            "breach.police_report": values.day(row.police_at, language)
            if row.police_at
            else texts.NO[language],
        }

    def _delay(self, language: Language, sent_at: datetime | None) -> str:
        """There is none in time; after that only people can say why."""
        row = self._breach
        limit = law.limit(row.reported_at, row.aware_at)
        late = law.is_late(row.notified_at or sent_at or self._now, limit)
        return "" if late else texts.NONE[language]

    def _facts(self, language: Language) -> dict[str, str]:
        kind = BreachKind(self._breach.kind)
        told = self.scope.readable > 0
        what = texts.WHAT[kind][language]
        of_kind = [texts.ASPECTS[one][language] for one in ASPECTS[kind]]
        aspects = languages.listed(of_kind, language)
        return {
            "breach.what": f"{what} ({aspects})" if what else "",
            "breach.subject_groups": texts.SUBJECTS[language],
            "breach.subject_count": str(self.scope.callers),
            "breach.record_count": str(self.scope.readable + self.scope.sealed),
            "breach.data": (texts.DATA_READABLE if told else texts.DATA_SEALED)[language],
            "breach.consequences": self._consequences(kind, told=told)[language],
            "breach.advice": (texts.ADVICE_READABLE if told else texts.ADVICE)[language],
            "breach.keys_safe": (texts.KEYS_READABLE if told else self._keys())[language],
            "breach.processor": "" if kind is BreachKind.PROCESSOR else texts.NONE[language],
            "breach.processor_told_at": "" if kind is BreachKind.PROCESSOR else "-",
            "breach.cross_border": texts.NO[language],
            **self._told(language),
        }

    def _keys(self) -> texts.Texts:
        return texts.KEYS[self._breach.keys_safe]

    @staticmethod
    def _consequences(kind: BreachKind, *, told: bool) -> texts.Texts:
        if told:
            return texts.CONSEQUENCES_READABLE
        if Aspect.CONFIDENTIALITY not in ASPECTS[kind]:
            return texts.CONSEQUENCES_AWAY
        return texts.CONSEQUENCES_SEALED

    def _told(self, language: Language) -> dict[str, str]:
        people = self._breach.people
        reasons = texts.UNKNOWN[language]
        if people == "told":
            reasons = "-"
        elif people:
            reasons = texts.NOT_TOLD[NotTold(people)][language]
        told = texts.YES if people == "told" else texts.NOT_YET
        return {
            "breach.subjects_told": (texts.NO if people not in ("", "told") else told)[language],
            "breach.not_told_reasons": reasons,
        }

    def _phase(self, phase: str) -> str:
        key = phase or ("further" if self._breach.notified_at else "first")
        return texts.PHASES[key][Language.FI]


def complete(drafted: Drafted) -> None:
    """Raise InputError naming the first place that nobody has filled: so it is not sent (14.15)."""
    if drafted.missing:
        raise InputError(
            f"it lacks {{{drafted.missing[0]}}}", remedy="write it: nothing is sent without it"
        )


def reduced(reached: Scope) -> dict[str, str]:
    """The scope as a paper keeps it, when the access log has ended: codes and counts."""
    return {
        f"{number}": f"{row.part.value} {row.readable.value} {row.calls} "
        f"{row.first_entry}-{row.last_entry}"
        for number, row in enumerate(reached.rows, 1)
    }

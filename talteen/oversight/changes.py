"""A dry run of the next version: what the register folder says beside the notice in force, and what
each changed sentence would change (REGISTER 4.5, F). Reads only; publishes nothing.

A sentence that would change names what else says the same (letters, prompts), which requirement
carries it out and which proof watches it. What a version does to calls that live is counted: a
shorter time reaches back, a longer one and a new purpose never do (4.4).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from talteen.clock import helsinki_date, start_of_day
from talteen.config import Config
from talteen.notice import check, register_file, retention, text, versions, wording
from talteen.notice.clauses import Promise, SentenceId
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose
from talteen.notice.versions import Finding, Version
from talteen.oversight.prove import gather_notice
from talteen.oversight.prove.facts import NoticeFacts
from talteen.oversight.prove.gather_calls import LIVES
from talteen.oversight.prove.registry import PROOFS, Page
from talteen.register import adoptions, shelf
from talteen.register import versions as published
from talteen.register.models import NoticeVersion, Recording
from talteen.register.post import letter_shelf
from talteen.register.shelf import Shelf

_SPOKEN = {
    "retention.spoken_after": "retention.months",
    "retention.spoken_for": "retention.months",
    "controller.spoken": "controller.name",
}
AS_A_DRAFT = "draft"
"""By which number the folder is checked: nothing is ever published under it."""


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence that would be another."""

    id: str
    before: Mapping[Language, str]
    """Empty for a new one."""
    after: Mapping[Language, str]
    """Empty for one that would go."""
    promise: Promise | None
    proof: str
    """The kind of proof that watches it; empty where none does."""
    screen: Page | None
    """Where what it promises is seen: the page of that proof's evidence."""
    letters: tuple[str, ...]
    """Letters that are filled with one of its values too."""
    prompts: tuple[str, ...]
    """Announcements and scripts that say one of its values too."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the folder would do to calls that live."""

    living: int
    shorter: int
    """Calls whose last day would come earlier, at once."""
    longer: bool
    """Whether it would keep longer than before: that is refused."""
    opened: tuple[Purpose, ...]
    """New purposes: earlier calls stay closed for them."""
    closed: tuple[Purpose, ...]
    """Purposes that would go, for all calls at once."""


@dataclass(frozen=True, slots=True)
class Legacy:
    """A notice from before this house, and what forbids publishing it (REGISTER J15)."""

    number: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The folder beside the version in force."""

    version: str
    """Empty where none is in force."""
    sentences: tuple[SentenceChange, ...]
    findings: tuple[Finding, ...]
    """What would block a publication for tomorrow."""
    reach: Reach
    legacy: tuple[Legacy, ...]
    """Notices from before this house, with what is wrong with them; the newest first."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What nothing can answer."""
        return tuple(one for one in self.findings if one.weight is versions.Weight.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a written reason answers."""
        return tuple(one for one in self.findings if one.weight is versions.Weight.WARNING)

    @property
    def blocked(self) -> bool:
        """Whether it could not be published."""
        return bool(self.errors)


def changes(config: Config, now: datetime) -> Changes:
    """What is printed now beside what the register folder would print."""
    stood = shelf.read(config.paths.register)
    facts = gather_notice.notice(config.paths.register, stood.register.file, now)
    known = published.history()
    in_force = versions.in_force(known, now)
    draft = _draft(stood.register.file, in_force, now)
    edition = text.edition(stood.register, draft)
    return Changes(
        version=facts.number,
        sentences=tuple(_sentences(facts, stood, config)),
        findings=check.check(
            edition, stood.register, stood.facts(helsinki_date(now), adoptions.adopted())
        ),
        reach=_reach(in_force, draft),
        legacy=tuple(_legacy()),
    )


def _legacy() -> Iterator[Legacy]:
    adopted = NoticeVersion.objects.filter(legacy=True).order_by("-valid_from")
    for number, found in adopted.values_list("number", "findings"):
        told = (Finding(one["id"], one["article"], one["says"]) for one in found)
        yield Legacy(number, tuple(told))


def _draft(file: RegisterFile, in_force: Version | None, now: datetime) -> Version:
    tomorrow = helsinki_date(now) + timedelta(days=1)
    supersedes = in_force.number if in_force else None
    return register_file.drafted(file, AS_A_DRAFT, valid_from=tomorrow, supersedes=supersedes)


def _sentences(facts: NoticeFacts, stood: Shelf, config: Config) -> Iterator[SentenceChange]:
    register = stood.register
    letters = letter_shelf.read(config.paths.register)[Language.FI]
    said = {
        name: (*one.paragraphs, one.subject, *one.lines.values())
        for name, one in letters.letters.items()
    }
    prompts = {name: (one.text,) for name, one in register.prompts[Language.FI].items()}
    names = dict.fromkeys([*facts.rendered, *facts.printed])
    for name in names:
        before, after = facts.printed.get(name, ()), facts.rendered.get(name, ())
        if before == after:
            continue
        places = _places((register.wordings[Language.FI].sentences.get(SentenceId(name), ""),))
        yield SentenceChange(
            id=name,
            before=dict(zip(Language, before, strict=False)),
            after=dict(zip(Language, after, strict=False)),
            promise=register.promises.get(SentenceId(name)),
            proof=PROOFS[name].kind if name in PROOFS else "",
            screen=PROOFS[name].page if name in PROOFS else None,
            letters=tuple(_sharing(places, said)),
            prompts=tuple(_sharing(places, prompts)),
        )


def _places(texts: Iterable[str]) -> frozenset[str]:
    """The values that ``texts`` are filled with; one that is spoken is the same value."""
    found = (place for one in texts for place in wording.PLACEHOLDER.findall(one))
    return frozenset(_SPOKEN.get(place, place.removesuffix(".spoken")) for place in found)


def _sharing(places: frozenset[str], texts: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (name for name, told in texts.items() if places & _places(told))


def _reach(in_force: Version | None, draft: Version) -> Reach:
    living = Recording.objects.filter(progress__in=LIVES)
    if in_force is None:
        return Reach(living.count(), 0, False, (), ())
    groups = living.values_list("day", flat=True).distinct().order_by()
    return Reach(
        living=living.count(),
        shorter=sum(
            living.filter(day=day, due_at__gt=ends).count()
            for day in groups
            for ends in [retention.due(start_of_day(day), draft.policy)]
        ),
        longer=draft.policy.months > in_force.policy.months,
        opened=tuple(sorted(draft.purposes - in_force.purposes, key=lambda one: one.value)),
        closed=tuple(sorted(in_force.purposes - draft.purposes, key=lambda one: one.value)),
    )

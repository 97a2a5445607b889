"""The mapping file: what an exchange calls the things of this house. TOML, typed. Pure.

Numbers and extensions are not in the register, so whoever runs the exchange writes them down once:
which numbers are lines, which extensions are agents, what the announcement's sound is called, and
how columns are named where a release names them differently. Every error names its key.
"""

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, TypeAdapter, with_config

from talteen.clock import HELSINKI
from talteen.notice import toml_text
from talteen.notice.toml_text import CLOSED, Law, Text, Whole, Wrong

WIDEST_RANGE = 10_000
FORMAT = Law("docs/formats/call-records.md", "correct it as that page says")
KEYS = "format shape numbers lines agents sounds queues columns order longest_wait_s".split()
LAWS = dict.fromkeys(KEYS, FORMAT)


def _number(value: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{4,14}", value):
        raise Wrong("is not a number such as +358505550170")
    return value


def _range(value: str) -> str:
    match = re.fullmatch(r"([0-9]{1,8})(?:-([0-9]{1,8}))?", value)
    if match is None or (match[2] is not None and int(match[2]) < int(match[1])):
        raise Wrong("is not an extension such as 7101, nor a range such as 7101-7109")
    if match[2] is not None and int(match[2]) - int(match[1]) >= WIDEST_RANGE:
        raise Wrong(f"is wider than {WIDEST_RANGE} extensions")
    return value


def _country(value: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{0,2}", value):
        raise Wrong("is not a country code such as +358")
    return value


def _zone(value: str) -> str:
    try:
        _zone_of(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise Wrong("is not a time zone such as Europe/Helsinki") from None
    return value


def _zone_of(name: str) -> ZoneInfo:
    return HELSINKI if name == HELSINKI.key else ZoneInfo(name)


Number = Annotated[Text, AfterValidator(_number)]
Extension = Annotated[Text, AfterValidator(_range)]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers are written here."""

    country: Annotated[Text, AfterValidator(_country)] = "+358"
    trunk: str = "0"
    """What a national number begins with in place of the country code."""
    zone: Annotated[Text, AfterValidator(_zone)] = "Europe/Helsinki"
    """Of exports that write local time."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Agents:
    """Extensions of the house."""

    extensions: tuple[Extension, ...] = ()
    excluded: tuple[Extension, ...] = ()
    """Never recorded (REGISTER 6.6)."""
    queues: tuple[Extension, ...] = ()
    """Extensions that are queues or menus, not people."""
    voicemail: tuple[Extension, ...] = ()
    staff: dict[Extension, Text] = field(default_factory=dict)
    """Extension to staff code, where the two differ."""
    names: dict[Text, Extension] = field(default_factory=dict)
    """A person as an export names them, to their extension."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Lines:
    """Numbers of service lines."""

    recorded: dict[Number, Text] = field(default_factory=dict)
    """Number to the slug of the line in register.toml."""
    excluded: tuple[Number, ...] = ()


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Sounds:
    """What the exchange plays or notes; a ``*`` at the end stands for any rest."""

    announcement: tuple[Text, ...] = ()
    refusal: tuple[Text, ...] = ()
    """Sounds, user events or wrap-up codes that mean: the caller refused at the prompt."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class MappingFile:
    """The whole file."""

    format: Annotated[Whole, Field(ge=1, le=1)]
    shape: Text | None = None
    """Which export it is, where that cannot be seen from its first lines."""
    numbers: Numbers = field(default_factory=Numbers)
    lines: Lines = field(default_factory=Lines)
    agents: Agents = field(default_factory=Agents)
    sounds: Sounds = field(default_factory=Sounds)
    queues: dict[Text, Text] = field(default_factory=dict)
    """A queue's name in the exchange to the slug of its line."""
    columns: dict[Text, Text] = field(default_factory=dict)
    """Our name of a column to the name that this exchange's export gives it."""
    order: tuple[Text, ...] = ()
    """Our names of the columns in the order of an export that has no header."""
    longest_wait_s: Annotated[Whole, Field(ge=1, le=3600)] | None = None
    """How long a caller waits at most for an agent. Only where an export does not tell when the
    agent answered: what is shorter need not be a conversation, what is longer must be one.
    """


@dataclass(frozen=True, slots=True)
class Mapping:
    """The mapping as readers ask it."""

    file: MappingFile
    _people: frozenset[str]
    """Extensions of persons, those that are never recorded among them."""
    _excluded: frozenset[str]
    _queues: frozenset[str]
    _voicemail: frozenset[str]
    _extension_of: Table[str, str]
    """By staff code. Asked for every recording of a day, as the sets are for every row."""

    @property
    def zone(self) -> ZoneInfo:
        return _zone_of(self.file.numbers.zone)

    def is_own(self, party: str) -> bool:
        """Whether ``party`` is an extension of the house, a person's or a machine's."""
        return party in self._people or self.is_machine(party)

    def is_machine(self, party: str) -> bool:
        return party in self._queues or party in self._voicemail

    def is_voicemail(self, party: str) -> bool:
        return party in self._voicemail

    def is_excluded(self, party: str) -> bool:
        """Whether an extension or an E.164 number is one on which nothing is ever captured."""
        return party in self._excluded or party in self.file.lines.excluded

    def agent(self, party: str) -> str | None:
        """The extension, if a person of the house answers it."""
        return party if self.is_own(party) and not self.is_machine(party) else None

    def extension(self, code: str) -> str | None:
        """The extension of a staff code: as the file says, or the code where it is one."""
        return self._extension_of.get(code) or self.agent(code)

    def named(self, person: str) -> str | None:
        """The extension of a person whom an export names: as the file says, else the extension
        that the name ends with.
        """
        known = self.file.agents.names.get(person)
        return known or self.agent(person.rsplit(" ", 1)[-1])

    def e164(self, written: str) -> str | None:
        """A party's number in E.164; None for one that is withheld or no number."""
        digits = re.sub(r"[ ()./-]", "", written)
        numbers = self.file.numbers
        if digits.startswith("00"):
            digits = f"+{digits[2:]}"
        elif numbers.trunk and digits.startswith(numbers.trunk):
            digits = numbers.country + digits.removeprefix(numbers.trunk)
        return digits if re.fullmatch(r"\+[0-9]{5,15}", digits) else None

    def line(self, number: str | None) -> str | None:
        """The slug of the line that ``number`` (E.164) is."""
        return self.file.lines.recorded.get(number) if number else None

    def line_of_queue(self, queue: str | None) -> str | None:
        return self.file.queues.get(queue) if queue else None

    def is_line(self, number: str | None) -> bool:
        return number in self.file.lines.recorded or number in self.file.lines.excluded

    def is_announcement(self, sound: str) -> bool:
        return _any(self.file.sounds.announcement, sound)

    def is_refusal(self, sound: str) -> bool:
        return _any(self.file.sounds.refusal, sound)

    def column(self, name: str) -> str:
        """What this exchange calls the column that we call ``name``."""
        return self.file.columns.get(name, name)


def read(text: str) -> Mapping:
    """The mapping that ``text`` (TOML) states. Raises ConfigError that begins with the key."""
    return of(_shaped(toml_text.parse(text, named="the mapping file")))


def of(file: MappingFile) -> Mapping:
    """The mapping of a file that was read, or of one that a test made."""
    agents = file.agents
    excluded = _all(agents.excluded)
    return Mapping(
        file=file,
        _people=_all(agents.extensions) | excluded,
        _excluded=excluded,
        _queues=_all(agents.queues),
        _voicemail=_all(agents.voicemail),
        # Of a code with several extensions the first one counts.
        _extension_of={code: known for known, code in reversed(agents.staff.items())},
    )


def _shaped(document: Table[str, object]) -> MappingFile:
    return toml_text.shaped(document, adapter(), LAWS)


@cache
def adapter() -> TypeAdapter[MappingFile]:
    """What checks a mapping file; its JSON schema is published."""
    return TypeAdapter(MappingFile)


def _all(ranges: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for each in ranges:
        first, _, last = each.partition("-")
        width = len(first)
        found |= {str(n).zfill(width) for n in range(int(first), int(last or first) + 1)}
    return frozenset(found)


def _any(patterns: tuple[str, ...], sound: str) -> bool:
    return any(
        sound.startswith(pattern[:-1]) if pattern.endswith("*") else sound == pattern
        for pattern in patterns
    )

"""What a node must know of its house while the database is away: announcements, lines, people.

No caller data: keys of announcements, slugs of lines, staff codes. Whoever has the database writes
the file anew and whole; the signaller reads it when it has changed.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from talteen.clock import helsinki_date
from talteen.errors import ConfigError
from talteen.life.capture.directory import Directory
from talteen.life.capture.evidence import Published
from talteen.life.capture.facts import Direction, KnownAnnouncement
from talteen.life.capture.parties import OwnSide


@dataclass(frozen=True, slots=True)
class Prompt:
    """An announcement and from when on it is played."""

    key: str
    language: str
    direction: str
    length_ms: int | None
    valid_from: date


@lru_cache(maxsize=8)
def _in_force(prompts: tuple[Prompt, ...], day: date) -> Mapping[str, KnownAnnouncement]:
    """Asked at each call; the answer is another one only on another day."""
    newest: dict[tuple[str, str], Prompt] = {}
    for prompt in sorted(prompts, key=lambda one: one.valid_from):
        if prompt.valid_from <= day:
            newest[prompt.language, prompt.direction] = prompt
    return MappingProxyType(
        {
            one.key: KnownAnnouncement(
                one.language, frozenset({Direction(one.direction)}), one.length_ms
            )
            for one in newest.values()
        }
    )


@dataclass(frozen=True, slots=True)
class HouseFile:
    """The file as values."""

    prompts: tuple[Prompt, ...]
    fallback_line: str
    fallback_agent: str
    lines: Mapping[str, str] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    """Staff codes of those whose calls are not recorded (E.0)."""

    def known(self, at: datetime) -> Mapping[str, KnownAnnouncement]:
        """The announcements in force at an instant, by key: of each language and direction the
        newest."""
        return _in_force(self.prompts, helsinki_date(at))

    def published(self) -> Published:
        """Every version that evidence may name, by key and by number alone, and its languages."""
        found: dict[str, frozenset[str]] = {}
        for one in self.prompts:
            for name in (one.key, one.key.rpartition("@")[2]):
                found[name] = found.get(name, frozenset()) | {one.language}
        return found

    def directory(self, own: OwnSide) -> Directory:
        """The house's telephones."""
        return Directory(
            own,
            self.fallback_line,
            self.fallback_agent,
            self.lines,
            self.agents,
            self.languages,
            frozenset(self.excluded),
            frozenset(self.untold),
        )

    def write(self, path: Path) -> bool:
        """Put it at ``path``, whole or not at all; gives whether it was another one."""
        told = {
            "prompts": [
                [one.key, one.language, one.direction, one.length_ms, one.valid_from.isoformat()]
                for one in self.prompts
            ],
            "fallback_line": self.fallback_line,
            "fallback_agent": self.fallback_agent,
            "lines": dict(self.lines),
            "agents": dict(self.agents),
            "languages": dict(self.languages),
            "excluded": list(self.excluded),
            "untold": list(self.untold),
        }
        written = json.dumps(told)
        if path.exists() and path.read_text() == written:
            return False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_text(written)
        unfinished.rename(path)
        return True

    @classmethod
    def read(cls, path: Path) -> "HouseFile":
        """The file at ``path``. Raises ConfigError where none can be read.

        While a house changes its release, its worker writes what the node of the release before
        does not know: such a word is passed over, and one that is missing has its default.
        """
        try:
            written = json.loads(path.read_text())
            told = {name: written[name] for name in cls.__slots__ if name in written}
            prompts = tuple(
                Prompt(key, language, direction, length_ms, date.fromisoformat(valid_from))
                for key, language, direction, length_ms, valid_from in told.pop("prompts")
            )
            for name in ("excluded", "untold"):
                told[name] = tuple(told.get(name, ()))
            return cls(prompts, **told)
        except (OSError, ValueError, KeyError, TypeError):
            raise ConfigError(
                f"{path.name}: the node's knowledge of its house cannot be read",
                remedy="start 'talteen capture' once while the database answers",
            ) from None

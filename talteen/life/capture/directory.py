"""Who is who at the telephone: from addresses to lines and agents of the house.

The exchange knows numbers and extensions, the register knows service lines and staff codes. What
is not listed falls back to one line and one staff code, which the operator names: a call is never
lost because somebody forgot to write down an extension.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from talteen.life.capture import parties
from talteen.life.capture.call import Call, Person
from talteen.life.capture.facts import Direction
from talteen.life.capture.parties import OwnSide, Side
from talteen.register.spared import numbers


@dataclass(frozen=True, slots=True)
class Directory:
    """What the house has written down of its own telephones."""

    own: OwnSide
    fallback_line: str
    fallback_agent: str
    lines: Mapping[str, str] = field(default_factory=dict)
    """Called number or user part -> slug of the service line."""
    agents: Mapping[str, str] = field(default_factory=dict)
    """Extension, number or user part -> staff code."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Slug of a line -> the language that it is answered in by default."""
    excluded: frozenset[str] = frozenset()
    """Slugs of lines on which nothing is ever captured (6.6)."""
    untold: frozenset[str] = frozenset()
    """Staff codes of those whose calls are not recorded (E.0)."""

    def agents_of(self, call: Call) -> tuple[str, ...]:
        """The staff codes of our people in ``call``, first come first; the fallback for none."""
        return self.known_agents_of(call) or (self.fallback_agent,)

    def known_agents_of(self, call: Call) -> tuple[str, ...]:
        """The staff codes of our people in ``call``, first come first, without the fallback."""
        users = (_user(one) for one in call.people.values() if one.side is Side.OURS)
        codes = (code for user in users if (code := self._found(self.agents, user)))
        return tuple(dict.fromkeys(codes))

    def has_untold(self, call: Call) -> bool:
        """Whether anybody of ours in ``call``, as far as they are known, is not recorded (E.0)."""
        return not self.untold.isdisjoint(self.known_agents_of(call))

    def line_of(self, call: Call, called: str) -> str:
        """The service line of ``call``. ``called``: the address that To or the metadata name."""
        users = [parties.address(called)[0], *map(_user, call.people.values())]
        found = (slug for user in users if (slug := self._found(self.lines, user)))
        return next(found, self.fallback_line)

    def direction_of(self, call: Call) -> Direction:
        """Outbound where the messages say that ours called; else inbound."""
        calling = [one for one in call.people.values() if one.role == "calling"]
        if calling and all(one.side is Side.OURS for one in calling):
            return Direction.OUTBOUND
        return Direction.INBOUND

    def number_of(self, call: Call) -> str | None:
        """The other party's number in digits, where it is one."""
        return next(iter(self.numbers_of(call)), None)

    def numbers_of(self, call: Call) -> tuple[str, ...]:
        """The number in digits of everybody in ``call`` who is not ours and has one."""
        users = (unquote(user) for user in _others(call.people.values()))
        found = (
            numbers.international(user, self.own.country)
            or (user if user.isascii() and user.isdigit() else None)
            for user in users
        )
        return tuple(number for number in found if number)

    def _found(self, known: Mapping[str, str], user: str) -> str | None:
        full = numbers.international(user, self.own.country)
        return known.get(user) or (known.get(full) if full else None)


def _user(person: Person) -> str:
    return parties.address(person.aor or "")[0]


def _others(people: Iterable[Person]) -> list[str]:
    return [_user(one) for one in people if one.side is not Side.OURS and not one.placeholder]

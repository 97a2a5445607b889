"""What vendors add to recording metadata, and the facts that can be read from it by shape.

Extension data have no schema. They are flattened to their leaves, each with its path, so that a
fact is found by its name wherever a vendor hangs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from lxml import etree

LEAVES_AT_MOST = 4096


@dataclass(frozen=True, slots=True)
class Extension:
    """One element without children inside extension data."""

    about: str
    """Id of the object that it hangs on; empty for the whole recording."""
    namespace: str
    path: tuple[str, ...]
    """Local names from the extension's root down to this element, as written."""
    text: str
    attributes: tuple[tuple[str, str], ...]
    """Its own; for a lone child without any, those of its parent."""

    @property
    def name(self) -> str:
        return self.path[-1]


class Role(Enum):
    """Who called whom, where the messages say it."""

    CALLING = "calling"
    CALLED = "called"


def read(element: etree._Element, *, about: str) -> list[Extension]:
    """The leaves of ``element``. The wrapper ``extensiondata`` is not part of a path."""
    leaves: list[Extension] = []
    waiting: list[tuple[etree._Element, tuple[str, ...], dict[str, str]]] = [(element, (), {})]
    while waiting and len(leaves) < LEAVES_AT_MOST:
        one, above, inherited = waiting.pop()
        namespace, _, name = str(one.tag).rpartition("}")
        name = name.rpartition(":")[2]
        path = above if name.lower() == "extensiondata" and not above else (*above, name)
        attributes = {str(key): str(value) for key, value in one.attrib.items()} or inherited
        if len(one):
            handed_down = attributes if len(one) == 1 else {}
            waiting.extend((child, path, handed_down) for child in reversed(one))
        elif path:
            text = (one.text or "").strip()
            attributed = tuple(attributes.items())
            leaves.append(Extension(about, namespace[1:], path, text, attributed))
    return leaves


def facts(extensions: Iterable[Extension]) -> dict[str, str]:
    """Name to text, the first of each name; a choice (an element with one element in it, itself
    with children) tells the name that was chosen."""
    found: dict[str, str] = {}
    for one in extensions:
        for name, below in zip(one.path[:-2], one.path[1:-1], strict=True):
            found.setdefault(name, below)
        found.setdefault(one.name, one.text)
    return found


_SAYS_CALLING = frozenset({"callingpartynumber", "fromhdr"})


def calling_parties(extensions: Iterable[Extension]) -> tuple[str, ...]:
    """Addresses that extension data name as those of the calling party."""
    return tuple(one.text for one in extensions if one.name.lower() in _SAYS_CALLING and one.text)


def stated_roles(extensions: Iterable[Extension]) -> dict[str, Role]:
    """Participants of whom extension data say directly whether they called (Oracle)."""
    return {
        one.about: Role.CALLING if one.text.lower() == "true" else Role.CALLED
        for one in extensions
        if one.name.lower() == "callingparty" and one.text.lower() in {"true", "false"}
    }


def carried_headers(extensions: Iterable[Extension]) -> tuple[tuple[str, str], ...]:
    """SIP headers of the call that the client passes on: name and value (Oracle)."""
    return tuple(
        (label, one.text)
        for one in extensions
        if len(one.path) > 1 and one.path[-2].lower() == "header"
        for key, label in one.attributes
        if key == "label"
    )

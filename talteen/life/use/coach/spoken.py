"""What people say of a passage: why it was approved, declined, objected to, kept or taken out.

One text under the call's own key, in the passage's row, written over each time; it dies with the
key. Where another node's sound has given the call a new key, what was said before is lost, as
drafts are (decision 166).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from talteen.engine.vault.entries import Kind
from talteen.errors import InputError, Tampered
from talteen.life.seal import notes
from talteen.life.seal.door import Opened
from talteen.register.passage_models import Passage

MOST_LETTERS = 500


class What(Enum):
    """Which deed the words go with."""

    APPROVED = "approved"
    DECLINED = "declined"
    OBJECTED = "objected"
    KEPT = "kept"
    TAKEN_OUT = "taken_out"


@dataclass(frozen=True, slots=True)
class Saying:
    """One person's reason."""

    what: What
    by: str
    """Staff code."""
    text: str


def of(opened: Opened, row: Passage) -> Sequence[Saying]:
    """All that was said, in the order in which it came; nothing where the call has a new key."""
    if row.sealed is None:
        return ()
    try:
        told = json.loads(notes.unseal(opened, Kind.EVALUATION, bytes(row.sealed)))
    except Tampered:
        return ()
    return tuple(Saying(What(what), by, text) for what, by, text in told)


def add(opened: Opened, row: Passage, saying: Saying) -> None:
    """Put ``saying`` behind what was said, in ``row``, which its caller saves. InputError for no
    reason at all, or one that is too long."""
    text = saying.text.strip()
    if not 0 < len(text) <= MOST_LETTERS:
        raise InputError("a reason is given in a sentence or two", remedy="write one")
    said = [*of(opened, row), Saying(saying.what, saying.by, text)]
    told = [[one.what.value, one.by, one.text] for one in said]
    text_of_all = json.dumps(told, ensure_ascii=False).encode()
    row.sealed = notes.seal(opened, Kind.EVALUATION, text_of_all)

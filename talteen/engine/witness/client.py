"""Asking a witness for its signature on a new head (C2SP tlog-witness).

The witness says what it has seen, so nothing of it need be remembered here: the first request
guesses, a 409 answers with the size, the second proves the growth from there. A witness that has
seen a longer log than ours, or another log of the same length, is the alarm that it was made for.
"""

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from talteen.engine.tlog import cosign, note
from talteen.engine.tlog.cosign import SIZE_TYPE, Refusal
from talteen.engine.tlog.note import Note, Signature, VerifierKey
from talteen.engine.tlog.proof import Growth
from talteen.errors import Tampered, Unavailable

ANSWER_BYTES_AT_MOST = 1 << 16

GrowthFrom = Callable[[int], Growth]
"""The proof that our newest head continues the log of this size (0: no hashes)."""


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """Where a witness is asked (the submission prefix), and the keys that it signs with."""

    url: str
    keys: tuple[VerifierKey, ...]

    @property
    def name(self) -> str:
        """What it is called: the name of its keys."""
        return self.keys[0].name


@dataclass(frozen=True, slots=True)
class _Said:
    status: int
    media_type: str
    body: bytes


def ask(
    witness: WitnessAddress, guess: int, growth_from: GrowthFrom, *, timeout_s: float
) -> tuple[Signature, ...]:
    """The witness's signature lines on our newest head, checked.

    ``guess``: the size that it has probably seen last. Unavailable where it does not answer, or
    does not know this log; Tampered where it has seen what our log is not: a longer one, or another
    of the same size.
    """
    growth = growth_from(guess)
    said = _post(witness, growth, timeout_s)
    if said.status == Refusal.ANOTHER_SIZE.value:
        seen = _size(witness, said)
        _refuse_rollback(witness, seen, growth.checkpoint, same=seen == guess)
        growth = growth_from(seen)
        said = _post(witness, growth, timeout_s)
    if said.status == 200:
        return _joined(witness, growth.checkpoint, said.body)
    if said.status in (Refusal.NOT_CONTINUED.value, Refusal.ANOTHER_SIZE.value):
        raise _not_ours(witness, f"it refuses our growth from {growth.old_size} entries")
    raise Unavailable(
        f"the witness {witness.name} answers {said.status}",
        remedy="see that it was given the key of this log and stands at this address",
    )


def seen(witness: WitnessAddress, newest: Note, *, timeout_s: float) -> int | None:
    """The size that a witness has seen last; None where it had seen nothing before.

    It is asked for growth from nothing, which it refuses with the size as soon as it has signed any
    head; a witness that has signed none takes the head as its first.
    """
    said = _post(witness, Growth(0, (), newest), timeout_s)
    return _size(witness, said) if said.status == Refusal.ANOTHER_SIZE.value else None


def _joined(witness: WitnessAddress, checkpoint: Note, lines: bytes) -> tuple[Signature, ...]:
    """Not Tampered: a witness that changed its key has signed nothing, and accuses nobody."""
    try:
        return cosign.joined(checkpoint, lines, witness.keys)
    except Tampered:
        raise Unavailable(
            f"the witness {witness.name} signs with another key than we were given",
            remedy="compare its keys with those of its page, and ask its keeper before trusting",
        ) from None


def _refuse_rollback(witness: WitnessAddress, seen_: int, ours: Note, *, same: bool) -> None:
    size = note.parse_checkpoint(ours.text).size
    if seen_ > size:
        raise _not_ours(witness, f"it has seen {seen_} entries and this log has {size}")
    if same:
        raise _not_ours(witness, f"it has seen another log of {seen_} entries")


def _not_ours(witness: WitnessAddress, how: str) -> Tampered:
    return Tampered(
        f"the witness {witness.name} knows another history of this log: {how}",
        remedy="bring back the newest copy of the second store; the house stays closed until then",
    )


def _size(witness: WitnessAddress, said: _Said) -> int:
    if said.media_type != SIZE_TYPE:
        raise Unavailable(
            f"the witness {witness.name} answers without a size",
            remedy="see that a witness by C2SP tlog-witness stands at this address",
        )
    return note.from_decimal(said.body[:-1].decode("ascii", "replace"))


def _post(witness: WitnessAddress, growth: Growth, timeout_s: float) -> _Said:
    at = urlsplit(witness.url)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    line = kind(at.hostname or "", at.port, timeout=timeout_s)
    try:
        path = f"{at.path.rstrip('/')}/add-checkpoint"
        line.request("POST", path, growth.text().encode(), {"Content-Type": "text/plain"})
        answer = line.getresponse()
        body = answer.read(ANSWER_BYTES_AT_MOST)
        if answer.length or not body.endswith(b"\n"):
            raise http.client.IncompleteRead(body)  # it died while it spoke: no lie, only half
        return _Said(answer.status, answer.headers.get_content_type(), body)
    except (OSError, http.client.HTTPException):
        raise Unavailable(
            f"the witness {witness.name} does not answer",
            remedy="destruction goes on without it; ask its keeper whether it runs",
        ) from None
    finally:
        line.close()

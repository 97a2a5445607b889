"""The console of a capture node: ask which calls run, and say something of one of them.

The signaller answers at a Unix socket in the node's folder, for processes of its own user: the
pages, the exchange, whoever listens for prompts. One question is one line of JSON, and so is its
answer (decision 089):

    {"ask": "calls"}
    {"ask": "whose", "ids": [...], "extensions": [...]}
    {"ask": "wishes"}                     from then on the connection tells what is wished
    {"say": "pause", "call": UUID, "body": {...}, "key": "..."}

No answer holds caller data. The database is not needed for any of it.
"""

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from talteen.errors import (
    ConfigError,
    Conflict,
    InputError,
    Missing,
    NotAllowed,
    TalteenError,
    Unavailable,
)

NAME = "console.sock"
LISTEN = b'{"ask":"wishes"}'
"""Asks to be told, for as long as the connection lasts, what the exchange is to do."""
ANSWER_S = 2.0
"""How long an answer may take, if the asker does not say otherwise."""
MOST_ASKED_BYTES = 1 << 18
MOST_TOLD_BYTES = 1 << 25
"""Of one line: a snapshot of some ten thousand calls."""

_ERRORS: dict[str, type[TalteenError]] = {
    kind.slug: kind for kind in (ConfigError, Conflict, InputError, Missing, NotAllowed)
}


class State(Enum):
    """Where a running call stands; the value is what the console writes."""

    ANNOUNCING = "announcing"
    """No evidence yet: sound is in memory only (6.3)."""
    RECORDING = "recording"
    PAUSED = "paused"
    """A true gap runs; the reason is the kind of the gap."""
    HELD = "held"
    STOPPED = "stopped"
    """Nothing later is kept, though the call goes on."""
    REFUSED = "refused"
    """The caller refused, and what there was is being burnt."""
    NOT_RECORDED = "not_recorded"
    """Nothing of it is kept; the reason says why."""
    ENDING = "ending"
    """It is over, and its journal is being made whole."""


class Stretch(Enum):
    """What a stretch of a call is; the value is what the console writes."""

    TOLD = "told"
    """The announcement, and all else before evidence: nothing of it is kept (6.3)."""
    KEPT = "kept"
    GAP = "gap"
    """A pause, a hold, a consultation: a true hole (6.6, 8.1)."""
    LEFT = "left"
    """Nothing later is kept, though the call goes on."""
    REFUSED = "refused"
    """It was kept, and is being burnt (15.3)."""


class Client:
    """One connection to the console of the node whose files are in ``folder``; made when needed.

    Blocking, for one thread. Every method raises Unavailable where no node runs here.
    """

    def __init__(self, folder: Path, timeout_s: float = ANSWER_S) -> None:
        self._folder, self._timeout_s = folder, timeout_s
        self._socket: socket.socket | None = None
        self._read = b""

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._read = None, b""

    def calls(self) -> dict[str, Any]:
        """The node and its running calls: ``{"node": {...}, "calls": [{...}]}`` (``shown``)."""
        return self.asked({"ask": "calls"})

    def say(
        self,
        what: str,
        call: UUID | str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str = "",
    ) -> dict[str, Any]:
        """Say ``what`` (``api``) of a call; gives the call as it is shown after it.

        The same ``key`` again changes nothing. Missing where no such call runs, Conflict where it
        is over, InputError for a body that is not that and a key that was used for something else.
        """
        asked = {"say": what, "call": str(call), "body": dict(body or {}), "key": key}
        told: dict[str, Any] = self.asked(asked)["call"]
        return told

    def whose(self, *, ids: Iterable[str] = (), extensions: Iterable[str] = ()) -> str | None:
        """The recording id of the call that an exchange means (``matching``); None where that is
        not sure."""
        asked = {"ask": "whose", "ids": list(ids), "extensions": list(extensions)}
        call = self.asked(asked)["call"]
        return str(call["recording"]) if call else None

    def asked(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one line."""
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        if len(data) > MOST_ASKED_BYTES:
            raise InputError("this is too long to be said", remedy="say less at once")
        try:
            return raised(json.loads(self._answer(data)))
        except (OSError, ValueError):
            self.close()
            raise _unavailable() from None

    def _answer(self, data: bytes) -> bytes:
        try:
            return self._exchanged(data)
        except (ConnectionError, EOFError):
            # The signaller may have been killed since: another one takes over the same socket.
            self.close()
        try:
            return self._exchanged(data)
        except EOFError:
            raise ConnectionResetError from None

    def _exchanged(self, data: bytes) -> bytes:
        if self._socket is None:
            self._socket = connected(self._folder, self._timeout_s)
        self._socket.sendall(data)
        while b"\n" not in self._read:
            more = self._socket.recv(1 << 16)
            if not more:
                raise EOFError
            self._read += more
            if len(self._read) > MOST_TOLD_BYTES:
                raise ValueError("too long")
        line, _, self._read = self._read.partition(b"\n")
        return line


def raised(told: Any) -> dict[str, Any]:
    """``told`` if it is an answer; raises the error that it tells."""
    if not isinstance(told, dict):
        raise _unavailable()
    if "error" not in told:
        return told
    kind = _ERRORS.get(str(told["error"]), Unavailable)
    raise kind(str(told.get("title", "")), remedy=str(told.get("remedy", "")))


def refusal(error: TalteenError) -> dict[str, str]:
    """What ``raised`` reads."""
    return {"error": error.slug, "title": error.happened, "remedy": error.remedy}


def connected(folder: Path, timeout_s: float) -> socket.socket:
    """A connection to the node of ``folder``. OSError where none answers."""
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(timeout_s)
    try:
        with _near(folder) as name:
            made.connect(name)
    except BaseException:
        made.close()
        raise
    return made


def bound(folder: Path) -> socket.socket:
    """The listening socket, for the holder to keep: a killed signaller's askers wait for the next
    one. Only this user reaches it (0600)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = socket.socket(socket.AF_UNIX)
    with suppress(FileNotFoundError):
        (folder / NAME).unlink()
    mask = os.umask(0o177)
    try:
        with _near(folder) as name:
            made.bind(name)
    finally:
        os.umask(mask)
    return made


@contextmanager
def _near(folder: Path) -> Iterator[str]:
    """The socket's name through a descriptor of its folder: a whole path may be longer than the
    108 bytes that unix(7) has for it."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{file}/{NAME}"
    finally:
        os.close(file)


def _unavailable() -> Unavailable:
    return Unavailable("no node answers here", remedy="start 'talteen capture' on this machine")

"""The processes that answer for the pages of one server, and what they have together.

The one that starts them makes it, they inherit it: the figures of each, how often somebody was
started anew, and room for the limits that hold for all of them (``desk.rates``). What people do is
in the database; nothing of it is here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

from talteen.config.sections import WebSection
from talteen.engine.shared import Shared

_HEAD, _SLOT = 64, 1024
_RESTARTS, _SECRET = slice(8, 16), slice(16, 32)
_STARTING = 0
"""Where the lock of whoever begins lies."""
SLOTS = 64
"""Twice the processes that may be asked for: one that follows begins before the other has ended."""
LIMITS, LIMITS_BYTES = _HEAD + SLOTS * _SLOT, 256 * 1024
"""Where the limits stand in ``shared``, and their room."""


def wanted(web: WebSection, cores: int | None = None) -> int:
    """How many processes answer: as many as were written, else one on one core and two on more."""
    there = cores if cores is not None else len(os.sched_getaffinity(0))
    return web.processes or min(2, there, web.threads // 2)


class Together:
    """Made once a server, before its processes are."""

    def __init__(self, figures: socket | None = None) -> None:
        self.shared = Shared(LIMITS + LIMITS_BYTES)
        self.shared.memory[_SECRET] = os.urandom(16)
        self.figures = figures
        """Where monitoring asks, open in each process; None where nobody does."""
        self._restarts = self.shared.memory[_RESTARTS].cast("Q")
        self._mine = -1

    @property
    def secret(self) -> bytes:
        """Sixteen bytes of chance, the same in all processes."""
        return bytes(self.shared.memory[_SECRET])

    # --- of the process that starts them

    def restarted(self, count: int) -> None:
        """So many were started anew because one had ended. Said by one process alone."""
        self._restarts[0] += count

    @property
    def restarts(self) -> int:
        """How many were."""
        return self._restarts[0]

    # --- of each

    def enter(self) -> None:
        """This process is one of them, until it ends. It goes on with the figures of another that
        has ended, so that none goes back."""
        self._mine = next(at for at in range(SLOTS) if self.shared.take(_place(at)))
        self._answers(self._mine)[0] = 0
        global _ours
        _ours = self

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Nobody else begins meanwhile: the first is there sooner, and who ends half-way (kill -9)
        is followed by the next. Afterwards this one answers."""
        self.shared.wait_for(_STARTING)
        try:
            yield
            self._answers(self._mine)[0] = 1
        finally:
            self.shared.let_go(_STARTING)

    def answering(self) -> int:
        """How many answer now."""
        there = (at for at in range(SLOTS) if self._answers(at)[0])
        return sum(at == self._mine or self.shared.is_held(_place(at)) for at in there)

    def figures_of(self, slot: int) -> memoryview:
        """Room for the figures of one process; it alone writes there."""
        return self.shared.memory[_place(slot) + 16 : _place(slot) + _SLOT]

    def mine(self) -> memoryview:
        """The room of this process."""
        return self.figures_of(self._mine)

    def _answers(self, slot: int) -> memoryview:
        return self.shared.memory[_place(slot) : _place(slot) + 8].cast("Q")


_ours: Together | None = None


def ours() -> Together:
    """What this process shares with its like; a process that nobody started has it for itself."""
    if _ours is None:
        Together().enter()
    assert _ours is not None
    return _ours


def _place(slot: int) -> int:
    return _HEAD + slot * _SLOT

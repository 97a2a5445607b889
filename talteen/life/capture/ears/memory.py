"""What is in memory stays there: no core file, no swap, and no search through all of it."""

import ctypes
import gc
import os
import resource

_PR_SET_DUMPABLE = 4
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4
_SWEPT_AFTER = (20_000, 20, 50)
"""Values that live, and how many searches of one generation make one of the next."""


def no_core() -> None:
    """A crash writes no image of this process, and no other one of its user looks into it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def seldom_swept() -> None:
    """Let Python look for cycles now and then only: a call makes hundreds of values and no cycle,
    and each search goes through those of thousands of calls. What was imported is never looked at
    again."""
    gc.freeze()
    gc.set_threshold(*_SWEPT_AFTER)


def lock() -> bool:
    """Keep this process's memory off the swap; gives whether the system allowed it.

    Only where there is no limit: with one, a later allocation would fail instead.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY and os.geteuid() != 0:
        return False
    flags = _CURRENT | _FUTURE | _ON_FAULT
    return bool(ctypes.CDLL(None, use_errno=True).mlockall(flags) == 0)

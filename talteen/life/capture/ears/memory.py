"""Sound in memory stays there: no core file, no swap."""

import ctypes
import os
import resource

_PR_SET_DUMPABLE = 4
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4


def no_core() -> None:
    """A crash writes no image of this process, and no other one of its user looks into it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def lock() -> bool:
    """Keep this process's memory off the swap; gives whether the system allowed it.

    Only where there is no limit: with one, a later allocation would fail instead.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY and os.geteuid() != 0:
        return False
    flags = _CURRENT | _FUTURE | _ON_FAULT
    return bool(ctypes.CDLL(None, use_errno=True).mlockall(flags) == 0)

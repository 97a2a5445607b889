"""What is in memory stays there: no core file, no swap, no search through all of it, and a return
only of what will not be wanted again."""

import ctypes
import gc
import os
import resource
from contextlib import suppress
from pathlib import Path

from talteen import garbage

_PR_SET_DUMPABLE = 4
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_RETAINED_BYTES = 16 << 20


def no_core() -> None:
    """A crash writes no image of this process, and no other one of its user looks into it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def seldom_swept() -> None:
    """Let Python look for cycles now and then only: a call makes hundreds of values and no cycle,
    and each search goes through those of thousands of calls. What was imported is never looked at
    again."""
    gc.freeze()
    gc.set_threshold(*garbage.SELDOM)


def retained() -> None:
    """Let freed memory stay with this process. A Fourier transform takes two megabytes and gives
    them back, and each time the kernel would fill them with zeros again, page by page: that costs
    twice as much as the transform."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):  # of the GNU C library
        library.mallopt(_M_MMAP_THRESHOLD, _RETAINED_BYTES)
        library.mallopt(_M_TRIM_THRESHOLD, 4 * _RETAINED_BYTES)


def give_back() -> None:
    """Return to the system what was needed for a moment: a process that takes up the calls of the
    one before it, or makes a key for each of thousands, needs a third more than it keeps."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):  # of the GNU C library
        library.malloc_trim(0)


def lock() -> bool:
    """Keep this process's memory off the swap; gives whether the system allowed it.

    Only where there is no limit: with one, a later allocation would fail instead.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY and os.geteuid() != 0:
        return False
    flags = _CURRENT | _FUTURE | _ON_FAULT
    return bool(ctypes.CDLL(None, use_errno=True).mlockall(flags) == 0)


def swap_is_off() -> bool:
    """Memory is never written to a disk by the system: nothing is listed but the heading."""
    with suppress(OSError):
        return len(Path("/proc/swaps").read_text().splitlines()) <= 1
    return False


def cores_are_off() -> bool:
    """This process, and with it every process that it starts, leaves no core dump."""
    return resource.getrlimit(resource.RLIMIT_CORE)[1] == 0

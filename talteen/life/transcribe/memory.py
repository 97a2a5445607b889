"""How much memory a process may take that turns sound into words, and how a shortage is known.

The bound is the kernel's own (``RLIMIT_DATA``: what a process may write to and shares with nobody,
which since Linux 4.7 counts mappings as well as the heap). So a model that is too large, or a
window that asks for too much, fails in the process that asked, as an error with a retry rule
(``troubles``), and the machine's capture and database never pay for it. A card has its own memory
and its own error.
"""

import mmap
import os
import resource
from contextlib import suppress
from pathlib import Path

MIB = 1 << 20
SHARE = 0.75
"""Of the machine, or of the group that the process runs in, where nothing is configured."""
_GROUP = Path("/sys/fs/cgroup/memory.max")
_SHORTAGES = (
    "out of memory",
    "bad_alloc",
    "bad allocation",
    "failed to allocate",
    "cannot allocate memory",
    "not enough memory",
)
"""What engines say in an error of their own: CUDA, the C++ library, onnxruntime, oneDNN, the C
library."""


def bound(mib: int) -> int:
    """Keep this process, and what it starts, from taking more than ``mib``; 0 is SHARE of what is
    there. Gives the bound in MiB. A lower one that stands already is kept.
    """
    wanted = mib * MIB or int(there() * SHARE)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    return soft // MIB


def there() -> int:
    """Bytes of memory that the machine has, or the control group of this process where it has
    fewer."""
    sizes = [resource.getpagesize() * os.sysconf("SC_PHYS_PAGES")]
    with suppress(OSError, ValueError):  # "max", or no second version of control groups
        sizes.append(int(_GROUP.read_text()))
    return min(sizes)


def check_room(size: int) -> None:
    """Raise MemoryError where this process may not take ``size`` bytes more now. Engines end the
    whole process where one of their own threads gets none, so it is asked before they need it.
    """
    try:
        # Never touched: it is counted, and costs no memory. What is shared would not be counted.
        mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    except OSError as error:
        raise MemoryError("there is too little memory left") from error


def is_short(error: BaseException) -> bool:
    """Whether ``error`` says that memory ran out. Its text is looked at and never kept."""
    if isinstance(error, MemoryError):
        return True
    said = str(error).casefold()
    return any(one in said for one in _SHORTAGES)

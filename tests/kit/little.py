"""An act of a test in a process of its own, that may take little memory.

A fork would not do: it has the locks of its parent's threads and none of the threads, and what
computes in several of them (OpenMP, in speech engines) waits there for ever.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from talteen.life.transcribe import memory
from tests.kit.processes import BEGINS

Act = Callable[..., Iterator[None]]
"""A function of a module, for text arguments. From its first ``yield`` on the bound holds."""
_DATABASE = ("HOST", "NAME", "USER", "OPTIONS")
_CHILD = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "talteen.desk.settings"
from talteen.desk import settings
database, mib, module, name, *arguments = sys.argv[1:]
settings.DATABASES["default"].update(json.loads(database))
import django; django.setup()
from tests.kit import little
little.perform(int(mib), module, name, arguments)
"""


def in_little_memory(mib: int, act: Act, *arguments: str, within_s: float = 120) -> bool:
    """Run ``act`` in a process that may take ``mib`` more than it has at its ``yield``, and no
    more; whether it came to its end. Fails the test if it comes to none.
    """
    told: Mapping[str, Any] = {key: connection.settings_dict[key] for key in _DATABASE}
    connection.close()
    asked = (json.dumps(told), str(mib), act.__module__, act.__qualname__, *arguments)
    ended = subprocess.run(
        [sys.executable, "-c", BEGINS + _CHILD, *asked],
        check=False,
        timeout=within_s,
        preexec_fn=_short_stacks,
    )
    return ended.returncode == 0


def _short_stacks() -> None:
    """The kernel counts the whole stack of a thread that a library starts, 8 MiB of which it fills
    nothing: whether that thread began before the bound or after it would be the test."""
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, most))


def perform(mib: int, module: str, name: str, arguments: Sequence[str]) -> None:
    """What the process does. No thread of a library holds up its end."""
    running = getattr(importlib.import_module(module), name)(*arguments)
    next(running)
    memory.bound(_data_mib() + mib)
    next(running, None)
    os._exit(0)


def _data_mib() -> int:
    status = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmData"].split()[0]) // 1024

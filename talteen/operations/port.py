"""The ports of the pages and of figures, before anything answers there. Loads nothing: the process
that starts the pages opens that of the figures for all of them."""

import contextlib
import errno
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from talteen.config import Config
from talteen.config.metrics import MetricsSection
from talteen.errors import ConfigError

_LOOK_EVERY_S = 0.1
_LISTENS = "0A"
"""TCP_LISTEN in /proc/net/tcp (proc_net_tcp of the kernel's documentation)."""
_HELPS = {
    errno.EACCES: "write a port from 1024 on; below it let a proxy listen",
    errno.EADDRNOTAVAIL: "write an address that this machine has",
}


def refuse_taken(config: Config) -> None:
    """Return when a whole house on this machine can listen. Raises ConfigError under the setting of
    the first port that somebody else has."""
    free("web.port", config.web.host, config.web.port)
    metrics = config.metrics
    if metrics.port:
        free("metrics.port", metrics.host, metrics.port)
        free("metrics.port", metrics.host, metrics.port + 1)


def listen(told: MetricsSection, port: int) -> socket.socket:
    """``port`` at ``told.host``, open. Several processes may answer there: whoever is free. Raises
    ConfigError where somebody else has it."""
    try:
        opened = _opened(told.host, port)
    except OSError as error:
        raise _refusal("metrics.port", told.host, port, error) from None
    # Of several that are woken by one question all but one find nothing.
    opened.setblocking(False)
    return opened


def free(setting: str, host: str, port: int, *, within_s: float = 3.0) -> None:
    """Return when nobody listens at ``port``: processes of whoever was here just now are given a
    moment to end. Raises ConfigError under ``setting`` where somebody stays, and names the process
    where this user may know it."""
    end = time.monotonic() + within_s
    while True:
        try:
            _opened(host, port).close()
        except OSError as error:
            if time.monotonic() > end:
                raise _refusal(setting, host, port, error) from None
            time.sleep(_LOOK_EVERY_S)
        else:
            return


def _opened(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _refusal(setting: str, host: str, port: int, error: OSError) -> ConfigError:
    number = error.errno or 0
    holder = _holder(port) if number == errno.EADDRINUSE else ""
    has_it = f", process {holder} has it" if holder else ""
    return ConfigError(
        f"{setting}: {host}:{port} cannot be listened to ({os.strerror(number)}){has_it}",
        remedy=_HELPS.get(number, f"{_ends(holder)}, or write another port"),
    )


def _ends(holder: str) -> str:
    return "end that one" if holder else "free it"


def _holder(port: int) -> str:
    """Which process listens at ``port``, as "812 (nginx)"; empty where this user may not know."""
    wanted = {f"socket:[{inode}]" for inode in _listening(port)}
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(handle) in wanted:
                process = handle.parts[2]
                return f"{process} ({Path('/proc', process, 'comm').read_text().strip()})"
    return ""


def _listening(port: int) -> Iterator[str]:
    """The inodes of the sockets that listen at ``port``, at whichever address."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                words = line.split()
                if words[3] == _LISTENS and int(words[1].rpartition(":")[2], 16) == port:
                    yield words[9]

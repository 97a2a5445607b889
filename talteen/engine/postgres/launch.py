"""How a PostgreSQL program is started: by whom, tied to whom, and with which settings.

PostgreSQL refuses to run as root. Root therefore starts it in a user namespace of its own, in which
root is called ``nobody``: the files stay root's, no account is made, and a checkout below a 0700
home still works. Where a container forbids namespaces, the programs are run as a real other user
instead. All this is done by ``unshare`` and ``setpriv`` of util-linux, which every Debian has.
"""

import functools
import os
import pwd
import subprocess
from pathlib import Path

from talteen.errors import Unavailable

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error text may quote a value, a detail may quote a whole row: neither is ever written down.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "password_encryption": "scram-sha-256",
    "jit": "off",
}


def as_ordinary_user(command: list[str]) -> list[str]:
    """``command``, so that it does not run as root. Unchanged for everybody else."""
    if os.geteuid() != 0:
        return command
    nobody = pwd.getpwnam("nobody")
    if _namespaces_work():
        return ["unshare", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}", *command]
    raise Unavailable("root may not start PostgreSQL here", remedy="run it as an ordinary user")


def tied_to_me(command: list[str]) -> list[str]:
    """``command``, so that it gets SIGINT when the thread that starts it ends, however it ends."""
    return ["setpriv", "--pdeathsig", "INT", *command]


def postmaster(program: str, data: Path, *, settings: dict[str, str]) -> list[str]:
    """The command of a server over ``data``."""
    given = [f"-c{name}={value}" for name, value in {**SETTINGS, **settings}.items()]
    return [program, "-D", str(data), *given]


@functools.cache
def _namespaces_work() -> bool:
    return subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode == 0

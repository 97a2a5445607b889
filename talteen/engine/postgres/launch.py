"""How a PostgreSQL program is started: by whom, tied to whom, and with which settings.

PostgreSQL refuses to run as root. Root therefore starts it in a user namespace of its own, in which
root is called ``nobody``: the files stay root's and no account is made. Where a container forbids
namespaces, the programs run as the real ``nobody``, who is given the data folder and, of all that
root may do, one thing: to go through folders that are closed to others (CAP_DAC_OVERRIDE). Either
way a house below a 0700 home works, and no folder changes its mode. All this is done by ``unshare``
and ``setpriv`` of util-linux, which every Debian has.
"""

import functools
import os
import pwd
import subprocess
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error text may quote a value, a detail may quote a whole row: neither is written down.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "password_encryption": "scram-sha-256",
    "jit": "off",
}
_ORDINARY = "nobody"
# Without the secure bit access(2), by which initdb looks for postgres, would leave the right aside.
_ONE_RIGHT = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
_ONE_RIGHT += ["--securebits=+no_setuid_fixup"]


def run(command: list[str], *, words: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``command`` to its end, or ours, as an ordinary user, with ``words`` on its input."""
    return subprocess.run(
        as_ordinary_user(tied_to_me(command)),
        input=words,
        capture_output=True,
        text=True,
        env=environment(),
        cwd="/",
    )


def as_ordinary_user(command: list[str]) -> list[str]:
    """``command``, so that it does not run as root. Unchanged for everybody else."""
    if os.geteuid() != 0:
        return command
    user = pwd.getpwnam(_ORDINARY)
    if _namespaces_work():
        return ["unshare", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}", *command]
    ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs"]
    return ["setpriv", *ids, *(_ONE_RIGHT if _right_can_be_given() else []), *command]


def tied_to_me(command: list[str]) -> list[str]:
    """``command``, so that it gets SIGINT when the thread that starts it ends, however it ends."""
    return ["setpriv", "--pdeathsig", "INT", *command]


def environment() -> dict[str, str]:
    """What the programs may know of ours: nothing but where programs are."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def postmaster(program: str, data: Path, *, settings: dict[str, str]) -> list[str]:
    """The command of a server over ``data``."""
    given = [f"-c{name}={value}" for name, value in {**SETTINGS, **settings}.items()]
    return [program, "-D", str(data), *given]


def drops_to_another_user() -> bool:
    """Root without namespaces: the programs run as a real other user."""
    return os.geteuid() == 0 and not _namespaces_work()


def may_own(uid: int) -> bool:
    """A folder of ``uid`` is ours: made by us, or given by us to the user that we drop to."""
    return uid == os.geteuid() or (os.geteuid() == 0 and uid == pwd.getpwnam(_ORDINARY).pw_uid)


def give(path: Path) -> None:
    """Let the programs use ``path`` and all below it: it must belong to the user that they run as.

    A house may come from a machine where that was another one, or from a copy that root made.
    """
    uid = pwd.getpwnam(_ORDINARY).pw_uid if drops_to_another_user() else os.geteuid()
    if os.geteuid() != 0 or path.stat().st_uid == uid:
        return
    gid = pwd.getpwuid(uid).pw_gid
    # From the leaves up: a walk that was killed begins again, since the top is given last.
    for below in sorted(path.rglob("*"), reverse=True):
        os.chown(below, uid, gid, follow_symlinks=False)
    os.chown(path, uid, gid)


@functools.cache
def _namespaces_work() -> bool:
    return subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode == 0


@functools.cache
def _right_can_be_given() -> bool:
    return subprocess.run(["setpriv", *_ONE_RIGHT, "true"], capture_output=True).returncode == 0

"""What is in the memory of a process stays there (REGISTER 17, DESIGN 13)."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from talteen.desk.commands import run
from tests.kit import logs

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SAYS = """
import ctypes, os, resource, sys
from talteen import config
from talteen.desk.ground import place
READY
status = open('/proc/self/status').read()
# 3 is PR_GET_DUMPABLE.
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
      resource.getrlimit(resource.RLIMIT_CORE)[1],
      int(status.split('VmLck:')[1].split()[0]) > 0)
"""


def told(ready: str, home: Path, born: str = "live") -> list[str]:
    """Whether it may be looked into, its limit of core files, whether its memory is locked."""
    (home / "talteen.toml").write_text(f'[house]\nborn = "{born}"\n')
    done = subprocess.run(
        [sys.executable, "-c", SAYS.replace("READY", ready)],
        env={**os.environ, "TALTEEN_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def may_lock() -> bool:
    """Root, or a user without a limit."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return os.geteuid() == 0 or soft == resource.RLIM_INFINITY


def test_a_command_leaves_no_core_and_is_looked_into_by_nobody(home: Path) -> None:
    assert told("", home)[0] == "1"  # what the system does by itself
    assert told("place.leave_no_core()", home)[:2] == ["0", "0"]


def test_memory_is_locked_in_a_live_house_and_left_alone_in_a_demo(home: Path) -> None:
    if not may_lock():
        pytest.skip("this user may lock a few pages only")
    assert told("place.stay_in_memory(config.load())", home)[2] == "True"
    assert told("place.stay_in_memory(config.load())", home, born="demo")[2] == "False"


def test_swap_that_is_on_is_said_where_memory_is_not_locked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talteen import config
    from talteen.desk.ground import place
    from talteen.life.capture.ears import memory

    (home / "talteen.toml").write_text('[house]\nborn = "demo"\n')
    for off, said in ((False, True), (True, False)):
        monkeypatch.setattr(memory, "swap_is_off", lambda off=off: off)
        with logs.written() as lines:
            place.stay_in_memory(config.load(home))
        assert ("memory.may_be_swapped" in lines.getvalue()) is said


def test_swap_is_read_from_the_kernels_own_list() -> None:
    from talteen.life.capture.ears import memory

    told = subprocess.run(["cat", "/proc/swaps"], capture_output=True, text=True, check=True)
    assert memory.swap_is_off() is (len(told.stdout.splitlines()) == 1)


# --- secrets by systemd credentials --------------------------------------------------------


def test_a_secret_comes_as_a_credential_of_systemd(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As systemd lays it: a folder of this user's, a file that only this user reads."""
    from talteen import config
    from talteen.errors import ConfigError

    given = tmp_path / "credentials"
    given.mkdir(mode=0o700)
    secret = given / "password-web"
    secret.write_text("a password\n")
    secret.chmod(0o400)
    monkeypatch.setenv("TALTEEN_DATABASE_WEB_PASSWORD_FILE", str(secret))
    found = config.load(home).database.web_password_file
    assert found == secret
    assert config.read_secret(found, key="database.web_password_file") == "a password"
    secret.chmod(0o444)
    with pytest.raises(ConfigError, match="read by everybody"):
        config.read_secret(found, key="database.web_password_file")


def test_the_guide_names_credentials_by_settings_that_exist() -> None:
    from talteen import config

    page = (UNITS.parents[1] / "docs/operators/hardening.md").read_text(encoding="utf-8")
    named = re.findall(r"Environment=TALTEEN_(\w+)=%d/", page)
    assert len(named) >= 3
    known = {setting.key.replace(".", "_").upper() for setting in config.described()}
    assert set(named) <= known


def test_a_worker_stands_back_for_those_who_listen_however_it_was_started(home: Path) -> None:
    says = f"import os\nplace.stand_back({run.BACKGROUND})\nplace.stand_back(1)"
    ready = f"{says}\nprint(os.getpriority(os.PRIO_PROCESS, 0))"

    assert told(ready, home)[0] == str(run.BACKGROUND)
    assert f"\nNice={run.BACKGROUND}\n" in (UNITS / "talteen-work.service").read_text()

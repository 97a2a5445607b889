"""What the runtime is made of: every package has a licence that we may import, and what we build is
the same each time."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from talteen.operations import supply
from talteen.operations.supply import UNKNOWN, Part, is_forbidden, licence_of

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "uv.lock"


def closure() -> set[str]:
    """The packages of the runtime with all its extras, as the lock links them; those of another
    system or interpreter are left out."""
    packages = {one["name"]: one for one in tomllib.loads(LOCK.read_text())["package"]}
    found, open_ = set[str](), ["talteen"]
    while open_:
        one = packages[open_.pop()]
        if one["name"] in found:
            continue
        found.add(one["name"])
        asked = [*one.get("dependencies", [])]
        extras = one.get("optional-dependencies", {})
        asked += [each for several in extras.values() for each in several]
        open_ += [each["name"] for each in asked if _is_for_linux(each)]
    return found - {"talteen"}


def _is_for_linux(dependency: dict[str, Any]) -> bool:
    elsewhere = ("'win32'", "'emscripten'", "'darwin'", "== 'Windows'", "!= 'CPython'")
    return not any(one in dependency.get("marker", "") for one in elsewhere)


def test_nothing_that_the_runtime_imports_is_gpl_or_agpl() -> None:
    told = {name: licence_of(name) for name in sorted(closure())}

    assert len(told) > 60
    assert {name: one for name, one in told.items() if is_forbidden(one)} == {}


def test_every_package_of_the_runtime_says_its_licence() -> None:
    silent = [name for name in sorted(closure()) if licence_of(name) == UNKNOWN]

    assert silent == []


@pytest.mark.parametrize(
    ("licence", "forbidden"),
    [
        ("AGPL-3.0-or-later", True),
        ("GPL-2.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License v3", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT OR GPL-2.0-only", False),
        ("BSD-3-Clause", False),
    ],
)
def test_a_licence_that_we_may_not_import_is_known(licence: str, *, forbidden: bool) -> None:
    assert is_forbidden(licence) is forbidden
    assert Part("one", "1", licence).forbidden is forbidden


def test_the_peer_of_the_tests_is_found_to_be_what_it_is() -> None:
    """AGPL, and in an environment of its own: the lock of the runtime must not have it."""
    assert "sipral" not in closure()
    assert "sipral" in (ROOT / "demo" / "peer" / "requirements.txt").read_text()


def test_the_bill_of_one_lock_is_the_same_each_time() -> None:
    bill = {
        "serialNumber": "urn:uuid:1",
        "metadata": {"timestamp": "now", "component": {}},
        "components": [{"name": "django", "version": "5", "purl": "pkg:pypi/django@5"}],
    }
    one, again = (
        supply.finished({**bill, "serialNumber": name}, b"lock") for name in ("urn:a", "urn:b")
    )

    assert json.dumps(one) == json.dumps(again)
    assert one["components"][0]["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert supply.finished(bill, b"another")["serialNumber"] != one["serialNumber"]


# --- what is built --------------------------------------------------------------------------------


def uv() -> str:
    """The installer of ./run, which builds."""
    home = ROOT / ".cache" / "uv" / "bin"
    found = shutil.which("uv") or shutil.which("uv", path=home)
    if found is None:
        pytest.skip("no uv here: ./run fetches it")
    return found


def clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def wheel(folder: Path) -> Path:
    """As a release is built."""
    env = {**clean(), "SOURCE_DATE_EPOCH": "1764374400"}
    done = subprocess.run(
        [ROOT / "run", "wheel", folder], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


_MATERIAL = """
from datetime import date
from talteen.demo import material
root = material.root()
assert "site-packages" in str(root), root
print(len(material.calls(date(2026, 11, 29))))
print((root / material.REGISTER / "register.toml").exists())
print((root / "verifier/talteen_verify.py").exists())
"""


@pytest.mark.drill
@pytest.mark.long
def test_the_wheel_is_built_twice_to_the_same_bytes_and_runs_where_nothing_else_is(
    tmp_path: Path,
) -> None:
    one, again = wheel(tmp_path / "one"), wheel(tmp_path / "again")
    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest()

    python = tmp_path / "fresh" / "bin" / "python"
    subprocess.run(
        [uv(), "venv", "--quiet", "--python", sys.executable, python.parents[1]], check=True
    )
    put = [uv(), "pip", "install", "--quiet", "--python", str(python), str(one)]
    subprocess.run(put, env=clean(), cwd=tmp_path, check=True)
    brought = subprocess.run(
        [python, "-c", _MATERIAL], env=clean(), cwd=tmp_path, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert brought.stdout.split() == ["42", "True", "True"], "the demo's calls, register, verifier"
    for words, says in (
        (["demo", "--help"], "A house with spoken calls"),
        (["doctor", "--no-call"], "FAULT"),
    ):
        env = {**clean(), "TALTEEN_HOME": str(tmp_path / "house"), "TALTEEN_WEB_PORT": "0"}
        done = subprocess.run(
            [python.with_name("talteen"), *words],
            env=env if "--no-call" in words else clean(),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert says in done.stdout, done.stderr

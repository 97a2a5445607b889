"""What docs/operators/hardening.md says of units is so: they are closed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNITS = ROOT / "deploy" / "systemd"
NAMED = 1.7
"""What the page says of every unit."""


def exposure(unit: Path) -> float:
    """0 to 10, as systemd counts it."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd here: apt-get install systemd")
    done = subprocess.run(
        [tool, "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    if told is None:
        pytest.skip("this systemd cannot look at files")
    return float(told[1])


def test_every_unit_is_closed(tmp_path: Path) -> None:
    units = sorted(UNITS.glob("*.service"))
    assert len(units) == 7
    for unit in units:
        assert exposure(unit) <= NAMED, unit.name

    open_one = tmp_path / "open.service"
    plain = units[0].read_text().replace("ProtectSystem=strict\n", "")
    open_one.write_text(plain.replace("NoNewPrivileges=yes\nCapabilityBoundingSet=\n", ""))
    assert exposure(open_one) > NAMED


@pytest.mark.parametrize("line", ["LimitCORE=0", "MemorySwapMax=0", "UMask=0077"])
def test_what_is_in_memory_stays_there(line: str) -> None:
    assert all(f"\n{line}\n" in unit.read_text() for unit in UNITS.glob("*.service"))

"""What a stranger does with the guide, and what the units then allow, survive and end."""

import json
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talteen.demo import peer
from tests.drills.debian import ROOT
from tests.drills.told import Told, until
from tests.drills.units.machine import PATH, Machine, lines_of
from tests.drills.upgrade import scripts
from tests.drills.upgrade.releases import of

HOUSE = "/var/lib/talteen/house"
TALTEEN = "/opt/talteen/bin/talteen"
UNITS = sorted(one.stem for one in (ROOT / "deploy" / "systemd").glob("*.service"))
MOST = 1.7
"""What the hardening page says of ``systemd-analyze security`` of each."""
PORT = 8470
LONG_S, SHORT_S = 60, 40
ASK = f"python3 -c \"import urllib.request as u; u.urlopen('http://127.0.0.1:{PORT}/readyz')\""
NODE = "python3 -c \"import socket; socket.create_connection(('127.0.0.1', %d))\""


@dataclass(slots=True)
class Drill(Told):
    """The machine, and since when."""

    machine: Machine

    def ready(self) -> bool:
        """The pages are there, and all that they need."""
        with suppress(subprocess.CalledProcessError):
            self.machine.said(ASK)
            return True
        return False

    def python(self, text: str) -> str:
        """What a script said that the house's user ran with the installed release."""
        file = self.machine.root / "srv/script.py"
        file.write_text(text)
        line = f"TALTEEN_HOME={HOUSE} /opt/talteen/bin/python -I /srv/script.py"
        return self.machine.said(line, as_user="talteen")

    def calls(self) -> list[list[Any]]:
        """The calls of the house that runs."""
        told: dict[str, Any] = json.loads(self.python(scripts.STATE).splitlines()[-1])
        calls: list[list[Any]] = told["calls"]
        return calls


def install(drill: Drill) -> None:
    """The guide's lines for a wheel, before the machine is on: the network is this machine's."""
    for line in lines_of("From a wheel"):
        drill.machine.before_boot(line)
    drill.say("installed by the guide's lines")


def tell(drill: Drill) -> None:
    """All of it, on a machine that is on."""
    _housed(drill)
    _seen_to_fail(drill)
    for unit in UNITS:
        _scored(drill, unit)
        _probed(drill, unit)
    _comes_back(drill, "talteen")
    _credential(drill)
    _another(drill)
    _drained(drill)
    _stopped(drill)


def _housed(drill: Drill) -> None:
    """``The house`` of the guide: what it says of ``bin/``, of the register and of units that are
    there already is read as it says."""
    for line in lines_of("The house"):
        typed = line.partition("    #")[0].replace("bin/talteen", TALTEEN)
        typed = typed.replace("registers/mara", "/srv/register").replace("CODE CODE", "r01 r02")
        typed = typed.replace("cp deploy/systemd/talteen.service /etc/systemd/system/ && ", "")
        if "talteen-capture" not in typed:
            drill.machine.said(typed)
    until(drill.ready, "the pages answer")
    drill.say("ok    the guide's lines made a house, and its pages answer")
    _examined(drill)


def _examined(drill: Drill) -> None:
    """``Is it well?`` of the guide."""
    (line,) = lines_of("Is it well?")
    said = drill.machine.said(
        line.replace("bin/talteen", TALTEEN) + " --no-call --json", well=False
    )
    faults = {one["name"] for one in json.loads(said)["checks"] if one["state"] == "fault"}
    # A notice is in force from the day after its house was made.
    drill.holds(faults <= {"go-live"}, f"the doctor finds no fault but the go-live {faults}")


def _scored(drill: Drill, unit: str) -> None:
    """The score of the unit as it is loaded."""
    said = drill.machine.said(f"systemd-analyze security --no-pager {unit}", well=False)
    line = next(line for line in said.splitlines() if "exposure level" in line)
    score = float(line.partition(": ")[2].split()[0])
    drill.holds(score <= MOST, f"{unit}: systemd-analyze security {score}")


def _seen_to_fail(drill: Drill) -> None:
    """Without what a unit forbids the same probe finds it: else it proves nothing."""
    plain = "[Service]\nUser=talteen\nLimitCORE=infinity\n"
    found, _ = _probe(drill, plain, code="none")
    wanted = {"writes code at run time", "sees homes", "sees the first process", "may gain rights"}
    drill.holds(wanted <= set(found), f"a unit that forbids nothing is found open: {found}")


def _probed(drill: Drill, unit: str) -> None:
    """The same unit with another program: it tries what is forbidden, and dies as by a fault."""
    written = (ROOT / "deploy" / "systemd" / f"{unit}.service").read_text()
    code = "none" if "MemoryDenyWriteExecute=yes" in written else "code"
    found, result = _probe(drill, written, code=code)
    drill.holds(not found, f"{unit}: nothing that it forbids is allowed {found or ''}")
    drill.holds(result == "signal", f"{unit}: a fault leaves no core ({result})")


def _probe(drill: Drill, written: str, *, code: str) -> tuple[list[str], str]:
    """What the probe may do in the place of the program of a unit; how systemd says it ended."""
    root = drill.machine.root
    _baited(drill)
    (root / "srv/probe.py").write_text(Path(__file__).with_name("probe.py").read_text())
    told = "/var/lib/talteen/probe.found"
    program = f"ExecStart=/usr/bin/python3 /srv/probe.py {told} {code}"
    kept = [
        line for line in written.splitlines() if not line.startswith(("Exec", "Type", "Restart"))
    ]
    at = kept.index("[Service]") + 1
    probe = "\n".join([*kept[:at], "Type=oneshot", program, *kept[at:], ""])
    (root / "etc/systemd/system/probe.service").write_text(probe)
    drill.machine.said(f"rm -f {told}; systemctl daemon-reload; systemctl start probe", well=False)
    file = root / told.removeprefix("/")
    found = file.read_text().splitlines() if file.exists() else ["it never ran"]
    return found, drill.machine.shows("probe", "Result")


def _baited(drill: Drill) -> None:
    """What must not be read or changed is there."""
    drill.machine.said(
        "install -d /etc/talteen /home/somebody && cd /etc/talteen && echo secret >of-root.key"
        " && chmod 600 of-root.key && install -o talteen -g talteen /dev/null /var/lib/talteen/uid"
    )


def _comes_back(drill: Drill, unit: str) -> None:
    """After ``kill -9`` of its main process, by itself."""
    before = drill.machine.shows(unit, "MainPID")
    drill.machine.said(f"kill -9 {before}")
    until(
        lambda: drill.machine.shows(unit, "MainPID") not in ("0", before), "systemd starts it anew"
    )
    until(drill.ready, "the pages answer again")
    drill.say(f"ok    {unit}: comes back after kill -9")


def _credential(drill: Drill) -> None:
    """A secret by ``LoadCredential``: its unit reads it, nobody else does."""
    root, machine = drill.machine.root, drill.machine
    (root / "etc/talteen/secret-key").write_text("k" * 64)
    (root / "etc/talteen/secret-key").chmod(0o600)
    told = root / "etc/systemd/system/talteen.service.d"
    told.mkdir()
    (told / "secret.conf").write_text(
        "[Service]\nLoadCredential=secret-key:/etc/talteen/secret-key\n"
        "Environment=TALTEEN_WEB_SECRET_KEY_FILE=%d/secret-key\n"
    )
    machine.said("systemctl daemon-reload && systemctl restart talteen")
    until(drill.ready, "the pages answer with a credential")
    place = "/run/credentials/talteen.service/secret-key"
    drill.holds(machine.said(f"cat {place}", well=False) == "k" * 64, "the credential is there")
    others = machine.said(f"cat {place}", well=False, as_user="nobody")
    drill.holds(others == "", "another user cannot read it")
    keys = machine.said(f"cat {HOUSE}/state/run/secret-key", well=False, as_user="nobody")
    drill.holds(keys == "", "nor a key of the house")


def _another(drill: Drill) -> None:
    """A demo house in the place of the new one, whose notice is in force: it may record."""
    machine = drill.machine
    machine.said("systemctl stop talteen")
    machine.said(f"mv {HOUSE} {HOUSE}-first && install -d -o talteen -g talteen /var/lib/talteen")
    drill.python(scripts.FOUND % PORT)
    machine.said("systemctl start talteen")
    until(drill.ready, "a demo house under the units")
    _captures(drill)
    drill.holds(len(drill.calls()) == 2, "a demo house with two calls runs under the units")


def _placed(drill: Drill, seconds: int) -> "subprocess.Popen[bytes]":
    """A foreign telephone of this machine calls the node of the other."""
    words = drill.machine.beside(
        "talteen", sys.executable, "-m", "talteen.desk.cli", "demo-call",
        "--name", "033-laskukysymys", "--seconds", str(seconds),
    )  # fmt: skip
    home = drill.machine.root / HOUSE.removeprefix("/")
    peer.interpreter()  # made by this user, used by the other
    shutil.chown(ROOT / peer.CACHE / "making", int(drill.machine.said("id -u talteen")))
    with (drill.machine.folder / "telephone.log").open("ab") as log:
        return subprocess.Popen(
            words, env={**of(home), "PATH": PATH}, cwd=ROOT, stdout=log, stderr=log
        )


def _running(drill: Drill) -> int:
    """How many calls the node has; -1 while it does not answer."""
    text = (
        "from talteen import capturing, config\n"
        "from talteen.life.capture.console import Client\n"
        "with Client(capturing.folder(config.load()).path) as console:\n"
        "    print(len(console.calls()['calls']))\n"
    )
    with suppress(subprocess.CalledProcessError):
        return int(drill.python(text))
    return -1


def _captures(drill: Drill) -> None:
    """The unit of the node is started, and the node answers."""
    drill.machine.said("systemctl start talteen-capture")
    until(lambda: _running(drill) >= 0, "the node answers")


def _drained(drill: Drill) -> None:
    """``systemctl reload``: the call that runs is recorded to its end, then the node goes."""
    machine = drill.machine
    call = _placed(drill, LONG_S)
    until(lambda: _running(drill) > 0 or call.poll(), "a call runs on the node of the unit")
    drill.holds(call.poll() is None, "a call runs")
    machine.said("systemctl reload talteen-capture")
    drill.holds(call.wait(300) == 0, "the call came to its own end while the node drained")
    until(lambda: machine.shows("talteen-capture", "ActiveState") == "inactive", "it ends")
    drill.holds(
        machine.shows("talteen-capture", "Result") == "success", "the drained node ended well"
    )
    _captures(drill)
    _sealed(drill, 3, (LONG_S - 25) * 1000)


def _stopped(drill: Drill) -> None:
    """``systemctl stop``: at once; what was said until then is sealed, and said to be cut short."""
    machine = drill.machine
    call = _placed(drill, LONG_S + SHORT_S)
    until(lambda: _running(drill) > 0, "another call runs")
    time.sleep(SHORT_S)
    machine.said("systemctl stop talteen-capture")
    call.kill()
    call.wait()
    drill.holds(
        machine.shows("talteen-capture", "Result") == "success", "a stopped node ended well"
    )
    _captures(drill)
    _sealed(drill, 4, 5_000)
    machine.said("systemctl stop talteen talteen-capture")
    drill.holds(machine.shows("talteen", "Result") == "success", "the house stops well")


def _sealed(drill: Drill, count: int, length_ms: int) -> None:
    """So many calls are, the newest of at least ``length_ms``."""

    def are() -> bool:
        return sum(one[1] == "sealed" for one in drill.calls()) == count

    until(are, f"{count} calls are sealed")
    newest = drill.calls()[-1]
    drill.holds(newest[2] >= length_ms, f"of the call {newest[2] / 1000:.1f} s lie sealed")

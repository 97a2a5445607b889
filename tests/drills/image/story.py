"""What happens to the image: from nothing to a sealed call; then a house in its volume."""

import json
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.house import free_port
from benchmarks.visitor import Visitor
from tests.drills.debian import ROOT
from tests.drills.image.engine import Engine
from tests.drills.told import Told, until
from tests.drills.upgrade import scripts

NOW, BEFORE = "localhost/talteen-drill:now", "localhost/talteen-drill:before"
NAME, VOLUME = "talteen-drill", "talteen-drill-house"
HOME = "/house/demo"
BAR_S = 600.0
"""Issue 8: from a bare machine to the first sealed test call in ten minutes at most."""

CLOSED = """
import os, pathlib, sys
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
status = dict(line.split(":\\t", 1) for line in lines)
found = [k for k in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status[k], 16)]
found += [] if status["NoNewPrivs"] == "1" else ["may gain rights"]
found += [] if os.getuid() == 8470 else ["runs as user %d" % os.getuid()]
for place in ("/", "/opt/talteen", "/opt/talteen/.venv/bin", "/usr/bin", "/etc", "/var", "/root"):
    try:
        pathlib.Path(place, "written").touch()
    except OSError:
        continue
    found.append("wrote to " + place)
pathlib.Path("/house/written").touch(); os.unlink("/house/written")
print(";".join(found))
"""
"""What a process in there may do that it should not."""


@dataclass(slots=True)
class Drill(Told):
    """The engine, and what it is asked of the house in the volume."""

    engine: Engine

    def script(self, image: str, text: str, home: str = HOME) -> str:
        """What a script said that the image's own interpreter ran beside the house."""
        return self.engine.run(
            "--rm", "--network", "none", "-v", f"{VOLUME}:/house", "-e", f"TALTEEN_HOME={home}",
            "--entrypoint", "/opt/talteen/.venv/bin/python", image, "-c", text,
        )  # fmt: skip

    def up(self, image: str, port: int) -> None:
        """The house of the volume, with its pages published on this machine's loopback."""
        self.engine.run(
            "-d", "--name", NAME, "-v", f"{VOLUME}:/house", "-e", f"TALTEEN_HOME={HOME}",
            "-p", f"127.0.0.1:{port}:8470", image, "up",
        )  # fmt: skip
        until(lambda: answers(port), "the pages answer at the published port")

    def inside(self, text: str) -> str:
        """What a script said in the running container, whose database runs."""
        return self.engine.ask("exec", NAME, "/opt/talteen/.venv/bin/python", "-c", text)

    def calls(self) -> list[list[Any]]:
        """The calls of the house that runs."""
        told: dict[str, Any] = json.loads(self.inside(scripts.STATE).splitlines()[-1])
        calls: list[list[Any]] = told["calls"]
        return calls

    def clear(self) -> None:
        """Take away what it made, but for images' layers: the next run is minutes shorter."""
        for words in (("rm", "-f", "-t", "20", NAME), ("volume", "rm", "-f", VOLUME)):
            with suppress(subprocess.CalledProcessError, OSError, subprocess.TimeoutExpired):
                self.engine.ask(*words)


def answers(port: int) -> bool:
    """The pages are there, and all that they need."""
    with suppress(OSError):
        return Visitor(port).get("/readyz").status == 200
    return False


def tell(drill: Drill, base: str, older: Path) -> None:
    """All of it. Broken, with what was found, at the first thing that is not as promised."""
    drill.clear()
    _from_nothing(drill, base)
    drill.engine.build(older, base, BEFORE)
    drill.say("the image of the release before is built")
    drill.script(BEFORE, scripts.FOUND.replace("home.mkdir(", "home.mkdir(parents=True, ") % 8470)
    drill.say("it founded a house with two calls in the volume")
    port = free_port()
    drill.up(BEFORE, port)
    before = drill.calls()
    drill.holds(len(before) == 2, "two calls are in the house")
    _stopped(drill)
    drill.engine.ask("rm", NAME)

    drill.up(NOW, port)
    drill.holds(drill.calls() == before, "the newer image's house has the calls of the older's")
    drill.holds(drill.inside(CLOSED).strip() == "", "no right, no byte outside house and /tmp")
    _healthy(drill)
    drill.engine.ask("kill", "-s", "KILL", NAME)
    drill.engine.ask("start", NAME)
    until(lambda: answers(port), "the pages answer again after kill -9 of the container")
    drill.holds(drill.calls() == before, "its volume was kept")
    _stopped(drill)


def _from_nothing(drill: Drill, base: str) -> None:
    """The image of this tree, and the doctor in it."""
    began = time.monotonic()
    drill.engine.build(ROOT, base, NOW)
    built_s = time.monotonic() - began
    said = _doctor(drill)
    checks = {one["name"]: one for one in json.loads(said)["checks"]}
    took_s = time.monotonic() - began
    faults = [one for one in checks.values() if one["state"] == "fault"]
    drill.holds(not faults, f"the doctor found no fault in a closed container {faults or ''}")
    drill.holds(checks["call"]["ok"], f"its call was sealed: {checks['call']['says']}")
    word = "met" if took_s <= BAR_S else "MISSED, on this machine and its load"
    drill.say(f"built in {built_s:.0f} s, to the first sealed call {took_s:.0f} s (bar: {word})")


def _doctor(drill: Drill) -> str:
    """What it says, whether it warns of something (exit 1), finds a fault (2), or neither."""
    try:
        return drill.engine.run("--rm", "--network", "none", NOW, "doctor", "--demo", "--json")
    except subprocess.CalledProcessError as found:
        if not found.stdout.startswith("{"):
            raise
        return str(found.stdout)


def _healthy(drill: Drill) -> None:
    """The image's own health check says so."""
    drill.engine.ask("healthcheck", "run", NAME)
    drill.say("ok    its health check is content")


def _stopped(drill: Drill) -> None:
    """It ends by itself when it is asked."""
    drill.engine.ask("stop", "-t", "60", NAME)
    state = drill.engine.looks(NAME)
    drill.holds(state["ExitCode"] == 0, "asked to stop, it ends by itself and well")

"""What happens: a house of the release before, a call that runs while it becomes this one's."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.visitor import Visitor
from talteen import capturing
from talteen import config as configs
from talteen.life.capture.console import Client
from tests.drills.told import Broken, Told, until
from tests.drills.upgrade import scripts
from tests.drills.upgrade.releases import ROOT, Release, of

SHORT, LONG = ("001-huonevaraus", 20), ("033-laskukysymys", 75)
"""Calls of the demo and how many seconds of them: one of 75 s runs while everything changes."""


@dataclass(slots=True)
class House(Told):
    """A house on this machine, whichever release runs it."""

    home: Path
    port: int

    def state(self, release: Release) -> dict[str, Any]:
        """Its calls, and how far its tables and its log have come, as this ``release`` sees it."""
        told: dict[str, Any] = json.loads(
            release.script(scripts.STATE, home=self.home).splitlines()[-1]
        )
        return told

    @contextlib.contextmanager
    def process(self, release: Release, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process of it, ended by SIGTERM where it has not ended by itself."""
        with (self.home.parent / f"{release}-{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [release.talteen, *words],
                env=of(self.home),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            ended(process)

    def call(self, which: tuple[str, int]) -> "subprocess.Popen[bytes]":
        """A foreign telephone places a spoken call at the node, whichever release it is of."""
        name, seconds = which
        words = ("demo-call", "--name", name, "--seconds", str(seconds))
        return subprocess.Popen(
            [sys.executable, "-m", "talteen.desk.cli", *words],
            env=of(self.home),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def answers(self) -> bool:
        """The pages are there, and all that they need."""
        with contextlib.suppress(OSError):
            return Visitor(self.port).get("/readyz").status == 200
        return False


def ended(process: subprocess.Popen[bytes]) -> None:
    """It is asked to end, and waited for."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(90)


def tell(house: House, before: Release, now: Release) -> None:
    """All of it. Broken, with what was found, at the first thing that is not as promised."""
    before.script(scripts.FOUND % house.port, home=house.home)
    house.say("the release before has founded a house with two calls of files")
    with ExitStack() as stack:
        up = stack.enter_context(house.process(before, "up"))
        until(house.answers, "the release before serves its pages")
        node = stack.enter_context(house.process(before, "capture"))
        _short(house, now, 3)
        older = house.state(now)
        before.run("backup", str(house.home.parent / "backup"), home=house.home)
        house.say("the release before has recorded a call and made a backup")

        running = house.call(LONG)
        until(lambda: _runs(house), "the long call runs")
        ended(up)
        up = stack.enter_context(house.process(now, "up"))
        until(house.answers, "this release serves its pages")
        house.holds(running.poll() is None, "the call runs on while all but the node is new")
        newer = house.state(now)
        house.holds(newer["calls"][: len(older["calls"])] == older["calls"], "the old calls stay")
        house.say(f"steps of the tables: {older['steps']}, then {newer['steps']}")
        before.run("capture", "--drain", home=house.home)
        house.holds(running.wait(120) == 0, "the long call came to its own end")
        until(lambda: node.poll() is not None, "the old node ends when its last call has")
        house.holds(node.returncode == 0, "the old node drained and ended well")

        node = stack.enter_context(house.process(now, "capture"))
        _short(house, now, 5)
        told = house.state(now)
        _whole(house, told)
        _heard(house, now, told)
        _again(house, now, up, node)


def _short(house: House, release: Release, count: int) -> None:
    """A short call, until it is sealed: ``count`` are then."""
    until(lambda: house.call(SHORT).wait() == 0, "the node takes a call")
    until(lambda: _sealed(house.state(release)) == count, f"{count} calls are sealed")
    house.say(f"a call of {SHORT[1]} s was captured; {count} calls are sealed")


def _sealed(told: dict[str, Any]) -> int:
    return sum(progress == "sealed" for _, progress, _ in told["calls"])


def _runs(house: House) -> bool:
    """The node has a call."""
    folder = capturing.folder(configs.load(house.home))
    with Client(folder.path) as console:
        return bool(console.calls()["calls"])


def _whole(house: House, told: dict[str, Any]) -> None:
    """The long call is there, all of it that came after its announcement."""
    longest = max(length for _, _, length in told["calls"])
    house.holds(
        longest > 1000 * (LONG[1] - 25), f"of the long call {longest / 1000:.1f} s lie sealed"
    )


def _heard(house: House, now: Release, told: dict[str, Any]) -> None:
    """Each call gives sound to somebody who may hear it."""
    person = now.script(scripts.CASE, home=house.home).splitlines()[-1]
    browser = Visitor(house.port)
    browser.enter(person)
    for call, _, _ in told["calls"]:
        form = {"purpose": "rights_of_parties", "case": "R-2026-1"}
        opened = browser.post(f"/calls/{call}/open", **form).status
        sound = browser.get(f"/calls/{call}/sound", Range="bytes=0-65535")
        if (opened, sound.status) != (302, 206) or not sound.body.strip(b"\0"):
            raise Broken(f"a call does not play: {opened}, {sound.status}")
    house.say(f"ok    all {len(told['calls'])} calls play, those of the release before too")


def _again(house: House, now: Release, up: "subprocess.Popen[bytes]", node: Any) -> None:
    """The upgrade once more: there is nothing left to do."""
    before = house.state(now)
    now.run("migrate", home=house.home)
    ended(node)
    ended(up)
    with house.process(now, "up"):
        until(house.answers, "this release serves its pages again")
        after = house.state(now)
    same = (before["steps"], before["calls"]) == (after["steps"], after["calls"])
    house.holds(same, "the same upgrade once more does nothing")

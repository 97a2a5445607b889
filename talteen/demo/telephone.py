"""A spoken call of the demo over real SIP: a foreign telephone places it, the node takes it in.

What an exchange would report of it (the announcement, a pause, a refusal) is said at the console of
the node at the instants that the call's sidecar names. All of it takes as long as the call takes.
"""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av

from talteen.clock import SystemClock
from talteen.config import Config
from talteen.demo import material, peer
from talteen.demo.peer import Placed, Wanted
from talteen.errors import ConfigError, TalteenError, Unavailable
from talteen.life.capture.console import Client
from talteen.life.capture.house_file import HouseFile, Prompt
from talteen.life.capture.node_files import Folder
from talteen.life.capture.rates import resampled

CALLER = "sip:+358505550147@operaattori.example"
"""A number of the range that is kept for inventions."""
RATE = 8_000
LONGEST_S = 600
SEEN_S = 30.0
Told = tuple[int, str, dict[str, Any]]
"""Milliseconds from the start of the call, word of the console, body."""
_OWN_WORDS = frozenset({"pause", "resume", "refusal"})


def ring(config: Config, folder: Folder, name: str, *, seconds: int = LONGEST_S) -> None:
    """Place the call ``name`` (``001-huonevaraus``) at the node whose files are in ``folder``, and
    hang up after so many seconds if it is not over before.

    Raises Unavailable where no node answers or the foreign telephone cannot be had, ConfigError
    where no announcement in the call's language is in force.
    """
    files = material.root() / material.CALLS / name
    sidecar = json.loads(files.with_suffix(".json").read_text())
    prompt = _prompt(folder, sidecar["language"])
    with TemporaryDirectory(prefix="talteen-") as made, Client(folder.path) as console:
        before = _running(console)
        wanted = Wanted(
            server=f"{config.capture.address}:{config.capture.sip_port}",
            caller=CALLER,
            agent=_agent(config, sidecar["agents"][0]),
            sound=dict(_sound(files, Path(made), seconds)),
            called=sidecar["line"],
            host=config.capture.address,
        )
        with peer.placed(wanted) as placed:
            answer = placed.answer()
            if answer != "recorded":
                raise Unavailable(
                    f"the node answered: {answer}", remedy="see 'talteen capture' and its log"
                )
            told = [one for one in _happenings(sidecar) if one[0] < 1_000 * seconds]
            _play(placed, console, _came(console, before), told, prompt)


def _play(
    placed: Placed, console: Client, recording: str, told: list[Told], prompt: Prompt
) -> None:
    began = SystemClock().now()
    with placed.speaking():
        for at_ms, what, body in told:
            _wait_until(began + timedelta(milliseconds=at_ms))
            if what == "hangup":
                break
            if what == "announcement":
                body = _announced(prompt, SystemClock().now())
            try:
                console.say(what, recording, body)
            except TalteenError:
                break  # it is over: the caller refused
    placed.hang_up()


def _happenings(sidecar: dict[str, Any]) -> list[Told]:
    """What is said of the call, in order of time."""
    told: list[Told] = []
    told += ((one["end_ms"], "announcement", {}) for one in sidecar["announcements"])
    for event in sidecar["events"]:
        kind = event["type"]
        if kind == "hangup" or kind in _OWN_WORDS:
            told.append((event["at_ms"], kind, {}))
        else:
            told.append((event["at_ms"], "event", {"type": kind}))
    return sorted(told, key=lambda one: one[0])


def _announced(prompt: Prompt, end: datetime) -> dict[str, Any]:
    start = end - timedelta(milliseconds=prompt.length_ms or 0)
    return {
        "version": prompt.key.rpartition("@")[2],
        "language": prompt.language,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "full": True,
    }


def _prompt(folder: Folder, language: str) -> Prompt:
    """The announcement that callers hear now in ``language``."""
    file = HouseFile.read(folder.house)
    known = file.known(SystemClock().now())
    for one in file.prompts:
        if one.key in known and (one.language, one.direction) == (language, "inbound"):
            return one
    raise ConfigError(
        f"house.json: knows no inbound announcement in '{language}'",
        remedy="publish a notice with its announcements, then start 'talteen capture' again",
    )


def _agent(config: Config, code: str) -> str:
    """The address of the agent with this staff code, or of any."""
    told = config.capture
    users = [user for user, known in told.agents.items() if known == code]
    # A house that lists no extensions knows its agents by their codes.
    user = next(iter([*users, *told.agents]), code)
    domain = next(iter(told.own_domains), told.address)
    return f"sip:{user}@{domain}"


def _sound(files: Path, into: Path, seconds: int) -> Iterator[tuple[str, Path]]:
    """Both sides as PCM that the telephones play."""
    for side in material.SIDES:
        file = into / f"{side}.pcm"
        with av.open(f"{files}.{side}.opus") as container:
            sound = resampled(container.decode(audio=0), "mono", RATE)
            pcm = b"".join(piece[0].astype("<i2").tobytes() for piece in sound)
        file.write_bytes(pcm[: 2 * RATE * seconds])
        yield side, file


def _running(console: Client) -> set[str]:
    return {one["recording"] for one in console.calls()["calls"]}


def _came(console: Client, before: set[str]) -> str:
    """The call that was not there before."""
    end = time.monotonic() + SEEN_S
    while time.monotonic() < end:
        if new := _running(console) - before:
            return new.pop()
        time.sleep(0.05)
    raise Unavailable("the node shows no new call", remedy="see 'talteen capture' and its log")


def _wait_until(at: datetime) -> None:
    time.sleep(max(0.0, (at - SystemClock().now()).total_seconds()))

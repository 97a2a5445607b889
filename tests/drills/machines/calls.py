"""Calls by a recording client that is not ours (SIPp), at whichever node answers.

Each has a session of its own, so that what became of it is found in the register by the keyed hash
of its name. A client does what its settings would make it do: it asks the other node when one does
not answer, and some calls are forked to both.
"""

import base64
import contextlib
import itertools
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

import numpy as np

from tests.drills.machines.hosts import DESK, Host
from tests.kit import rtp, sipp

SECONDS, EVERY_S = 8.0, 1.5
RATE = 8_000
_COUNTER = "c[call_number]AAAAAAAAAAAAAAAAAA=="
_AT_ONCE = 20
_FIRST_PORT, _PORTS = 30_000, 8


class Kind(Enum):
    """What a call is."""

    PLAIN = "plain"
    FORKED = "forked"
    """Its client sends it to both nodes."""
    UNANNOUNCED = "unannounced"
    """Nothing may be kept of it."""


_TURNS = (Kind.PLAIN, Kind.FORKED, Kind.PLAIN, Kind.PLAIN, Kind.UNANNOUNCED)


@dataclass(slots=True)
class Placed:
    """A call as its client knows it."""

    kind: Kind
    session: str
    began: float
    taken_by: tuple[str, ...] = ()
    """The nodes that answered it with 200."""
    whole: bool = False
    """A node answered its BYE: nothing was in the way of its sound."""
    asked: int = 0
    """How many nodes were asked."""


@dataclass(slots=True)
class Telephones:
    """Calls, one after the other, until they are stopped."""

    folder: Path
    nodes: Sequence[Host]
    version: str
    told_ms: int
    placed: list[Placed] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self.folder.mkdir()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> list[Placed]:
        """No more calls; those that run come to their end."""
        self._stop.set()
        assert self._thread is not None
        self._thread.join()
        return self.placed

    def _run(self) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as lines:
            for number, kind in zip(itertools.count(), itertools.cycle(_TURNS), strict=False):
                if self._stop.wait(EVERY_S):
                    return
                session = base64.b64encode(os.urandom(16)).decode()
                placed = Placed(kind, session, time.monotonic())
                self.placed.append(placed)
                lines.submit(self._place, placed, number)

    def _place(self, placed: Placed, number: int) -> None:
        nodes = self.nodes if number % 2 else self.nodes[::-1]
        sound = (list(_sound(number, 0x1000_0000)), list(_sound(number, 0x2000_0000)))
        if placed.kind is Kind.FORKED:
            with ThreadPoolExecutor(2) as both:
                calls = [
                    both.submit(self._call, placed, node, sound, 2 * number + n)
                    for n, node in enumerate(nodes)
                ]
                answers = [one.result() for one in calls]
        else:
            answers = []
            for node in nodes:
                answers.append(self._call(placed, node, sound, 2 * number))
                if answers[-1][0]:
                    break
        placed.asked = len(answers)
        placed.taken_by = tuple(
            node.name for node, (taken, _) in zip(nodes, answers, strict=False) if taken
        )
        placed.whole = any(ended for _, ended in answers)

    def _call(
        self, placed: Placed, node: Host, sound: Sequence[Sequence[bytes]], number: int
    ) -> tuple[bool, bool]:
        """Whether it was answered, and whether its end was."""
        folder = self.folder / f"{number:05d}-{node.name}"
        folder.mkdir()
        (folder / "sound.pcap").write_bytes(sipp.pcap(sound[0]))
        text = sipp.SCENARIO.read_text().replace("version=3", f"version={self.version}")
        text = text.replace("[pcap]", str(folder / "sound.pcap")).replace(_COUNTER, placed.session)
        text = text.replace("[sound_ms]", str(int(1_000 * SECONDS) + 400))
        if placed.kind is Kind.UNANNOUNCED:
            text = sipp._unannounced(text)
        (folder / "siprec.xml").write_text(text)
        ended = datetime.now(UTC) - timedelta(milliseconds=200)
        began = ended - timedelta(milliseconds=self.told_ms + 100)
        port = _FIRST_PORT + _PORTS * (number % 2_000)
        command = [
            "sipp", f"{node.address}:5060", "-sf", folder / "siprec.xml", "-i", DESK, "-m", "1",
            "-t", "u1", "-mp", str(port), "-key", "announced_start", sipp._stamp(began),
            "-key", "announced_end", sipp._stamp(ended), "-nostdin", "-timeout", "40",
            "-max_invite_retrans", "3", "-max_non_invite_retrans", "5",
            "-trace_msg", "-message_file", folder / "messages",
        ]  # fmt: skip
        with subprocess.Popen(
            list(map(str, command)), cwd=folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as client:  # fmt: skip
            _other_voice(client, folder / "messages", node, sound[1])
        return _answered(folder / "messages")


def _other_voice(
    client: "subprocess.Popen[bytes]", messages: Path, node: Host, sound: Sequence[bytes]
) -> None:
    """SIPp plays one stream of a call; the other side speaks from here, once it is answered."""
    ports: list[bytes] = []
    while client.poll() is None and not ports:
        time.sleep(0.02)
        said = messages.read_bytes() if messages.exists() else b""
        ports = re.findall(rb"m=audio (\d+)", said.partition(b"SIP/2.0 200")[2])
    if len(ports) < 2:
        return
    began = time.monotonic()
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.bind((DESK, 0))
        for at, packet in enumerate(sound):
            time.sleep(max(0.0, began + 0.02 * at - time.monotonic()))
            with contextlib.suppress(OSError):  # nobody has power there any more
                line.sendto(packet, (node.address, int(ports[1])))


def _answered(messages: Path) -> tuple[bool, bool]:
    """Whether its INVITE and its BYE came through, as SIPp wrote it down."""
    if not messages.exists():
        return False, False
    answers = messages.read_text(errors="replace").split("SIP/2.0 200")[1:]
    heads = [one.partition("\r\n\r\n")[0] for one in answers]
    return any("1 INVITE" in one for one in heads), any("2 BYE" in one for one in heads)


def _sound(number: int, ssrc: int) -> Iterator[bytes]:
    """A tone of its own for each call: nobody speaks, so that no machine writes words of it."""
    at_s = np.arange(int(RATE * SECONDS)) / RATE
    tone = np.sin(2 * np.pi * (300 + 7 * (number % 100)) * at_s) * 6_000
    payloads = rtp.encoded(tone.astype(np.int16), "pcm_alaw", rate=RATE, frame=160)
    for one in rtp.spoken(payloads, ssrc=ssrc + number):
        yield one.data

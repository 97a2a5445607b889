"""Many calls at once for a real capture node: a recording client over UDP, and who speaks in them.

Not a test's peer (those are foreign programs): a load that knows what it sent. Each stream has an
SSRC of its own, so what a recording holds is compared with what was spoken into just that call.
"""

import asyncio
import base64
import contextlib
import os
import random
import re
from asyncio import DatagramProtocol, DatagramTransport
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import cast

from benchmarks.nodes import ADDRESS, PROMPT

T1_S, GIVES_UP_AFTER_S = 0.5, 32.0


class Kind(Enum):
    """What happens in a call; the value is the extension of its agent."""

    PLAIN = "7001"
    HELD = "7002"
    """A re-INVITE stops both streams, and another lets them go on."""
    PAUSED = "7003"
    """An UPDATE pauses for a card number, while sound goes on."""
    GARBLED = "7004"
    """Its metadata break off."""
    REFUSED = "7005"
    """The caller says no in the middle."""
    UNANNOUNCED = "7006"
    UNKNOWN_DEMAND = "7007"
    """It requires what nobody supports: 420, and no call begins."""


@dataclass(slots=True)
class Placed:
    """A call as its client knows it."""

    kind: Kind
    voices: tuple[int, int]
    status: int = 0
    """Of the answer to its INVITE; 0 where there was none."""
    ended: bool = False
    """The BYE was answered."""
    sent: dict[int, int] = field(default_factory=dict)
    """Packets by SSRC."""

    @property
    def number(self) -> str:
        """Of its caller: another one in each call."""
        return _number(self.voices[0])


_NUMBERS = "+35850"


def _number(voice: int) -> str:
    return f"{_NUMBERS}{voice:07d}"


def voice_of(number: str) -> int:
    """The first voice of the call of a caller's ``number``; 0 where it is no caller's of ours."""
    return int(number.removeprefix(_NUMBERS)) if number.startswith(_NUMBERS) else 0


class Telephones:
    """Those who speak (benchmarks/peers/telephones.c)."""

    def __init__(self, program: Path, *, core: int) -> None:
        self._command = ["taskset", "-c", str(core), str(program), ADDRESS]
        self._told: dict[int, asyncio.Future[int]] = {}

    async def start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe
        )
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    def speak(self, voice: int, port: int) -> None:
        """``voice`` begins to speak to ``port``."""
        self._say(f"+ {port} {voice}")

    def go_on(self, voice: int) -> None:
        """``voice`` speaks again."""
        self._say(f"= {voice}")

    async def silence(self, voice: int) -> int:
        """``voice`` falls silent; how many packets it has sent in all."""
        self._told[voice] = asyncio.get_running_loop().create_future()
        self._say(f"- {voice}")
        return await self._told[voice]

    def _say(self, order: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(order.encode() + b"\n")

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            voice, sent = map(int, line.split())
            self._told.pop(voice).set_result(sent)


class Client(DatagramProtocol):
    """All calls of one recording client, over one UDP socket."""

    def __init__(self, to: tuple[str, int], telephones: Telephones) -> None:
        self._to, self._telephones = to, telephones
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._acks: dict[str, bytes] = {}
        self._transport: DatagramTransport | None = None
        self._voices = 0
        self.retransmitted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(DatagramTransport, transport)  # asyncio's own is no subclass of it

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode()
        if text.startswith("SIP/2.0 1") or not text.startswith("SIP/2.0 "):
            return
        key = _header(text, "Call-ID") + _header(text, "CSeq")
        waiting = self._waiting.get(key)
        if waiting is not None and not waiting.done():
            waiting.set_result(text)
        elif key in self._acks:
            self._send(self._acks[key])  # the first one was lost (RFC 3261 13.2.2.4)

    async def call(self, kind: Kind, length_s: float) -> Placed:
        """One call from its INVITE to its BYE."""
        self._voices += 2
        placed = Placed(kind, (self._voices - 1, self._voices))
        dialog = Dialog(kind, placed.voices[0])
        answer = await self._asked(dialog, "INVITE", dialog.offer("sendonly"), first=True)
        placed.status = _status(answer)
        if answer:
            self._acknowledged(dialog, answer)
        if placed.status != 200:
            return placed
        for voice, port in zip(placed.voices, _ports(answer), strict=True):
            self._telephones.speak(voice, port)
        await asyncio.sleep(length_s / 3)
        await self._middle(dialog, placed, length_s / 3)
        await asyncio.sleep(length_s / 3)
        await self._silent(placed)
        placed.ended = _status(await self._asked(dialog, "BYE", b"")) != 0
        return placed

    async def _middle(self, dialog: "Dialog", placed: Placed, for_s: float) -> None:
        match placed.kind:
            case Kind.HELD:
                await self._silent(placed)
                await self._offered(dialog, "inactive")
                await asyncio.sleep(for_s)
                await self._offered(dialog, "sendonly")
                for voice in placed.voices:
                    self._telephones.go_on(voice)
            case Kind.PAUSED:
                await self._asked(dialog, "UPDATE", dialog.extension("pause start", 'by="agent"'))
                await asyncio.sleep(for_s)
                await self._asked(dialog, "UPDATE", dialog.extension("resume at", 'by="agent"'))
            case Kind.REFUSED:
                refused = f"X-Recording-Refused: at={_stamp(_now())}; by=caller; way=words\r\n"
                await self._asked(dialog, "INFO", b"", headers=refused)
                await asyncio.sleep(for_s)
            case _:
                await asyncio.sleep(for_s)

    async def _offered(self, dialog: "Dialog", direction: str) -> None:
        answer = await self._asked(dialog, "INVITE", dialog.offer(direction))
        if answer:
            self._acknowledged(dialog, answer)

    async def _silent(self, placed: Placed) -> None:
        for voice in placed.voices:
            placed.sent[voice] = await self._telephones.silence(voice)

    async def _asked(
        self, dialog: "Dialog", method: str, body: bytes, *, headers: str = "", first: bool = False
    ) -> str:
        """Ask until there is an answer; empty where there was none in 32 s (RFC 3261 17.1)."""
        if not first:
            dialog.number += 1
        message = dialog.message(method, body, headers)
        key = f"{dialog.id}{dialog.number} {method}"
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[key] = waiting
        wait_s, waited_s = T1_S, 0.0
        self._send(message)
        while waited_s < GIVES_UP_AFTER_S:
            with contextlib.suppress(TimeoutError):
                answer = await asyncio.wait_for(asyncio.shield(waiting), wait_s)
                del self._waiting[key]
                dialog.answered(answer)
                return answer
            self.retransmitted += 1
            self._send(message)
            waited_s, wait_s = waited_s + wait_s, min(2 * wait_s, 4.0)
        del self._waiting[key]
        return ""

    def _acknowledged(self, dialog: "Dialog", answer: str) -> None:
        ack = dialog.message("ACK", b"", "", failed=_status(answer) >= 300)
        self._acks[f"{dialog.id}{dialog.number} INVITE"] = ack
        self._send(ack)

    def _send(self, message: bytes) -> None:
        assert self._transport is not None
        self._transport.sendto(message, self._to)


@dataclass(slots=True)
class Dialog:
    """One dialog as its client writes it."""

    kind: Kind
    voice: int
    number: int = 1
    to_tag: str = ""
    branch: str = ""
    version: int = 0

    @property
    def id(self) -> str:
        return f"{self.voice}@bench"

    def answered(self, answer: str) -> None:
        if _status(answer) == 200 and not self.to_tag:
            self.to_tag = _header(answer, "To").partition(";tag=")[2]

    def message(self, method: str, body: bytes, headers: str, *, failed: bool = False) -> bytes:
        if not failed:
            self.branch = f"z9hG4bK{random.getrandbits(64):x}"
        demand = "siprec, elsewhere" if self.kind is Kind.UNKNOWN_DEMAND else "siprec"
        if method == "INVITE" and self.number == 1:
            headers += f"Require: {demand}\r\n{self._announcement()}"
        if body:
            headers += _TYPES[method] + "\r\n"
        to = f";tag={self.to_tag}" if self.to_tag else ""
        return (
            f"{method} sip:talteen@{ADDRESS} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {ADDRESS}:25061;branch={self.branch}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{_number(self.voice)}@operator.example>;tag={self.voice}\r\n"
            f"To: <sip:talteen@{ADDRESS}>{to}\r\nCall-ID: {self.id}\r\n"
            f"CSeq: {self.number} {method}\r\nContact: <sip:src@{ADDRESS}:25061>;+sip.src\r\n"
            f"Supported: timer\r\nAllow: INVITE, ACK, BYE, CANCEL, UPDATE, INFO\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def invite(self) -> bytes:
        """Its first message."""
        return self.message("INVITE", self.offer("sendonly"), "")

    def offer(self, direction: str) -> bytes:
        self.version += 1
        lines = "".join(
            f"m=audio {40_000 + 2 * n} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na={direction}\r\n"
            f"a=label:{n}\r\n"
            for n in (1, 2)
        )
        described = (
            f"v=0\r\no=- 1 {self.version} IN IP4 {ADDRESS}\r\ns=-\r\nc=IN IP4 {ADDRESS}\r\n"
            f"t=0 0\r\n{lines}"
        )
        if self.version > 1:
            told = _partial("")
        else:
            told = self._metadata()
            told = told[: -len("</recording>")] if self.kind is Kind.GARBLED else told
        return (
            f"--part\r\nContent-Type: application/sdp\r\n\r\n{described}\r\n--part\r\n"
            "Content-Type: application/rs-metadata+xml\r\n"
            f"Content-Disposition: recording-session\r\n\r\n{told}\r\n--part--\r\n"
        ).encode()

    def extension(self, what: str, more: str) -> bytes:
        """``<t:what="now" more/>`` of our own namespace (docs/formats)."""
        told = f'<t:{what}="{_stamp(_now())}" {more}/>'
        return _partial(
            f'<extensiondata xmlns:t="urn:talteen:siprec:1">{told}</extensiondata>'
        ).encode()

    def _announcement(self) -> str:
        if self.kind is Kind.UNANNOUNCED:
            return ""
        ended = _now() - timedelta(milliseconds=200)
        began = ended - timedelta(milliseconds=PROMPT.length_ms or 0)
        return f"X-Announcement: version=1; lang=fi; start={_stamp(began)}; end={_stamp(ended)}\r\n"

    def _metadata(self) -> str:
        ids = [base64.b64encode(os.urandom(16)).decode() for _ in range(5)]
        session, theirs, ours, one, other = ids
        people = (
            (theirs, f"{_number(self.voice)}@operator.example"),
            (ours, f"{self.kind.value}@centre.example"),
        )
        return _XML.format(
            session=session,
            people="".join(
                f'<participant participant_id="{who}"><nameID aor="sip:{aor}"/></participant>'
                for who, aor in people
            ),
            streams="".join(
                f'<stream stream_id="{stream}" session_id="{session}"><label>{n}</label></stream>'
                for n, stream in ((1, one), (2, other))
            ),
            sends="".join(
                f'<participantstreamassoc participant_id="{who}"><send>{sends}</send>'
                f"<recv>{hears}</recv></participantstreamassoc>"
                for who, sends, hears in ((theirs, one, other), (ours, other, one))
            ),
        )


_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<recording xmlns="urn:ietf:params:xml:ns:recording:1">'
    '<datamode>complete</datamode><session session_id="{session}"/>{people}{streams}{sends}'
    "</recording>"
)
_TYPES = {
    "INVITE": "Content-Type: multipart/mixed;boundary=part",
    "UPDATE": "Content-Type: application/rs-metadata+xml\r\n"
    "Content-Disposition: recording-session\r\nRequire: siprec",
}


def _partial(content: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<recording xmlns="urn:ietf:params:xml:ns:recording:1"><datamode>partial</datamode>'
        f"{content}</recording>"
    )


def _header(message: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\s*$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _status(answer: str) -> int:
    return int(answer.split(" ", 2)[1]) if answer else 0


def _ports(answer: str) -> list[int]:
    return [int(port) for port in re.findall(r"^m=audio (\d+)", answer, re.MULTILINE)]


def _now() -> datetime:
    return datetime.now(UTC)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

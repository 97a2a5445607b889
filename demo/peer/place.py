"""One spoken call between two telephones, recorded to a server (SIPREC): a peer that is not ours.

It is run by the interpreter of an environment of its own (requirements.txt beside this file):
sipral is AGPL, so nothing of Talteen imports it, and this file imports nothing of Talteen.

Two stacks of sipral in one process: a caller's telephone, and an agent's that is its own recording
client. One line of JSON on standard input tells what to do:

    server          HOST:PORT of the recording server
    caller, agent   their SIP addresses
    called          the user part of the server's address
    host            the address of this machine that both use
    sound           {"caller": FILE, "agent": FILE}: mono PCM, 16 bit little-endian, 8 kHz
    pin             optional: SHA-256 of the server's certificate; then SIP goes over TLS and media
                    as SRTP with SDES keys
    suites          optional: SRTP suites in order of preference, by their RFC names
    direct          optional, true: no agent; the caller's telephone calls the server itself, as a
                    plain telephone does. It has spoken once a report of the server (RTCP) has told
                    it how long the way is

It says a line when something has happened: ``recorded`` or ``refused`` with the status once the
server has answered. It speaks when a line comes, says ``spoken`` when all was said, hangs up at the
next line and says ``ended``. A closed input counts as a line.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import sipral
from sipral.enums import AudioMode, EventKind, LogLevel, Srtp, Transport

WITHIN_S = 90.0
"""A machine that does many things at once answers late, and late is not never."""
BYTES_A_PACKET, PACKET_S = 320, 0.02
LET_GO_S = 0.3
"""What was sent arrives while this goes by."""
BYE_ANSWERED = re.compile(r"received .*SIP/2\.0 [2-6].*CSeq: *\d+ BYE", re.DOTALL)
"""As the stack writes a message into its log."""


def main() -> int:
    """The whole call."""
    told = json.loads(sys.stdin.readline())
    host, server = told["host"], f"sip:{told['called']}@{told['server']}"
    secure = {"srtp": Srtp.REQUIRED} if "pin" in told else {}
    common: dict[str, Any] = {"codecs": "PCMA", "audio": AudioMode.APPLICATION}
    if "suites" in told:
        common["srtp_suites"] = told["suites"]
    trust = {"tls_trust": sipral.TlsTrust.pinned(told["pin"])} if secure else {}
    common |= trust
    with sipral.Stack(host, **common) as phone, sipral.Stack(host, **common) as desk:
        stream = {"stream_protocol": Transport.TLS if secure else Transport.TCP, **secure}
        if told.get("direct"):
            return _direct(told, phone, stream, {"media_host": host, **secure})
        desk.add_account(told["agent"], registrar_address=told["server"], **stream)
        line = phone.add_account(told["caller"], registrar_address=desk.bind_address, **secure)
        caller = phone.place_call(line, told["agent"], media_host=host, **secure)
        agent = desk.answer_call(_next(desk, lambda one: one.kind == EventKind.INCOMING_CALL))
        _wait(lambda: caller.media and agent.media)
        recording = agent.record_to(server)
        if not _recorded(desk, recording):
            return 1
        sys.stdin.readline()
        _speak({caller: told["sound"]["caller"], agent: told["sound"]["agent"]})
        _say("spoken")
        sys.stdin.readline()
        _hang_up(caller, desk, recording)
    _say("ended")
    return 0


def _direct(
    told: dict[str, Any], phone: sipral.Stack, stream: dict[str, Any], secure: dict[str, Any]
) -> int:
    line = phone.add_account(told["caller"], registrar_address=told["server"], **stream)
    _next(phone, lambda one: one.kind == EventKind.TRANSPORT_WANTED)
    call = _placed(phone, line, f"sip:{told['called']}@{told['server']}", secure)
    _wait(lambda: call.media or call.ended)
    if call.ended:
        ends = (EventKind.CALL_ENDED,)
        end = _next(phone, lambda one: one.call == call.handle and one.kind in ends)
        _say(f"refused {end.fields['status_code']}")
        return 1
    _say("recorded")
    sys.stdin.readline()
    _speak({call: told["sound"]["caller"]})
    _wait(lambda: call.media.statistics()["round_trip_us"] is not None)
    _say("spoken")
    sys.stdin.readline()
    _hang_up(call, phone, call.handle)
    _say("ended")
    return 0


def _placed(
    phone: sipral.Stack, line: sipral.Account, target: str, more: dict[str, Any]
) -> sipral.Call:
    """The call, once the connection stands."""
    made: list[sipral.Call] = []

    def goes() -> bool:
        try:
            made.append(phone.place_call(line, target, **more))
        except sipral.SipralError:
            return False
        return True

    _wait(goes)
    return made[0]


def _recorded(desk: sipral.Stack, recording: int) -> bool:
    answers = (EventKind.CALL_CONFIRMED, EventKind.CALL_ENDED)
    answer = _next(desk, lambda one: one.call == recording and one.kind in answers)
    if answer.kind == EventKind.CALL_CONFIRMED:
        _say("recorded")
        return True
    _say(f"refused {answer.fields['status_code']}")
    return False


def _speak(sounds: dict[sipral.Call, str]) -> None:
    """Both sides say what is in their files, from now on and in real time: by what has left, as a
    busy machine is behind any clock."""
    until: dict[sipral.Call, int] = {}
    for call, file in sounds.items():
        sound = Path(file).read_bytes()
        until[call] = _sent(call) + len(sound) // BYTES_A_PACKET
        call.media.send_audio(sound)
    for call, packets in until.items():
        _wait(partial(_has_sent, call, packets), beside_s=packets * PACKET_S)
    time.sleep(LET_GO_S)


def _hang_up(call: sipral.Call, client: sipral.Stack, session: int) -> None:
    """End the call, and wait until the server has answered the BYE with which ``client`` ends
    ``session``: a stack calls it ended before a byte of that has left."""
    if any(one.call == session and one.kind == EventKind.CALL_ENDED for one in _events(client)):
        return  # the server was first; what else stands goes with the stacks
    answered = threading.Event()

    def heard(_level: LogLevel, _target: str, message: str, _dropped: int) -> None:
        if BYE_ANSWERED.search(message):
            answered.set()

    client.set_log(LogLevel.TRACE, heard)
    call.hangup()
    _wait(answered.is_set)


def _has_sent(call: sipral.Call, packets: int) -> bool:
    return _sent(call) >= packets


def _sent(call: sipral.Call) -> int:
    return int(call.media.statistics()["packets_sent"])


def _next(stack: sipral.Stack, wanted: Callable[[sipral.Event], bool]) -> sipral.Event:
    return _wait(lambda: next(filter(wanted, _events(stack)), None))


def _events(stack: sipral.Stack) -> Iterator[sipral.Event]:
    """What has happened and was not read yet."""
    while not stack.events.empty():
        yield stack.events.get_nowait()


def _wait(happens: Callable[[], Any], *, beside_s: float = 0.0) -> Any:
    """Until it has happened; what it gave then."""
    end = time.monotonic() + WITHIN_S + beside_s
    while not (what := happens()):
        if time.monotonic() > end:
            raise SystemExit("nothing came in time")
        time.sleep(0.005)
    return what


def _say(word: str) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    sys.exit(main())

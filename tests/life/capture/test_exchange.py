"""The exchange is heard and commanded by a whole node (REGISTER 6.3, 6.5, 8.1, 15.3, J12).

The exchange is a server that speaks AMI over TCP; the webhook's receiver is an HTTP server.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from talteen.engine import hunt
from talteen.engine.vault.journals import Journals
from talteen.errors import InputError, NotAllowed, Unavailable
from talteen.life.capture import console
from talteen.life.capture.facts import EvidenceSource, Happened, Happening
from talteen.life.capture.sources import ami
from talteen.life.capture.sources.hooks import Hook
from talteen.life.capture.sources.pbx_legs import Legs
from talteen.register.programs import webhook
from talteen.register.programs.webhook import Secret
from tests.kit import reception, sipp
from tests.kit.exchange import SECRET, USER, Exchange, in_a_thread
from tests.kit.houses import Built
from tests.kit.nodes import caller_says
from tests.kit.processes import until
from tests.kit.reception import Reception
from tests.life.capture.test_console import CALLER, a_conversation, is_in, the_call
from tests.life.capture.test_reception import kept

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
COMMANDS = {
    "announce": {"Action": "Redirect", "Channel": "{channel}", "Context": "talteen",
                 "Exten": "{language}"},
    "tone": {"Action": "PlayDTMF", "Channel": "{channel}", "Digit": "0"},
}  # fmt: skip
HOOK_SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cywgbG9uZw=="
CALLERS, AGENTS, NEW = "PJSIP/trunk-0000001a", "PJSIP/7103-0000001b", "PJSIP/trunk-0000001c"
LINKED = "1764000000.26"


# --- what belongs together --------------------------------------------------------------------


def event(name: str, channel: str, linked: str = LINKED, **more: str) -> ami.Message:
    fields = {"Event": name, "Channel": channel, "Linkedid": linked} | more
    return ami.parse(ami.printed(fields.items()))


def test_an_extension_counts_only_where_it_talks_and_only_in_one_call() -> None:
    legs = Legs()
    for one in (event("Newchannel", CALLERS), event("Newchannel", AGENTS)):
        legs.follow(one)
    assert legs.extensions(LINKED) == []
    legs.follow(event("BridgeEnter", AGENTS))
    assert legs.extensions(LINKED) == ["7103"]
    legs.follow(event("BridgeEnter", "PJSIP/7103-0000001f", "2.2"))
    assert legs.extensions(LINKED) == legs.extensions("2.2") == []
    legs.follow(event("Hangup", "PJSIP/7103-0000001f", "2.2"))
    assert legs.extensions(LINKED) == ["7103"]


@pytest.mark.parametrize(
    ("channel", "extension"),
    [("PJSIP/7103-0000002a", "7103"), ("SIP/7103-a", "7103"), ("PJSIP/desk-7-0000002a", "desk-7"),
     ("Local/7103@from-queue-0000001;2", "7103"), ("DAHDI/i1/0401-1f", None), ("x", None)],
)  # fmt: skip
def test_whose_channel_it_is(channel: str, extension: str | None) -> None:
    legs = Legs()
    legs.follow(event("BridgeEnter", channel))
    assert legs.extensions(LINKED) == ([extension] if extension else [])


def test_what_was_said_waits_for_its_call_and_no_longer_than_the_exchange_has_it() -> None:
    legs, said = Legs(), Happened(EvidenceSource.AMI, Happening.JOIN, NOW)
    legs.follow(event("Newchannel", CALLERS))
    legs.said(LINKED, CALLERS, said)
    assert (legs.waiting(), legs.take(LINKED)) == ([LINKED], said)
    assert legs.bind(LINKED, "a")
    assert not legs.bind("2.2", "a"), "one recording is one call"
    assert legs.joined("a") == CALLERS
    legs.follow(event("Hangup", CALLERS))
    assert (legs.waiting(), legs.call_of(LINKED), legs.joined("a")) == ([], "", "")


# --- webhooks ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Receiver:
    """An HTTP server that keeps what it was sent."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/talteen"


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers), body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sent(receiver: Receiver, call: UUID) -> list[float]:
    hook, waits = Hook(receiver.url, Secret.read(HOOK_SECRET)), list[float]()
    hook.send(hook.message("call.tone", call, uuid4(), NOW), waits.append)
    return waits


def test_a_webhook_names_the_recording_and_nothing_else() -> None:
    call = uuid4()
    with receiving(Receiver()) as receiver:
        assert sent(receiver, call) == [0.0]
    ((headers, body),) = receiver.got
    assert json.loads(body) == {
        "type": "call.tone",
        "timestamp": "2026-11-24T08:00:00Z",
        "data": {"recording": str(call)},
    }
    webhook.verified(headers, body, [Secret.read(HOOK_SECRET)], NOW)
    with pytest.raises(NotAllowed):
        webhook.verified(headers, body + b" ", [Secret.read(HOOK_SECRET)], NOW)


def test_a_receiver_that_is_busy_gets_the_same_message_again() -> None:
    with receiving(Receiver([503, 429])) as receiver:
        assert len(sent(receiver, uuid4())) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_a_receiver_that_refuses_is_not_asked_again_and_one_that_is_gone_is_named() -> None:
    with receiving(Receiver([401])) as receiver, pytest.raises(InputError):
        sent(receiver, uuid4())
    assert len(receiver.got) == 1
    with pytest.raises(Unavailable):
        sent(receiver, uuid4())


# --- the whole node ---------------------------------------------------------------------------


@pytest.fixture
def stand_in() -> Iterator[Exchange]:
    with in_a_thread(Exchange()) as running:
        yield running


@contextmanager
def node(built: Built, tmp_path: Path, stand_in: Exchange, hook: str = "") -> Iterator[Reception]:
    words = {"host": "127.0.0.1", "port": str(stand_in.port), "user": USER, "secret": SECRET,
             "commands": json.dumps(COMMANDS)}  # fmt: skip
    if hook:
        words |= {"webhook_url": hook, "webhook_secret": HOOK_SECRET}
    prompts = (reception.prompt(),)
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=prompts, exchange=words
    ) as at:
        until(lambda: "CoreShowChannels" in stand_in.actions(), within_s=60)
        yield at


def talking(stand_in: Exchange) -> None:
    """The caller and agent a03 are in a bridge."""
    for channel in (CALLERS, AGENTS):
        raised(stand_in, "Newchannel", channel)
        raised(stand_in, "BridgeEnter", channel)


def raised(stand_in: Exchange, name: str, channel: str, **more: str) -> None:
    fields = {"Event": name, "Channel": channel, "Linkedid": LINKED} | more
    stand_in.raises(*fields.items())


def user_event(stand_in: Exchange, name: str, channel: str = CALLERS, **more: str) -> None:
    raised(stand_in, "UserEvent", channel, UserEvent=name, **more)


def announced(stand_in: Exchange, channel: str = CALLERS, ago_s: float = 0.0) -> None:
    """The prompt was played on ``channel`` and ended just now."""
    end = datetime.now(UTC).timestamp() - ago_s
    user_event(
        stand_in, "TalteenAnnouncement", channel, Version="announce.fi@3", Language="fi",
        Start=f"{end - 8.5:.3f}", End=f"{end:.3f}", Full="yes",
    )  # fmt: skip


def asked(stand_in: Exchange, action: str) -> list[dict[str, str]]:
    return [one for one in stand_in.asked if one["Action"] == action]


@pytest.mark.django_db(transaction=True)
def test_the_exchange_says_that_it_announced_before_the_call_is_forked(
    built: Built, tmp_path: Path, stand_in: Exchange
) -> None:
    """6.3: the prompt is over before the recording session begins; its word waits for the call."""
    with node(built, tmp_path, stand_in) as at:
        talking(stand_in)
        announced(stand_in)
        with sipp.calling(at.port, tmp_path, caller_says(6.0), version="77") as client:
            reception.until_kept(at)
            assert the_call(at, is_in("recording"))
            assert client.wait(60) == 0
        (ended,) = at.ended()
    assert (ended.fate, ended.packets > 100) == ("ended", True)


@pytest.mark.django_db(transaction=True)
def test_who_joins_is_told_at_once_and_nothing_is_kept_until_then(
    built: Built, tmp_path: Path, stand_in: Exchange
) -> None:
    """6.5, J12: the gate's wish is a command at the exchange, and a signed webhook."""
    packets = caller_says(9.0)
    with (
        receiving(Receiver()) as receiver,
        node(built, tmp_path, stand_in, receiver.url) as at,
        sipp.calling(at.port, tmp_path, packets) as client,
    ):
        call = a_conversation(at, 120)
        talking(stand_in)
        raised(stand_in, "BridgeEnter", NEW)
        user_event(stand_in, "TalteenHappened", NEW, Kind="join")
        assert the_call(at, is_in("paused"))["reason"] == "unannounced"
        until(lambda: asked(stand_in, "Redirect"))
        (redirect,) = asked(stand_in, "Redirect")
        assert (redirect["Channel"], redirect["Exten"]) == (NEW, "fi")
        until(lambda: receiver.got)
        assert json.loads(receiver.got[0][1])["type"] == "call.announce"
        assert json.loads(receiver.got[0][1])["data"] == {"recording": call}

        announced(stand_in, NEW)
        assert client.wait(60) == 0
        heard = kept(at)
    assert heard == packets[: len(heard)]
    assert len(heard) < len(packets)


@pytest.mark.django_db(transaction=True)
def test_a_pause_by_key_and_a_refusal_by_key_in_mid_call(
    built: Built, tmp_path: Path, stand_in: Exchange
) -> None:
    packets = caller_says(15.0)
    with node(built, tmp_path, stand_in) as at:
        with sipp.calling(at.port, tmp_path, packets) as client:
            a_conversation(at)
            talking(stand_in)
            user_event(stand_in, "TalteenPause")
            assert the_call(at, is_in("paused"))
            stand_in.drops()  # and the exchange is called again
            until(lambda: stand_in.actions().count("CoreShowChannels") == 2, within_s=60)
            talking(stand_in)
            user_event(stand_in, "TalteenResume")
            assert the_call(at, is_in("recording"))
            reception.kill(at, "exchange")
            until(lambda: stand_in.actions().count("CoreShowChannels") == 3, within_s=60)
            talking(stand_in)
            a_conversation(at, 600)
            user_event(stand_in, "TalteenRefusal")
            until(lambda: len(asked(stand_in, "PlayDTMF")) == 2)
            assert {one["Channel"] for one in asked(stand_in, "PlayDTMF")} == {CALLERS, AGENTS}
            assert client.wait(60) == 0
        (ended,) = at.ended()
        log = (at.folder.path / "node.log").read_text()
    assert ended.fate == "refused"
    assert Journals(at.folder.journals).recordings() == set()
    assert hunt.hunt(at.folder.path, {"sound": packets[20][12:60], "caller": CALLER.encode()}) == []
    assert (LINKED in log, "PJSIP" in log, SECRET in log) == (False, False, False)


@pytest.mark.django_db(transaction=True)
def test_who_listens_for_wishes_is_told_those_that_stand(
    built: Built, tmp_path: Path, stand_in: Exchange
) -> None:
    prompts = (reception.prompt(),)
    with (
        reception.reception(built.house.vault, tmp_path / "node", prompts=prompts) as at,
        sipp.calling(at.port, tmp_path, caller_says(7.0)) as client,
        console.Client(at.folder.path, 30.0) as beside,
    ):
        call = a_conversation(at, 120)
        beside.say("event", call, {"type": "join"})
        for _ in range(2):
            with console.connected(at.folder.path, 30.0) as line:
                line.sendall(console.LISTEN + b"\n")
                assert told(line) == {"wish": "announce", "call": call, "language": "fi",
                                      "announcement": "announce.fi@3"}  # fmt: skip
        assert beside.whose(extensions=["7103"]) == call
        assert beside.whose(ids=["nothing"], extensions=["7101"]) is None
        assert client.wait(60) == 0


def told(line: Any) -> Any:
    with line.makefile() as lines:
        return json.loads(lines.readline())

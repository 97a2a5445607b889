"""Who is beside a node asks which calls run, and says something of one (REGISTER 6.3, 8.1, 15.3).

The node is a whole one, in processes of its own; the client is the one that the pages use.
"""

import contextlib
import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from talteen.clock import SystemClock
from talteen.engine import hunt
from talteen.engine.vault.journals import Journals
from talteen.errors import InputError, Missing, Unavailable
from talteen.ids import RecordingId, new
from talteen.life.capture import console
from talteen.life.capture.console import Client
from talteen.life.capture.note import About
from talteen.life.seal import handover
from talteen.life.seal.acts import What
from talteen.register.models import Recording
from tests.kit import reception, sipp
from tests.kit.houses import Built
from tests.kit.nodes import caller_says
from tests.kit.processes import until
from tests.kit.reception import Reception
from tests.life.capture.test_reception import kept

pytestmark = pytest.mark.django_db(transaction=True)

MS = timedelta(milliseconds=1)
CALLER = "+358505550147"
"""Who calls, in SIPp's scenario."""


@pytest.fixture
def at(built: Built, tmp_path: Path) -> Any:
    prompts = (reception.prompt(),)
    with reception.reception(built.house.vault, tmp_path / "node", prompts=prompts) as running:
        yield running


def the_call(at: Reception, of: Callable[[dict[str, Any]], object] = bool) -> dict[str, Any]:
    """Wait until exactly one call runs of which that holds."""
    found: list[dict[str, Any]] = []

    def happens() -> bool:
        with Client(at.folder.path, 30.0) as client:
            found[:] = [one for one in client.calls()["calls"] if of(one)]
        return len(found) == 1

    until(happens, within_s=90)
    return found[0]


def has_sound(call: dict[str, Any]) -> bool:
    return any(one["packets"] for one in call["streams"])


def is_in(state: str) -> Callable[[dict[str, Any]], bool]:
    return lambda call: bool(call["state"] == state)


def a_conversation(at: Reception, packets: int = 200) -> str:
    """Wait until so much of the call has been recorded; its id."""
    with Client(at.folder.path, 30.0) as client:
        until(lambda: client.calls()["node"]["packets"] > packets, within_s=90)
    return str(the_call(at, is_in("recording"))["recording"])


def test_the_snapshot_tells_where_each_call_stands_and_nothing_of_the_caller(
    at: Reception, tmp_path: Path
) -> None:
    with (
        sipp.calling(at.port, tmp_path, caller_says(6.0)),
        Client(at.folder.path, 30.0) as client,
    ):
        reception.until_kept(at)
        call = the_call(at, lambda one: one["state"] == "recording" and has_sound(one))
        told = client.calls()

    assert (call["line"], call["direction"], call["agents"]) == ("rooms", "inbound", ["a03"])
    assert [one["side"] for one in call["streams"]] == ["caller", "agent"]
    assert call["sealed"]
    flowing, silent = call["streams"]
    assert flowing["packets"] > 0
    assert datetime.fromisoformat(flowing["last"]) <= datetime.now(UTC)
    assert silent["jitter_ms"] is None
    assert (silent["packets"], silent["last"]) == (0, None)
    assert told["node"]["troubles"] == []
    assert told["node"]["ports_free"] == 14
    assert CALLER.removeprefix("+") not in json.dumps(told)


def test_only_the_nodes_own_user_reaches_the_socket(at: Reception) -> None:
    assert (at.folder.path / console.NAME).stat().st_mode & 0o777 == 0o600


def test_a_pause_that_was_said_is_seen_and_the_packets_of_it_are_in_no_journal(
    at: Reception, tmp_path: Path
) -> None:
    """8.1: a true gap. Whoever says it twice under one key has said it once."""
    packets = caller_says(9.0)
    with sipp.calling(at.port, tmp_path, packets) as client, Client(at.folder.path, 30.0) as node:
        call = a_conversation(at)
        paused = node.say("pause", call, {"reason": "card"}, key="k1")
        assert (paused["state"], paused["reason"]) == ("paused", "pause")
        again = node.say("pause", call, {"reason": "card"}, key="k1")
        assert (again["state"], again["since"]) == ("paused", paused["since"])
        with pytest.raises(InputError):
            node.say("resume", call, key="k1")
        assert node.say("resume", call, key="k2")["state"] == "recording"
        # Said again under its key it is not said again: the call goes on.
        assert node.say("pause", call, {"reason": "card"}, key="k1")["state"] == "recording"
        last = node.say("pause", call)
        assert client.wait(60) == 0
        heard = kept(at)

    assert last["state"] == "paused"
    numbers = [packets.index(one) for one in heard]
    assert numbers[0] == 0
    assert numbers[-1] < len(packets) - 1
    # The first pause ends in milliseconds: it may fall between two packets.
    assert sum(later - one != 1 for one, later in pairwise(numbers)) <= 1


def test_the_gap_of_a_pause_is_seen_in_the_register(built: Built, tmp_path: Path) -> None:
    real = reception.of_the_house()[0]
    with reception.reception(built.house.vault, tmp_path / "node", prompts=(real,)) as at:
        told_ms = real.length_ms or 0
        with (
            sipp.calling(
                at.port, tmp_path, caller_says(9.0), version="1", told_ms=told_ms
            ) as client,
            Client(at.folder.path, 30.0) as node,
        ):
            call = a_conversation(at)
            since = node.say("pause", call, {"reason": "card"})["since"]
            until(lambda: client.poll() is None and the_call(at)["state"] == "paused")
            ended = node.say("resume", call)["since"]
            assert client.wait(60) == 0
        at.ended()
        outcome = handover.take_in(
            built.house.vault, at.offer(RecordingId(UUID(call))), SystemClock().now()
        )
    assert outcome.what is What.RECORDED
    row = Recording.objects.get()
    (gap,) = [mark for mark in row.marks if mark["kind"] == "pause"]
    length_ms = (datetime.fromisoformat(ended) - datetime.fromisoformat(since)) / MS
    assert gap["end_ms"] - gap["start_ms"] == pytest.approx(length_ms, abs=1)
    assert row.length_ms > gap["end_ms"]


def test_a_pause_that_was_said_outlives_a_signaller_that_is_killed(
    at: Reception, tmp_path: Path
) -> None:
    packets = caller_says(9.0)
    with sipp.calling(at.port, tmp_path, packets) as client, Client(at.folder.path, 30.0) as node:
        call = a_conversation(at)
        before = node.say("pause", call, key="k1")

        reception.kill(at, "siprec")

        assert the_call(at)["since"] == before["since"]
        assert the_call(at)["state"] == "paused"
        assert node.say("resume", call, key="k2")["state"] == "recording"
        assert node.say("pause", call, key="k1")["state"] == "recording"
        assert client.wait(60) == 0
        heard = kept(at)
    missing = len(packets) - len(heard)
    assert missing > 0
    first = next(n for n, packet in enumerate(heard) if packet != packets[n])
    assert heard == packets[:first] + packets[first + missing :]


def test_a_refusal_that_was_said_in_mid_call_leaves_nothing(at: Reception, tmp_path: Path) -> None:
    packets = caller_says(14.0)
    with sipp.calling(at.port, tmp_path, packets) as client, Client(at.folder.path, 30.0) as node:
        call = a_conversation(at, 560)  # so late it is no answer to the prompt any more
        assert Journals(at.folder.journals).recordings() == {UUID(call)}
        refused = node.say("refusal", call, {"way": "words"})
        assert refused["state"] == "refused"
        assert client.wait(60) == 0
        (ended,) = at.ended()
        with pytest.raises(Missing):
            node.say("pause", call)  # nobody knows it any more

    assert (ended.about, ended.fate) == (About.ENDED, "refused")
    markers = {"sound": packets[0][12:60], "sound of the end": packets[-1][12:60],
               "caller": CALLER.encode(), "words": b'"words"'}  # fmt: skip
    assert hunt.hunt(at.folder.path, markers) == []
    assert Journals(at.folder.journals).recordings() == set()


def test_what_cannot_be_said_is_named_and_costs_nothing(at: Reception, tmp_path: Path) -> None:
    with (
        sipp.calling(at.port, tmp_path, caller_says(5.0)) as client,
        Client(at.folder.path, 30.0) as node,
    ):
        reception.until_kept(at)
        call = the_call(at, is_in("recording"))["recording"]
        for error, what, of, body in [
            (Missing, "pause", str(new()), {}),
            (InputError, "pause", "not an id", {}),
            (InputError, "applause", call, {}),
            (InputError, "pause", call, {"reason": CALLER}),
            (InputError, "evidence", call, {"is": "pause"}),
        ]:
            with pytest.raises(error) as refused:
                node.say(what, of, body)
            assert CALLER not in str(refused.value)
        with pytest.raises(InputError):
            node.say("pause", call, key="k" * 200)
        assert the_call(at)["state"] == "recording"
        assert client.wait(60) == 0


def test_who_babbles_harms_nobody(at: Reception) -> None:
    for line in (b"x" * 300_000 + b"\n", b"\xff\n", b"[]\n"):
        told = b""
        with console.connected(at.folder.path, 5.0) as talker, contextlib.suppress(ConnectionError):
            talker.sendall(line)
            told = talker.recv(4096)
        assert told == b"" or json.loads(told)["error"] == "input", line[:9]
        with Client(at.folder.path, 30.0) as client:
            assert client.calls()["calls"] == [], line[:9]


def test_a_crowd_of_askers_is_bounded(at: Reception) -> None:
    crowd = [console.connected(at.folder.path, 5.0) for _ in range(64)]
    for one in crowd:
        one.sendall(b'{"ask":"calls"}\n')
        assert one.recv(4096)
    with Client(at.folder.path, 30.0) as client, pytest.raises(Unavailable):
        client.calls()
    for one in crowd:
        one.close()
    with Client(at.folder.path, 30.0) as client:
        until(lambda: _answers(client))


def _answers(client: Client) -> bool:
    try:
        return bool(client.calls())
    except Unavailable:
        return False


def test_where_no_node_runs_that_is_said_and_named(tmp_path: Path) -> None:
    with Client(tmp_path) as client, pytest.raises(Unavailable, match="talteen capture"):
        client.calls()
    console.bound(tmp_path).close()
    with Client(tmp_path) as client, pytest.raises(Unavailable, match="talteen capture"):
        client.calls()
    with Client(tmp_path / "nothing") as client, pytest.raises(Unavailable):
        client.calls()


def test_a_folder_with_a_long_name_has_a_console_too(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 100) / ("b" * 100)
    with console.bound(deep) as listening:
        listening.listen()
        console.connected(deep, 1.0).close()
    assert isinstance(listening, socket.socket)
    assert os.path.exists(deep / console.NAME)

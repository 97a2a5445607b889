"""The server as its peers meet it: who is heard, what is refused, what no flood can do."""

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.answers import Reply
from talteen.engine.wire.core import Config
from talteen.engine.wire.effects import Asked, Close, Confirmed, Ended, Refused, Send, Warned
from talteen.engine.wire.flow import Flow, Transport
from talteen.engine.wire.sip import Limits
from tests.engine.wire.messages import SDP, invite, message
from tests.kit.wire import Bench, scripts, tokens

STRANGER = ("203.0.113.66", 5060)


def chosen(asleep: bool) -> dict[str, Any]:
    return {"application": silent} if asleep else {}


def silent(asked: Asked) -> Reply | None:
    return None


def statuses(bench: Bench) -> list[int]:
    return [answer.status for answer in bench.answers()]


def test_a_stranger_meets_silence() -> None:
    bench = Bench(remote=STRANGER)

    bench.send(message("OPTIONS"))
    bench.send(b"noise")

    assert bench.sent == []
    assert [warned.code for warned in bench.told(Warned)] == ["stranger"], "once, not twice"


def test_a_stranger_on_a_connection_is_shut_out() -> None:
    bench = Bench(Transport.TCP, remote=STRANGER)

    bench.send(message("OPTIONS", transport="TCP"))

    assert bench.sent == []
    assert len(bench.told(Close)) == 1


@pytest.mark.parametrize(
    "address", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7", "fe80::1%eth0"]
)
def test_listed_networks_are_heard_in_both_families(address: str) -> None:
    peers = tuple(map(ip_network, ("192.0.2.0/24", "2001:db8::/32", "fe80::/10")))
    bench = Bench(remote=(address, 5060), peers=peers)

    bench.send(message("OPTIONS"))

    assert statuses(bench) == [200]


def test_options_says_what_we_take() -> None:
    bench = Bench()

    bench.send(message("OPTIONS"))

    (answer,) = bench.answers()
    assert "application/rs-metadata+xml" in answer.headers.values("Accept")
    assert "siprec" in answer.headers.tokens("Supported")
    assert "INVITE" in answer.headers.values("Allow")


def test_options_of_a_node_that_cannot_record_says_so() -> None:
    bench = Bench(application=lambda asked: Reply(503, (("Retry-After", "30"),)))

    bench.send(message("OPTIONS"))

    (answer,) = bench.answers()
    assert (answer.status, answer.headers.get("Retry-After")) == (503, "30")


@pytest.mark.parametrize(
    ("raw", "status", "header"),
    [
        (message("HALOO"), 501, "Allow"),
        (message("REGISTER"), 405, "Allow"),
        (invite(Require="x-teleportti, siprec"), 420, "Unsupported"),
        (invite(Content_Type="application/x-any"), 415, "Accept"),
        (invite(Content_Encoding="gzip"), 415, "Accept-Encoding"),
        (invite().replace(b"sip:srs@", b"tel:", 1), 416, None),
        (invite(From="<sip:broken"), 400, None),
        (invite(To="nobody here"), 400, None),
        (invite(CSeq="1 BYE"), 400, None),
        (invite().replace(b" SIP/2.0\r\n", b" SIP/3.0\r\n", 1), 505, None),
        (message("INFO"), 481, None),
    ],
)
def test_each_refusal_has_its_status_and_what_helps(
    raw: bytes, status: int, header: str | None
) -> None:
    bench = Bench()

    bench.send(raw)

    (answer,) = bench.answers()
    assert answer.status == status
    assert header is None or header in answer.headers
    assert ";tag=token" in (answer.headers.get("To") or "")
    assert bench.told(Asked) == []


@pytest.mark.parametrize(
    "raw",
    [
        invite(Require="SipRec,timer"),
        invite(Content_Type="multipart/mixed;boundary=x"),
        invite(Content_Type="application/rs-metadata"),
        invite(Content_Type="application/x-any", Content_Disposition="x;handling=optional"),
        invite(Content_Type=None, body=b"").replace(b"Length: 0\r\n\r\n", b"Length: 3\r\n\r\nmoi"),
        invite(Contact=None),
        invite(Max_Forwards="0"),
        invite(Max_Forwards=None),
        invite(Supported=None, Allow=None),
        invite(From="sip:src@operaattori.example"),
    ],
)
def test_what_a_recorder_can_do_without_costs_no_call(raw: bytes) -> None:
    bench = Bench()

    bench.send(raw)

    assert statuses(bench) == [200]
    assert len(bench.agent.dialogs()) == 1


def test_what_was_odd_is_told_with_the_request() -> None:
    bench = Bench()

    bench.send(invite(Contact=None).replace(b"\r\n", b"\n"))

    assert bench.told(Asked)[0].warnings == ("lf-only", "content-length-wrong", "contact-missing")


def test_a_broken_ack_is_never_answered() -> None:
    bench = Bench()

    bench.send(message("ACK", CSeq="x ACK"))
    bench.send(message("ACK", From="<sip:broken"))

    assert bench.sent == []


def test_a_broken_answer_is_only_told() -> None:
    bench = Bench()

    bench.send(b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n")

    assert bench.sent == []
    assert [warned.code for warned in bench.told(Warned)] == ["malformed"]


@pytest.mark.parametrize(
    ("via", "goes_to", "stamped"),
    [
        ("SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1", 5070, "5070;branch=z9hG4bK1"),
        ("SIP/2.0/UDP src.example;branch=z9hG4bK1", 5060, "branch=z9hG4bK1;received=192.0.2.1"),
        (
            "SIP/2.0/UDP 10.0.0.1:5070;rport;branch=z9hG4bK1",
            40000,
            "rport=40000;branch=z9hG4bK1;received=192.0.2.1",
        ),
        ("SIP/2.0/UDP 192.0.2.1;maddr=203.0.113.9;branch=z9hG4bK1", 5060, "branch=z9hG4bK1"),
    ],
)
def test_answers_go_where_the_via_wants_them(via: str, goes_to: int, stamped: str) -> None:
    bench = Bench(remote=("192.0.2.1", 40000))

    bench.send(message("OPTIONS", Via=via))

    (sent,) = bench.sent
    assert sent.flow.remote == ("192.0.2.1", goes_to)
    assert bench.answers()[0].headers.all("Via")[0].endswith(stamped)


def test_all_hops_are_echoed_in_order() -> None:
    bench = Bench()
    via = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/TLS b.example;branch=z9hG4bK2"

    bench.send(message("OPTIONS", Via=via))

    (answer,) = bench.answers()
    assert [hop.branch for hop in answer.vias] == ["z9hG4bK1", "z9hG4bK2"]


def test_a_flood_is_turned_away_and_running_calls_are_served() -> None:
    bench = Bench(application=silent, transactions_per_peer=20)
    bench.send(invite())
    bench.respond(bench.told(Asked)[0], Reply(200, (), SDP))
    tag = bench.answers()[0].to.tag
    for number in range(50):
        bench.send(invite(branch=f"f{number}", Call_ID=f"flood-{number}"))
    flooded = bench.answers()

    bench.send(message("ACK", 1, tag=tag, branch="ack"))
    bench.send(message("BYE", 2, tag=tag))

    assert [answer.status for answer in flooded] == [503] * 31
    assert {answer.headers.get("Retry-After") for answer in flooded} == {"10"}
    assert statuses(bench) == [200]
    assert (len(bench.told(Confirmed)), len(bench.told(Ended))) == (1, 1)
    assert [r.status for r in bench.told(Refused)] == [503] * 31


@pytest.mark.parametrize("method", ["CANCEL", "BYE", "INFO", "INVITE", "OPTIONS"])
def test_no_flood_of_any_method_fills_the_memory(method: str) -> None:
    bench = Bench(application=silent, transactions_per_peer=20)

    for number in range(200):
        tag = "" if method in ("CANCEL", "OPTIONS") else "ei-ole"
        bench.send(message(method, 1, branch=f"f{number}", tag=tag, Call_ID=f"flood-{number}"))

    assert len(bench.agent._core.alarms._at) <= 20
    assert len(bench.receive()) >= 180


def test_one_peers_flood_is_not_anothers() -> None:
    bench = Bench(application=silent, transactions_per_peer=5)
    for number in range(9):
        bench.send(invite(branch=f"f{number}", Call_ID=f"flood-{number}"))
    bench.receive()

    bench.flow = Flow(Transport.UDP, bench.flow.local, ("192.0.2.2", 5060))
    bench.send(invite(branch="other", Call_ID="other"))

    assert len(bench.told(Asked)) == 6


def test_the_flood_is_over_when_its_transactions_are() -> None:
    bench = Bench(transactions_per_peer=5)
    for number in range(9):
        bench.send(message("OPTIONS", branch=f"f{number}", Call_ID=f"flood-{number}"))
    assert 503 in statuses(bench)

    bench.advance(33)
    bench.send(message("OPTIONS", branch="later", Call_ID="later"))

    assert statuses(bench) == [200]


def test_dialogs_are_bounded_too() -> None:
    bench = Bench(dialogs=3)
    for number in range(5):
        bench.send(invite(branch=f"f{number}", Call_ID=f"call-{number}"))

    assert statuses(bench) == [200, 200, 200, 503, 503]


def test_a_message_that_never_ends_ends_its_connection() -> None:
    bench = Bench(Transport.TCP)
    raw = invite(transport="TCP")
    for at in range(0, 60, 2):
        bench.send(raw[at : at + 2])
        bench.advance(1)

    assert len(bench.told(Close)) == 1
    assert [warned.code for warned in bench.told(Warned)] == ["stalled"]


def test_a_slow_peer_that_gets_there_is_served() -> None:
    bench = Bench(Transport.TCP)
    for _ in range(3):
        for piece in (b"\r\n", b"\r\n"):
            bench.send(piece)
            bench.advance(29)
    raw = message("OPTIONS", transport="TCP")
    bench.send(raw[:40])
    bench.advance(29)
    bench.send(raw[40:])

    assert statuses(bench) == [200]
    assert bench.told(Close) == []


def test_noise_on_a_connection_ends_it() -> None:
    bench = Bench(Transport.TCP)

    bench.send(b"GET / HTTP/1.1\r\n\r\n")

    assert bench.sent == []
    assert len(bench.told(Close)) == 1


def test_a_body_too_large_is_answered_before_the_connection_ends() -> None:
    bench = Bench(Transport.TCP, limits=Limits(body_bytes=10))

    bench.send(invite(transport="TCP", body=b"v=0 and far too much"))

    assert statuses(bench) == [413]
    assert len(bench.told(Close)) == 1
    assert [r.status for r in bench.told(Refused)] == [413]


def test_keep_alives_over_udp_are_no_messages() -> None:
    bench = Bench()

    for data in (b"", b"\r\n\r\n", b"\x00\x00\x00\x00"):
        bench.send(data)

    assert (bench.sent, bench.effects) == ([], [])


def test_a_secure_request_gets_a_secure_contact() -> None:
    bench = Bench(Transport.TLS)

    bench.send(invite(transport="TLS").replace(b"sip:srs@", b"sips:srs@", 1))

    contact = bench.answers()[0].headers.get("Contact")
    assert contact == "<sips:talteen@198.51.100.20:5060>;+sip.srs"


MESSAGES = [path.read_bytes() for script in scripts() for path in script.folder.glob("*.sip")]
SMALL = [raw for raw in MESSAGES if len(raw) < 6000]


@st.composite
def storms(draw: st.DrawFn) -> list[tuple[bytes, float]]:
    """Messages of all dialogs, mutated, in any order, with pauses between them."""
    storm = []
    for _ in range(draw(st.integers(1, 12))):
        raw = bytearray(draw(st.sampled_from(SMALL)))
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, min(len(raw), 1500)))
            raw[at : at + draw(st.integers(0, 30))] = draw(st.binary(max_size=6))
        storm.append((bytes(raw), draw(st.sampled_from([0.0, 0.3, 5.0, 40.0]))))
    return storm


@settings(max_examples=200, deadline=None)
@given(storms(), st.sampled_from(Transport), st.booleans())
def test_no_storm_breaks_the_server_and_all_its_memory_goes(
    storm: list[tuple[bytes, float]], transport: Transport, asleep: bool
) -> None:
    bench = Bench(transport, **chosen(asleep))

    for raw, pause in storm:
        bench.send(raw)
        bench.advance(pause)
        bench.receive()
    for dialog in bench.agent.dialogs():
        bench.do(bench.agent.end(dialog.id, bench.now))
    bench.advance(1000)

    assert bench.agent.dialogs() == ()
    assert bench.agent.deadline() is None


def test_no_caller_stands_in_what_is_logged() -> None:
    agent = UserAgentServer(Config((ip_network("192.0.2.0/24"),), tokens()))
    flow = Flow(Transport.UDP, ("198.51.100.20", 5060), ("192.0.2.1", 5060))

    effects = agent.received(flow, invite(From="<sip:+358505550101@x;tag=1", CSeq="1 BYE"), 0.0)

    told = [effect for effect in effects if not isinstance(effect, Send | Refused)]
    assert "358" not in repr(told)

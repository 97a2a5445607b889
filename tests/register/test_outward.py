"""A message goes where it was meant to, and into no network that nobody named (ASVS 5.0 V1.3.6)."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import InputError, NotAllowed
from talteen.register.post import outward

LOOPBACK = outward.networks(["127.0.0.0/8"])


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
        else:
            self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://crm.example/",
        "https://",
        "https://user@crm.example/",
        "https://crm.example/#part",
        "https://crm.example:99999/",
        "https://crm.example/a b",
        "https://crm.example/ä",
        "https://crm.example/" + "x" * 512,
        "//crm.example/",
        "https://crm.example:0/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        outward.judged(url, ())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fc00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "2130706433",
        "0x7f.1",
        "127.1",
    ],
)
def test_no_way_leads_inside_however_the_address_is_written(host: str) -> None:
    with pytest.raises((NotAllowed, OSError)):
        outward.judged(f"https://{host}/", ())


@given(st.integers(0, 2**32 - 1))
def test_an_address_that_the_library_calls_private_is_never_public(number: int) -> None:
    four = ipaddress.IPv4Address(number)
    mapped = ipaddress.IPv6Address(f"::ffff:{four}")
    assert not (outward.is_public(four) and (four.is_private or four.is_loopback))
    assert outward.is_public(mapped) == outward.is_public(four)


def test_what_the_operator_named_is_reached_and_no_redirect_is_followed(receiver: int) -> None:
    there = outward.judged(f"http://localhost:{receiver}/hook", LOOPBACK)
    assert outward.post(there, {"x": "y"}, b"{}") == 204
    elsewhere = outward.judged(f"http://127.0.0.1:{receiver}/elsewhere", LOOPBACK)
    assert outward.post(elsewhere, {}, b"{}") == 302


def test_nothing_leaves_in_the_open() -> None:
    with pytest.raises(NotAllowed, match="https"):
        outward.judged("http://93.184.215.14/", ())


def test_the_connection_goes_to_the_address_that_was_judged(
    receiver: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the name says a moment later does not matter (DNS rebinding)."""
    there = outward.judged(f"http://localhost:{receiver}/", LOOPBACK)

    def lies(*_: object, **__: object) -> list[object]:
        raise OSError

    asked = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: lies() if host == "localhost" else
        asked(host, *a, **k)
    )  # fmt: skip
    assert outward.post(there, {}, b"{}") == 204


def test_nobody_who_answers_is_nought() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    there = outward.judged(f"http://127.0.0.1:{port}/", LOOPBACK)
    assert outward.post(there, {}, b"{}") == 0

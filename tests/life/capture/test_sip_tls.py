"""The SIP door over TLS: whose certificate is asked for, and who it says that a client is.

Real sockets, real handshakes, the signaller's own context and flows; the server around them is as
small as it can be.
"""

import asyncio
import json
import ssl
from contextlib import suppress
from ipaddress import ip_network
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509

from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.core import Config
from talteen.engine.wire.effects import Asked, Close, Send
from talteen.engine.wire.flow import Transport
from talteen.engine.wire.identity import identities
from talteen.errors import ConfigError
from talteen.life.capture import sip_tls
from tests.kit import certificates
from tests.kit.certificates import Authority

NAME = "sbc.operator.example"
OPTIONS = (
    b"OPTIONS sip:talteen@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bKo\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:t@b>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\n"
    b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


class Door:
    """A server on TLS, with an authority for its clients and an allow list."""

    def __init__(self, folder: Path, peers: tuple[str, ...]) -> None:
        self.ours = Authority(folder / "ours")
        certificate, key, _ = certificates.self_signed(folder / "server")
        self._server = certificate
        files = json.dumps([str(certificate), str(key), str(self.ours.file)])
        self._context, tokens = sip_tls.context(files), count()
        networks, names = sip_tls.admitted(peers)
        self._agent = UserAgentServer(Config(networks, lambda: f"t{next(tokens)}", names))

    def answers(self, client: tuple[Path, Path] | None) -> bytes:
        """What a client with this certificate and key is answered; empty: nothing."""
        return asyncio.run(self._asked(client))

    async def _asked(self, client: tuple[Path, Path] | None) -> bytes:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        port = server.sockets[0].getsockname()[1]
        context = ssl.create_default_context(cafile=str(self._server))
        if client:
            context.load_cert_chain(*client)
        async with server:
            with suppress(ssl.SSLError, ConnectionError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
                writer.write(OPTIONS)
                try:
                    return await asyncio.wait_for(reader.read(4096), 10)
                finally:
                    writer.close()
        return b""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flow = sip_tls.flow(Transport.TLS, writer, "c1")
        effects = self._agent.received(flow, await reader.read(4096), 0.0)
        for effect in effects:
            match effect:
                case Asked(transaction):
                    effects += self._agent.respond(transaction, 200, 0.0)
                case Send(_, data):
                    writer.write(data)
                case Close():
                    writer.close()
        self._agent.closed(flow)
        with suppress(OSError, ssl.SSLError):
            await writer.drain()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    return Door(tmp_path_factory.mktemp("door"), ("192.0.2.0/28", NAME))


def named(name: str) -> x509.GeneralName:
    return x509.UniformResourceIdentifier(f"sip:{name}")


def test_a_client_is_answered_for_the_name_that_its_certificate_proves(door: Door) -> None:
    assert door.answers(door.ours.issue(named(NAME))).startswith(b"SIP/2.0 200")
    assert door.answers(door.ours.issue(x509.DNSName(NAME))).startswith(b"SIP/2.0 200")


def test_another_name_of_the_same_authority_meets_silence(door: Door) -> None:
    assert door.answers(door.ours.issue(named("elsewhere.example"))) == b""


def test_without_a_certificate_no_handshake_ends(door: Door) -> None:
    assert door.answers(None) == b""


def test_nor_with_the_certificate_of_somebody_elses_authority(door: Door, tmp_path: Path) -> None:
    assert door.answers(Authority(tmp_path / "theirs").issue(named(NAME))) == b""


def test_an_address_on_the_list_needs_no_name_but_still_a_certificate(tmp_path: Path) -> None:
    door = Door(tmp_path, ("127.0.0.0/8",))
    assert door.answers(door.ours.issue(named("anybody.example"))).startswith(b"SIP/2.0 200")
    assert door.answers(None) == b""


@pytest.mark.parametrize(
    ("names", "proven"),
    [
        ((("DNS", "SBC.Operator.example"),), {NAME}),
        ((("URI", f"sip:{NAME}"), ("DNS", "other.example")), {NAME}),  # RFC 5922 7.1: URIs first
        ((("URI", f"sips:{NAME}:5061;transport=tls"),), {NAME}),
        ((("URI", f"sip:maija@{NAME}"),), set()),  # a person's
        ((("URI", "https://operator.example/"), ("DNS", NAME)), {NAME}),
        ((("DNS", "*.operator.example"),), set()),  # RFC 5922 7.2
        ((("IP Address", "192.0.2.1"),), set()),
        ((), set()),
    ],
)
def test_what_a_certificate_proves(names: tuple[tuple[str, str], ...], proven: set[str]) -> None:
    assert identities({"subject": ((("commonName", NAME),),), "subjectAltName": names}) == proven


def test_no_certificate_proves_nothing() -> None:
    assert identities(None) == identities({}) == frozenset()


def test_an_authority_that_cannot_be_read_says_which_setting_to_mend(tmp_path: Path) -> None:
    certificate, key, _ = certificates.self_signed(tmp_path)
    with pytest.raises(ConfigError, match="tls_client_ca_file"):
        sip_tls.context(json.dumps([str(certificate), str(key), str(tmp_path / "nothing.pem")]))


def test_networks_and_names_stand_in_one_list() -> None:
    networks, names = sip_tls.admitted(["192.0.2.0/28", NAME, "2001:db8::/64"])
    assert networks == (ip_network("192.0.2.0/28"), ip_network("2001:db8::/64"))
    assert names == {NAME}

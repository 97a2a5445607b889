"""A capture node: what it is started with, and the processes that the holder keeps.

It can be started while the database and the key holder are away, as long as its files
(``node_files``) are there.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from socket import SOCK_DGRAM, SOCK_STREAM, socket

from talteen.errors import ConfigError
from talteen.ids import HouseId
from talteen.life.capture import broken_off, console, sip_sockets
from talteen.life.capture.ears import control
from talteen.life.capture.ears.holder import Holder, Other, Plan
from talteen.life.capture.ears.sockets import Ports
from talteen.life.capture.node_files import Folder, read_intake
from talteen.life.capture.parties import OwnSide

HEARER = (sys.executable, "-m", "talteen.life.capture.listening.process")
EXCHANGE = (sys.executable, "-m", "talteen.life.capture.sources.exchange")
SIGNALLER = (sys.executable, "-m", "talteen.life.capture.sources.siprec")


@dataclass(frozen=True, slots=True)
class Node:
    """Everything that a node is started with."""

    folder: Folder
    house: HouseId
    name: str
    signing_seed: bytes = field(repr=False)
    """Of its Ed25519 key."""
    address: str
    """Where it listens, and where media are sent."""
    sip_port: int
    media_ports: tuple[int, int]
    peers: tuple[str, ...]
    own: OwnSide
    ears: int = 1
    ring_bytes: int = 0
    """Of each ear's ring; none where it reads its sockets one by one."""
    tls_port: int = 0
    tls_files: tuple[str, str] | None = None
    """Certificate and key."""
    client_ca: str = ""
    """The file of the authority whose certificates clients must have; empty: none is asked for."""
    media_from: str = "signalled"
    """``anywhere``: the first address that sends to a port is believed."""
    silent_after_s: float = 15.0
    """How long a stream may bring nothing before somebody is told."""
    do_not_record_key: bytes = field(default=b"", repr=False)
    """Of the house's list (``unrecorded``); empty where this machine was never told it."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Further words of its ears."""
    exchange: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The words of ``sources.exchange``; without any, no exchange is spoken to."""


def run(node: Node) -> None:
    """Hold the sockets of ``node`` until SIGTERM, and keep its processes alive."""
    held = Holder(plan(node))
    broken_off.end(node.folder, datetime.now(UTC))  # behind the sockets: nobody else is this node
    held.run()


def plan(node: Node) -> Plan:
    """What the holder holds. Binds the signalling sockets.

    Raises ConfigError where a port is taken, or the node knows too little to begin.
    """
    intake = read_intake(node.folder)
    ears = {
        "folder": str(node.folder.journals),
        "house": str(node.house),
        "node": node.name,
        "signer": node.signing_seed.hex(),
        "intake_key": str(intake.id),
        "intake_public": intake.public.hex(),
        **node.settings,
    }
    line = control.pair()
    return Plan(
        Ports(node.address, *node.media_ports),
        ears=node.ears,
        words=ears,
        ring_bytes=node.ring_bytes,
        others=(_signaller(node, line[0]), _hearing(node, line[1]), *_exchange(node)),
    )


def _hearing(node: Node, line: socket) -> Other:
    """The process that hears prompts. Both ends of its line stay with the holder."""
    folder = {"folder": str(node.folder.path)}
    return Other("hearing", HEARER, {sip_sockets.SIGNALLER: line}, words=folder)


def _exchange(node: Node) -> tuple[Other, ...]:
    if not node.exchange:
        return ()
    told = {"folder": str(node.folder.path), **node.exchange}
    return (Other("exchange", EXCHANGE, words=told),)


def _signaller(node: Node, hearing: socket) -> Other:
    try:
        listening = {
            sip_sockets.HEARING: hearing,
            sip_sockets.UDP: sip_sockets.bound(node.address, node.sip_port, SOCK_DGRAM),
            sip_sockets.TCP: sip_sockets.bound(node.address, node.sip_port, SOCK_STREAM),
        }
        if node.tls_files:
            listening[sip_sockets.TLS] = sip_sockets.bound(node.address, node.tls_port, SOCK_STREAM)
    except OSError as error:
        raise ConfigError(
            f"capture.sip_port: {node.address}:{node.sip_port} cannot be listened to"
            f" ({error.strerror})",
            remedy="free the port, or write another address or port",
        ) from None
    listening[sip_sockets.CONSOLE] = console.bound(node.folder.path)
    told = {
        "address": node.address,
        "node": node.name,
        "do_not_record": node.do_not_record_key.hex(),
        "peers": json.dumps(node.peers),
        "own": json.dumps(
            {
                "domains": sorted(node.own.domains),
                "extensions": sorted(node.own.extensions),
                "numbers": node.own.numbers,
            }
        ),
        "folder": str(node.folder.path),
        "media_from": node.media_from,
        "silent_after_s": str(node.silent_after_s),
    }
    if node.tls_files:
        told["tls"] = json.dumps([*node.tls_files, node.client_ca])
    return Other("signaller", SIGNALLER, listening, ears=True, words=told)

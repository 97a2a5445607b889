"""A capture node: what stands in its folder, and the processes that the holder keeps.

    node/house-id       whose node it is
    node/house.json     what it knows of its house (``house_file``)
    node/intake.json    the intake key of the hour, public half
    node/notes          what the register must learn (``notes``)
    node/journals/      sealed sound (``engine.vault.journals``)

The node can be started while the database and the key holder are away, as long as these files are
there; nothing in them opens anything.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from socket import SOCK_DGRAM, SOCK_STREAM
from uuid import UUID

from talteen.errors import ConfigError
from talteen.ids import HouseId, IntakeKeyId
from talteen.life.capture.ears.holder import Holder, Other, Plan
from talteen.life.capture.ears.scribe import Intake
from talteen.life.capture.ears.sockets import Ports
from talteen.life.capture.parties import OwnSide
from talteen.life.capture.sources import siprec

SIGNALLER = (sys.executable, "-m", "talteen.life.capture.sources.siprec")


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a node below ``path``."""

    path: Path

    @property
    def house(self) -> Path:
        """What the node knows of its house."""
        return self.path / "house.json"

    @property
    def intake(self) -> Path:
        """The intake key of the hour."""
        return self.path / "intake.json"

    @property
    def name(self) -> Path:
        """The id of its house."""
        return self.path / "house-id"

    @property
    def notes(self) -> Path:
        """What the register must learn."""
        return self.path / "notes"

    @property
    def journals(self) -> Path:
        """Sealed sound."""
        return self.path / "journals"


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
    tls_port: int = 0
    tls_files: tuple[str, str] | None = None
    """Certificate and key."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Further words of its ears."""


def write_intake(folder: Folder, intake: Intake) -> None:
    """Put the intake key of the hour where the node finds it, whole or not at all."""
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder.path / f".intake.{os.getpid()}"
    unfinished.write_text(json.dumps({"id": str(intake.id), "public": intake.public.hex()}))
    unfinished.rename(folder.intake)


def read_intake(folder: Folder) -> Intake:
    """The intake key of the hour. Raises ConfigError where the node has never had one."""
    try:
        told = json.loads(folder.intake.read_text())
        return Intake(IntakeKeyId(UUID(told["id"])), bytes.fromhex(told["public"]))
    except (OSError, ValueError, KeyError):
        raise ConfigError(
            f"{folder.intake}: this node has no intake key",
            remedy="start 'talteen capture' once while the database answers",
        ) from None


def house_of(folder: Folder) -> HouseId:
    """Whose node this is. Raises ConfigError where nobody has said so yet."""
    try:
        return HouseId(UUID(folder.name.read_text()))
    except (OSError, ValueError):
        raise ConfigError(
            f"{folder.path}: this node belongs to no house yet",
            remedy="start 'talteen capture' once while the database answers",
        ) from None


def run(node: Node) -> None:
    """Hold the sockets of ``node`` until SIGTERM, and keep its processes alive."""
    Holder(plan(node)).run()


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
    return Plan(
        Ports(node.address, *node.media_ports),
        ears=node.ears,
        words=ears,
        others=(_signaller(node),),
    )


def _signaller(node: Node) -> Other:
    try:
        listening = {
            siprec.UDP: siprec.bound(node.address, node.sip_port, SOCK_DGRAM),
            siprec.TCP: siprec.bound(node.address, node.sip_port, SOCK_STREAM),
        }
        if node.tls_files:
            listening[siprec.TLS] = siprec.bound(node.address, node.tls_port, SOCK_STREAM)
    except OSError as error:
        raise ConfigError(
            f"capture.sip_port: {node.address}:{node.sip_port} cannot be listened to"
            f" ({error.strerror})",
            remedy="free the port, or write another address or port",
        ) from None
    words = {
        "address": node.address,
        "peers": json.dumps(node.peers),
        "own": json.dumps(
            {
                "domains": sorted(node.own.domains),
                "extensions": sorted(node.own.extensions),
                "numbers": node.own.numbers,
            }
        ),
        "house": str(node.folder.house),
        "notes": str(node.folder.notes),
    }
    if node.tls_files:
        words["tls"] = json.dumps(node.tls_files)
    return Other("signaller", SIGNALLER, listening, ears=True, words=words)

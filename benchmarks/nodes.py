"""A capture node by itself: its processes, its keys, no house behind it."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import intake
from talteen.ids import IntakeKeyId
from talteen.life.capture import node_files
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.house_file import HouseFile, Prompt
from talteen.life.capture.node_files import Folder

ADDRESS = "127.0.0.1"
PROMPT = Prompt("announce.fi@1", "fi", "inbound", 8_000, date(2020, 1, 1))
HOUSE = HouseFile((PROMPT,), "rooms", "a00")
_RUN = """
import json, sys
from pathlib import Path
from typing import cast
from uuid import UUID
from talteen.life.capture import node, node_files
from talteen.life.capture.parties import OwnSide
told = json.loads(sys.argv[1])
told["own"] = OwnSide(frozenset(["centre.example"]), frozenset(), ())
told["folder"] = node_files.Folder(Path(told["folder"]))
told["house"], told["signing_seed"] = UUID(told["house"]), bytes.fromhex(told["signing_seed"])
told["media_ports"], told["peers"] = tuple(told["media_ports"]), tuple(told["peers"])
node.run(node.Node(**told))
"""


@dataclass(slots=True)
class Node:
    """A node under load."""

    folder: Folder
    port: int
    seeds: dict[IntakeKeyId, bytes]
    public: bytes
    holder: subprocess.Popen[bytes]

    def children(self) -> dict[str, int]:
        """Process ids of signaller and ears, by the end of their module's name."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                if path.read_text().rpartition(")")[2].split()[1] == str(self.holder.pid):
                    words = (path.parent / "cmdline").read_bytes().split(b"\0")
                    found[words[2].decode().rpartition(".")[2]] = int(path.parent.name)
        return found


@contextlib.contextmanager
def node(
    folder: Path, *, calls: int, port: int = 25_060, settings: Mapping[str, str] | None = None
) -> Iterator[Node]:
    """A node of one ear with ports for ``calls``; ``settings``: further words of its ear."""
    seed, signer, key = (
        os.urandom(intake.SEED_BYTES),
        Ed25519PrivateKey.generate(),
        IntakeKeyId(uuid4()),
    )
    at = Folder(folder)
    node_files.write_intake(at, Intake(key, intake.public_bytes(seed)))
    HOUSE.write(at.house)
    first = 10_000
    told = {
        "folder": str(folder),
        "house": str(uuid4()),
        "name": "bench",
        "signing_seed": signer.private_bytes_raw().hex(),
        "address": ADDRESS,
        "sip_port": port,
        "media_ports": (first, first + 4 * calls - 1),
        "peers": ("127.0.0.0/8",),
        "settings": dict(settings or {}),
    }
    with (folder / "log").open("wb") as log:
        holder = subprocess.Popen(
            [sys.executable, "-c", _RUN, json.dumps(told)], stdout=log, stderr=log
        )
    public = signer.public_key().public_bytes_raw()
    try:
        yield Node(at, port, {key: seed}, public, holder)
    finally:
        holder.terminate()
        holder.wait(60)

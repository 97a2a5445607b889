"""The authority's verifier as its own process, and certificates to give it."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog import note
from talteen.engine.tlog.note import Ed25519Signer
from talteen.life.destroy import checking
from talteen.life.destroy.checking import Judged
from tests.vectors import make_log

PROGRAM = Path(__file__).parents[2] / "verifier" / "talteen_verify.py"
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "log.json").read_text())
KEY, WITNESS, GOOD = VECTORS["log_key"], VECTORS["witness_key"], VECTORS["certificate"]
HOUSE = Ed25519Signer(
    VECTORS["origin"], Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["log_seed"]))
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the program said, and with which exit status."""

    status: int
    out: str
    err: str

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        return list(json.loads(self.out))


def run(*arguments: str | Path) -> Told:
    command = [sys.executable, "-I", "-B", str(PROGRAM), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return Told(done.returncode, done.stdout, done.stderr)


def load(source: str = "") -> ModuleType:
    """The program as a module: for what one process each would be too slow to try."""
    module = ModuleType("talteen_verify")
    exec(compile(source or PROGRAM.read_text(encoding="utf-8"), PROGRAM.name, "exec"), vars(module))
    return module


def judged(
    program: ModuleType, *texts: str | bytes, keys: Sequence[str] = (KEY,)
) -> list[dict[str, Any]]:
    """What ``load``'s program says of each text, in the order in which it takes them."""
    raws = [
        text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts
    ]
    read = [(f"{n}.cert", raw.decode("utf-8", "surrogateescape")) for n, raw in enumerate(raws)]
    reader = program.Reader([program.read_key(key) for key in keys])
    late = ("talteen.certificate", "old ")
    read.sort(key=lambda one: (not one[1].startswith("talteen.key"), one[1].startswith(late)))
    return [reader.verdict(*one) for one in read]


def by_house(*texts: str | bytes, keys: Sequence[str] = (KEY,)) -> list[Judged]:
    """What the house says of the same texts, in the same order."""
    raws = [
        text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts
    ]
    files = [(f"{n}.cert", raw) for n, raw in enumerate(raws)]
    return checking.judge(files, [note.parse_key(key) for key in keys])


def written(folder: Path, *texts: str | bytes) -> list[Path]:
    """Each text as a file of its own."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.cert")
        paths[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def check(folder: Path, *texts: str | bytes, keys: Sequence[str] = (KEY,)) -> Told:
    return run("--json", *[f"--key={key}" for key in keys], *written(folder, *texts))


def hold(told: Told) -> list[bool]:
    return [one["holds"] for one in told.verdicts]


def in_log(*changed: Mapping[str, object]) -> str:
    """A certificate that the vectors' house gives for the entries of a log of its own."""
    entries = [
        make_log.canonical(
            number,
            {
                **make_log.EVERYWHERE,
                "recording": make_log.name(f"r/{number}"),
                "ciphertext": [],
                **one,
            },
        )
        for number, one in enumerate(changed)
    ]
    head = make_log.signed(make_log.head(entries))
    return make_log.certificate(
        *(make_log.tlog_proof(place, entries, head) for place in range(len(entries)))
    )


def resigned(text: str) -> str:
    """The text of a changed certificate with a signature of the house that fits it."""
    body = text[: text.rindex("\n\n") + 1]
    return note.sign(body, HOUSE).to_bytes().decode()

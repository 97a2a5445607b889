"""``talteen verify``: does a certificate of destruction hold?"""

import sys
from pathlib import Path

from talteen.errors import InputError


def verify(*certificates: Path, keys: Path | None = None) -> int:
    """Check certificates as the authority's own program does; exit 0 only if all hold.

    Parameters
    ----------
    certificates
        Certificate files.
    keys
        A file with the log's public keys, a line each; left out: the key of this house.
    """
    from talteen.engine.tlog import note
    from talteen.engine.tlog import verify as verdicts
    from talteen.life.destroy import certificate

    if not certificates:
        raise InputError("no certificate was named", remedy="talteen verify FILE...")
    known = [note.parse_key(line) for line in _key_lines(keys)]
    broken, heads = 0, list[note.Checkpoint]()
    for path in certificates:
        verdict, _ = certificate.verdict(_read(path), known)
        if holds := verdict.holds and not verdicts.forked([*heads, *verdict.heads]):
            heads += verdict.heads
        broken += not holds
        print(f"{path.name}: {'holds' if holds else 'does not hold'}", file=sys.stdout)
    return 1 if broken else 0


def _key_lines(keys: Path | None) -> list[str]:
    if keys is not None:
        return [line for line in _read(keys).decode().splitlines() if line and line[0] != "#"]
    from talteen import config as configs
    from talteen import wiring
    from talteen.register import shelf

    config = configs.load()
    file = shelf.read(config.paths.register).register.file
    return [str(wiring.log_of(config, file).signer.key)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read ({error.strerror})", remedy="give the path of a file"
        ) from None

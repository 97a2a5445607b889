"""``talteen ledger``: check the log, hand it out as files, or run a witness of logs."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress

from talteen.desk.ground import database, place, startup
from talteen.errors import InputError

ledger = cyclopts.App(name="ledger", help="Check the log, export it, or run a witness of logs.")

Told = Callable[[int, int], None]


@ledger.command
@ledger.default
def check(*, as_json: Annotated[bool, Parameter("--json")] = False) -> int:
    """Recompute the whole log: rows, entries, tiles, heads, signatures, time stamps; both stores.

    Exit 1 with the first thing that differs.

    Parameters
    ----------
    as_json
        One JSON object on standard output.
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.register.log import ledger_check, ledger_stamps

        log = wiring.house(config).log
        with _bar("entries") as told:
            found = ledger_check.check(log, told=told)
        if found.first_difference is None:
            stamp = ledger_stamps.check(log, wiring.stamping_of(config))
            found = replace(found, first_difference=stamp)
    if as_json:
        first = found.first_difference
        _print({"entries": found.entries, "heads": found.heads, "first_difference": first})
    elif found.first_difference is not None:
        Console().print(f"the ledger differs first at: {found.first_difference}")
    else:
        Console().print(
            f"{found.entries} entries and {found.heads} heads agree with the second store"
        )
    return 0 if found.first_difference is None else 1


@ledger.command
def export(to: Path, *, as_json: Annotated[bool, Parameter("--json")] = False) -> int:
    """Write the whole log into a new folder, as a static log by C2SP tlog-tiles.

    Parameters
    ----------
    to
        The folder to make. Its last file is the checkpoint: without it, it is not whole.
    as_json
        One JSON object on standard output.
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.register.log import ledger_export

        witnesses = wiring.witnesses_of(config).addresses
        keys = [key for one in witnesses for key in one.keys]
        log = wiring.house(config).log
        with _bar("files") as told:
            done = ledger_export.export(log, to, witnesses=keys, told=told)
    if as_json:
        size, root = done.head.size, done.head.root.hex()
        _print({"origin": log.origin, "size": size, "root": root, "files": done.files})
    else:
        Console().print(f"{done.head.size} entries in {done.files} files; the root agrees")
    return 0


@ledger.command
def rotate_key(*, as_json: Annotated[bool, Parameter("--json")] = False) -> int:
    """Let new keys sign the log: the present one announces them and is destroyed.

    The house must stand still. Afterwards publish the new key beside the old one, give it to every
    witness, and copy keys-house/ to its safe. Exit 2 while the house runs.

    Parameters
    ----------
    as_json
        One JSON object on standard output.
    """
    config = startup.ready()
    place.prepare(config)
    with place.owned(config), database.running(config):
        startup.django()
        from talteen import founding, wiring

        house = wiring.house(config)
        before, made = str(house.log.signer.key), founding.rotate_log_key(house, house.now())
        now = str(wiring.log_of(config, house.register).signer.key)
    file = f"key/{made.proof.index}.key" if made else None
    if as_json:
        _print({"before": before, "key": now, "file": file})
    else:
        print(f"signs from now on: {now}")
        print(f"talteen ledger export gives {file or 'key/'}: who knew the old key follows")
    return 0


@ledger.command
def witness(
    folder: Path,
    *,
    name: str = "",
    log: tuple[str, ...] = (),
    listen: str = "127.0.0.1:8797",
    as_json: Annotated[bool, Parameter("--json")] = False,
) -> int:
    """Run a witness: it signs each head of a log that continues the one before, and no other.

    Needs no house and no database; an authority may run it anywhere.

    Parameters
    ----------
    folder
        Where the witness keeps its keys and the heads that it signed.
    name
        Make a new witness of this name first, such as witness.example/w1.
    log
        The public key (vkey) of a log to witness; kept in the folder from then on.
    listen
        Address and port. Across a network let a proxy speak TLS before it.
    as_json
        Say what it is as one JSON object, then serve.
    """
    from talteen.engine.tlog import note
    from talteen.engine.witness import server
    from talteen.engine.witness.folder import WitnessFolder

    host, port = _address(listen)
    kept = WitnessFolder(folder)
    if name:
        kept.found(name)
    with kept.alone():
        kept.cosigners()
        if log:
            kept.add_logs([note.parse_key(one) for one in log])
        made = server.opened(kept, now_s=lambda: int(time.time()), refused=_tell)
        if not made.logs:
            raise InputError("this witness knows no log", remedy="name one with --log VKEY")
        try:
            at = server.bound(made, host, port)
        except OSError as error:
            raise InputError(
                f"{listen} cannot be listened at ({error.strerror})", remedy="name another --listen"
            ) from None
        keys = [str(one.key) for one in made.cosigners]
        url = f"http://{host}:{at.server_port}"
        if as_json:
            _print({"url": url, "keys": keys, "logs": sorted(made.logs)})
        else:
            for line in (f"witness at {url}", *keys, *(f"log {one}" for one in sorted(made.logs))):
                print(line, flush=True)
        with at:
            at.serve_forever()
    return 0


def _tell(refused: object) -> None:
    """A log that was signed and does not continue: evidence, so its keeper reads of it."""
    from talteen.engine.tlog.cosign import Refusal, Refused

    assert isinstance(refused, Refused)
    if refused.why is not Refusal.ANOTHER_SIZE:
        line = f"refused: {refused.origin} ({refused.why.name.lower()}), seen {refused.seen}"
        print(line, file=sys.stderr, flush=True)


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not (colon and host and port.isdecimal() and int(port) < 65536):
        raise InputError("--listen is no address", remedy="write it like 127.0.0.1:8797")
    return host.strip("[]"), int(port)


def _print(told: object) -> None:
    print(json.dumps(told), flush=True)


@contextmanager
def _bar(of: str) -> Iterator[Told]:
    """A bar on the terminal's error stream; nothing where that is no terminal."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(of, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

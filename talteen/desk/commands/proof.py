"""``talteen verify``: does a certificate of destruction hold?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from talteen.desk.ground import database, startup
from talteen.errors import InputError

if TYPE_CHECKING:
    from talteen.life.destroy.checking import Judged


def verify(*files: Path, keys: Path | None = None) -> int:
    """Check certificates and other files of the log as the authority's own program does.

    Exit status 0: all hold; 1: something does not; 2: something could not be used.

    Parameters
    ----------
    files
        Files of the log, in any order; an excerpt lets a month be counted again, a change of the
        key (.key) lets an older key be enough.
    keys
        A file with the log's public keys, a line each; left out: the key of this house.
    """
    from talteen.engine.tlog import note
    from talteen.life.destroy import checking

    if not files:
        raise InputError("no certificate was named", remedy="talteen verify FILE...")
    known = [note.parse_key(line) for line in _key_lines(keys)]
    judged = checking.judge([(path.name, _read(path)) for path in files], known)
    for one in judged:
        print(f"{one.name}{_told(one)}", file=sys.stdout)
    return max(0 if one.holds else 1 if one.usable else 2 for one in judged)


def certificate(
    what: str,
    *,
    to: Path = Path(),
    language: tuple[str, ...] = ("fi", "sv", "en"),
    form: tuple[str, ...] = ("cert",),
) -> int:
    """Write the certificate of a recording, of a day or of a month to files.

    Parameters
    ----------
    what
        A recording's id, a day (2026-08-24) or a month (2026-08). A month comes with the excerpt
        from which it can be counted again.
    to
        The folder for the files.
    language
        fi, sv, en; left out: all three.
    form
        cert (the file that proves), pdf, html, txt (for reading). May be given more than once.
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.desk.page import documents
        from talteen.life.destroy import given

        house = wiring.house(config)
        named = given.named(what)
        unknown = {*form} - documents.FORMS.keys()
        if unknown:
            raise InputError(
                f"there is no form {min(unknown)}", remedy="--form cert, pdf, html or txt"
            )
        to.mkdir(parents=True, exist_ok=True)
        for code in language:
            made = given.make(house.log, named, code, house.register.controller.name)
            for suffix in form:
                raw = documents.FORMS[suffix].make(made, house.log.signer)
                _write(to / f"{what}.{code}.{suffix}", raw)
        if excerpt := given.excerpt(house.log, named):
            with (to / f"{what}.entries").open("w", encoding="utf-8", newline="") as file:
                file.writelines(excerpt)
            print(file.name, file=sys.stdout)
    return 0


def _told(one: "Judged") -> str:
    if not one.usable:
        return f" {one.failed}"
    if not one.holds:
        return f": does not hold: {one.failed}"
    return ": holds, and counts the same as the log" if one.recounted else ": holds"


def _write(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    print(path, file=sys.stdout)


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

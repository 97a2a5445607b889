"""A database as one file and back again, with PostgreSQL's own programs.

Both stream: memory does not grow with the database. A password is handed over in the environment of
the program, never in its arguments, which other users of the machine may read.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from psycopg import conninfo

from talteen.engine.postgres import launch
from talteen.engine.postgres.binaries import Binaries
from talteen.errors import TalteenError, Unavailable

_BLOCK = 1 << 20
_WHOLE = ("--format=custom", "--enable-row-security", "--exclude-table-data=django_session")
"""The role that dumps sees every row, and says so: without the word the program refuses tables with
policies. Whoever is signed in signs in again: a session in a backup would be a way in.
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """A database, a role in it, and the programs that go there."""

    binaries: Binaries
    parameters: Mapping[str, str]
    """libpq's, without the password."""
    password: str = field(default="", repr=False)

    def command(self, program: str, *words: str) -> list[str]:
        """``program`` with its way to the database."""
        where = conninfo.make_conninfo(**self.parameters)
        return [self.binaries.tool(program), f"--dbname={where}", *words]

    def environment(self) -> dict[str, str]:
        """That of the program."""
        secret = {"PGPASSWORD": self.password} if self.password else {}
        return {**launch.environment(), **secret}


class DumpFailed(TalteenError):
    """pg_dump or pg_restore ended with an error."""

    slug = "dump-failed"


def dump(reach: Reach) -> Iterator[bytes]:
    """The whole database in pg_dump's own format, block by block.

    It is of one moment. Raises DumpFailed with the last word of the program.
    """
    with tempfile.TemporaryFile() as said:
        command = reach.command("pg_dump", *_WHOLE, "--no-owner", "--no-password")
        process = subprocess.Popen(
            launch.tied_to_me(command),
            stdout=subprocess.PIPE,
            stderr=said,
            env=reach.environment(),
            cwd="/",
        )
        assert process.stdout is not None
        with process.stdout as output:
            while block := output.read(_BLOCK):
                yield block
        _check(process.wait(), said, "pg_dump")


def load(reach: Reach, dumped: Path) -> None:
    """Write ``dumped`` into the empty database, all of it or nothing: one transaction.

    Raises DumpFailed with the last word of the program.
    """
    # Rights come by default privileges and from ``register.rights``: a role that this server does
    # not have yet must not keep a backup from being restored.
    words = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-password", "--no-acl")
    command = reach.command("pg_restore", *words, str(dumped))
    with tempfile.TemporaryFile() as said:
        process = subprocess.run(
            launch.tied_to_me(command),
            stdin=subprocess.DEVNULL,
            stderr=said,
            env=reach.environment(),
            cwd="/",
        )
        _check(process.returncode, said, "pg_restore")


def table(binaries: Binaries, dumped: Path, name: str) -> Iterator[dict[str, str | None]]:
    """The rows of one table as a dump holds them, in COPY's text form. Needs no server.

    Raises DumpFailed where the dump cannot be read.
    """
    command = [binaries.tool("pg_restore"), "--data-only", f"--table={name}", "--file=-"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, str(dumped)],
            stdout=subprocess.PIPE,
            stderr=said,
            env=launch.environment(),
            cwd="/",
        )
        assert process.stdout is not None
        with process.stdout as output:
            yield from _rows(output)
        _check(process.wait(), said, "pg_restore")


def _rows(script: IO[bytes]) -> Iterator[dict[str, str | None]]:
    """The rows between ``COPY ... FROM stdin;`` and its end, by column."""
    columns: list[str] = []
    for line in script:
        text = line.decode().rstrip("\n")
        if text.startswith("COPY ") and text.endswith(" FROM stdin;"):
            columns = [
                one.strip(' "') for one in text[text.index("(") + 1 : text.rindex(")")].split(",")
            ]
        elif text == "\\.":
            columns = []
        elif columns:
            yield dict(zip(columns, map(_value, text.split("\t")), strict=True))


def _value(field_: str) -> str | None:
    # Only the backslash of bytea is met in the tables that are read so.
    return None if field_ == "\\N" else field_.replace("\\\\", "\\")


def _check(status: int, said: IO[bytes], program: str) -> None:
    if not status:
        return
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    if status < 0:
        raise Unavailable(f"{program} was stopped", remedy="begin again")
    raise DumpFailed(
        f"{program} failed ({lines[-1] if lines else 'it said nothing'})",
        remedy="see that pg.bin is not older than the server, and that it lets us in",
    )

"""One module in a process of its own: a row a line, as JSON, as soon as it is measured.

Modules set up Django for a house of their own, which a process can do once. And whatever one of
them keeps in memory, the next one does not pay for.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks import Judged, Row, knobs
from benchmarks.house import ROOT

_NAMES = ("group", "measure", "ours", "peer", "bar")


class Ended(Exception):
    """The module came to no good end."""


def rows(module: str) -> Iterator[Row]:
    """The rows of the module as they come. What it says else goes to standard error.

    Ended, with its last line, where it fails.
    """
    command = [sys.executable, "-m", "benchmarks.alone", module]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=knobs.handed_on(),
    ) as process:
        assert process.stdout
        last = ""
        for line in process.stdout:
            if line.startswith("{"):
                yield _row(json.loads(line))
            else:
                last = line.strip()
    if process.returncode:
        raise Ended(last or f"exit status {process.returncode}")


def _row(told: dict[str, object]) -> Row:
    given = {name: told[name] for name in (*_NAMES, "lacks")}
    return Row(**given, judged=Judged(told["judged"]))  # type: ignore[arg-type]


def _measure(module: str) -> None:
    for row in importlib.import_module(f"benchmarks.{module}").rows():
        told = {name: getattr(row, name) for name in (*_NAMES, "lacks")}
        print(json.dumps(told | {"judged": row.judged.value}), flush=True)


if __name__ == "__main__":
    try:
        _measure(sys.argv[1])
    except Exception as error:
        # The kind alone: the text of an error may hold a path, or more.
        print(f"{type(error).__name__} in {sys.argv[1]}", flush=True)
        raise

"""Podman, as the head of ``deploy/Containerfile`` says to call it."""

import json
import re
import resource
import shlex
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.drills import debian
from tests.drills.debian import ROOT
from tests.drills.told import Impossible

FILE = ROOT / "deploy" / "Containerfile"
_BASE = "localhost/talteen-drill-base"
_MOST_FILES, _MOST_PROCESSES = 65_536, 4_096


def _limits() -> list[str]:
    """No limit above this machine's own: podman asks for more, which only some roots may give."""
    files = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], _MOST_FILES)
    processes = min(resource.getrlimit(resource.RLIMIT_NPROC)[1], _MOST_PROCESSES)
    return ["--ulimit", f"nofile={files}:{files}", "--ulimit", f"nproc={processes}:{processes}"]


def alone() -> list[str]:
    """The words of ``ALONE`` in the head of the container file."""
    told = re.search(r'ALONE="([^"]+)"', FILE.read_text())
    if told is None:
        raise AssertionError("the head of the container file names no ALONE any more")
    return shlex.split(told[1])


@dataclass(slots=True)
class Engine:
    """The program, and the names of what it makes."""

    words: list[str]

    def ask(self, *words: str, within_s: float = 120) -> str:
        """What it said. CalledProcessError where it did not end well."""
        asked = [*self.words, *words]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=within_s, check=False)
        if done.returncode:
            raise subprocess.CalledProcessError(
                done.returncode, [*self.words, *words[:2]], done.stdout, done.stderr
            )
        return done.stdout

    def base(self, asked: str | None) -> str:
        """The image to build over: the one that was asked for, else the file's own where there is a
        registry that has it, else a bare Debian of ``debian.archive``."""
        if asked:
            return asked
        (own,) = re.findall(r"^ARG BASE=(\S+)", FILE.read_text(), re.M)
        with suppress(subprocess.CalledProcessError, subprocess.TimeoutExpired):
            self.ask("pull", "--quiet", f"docker.io/library/{own}", within_s=300)
            return f"docker.io/library/{own}"
        return self._bare()

    def _bare(self) -> str:
        root = debian.archive()
        trust = [word for one in debian.TRUST.items() for word in ("-c", f"ENV {'='.join(one)}")]
        self.ask("import", *trust, str(root), f"{_BASE}:bare", within_s=600)
        inside = f"/{debian.AUTHORITIES}"
        file = f"FROM {_BASE}:bare\nCOPY authorities {inside}\n"
        context = root.parent / "base"
        context.mkdir(exist_ok=True)
        (context / "authorities").write_bytes(debian.authorities().read_bytes())
        (context / "Containerfile").write_text(file)
        self.ask("build", "--quiet", "-t", f"{_BASE}:trusting", str(context), within_s=600)
        return f"{_BASE}:trusting"

    def build(self, tree: Path, base: str, tag: str) -> None:
        """The image of ``tree``, by this tree's own container file."""
        subprocess.run(
            [*self.words, "build", *_limits(), "--network", "host", "--format", "docker",
             "--build-arg", f"BASE={base}", "-f", str(FILE), "-t", tag, str(tree)],
            check=True, stdout=2,
        )  # fmt: skip

    def able(self, base: str) -> None:
        """Impossible where it can run nothing here."""
        try:
            self.ask("run", "--rm", *_limits(), "--network", "none", base, "true")
        except subprocess.CalledProcessError as fault:
            raise Impossible(
                f"podman runs nothing here ({fault.stderr.strip()}); another runtime may:"
                ' --engine "podman --runtime runc"'
            ) from None

    def run(self, *words: str, within_s: float = 600) -> str:
        """``podman run``, closed as the file's head says."""
        return self.ask("run", *_limits(), *alone(), *words, within_s=within_s)

    def looks(self, container: str) -> dict[str, Any]:
        """What podman says of a container."""
        (told,) = json.loads(self.ask("inspect", container))
        state: dict[str, Any] = told["State"]
        return state

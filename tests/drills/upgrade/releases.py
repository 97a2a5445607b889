"""A release as an operator gets it: built from a commit, installed into a folder of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.drills.told import Impossible

ROOT = Path(__file__).parents[3]
UV = ROOT / ".cache/uv/bin"


def a_day_ago() -> str:
    """The newest commit of this history that is a day old; the first whose wheel holds the
    demo that the drill lives in, where that is younger. Impossible in a clone without one."""
    old = _git("log", "--first-parent", "--until=1 day ago", "-1", "--format=%H")
    able = _git(
        "log", "--first-parent", "-m", "-Gdemo/carried", "--format=%H", "--", "run"
    ).splitlines()[-1:]
    if not old or not able:
        raise Impossible(
            "this clone holds no commit that is a day old: git fetch --unshallow, or --from COMMIT"
        )
    return able[0] if _git("log", "-1", "--format=%H", f"{able[0]}..{old}") == "" else old


@dataclass(frozen=True, slots=True)
class Release:
    """One that is installed."""

    folder: Path

    def __str__(self) -> str:
        return self.folder.name

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.folder / "bin/python"

    @property
    def talteen(self) -> Path:
        """The program that the guide names."""
        return self.folder / "bin/talteen"

    def run(self, *words: str, home: Path) -> str:
        """What the program said. CalledProcessError where it did not end well."""
        return said([str(self.talteen), *words], of(home))

    def script(self, text: str, *, home: Path) -> str:
        """What a script said that this release's own interpreter ran. It sees no other release."""
        return said([str(self.python), "-I", "-c", text], of(home))


def of(home: Path) -> dict[str, str]:
    """The environment of a process of the house."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**kept, "TALTEEN_HOME": str(home)}


def of_commit(commit: str, folder: Path) -> Release:
    """The release of a commit, built in a work tree that goes when it is built."""
    with tree_of(commit, folder / "tree") as tree:
        return _installed(tree, folder / "before")


@contextmanager
def tree_of(commit: str, tree: Path) -> Iterator[Path]:
    """The files of a commit, in a work tree at ``tree`` that goes with the block."""
    try:
        _git("worktree", "add", "--detach", str(tree), commit)
    except subprocess.CalledProcessError:
        raise Impossible(f"git knows no commit {commit}") from None
    try:
        yield tree
    finally:
        _git("worktree", "remove", "--force", str(tree))


def of_this_tree(folder: Path) -> Release:
    """The release that this checkout would make, with what is not committed."""
    return _installed(ROOT, folder / "now")


def _installed(tree: Path, into: Path) -> Release:
    """``./run wheel`` of the tree, then the installation guide's steps."""
    made = tree / "dist"
    path = {**os.environ, "PATH": f"{UV}:{os.environ['PATH']}"}
    subprocess.run(["./run", "wheel"], cwd=tree, env=path, check=True, stdout=2)
    (wheel,) = made.glob("talteen-*.whl")
    uv, python = "uv", into / "bin/python"
    for words in (
        (uv, "venv", "--quiet", "--python", "/usr/bin/python3", str(into)),
        (uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes",
         "-r", str(made / "requirements.txt")),
        (uv, "pip", "install", "--quiet", "--python", str(python), "--no-deps", str(wheel)),
    ):  # fmt: skip
        subprocess.run(words, env=path, check=True)
    return Release(into)


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def said(words: list[str], env: dict[str, str]) -> str:
    """What a program said. CalledProcessError where it did not end well."""
    done = subprocess.run(words, env=env, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, words[:2], done.stdout, done.stderr)
    return done.stdout

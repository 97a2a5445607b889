"""The files that a browser is sent as they are: collected once, whole before anybody serves them.

A folder is named by what it is made from and appears under that name when all of it is there. So
two servers that start together, a process that is started anew, and a release beside the one before
it never see each other's half of the work.
"""

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

import django

from talteen.engine.alone import alone

SOURCES = Path(__file__).parents[1] / "static"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAME = re.compile(r"[0-9a-f]{32}\Z")


def place(run: Path, sources: Path = SOURCES) -> Path:
    """Where the files of this release lie, below ``run``: it need not be there yet.

    Another boot is another place: what was written shortly before a power cut may be half there.
    """
    told = hashlib.sha256(f"{django.__version__}\n{_boot()}".encode())
    for file in sorted(sources.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            told.update(f"\n{file.relative_to(sources)} {len(content)}\n".encode() + content)
    return run / "static" / told.hexdigest()[:32]


def collect(whole: Path) -> None:
    """Collect them into ``whole``, unless somebody has. Django must be set up."""
    if whole.exists():
        return
    whole.parent.mkdir(mode=0o700, exist_ok=True)
    with alone(whole.parent.parent / "static.lock"):
        if not whole.exists():
            _make(whole)
            _tidy(whole)


def _make(whole: Path) -> None:
    from django.contrib.staticfiles.management.commands.collectstatic import Command
    from django.core.management import call_command

    from talteen.desk.ground.collected import HashedFiles

    with tempfile.TemporaryDirectory(dir=whole.parent, ignore_cleanup_errors=True) as making:
        command = Command()
        command.storage = HashedFiles(location=making)
        call_command(command, interactive=False, verbosity=0)
        os.rename(making, whole)


def _tidy(whole: Path) -> None:
    """The release before may still be answering for some seconds; what is older goes."""
    others = [one for one in whole.parent.iterdir() if one != whole]
    others.sort(key=lambda one: (bool(_NAME.match(one.name)), one.stat().st_mtime))
    for one in others[:-1] if others and _NAME.match(others[-1].name) else others:
        shutil.rmtree(one, ignore_errors=True) if one.is_dir() else one.unlink()


def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:  # hidden by a sandbox
        return ""

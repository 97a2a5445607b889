"""How often a folder is read."""

import os
from pathlib import Path
from typing import Any

import pytest


def readings_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which of the two ways to read a folder is taken with ``folder``, each time from now on."""
    read: list[str] = []
    for name in ("listdir", "scandir"):
        real = getattr(os, name)

        def counted(path: Any = ".", *, name: str = name, real: Any = real) -> Any:
            if not isinstance(path, int) and Path(path) == folder:
                read.append(name)
            return real(path)

        monkeypatch.setattr(os, name, counted)
    return read

"""What the first person would wait for is made ready behind the first answers of a process.

Templates are compiled when they are first drawn, and the word list is read when the first word is
looked up: a second of a core that whoever came first after a start had to wait for (decision 297).
"""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import cast

from django.conf import settings
from django.template.loader import get_template

from talteen.config.folders import Paths
from talteen.life.transcribe import lemma
from talteen.life.transcribe.word_list import LISTS

_BREATH_S = 0.005
"""Between two steps, so that a request never waits for more than one of them."""


def begin(paths: Paths) -> threading.Thread:
    """Make everything ready in a thread that ends with the process."""
    LISTS.keep_in(paths.words)
    thread = threading.Thread(target=_ready, name="warm", daemon=True)
    thread.start()
    return thread


def _ready() -> None:
    for step in steps():
        step()
        time.sleep(_BREATH_S)


def steps() -> Iterator[Callable[[], object]]:
    """All there is to make ready, in the order in which it is needed; each a few milliseconds."""
    for language in lemma.LANGUAGES:
        yield partial(lemma.forms, "zzz", language)
    for name in templates():
        yield partial(get_template, name)


def templates() -> list[str]:
    """Every page and part of a page, by its name; pages of calls first, which most people open."""
    folders = cast(list[Path], settings.TEMPLATES[0]["DIRS"])
    found = [
        path.relative_to(folder).as_posix() for folder in folders for path in folder.rglob("*.html")
    ]
    return sorted(found, key=lambda name: (not name.startswith(("call/", "calls/", "home/")), name))

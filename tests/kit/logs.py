"""The log of a running Talteen inside a test, and nothing of it left behind."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from talteen import log
from talteen.config import Level


@contextmanager
def written(level: Level = Level.INFO) -> Iterator[StringIO]:
    """What this process logs meanwhile, as a started Talteen writes it."""
    root, lines = logging.getLogger(), StringIO()
    before = structlog.get_config(), root.handlers, root.level, logging.raiseExceptions
    log.configure(level, to=lines)
    try:
        yield lines
    finally:
        structlog.configure(**before[0])
        _, root.handlers, root.level, logging.raiseExceptions = before

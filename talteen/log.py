"""What may be written to a log: an event's name and keys from one short list, with harmless values.

A log outlives recordings and is read by people who may hear none. So nothing personal is filtered
*out* here; only what is known to be harmless is let *in*: ids, numbers of bytes and seconds, words
that we chose. Everything else, exception texts first of all, becomes a code and a reference.
A line of a library says where it was written, never what it said: its text may quote a request.

    log = structlog.get_logger()
    log.info("recording.sealed", recording=recording, size_bytes=n)
"""

import logging
import re
import secrets
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import structlog

from talteen.config import Level
from talteen.errors import TalteenError
from talteen.harmless import harmless

KEYS = frozenset(
    "action attempt attempts blob bytes case code count day entry event exit_status failed file"
    " found generation hold house http_status intake_key job jobs kind left level line lines"
    " logger method ms name n page part pid port process purpose queue reason"
    " recording reference restarts role route rows rule seconds size_bytes staff state step steps"
    " timestamp version wait_s where worker".split()
)
"""Every key that a line may have. ``route`` is the name of a page, never its address."""

Line = MutableMapping[str, Any]


def configure(level: Level, *, to: TextIO | None = None) -> None:
    """Send all logging of this process, the libraries' too, as JSON lines ``to`` standard error.

    A logger that kept its first configuration for good would be deaf to a later one, and a line
    costs some microseconds either way: so none does.
    """
    # What Python prints when a line cannot be written quotes the line.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_told_by_a_library],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                only_what_is_harmless,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # What libraries say in passing is useless without its words, and each job would cost a line.
    root.setLevel(logging.WARNING)
    logging.getLogger("talteen").setLevel(level.value.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def only_what_is_harmless(logger: object, method: str, line: Line) -> Line:
    """Drop unknown keys, withhold doubtful values, make an exception a code and a reference."""
    line = _without_exception(line)
    return {key: harmless(value) for key, value in line.items() if key in KEYS}


def code_of(error: BaseException) -> str:
    """The name of an error that may be written: ours by its slug, others by their class."""
    if isinstance(error, TalteenError):
        return error.slug
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()


def origin(error: BaseException) -> str:
    """Where an error arose: the last two parts of the file's path, and the line."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return _place(last.tb_frame.f_code.co_filename, last.tb_lineno) if last else "nowhere"


def _without_exception(line: Line) -> Line:
    told = line.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else None
    if isinstance(told, tuple):
        error = told[1]
    elif told and error is None:
        error = sys.exc_info()[1]
    if error is None:
        return line
    return {**line, "code": code_of(error), "reference": _reference(), "where": origin(error)}


def _reference() -> str:
    """What a person can read out to the operator: letters, so that it is never a number."""
    return "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(8))


def _told_by_a_library(logger: object, method: str, line: Line) -> Line:
    record: logging.LogRecord = line["_record"]
    return {
        "event": "library",
        "level": record.levelname.lower(),
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "logger": record.name,
        "where": _place(record.pathname, record.lineno),
        "exc_info": record.exc_info,
        "_record": record,
        "_from_structlog": False,
    }


def _place(file: str, number: int) -> str:
    return f"{'/'.join(Path(file).parts[-2:])}:{number}"

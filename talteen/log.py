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
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import structlog

from talteen.config import Level
from talteen.errors import TalteenError

KEYS = frozenset(
    "action attempt attempts blob bytes case code count day entry event exit_status failed file"
    " found generation hold house http_status intake_key job jobs kind left level line lines"
    " logger method ms name n page part pid port process purpose queue reason"
    " recording reference restarts role route rows rule seconds size_bytes staff state step steps"
    " timestamp version wait_s where worker".split()
)
"""Every key that a line may have. ``route`` is the name of a page, never its address."""

# A word that we chose: small letters, no space, no run of digits that could be a number.
# A name of a person begins with a capital, a sentence has spaces.
_WORD = re.compile(r"(?!.*\d{5})[a-z_][a-z0-9_.:/-]{0,79}\Z")
WITHHELD = "…"

Line = MutableMapping[str, Any]


def configure(level: Level, *, to: TextIO | None = None) -> None:
    """Send all logging of this process, the libraries' too, as JSON lines ``to`` standard error."""
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
        cache_logger_on_first_use=True,
    )


def only_what_is_harmless(logger: object, method: str, line: Line) -> Line:
    """Drop unknown keys, withhold doubtful values, make an exception a code and a reference."""
    line = _without_exception(line)
    return {key: harmless(value) for key, value in line.items() if key in KEYS}


def harmless(value: object) -> str | int | float | bool | None:
    """``value`` as it may be written; ``…`` if it could tell something about a person."""
    match value:
        case None | bool() | int() | float():
            return value
        case UUID() | datetime() | date():
            return str(value)
        case timedelta():
            return value.total_seconds()
        case Enum():
            return harmless(value.value)
        case str() if _WORD.match(value) or _is_id(value) or _is_time(value):
            return value
        case _:
            return WITHHELD


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


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text

"""JSON that no two readers read differently: no key twice, no NaN, no number of any length."""

import json
import re

from talteen.errors import InputError

MAX_BYTES = 1 << 20


class _Twice(Exception):
    """A key stands twice in one object."""


class _NoNumber(Exception):
    """NaN or Infinity, which JSON does not have."""


def text(content: bytes, name: str, *, see: str) -> str:
    """The text of a file that is such JSON. ``name`` is the file's name and ``see`` where its
    format is described, for the message.

    Raises InputError, without repeating a value.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"{name} is larger than it can be", remedy="write at most 1 MiB")
    try:
        read = content.decode("utf-8-sig")
        json.loads(read, object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8", remedy="save it as UTF-8") from None
    except json.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise InputError(f"{name} is not JSON ({where})", remedy="correct it there") from None
    except RecursionError:
        raise InputError(f"{name} is nested too deeply", remedy=see) from None
    except ValueError:  # Python refuses to read a number of thousands of digits
        raise InputError(f"{name} has a number that is too long", remedy=see) from None
    except _Twice as twice:
        raise InputError(f"{name} has the key {twice} twice", remedy="write it once") from None
    except _NoNumber:
        raise InputError(f"{name} has NaN or Infinity", remedy="write a whole number") from None
    return read


def shown(key: str) -> str:
    """A key as it may be shown: one that is no plain word could be somebody's number."""
    return f"'{key}'" if re.fullmatch(r"[a-z_]{1,32}", key) else "(not shown)"


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for key, value in pairs:
        if key in seen:
            raise _Twice(shown(key))
        seen[key] = value
    return seen


def _no_constant(_: str) -> object:
    raise _NoNumber

"""Finnish readings from libvoikko, where the operator has installed it; nothing where not.

libvoikko and its dictionary are GPL, so Talteen neither ships nor needs them: this module is the
whole boundary. It speaks to the Python module ``libvoikko`` that distributions package beside the
library, and only says what that answers.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any

_ONE_AT_A_TIME = Lock()
"""A libvoikko handle is not safe to share between threads."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a dictionary says of one word: a base form and the base forms of its parts."""

    lemma: str
    parts: tuple[str, ...] = ()


def readings(word: str) -> tuple[Reading, ...]:
    """Every reading of ``word`` (casefolded), none where libvoikko is absent or knows none."""
    handle = _handle()
    if handle is None:
        return ()
    with _ONE_AT_A_TIME:
        analyses: list[dict[str, str]] = handle.analyze(word)
    found = (reading(analysis) for analysis in analyses if "BASEFORM" in analysis)
    return tuple(dict.fromkeys(reading for reading in found if reading.lemma.isalpha()))


def reading(analysis: dict[str, str]) -> Reading:
    """The base form, cut where STRUCTURE cuts: ``=pppppp=pppppp`` is two words of six letters.

    WORDBASES would cut derivations too (varaus into varata and -us), which are not words.
    """
    base = analysis["BASEFORM"].casefold().replace("-", "")
    lengths = [len(part.replace("-", "")) for part in analysis["STRUCTURE"].split("=")[1:-1]]
    cuts = [0, *(sum(lengths[: count + 1]) for count in range(len(lengths)))]
    parts = [base[a:b] for a, b in zip(cuts, [*cuts[1:], len(base)], strict=True)]
    return Reading(base, tuple(part for part in parts if part) if lengths else ())


@cache
def _handle() -> Any | None:
    """The open dictionary, or None where the module, the library or the dictionary is missing."""
    try:
        return import_module("libvoikko").Voikko("fi")
    except (ImportError, OSError, ValueError):
        return None
    except Exception as missing:
        if type(missing).__name__ == "VoikkoException":
            return None
        raise

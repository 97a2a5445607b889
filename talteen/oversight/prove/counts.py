"""How many there are, and how many of them are not as promised: what most facts are. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How many were looked at, and how many of them are not as promised."""

    all: int = 0
    bad: int = 0

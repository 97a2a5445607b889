"""The plan of a study: what it asks, of which weeks, and how surely. Nothing of it changes after it
was begun, and what the ledger holds of it is the hash of its bytes. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from talteen.life.use.study import traits
from talteen.life.use.study.sizing import Aim
from talteen.life.use.study.traits import Trait

WEEK = timedelta(days=7)
SCALE = 5
"""Steps of a scale. The first and the last are the ends of the way that a mean lies on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a study."""

    question: str
    means_yes: str
    """When the answer is yes, in words: the anchor of everybody who answers."""
    goal: int | None = None
    """Percent; of a scale, of the way from its first step to its last."""
    steps: tuple[str, ...] = ()
    """What each step of a scale means, in words, the first one first; empty where the answer is yes
    or no. A scale has no ``means_yes``."""

    def told(self) -> dict[str, object]:
        """As it is kept and hashed; yes or no as before there were scales."""
        said: dict[str, object] = {
            "question": self.question,
            "means_yes": self.means_yes,
            "goal": self.goal,
        }
        return {**said, "steps": list(self.steps)} if self.steps else said


def told(kept: Mapping[str, Any]) -> Asked:
    """The question that ``Asked.told`` wrote."""
    return Asked(**{**kept, "steps": tuple(kept.get("steps", ()))})


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person wants to know, and how surely. Shares in percent."""

    asks: tuple[Asked, ...]
    traits: tuple[Trait, ...]
    """By what its calls are told apart."""
    first: date
    """The Monday of the first week."""
    last: date
    expected: int
    margin: int
    each: bool = False
    """Whether every stratum shall be known so surely, not only all calls together."""
    house: bool = False
    """Whether it is about the calls of all units."""

    @property
    def question(self) -> str:
        """The first one: what the study is called by."""
        return self.asks[0].question

    @property
    def aim(self) -> Aim:
        """The same as shares."""
        return Aim(self.expected / 100, self.margin / 100)

    @property
    def after(self) -> date:
        """The first day behind its weeks."""
        return self.last + WEEK

    @property
    def until(self) -> date:
        """The last day of its weeks."""
        return self.after - timedelta(days=1)

    def to_bytes(self) -> bytes:
        """Canonical JSON: what the ledger's hash is over, behind the seed. What a plan of one
        question says is spelled as it was when there was only one."""
        first, *others = self.asks
        said: dict[str, object] = {
            "expected": self.expected,
            "first": self.first.isoformat(),
            "goal": first.goal,
            "last": self.last.isoformat(),
            "margin": self.margin,
            "means_yes": first.means_yes,
            "question": first.question,
            "strata": traits.spelled(self.traits),
        }
        if others:
            said["also"] = [one.told() for one in others]
        if first.steps:
            said["steps"] = list(first.steps)
        said |= {name: True for name in ("each", "house") if getattr(self, name)}
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def weeks(plan: Plan) -> list[date]:
    """The Mondays of the plan's weeks."""
    count = (plan.after - plan.first).days // 7
    return [plan.first + number * WEEK for number in range(count)]


def commitment(seed: bytes, plan: Plan) -> bytes:
    """What the ledger holds before the draw: SHA-256 over the seed and the plan."""
    return hashlib.sha256(seed + plan.to_bytes()).digest()

"""Numbers that law sets, each with the day from which it holds. A new law is a new row, never an
edit.

Whoever needs such a number asks for it on a day, so that a clock which began under the old law
keeps it. Sources are official numbers of acts; what a house decides itself stands in its register
instead.
"""

from dataclasses import dataclass
from datetime import date

from talteen.errors import InputError


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a parameter and the first day on which it holds."""

    value: int
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of law through time; ``settings`` run from the oldest to the newest."""

    name: str
    settings: tuple[Setting, ...]

    def on(self, day: date) -> int:
        """The value in force on ``day``. Raises InputError before the first one."""
        held = [setting.value for setting in self.settings if setting.valid_from <= day]
        if not held:
            raise InputError(
                f"no law sets the {self.name} on {day.isoformat()}",
                remedy=f"check the date: the first is of {self.settings[0].valid_from.isoformat()}",
            )
        return held[-1]


_GDPR = date(2018, 5, 25)

ANSWER_MONTHS = Parameter("months to answer", (Setting(1, _GDPR, "GDPR 12(3)"),))
EXTENSION_MONTHS = Parameter("months of extension", (Setting(2, _GDPR, "GDPR 12(3)"),))
# The Digital Omnibus proposal (COM, 19.11.2025) says 96 hours; its adoption has not been seen.
BREACH_HOURS = Parameter("hours to notify a breach", (Setting(72, _GDPR, "GDPR 33(1)"),))

# Regulation (EU) 2016/679 as incorporated by EEA Joint Committee Decision 154/2018: EU, Iceland,
# Liechtenstein, Norway.
EEA: frozenset[str] = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
"""Countries of the European Economic Area, as two letters of ISO 3166-1."""

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
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
"""Countries of the European Economic Area, as two letters of ISO 3166-1."""


@dataclass(frozen=True, slots=True)
class Adequacy:
    """A decision that a country protects data adequately (Art. 45), for as long as it stands."""

    country: str
    valid_from: date
    source: str
    valid_to: date | None = None
    """The first day on which it holds no more."""


ADEQUACY: tuple[Adequacy, ...] = (
    Adequacy("CH", date(2000, 7, 26), "2000/518/EC"),
    Adequacy("CA", date(2001, 12, 20), "2002/2/EC (commercial organisations)"),
    Adequacy("AR", date(2003, 6, 30), "2003/490/EC"),
    Adequacy("GG", date(2003, 11, 21), "2003/821/EC"),
    Adequacy("IM", date(2004, 4, 28), "2004/411/EC"),
    Adequacy("JE", date(2008, 5, 8), "2008/393/EC"),
    Adequacy("FO", date(2010, 3, 5), "2010/146/EU"),
    Adequacy("AD", date(2010, 10, 19), "2010/625/EU"),
    Adequacy("IL", date(2011, 1, 31), "2011/61/EU"),
    Adequacy("UY", date(2012, 8, 21), "2012/484/EU"),
    Adequacy("NZ", date(2012, 12, 19), "2013/65/EU"),
    Adequacy("JP", date(2019, 1, 23), "(EU) 2019/419"),
    # Renewed on 19 December 2025 for six years; the one before (2021/1772) ran until then.
    Adequacy("GB", date(2021, 6, 28), "(EU) 2021/1772 as renewed", date(2031, 12, 27)),
    Adequacy("KR", date(2021, 12, 17), "(EU) 2022/254"),
    # Certified organisations only; upheld in T-553/23, the appeal C-703/25 P was pending when last
    # looked at. When it falls, its last day is written here.
    Adequacy("US", date(2023, 7, 10), "(EU) 2023/1795 (Data Privacy Framework)"),
)
"""The decisions known to this release, each with its days. Check before each version."""


def adequate(country: str, day: date) -> Adequacy | None:
    """The decision that carries transfers to ``country`` on ``day``; None where none does."""
    found = (one for one in ADEQUACY if one.country == country and one.valid_from <= day)
    return next((one for one in found if one.valid_to is None or day < one.valid_to), None)

"""Why the guests of a group are not told one by one, by type of booking. Pure.

GDPR 14(5)(b), recital 62; REGISTER 10.2. Who books speaks of others: names, needs, diets. Each type
of booking is assessed once: whose data they are, why telling each guest would be impossible or take
a disproportionate effort, and what is done for them instead. Two persons adopt the words, as they
do a balancing test (``adoption``).
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import with_config

from talteen.notice.language import Localised
from talteen.notice.purposes import Role
from talteen.notice.toml_text import CLOSED, Day, Text
from talteen.notice.written import Slug, whole


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class GroupBooking:
    """The assessment of one type of booking."""

    id: Text
    key: Slug
    name: Localised
    guests: Localised
    """Whose data are heard, and which."""
    effort: Localised
    """Why telling each would be impossible or disproportionate: how many, how old, how reached."""
    instead: Localised
    """What protects them instead: the text for the group, the public notice, closed passages."""
    owner: Role
    approver: Role
    reviewed_on: Day
    review_months: Annotated[int, whole(1, 12)]

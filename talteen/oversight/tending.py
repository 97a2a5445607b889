"""What the house does by itself for those who ask and those who answer, at every sweep."""

from datetime import datetime

import structlog

from talteen.engine.vault.roll import Overtaken
from talteen.errors import TalteenError
from talteen.life.answer import calls
from talteen.life.answer import tend as answering
from talteen.life.answer.tend import Tends
from talteen.life.hold import many
from talteen.oversight import access_reviews, emergencies, hold_reviews, request_alarm
from talteen.oversight.breaches import letters
from talteen.oversight.breaches import tending as breaches
from talteen.register.spared import sales_calls
from talteen.register.staff import partners

log = structlog.get_logger()


def first(house: Tends, now: datetime) -> None:
    """Before anything ends: the calls that people have asked for are held (decision 230). What
    stops that is told, and stops no destruction; Overtaken is the sweep's own."""
    try:
        calls.settle(house.vault, now)
    except Overtaken:
        raise
    except (TalteenError, OSError):
        log.exception("requests.unsettled")


def tend(house: Tends, now: datetime) -> None:
    """One round. May be killed anywhere and called again."""
    answering.tend(house, now)
    hold_reviews.remind(house.register, now)
    request_alarm.sound(house.register, now)
    breaches.remind(house.register, now)
    letters.tend(house, now)
    emergencies.remind(house.register, now)
    access_reviews.tend(now)
    partners.tend(now)
    kept = house.register.retention.request_months
    breaches.forget(house.vault, kept, now)
    sales_calls.forget(kept, now)
    many.forget(kept, now)

"""One request in the house: which house, what time it is there, who asks, and how they signed in.

Everything a screen needs from outside it reads here, once a request: a page is drawn as of one
instant.
"""

from datetime import date, datetime
from functools import cached_property
from typing import cast

from django.http import HttpRequest

from talteen.clock import helsinki_date
from talteen.config import Born
from talteen.life.use.reach import Reader
from talteen.register.staff.people import SignIn
from talteen.wiring import House

SIGN_IN = "sign_in"
"""Session key: how the person of this session proved who they are."""

SIGNED_IN_AT = "signed_in_at"
"""Session key: when, by the machine's clock, ISO 8601."""


ENDS_AT = "ends_at"
"""Session key: when the sign-in service wants it over, ISO 8601; only where it said so."""

CONFIRMED_AT = "confirmed_at"
"""Session key: when a second factor was shown last, by the machine's clock, ISO 8601."""


class Visit:
    """The house as one request meets it."""

    def __init__(self, house: House) -> None:
        self.house = house

    @cached_property
    def now(self) -> datetime:
        """The instant of this request in the house, aware UTC."""
        return self.house.now()

    @cached_property
    def today(self) -> date:
        """The Helsinki day of ``now``."""
        return helsinki_date(self.now)

    @property
    def demo(self) -> bool:
        """Whether the house was born as a demo."""
        return self.house.born is Born.DEMO


class VisitRequest(HttpRequest):
    """A request that has passed ``middleware.AtTheHouse``."""

    visit: Visit


def reader(request: HttpRequest) -> Reader:
    """The signed-in member of staff. Only for views behind ``staff_only``."""
    return cast(Reader, request.user)  # AUTH_USER_MODEL is Staff; staff_only has checked


def sign_in(request: HttpRequest) -> SignIn:
    """How this session was opened; a session that does not say is a password's."""
    return SignIn(request.session.get(SIGN_IN, SignIn.PASSWORD.value))


def admits(request: VisitRequest) -> bool:
    """Whether this session may see pages of staff: signed in, and in a live house by two factors.

    One click and a password alone are for houses that were born as a demo.
    """
    if not request.user.is_authenticated:
        return False
    return request.visit.demo or sign_in(request) is SignIn.TWO_FACTORS

"""Who may see the sums of the register: those who answer for it (REGISTER 15.7, DESIGN 8)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpResponseBase

from talteen.desk.page import failures
from talteen.desk.page.visit import VisitRequest, reader
from talteen.notice.purposes import Role

OVERSEERS = frozenset({Role.REGISTER_CONTACT, Role.DPO, Role.ADMIN, Role.AUDITOR})
WITH_THE_OWNER = OVERSEERS | {Role.OWNER}
"""Who sees what the register promises and rests on: its grounds, its processors, its notice."""
KEEPERS = frozenset({Role.DPO, Role.ADMIN, Role.AUDITOR})
"""Who sees the lives of keys: those who answer for them, and who checks them. Nobody sees a key."""
P = ParamSpec("P")


def overseers_only(
    view: Callable[Concatenate[VisitRequest, P], HttpResponseBase],
) -> Callable[Concatenate[VisitRequest, P], HttpResponseBase]:
    """Show the page to overseers, and to others whom to ask. Stands inside ``staff_only``."""

    @wraps(view)
    def guarded(request: VisitRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if Role(reader(request).role) not in OVERSEERS:
            return failures.forbidden(request)
        return view(request, *args, **kwargs)

    return cast(Callable[Concatenate[VisitRequest, P], HttpResponseBase], guarded)  # wraps loses it

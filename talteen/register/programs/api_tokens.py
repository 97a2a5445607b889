"""Tokens by which programs ask the house (RFC 6750): made by two persons, for one who answers.

A token reaches what its owner reaches and nothing more, and only while the owner stands as people
must (REGISTER 17.1, D): with somebody who leaves, loses their training or changes their role, it
stops at its next question. It is shown once; the house keeps a hash. It ends by itself after a year
at most.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from talteen import ids
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.notice.purposes import Purpose
from talteen.register.models import Staff
from talteen.register.programs import bearer
from talteen.register.programs.api_models import ApiToken
from talteen.register.programs.api_scopes import ALLOWED, Scope, purposes_for
from talteen.register.staff import people

PREFIX = "talteen_house_"
"""So that one that leaked is recognised, and is not taken for a token of a capture node."""
LONGEST = timedelta(days=366)
MOST = 100


def make(
    name: str,
    scopes: Iterable[Scope],
    *,
    owner: str,
    purpose: Purpose | None,
    by: tuple[str, str],
    ends_at: datetime,
    now: datetime,
) -> str:
    """A new token; what is returned is shown once and kept nowhere.

    ``owner`` and ``by`` are staff codes. InputError or NotAllowed where they, the scopes and the
    purpose do not fit together, Conflict where the name is taken.
    """
    asked, approved = people.two_of(*by)
    answering = Staff.objects.filter(code=owner, is_active=True).first()
    wanted = frozenset(scopes)
    if answering is None:
        raise InputError("nobody of this code works here", remedy="see 'talteen staff list'")
    _check(name, wanted, ends_at, now)
    _check_reach(answering, wanted, purpose)
    shown = bearer.new(PREFIX)
    ApiToken.objects.create(
        id=ids.new(),
        name=name,
        sha256=bearer.digest(shown),
        scopes=sorted(scope.value for scope in wanted),
        owner=answering,
        purpose=purpose.value if purpose else "",
        made_at=now,
        asked_by=asked,
        approved_by=approved,
        ends_at=ends_at,
    )
    return shown


def _check(name: str, scopes: frozenset[Scope], ends_at: datetime, now: datetime) -> None:
    bearer.require_name(name)
    if not scopes:
        raise InputError("this token would allow nothing", remedy="name what it may do")
    if not now < ends_at <= now + LONGEST:
        raise InputError("a token lives a year at most", remedy="give 1 to 366 days")
    # A revoked one stays as a row, so that the access log can be read; its name is free again.
    if ApiToken.objects.filter(name=name, revoked_at=None).exists():
        raise Conflict("this name is taken", remedy=f"revoke it: 'talteen token revoke {name}'")
    if living_at(now).count() >= MOST:
        raise Conflict(f"there are {MOST} tokens already", remedy="revoke one that nobody uses")


def _check_reach(owner: Staff, scopes: frozenset[Scope], purpose: Purpose | None) -> None:
    for scope in sorted(scopes, key=lambda one: one.value):
        if owner.role not in {role.value for role in ALLOWED[scope].roles}:
            raise NotAllowed(
                f"{scope.value} is not for the role of {owner.code}",
                remedy="name as owner somebody who may do it on the pages",
            )
        for_it = purposes_for(scope, owner.role)
        if ALLOWED[scope].personal and purpose not in for_it:
            named = ", ".join(one.value for one in for_it)
            raise NotAllowed(
                f"{scope.value} reads personal data, and this is no purpose for it",
                remedy=f"give one of: {named}" if named else "name another owner",
            )


def revoke(name: str, now: datetime) -> None:
    """Let the token die at once. Missing where there is none of this name."""
    if not ApiToken.objects.filter(name=name, revoked_at=None).update(revoked_at=now):
        raise Missing("there is no token of this name", remedy="see 'talteen token list'")


def living_at(now: datetime) -> QuerySet[ApiToken]:
    """Every token in force."""
    return ApiToken.objects.filter(revoked_at=None, ends_at__gt=now).select_related("owner")


def of(shown: str, now: datetime, today: date) -> ApiToken | None:
    """Whose the token ``shown`` is; None where it is nobody's, revoked or at its end.

    ``today``: the day that is written down as the last on which it was used.
    """
    found = living_at(now).filter(sha256=bearer.digest(shown)).first()
    if found is not None and found.used_on != today:
        ApiToken.objects.filter(pk=found.pk).update(used_on=today)
    return found


def may(token: ApiToken, scope: Scope, on: date) -> None:
    """Raise NotAllowed unless the token allows ``scope`` and its owner may do it on this day.

    Both are asked every time: a role that was changed, a training that ended, somebody who left.
    """
    if scope.value not in token.scopes:
        raise NotAllowed(
            "this token does not allow it", remedy=f"make one that allows {scope.value}"
        )
    owner = token.owner
    person = people.standing(owner, people.SignIn.PASSWORD, on)
    if not (person.active and person.undertaking and person.training):
        raise NotAllowed(
            "whoever answers for this token may not open anything now",
            remedy="see 'talteen staff list': undertaking, training, or another owner",
        )
    _check_reach(owner, frozenset({scope}), Purpose(token.purpose) if token.purpose else None)

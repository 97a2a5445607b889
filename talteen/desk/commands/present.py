"""Two people at the house's terminal: each of them shows that they are there (REGISTER 17.1, D).

A staff code in an argument is the word of whoever types the command, and that is one person. So
each of the two types a code of their authenticator app, or of their paper, unseen, as at the door:
used once, and tries are counted under the same name (``sign_in_tries``).
"""

import getpass
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

import structlog

from talteen.clock import SystemClock
from talteen.errors import InputError, NotAllowed

if TYPE_CHECKING:
    from talteen.notice.purposes import Role
    from talteen.register.models import Staff

log = structlog.get_logger()


class NotShown(NotAllowed):
    """Somebody who is named did not show that they are here."""

    slug = "not-shown"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"{code} has not shown that they are here",
            remedy="have them type the next code of their app, or one of their paper"
            " (/account makes both); after several failures wait a quarter of an hour",
        )


def two(by: tuple[str, str], roles: "Collection[Role] | None" = None) -> None:
    """Both people with these staff codes are here, and in ``roles`` where those are given. After
    ``startup.django``.

    InputError for a code of nobody, NotAllowed for one person twice or one in another role,
    NotShown for who does not show it. One click of a demo stands in for it, as at its door.
    """
    from talteen.register import house
    from talteen.register.staff import people

    both = people.two_of(*by)
    for one in both:
        if roles is not None and one.role not in {role.value for role in roles}:
            allowed = ", ".join(sorted(role.value for role in roles))
            raise NotAllowed(f"{one.code} does not decide this", remedy=f"name two of: {allowed}")
    if house.row().born_as == "demo":
        return
    for one in both:
        if not _shows(one, unseen(f"Code of {one.code}: ").strip()):
            log.warning("person.not_proved", staff=one.pk)
            raise NotShown(one.code)
        log.info("person.proved", staff=one.pk)


def hirers(by: tuple[str, str]) -> None:
    """``two`` of those who decide on the page of people who gets in."""
    from talteen.register.staff import invitations

    two(by, invitations.APPROVERS)


def _shows(person: "Staff", typed: str) -> bool:
    from talteen import wiring
    from talteen.life.seal import personal
    from talteen.register.staff import factors, sign_in_tries

    now, seeds = SystemClock().now(), personal.seeds(lambda: wiring.house().vault)

    def right() -> bool:
        # Paper first: it counts while the keys that open the seeds of apps are away.
        paper = factors.paper_accepts(person, typed, now)
        return paper or factors.app_accepts(person, typed, now, unseal=seeds)

    held = sign_in_tries.attempt(person.code, right, now)
    if held:
        sign_in_tries.settle(person.code)
    return held


def unseen(prompt: str) -> str:
    """One line, unseen on a terminal; from a pipe as it comes. InputError where nothing comes."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt, stream=sys.stderr)
    line = sys.stdin.readline()
    if not line:
        raise InputError(f"nothing was typed for '{prompt.strip()}'", remedy="type it when asked")
    return line

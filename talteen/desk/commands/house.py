"""Commands on one house: make it, hand calls in, do what is due."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track

from talteen.clock import SystemClock, helsinki_date
from talteen.desk.commands import present
from talteen.desk.ground import database, place, startup
from talteen.errors import InputError, TalteenError

if TYPE_CHECKING:
    from talteen.life.capture.sources import Found
    from talteen.life.seal.acts import Outcome
    from talteen.wiring import House


def init(register: Path, *, approver: tuple[str, str], reason: tuple[str, ...] = ()) -> None:
    """Make a house at TALTEEN_HOME from the register folder REGISTER.

    Parameters
    ----------
    register
        A folder with register.toml and its texts, such as registers/mara.
    approver
        The staff codes of the two people who approved the notice.
    reason
        Why the notice goes out with a warning of the check: FINDING=TEXT, once for each warning.
        A refusal names the findings.
    """
    reasons = _reasons(reason)
    config = startup.ready()
    place.prepare(config)
    startup.django()
    from talteen import founding

    now = SystemClock().now()
    tomorrow = helsinki_date(now) + timedelta(days=1)
    number = f"{tomorrow.year}-1"
    founding.check(register, number, tomorrow, approvers=approver, at=now, reasons=reasons)
    with database.running(config):
        with startup.migrating():
            founded = founding.prepare(config, register)
        founding.found(config, config.house.born, at=now, machine_at=now)
        founding.publish(config, number, tomorrow, approvers=approver, at=now, reasons=reasons)
    console = Console()
    console.print(f"The house stands. Its notice is in force from {tomorrow:%d.%m.%Y}.")
    console.print("Give each of these to another person. They are shown once and kept nowhere:")
    for share in founded.shares:
        console.print(share.text(), highlight=False, soft_wrap=True)  # one line, to be copied


def _reasons(written: tuple[str, ...]) -> dict[str, str]:
    parted = [one.partition("=") for one in written]
    for finding, equals, why in parted:
        if not (finding and equals and why.strip()):
            raise InputError(
                "--reason: no finding and reason", remedy="--reason no_accessible_line='...'"
            )
    return {finding: why.strip() for finding, _, why in parted}


def take_in(*paths: Path) -> int:
    """Take in calls from files and folders: sound beside a sidecar (docs/formats/sidecar.md).

    What cannot be used is named and left as it is; the others go on. Exit 2 if there was any.
    """
    if not paths:
        raise InputError("no file and no folder was named", remedy="talteen import PATH...")
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import course, wiring

        house = wiring.house(config)
        unusable = _take_in_all(house, paths)
        course.roll(house, house.now())
    return 2 if unusable else 0


def destroy(*, due: bool = False, approved_by: tuple[str, str] | None = None) -> None:
    """Do now what the next sweep would do by itself: --due destroys what is past its cutoff.

    Parameters
    ----------
    due
        What is past its cutoff.
    approved_by
        The staff codes of two people who have looked at the clock: where it is in doubt, nothing
        dies of age before they say so. Each types a code of their app or paper.
    """
    if not due:
        raise InputError(
            "nothing can be chosen for destruction here",
            remedy="talteen destroy --due; an erasure needs a request and two persons",
        )
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import course, wiring
        from talteen.life.destroy import acts

        house = wiring.house(config)
        if approved_by is not None:
            present.two(approved_by)
        ruled = acts.always if approved_by is not None else None
        swept = course.sweep(house, house.now(), ruled=ruled)
    Console().print(f"{swept.destroyed} destroyed, {swept.certified} certified")


def _take_in_all(house: "House", paths: tuple[Path, ...]) -> int:
    from talteen import course
    from talteen.life.capture.sources import Unmatched, folder

    found = list(folder.find(paths))
    console, unusable = Console(stderr=True), 0
    for each in track(found, "Taking in", console=console, disable=not sys.stderr.isatty()):
        try:
            if isinstance(each, Unmatched):
                raise each.why
            console.print(_said(each, course.take_in(house, each, house.now())))
        except TalteenError as error:
            unusable += 1
            console.print(f"{error}", style="red", markup=False, highlight=False)
    return unusable


def _said(found: "Found", outcome: "Outcome") -> str:
    from talteen.life.seal.acts import What

    match outcome.what:
        case What.RECORDED:
            return f"{found.name}: sealed"
        case What.DUPLICATE:
            return f"{found.name}: taken in before ({outcome.kind}); nothing was done"
        case What.NOTHING:
            return f"{found.name}: nothing was kept ({outcome.kind}), counted"
        case other:
            return f"{found.name}: {other.value} ({outcome.kind})"

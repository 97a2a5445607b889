"""``talteen holds``: which disputes hold how many calls; more calls of one, named one by one."""

from datetime import timedelta
from uuid import UUID

import cyclopts

from talteen.desk.ground import database, startup
from talteen.errors import InputError

app = cyclopts.App(name="holds", help="Disputes and the calls that they hold.")


@app.default
def holds() -> int:
    """One line a dispute that holds calls. Exit status 1: one of them waits for the data
    protection officer; 0: none does."""
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.life.hold import many
        from talteen.register.models import Case

        now = wiring.house(config).clock.now()
        waits = {case.pk for case, _ in many.waiting(now)}
        disputes = Case.objects.filter(kind="complaint", holds__isnull=False).distinct()
        held = [(case, many.calls_of(case, now)) for case in disputes.order_by("reference")]
    for case, calls in held:
        word = ", waits for the data protection officer" if case.pk in waits else ""
        if calls:
            print(f"{case.reference:24} {calls:>4} calls{word}")
    return 1 if waits else 0


@app.command
def add(reference: str, *calls: UUID, by: str) -> None:
    """Hold more calls of a dispute, each named by its id, for the days of one person; another one
    confirms them on the page. A line, a queue or a customer is never held whole.

    Parameters
    ----------
    reference
        The number of the case, as ``talteen holds`` shows it.
    calls
        The ids of the calls, as their pages bear them.
    by
        The staff code of the register contact who names them.
    """
    if not calls:
        raise InputError("no call is named", remedy="name the calls of the dispute by their ids")
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.life.hold import related
        from talteen.register.models import Case, Staff

        house = wiring.house(config)
        case = Case.objects.filter(reference=reference).first()
        who = Staff.objects.filter(code=by, is_active=True).first()
        if case is None or who is None:
            raise InputError(
                "there is no such case or person", remedy="see talteen holds, talteen staff list"
            )
        days = timedelta(days=house.register.hold.provisional_days)
        placed = related.hold(
            house.vault, case.pk, calls, by=who, now=house.clock.now(), held_for=days
        )
    print(f"{placed} held for {reference}, until another person confirms them")

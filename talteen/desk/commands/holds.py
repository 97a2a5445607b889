"""``talteen holds``: which disputes hold how many calls. Calls are named on the page of the case,
by who is signed in: a terminal knows nobody."""

import cyclopts

from talteen.desk.ground import database, startup

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

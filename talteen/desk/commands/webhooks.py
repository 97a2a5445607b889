"""``talteen webhooks``: which programs are told of events, and which messages nobody took."""

import cyclopts
from rich.console import Console
from rich.table import Table

from talteen.clock import SystemClock
from talteen.desk.ground import database, startup
from talteen.errors import Missing

app = cyclopts.App(name="webhooks", help="Programs that are told of events.")


@app.command(name="list")
def list_() -> int:
    """Show who is told of what, and how many messages wait or were given up. Exit 1 where any was.

    A message that nobody took in four days is given up, and kept for a month.
    """
    with database.running(startup.ready()):
        startup.django()
        from talteen.register.programs import webhooks

        found = webhooks.standing()
        table = Table("token", "address", "events", "waiting", "given up", "last told")
        for one in found:
            at = f"{one.sent_at:%d.%m.%Y %H.%M}" if one.sent_at else "never"
            row = one.row
            events = ", ".join(row.events)
            table.add_row(row.token.name, row.url, events, str(one.waiting), str(one.dead), at)
        given_up = webhooks.dead()
        lost = Table("given up", "event", "token", "tries", "status")
        for message in given_up:
            lost.add_row(
                f"{message.done_at:%d.%m.%Y %H.%M}",
                message.event,
                message.subscription.token.name,
                str(message.attempts),
                str(message.http_status or "no answer"),
            )
    Console().print(table)
    if given_up:
        Console().print(lost)
    return 1 if given_up else 0


@app.command
def again() -> None:
    """Send once more what was given up, from the first try on."""
    with database.running(startup.ready()):
        startup.django()
        from talteen.register.programs import webhooks

        count = webhooks.again(SystemClock().now())
    if not count:
        raise Missing("nothing was given up", remedy="see 'talteen webhooks list'")
    print(f"{count} messages are sent again.")

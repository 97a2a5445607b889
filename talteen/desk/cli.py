"""``talteen``: the one command. Says what went wrong in one line, and what to do about it.

Commands are named here and live in ``desk/commands``; each is imported when it is called.
"""

import os
import sys
import traceback
from collections.abc import Sequence

import cyclopts

from talteen import garbage
from talteen.errors import TalteenError

COMMANDS = "talteen.desk.commands"

app = cyclopts.App(
    name="talteen",
    help="A call-recording register that keeps its promises.",
    help_format="plaintext",
    version_flags=["--version"],
)

RUN = "Running a house"
HOUSE = cyclopts.Group(RUN, sort_key=1)
DEMO = cyclopts.Group("To see it", sort_key=0)
WORKSHOP = cyclopts.Group("Workshop", sort_key=9)


def _add(name: str, where: str, group: cyclopts.Group, says: str) -> None:
    app.command(f"{COMMANDS}.{where}", name=name, group=group, help=says)


_add("demo", "demo:demo", DEMO, "A house with spoken calls; --once: its whole life as a report.")
_add("demo-day", "demo:day", DEMO, "Move the clock of a demo house on to the next midnight.")
_add("demo-call", "call:call", DEMO, "Place one spoken call over real SIP at this house's node.")
_add("demo-feed", "demo:feed", WORKSHOP, "Live through the demo's three months (demo runs it).")
_add("init", "house:init", HOUSE, "Make a house from a register folder.")
_add("staff", "staff:app", HOUSE, "Who works in the house: enter, list, leave.")
_add("import", "house:take_in", HOUSE, "Take in calls from files and folders.")
_add("watch", "watch:watch", HOUSE, "Take in calls from a telephone system's recording folder.")
_add("destroy", "house:destroy", HOUSE, "Do now what the next sweep would: destroy what is due.")
_add("keys", "keys:app", HOUSE, "Show the generations of keys and the ring, or renew them.")
_add("doctor", "doctor:doctor", HOUSE, "Prove the whole path with a synthetic call; name fixes.")
_add("holds", "holds:app", HOUSE, "Which disputes hold calls, and name more of one.")
_add("holders", "holders:holders", HOUSE, "Ask both key holders how they are.")
_add("balance", "oversight:balance", HOUSE, "Hold an exchange's call records against the register.")
_add("prove", "prove:prove", HOUSE, "Hold each sentence of the notice against this house.")
_add("visit", "visit:app", HOUSE, "Open the evidence room for a visiting authority.")
_add("why", "oversight:why", HOUSE, "Say why a call was recorded, or why not.")
_add(
    "certificate", "proof:certificate", HOUSE, "Write a recording's, day's or month's certificate."
)
_add("verify", "proof:verify", HOUSE, "Check certificates of destruction.")
_add("ledger", "ledger:ledger", HOUSE, "Check the log, export it, or run a witness of logs.")
_add("up", "run:up", HOUSE, "Run this house on this machine: database, pages and worker.")
_add("serve", "run:serve", HOUSE, "Serve the pages, over a database that runs.")
_add("work", "run:work", HOUSE, "Do the jobs of the queue, and sweep for what is due.")
_add("reap", "run:reap", HOUSE, "Let backup keys die on their date; holds no key of its own.")
_add("jobs", "jobs:jobs", HOUSE, "Say what waits in the queue; --again: try what was set aside.")
_add("metrics", "metrics:metrics", HOUSE, "Tell Prometheus the figures of this machine.")
_add("capture", "capture:capture", HOUSE, "Take in calls by SIPREC; --drain: take no new ones.")
_add("api-token", "api:api_token", HOUSE, "Make, show and revoke tokens for a node's calls.")
_add("token", "token:app", HOUSE, "Programs that may ask the house: make, list, revoke.")
_add("webhooks", "webhooks:app", HOUSE, "Who is told of events, and what nobody took.")
_add("backup", "recovery:backup", HOUSE, "Back the house up into a folder; no key is in it.")
_add("restore", "recovery:restore", HOUSE, "Make an empty house the one that a backup is of.")
_add("drill", "recovery:drill", HOUSE, "Prove what backups and disks no longer hold.")
_add("migrate", "run:migrate", HOUSE, "Bring the tables to the form of this release.")
_add("bench", "bench:bench", WORKSHOP, "Measure what is promised as a number.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit status."""
    if arguments is None:  # this process is the command's own
        garbage.sought_seldom()
    try:
        status = app(
            arguments, exit_on_error=False, print_error=False, result_action="return_value"
        )
    except TalteenError as error:
        _end(str(error), status=error.exit_status)
    except cyclopts.CycloptsError as error:
        _end(f"{str(error).rstrip('.')}; see talteen --help", status=2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        _end(_unexpected(error), status=1)
    sys.exit(status if isinstance(status, int) else 0)


def _end(line: str, *, status: int) -> None:
    print(f"talteen: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(status)


def _unexpected(error: Exception) -> str:
    """Not the error's own text: that may quote what it choked on."""
    from talteen import log

    if os.environ.get("TALTEEN_LOG_LEVEL") == "debug":
        traceback.print_exc()
    place = log.origin(error)
    return (
        f"stopped by a fault of its own ({log.code_of(error)} at {place}); please report this line"
    )


if __name__ == "__main__":
    main()

"""What can be asked of a machine without its house: clock, certificates, disks. Loads no model of
Django: this is what is left to say when the database is away.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from django.db import Error as DatabaseError

from talteen import log as logs
from talteen.clock import SystemClock
from talteen.config import Config
from talteen.config.sections import WebSection
from talteen.errors import TalteenError
from talteen.operations import certificates, clocks, disks, together
from talteen.operations.findings import Finding, doubtful, well, wrong

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the operator wants to know."""

    call: bool = True
    """Let a call walk the path."""
    time_server: str = ""


def of_machine(config: Config, asked: Asked) -> Iterator[Finding]:
    """What can be asked without the database: clock, certificates, disks, settings that do not
    fit it."""
    yield from clocks.look(asked.time_server)
    yield from certificates.look(config, SystemClock().now())
    yield from (disks.look(one) for one in disks.disks(config))
    yield pages(config.web, len(os.sched_getaffinity(0)))


def pages(web: WebSection, cores: int) -> Finding:
    """Whether as many processes answer as have a core each."""
    count = together.wanted(web, cores)
    says = f"web.processes: {count} for the pages, on a machine of {cores} cores"
    if count > cores:
        remedy = f"write {cores} or less, or leave it out: they only wait for each other"
        return doubtful("pages", says, remedy, processes=count, cores=cores)
    return well("pages", says, processes=count, cores=cores)


def guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """What ``check`` finds. One that fails in a way that nobody foresaw is a fault, too, and does
    not end the rest."""
    try:
        return check()
    except TalteenError as error:
        return wrong(name, error.happened, error.remedy)
    except DatabaseError as error:
        return wrong(name, f"the database failed ({logs.code_of(error)})", "see its log")
    except Exception as error:
        log.error("doctor.broken", name=name, exc_info=error)
        told = f"{logs.code_of(error)} at {logs.origin(error)}"
        return wrong(name, f"this check broke off ({told})", "please report this line")

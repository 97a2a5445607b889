"""``talteen capture``: this machine takes in calls by SIPREC, whatever the database does."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from talteen import config as configs
from talteen.clock import SystemClock, helsinki_date
from talteen.config import Config, Role
from talteen.desk.ground import place, startup, supervise
from talteen.errors import ConfigError, TalteenError, Unavailable


class Behind(Unavailable):
    """The tables are those of another release."""

    slug = "tables-of-another-release"


class NotEnrolled(TalteenError):
    """The house could not be brought to believe this node. The line above says why."""

    slug = "not-enrolled"


def capture(*, drain: bool = False, enrol: bool = False, tell: bool = False) -> None:
    """Take in calls by SIPREC, until SIGTERM or Ctrl-C.

    Parameters
    ----------
    drain
        Tell the node that runs here to take no new call, and to end when its last call has ended.
    enrol
        Have the house believe this machine's node, and end. It takes the house's keys; where they
        are on this machine, the first start does it by itself.
    tell
        Write down for the node what it must know while the database is away, and end. Each start
        does it first.
    """
    config = startup.ready()
    if not config.capture.address:
        raise ConfigError(
            "capture.address: is missing", remedy="write the address that calls are sent to"
        )
    if drain:
        _drain(config)
        return
    place.prepare(config)
    if enrol:
        _enrol(config)
    elif tell:
        _tell(config)
    else:
        _capture(config)


def _capture(config: Config) -> None:
    told = _told_by_the_house()
    from talteen import capturing
    from talteen.life.capture import node as nodes
    from talteen.life.capture import node_files

    folder = capturing.folder(config)
    where = f"{config.capture.address}:{config.capture.sip_port}"
    _say(f"Capturing at {where} (SIP over UDP and TCP){told}")
    for doubt in doubts(config):
        _say(doubt)
    _pid_file(config).write_text(str(os.getpid()))
    try:
        node = capturing.node_of(config, node_files.house_of(folder))
        silent = node.exchange and not _may_speak(config)
        nodes.run(replace(node, exchange={}) if silent else node)
    finally:
        _pid_file(config).unlink(missing_ok=True)


def _told_by_the_house() -> str:
    """Bring the node's files up to date if the database answers; else it goes on with what it has.

    In a process of its own: this one holds the node's sockets for weeks, and needs neither database
    nor framework. Returns what to say about it.
    """
    status, said = supervise.told(supervise.talteen("capture", "--tell"))
    why = said or ("fault" if status else "")  # its line stands above: calls come all the same
    return f"; the house does not answer ({why}), going on with what was known" if why else ""


def _tell(config: Config) -> None:
    """With the rights of a node. Prints why where the house does not answer."""
    from talteen.desk.ground import database

    startup.as_role(config, Role.CAPTURE)
    try:
        with database.running(configs.load()):
            startup.django()
            from talteen import enrolling

            _see_tables(config)
            if not enrolling.is_enrolled(config):
                _have_it_enrolled()
            enrolling.tell(config, SystemClock().now())
    except TalteenError as error:
        print(error.slug)


def _see_tables(config: Config) -> None:
    """A node that knows its house goes on at once while the tables are those of another release:
    calls come. Raises Behind then; one that knows nothing yet waits for them."""
    from django.db import DatabaseError

    from talteen import capturing
    from talteen.desk.ground import database

    try:
        if database.tables_are_current():
            return
    except DatabaseError:
        raise Behind("the tables cannot be read", remedy="run 'talteen migrate'") from None
    if capturing.folder(config).name.exists():
        raise Behind(
            f"the tables are not those of {database.release()}", remedy="run 'talteen migrate'"
        )
    database.wait_for_tables()


def _have_it_enrolled() -> None:
    """In a process of its own: only that one takes the house's keys, and a role that may write."""
    env = {**os.environ, "TALTEEN_DATABASE_ROLE": Role.APP.value}
    if subprocess.run(supervise.talteen("capture", "--enrol"), env=env).returncode:
        raise NotEnrolled("this node was not enrolled", remedy="see the line above")


def _enrol(config: Config) -> None:
    from talteen.desk.ground import database

    with database.running(config):
        startup.django()
        database.wait_for_tables()
        from talteen import founding, wiring

        house = wiring.house(config)
        founding.enrol_node(house, house.now())


def doubts(config: Config) -> list[str]:
    """What is wrong with its certificates. It captures all the same: over UDP and TCP calls still
    come, and each one that did not would be lost."""
    from talteen.operations import certificates
    from talteen.operations.findings import State

    found = certificates.look(config, SystemClock().now())
    return [
        f"{one.says}; {one.remedy}"
        for one in found
        if one.state is not State.OK and one.name.startswith("certificate:capture.")
    ]


def _may_speak(config: Config) -> bool:
    """Whether the exchange may be spoken to: its machine stands in a record that has not lapsed.

    ConfigError for one that stands in none. A node on a machine without the register asks nothing.
    """
    if not (config.paths.register / "register.toml").exists():
        return True
    from talteen.oversight.flow import gate
    from talteen.oversight.flow.connectors import What
    from talteen.register import shelf

    file = shelf.read(config.paths.register).register.file
    gate.check(config, file)
    today = helsinki_date(SystemClock().now())
    return gate.stops(config, file, today, {What.EXCHANGE, What.WEBHOOK}) is None


def _drain(config: Config) -> None:
    try:
        pid = int(_pid_file(config).read_text())
        os.kill(pid, signal.SIGUSR1)
    except (OSError, ValueError):
        raise ConfigError(
            "no node captures here", remedy="look for it with 'talteen capture' on its machine"
        ) from None
    print("Draining: new calls are refused, those that run go on to their end.")


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _pid_file(config: Config) -> Path:
    return config.paths.run / "capture.pid"

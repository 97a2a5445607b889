"""``talteen metrics``: tells Prometheus the figures of this machine and of the house."""

import threading
from typing import TYPE_CHECKING

from talteen import config as configs
from talteen.config import Config, Role
from talteen.desk import commands, database, supervise
from talteen.errors import ConfigError, Unavailable

if TYPE_CHECKING:
    from talteen.operations.exporter import House
    from talteen.operations.figures import Told


def metrics() -> None:
    """Answer GET /metrics at metrics.host and metrics.port, until SIGTERM or Ctrl-C.

    It goes on while the database is away, and says so.
    """
    config = commands.ready()
    if not config.metrics.port:
        raise ConfigError("metrics.port: is 0", remedy="write a port, such as 9470")
    commands.as_role(config, Role.METRICS)
    commands.django()
    from talteen import capturing
    from talteen.operations import exporter, port

    machine = exporter.Machine(config, capturing.folder(config), _house(config))
    listening = port.listen(config.metrics, config.metrics.port)
    server = exporter.server([machine], listening, token_of(config))
    with supervise.stop_signals() as asked, server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked.wait()
        server.shutdown()


def token_of(config: Config) -> str:
    """What monitoring must bring; empty where anybody on this machine may ask."""
    file = config.metrics.token_file
    return configs.read_secret(file, key="metrics.token_file") if file else ""


def _house(config: Config) -> "House":
    def tell(told: "Told") -> None:
        from django.db import connection

        from talteen import wiring
        from talteen.operations import readings

        try:
            if not database.tables_are_current():
                raise Unavailable("tables of another release", remedy="run 'talteen migrate'")
            readings.read(wiring.house(config), told)
        finally:
            connection.close()

    return tell

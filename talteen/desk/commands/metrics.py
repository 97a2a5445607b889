"""``talteen metrics``: tells Prometheus the figures of this machine and of the house."""

import threading
from typing import TYPE_CHECKING

from talteen.config import Config, Role
from talteen.desk.ground import database, startup, supervise
from talteen.errors import ConfigError, Unavailable

if TYPE_CHECKING:
    from talteen.operations.exporter import House
    from talteen.operations.figures import Told


def metrics() -> None:
    """Answer GET /metrics at metrics.host and metrics.port, until SIGTERM or Ctrl-C.

    It goes on while the database is away, and says so.
    """
    config = startup.ready()
    if not config.metrics.port:
        raise ConfigError("metrics.port: is 0", remedy="write a port, such as 9470")
    startup.as_role(config, Role.METRICS)
    startup.django()
    from talteen import capturing
    from talteen.operations import exporter, port

    machine = exporter.Machine(config, capturing.folder(config), _house(config))
    listening = port.listen(config.metrics, config.metrics.port)
    server = exporter.server([machine], listening, exporter.token_of(config))
    with supervise.stop_signals() as asked, server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked.wait()
        server.shutdown()


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

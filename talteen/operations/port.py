"""The ports of the pages and of figures, before anything answers there. Loads nothing: the process
that starts the pages opens that of the figures for all of them."""

import os
import socket
import time

from talteen.config.metrics import MetricsSection
from talteen.errors import ConfigError

_LOOK_EVERY_S = 0.1


def listen(told: MetricsSection, port: int) -> socket.socket:
    """``port`` at ``told.host``, open. Several processes may answer there: whoever is free. Raises
    ConfigError where somebody else has it."""
    opened = _opened("metrics.port", told.host, port)
    # Of several that are woken by one question all but one find nothing.
    opened.setblocking(False)
    return opened


def free(setting: str, host: str, port: int, *, within_s: float = 3.0) -> None:
    """Return when nobody listens at ``port``: processes of whoever was here just now are given a
    moment to end. Raises ConfigError under ``setting`` where somebody stays."""
    end = time.monotonic() + within_s
    while True:
        try:
            _opened(setting, host, port).close()
        except ConfigError:
            if time.monotonic() > end:
                raise
            time.sleep(_LOOK_EVERY_S)
        else:
            return


def _opened(setting: str, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigError(
            f"{setting}: {host}:{port} cannot be listened to ({os.strerror(error.errno or 0)})",
            remedy="free the port, or write another",
        ) from None

"""The ports at which figures are told. Loads nothing: the process that starts the pages opens one
for all of them."""

import socket

from talteen.config.metrics import MetricsSection
from talteen.errors import ConfigError


def listen(told: MetricsSection, port: int) -> socket.socket:
    """``port`` at ``told.host``, open. Several processes may answer there: whoever is free. Raises
    ConfigError where somebody else has it."""
    family = socket.AF_INET6 if ":" in told.host else socket.AF_INET
    try:
        opened = socket.create_server((told.host, port), family=family)
    except OSError as error:
        raise ConfigError(
            f"metrics.port: {told.host}:{port} cannot be listened to ({error.strerror})",
            remedy="free the port, or write another",
        ) from None
    # Of several that are woken by one question all but one find nothing.
    opened.setblocking(False)
    return opened

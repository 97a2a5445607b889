"""[webhooks]: how far messages to the programs of others may go."""

import ipaddress

from talteen.config.sections import Section
from talteen.errors import ConfigError


class WebhooksSection(Section):
    """[webhooks]: messages to programs that asked to be told (docs/integrators/api.md)"""

    networks: tuple[str, ...] = ()
    """a list of networks inside which messages may go, such as ["10.1.0.0/16"]; others are shut"""


def checked(section: WebhooksSection) -> WebhooksSection:
    """``section`` if it can be worked with; raises ConfigError, whose text begins with the key."""
    for one in section.networks:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            raise ConfigError(
                "webhooks.networks: holds something that is no network",
                remedy="write it as 10.1.0.0/16",
            ) from None
    return section

"""All that a program may ask: one row an operation. Who reads this reads the whole API."""

from talteen.desk.interface import (
    api_accounts,
    api_calls,
    api_imports,
    api_recordings,
    api_requests,
    api_sales,
    api_ways,
    api_webhooks,
)
from talteen.desk.interface.api_frame import Operation

OPERATIONS: tuple[Operation, ...] = (
    *api_calls.OPERATIONS,
    *api_recordings.OPERATIONS,
    *api_imports.OPERATIONS,
    *api_requests.OPERATIONS,
    *api_sales.OPERATIONS,
    *api_ways.OPERATIONS,
    *api_accounts.OPERATIONS,
    *api_webhooks.OPERATIONS,
)


def at(path: str) -> list[tuple[Operation, dict[str, str]]]:
    """The operations of an address below the root, with what it names: one a method, the address
    that says most first."""
    parts = path.split("/")
    found = [(one, named) for one in OPERATIONS if (named := one.matches(parts)) is not None]
    fewest = min((len(named) for _, named in found), default=0)
    return [(one, named) for one, named in found if len(named) == fewest]

"""How a service of Amazon, or one that speaks like it, is reached: the same for sound and keys."""

from dataclasses import dataclass
from typing import Any, Protocol


class Account(Protocol):
    """Where a service is, and who we are there."""

    @property
    def endpoint(self) -> str:
        """Address of the service; empty for Amazon's own."""
        ...

    @property
    def region(self) -> str: ...

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for, in seconds, and how often it is asked for."""

    connect_s: float
    read_s: float
    tries: int


def reach(account: Account, patience: Patience, **of_service: Any) -> dict[str, Any]:
    """What ``boto3.client`` is told beside the name of the service. Nothing is asked yet.

    ``of_service``: what the service's own client takes, such as how a bucket is addressed.
    """
    from botocore.config import Config

    config = Config(
        connect_timeout=patience.connect_s,
        read_timeout=patience.read_s,
        # "max_attempts" would count repetitions: one more than asked for.
        retries={"mode": "standard", "total_max_attempts": patience.tries},
        **of_service,
    )
    return {
        "endpoint_url": account.endpoint or None,
        "region_name": account.region,
        "aws_access_key_id": account.access_key,
        "aws_secret_access_key": account.secret_key,
        "config": config,
    }

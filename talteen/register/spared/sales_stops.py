"""Whom no sales call goes to (REGISTER 6.9; GDPR 21(2)-(3)): absolute, at once, without reasons.

Sales lists live in other systems. They ask here before each call (``POST sales-calls``), and a
number that was stopped a moment ago is stopped in the next answer. One that does not ask is noticed
when its call comes in (``sales_calls``). Like the do-not-record list it
holds keyed hashes: the key (``Vault.sales_key``) is handed in.
"""

from collections.abc import Iterable
from datetime import date

from talteen.register.spared.do_not_record_hashes import full_number, hash_of
from talteen.register.spared.sales_stop_models import SalesStop


def stop(key: bytes, number: str, on: date) -> bool:
    """No sales call to ``number`` from the Helsinki day ``on``; False where it is no full number,
    which nobody can call."""
    mac = mac_of(key, number)
    if mac is None:
        return False
    SalesStop.objects.get_or_create(mac=mac, defaults={"stopped_on": on})
    return True


def allow(key: bytes, number: str) -> bool:
    """The person wants such calls again; False where the number was not stopped."""
    mac = mac_of(key, number)
    return mac is not None and SalesStop.objects.filter(mac=mac).delete()[0] > 0


def stopped(key: bytes, numbers: Iterable[str]) -> list[bool]:
    """Of each number whether it must not be called to sell. What is no full number must not."""
    macs = [mac_of(key, one) for one in numbers]
    rows = SalesStop.objects.filter(mac__in=[mac for mac in macs if mac is not None])
    found = {bytes(mac) for mac in rows.values_list("mac", flat=True)}
    return [mac is None or mac in found for mac in macs]


def mac_of(key: bytes, number: str) -> bytes | None:
    """By what ``number`` stands in the list; None where it is no full number."""
    full = full_number(number)
    return hash_of(key, full) if full is not None else None

"""Whoever objected is not recorded the next time, or not called to sell (6.9): their numbers go to
the list, before the only place that holds them dies."""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.errors import Conflict, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.seal.vault import Vault
from talteen.register import access_log
from talteen.register.models import Staff
from talteen.register.spared import do_not_record, sales_stops
from talteen.register.spared.do_not_record_hashes import full_number


def numbers(vault: Vault, calls: Iterable[UUID], now: datetime) -> Iterator[str]:
    """The numbers of ``calls`` that can be listed; a withheld one cannot."""
    for recording in calls:
        with contextlib.suppress(NoLongerOpens):
            number = vault.entry(RecordingId(recording), now).number
            if full_number(number) is not None:
                yield number


def list_numbers(vault: Vault, calls: Iterable[UUID], by: Staff, now: datetime) -> None:
    """List them, each written down before it is done. Not inside a transaction."""
    key, today = vault.do_not_record_key(), helsinki_date(now)
    for number in set(numbers(vault, calls, now)):
        access_log.log_list(by, "added:objection", at=now)
        do_not_record.add(key, number, today, by.code)


def stop_sales(vault: Vault, calls: Iterable[UUID], told: str, by: Staff, now: datetime) -> None:
    """No sales call to the number that the person ``told``, nor to those of their calls, from now
    on (21(3)). Conflict where there is none: then nothing was stopped, and no letter may say so."""
    key, today = vault.sales_key(), helsinki_date(now)
    theirs = {told, *numbers(vault, calls, now)}
    if not any(full_number(one) for one in theirs):
        raise Conflict("there is no number to stop", remedy="ask the person for it, write it down")
    access_log.log_list(by, "added:sales", at=now)
    for number in theirs:
        sales_stops.stop(key, number, today)

"""Whoever objected is not recorded the next time (6.9): the numbers of their calls go to the
do-not-record list, before the only place that holds them dies."""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.errors import NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.seal.vault import Vault
from talteen.register import access, do_not_record
from talteen.register.do_not_record_hashes import full_number
from talteen.register.models import Staff


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
        access.log_list(by, "added:objection", at=now)
        do_not_record.add(key, number, today, by.code)

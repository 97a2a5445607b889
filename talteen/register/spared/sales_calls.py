"""Notices when a call goes out to a number that is not called to sell, and has somebody settle it
(REGISTER 6.9; GDPR 21(3)).

Whoever dials asks first (``sales_stops``); one that did not ask is seen here, when its call comes
in. The number is compared by its keyed hash and goes no further: not into the task, not into a log,
not into the ledger.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict
from talteen.notice import months
from talteen.notice.sales_calls import Verdict
from talteen.register import access_log
from talteen.register.models import Line, Staff
from talteen.register.spared import sales_stops
from talteen.register.spared.sales_call_models import SalesCall
from talteen.register.spared.sales_stop_models import SalesStop

log = structlog.get_logger()


def notice(
    key: bytes, number: str | None, *, line: Line, agent: Staff, began_at: datetime, now: datetime
) -> bool:
    """Open a task if ``number``, which the house called at ``began_at``, was stopped by then; gives
    whether it was. Inside the transaction by which the call is known. ``key``: of the list.

    A call of the very day of the objection counts: "at once" is no later than that.
    """
    mac, day = sales_stops.mac_of(key, number or ""), helsinki_date(began_at)
    if mac is None or not SalesStop.objects.filter(mac=mac, stopped_on__lte=day).exists():
        return False
    SalesCall.objects.create(
        day=day, began_at=began_at, line=line, agent=agent, noticed_on=helsinki_date(now)
    )
    log.warning("sales.stopped_number_called", day=day)
    return True


def standing() -> Sequence[SalesCall]:
    """Those that nobody has settled, the oldest first."""
    rows = SalesCall.objects.filter(verdict="").select_related("line", "agent")
    return list(rows.order_by("noticed_on", "began_at", "pk"))


def settled(most: int) -> Sequence[SalesCall]:
    """The newest that were settled."""
    rows = SalesCall.objects.exclude(verdict="").select_related("line", "settled_by")
    return list(rows.order_by("-settled_at", "pk")[:most])


def settle(call: UUID, verdict: Verdict, *, by: Staff, now: datetime) -> None:
    """Say what the call was. Conflict where that was said already, or it is no such call."""
    access_log.log_list(by, f"sales-call:{verdict.value}", at=now)
    with transaction.atomic():
        row = SalesCall.objects.select_for_update().filter(pk=call, verdict="").first()
        if row is None:
            raise Conflict("this was settled already", remedy="read the page again")
        row.verdict, row.settled_by, row.settled_at = verdict.value, by, now
        row.began_at = None
        row.save(update_fields=["verdict", "settled_by", "settled_at", "began_at"])


def forget(request_months: int, now: datetime) -> int:
    """Let go of what was settled longer ago than the file of a request is kept (14.18); how
    many."""
    over = months.later(helsinki_date(now), -request_months)
    return SalesCall.objects.exclude(verdict="").filter(settled_at__date__lt=over).delete()[0]

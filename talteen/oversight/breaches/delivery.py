"""Whoever got a package that is not theirs says so in one press: it ends at once, and a breach is
opened (REGISTER 14.11, 17.5). Nobody is asked who they are."""

from datetime import datetime
from uuid import UUID

from talteen.life.answer import packages
from talteen.life.answer.packages import Order
from talteen.life.seal.vault import Vault
from talteen.notice.breaches import BreachKind
from talteen.notice.particulars import RegisterFile
from talteen.oversight.breaches import report
from talteen.oversight.breaches.report import Seen


def not_mine(vault: Vault, file: RegisterFile, order: Order, now: datetime) -> None:
    """The packages of ``order`` end, their keys die in one roll, and those who answer for the
    register are told. May be pressed again. Not inside a transaction."""
    rows = list(order.packages.filter(ended_at=None))
    calls = {UUID(one) for row in order.packages.all() for one in row.recordings}
    if rows:
        packages.end(vault, rows, now)
    last = order.packages.order_by("-made_at").values_list("pk", flat=True).first()
    occasion = f"not-mine:{last or order.pk}"
    if report.new_occasions([occasion]):
        kind = BreachKind.WRONG_DELIVERY
        report.draft(file, Seen(kind, now, None, calls, occasion=occasion))

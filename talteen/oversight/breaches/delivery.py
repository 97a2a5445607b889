"""Whoever got a package that is not theirs says so in one press: it ends at once, and a breach is
opened (REGISTER 14.11, 17.5). Nobody is asked who they are. The answer is owed as before: its
request waits to be sent to the right person."""

from datetime import datetime
from uuid import UUID

from talteen.life.answer import packages, redelivery
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.packages import Order
from talteen.life.seal.vault import Vault
from talteen.notice.breaches import BreachKind
from talteen.notice.particulars import RegisterFile
from talteen.notice.requests import Step
from talteen.oversight.breaches import report
from talteen.oversight.breaches.report import Seen
from talteen.register.models import Staff


def not_mine(
    vault: Vault,
    file: RegisterFile,
    order: Order,
    now: datetime,
    *,
    by: Staff | None = None,
    code_known: bool = True,
) -> None:
    """The packages of ``order`` end, their keys die in one roll, and those who answer for the
    register are told. May be pressed again. Not inside a transaction.

    ``by`` is who works here and found out; None is whoever got it, who then knows the code by which
    a request is followed (``code_known``).
    """
    rows = list(order.packages.filter(ended_at=None))
    calls = {UUID(one) for row in order.packages.all() for one in row.recordings}
    if rows:
        packages.end(vault, rows, now)
    if isinstance(order, SubjectRequest):
        redelivery.astray(order.pk, by=by, now=now, code_known=code_known)
    occasion = _occasion(order)
    if report.new_occasions([occasion]):
        kind = BreachKind.WRONG_DELIVERY
        report.draft(file, Seen(kind, now, None, calls, occasion=occasion))


def _occasion(order: Order) -> str:
    """One a package, and one each time an answer without a package goes astray."""
    last = order.packages.order_by("-made_at").values_list("pk", flat=True).first()
    times = 0
    if isinstance(order, SubjectRequest):
        times = order.edges.filter(step=Step.MISDELIVERED.value).count()
    return f"not-mine:{last or order.pk}" + (f":{times}" if times > 1 else "")

"""The end of a request's file: some years after its closing the key of its papers dies (14.18).

What stays are rows without a person in them, so that years can be counted: rights, outcomes, days.
A file that the supervisory authority may still ask for is kept until that is over.
"""

import os
from datetime import datetime, timedelta

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.ids import CaseId
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.life.seal import case_files
from talteen.life.seal.vault import Vault
from talteen.notice import months
from talteen.notice.requests import Stage

_SHORTEST_MONTH = 28


def forget(vault: Vault, request_months: int, now: datetime) -> int:
    """Close the files whose time is over, in one roll; how many. May be called again at any time.

    Months count from the closing: 36 where the register says so (13.s12 of the notice).
    """
    today = helsinki_date(now)
    closed = SubjectRequest.objects.filter(
        stage=Stage.CLOSED.value,
        complained=False,
        forgotten_at=None,
        # A sweep looks every few seconds: only at those whose months may be over.
        closed_on__lte=today - timedelta(days=_SHORTEST_MONTH * request_months),
    )
    over = [
        CaseId(row.pk)
        for row in closed
        if row.closed_on and today >= months.later(row.closed_on, request_months)
    ]
    if not over:
        return 0
    case_files.close_files(vault, frozenset(over), now)
    with transaction.atomic():
        RequestPaper.objects.filter(request__in=over).update(sealed=b"")
        for case in over:
            SubjectRequest.objects.filter(pk=case).update(
                forgotten_at=now, code_sha256=os.urandom(32)
            )
    return len(over)

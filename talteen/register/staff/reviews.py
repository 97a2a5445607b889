"""Whether somebody's rights stand by the newest review (REGISTER 17.2). Rounds are
``oversight.access_reviews``'."""

from datetime import date, datetime

from talteen.notice.access_reviews import Kept
from talteen.register.models import Staff
from talteen.register.staff.review_models import RightReview


def stands(staff: Staff, on: date) -> bool:
    """Whether what the role may open is open to ``staff`` on the Helsinki day ``on``: not
    withdrawn, and looked at in time. Who came after the newest round waits for the next one."""
    rows = RightReview.objects.filter(staff=staff).order_by("-review")
    newest = rows.values_list("verdict", "review__due_on").first()
    if newest is None:
        return True
    verdict, due_on = newest
    return on <= due_on if not verdict else verdict == Kept.KEPT.value


def restore(staff: Staff, by: Staff, now: datetime) -> None:
    """Two persons have invited somebody again: what was withdrawn or had lapsed stands by their
    word. Inside the caller's transaction."""
    row = RightReview.objects.filter(staff=staff).order_by("-review").first()
    if row is not None and row.verdict != Kept.KEPT.value:
        row.verdict, row.decided_by, row.decided_at = Kept.KEPT.value, by, now
        row.save(update_fields=["verdict", "decided_by", "decided_at"])

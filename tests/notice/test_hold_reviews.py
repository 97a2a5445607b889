"""A missed review is told of daily, escalates after a week, and freezes the call after a month."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from talteen.notice.hold_reviews import Review, standing

DAY = date(2026, 11, 24)


@given(st.integers(-120, 120), st.integers(0, 60))
def test_a_review_only_grows_more_pressing(late: int, later: int) -> None:
    order = list(Review)
    first = standing(DAY, DAY + timedelta(days=late))
    then = standing(DAY, DAY + timedelta(days=late + later))
    assert order.index(first) <= order.index(then)
    assert first.overdue == (late >= 0)
    assert (first is Review.ESCALATED or first is Review.FROZEN) == (late >= 7)
    assert (first is Review.FROZEN) == (late >= 30)

"""The officer says for, against, or on conditions; who decides otherwise writes why (2.2)."""

import pytest

from talteen.notice.opinions import Opinion, Unanswered, answered, named


@pytest.mark.parametrize("opinion", [Opinion.AGAINST, Opinion.CONDITIONS])
def test_what_is_not_simply_supported_needs_a_reason(opinion: Opinion) -> None:
    with pytest.raises(Unanswered, match="why it is decided so"):
        answered(opinion, " \n")
    assert answered(opinion, " vaade on \n nimetty ") == "vaade on nimetty"


@pytest.mark.parametrize("opinion", [Opinion.FOR, None])
def test_what_is_supported_or_was_words_alone_needs_none(opinion: Opinion | None) -> None:
    assert answered(opinion, "") == ""
    assert named("") is None

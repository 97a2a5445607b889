"""Whoever writes holds up nobody else: what the gate reads has a length (REGISTER 5.5)."""

from datetime import UTC, datetime
from typing import cast

import pytest

from talteen.life.use.gate import passing
from talteen.life.use.gate.passing import Fault, Refused, Why
from talteen.life.use.listen import Keeps

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
NO_HOUSE = cast(Keeps, None)
"""No call is read for what is seen without any."""


def test_a_text_that_is_too_long_is_refused_for_that_and_read_no_further() -> None:
    with pytest.raises(Refused) as refused:
        passing.check(NO_HOUSE, "1" + "a" * 2_000_000, language="fi", longest=280, now=NOW)

    assert refused.value.faults == (Fault(Why.LONG),)


@pytest.mark.django_db
def test_numbers_side_by_side_are_one_passage() -> None:
    text = "Soita 040 123\t4567, tai käy huoneessa b12."
    with pytest.raises(Refused) as refused:
        passing.check(NO_HOUSE, text, language="fi", longest=280, now=NOW)

    numbers = [one.passage for one in refused.value.faults if one.why is Why.NUMBER]
    assert numbers[:2] == ["040 123\t4567", "b12"]

"""What the calls of a study are told apart by, and how a plan spells it for the ledger."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.use.study import traits
from talteen.life.use.study.plan import Asked, Plan
from talteen.life.use.study.traits import Trait


def plan(*asks: Asked, chosen: tuple[Trait, ...] = (Trait.LINE,), **more: bool) -> Plan:
    return Plan(asks, chosen, date(2026, 9, 7), date(2026, 9, 14), 80, 10, **more)


@pytest.mark.parametrize(
    ("trait", "value", "told"),
    [
        (Trait.DAY, 5, "working"),
        (Trait.DAY, 6, "weekend"),
        (Trait.DAYPART, 5, "night"),
        (Trait.DAYPART, 6, "morning"),
        (Trait.DAYPART, 12, "afternoon"),
        (Trait.DAYPART, 17, "evening"),
        (Trait.DAYPART, 22, "night"),
        (Trait.LENGTH, 0, "short"),
        (Trait.LENGTH, 1, "middle"),
        (Trait.LENGTH, 2, "middle"),
        (Trait.LENGTH, 3, "long"),
        (Trait.LENGTH, 40, "long"),
        (Trait.LINE, "rooms", "rooms"),
    ],
)
def test_a_stratum_is_coarse_and_empty_where_nobody_asks(
    trait: Trait, value: str | int, told: str
) -> None:
    found = traits.stratum({trait: value})

    assert [one for one in found if one] == [told]
    assert found[list(Trait).index(trait)] == told


@given(st.sets(st.sampled_from(Trait)))
def test_what_is_spelled_is_read_back(chosen: set[Trait]) -> None:
    some = traits.in_order(chosen)
    assert traits.read(traits.spelled(some)) == some


def test_a_plan_of_one_question_is_spelled_as_before_there_were_several() -> None:
    first = Asked("Toistetaanko tiedot?", "Päivä sanotaan.", 85)
    both = (Trait.LINE, Trait.LANGUAGE)
    assert plan(first, chosen=both).to_bytes().decode() == (
        '{"expected":80,"first":"2026-09-07","goal":85,"last":"2026-09-14","margin":10,'
        '"means_yes":"Päivä sanotaan.","question":"Toistetaanko tiedot?","strata":"both"}'
    )
    more = plan(first, Asked("Kiitetäänkö?", "Sana kiitos.", None), each=True, house=True)
    assert len({plan(first).to_bytes(), plan(first, house=True).to_bytes(), more.to_bytes()}) == 3
    assert '"also":[{"goal":null,"means_yes":"Sana kiitos.","question":"Kiitetäänkö?"}]' in (
        more.to_bytes().decode()
    )

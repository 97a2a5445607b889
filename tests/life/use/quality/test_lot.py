"""The lot: fair to every agent, never above the limit, and computed anew by whoever is shown it."""

from collections import Counter
from collections.abc import Iterable
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.use.quality import leaning as leanings
from talteen.life.use.quality import lot
from talteen.life.use.quality.leaning import Leaning
from talteen.life.use.quality.lot import Candidate, Limits

LIMITS = Limits(percent=5, each=5)


def week(chance: Random, agents: int, each: int) -> list[Candidate]:
    people = [UUID(int=chance.getrandbits(128)) for _ in range(agents)]
    return [
        Candidate(UUID(int=chance.getrandbits(128)), one) for one in people for _ in range(each)
    ]


def had(calls: Iterable[Candidate]) -> Counter[UUID]:
    """How many calls each agent had."""
    return Counter(one.agent for one in calls)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 60), st.integers(1, 8))
def test_no_more_than_the_limit_is_drawn_and_no_agent_gets_two_more_than_another(
    seed: int, agents: int, each: int, most: int
) -> None:
    calls = week(Random(seed), agents, each)
    drawn = lot.draw(bytes(32), calls, Limits(5, most), calls=had(calls))

    assert len(drawn.picks) <= len(calls) * 5 // 100
    counted = Counter(pick.agent for pick in drawn.picks)
    assert counted == Counter({a: n for a, n in drawn.quotas.items() if n})
    assert max(drawn.quotas.values()) - min(drawn.quotas.values()) <= 1
    assert max(drawn.quotas.values()) <= most
    assert all(quota <= each * 5 // 100 for quota in drawn.quotas.values())


def test_of_nobodys_calls_more_than_a_twentieth_is_drawn_and_of_nineteen_none() -> None:
    chance = Random(5)
    busy, rare = week(chance, 1, 400), week(chance, 1, 19)
    drawn = lot.draw(bytes(32), [*busy, *rare], LIMITS, calls=had([*busy, *rare]))

    assert drawn.quotas == {busy[0].agent: 5, rare[0].agent: 0}
    assert lot.draw(bytes(32), rare, LIMITS, calls=had(rare)).picks == ()
    assert (lot.least(5), lot.least(3), lot.least(0)) == (20, 34, 0)


def test_an_agent_computes_the_draw_of_their_own_calls_from_what_they_are_shown() -> None:
    chance = Random(1)
    seed, calls = chance.randbytes(32), week(chance, 6, 60)
    drawn = lot.draw(seed, calls, LIMITS, calls=had(calls))

    for agent, quota in drawn.quotas.items():
        own = [one.recording for one in calls if one.agent == agent]
        shown = [pick.recording for pick in drawn.picks if pick.agent == agent]
        assert lot.against(seed, own, quota, shown).fair

    agent = drawn.picks[0].agent
    own = [one.recording for one in calls if one.agent == agent]
    honest = [pick.recording for pick in drawn.picks if pick.agent == agent]
    worse = next(one for one in own if one not in honest)
    odds = lot.against(seed, own, len(honest), [*honest[1:], worse])
    assert (odds.added, odds.missing) == ((worse,), (honest[0],))


def test_the_order_in_which_calls_are_known_changes_nothing() -> None:
    chance = Random(2)
    calls = week(chance, 4, 50)
    shuffled = chance.sample(calls, len(calls))

    assert lot.draw(b"s" * 32, calls, LIMITS, calls=had(calls)) == lot.draw(
        b"s" * 32, shuffled, LIMITS, calls=had(calls)
    )


def test_every_call_of_an_agent_is_as_likely_to_be_drawn() -> None:
    chance = Random(3)
    calls = week(chance, 2, 40)
    weeks = 1_500
    drawn = Counter(
        pick.recording
        for _ in range(weeks)
        for pick in lot.draw(chance.randbytes(32), calls, Limits(5, 2), calls=had(calls)).picks
    )

    expected = weeks * 4 / 80
    # Chi-square with 79 degrees of freedom is above 125 once in a thousand times.
    assert sum((drawn[one.recording] - expected) ** 2 / expected for one in calls) < 125


def looked_at(chance: Random, *, chosen: float, calls: int = 800) -> Leaning:
    """A year of one team: in the place of a share of the drawn calls somebody took the longest of
    ten."""
    places = []
    for _ in range(calls):
        lengths = [chance.random() for _ in range(50)]  # only their order counts
        picked = max(lengths[:10]) if chance.random() < chosen else lengths[0]
        places.append(leanings.place(picked, lengths))
    return leanings.leaning(places)


def test_cherry_picking_of_a_tenth_is_detected_and_honesty_is_not_accused() -> None:
    chance = Random(4)
    picked = [looked_at(chance, chosen=0.10) for _ in range(20)]
    honest = [looked_at(chance, chosen=0.0) for _ in range(20)]

    assert sum(one.suspect for one in picked) >= 18
    assert sum(one.suspect for one in honest) <= 1
    assert all(one.mean > 0.5 for one in picked if one.suspect)


def test_a_handful_of_calls_accuses_nobody() -> None:
    assert not leanings.leaning([0.99] * 5).suspect

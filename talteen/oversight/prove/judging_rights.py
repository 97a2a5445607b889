"""What people were spared and what they were given: one small function a kind of proof. Pure."""

from talteen.notice import purposes
from talteen.notice.bookings import GroupBooking
from talteen.notice.language import Language
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import Facts
from talteen.oversight.prove.judgement import Judgement, no_bad, none
from talteen.register.policy import may_unmask

WAITING = ("hold", "consult", "ringing")
PAUSED = ("pause",)


def not_recorded(facts: Facts, _sentence: str) -> Judgement:
    """No call of a number that had been listed on an earlier day was recorded (6.9)."""
    seen = facts.spared
    return none(seen.listed_calls.bad, all=seen.listed_calls.all, listed=seen.listed)


def not_sold_to(facts: Facts, _sentence: str) -> Judgement:
    """No sales call went to a number that is not called to sell, and none is unexplained
    (21(3))."""
    seen = facts.spared
    return none(seen.sales.bad, all=seen.sales.all, stops=seen.stops)


def not_kept(facts: Facts, _sentence: str) -> Judgement:
    """Where somebody waited, or agents conferred, the recording is silent (6.6)."""
    return _silent(facts, WAITING)


def paused(facts: Facts, _sentence: str) -> Judgement:
    """A pause is silent on both sides (8.1)."""
    return _silent(facts, PAUSED)


def _silent(facts: Facts, kinds: tuple[str, ...]) -> Judgement:
    counts = [facts.spared.gaps.get(one, Count()) for one in kinds]
    return none(sum(one.bad for one in counts), all=sum(one.all for one in counts))


def covered(facts: Facts, _sentence: str) -> Judgement:
    """What is covered was opened for a request, an order or a claim only, the policy opens it for
    nothing else, and what was cut out is gone (8.2)."""
    wide = sum(
        may_unmask(one) and not purposes.opens_special_category(one) for one in purposes.Purpose
    )
    seen = facts.spared
    return none(
        seen.unmasked.bad + seen.uncut.bad + wide, all=seen.unmasked.all, cuts=seen.uncut.all
    )


def categorised(facts: Facts, _sentence: str) -> Judgement:
    """Each column of a recording is of a category that the notice tells, and what comes up in the
    talk has none (8.4, 15(1)(b))."""
    unknown = facts.spared.uncategorised
    return none(len(unknown), which=", ".join(unknown))


def agents_told(facts: Facts, _sentence: str) -> Judgement:
    """A notice for employees is in force, and nobody was recorded who had not read it (E.0)."""
    seen = facts.spared
    return Judgement(
        bool(seen.employees) and not seen.agents.bad,
        {"bad": seen.agents.bad, "all": seen.agents.all, "version": seen.employees},
    )


def group_link(facts: Facts, sentence: str) -> Judgement:
    """The text for a group has an address in each language, the notice is published there, and
    each type of booking is assessed, adopted and within its review (14(3), 14(5)(b), 10.2)."""
    printed = facts.notice.printed.get(sentence, ())
    urls = facts.register.notice.url
    bad = sum(not urls[one] for one in Language) + len(Language) - sum(map(bool, printed))
    types = facts.register.group_bookings
    bad += sum(not _assessed(facts, one) for one in types) + (not types)
    groups = facts.calls.sources.get("group_booking_on_behalf", 0)
    return none(bad, all=len(Language), types=len(types), groups=groups)


def _assessed(facts: Facts, one: GroupBooking) -> bool:
    adopted = facts.notice.adopted.get(one.id)
    return adopted is not None and facts.today < adopted.ends_on(one.review_months)


def source_known(facts: Facts, _sentence: str) -> Judgement:
    """Each call that the house made knows from which register its number came (14(2)(f), 10.3)."""
    return no_bad(facts.spared.outbound)


def copies(facts: Facts, _sentence: str) -> Judgement:
    """The copy of the safeguards that is promised can be had (13(1)(f), 12.4)."""
    return no_bad(facts.spared.copies)


def known_lightly(facts: Facts, sentence: str) -> Judgement:
    """Nobody is asked for a card or an identity code; where strong identification is offered, its
    service is there (12(6), 14.6)."""
    asked, lacks = facts.given.questions, sentence == "14.s17" and not facts.given.identifies
    return none(asked.bad + lacks, all=asked.all, offered=int(facts.given.identifies))


def confided(facts: Facts, _sentence: str) -> Judgement:
    """What is written to the officer opens for no other role, and lies sealed (38(5))."""
    seen = facts.given
    return none(seen.confided.bad, doors=seen.confided.all, all=seen.messages)


def by_word(facts: Facts, _sentence: str) -> Judgement:
    """Whoever only said it was written down within days (12(2), 3.3)."""
    return no_bad(facts.given.spoken)


def everybody(facts: Facts, _sentence: str) -> Judgement:
    """A call opens for the request of whoever was called or spoken of, too (4(1), 10.4)."""
    return no_bad(facts.given.others)


def sound_given(facts: Facts, _sentence: str) -> Judgement:
    """Where the sound went with a copy, it is that of each call in it (15(3), 14.9)."""
    return no_bad(facts.given.sounds)


def cut_by_two(facts: Facts, _sentence: str) -> Judgement:
    """What is about somebody else was left out by two persons, and no call of somebody else is in a
    package (15(4), 14.10)."""
    return no_bad(facts.given.cuts)


def corrected(facts: Facts, _sentence: str) -> Judgement:
    """What was granted to be corrected was corrected before the answer (16)."""
    return no_bad(facts.given.corrected)


def kept_for_claim(facts: Facts, _sentence: str) -> Judgement:
    """What somebody needs for a claim of their own is kept, and used for nothing else
    (18(1)(c))."""
    return no_bad(facts.given.claimed)

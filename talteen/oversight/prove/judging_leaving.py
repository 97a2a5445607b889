"""What leaves the house, and where its data go: one small function a kind of proof. Pure."""

from talteen.notice import coverage, law
from talteen.oversight.prove import judging_notice
from talteen.oversight.prove.facts import Facts
from talteen.oversight.prove.judgement import Judgement, no_bad, none


def ordered(facts: Facts, _sentence: str) -> Judgement:
    """What an authority got was verified, grounded, cut to named calls and let go by two (11.3)."""
    return no_bad(facts.leaving.orders)


def claimed(facts: Facts, _sentence: str) -> Judgement:
    """Counsel and insurer got single calls of a named dispute, let go by two (11.2)."""
    return no_bad(facts.leaving.claims)


def named(facts: Facts, _sentence: str) -> Judgement:
    """Each receiver can be told by name, or is kept back by law until a day (15(1)(c))."""
    return no_bad(facts.leaving.named)


def passed_on(facts: Facts, _sentence: str) -> Judgement:
    """Receivers of what was erased, corrected or restricted have their tasks (19)."""
    return no_bad(facts.leaving.passed_on)


def carried(facts: Facts, sentence: str) -> Judgement:
    """It is printed, and something carries each transfer today (44-46, 12.2)."""
    lapses = coverage.lapses(facts.register, facts.today)
    outside = {one.name for one in facts.register.processors if one.country not in law.EEA}
    bad = sum(one.party in outside for one in lapses)
    if sentence in facts.notice.printed:
        bad += not judging_notice.as_printed(facts, sentence).kept
    return none(bad, all=len(outside))


def contracts(facts: Facts, _sentence: str) -> Judgement:
    """Each processor has a written contract that began and was chosen for a reason that stands
    there, and no machine is spoken to that no record names (28(1), (3), 11.1, 17.9)."""
    all_ = facts.register.processors
    bad = sum(
        not one.contract or one.contract_on > facts.today or one.selection is None for one in all_
    )
    seen = facts.leaving.connectors
    return none(bad + seen.bad, all=len(all_), connectors=seen.all)


def breaches_told(facts: Facts, _sentence: str) -> Judgement:
    """No breach is past its hours without the authority, or closed without the people (33, 34)."""
    return no_bad(facts.leaving.breaches)

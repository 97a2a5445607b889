"""Judgements on the notice itself: what is printed, when, on which basis, with whom. Pure."""

from itertools import pairwise

from talteen.clock import start_of_day
from talteen.notice import law, purposes
from talteen.notice.purposes import Basis
from talteen.oversight.prove.facts import Facts
from talteen.oversight.prove.judgement import Judgement, none


def as_printed(facts: Facts, sentence: str) -> Judgement:
    """What is printed, in every language, is what the register of the running house would print
    now: each name, address, number and list in it (13, 14; REGISTER F)."""
    printed = facts.notice.printed.get(sentence, ())
    rendered = facts.notice.rendered.get(sentence, ())
    differ = sum(one != other for one, other in zip(printed, rendered, strict=False))
    missing = abs(len(printed) - len(rendered)) + (not printed)
    return none(differ + missing, all=len(printed))


def published_before(facts: Facts, _sentence: str) -> Judgement:
    """Every version was entered in the ledger before the day on which it took force (13(3), 4.6),
    and none leaves a gap or overlaps the next (I20)."""
    own = [one for one in facts.notice.versions if not one.legacy]
    late = sum(
        one.entered_at is None or one.entered_at >= start_of_day(one.valid_from) for one in own
    )
    torn = sum(one.valid_to != after.valid_from for one, after in pairwise(own))
    return none(late + torn, all=len(own))


def same_in_all(facts: Facts, _sentence: str) -> Judgement:
    """Every version stands in all languages, as the text whose hash the ledger holds (4.5)."""
    own = [one for one in facts.notice.versions if not one.legacy]
    bad = sum(not (one.same_sentences and one.as_entered) for one in own)
    return none(bad, all=len(own))


def apart(facts: Facts, _sentence: str) -> Judgement:
    """The right to object stands before everything else (21(4))."""
    return none(not facts.notice.objection_apart)


def bases(facts: Facts, sentence: str) -> Judgement:
    """Each purpose rests on the basis that the sentence names for it (13(1)(c)), and none that no
    register does without is missing."""
    basis = Basis.LEGITIMATE_INTEREST if sentence == "6.s1" else Basis.LEGAL_OBLIGATION
    expected = {one for one, terms in purposes.TERMS.items() if terms.basis is basis}
    stated = {one.key for one in facts.register.purposes if one.basis is basis}
    return none(len((expected ^ stated) - (purposes.LEFT_OUT - stated)), all=len(stated))


def balanced(facts: Facts, _sentence: str) -> Judgement:
    """Each purpose of legitimate interest has a balancing test that two persons adopted, and whose
    review is not past (6.1)."""
    months = facts.notice.review_months
    own = [p for p in facts.register.purposes if p.basis is Basis.LEGITIMATE_INTEREST]
    named = [one.assessment.id for one in own if one.assessment]
    tests = [facts.notice.adopted[name] for name in named if name in facts.notice.adopted]
    stale = sum(facts.today >= one.ends_on(months) for one in tests)
    oldest = min((one.reviewed_on for one in tests), default=None)
    return none(stale + len(own) - len(tests), all=len(own), oldest=oldest)


def inside_eea(facts: Facts, _sentence: str) -> Judgement:
    """Nobody outside the EEA processes anything, and no bytes lie outside (44-46, 12.3)."""
    far = sum(one.country not in law.EEA for one in facts.register.processors)
    stored = bool(facts.store_region) and not facts.store_region.startswith("eu-")
    return none(far + stored + len(facts.register.transfers), all=len(facts.register.processors))


def sources(facts: Facts, _sentence: str) -> Judgement:
    """Every living recording came from a source that the notice names (14(2)(f), 10.1)."""
    known = {one.key for one in facts.register.sources}
    bad = sum(n for source, n in facts.calls.sources.items() if source not in known)
    return none(bad, all=facts.calls.all, known=len(known))

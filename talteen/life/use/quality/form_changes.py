"""What a version of a form changes, place by place: words, weights, rules, order. Pure."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import Enum

from talteen.life.use.quality.form import Form, Question, Section

TITLE = "form"
"""The place of the form's own title."""


class Change(Enum):
    """How a version differs from the one before it, at one place."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """It stands elsewhere among those that stayed."""
    WORDS = "words"
    ANCHORS = "anchors"
    WEIGHT = "weight"
    RULE = "rule"
    """Scale, kind, condition, or when a comment is needed."""


Changes = Iterator[tuple[str, Change]]
"""Each with its place: the id of a section or a question, or TITLE."""


def diff(before: Form, after: Form) -> list[tuple[str, Change]]:
    """What ``after`` changes, in its own order; what is gone stands last. Two forms that differ in
    anything but their number differ here."""
    title = [(TITLE, Change.WORDS)] if before.title != after.title else []
    return [*title, *_sections(before.sections, after.sections), *_questions(before, after)]


def _sections(before: Sequence[Section], after: Sequence[Section]) -> Changes:
    old = {one.id: one for one in before}
    moved = _moved(list(old), [one.id for one in after])
    for one in after:
        was = old.pop(one.id, None)
        if was is None:
            yield one.id, Change.ADDED
            continue
        if one.id in moved:
            yield one.id, Change.MOVED
        if was.title != one.title:
            yield one.id, Change.WORDS
        if was.weight != one.weight:
            yield one.id, Change.WEIGHT
    yield from ((key, Change.REMOVED) for key in old)


def _questions(before: Form, after: Form) -> Changes:
    old = {one.id: one for one in before.questions}
    moved = _moved_questions(before, after)
    for one in after.questions:
        was = old.pop(one.id, None)
        if was is None:
            yield one.id, Change.ADDED
            continue
        if one.id in moved:
            yield one.id, Change.MOVED
        yield from ((one.id, change) for change in _changed(was, one))
    yield from ((key, Change.REMOVED) for key in old)


def _moved_questions(before: Form, after: Form) -> set[str]:
    """Those in another section, or elsewhere in their own."""
    old, new = (
        {one.id: section.id for section in form.sections for one in section.questions}
        for form in (before, after)
    )
    moved = {one for one, section in new.items() if old.get(one, section) != section}
    for section in after.sections:
        were = [one for one, within in old.items() if within == section.id]
        moved |= _moved(were, [one.id for one in section.questions])
    return moved


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Which of those that are in both stand elsewhere among each other."""
    old = [one for one in before if one in after]
    new = [one for one in after if one in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return set(new) - {new[block.b + at] for block in blocks for at in range(block.size)}


def _changed(old: Question, new: Question) -> Iterator[Change]:
    if old.text != new.text:
        yield Change.WORDS
    if old.anchors != new.anchors:
        yield Change.ANCHORS
    if old.weight != new.weight:
        yield Change.WEIGHT
    rules = ((one.scale, one.kind, one.asked_if, one.comment_under, one.na) for one in (old, new))
    if len(set(rules)) > 1:
        yield Change.RULE

"""The dry run of the next notice: what the register folder would change, sentence by sentence.

For those who answer for the register. It shows what would block the publication and what a changed
sentence changes; it publishes nothing (``oversight.changes``).
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk import failures, wording
from talteen.desk import words as desk_words
from talteen.desk.middleware import staff_only
from talteen.desk.overseen import OVERSEERS
from talteen.desk.visit import VisitRequest, reader
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.oversight import changes
from talteen.oversight.changes import Changes, SentenceChange
from talteen.oversight.prove import words

READERS = OVERSEERS | {Role.OWNER}


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One sentence before and after."""

    change: SentenceChange
    before: str
    after: str
    requirements: str
    looked: str
    letters: str
    prompts: str


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """The page."""

    changes: Changes
    sentences: tuple[ChangeShown, ...]
    opened: tuple[str, ...]
    closed: tuple[str, ...]


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The folder beside the version in force."""
    if Role(reader(request).role) not in READERS:
        return failures.forbidden(request)
    house = request.visit.house
    found = changes.changes(house.config, request.visit.now)
    language = Language(wording.language())
    shown = ChangesShown(
        found,
        tuple(_shown(one, language) for one in found.sentences),
        tuple(str(desk_words.PURPOSES[one]) for one in found.reach.opened),
        tuple(str(desk_words.PURPOSES[one]) for one in found.reach.closed),
    )
    return render(request, "notice/changes.html", {"shown": shown})


def _shown(one: SentenceChange, language: Language) -> ChangeShown:
    return ChangeShown(
        change=one,
        before=one.before.get(language, ""),
        after=one.after.get(language, ""),
        requirements=", ".join(one.promise.requirements) if one.promise else "",
        looked=str(words.WORDS[one.proof].looked) if one.proof else "",
        letters=", ".join(one.letters),
        prompts=", ".join(one.prompts),
    )

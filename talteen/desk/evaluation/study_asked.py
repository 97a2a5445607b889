"""What running studies ask about a call, on its page."""

from dataclasses import dataclass
from uuid import UUID

from talteen.desk.evaluation import study_words
from talteen.desk.page.words import Text
from talteen.life.use.study import answering
from talteen.life.use.study.plan import Asked
from talteen.register.access import Grant

CHOICES = tuple((said.value, name) for said, name in study_words.SAID.items())
SKIPS = tuple((why.value, name) for why, name in study_words.SKIPPED.items())


@dataclass(frozen=True, slots=True)
class AskedShown:
    """One study's questions."""

    study: UUID
    number: str
    asks: tuple[Asked, ...]
    answered: bool
    choices: tuple[tuple[str, Text], ...] = CHOICES
    skips: tuple[tuple[str, Text], ...] = SKIPS


def shown(grant: Grant) -> tuple[AskedShown, ...]:
    """The questions about the call of ``grant``; none for another purpose than quality."""
    return tuple(
        AskedShown(study=one.study, number=one.number, asks=one.asks, answered=one.answered)
        for one in answering.asked(grant)
    )

"""What running studies ask about a call, on its page."""

from dataclasses import dataclass
from uuid import UUID

from talteen.desk import study_words
from talteen.desk.words import Text
from talteen.life.use.quality.form import YES
from talteen.life.use.quality.form import Text as InLanguages
from talteen.life.use.study import answering
from talteen.register.access import Grant

CHOICES = tuple((said.value, name) for said, name in study_words.SAID.items())


@dataclass(frozen=True, slots=True)
class AskedShown:
    """One study's question."""

    study: UUID
    number: str
    title: InLanguages
    means_yes: InLanguages
    answered: bool
    choices: tuple[tuple[str, Text], ...] = CHOICES


def shown(grant: Grant) -> tuple[AskedShown, ...]:
    """The questions about the call of ``grant``; none for another purpose than quality."""
    return tuple(
        AskedShown(
            study=one.study,
            number=one.number,
            title=one.form.title,
            means_yes=one.question.anchors[YES],
            answered=one.answered,
        )
        for one in answering.asked(grant)
    )

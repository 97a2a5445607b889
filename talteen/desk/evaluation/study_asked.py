"""What running studies ask about a call, on its page."""

from dataclasses import dataclass
from uuid import UUID

from talteen.desk.evaluation import study_words
from talteen.desk.page.words import Text
from talteen.life.use.study import answering
from talteen.life.use.study.plan import Asked
from talteen.register.access import Grant

SKIPS = tuple((why.value, name) for why, name in study_words.SKIPPED.items())


@dataclass(frozen=True, slots=True)
class AskShown:
    """One question, and with what it can be answered."""

    ask: Asked
    choices: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class AskedShown:
    """One study's questions."""

    study: UUID
    number: str
    asks: tuple[AskShown, ...]
    answered: bool
    skips: tuple[tuple[str, Text], ...] = SKIPS


def shown(grant: Grant) -> tuple[AskedShown, ...]:
    """The questions about the call of ``grant``; none for another purpose than quality."""
    return tuple(
        AskedShown(one.study, one.number, tuple(map(_ask, one.asks)), one.answered)
        for one in answering.asked(grant)
    )


def _ask(ask: Asked) -> AskShown:
    told = ((one.value, study_words.answer(one)) for one in answering.choices(ask))
    return AskShown(ask, tuple(told))

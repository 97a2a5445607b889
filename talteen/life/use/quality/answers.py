"""Answers as a row keeps them: {question: 1 to 5, or "na"}. Pure."""

from collections.abc import Mapping

from talteen.life.use.quality.form import Answer, Special


def read(kept: Mapping[str, int | str]) -> dict[str, Answer]:
    """The answers of a row."""
    return {
        key: Special.NA if answer == Special.NA.value else int(answer)
        for key, answer in kept.items()
    }


def kept(answers: Mapping[str, Answer]) -> dict[str, int | str]:
    """The same for a row."""
    return {
        key: answer.value if isinstance(answer, Special) else answer
        for key, answer in answers.items()
    }

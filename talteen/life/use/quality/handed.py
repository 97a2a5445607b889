"""What a person hands in about a call, and whether it is whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talteen.errors import InputError
from talteen.life.use.quality import form
from talteen.life.use.quality.form import Answer, Form, Lack
from talteen.life.use.quality.remarks import MOST_LETTERS, Remark


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers to a form, with what was remarked."""

    form: Form
    answers: Mapping[str, Answer]
    remarks: Sequence[Remark]


class Incomplete(InputError):
    """Questions lack an answer or a remark."""

    slug = "evaluation-incomplete"

    def __init__(self, lacking: Mapping[str, Lack]) -> None:
        super().__init__("the evaluation is not whole", remedy="answer what is marked")
        self.lacking = lacking


def whole(draft: Draft) -> None:
    """Raise Incomplete where something is missing, InputError for a remark that is far too long."""
    commented = frozenset(one.question for one in draft.remarks)
    if lacking := form.lacking(draft.form, draft.answers, commented):
        raise Incomplete(lacking)
    if any(not 0 < len(one.text) <= MOST_LETTERS for one in draft.remarks):
        raise InputError("a remark is too long", remedy="write what is needed, no more")

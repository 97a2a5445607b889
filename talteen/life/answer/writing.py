"""Letters of a request, written from what the house knows and what a person wrote into them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from talteen.life.answer import calls, listing, values
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.values import Setting
from talteen.life.seal.vault import Vault
from talteen.notice.language import Language
from talteen.notice.letters import Letter, Rules, Written
from talteen.notice.particulars import RegisterFile
from talteen.notice.rights import Right
from talteen.register.models import Staff
from talteen.register.post import letter_shelf

NOTHING_CLOSER: Mapping[str, str] = MappingProxyType({})


class Desk:
    """Writes the letters of one request, as of one instant."""

    def __init__(
        self,
        vault: Vault,
        register: RegisterFile,
        folder: Path,
        request: SubjectRequest,
        writer: Staff | None,
        now: datetime,
    ) -> None:
        self._letters = letter_shelf.read(folder)[Language(request.language)]
        self.setting = Setting(
            register=register,
            letters=self._letters,
            request=request,
            asked=calls.asked_of(vault, request),
            writer=(writer or request.owner).name,
            now=now,
            lists=_lists(vault, request, now),
        )

    def rules(self, letter: str) -> Rules:
        """Who decides on it."""
        return self._letters.rules[letter]

    def text(self, letter: str) -> Letter:
        """The letter before its values."""
        return self._letters[letter]

    def asks(self, letter: str) -> tuple[str, ...]:
        """What a person must write into it, by placeholder, in reading order."""
        found = values.known(self.setting, letter)
        return self._letters.asks(letter, found)

    def write(
        self, letter: str, typed: Mapping[str, str], closer: Mapping[str, str] = NOTHING_CLOSER
    ) -> Written:
        """The letter; ``closer`` is what the house knows of this one and not of the whole request.
        InputError naming a place that nobody filled."""
        found = values.known(self.setting, letter)
        # What a person wrote never replaces what the house knows.
        known = {k: v for k, v in found.items() if v}
        return self._letters.write(letter, {**typed, **known, **closer})


def _lists(vault: Vault, request: SubjectRequest, now: datetime) -> bool:
    """Whether there is a number to list, should an objection be accepted."""
    if Right.OBJECTION.value not in request.rights:
        return False
    calls_ = request.case.recordings.values_list("pk", flat=True)
    return next(listing.numbers(vault, calls_, now), None) is not None

"""The letters of disclosures: the refusal, what a recipient must do, and what a person is told when
a secrecy ends. Texts of the register, filled from what the house knows."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from talteen.life.answer import values
from talteen.life.answer.disclose.models import Disclosure, RecipientTask
from talteen.life.answer.values import Setting
from talteen.life.seal.case_files import Texts
from talteen.notice import language as languages
from talteen.notice.language import Language
from talteen.notice.letters import Written
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipient_tasks import TaskAct
from talteen.register.post import letter_shelf

REFUSED, ARTICLE_19, AFTER_SECRECY = (
    "authority_request_refused", "article19_recipient", "disclosure_after_secrecy",
)  # fmt: skip
FI, SV, EN = Language.FI, Language.SV, Language.EN
ACTS: Mapping[TaskAct, Mapping[Language, str]] = {
    TaskAct.ERASED: {FI: "ne on poistettu", SV: "de har raderats", EN: "they have been erased"},
    TaskAct.RECTIFIED: {FI: "ne on oikaistu", SV: "de har rättats", EN: "they were corrected"},
    TaskAct.RESTRICTED: {
        FI: "niiden käsittelyä on rajoitettu",
        SV: "behandlingen av dem har begränsats",
        EN: "their processing has been restricted",
    },
}
SOUND: Mapping[bool, Mapping[Language, str]] = {
    True: {FI: "ääni ja teksti", SV: "ljud och text", EN: "sound and words"},
    False: {FI: "teksti", SV: "text", EN: "words"},
}
GONE: Mapping[Language, str] = {
    FI: "(jo hävitetty)",
    SV: "(redan förstört)",
    EN: "(already destroyed)",
}


class Desk:
    """Writes the letters of one register, as of one instant."""

    def __init__(self, file: RegisterFile, folder: Path, writer: str, now: datetime) -> None:
        self._file, self._writer, self._now = file, writer, now
        self._letters = letter_shelf.read(folder)

    def refusal(self, row: Disclosure, reasons: str) -> Written:
        """Why a request is not granted as it stands."""
        language = Language(row.language)
        known = self._known(language, row) | {
            "disclosure.received": values.day(row.received_at, language),
            "refusal.reasons": reasons.rstrip("."),
        }
        return self._letters[language].write(REFUSED, known)

    def recipient(self, task: RecipientTask) -> Written:
        """What the recipient is asked to do with what it got (Art. 19)."""
        row = task.disclosure
        language = Language(row.recipient.language)
        known = self._known(language, row) | {
            "disclosure.date": _left(row, language),
            "disclosure.number": row.case.reference,
            "article19.act": ACTS[TaskAct(task.act)][language],
            "reply.date": values.day(task.due_on, language),
        }
        return self._letters[language].write(ARTICLE_19, known)

    def _known(self, language: Language, row: Disclosure) -> dict[str, str]:
        known = values.of_register(self._file, language, self._writer)
        return known | {"request.number": row.case.reference}


def after_secrecy(setting: Setting, row: Disclosure, ground: Texts) -> Written:
    """What was left out of a person's answer while a law forbade to tell it."""
    language = setting.language
    theirs = frozenset(row.calls.values_list("recording", flat=True))
    calls = enumerate(values.calls_of(setting.request), 1)
    numbers = [str(number) for number, call in calls if call.pk in theirs]
    until = row.secret_until
    known = values.known(setting, AFTER_SECRECY) | {
        "call.number": languages.listed(numbers, language) if numbers else GONE[language],
        "disclosure.date": _left(row, language),
        "disclosure.receiver": row.recipient.name,
        "disclosure.statute": ground.get("text", "").rstrip("."),
        "disclosure.scope": SOUND[row.sound][language],
        "disclosure.secrecy_end": values.day(until, language) if until else "",
    }
    return setting.letters.write(AFTER_SECRECY, known)


def _left(row: Disclosure, language: Language) -> str:
    return values.day(row.left_at, language) if row.left_at else ""

"""A whole register folder as one value: the file, the promises, the words in three languages, the
prompts.

Text in, value out: reading the folder from a disk is ``register.shelf``. What the files must say
together is checked here, so that a sentence cannot be lost in one language only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from talteen.errors import ConfigError
from talteen.notice import assessments, clauses, employees, prompts, register_file, values, wording
from talteen.notice.assessments import Assessed
from talteen.notice.clauses import Promises
from talteen.notice.employees import EmployeeWording
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.prompts import Prompt
from talteen.notice.retention import STANDARD_MARGIN_DAYS
from talteen.notice.values import Speech
from talteen.notice.wording import Wording

REGISTER = "register.toml"
MAP = "texts/notice-map.toml"
PARAMETERS = "texts/parameters.toml"


def notice_path(language: Language) -> str:
    """Where the wording of ``language`` stands in the folder."""
    return f"texts/{language.value}/notice.toml"


def announcements_path(language: Language) -> str:
    """Where the prompts of ``language`` stand in the folder."""
    return f"texts/{language.value}/announcements.toml"


def paths() -> tuple[str, ...]:
    """Every text that ``assemble`` needs, by its place in the folder."""
    each = [
        (notice_path(language), announcements_path(language), employees.path(language))
        for language in Language
    ]
    single = (REGISTER, MAP, PARAMETERS, assessments.BALANCING, assessments.IMPACT)
    return (*single, *(path for one in each for path in one))


@dataclass(frozen=True, slots=True)
class RegisterFolder:
    """Everything that a register says of itself."""

    file: RegisterFile
    promises: Promises
    wordings: Mapping[Language, Wording]
    prompts: Mapping[Language, Mapping[str, Prompt]]
    speech: Mapping[Language, Speech]
    assessments: Assessed
    employee_wordings: Mapping[Language, EmployeeWording]

    def inbound(self, language: Language) -> Prompt:
        """The prompt that a caller hears before an inbound call is recorded."""
        return self.prompts[language][self.file.announcements.inbound]

    def outbound(self, language: Language) -> Prompt:
        """The script that an agent says before an outbound call is recorded."""
        return self.prompts[language][self.file.announcements.outbound]


def reviewed_as_of(register: RegisterFolder, day: date) -> RegisterFolder:
    """``register`` as if reviewed on ``day``: an example register lives in any year."""
    impact = replace(register.assessments.impact, reviewed_on=day)
    return replace(
        register,
        file=register_file.reviewed_as_of(register.file, day),
        assessments=replace(register.assessments, impact=impact),
    )


def assemble(
    texts: Mapping[str, str], *, least_margin_days: int = STANDARD_MARGIN_DAYS
) -> RegisterFolder:
    """The register that ``texts`` (file contents by path in the folder) make.

    Raises ConfigError naming file, key and value where one is wrong, or where two do not agree.
    """
    file = register_file.read(texts[REGISTER], least_margin_days=least_margin_days)
    promises = clauses.read(texts[MAP])
    words = {
        language: wording.read(texts[notice_path(language)], language) for language in Language
    }
    spoken = {
        language: prompts.read(
            texts[announcements_path(language)], language, version=file.announcements.version
        )
        for language in Language
    }
    for language in Language:
        _require_same_sentences(promises, words[language], language)
        _require_prompts(file, spoken[language], language)
    assessed = assessments.read(
        texts[assessments.BALANCING], texts[assessments.IMPACT], sentences=promises
    )
    _require_tests(file, assessed)
    speech = values.read_speech(texts[PARAMETERS])
    told = {one: employees.read(texts[employees.path(one)], one) for one in Language}
    employees.require_same_sentences(told)
    for language in Language:
        # Each placeholder has its value, or is named here.
        employees.printed(told[language], file.employees, employees.filling(file, language))
    return RegisterFolder(file, promises, words, spoken, speech, assessed, told)


def _require_same_sentences(promises: Promises, words: Wording, language: Language) -> None:
    where = notice_path(language)
    lost = [name for name in promises if name not in words.sentences]
    extra = [name for name in words.sentences if name not in promises]
    for names, says in ((lost, "is missing"), (extra, "is in no map")):
        if names:
            raise ConfigError(
                f"{where} {names[0]}: {says} (GDPR 12(1), REGISTER 4.5)",
                remedy="the same sentences stand in all languages and in notice-map.toml",
            )
    untitled = [clause for clause, title in words.titles.items() if not title]
    if untitled or list(words.titles) != list(clauses.ORDER):
        raise ConfigError(
            f"{where}: clauses are not those of the notice, in its order",
            remedy=f"write them as {', '.join(clauses.ORDER)}, each with a title",
        )


def _require_tests(file: RegisterFile, assessed: Assessed) -> None:
    """Each purpose that was balanced has the words of its test, and each test a purpose (6.1)."""
    stated = {one.assessment.id: one.key for one in file.purposes if one.assessment}
    for id, purpose in stated.items():
        if assessed.test(id) is None:
            raise ConfigError(
                f"purposes: {id} of {purpose.value} is not in {assessments.BALANCING} "
                "(GDPR 6(1)(f), REGISTER 6.1)",
                remedy="write the balancing test: a purpose without one stays closed",
            )
    for test in assessed.tests:
        if test.id not in stated:
            raise ConfigError(
                f"{assessments.BALANCING} {test.id}: no purpose names it (REGISTER 6.1)",
                remedy="name it in register.toml, or take it out",
            )


def _require_prompts(file: RegisterFile, named: Mapping[str, Prompt], language: Language) -> None:
    chosen = {"inbound": file.announcements.inbound, "outbound": file.announcements.outbound}
    for key, name in chosen.items():
        if name not in named:
            raise ConfigError(
                f"announcements.{key}: {name} is not in {announcements_path(language)} "
                "(GDPR 13, REGISTER 6.8)",
                remedy="name a prompt that exists in all languages",
            )

"""The notice for employees: what the agents are told of their own voices (REGISTER E.1; GDPR 13).

A text of the register folder like the notice for callers, with clauses of its own. It is rendered
from the same register, so that neither can promise another time than the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter, with_config

from talteen.errors import ConfigError
from talteen.notice import language as languages
from talteen.notice import toml_text, values, wording
from talteen.notice.clauses import SentenceId
from talteen.notice.language import Language
from talteen.notice.particulars import Employees, RegisterFile
from talteen.notice.toml_text import CLOSED, Text

LEAST_GROUP = 5
"""People in a group of which an average is shown (16.3)."""
_NOWHERE = {
    Language.FI: "tietoja ei siirretä",
    Language.SV: "uppgifter överförs inte",
    Language.EN: "no data are transferred",
}


def path(language: Language) -> str:
    """Where the wording of ``language`` stands in the register folder."""
    return f"texts/{language.value}/employee-notice.toml"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Heading:
    key: Text
    lang: Language
    title: Text
    version_line: Text


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _File:
    meta: _Heading
    clause: dict[str, dict[str, Text]]


@dataclass(frozen=True, slots=True)
class EmployeeWording:
    """The notice for employees before its values."""

    title: str
    version_line: str
    titles: Mapping[str, str]
    sentences: Mapping[SentenceId, str]


def read(text: str, language: Language) -> EmployeeWording:
    """The wording in ``employee-notice.toml``. Raises ConfigError naming the file and the key."""
    name = path(language)
    file = toml_text.shaped(toml_text.parse(text, named=name), _adapter(), {}, prefix=f"{name} ")
    wording.require_language(file.meta.lang, language, name)
    return EmployeeWording(file.meta.title, file.meta.version_line, *wording.parts(file.clause))


def require_same_sentences(words: Mapping[Language, EmployeeWording]) -> None:
    """Refuse a sentence that is not in all languages. Raises ConfigError."""
    source = words[Language.FI].sentences
    for language, one in words.items():
        for name in (*source, *one.sentences):
            if name not in one.sentences or name not in source:
                raise ConfigError(
                    f"{path(language)} {name}: is not in all languages (GDPR 12(1), REGISTER E.1)",
                    remedy="the same sentences stand in all languages",
                )


def printed(
    words: EmployeeWording, told: Employees, known: Mapping[str, str]
) -> Mapping[SentenceId, str]:
    """The sentences as employees read them, with what is ``known`` (``filling``). Raises
    ConfigError naming a placeholder without a value."""
    return {
        id: wording.fill(text, known) for id, text in words.sentences.items() if _holds(text, told)
    }


def _holds(text: str, told: Employees) -> bool:
    """A sentence about another employer is printed only where there is one."""
    foreign = any(one.startswith("employer.") for one in wording.placeholders_in(text))
    return not foreign or told.employer is not None


def filling(file: RegisterFile, language: Language) -> Mapping[str, str]:
    """The values of its placeholders."""
    told, employer = file.employees, file.employees.employer
    found = dict(values.of_register(file, language))
    found.setdefault("transfers.summary", found.get("transfers.list", _NOWHERE[language]))
    return {
        **found,
        "employee_notice.version": told.version,
        "employee_notice.valid_from": languages.written(told.valid_from, language),
        "cooperation.date": languages.written(told.cooperation_on, language),
        "employee.contact.name": told.contact_name[language],
        "employee.contact.email": told.email,
        "employee.representative": told.representative[language],
        "employee.unrecorded_alternative": told.unrecorded_alternative[language],
        "employee.communication_permission": told.communication_permission[language],
        "employer.name": employer.name if employer else "",
        "employer.arrangement": employer.arrangement[language] if employer else "",
        "evaluation.min_group": str(LEAST_GROUP),
    }


@cache
def _adapter() -> TypeAdapter[_File]:
    return TypeAdapter(_File)

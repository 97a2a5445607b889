"""The notice as people read it: clauses and sentences with their ids, in one language.

A version is rendered once, in all languages together, and never again: its canonical form is hashed
into the ledger (REGISTER 4.5). The form is described in docs/formats/notice.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256 as _sha256
from types import MappingProxyType

from talteen.notice import clauses, employees, purposes, values, wording
from talteen.notice.clauses import Promise, SentenceId, When
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.versions import Version
from talteen.notice.wording import Heading

FORMAT = "talteen-notice-1"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as printed."""

    id: SentenceId
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading and its sentences; ``id`` is a number, "objection" or "complaint"."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One version in one language."""

    language: Language
    version: str
    valid_from: date
    supersedes: str | None
    title: str
    head: tuple[str, ...]
    """Lines under the title: version, what it supersedes, where it stands."""
    clauses: tuple[Clause, ...]

    @property
    def sentences(self) -> Mapping[str, str]:
        """Every sentence by its id, in printing order."""
        return {s.id: s.text for clause in self.clauses for s in clause.sentences}

    def clause(self, name: str) -> Clause | None:
        """The clause called ``name``, or None where the notice has none."""
        return next((clause for clause in self.clauses if clause.id == name), None)


@dataclass(frozen=True, slots=True)
class Edition:
    """A version in all its languages: what is approved, published and hashed as one thing."""

    version: Version
    notices: Mapping[Language, Notice]


def render(register: RegisterFolder, language: Language, version: Version) -> Notice:
    """The notice of ``register`` as ``version`` prints it in ``language``.

    Raises ConfigError naming the placeholder where a printed sentence has no value for one.
    """
    words, known = register.wordings[language], values.printed(register.file, language, version)
    printed = [promise for promise in register.promises.values() if _holds(promise, register.file)]
    return Notice(
        language=language,
        version=version.number,
        valid_from=version.valid_from,
        supersedes=version.supersedes,
        title=wording.fill(words.heading.title, known),
        head=tuple(wording.fill(line, known) for line in _head(words.heading, version)),
        clauses=tuple(
            Clause(
                name,
                words.titles[name],
                tuple(
                    Sentence(promise.id, wording.fill(words.sentences[promise.id], known))
                    for promise in printed
                    if promise.clause == name
                ),
            )
            for name in clauses.ORDER
        ),
    )


def for_employees(register: RegisterFolder, language: Language) -> Notice:
    """The notice for employees in ``language`` (REGISTER E.1)."""
    words, told = register.employee_wordings[language], register.file.employees
    known = employees.filling(register.file, language)
    sentences = employees.printed(words, told, known)
    return Notice(
        language=language,
        version=told.version,
        valid_from=told.valid_from,
        supersedes=None,
        title=wording.fill(words.title, known),
        head=(wording.fill(words.version_line, known),),
        clauses=tuple(
            Clause(
                name,
                title,
                tuple(
                    Sentence(id, text)
                    for id, text in sentences.items()
                    if id.partition(".")[0] == name
                ),
            )
            for name, title in words.titles.items()
        ),
    )


def edition(register: RegisterFolder, version: Version) -> Edition:
    """``version`` in every language, from one register."""
    rendered = {language: render(register, language, version) for language in Language}
    return Edition(version, MappingProxyType(rendered))


def as_json(notice: Notice) -> dict[str, object]:
    """The notice as plain values, for the table, the API and the hash."""
    return {
        "format": FORMAT,
        "language": notice.language.value,
        "version": notice.version,
        "valid_from": notice.valid_from.isoformat(),
        "supersedes": notice.supersedes,
        "title": notice.title,
        "head": list(notice.head),
        "clauses": [
            {
                "id": clause.id,
                "title": clause.title,
                "sentences": [{"id": s.id, "text": s.text} for s in clause.sentences],
            }
            for clause in notice.clauses
        ],
    }


def canonical(notice: Notice) -> bytes:
    """The bytes that are hashed: JSON in UTF-8, keys sorted, no white space between tokens."""
    document = json.dumps(
        as_json(notice), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return document.encode()


def sha256(notice: Notice) -> bytes:
    """SHA-256 of the canonical form."""
    return _sha256(canonical(notice)).digest()


def edition_sha256(published: Edition) -> bytes:
    """SHA-256 over the digests of fi, sv and en in this order: they stand or fall together."""
    return _sha256(b"".join(sha256(published.notices[language]) for language in Language)).digest()


def _head(heading: Heading, version: Version) -> tuple[str, ...]:
    supersedes = (heading.supersedes_line,) if version.supersedes else ()
    return (heading.version_line, *supersedes, heading.permanent_link_line)


def _holds(promise: Promise, file: RegisterFile) -> bool:
    match promise.when:
        case None:
            return True
        case When.JOINT_CONTROLLERS:
            return bool(file.controller.joint)
        case When.OUTSIDE_EEA:
            return bool(file.transfers)
        case When.INSIDE_EEA:
            return not file.transfers
        case When.ACCESSIBLE_LINE:
            return file.alternatives.accessible_phone is not None
        case When.STRONG_IDENTIFICATION:
            return file.request.strong_identification
        case When.NO_STRONG_IDENTIFICATION:
            return not file.request.strong_identification
        case When.DRAWN:
            return bool(file.stated & purposes.DRAWN)
        case When.CORRECTNESS | When.TRAINING | When.SERVICE_QUALITY | When.GUIDANCE:
            return Purpose(promise.when.name.lower()) in file.stated

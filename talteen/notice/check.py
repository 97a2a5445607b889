"""What blocks the publication of a version: the notice promises too little, too much, or what is
not true.

Each check compares what is *printed* with the law and with the register that the house runs on
(REGISTER F, "promise <= system"). Facts that only the house can know (is the mailbox read, does the
link answer, how long is the sound) come in as ``Facts``. An error blocks; a warning needs a reason,
written by a person.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from talteen.notice import adoption, clauses, law, months, needed, prompts, purposes, values
from talteen.notice.adoption import Adopted, Kind
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.prompts import Prompt
from talteen.notice.purposes import Purpose
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition, Notice
from talteen.notice.versions import Finding, Weight
from talteen.notice.wording import PLACEHOLDER

FIRST_LAYER_WORDS = 120

CONSENT = {
    Language.FI: r"suostumu|suostut",
    Language.SV: r"samtyck",
    Language.EN: r"\bconsent",
}
"""The basis is legitimate interest: nobody was asked, and nobody can take it back (J5)."""

PORTABILITY = {
    Language.FI: r"siirtää tiedot järjestelmästä|20 artikla",
    Language.SV: r"dataportabilitet|artikel 20",
    Language.EN: r"portab|article 20",
}
"""20(1)(a) asks for consent or a contract: promising it would be untrue (14.14)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the house knows on the day of the check."""

    today: date
    """The Helsinki date."""
    sound_ms: Mapping[str, int]
    """Measured length of each sound of a prompt, by file name."""
    dead_links: frozenset[str] = frozenset()
    """Addresses of the notice that did not answer."""
    silent_mailboxes: frozenset[str] = frozenset()
    """Mailboxes whose canary of the day was not read (3.1)."""
    adopted: Mapping[str, Adopted] | None = None
    """What two persons adopted, by the paper's id; None of a folder that no house stands on."""


UNSTATED: Mapping[Purpose, Mapping[Language, str]] = {
    Purpose.CORRECTNESS: {
        Language.FI: r"oikeellisuu|varauksen tarkistus",
        Language.SV: r"riktighet|kontrollen av en bokning",
        Language.EN: r"correctness|check of a booking",
    },
    Purpose.TRAINING: {Language.FI: r"koulutu", Language.SV: r"utbild", Language.EN: r"\btraining"},
    Purpose.SERVICE_QUALITY: {
        Language.FI: r"laatu|laadun|palvelun paran",
        Language.SV: r"kvalitet|förbättra",
        Language.EN: r"quality|improv",
    },
    Purpose.GUIDANCE: {Language.FI: r"ohjei", Language.SV: r"anvisning", Language.EN: r"guidance"},
}
"""By which words a purpose is told, in the clauses of purposes and in what is announced: a register
that does without it should not tell of it (5(1)(a))."""


def check(edition: Edition, register: RegisterFolder, facts: Facts) -> tuple[Finding, ...]:
    """Everything that is wrong with ``edition``; empty means that it may be approved."""
    found = [
        *_languages(edition),
        *_texts(edition, register.file),
        *_numbers(edition, register.file),
        *_assessments(edition, register, facts.adopted),
        *_unstated(edition, register),
        *_announcements(register, facts),
        *_places(register.file, facts),
        *_start(edition, facts),
    ]
    return tuple(found)


def _languages(edition: Edition) -> Iterator[Finding]:
    printed = {language: tuple(notice.sentences) for language, notice in edition.notices.items()}
    for language in Language:
        if printed.get(language) != printed.get(Language.FI) or not printed.get(language):
            yield Finding(
                f"language.{language.value}", "12(1)", "not the same sentences as in Finnish"
            )


def _texts(edition: Edition, file: RegisterFile) -> Iterator[Finding]:
    for language, notice in edition.notices.items():
        for finding in _text(notice, file):
            yield Finding(f"{finding.id}.{language.value}", finding.article, finding.says)


def _text(notice: Notice, file: RegisterFile) -> Iterator[Finding]:
    whole = "\n".join((notice.title, *notice.head, *notice.sentences.values()))
    said = [(clause.id, s.text) for clause in notice.clauses for s in clause.sentences]
    for thing in needed.missing(said, notice.language):
        yield Finding(f"missing.{thing.id}", thing.article, f"does not say: {thing.what}")
    if PLACEHOLDER.search(whole):
        yield Finding("placeholder", "12(1)", "a placeholder is still in the text")
    if re.search(CONSENT[notice.language], whole, re.IGNORECASE):
        yield Finding("consent", "6(1)(f)", "speaks of consent, and the basis is another")
    if re.search(PORTABILITY[notice.language], whole, re.IGNORECASE):
        yield Finding("portability", "20(1)(a)", "promises portability, which does not apply")
    yield from _layers(notice)
    yield from _register_in(notice, file)


def _layers(notice: Notice) -> Iterator[Finding]:
    first = notice.clause(clauses.FIRST_LAYER)
    words = sum(len(s.text.split()) for s in first.sentences) if first else 0
    if not 0 < words <= FIRST_LAYER_WORDS:
        yield Finding(
            "first_layer",
            "12(1)",
            f"the first layer has {words} words, {FIRST_LAYER_WORDS} at most",
        )
    order = [clause.id for clause in notice.clauses]
    apart = clauses.OBJECTION in order and order.index(clauses.OBJECTION) < order.index("1")
    if not apart:
        yield Finding("objection_apart", "21(4)", "the right to object does not stand apart, first")


def _register_in(notice: Notice, file: RegisterFile) -> Iterator[Finding]:
    for clause, article, values_said in _must_say(file, notice.language):
        printed = notice.clause(clause)
        text = " ".join(s.text for s in printed.sentences) if printed else ""
        for value in values_said:
            if value not in text:
                yield Finding(f"says.{clause}", article, f"clause {clause} does not say: {value}")


def _must_say(file: RegisterFile, language: Language) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Clause, article, and the values of the register that must stand in it, word for word."""
    controller, authority = file.controller, file.authority
    addresses = (controller.postal_address[language], controller.visiting_address[language])
    identity = (controller.name, controller.business_id, controller.email)
    yield "1", "13(1)(a)", identity + addresses
    yield "2", "13(1)(b)", (file.dpo.email,)
    yield "3", "12(2)", (file.contact.email, file.notice.portal_url)
    yield "4", "13(1)", tuple(line.name[language] for line in file.recorded_lines)
    yield "10", "14(2)(f)", tuple(s.name[language] for s in file.sources if s.outbound)
    yield "11", "13(1)(e)", tuple(processor.name for processor in file.processors)
    for transfer in file.transfers:
        yield "12", "13(1)(f)", (transfer.place[language], transfer.recipient, transfer.copy_url)
    yield "complaint", "13(2)(d)", (authority.name[language], authority.email)
    yield "15", "13(2)(e)", (file.alternatives.email, file.alternatives.web)


def _numbers(edition: Edition, file: RegisterFile) -> Iterator[Finding]:
    on = edition.version.valid_from
    expected = {
        "0.s5": (file.retention.months, "13(2)(a)"),
        "13.s1": (file.retention.months, "13(2)(a)"),
        "13.s3": (file.retention.margin_days, "13(2)(a)"),
        "13.s7": (file.hold.review_days, "5(1)(e)"),
        "13.s9": (file.request.hold_tail_days, "13(2)(a)"),
        "13.s11": (file.capture.threat_hours, "17(3)(e)"),
        "7.s4": (file.assessments.review_months, "5(2)"),
        "17.s9": (law.BREACH_HOURS.on(on), "33(1)"),
    }
    if file.stated & purposes.DRAWN:
        expected["5.s6"] = (file.pool.percent, "5(1)(c)")
    for language, notice in edition.notices.items():
        for name, (number, article) in expected.items():
            said = notice.sentences.get(name, "")
            if str(number) not in re.findall(r"\d+", said):
                yield Finding(
                    f"number.{name}.{language.value}", article, f"{name} does not say {number}"
                )
    if edition.version.policy != file.retention.policy:
        yield Finding("policy", "5(2)", "the version keeps another time than the register states")


_ARTICLES = {Kind.BALANCING: "6(1)(f)", Kind.BOOKING: "14(5)(b)", Kind.IMPACT: "35(11)"}


def _assessments(
    edition: Edition, register: RegisterFolder, adopted: Mapping[str, Adopted] | None
) -> Iterator[Finding]:
    """Nothing is published on words that nobody adopted, or whose review is past (6.2)."""
    for paper in adoption.papers(register):
        article, review = _ARTICLES[paper.kind], paper.reviewed_on
        if adopted is not None:
            stands = adopted.get(paper.id)
            if stands is None or stands.sha256 != paper.sha256:
                says = f"two persons have not adopted the words of {paper.id}"
                yield Finding(f"adoption.{paper.about}", article, says)
                continue
            review = stands.reviewed_on
        if edition.version.valid_from >= months.later(review, paper.review_months):
            says = f"{paper.id} is older than {paper.review_months} months"
            yield Finding(f"assessment.{paper.about}", article, says)


def _unstated(edition: Edition, register: RegisterFolder) -> Iterator[Finding]:
    """Where people are told of a purpose that the register does without: nothing is opened for it,
    so that this harms nobody, and somebody says why it stays."""
    for purpose in UNSTATED:
        if purpose in register.file.stated:
            continue
        told = [
            f"{language.value} {place}"
            for language, notice in edition.notices.items()
            for place, text in _telling(notice, register, language)
            if re.search(UNSTATED[purpose][language], text, re.IGNORECASE)
        ]
        if told:
            says = f"{purpose.value} is told of without being stated: {', '.join(told)}"
            yield Finding(f"unstated.{purpose.value}", "13(1)(c)", says, Weight.WARNING)


def _telling(
    notice: Notice, register: RegisterFolder, language: Language
) -> Iterator[tuple[str, str]]:
    """What tells what calls are used for: sentences of the clauses on it, and announcements."""
    for clause in notice.clauses:
        if clause.id in (clauses.FIRST_LAYER, "5", "7"):
            yield from ((sentence.id, sentence.text) for sentence in clause.sentences)
    for prompt in (register.inbound(language), register.outbound(language)):
        yield prompt.key, prompt.text


def _announcements(register: RegisterFolder, facts: Facts) -> Iterator[Finding]:
    inbound = [register.inbound(language) for language in Language]
    for prompt in prompts.missing_sound(inbound, facts.sound_ms):
        yield Finding(
            f"announcement.{prompt.key}", "13(1)", "it has no sound, or one longer than it promises"
        )
    for prompt in (*inbound, *(register.outbound(language) for language in Language)):
        if re.search(CONSENT[prompt.language], prompt.text, re.IGNORECASE):
            yield Finding(f"announcement.{prompt.key}", "6(1)(f)", "it asks for consent")
    for prompt in inbound:
        yield from _retention_said(register, prompt)


def _retention_said(register: RegisterFolder, prompt: Prompt) -> Iterator[Finding]:
    speech = register.speech[prompt.language]
    said = prompts.speak(prompt, values.spoken(register.file, prompt.language, speech))
    months = str(register.file.retention.months)
    if speech.retention_after[months] not in said and speech.retention_for[months] not in said:
        yield Finding(
            f"announcement.{prompt.key}",
            "13(2)(a)",
            "it does not say how long the recording is kept",
        )


def _places(file: RegisterFile, facts: Facts) -> Iterator[Finding]:
    links = (
        *(file.notice.url[language] for language in Language),
        file.notice.archive_url, file.notice.portal_url,
        file.assessments.summary_url, file.alternatives.web,
        *(transfer.copy_url for transfer in file.transfers),
    )  # fmt: skip
    for link in links:
        if link in facts.dead_links:
            yield Finding("dead_link", "12(1)", f"{link} does not answer")
    for mailbox in (file.contact.email, file.dpo.email, file.alternatives.email):
        if mailbox in facts.silent_mailboxes:
            yield Finding("silent_mailbox", "12(2)", f"nobody reads {mailbox}")
    if file.alternatives.accessible_phone is None:
        yield Finding(
            "no_accessible_line", "13(2)(e)",
            "who can only telephone, and refuses, is served nowhere", Weight.WARNING,
        )  # fmt: skip


def _start(edition: Edition, facts: Facts) -> Iterator[Finding]:
    if edition.version.valid_from <= facts.today:
        yield Finding("start", "13(3)", "it begins in the past or today; tomorrow is the earliest")

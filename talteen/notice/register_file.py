"""Reads ``register.toml``: the law of a house, typed.

What is wrong is told as ``key: value says (article); remedy``, before anything runs on it. Types
are in ``particulars``; here stand the law behind each key and what several keys must say together.
The keys are described in docs/formats/register-toml.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from pydantic import TypeAdapter

from talteen.errors import ConfigError
from talteen.notice import months, purposes, retention, toml_text
from talteen.notice.law import EEA
from talteen.notice.particulars import DeclaredPurpose, RegisterFile
from talteen.notice.recipients import Mechanism, Processor, Transfer
from talteen.notice.retention import STANDARD_MARGIN_DAYS
from talteen.notice.toml_text import Law
from talteen.notice.versions import Version

LAWS = {
    "format": Law("docs/formats/register-toml.md", "write 1: this Talteen knows no other"),
    "register": Law("GDPR 30(1)", "write the register's name in fi, sv and en"),
    "controller": Law("GDPR 13(1)(a)", "write what the notice tells of the controller"),
    "controller.business_id": Law(
        "REGISTER 1.1", "copy the business id from the trade register (ytj.fi)"
    ),
    "controller.joint": Law("GDPR 26, REGISTER 1.3", "record the arrangement first"),
    "controller.joint_essence": Law("GDPR 26(2)", "tell how the controllers share their duties"),
    "dpo": Law("GDPR 13(1)(b), 37(7)", "write where the officer is reached"),
    "contact": Law("GDPR 12(2)", "write where requests are received"),
    "contact.people": Law("REGISTER 3.2, clause 3", "name two people or more by their staff codes"),
    "authority": Law("GDPR 13(2)(d), 77", "copy it from the authority's own page"),
    "notice": Law("GDPR 13(3)", "write where the notice stands and what changed"),
    "units": Law("REGISTER 1.2", "give each unit a short name of its own"),
    "lines": Law("GDPR 13(1), REGISTER 6.2", "give each line a short name and a unit of this file"),
    "purposes": Law(
        "GDPR 13(1)(c)-(d), REGISTER 6.1", "state each purpose once, as the law grounds it"
    ),
    "assessments": Law("REGISTER 6.1", "review balancing tests at least every 12 months"),
    "special_category": Law("GDPR 9(2)", "write 9(2)(f): the texts are written for it"),
    "retention": Law("GDPR 5(1)(e), 13(2)(a)", "write how long, in whole months and days"),
    "retention.months": Law(
        "GDPR 5(1)(e), 13(2)(a), REGISTER 13.14",
        f"write 2 or {retention.LONGEST_MONTHS}: no register keeps longer than "
        f"{retention.LONGEST_MONTHS} months",
    ),
    "retention.margin_days": Law(
        "GDPR 13(2)(a), REGISTER 13.1", "backup copies of keys need these days to die before due"
    ),
    "hold": Law("GDPR 5(1)(e), REGISTER 13.6, 13.10", "review holds at least every 90 days"),
    "request": Law("GDPR 13(2)(a), REGISTER 14.5", "keep it 14 days at most after the answer"),
    "capture": Law("REGISTER 8.1, 15.6", "a pause ends in 120 seconds, a threat mark in 24 hours"),
    "pool": Law("GDPR 5(1)(c), REGISTER J14", "draw 5 percent at most"),
    "sources": Law("GDPR 14(2)(f)", "name each source once"),
    "processors": Law("GDPR 28(3), REGISTER 11.1", "record the contract, its date and the country"),
    "transfers": Law(
        "GDPR 44-46, REGISTER 12.1",
        "record mechanism, assessment, measures and review, or stay in the EEA",
    ),
    "own_machines": Law("GDPR 30(1), REGISTER 11.1", "say which machines are the controller's own"),
    "on_behalf_of": Law(
        "GDPR 28(3), 30(2), REGISTER 11.5", "record each controller for whom you process, once"
    ),
    "group_bookings": Law(
        "GDPR 14(5)(b), REGISTER 10.2", "assess each type of booking once, by two roles"
    ),
    "announcements": Law("GDPR 13, REGISTER 6.8", "name prompts of announcements.toml"),
    "alternatives": Law(
        "GDPR 13(2)(e), REGISTER 15.2", "write where one is served without recording"
    ),
    "keys": Law("REGISTER 6.7, J12", "give each act a key of its own, 0 to 9"),
    "employees": Law("GDPR 13, REGISTER E.1", "write what the staff's own notice tells"),
    "employees.cooperation_on": Law(
        "TYL 21 §, YTL, REGISTER 6.2", "deal with recording in dialogue with the staff first"
    ),
    "employees.valid_from": Law(
        "TYL 21 §, REGISTER 6.2", "let it begin after the dialogue with the staff"
    ),
    "spoken": Law("GDPR 12(1), REGISTER 6.7", "write it as it is said, without digits"),
}


def read(text: str, *, least_margin_days: int = STANDARD_MARGIN_DAYS) -> RegisterFile:
    """The register that ``text`` states.

    ``least_margin_days`` is the k that the house's key holders need
    (``retention.least_margin_days``); by default that of the standard backup ring. Raises
    ConfigError naming key, value and article.
    """
    document = toml_text.parse(text, named="register.toml")
    file = toml_text.shaped(document, _adapter(), LAWS)
    for problem in _problems(file):
        raise problem
    require_margin(file, least_margin_days)
    return file


def require_margin(file: RegisterFile, least_margin_days: int) -> None:
    """Refuse a margin that is smaller than the holders of this house need. Raises ConfigError."""
    if file.retention.margin_days < least_margin_days:
        raise _wrong(
            "retention.margin_days",
            f"{file.retention.margin_days} is less than {least_margin_days}, the days that backup "
            "copies of keys live, and one",
        )


def drafted(
    file: RegisterFile, number: str, *, valid_from: date, supersedes: str | None = None
) -> Version:
    """A version that promises what ``file`` states, ready to be checked and published."""
    return Version(
        number=number,
        valid_from=valid_from,
        policy=file.retention.policy,
        purposes=file.stated,
        supersedes=supersedes,
    )


def reviewed_as_of(file: RegisterFile, day: date) -> RegisterFile:
    """``file`` as if reviewed on ``day``: an example register lives in any year."""
    later = months.later(day, file.assessments.review_months)
    return replace(
        file,
        purposes=tuple(_reviewed(purpose, day) for purpose in file.purposes),
        processors=tuple(
            replace(one, review_on=later if one.review_on else None) for one in file.processors
        ),
        transfers=tuple(replace(one, review_on=later) for one in file.transfers),
        group_bookings=tuple(replace(one, reviewed_on=day) for one in file.group_bookings),
    )


def _reviewed(purpose: DeclaredPurpose, day: date) -> DeclaredPurpose:
    if purpose.assessment is None:
        return purpose
    return replace(purpose, assessment=replace(purpose.assessment, reviewed_on=day))


def _problems(file: RegisterFile) -> Iterator[ConfigError]:
    yield from _controllers(file)
    yield from _twice("contact.people", file.contact.people)
    yield from _twice("units", (unit.slug for unit in file.units))
    yield from _twice("lines", (line.slug for line in file.lines))
    yield from _twice("sources", (source.key for source in file.sources))
    yield from _twice("processors", (processor.name for processor in file.processors))
    yield from _lines(file)
    yield from _purposes(file)
    yield from _transfers(file)
    yield from _keys(file)
    yield from _twice("on_behalf_of", (one.business_id for one in file.on_behalf_of))
    yield from _twice("group_bookings", (one.key for one in file.group_bookings))
    yield from _twice("group_bookings", (one.id for one in file.group_bookings))
    for index, one in enumerate(file.group_bookings):
        if one.owner is one.approver:
            yield _wrong(f"group_bookings.{index}.approver", f"{one.owner.value} is the owner too")
    if file.employees.valid_from < file.employees.cooperation_on:
        yield _wrong("employees.valid_from", "is before the dialogue with the staff")


def _controllers(file: RegisterFile) -> Iterator[ConfigError]:
    has_essence = file.controller.joint_essence is not None
    if file.controller.joint and not has_essence:
        yield _wrong("controller.joint_essence", "is missing, and there are joint controllers")
    if has_essence and not file.controller.joint:
        yield _wrong("controller.joint", "is missing, and an arrangement is told")


def _lines(file: RegisterFile) -> Iterator[ConfigError]:
    units = {unit.slug for unit in file.units}
    for index, line in enumerate(file.lines):
        if line.unit not in units:
            yield _wrong(f"lines.{index}.unit", f"{line.unit} is not a unit of this file")
    if not file.recorded_lines:
        yield _wrong("lines", "none is recorded")
    if not any(source.outbound for source in file.sources):
        yield _wrong("sources", "none is outbound, and clause 10 names those that we call from")


def _purposes(file: RegisterFile) -> Iterator[ConfigError]:
    stated = [purpose.key for purpose in file.purposes]
    yield from _twice("purposes", (key.value for key in stated))
    for key in purposes.TERMS:
        if key not in stated and key not in purposes.LEFT_OUT:
            yield _wrong("purposes", f"{key.value} is missing, and no register is without it")
    drawn = sorted(one.value for one in file.stated & purposes.DRAWN)
    if drawn and purposes.Purpose.SERVICE_QUALITY not in stated:
        yield _wrong("purposes", f"service_quality is missing, and {drawn[0]} takes from its lot")
    for index, purpose in enumerate(file.purposes):
        yield from _purpose(f"purposes.{index}", purpose)


def _purpose(key: str, purpose: DeclaredPurpose) -> Iterator[ConfigError]:
    expected = purposes.TERMS[purpose.key].basis
    if purpose.basis is not expected:
        yield _wrong(f"{key}.basis", f"{purpose.basis.value} does not carry {purpose.key.value}")
    balanced = expected is purposes.Basis.LEGITIMATE_INTEREST
    for name in ("interest", "assessment"):
        if balanced and getattr(purpose, name) is None:
            yield _wrong(f"{key}.{name}", f"is missing for {purpose.key.value}")
        if not balanced and getattr(purpose, name) is not None:
            yield _wrong(f"{key}.{name}", f"is given, and {purpose.key.value} is a duty of law")
    assessment = purpose.assessment
    if assessment is not None and assessment.author is assessment.approver:
        yield _wrong(f"{key}.assessment.approver", f"{assessment.approver.value} is the author too")


def _transfers(file: RegisterFile) -> Iterator[ConfigError]:
    covered = {(transfer.recipient, transfer.country) for transfer in file.transfers}
    for index, processor in enumerate(file.processors):
        if _is_outside(processor) and (processor.name, processor.country) not in covered:
            yield _wrong(
                f"processors.{index}.country",
                f"{processor.country} is outside the EEA, and no transfer covers it",
            )
        if processor.hosts and processor.review_on is None:
            yield _wrong(f"processors.{index}.review_on", "is missing, and machines are named")
    names = {processor.name for processor in file.processors}
    for index, transfer in enumerate(file.transfers):
        yield from _mechanism(f"transfers.{index}", transfer)
        if not _is_outside(transfer):
            yield _wrong(f"transfers.{index}.country", f"{transfer.country} is in the EEA")
        if transfer.recipient not in names:
            yield _wrong(
                f"transfers.{index}.recipient", f"{transfer.recipient} is no processor here"
            )


def _mechanism(key: str, transfer: Transfer) -> Iterator[ConfigError]:
    clauses = transfer.mechanism is Mechanism.CLAUSES
    if clauses != (transfer.module is not None):
        yield _wrong(f"{key}.module", "belongs to the clauses, and to each of them")
    if transfer.mechanism is not Mechanism.ADEQUACY and transfer.assessed_on is None:
        yield _wrong(f"{key}.assessed_on", "is missing: only an adequacy decision needs none")


def _keys(file: RegisterFile) -> Iterator[ConfigError]:
    keys = file.keys
    yield from _twice("keys", map(str, (keys.refuse, keys.notice, keys.sms, keys.back)))
    yield from _twice("keys", map(str, (keys.fi, keys.sv, keys.en)))


def _is_outside(party: Processor | Transfer) -> bool:
    return party.country not in EEA


def _twice(key: str, names: Iterable[str]) -> Iterator[ConfigError]:
    return toml_text.twice(key, names, LAWS)


def _wrong(key: str, says: str) -> ConfigError:
    return toml_text.wrong(key, says, LAWS)


@cache
def _adapter() -> TypeAdapter[RegisterFile]:
    return TypeAdapter(RegisterFile)

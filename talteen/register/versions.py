"""Which notice, which announcements and which retention are in force: the rows behind
``notice.versions``.

The rules are there, pure; this is where they meet the tables. Publishing writes every language,
every announcement and the ledger entry in one transaction (REGISTER 4.1-4.6, 6.8; J6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict
from talteen.notice import check, findings, prompts, register_file, text, values, versions
from talteen.notice.language import Language, Localised
from talteen.notice.prompts import Prompt
from talteen.notice.purposes import Purpose
from talteen.notice.retention import Lifetime, RetentionPolicy
from talteen.notice.versions import Approval, History, Version
from talteen.register import adoptions, balanced
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import NoticePublished, Sha256
from talteen.register.log.ledger_kinds import Version as LedgerVersion
from talteen.register.models import AnnouncementVersion, Line, NoticeVersion, Unit
from talteen.register.shelf import Shelf
from talteen.register.staff import acknowledgements


@dataclass(frozen=True, slots=True)
class Binding:
    """What a call is bound to at its start: its notice, and until when it may live."""

    notice: str
    lifetime: Lifetime


@dataclass(frozen=True, slots=True)
class Terms:
    """What a call may be used for now, and until when it opens."""

    purposes: frozenset[Purpose]
    cutoff_at: datetime


def history() -> History:
    """Every version that was published or adopted, oldest first."""
    rows = NoticeVersion.objects.defer("text", "findings").order_by("valid_from")
    return tuple(_version(row) for row in rows)


def terms(
    number: str, started_at: datetime, now: datetime, *, known: History | None = None
) -> Terms:
    """What version ``number``, which the call that began at ``started_at`` is bound to, and each
    version since let the house do with it (4.4). ``known``: the ``history``, for who asks of
    many calls."""
    known = history() if known is None else known
    (bound,) = (version for version in known if version.number == number)
    dates = versions.lifetime(known, bound, started_at=started_at, now=now)
    return Terms(versions.purposes_open(known, bound, now), dates.cutoff_at)


def for_import(started_at: datetime, now: datetime) -> Binding | None:
    """What a call that began at ``started_at`` is bound to; None where no notice was in force
    (4.3), or where it rests on nothing (6.2). A notice from before this house was not ours to
    found."""
    known = history()
    bound = versions.bound_for_import(known, started_at)
    if bound is None or not (bound.legacy or balanced.may_record(helsinki_date(started_at))):
        return None
    return Binding(bound.number, versions.lifetime(known, bound, started_at=started_at, now=now))


def announcements(on: date) -> Sequence[AnnouncementVersion]:
    """The announcements that a call of the Helsinki day ``on`` may have been given."""
    return list(AnnouncementVersion.objects.filter(valid_from__lte=on).order_by("key"))


@transaction.atomic
def adopt_legacy(shelf: Shelf, at: datetime) -> None:
    """Enter the old notices of ``shelf`` with their findings. They never come into force again."""
    for legacy in shelf.legacy:
        terms = shelf.register.file.retention
        policy = RetentionPolicy(terms.months, terms.margin_days)
        adopted = versions.adopt_legacy(history(), findings.as_version(legacy, policy))
        notice = findings.as_notice(legacy)
        found = [_finding(finding) for finding in findings.findings(legacy)]
        _write(adopted, {notice.language: notice}, at, digest=text.sha256(notice), found=found)


@transaction.atomic
def publish(
    shelf: Shelf,
    number: str,
    valid_from: date,
    *,
    approval: Approval,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
) -> NoticeVersion:
    """Publish the register of ``shelf`` as version ``number``, from ``valid_from`` on.
    ``reasons`` answers warnings of the check, by id; the version keeps both.

    Raises InputError with the findings where its text may not be published, NotAllowed where it was
    not approved as it must be (two persons).
    """
    today = helsinki_date(at)
    known = history()
    supersedes = known[-1].number if known else None
    draft = register_file.drafted(
        shelf.register.file, number, valid_from=valid_from, supersedes=supersedes
    )
    edition = text.edition(shelf.register, draft)
    found = check.check(edition, shelf.register, shelf.facts(today, adoptions.adopted()))
    published = versions.publish(
        known, draft, approval=approval, findings=found, today=today, reasons=reasons
    )
    _lines(shelf)
    _announce(shelf, valid_from)
    acknowledgements.enter(shelf.register, at)  # E.0: nothing is recorded of agents untold
    answered = [_finding(one) | {"reason": (reasons or {})[one.id]} for one in found]
    digest = text.edition_sha256(edition)
    made = _write(published, edition.notices, at, digest=digest, found=answered)
    made.review_months = shelf.register.file.assessments.review_months
    made.save(update_fields=["review_months"])
    return made


def _write(
    new: History,
    notices: Mapping[Language, text.Notice],
    at: datetime,
    *,
    digest: bytes,
    found: Sequence[Mapping[str, str]],
) -> NoticeVersion:
    """Bring the table to ``new``: the version before ends where the newest begins."""
    written = None
    for version in new:
        row = NoticeVersion.objects.filter(number=version.number).first()
        if row is None:
            written = _insert(version, notices, digest, found)
            ledger.enter(
                NoticePublished(
                    notice=LedgerVersion(version.number),
                    valid_from=version.valid_from,
                    sha256=Sha256(digest),
                ),
                at,
            )
        elif row.valid_to != version.valid_to:
            row.valid_to = version.valid_to
            row.save(update_fields=["valid_to"])
    if written is None:
        raise Conflict("this version is there already", remedy="give it a number of its own")
    return written


def _insert(
    version: Version,
    notices: Mapping[Language, text.Notice],
    digest: bytes,
    found: Sequence[Mapping[str, str]],
) -> NoticeVersion:
    return NoticeVersion.objects.create(
        number=version.number,
        legacy=version.legacy,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        supersedes=version.supersedes,
        retention_months=version.policy.months,
        margin_days=version.policy.margin_days,
        purposes=sorted(purpose.value for purpose in version.purposes),
        sha256=digest,
        text={language.value: text.as_json(notice) for language, notice in notices.items()},
        findings=list(found),
    )


def _version(row: NoticeVersion) -> Version:
    return Version(
        number=row.number,
        valid_from=row.valid_from,
        policy=RetentionPolicy(row.retention_months, row.margin_days),
        purposes=frozenset(Purpose(key) for key in row.purposes),
        valid_to=row.valid_to,
        supersedes=row.supersedes,
        legacy=row.legacy,
    )


def _finding(finding: versions.Finding) -> dict[str, str]:
    return {"id": finding.id, "article": finding.article, "says": finding.says}


def _lines(shelf: Shelf) -> None:
    """Units and lines as the register names them. One that is gone stays: old calls point to it."""
    for unit in shelf.register.file.units:
        Unit.objects.update_or_create(slug=unit.slug, defaults=_names(unit.name))
    for line in shelf.register.file.lines:
        Line.objects.update_or_create(
            slug=line.slug,
            defaults={
                "unit_id": line.unit,
                "language": line.language.value,
                "recorded": line.recorded,
                **_names(line.name),
            },
        )


def _names(name: Localised) -> dict[str, str]:
    return {
        "name_fi": name[Language.FI],
        "name_sv": name[Language.SV],
        "name_en": name[Language.EN],
    }


def _announce(shelf: Shelf, valid_from: date) -> None:
    for language in Language:
        for direction, prompt in (
            ("inbound", shelf.register.inbound(language)),
            ("outbound", shelf.register.outbound(language)),
        ):
            _announcement(shelf, language, direction, prompt, valid_from)


def _announcement(
    shelf: Shelf, language: Language, direction: str, prompt: Prompt, valid_from: date
) -> None:
    """One version of one announcement, written once: its text and its sound stand or fall
    together."""
    sound = shelf.sounds[prompt.sound] if prompt.sound else None
    register = shelf.register
    said = values.spoken(register.file, language, register.speech[language])
    AnnouncementVersion.objects.get_or_create(
        key=prompt.key,
        defaults={
            "language": language.value,
            "direction": direction,
            "valid_from": valid_from,
            # A script names its agent and its errand: those are filled when it is read.
            "text": prompts.speak(prompt, said) if sound else prompt.text,
            "sound_sha256": sound.sha256 if sound else None,
            "length_ms": sound.length_ms if sound else None,
        },
    )

"""What blocks publication (REGISTER F): none on the model, one on each planted fault."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from talteen.notice import assessments, register_folder, text
from talteen.notice import check as checks
from talteen.notice.check import Facts
from talteen.notice.language import Language
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.retention import RetentionPolicy
from talteen.notice.text import Edition
from talteen.notice.versions import Finding, Version, Weight

FI, SV, EN = "texts/fi/notice.toml", "texts/sv/notice.toml", "texts/en/notice.toml"
PROMPTS = "texts/fi/announcements.toml"

# Where a fault is planted, what is replaced by what, and the finding that it must raise.
FAULTS = [
    (FI, "virheellisen tiedon oikaisua", "virheen mainitsemista", "missing.rectification.fi"),
    (SV, "begära att behandlingen begränsas", "fråga", "missing.restriction.sv"),
    (EN, r"complain(t)? (to|with) the Data", "write to the Data", "missing.complaint.en"),
    (FI, "tasapainotest", "arvio", "missing.interest.fi"),
    (SV, r"artikel 9\.2 f", "lagen", "missing.special_category_condition.sv"),
    (FI, "Tietojasi ei siirretä", "Tietojasi viedään", "missing.transfer_safeguards.fi"),
    (EN, "backup", "copy", "missing.backups_and_grounds.en"),
    (FI, "on oma selosteensa", "on omat ohjeensa", "missing.staff.fi"),
    (SV, r"6\.1 c", "lagen", "missing.basis_per_purpose.sv"),
    (FI, r"seuraavat palvel\w+: \{processors\.list\}", "kumppanit", "missing.recipients.fi"),
    (EN, "turns speech into text", "helps", "missing.automation.en"),
    (FI, "Tallennamme puhelun, kun", "Annat suostumuksen, kun", "consent.fi"),
    (SV, "begära att en inspelning raderas", "begära dataportabilitet", "portability.sv"),
    (EN, "In short", "In short", None),
    (FI, r'(?m)^s11 = "Voit myös', f's11 = "{"sana " * 60}Voit myös', "first_layer.fi"),
    (FI, r"\{controller\.business_id\}", "12", "says.1.fi"),
    (SV, r"\{dpo\.email\}", "oss", "says.2.sv"),
    (EN, r"\{authority\.name\}", "The office", "says.complaint.en"),
    (FI, r"\{register\.lines\}", "kaikki", "says.4.fi"),
    (FI, r"kulunut \{retention\.months\} kuukautta", "kulunut 6 kuukautta", "number.13.s1.fi"),
    (FI, r"enintään \{pool\.percent\} %", "enintään 50 %", "number.5.s6.fi"),
    (EN, "within 72 hours", "within 96 hours", "number.17.s9.en"),
    (SV, r"sista \{retention\.margin_days\} dygnen", "sista dygnen", "number.13.s3.sv"),
    (REGISTER, "on = 2026-09-01", "on = 2025-11-25", "assessment.rights_of_parties"),
    (PROMPTS, "tuhotaan kolmen kuukauden", "tuhotaan", "announcement.announce.fi@1"),
    (PROMPTS, "tuhotaan kolmen", "tuhotaan suostumuksellasi kolmen", "announcement.announce.fi@1"),
    (PROMPTS, 'sound = "announce.fi.wav"\n', "", "announcement.announce.fi@1"),
    (REGISTER, r"accessible_phone = .*\n", "", "no_accessible_line"),
]  # fmt: skip


def found(edition: Edition, register: RegisterFolder, facts: Facts) -> set[str]:
    return {finding.id for finding in checks.check(edition, register, facts)}


def test_the_model_notice_has_no_finding(
    edition: Edition, register: RegisterFolder, facts: Facts
) -> None:
    assert checks.check(edition, register, facts) == ()


@pytest.mark.parametrize(("path", "old", "new", "finding"), FAULTS)
def test_a_planted_fault_is_found(
    folder_texts: dict[str, str],
    version: Version,
    facts: Facts,
    path: str,
    old: str,
    new: str,
    finding: str | None,
) -> None:
    planted = re.sub(old, new, folder_texts[path])
    register = register_folder.assemble({**folder_texts, path: planted})

    findings = found(text.edition(register, version), register, facts)

    assert (finding in findings) if finding else not findings


def test_the_right_to_object_must_stand_before_the_first_clause(
    edition: Edition, register: RegisterFolder, facts: Facts
) -> None:
    finnish = edition.notices[Language.FI]
    objection = finnish.clauses[1]
    buried = replace(finnish, clauses=(finnish.clauses[0], *finnish.clauses[2:], objection))

    findings = found(
        Edition(edition.version, {**edition.notices, Language.FI: buried}), register, facts
    )

    assert "objection_apart.fi" in findings


def test_a_version_without_one_of_its_languages_is_found(
    edition: Edition, register: RegisterFolder, facts: Facts
) -> None:
    two = dict(edition.notices)
    del two[Language.SV]

    assert "language.sv" in found(Edition(edition.version, two), register, facts)


def test_a_placeholder_that_slipped_through_is_found(
    edition: Edition, register: RegisterFolder, facts: Facts
) -> None:
    finnish = edition.notices[Language.FI]
    slipped = replace(finnish, title="Tietosuojaseloste: {register.name}")

    findings = found(
        Edition(edition.version, {**edition.notices, Language.FI: slipped}), register, facts
    )

    assert findings == {"placeholder.fi"}


def test_a_version_that_keeps_longer_than_its_register_is_found(
    register: RegisterFolder, version: Version, facts: Facts
) -> None:
    longer = text.edition(register, replace(version, policy=RetentionPolicy(months=4)))

    assert "policy" in found(longer, register, facts)


def test_a_start_that_is_not_after_today_is_found(
    edition: Edition, register: RegisterFolder, facts: Facts
) -> None:
    too_late = replace(facts, today=edition.version.valid_from)

    assert found(edition, register, too_late) == {"start"}


def test_a_sound_longer_than_its_promise_is_found(
    edition: Edition, register: RegisterFolder, facts: Facts
) -> None:
    slow = replace(facts, sound_ms={**facts.sound_ms, "announce.sv.wav": 20_001})

    assert found(edition, register, slow) == {"announcement.announce.sv@1"}


def test_dead_links_and_silent_mailboxes_are_found(
    edition: Edition, register: RegisterFolder, facts: Facts
) -> None:
    broken = replace(
        facts,
        dead_links=frozenset({"https://puhelut.mara.example/my-data"}),
        silent_mailboxes=frozenset({"tietosuoja.mara@sok.fi"}),
    )

    assert found(edition, register, broken) == {"dead_link", "silent_mailbox"}


def test_a_balancing_test_is_good_for_twelve_months_to_the_day(
    register: RegisterFolder, version: Version, facts: Facts
) -> None:
    last_good = date(2027, 8, 31)  # reviewed on 1.9.2026

    def on(day: date) -> set[str]:
        edition = text.edition(register, replace(version, valid_from=day))
        return found(edition, register, replace(facts, today=day - timedelta(days=1)))

    assert on(last_good) == set()
    assert {f"assessment.{p}" for p in ("training", "guidance")} <= on(date(2027, 9, 1))


def test_a_purpose_that_is_told_of_and_not_stated_is_a_warning_with_its_places(
    folder_texts: dict[str, str], version: Version, facts: Facts
) -> None:
    said, without = folder_texts[REGISTER], dict(folder_texts)
    cut = said.index('[[purposes]]\nkey = "correctness"')
    without[REGISTER] = said[:cut] + said[said.index("[[purposes]]", cut + 1) :]
    tests = folder_texts[assessments.BALANCING]
    cut = tests.index('[[tests]]\nid = "LIA-2"')
    without[assessments.BALANCING] = tests[:cut] + tests[tests.index("[[tests]]\n", cut + 1) :]
    register = register_folder.assemble(without)
    fewer = replace(version, purposes=register.file.stated)

    edition = text.edition(register, fewer)
    (finding,) = checks.check(edition, register, facts)

    printed = edition.notices[Language.FI].sentences
    assert {"5.s2", "7.s2"}.isdisjoint(printed)
    assert {"5.s1", "5.s3", "7.s1"} <= set(printed)
    assert (finding.id, finding.weight) == ("unstated.correctness", Weight.WARNING)
    assert finding.says.endswith("fi 5.s7, sv 5.s7, en 5.s7")


def test_only_the_missing_line_is_a_warning(
    folder_texts: dict[str, str], version: Version, facts: Facts
) -> None:
    without = re.sub(r"accessible_phone = .*\n", "", folder_texts[REGISTER])
    register = register_folder.assemble({**folder_texts, REGISTER: without})

    findings = checks.check(text.edition(register, version), register, facts)

    assert findings == (
        Finding(
            "no_accessible_line",
            "13(2)(e)",
            "who can only telephone, and refuses, is served nowhere",
            Weight.WARNING,
        ),
    )

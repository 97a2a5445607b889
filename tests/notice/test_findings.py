"""The notice of 2022: kept word by word, with exactly its findings (REGISTER J15, story 12)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from talteen.clock import start_of_day
from talteen.errors import ConfigError, InputError
from talteen.notice import findings, versions
from talteen.notice.findings import LegacyKind, LegacyNotice
from talteen.notice.versions import Approval, Version
from talteen.oversight.prove.tested import KEPT

UNSAID = {
    "rectification", "restriction", "objection", "complaint", "interest",
    "special_category_condition", "transfer_safeguards", "backups_and_grounds", "staff",
    "basis_per_purpose", "recipients", "automation",
}  # fmt: skip
UNTRUE = {"0.s5", "6.s1", "7.h", "7.s1", "8.s1", "9.s1", "11.s4", "12.s1", "12.s2", "14.h", "14.s1"}


def test_the_notice_of_2022_lacks_twelve_things_and_eleven_sentences_are_untrue(
    legacy: LegacyNotice,
) -> None:
    found = [finding.id for finding in findings.findings(legacy)]

    assert set(found) == {f"missing.{thing}" for thing in UNSAID} | UNTRUE
    assert len(found) == 23


def test_what_its_words_lack_is_what_a_person_found_missing(legacy: LegacyNotice) -> None:
    worked_out = {f.id for f in findings.findings(legacy) if f.id.startswith("missing.")}

    assert worked_out == {f"missing.{thing.id}" for thing in legacy.missing}


def test_a_sentence_that_says_the_missing_thing_clears_its_finding(legacy: LegacyNotice) -> None:
    objection = replace(
        legacy.sentence[-1], clause=14, text="Voit valittaa tietosuojavaltuutetulle."
    )
    mended = replace(legacy, sentence=(*legacy.sentence, objection))

    found = {finding.id for finding in findings.findings(mended)}

    assert "missing.complaint" not in found
    assert "missing.restriction" in found


def test_every_finding_says_what_is_wrong_and_by_which_article(legacy: LegacyNotice) -> None:
    assert all(finding.says and finding.article for finding in findings.findings(legacy))


def test_each_sentence_that_software_keeps_is_carried_by_sentences_that_have_a_test(
    legacy: LegacyNotice,
) -> None:
    """J15: whoever was given this notice can be told by which test each promise of it is held."""
    for one in legacy.sentence:
        assert bool(one.kept_by) == (one.kind is LegacyKind.SOFTWARE), one.id
        assert [name for name in one.kept_by if name not in KEPT] == []
        assert bool(one.owner and one.evidence) == (one.kind is LegacyKind.ORGANISATIONAL), one.id


def test_it_is_the_original_word_by_word(legacy: LegacyNotice, mara: Path) -> None:
    original = (mara / "legacy" / "notice-2022-01-21.fi.txt").read_text()

    joined = "".join(sentence.text for sentence in legacy.sentence)

    assert "".join(joined.split()) == "".join(original.split())


def test_it_reads_as_a_page_of_seventeen_clauses(legacy: LegacyNotice) -> None:
    page = findings.as_notice(legacy)

    assert [clause.id for clause in page.clauses] == [str(number) for number in range(18)]
    assert page.clauses[13].title.startswith("13. Henkilötietojen säilytysaika")
    assert page.version == "2022-01-21"


def test_it_can_never_be_published(legacy: LegacyNotice, version: Version) -> None:
    draft = replace(version, number=legacy.number, valid_from=date(2026, 12, 1))

    with pytest.raises(InputError, match=r"missing\.complaint"):
        versions.publish(
            (),
            draft,
            approval=Approval("r01", "o01"),
            findings=findings.findings(legacy),
            today=date(2026, 11, 24),
        )


def test_it_stands_in_history_before_the_first_version(
    legacy: LegacyNotice, version: Version
) -> None:
    history = versions.adopt_legacy((), findings.as_version(legacy, version.policy))

    history = versions.publish(
        history,
        version,
        approval=Approval("r01", "o01"),
        findings=(),
        today=date(2026, 11, 24),
    )

    called_in_2023 = versions.bound_for_import(history, start_of_day(date(2023, 5, 1)))
    assert called_in_2023 == history[0]
    assert versions.in_force(history, start_of_day(date(2023, 5, 1))) is None
    assert [v.number for v in history] == ["2022-01-21", "2"]


def test_a_fault_in_an_old_notice_is_named(mara: Path) -> None:
    text = (mara / "legacy" / "notice-2022.toml").read_text()

    with pytest.raises(ConfigError, match=r"legacy\.sentence\.0\.kind: hearsay is not one of"):
        findings.read(text.replace('kind = "software"', 'kind = "hearsay"', 1))

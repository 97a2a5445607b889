"""The notice as people read it (REGISTER 4.5, F)."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date

import pytest

from talteen.errors import ConfigError
from talteen.notice import register_folder, text, wording
from talteen.notice.clauses import SentenceId
from talteen.notice.language import Language
from talteen.notice.register_folder import REGISTER, RegisterFolder, notice_path
from talteen.notice.text import Clause, Edition, Notice, Sentence
from talteen.notice.versions import Version

CONDITIONAL = {"1.s5", "12.s1", "12.s2", "12.s3", "12.s4", "15.s4"}


@pytest.mark.parametrize("language", Language)
def test_no_placeholder_is_ever_printed(edition: Edition, language: Language) -> None:
    notice = edition.notices[language]

    printed = [notice.title, *notice.head, *notice.sentences.values()]

    assert not [line for line in printed if "{" in line or "}" in line]


@pytest.mark.parametrize("language", Language)
def test_all_languages_print_the_same_sentences_in_the_same_order(
    edition: Edition, language: Language, register: RegisterFolder
) -> None:
    printed = list(edition.notices[language].sentences)

    assert printed == [name for name in register.promises if name in printed]
    assert set(register.promises) - set(printed) == {"1.s5", "12.s2", "12.s3", "12.s4", "14.s17"}


def test_the_head_says_version_start_and_what_it_replaces(finnish: Notice) -> None:
    assert finnish.head[:2] == (
        "Versio 2, voimassa 25.11.2026 alkaen.",
        "Korvaa version 2022-01-21.",
    )


def test_a_first_version_replaces_nothing(register: RegisterFolder, version: Version) -> None:
    first = text.render(register, Language.EN, replace(version, supersedes=None))

    assert len(first.head) == 2
    assert not any("Replaces" in line for line in first.head)


def test_dates_are_written_as_each_language_writes_them(edition: Edition) -> None:
    starts = {language: edition.notices[language].head[0] for language in Language}

    assert "25.11.2026" in starts[Language.FI]
    assert "25.11.2026" in starts[Language.SV]
    assert "25 November 2026" in starts[Language.EN]


def test_lists_are_joined_as_each_language_joins_them(edition: Edition) -> None:
    lines = {language: edition.notices[language].sentences["4.s2"] for language in Language}

    assert lines[Language.FI].endswith("Ryhmävaraukset ja Kanta-asiakaspalvelu.")
    assert lines[Language.SV].endswith("Gruppbokningar och Stamkundsservice.")
    assert lines[Language.EN].endswith("Group bookings and Loyalty service.")


def test_a_line_that_is_never_recorded_is_not_in_the_register(finnish: Notice) -> None:
    assert "Yksityispuhelut" not in finnish.sentences["4.s2"]


def test_without_an_unrecorded_line_none_is_promised(
    folder_texts: dict[str, str], version: Version
) -> None:
    without = re.sub(r"accessible_phone = .*\n", "", folder_texts[REGISTER])
    register = register_folder.assemble({**folder_texts, REGISTER: without})

    printed = text.render(register, Language.FI, version).sentences

    assert "15.s4" not in printed
    assert "15.s5" in printed


def test_joint_controllers_and_transfers_are_told_where_they_are(
    folder_texts: dict[str, str], version: Version
) -> None:
    joint = """
joint_essence = { fi = "jaettu näin", sv = "delat så här", en = "shared like this" }
[[controller.joint]]
name = "Toinen Osuuskunta"
business_id = "0116323-1"
[dpo]"""
    transfer = """
[[transfers]]
recipient = "Mallikonesali Oy"
place = { fi = "Yhdysvallat", sv = "Förenta staterna", en = "the United States" }
country = "US"
mechanism = "adequacy_decision"
safeguards = { fi = "komission päätös", sv = "kommissionens beslut", en = "a decision" }
assessed_on = 2026-05-04
measures = "keys stay in Kuopio"
review_on = 2027-05-04
copy_url = "https://puhelut.mara.example/notice/safeguards"
"""
    file = folder_texts[REGISTER].replace("[dpo]", joint, 1).replace('"FI"', '"US"', 1) + transfer
    register = register_folder.assemble({**folder_texts, REGISTER: file})

    printed = text.render(register, Language.FI, version).sentences

    assert printed["1.s5"].endswith("jaettu näin.")
    assert "Yhdysvallat, Mallikonesali Oy, komission päätös" in printed["12.s2"]
    assert "12.s1" not in printed
    assert set(register.promises) - set(printed) == {"12.s1", "14.s17"}


def test_the_canonical_form_reads_back_as_the_notice(finnish: Notice) -> None:
    read_back = json.loads(text.canonical(finnish))

    assert read_back == text.as_json(finnish)
    assert read_back["clauses"][0]["sentences"][0]["text"] == finnish.sentences["0.s1"]
    assert b'": ' not in text.canonical(finnish)


def test_the_hash_of_a_version_is_over_its_three_languages(edition: Edition) -> None:
    digests = [
        hashlib.sha256(text.canonical(edition.notices[language])).digest()
        for language in (Language.FI, Language.SV, Language.EN)
    ]

    assert text.edition_sha256(edition) == hashlib.sha256(b"".join(digests)).digest()


def test_one_changed_letter_is_another_notice(
    folder_texts: dict[str, str], edition: Edition, version: Version
) -> None:
    path = notice_path(Language.SV)
    changed = {**folder_texts, path: folder_texts[path].replace("inte", "int", 1)}

    other = text.edition(register_folder.assemble(changed), version)

    assert text.edition_sha256(other) != text.edition_sha256(edition)
    assert text.sha256(other.notices[Language.FI]) == text.sha256(edition.notices[Language.FI])


def test_the_same_register_gives_the_same_bytes(
    folder_texts: dict[str, str], edition: Edition, version: Version
) -> None:
    again = text.edition(register_folder.assemble(folder_texts), version)

    assert text.edition_sha256(again) == text.edition_sha256(edition)


def test_a_sentence_that_one_language_lacks_is_named(folder_texts: dict[str, str]) -> None:
    path = notice_path(Language.SV)
    lacking = re.sub(r'(?m)^s2 = "Vi berättar det alltid.*\n', "", folder_texts[path])
    assert lacking != folder_texts[path]

    with pytest.raises(ConfigError, match=r"texts/sv/notice\.toml 0\.s2: is missing"):
        register_folder.assemble({**folder_texts, path: lacking})


def test_a_sentence_that_no_map_knows_is_named(folder_texts: dict[str, str]) -> None:
    path = notice_path(Language.EN)
    extra = folder_texts[path].replace("[clause.1]", 's12 = "More."\n[clause.1]', 1)

    with pytest.raises(ConfigError, match=r"texts/en/notice\.toml \S+: is in no map"):
        register_folder.assemble({**folder_texts, path: extra})


def test_a_text_in_the_folder_of_another_language_is_refused(folder_texts: dict[str, str]) -> None:
    swapped = {**folder_texts, notice_path(Language.SV): folder_texts[notice_path(Language.FI)]}

    with pytest.raises(ConfigError, match="fi in the folder of another language"):
        register_folder.assemble(swapped)


def test_a_placeholder_without_a_value_is_named() -> None:
    with pytest.raises(ConfigError, match=r"\{dpo\.fax\} has no value"):
        wording.fill("Faksi: {dpo.fax}.", {"dpo.email": "a@b.example"})


def test_a_value_is_put_in_as_it_is_even_if_it_looks_like_a_placeholder() -> None:
    filled = wording.fill("{a.b} {c}", {"a.b": "{c}", "c": "d"})

    assert filled == "{c} d"


def test_a_version_says_the_day_on_which_it_begins(
    register: RegisterFolder, version: Version
) -> None:
    later = text.render(register, Language.FI, replace(version, valid_from=date(2027, 3, 1)))

    assert later.head[0] == "Versio 2, voimassa 1.3.2027 alkaen."


def test_the_canonical_form_is_the_one_that_is_described() -> None:
    # docs/formats/notice.md: UTF-8, keys sorted, no white space, no needless escape.
    sentence = Sentence(SentenceId("0.s1"), "Sanoit ”ei”.")
    notice = Notice(
        language=Language.FI,
        version="1",
        valid_from=date(2026, 11, 25),
        supersedes=None,
        title="Seloste",
        head=("Versio 1",),
        clauses=(Clause("0", "Lyhyesti", (sentence,)),),
    )

    assert text.canonical(notice).decode() == (
        '{"clauses":[{"id":"0","sentences":[{"id":"0.s1","text":"Sanoit ”ei”."}],'
        '"title":"Lyhyesti"}],"format":"talteen-notice-1","head":["Versio 1"],"language":"fi",'
        '"supersedes":null,"title":"Seloste","valid_from":"2026-11-25","version":"1"}'
    )
    assert text.sha256(notice) == hashlib.sha256(text.canonical(notice)).digest()

"""The carried texts agree in three languages: keys, placeholders, types, no forbidden word.

Notice, announcements, scripts, letters and the notice for employees; Finnish is the source.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from talteen.notice.wording import placeholders_in

KINDS = ("notice", "announcements", "agent-scripts", "letters", "employee-notice")
OTHERS = ("sv", "en")
TYPES = {
    "text", "text_long", "integer", "digit", "date", "datetime", "list", "email", "phone", "url",
    "address", "business_id", "money", "length", "spoken", "line",
}  # fmt: skip


@pytest.fixture(scope="session")
def texts(mara: Path) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (language, kind): tomllib.loads((mara / "texts" / language / f"{kind}.toml").read_text())
        for language in ("fi", "sv", "en")
        for kind in KINDS
    }


@pytest.fixture(scope="session")
def known(mara: Path) -> dict[str, dict[str, Any]]:
    placeholders: dict[str, dict[str, Any]] = tomllib.loads(
        (mara / "texts" / "placeholders.toml").read_text()
    )["placeholder"]
    return placeholders


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        found |= flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


def words(table: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in flat(table).items() if isinstance(value, str)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", OTHERS)
def test_every_language_has_the_same_keys_in_the_same_order(
    texts: dict[tuple[str, str], dict[str, Any]], kind: str, other: str
) -> None:
    assert list(flat(texts[other, kind])) == list(flat(texts["fi", kind]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", OTHERS)
def test_every_language_takes_the_same_values(
    texts: dict[tuple[str, str], dict[str, Any]], kind: str, other: str
) -> None:
    finnish, translated = words(texts["fi", kind]), words(texts[other, kind])

    differing = {
        key for key in finnish if placeholders_in(finnish[key]) != placeholders_in(translated[key])
    }

    # Each language offers the two others.
    assert differing == ({"language_choice.text"} if kind == "announcements" else set())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", OTHERS)
def test_numbers_and_switches_are_the_same_in_every_language(
    texts: dict[tuple[str, str], dict[str, Any]], kind: str, other: str
) -> None:
    def facts(table: dict[str, Any]) -> dict[str, Any]:
        found = {k: v for k, v in flat(table).items() if not isinstance(v, str)}
        return {k: v for k, v in found.items() if k != "meta.chars_per_second"}

    assert facts(texts[other, kind]) == facts(texts["fi", kind])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_empty(
    texts: dict[tuple[str, str], dict[str, Any]], language: str, kind: str
) -> None:
    assert [key for key, value in words(texts[language, kind]).items() if not value.strip()] == []


def test_every_placeholder_is_known_by_its_type_and_its_texts(
    texts: dict[tuple[str, str], dict[str, Any]], known: dict[str, dict[str, Any]]
) -> None:
    used: dict[str, set[str]] = {}
    for (_, kind), table in texts.items():
        for text in words(table).values():
            for name in placeholders_in(text):
                used.setdefault(name, set()).add(kind)

    assert {name: set(facts["used_in"]) for name, facts in known.items()} == used
    assert {facts["type"] for facts in known.values()} <= TYPES


def test_every_brace_is_a_placeholder(texts: dict[tuple[str, str], dict[str, Any]]) -> None:
    odd = [
        (where, key)
        for where, table in texts.items()
        for key, text in words(table).items()
        if re.sub(r"\{[a-z0-9_.]+\}", "", text).strip("{}") != re.sub(r"\{[a-z0-9_.]+\}", "", text)
    ]

    assert odd == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_first_layer_is_read_in_a_minute(
    texts: dict[tuple[str, str], dict[str, Any]], language: str
) -> None:
    first = texts[language, "notice"]["clause"]["0"]

    assert sum(len(text.split()) for key, text in first.items() if key != "title") <= 120


@pytest.mark.parametrize("kind", ["notice", "announcements", "employee-notice", "agent-scripts"])
def test_no_text_speaks_of_consent(texts: dict[tuple[str, str], dict[str, Any]], kind: str) -> None:
    pattern = re.compile(r"suostumu|samtyck|\bconsent", re.IGNORECASE)

    speaking = [
        (language, key)
        for language in ("fi", "sv", "en")
        for key, text in words(texts[language, kind]).items()
        if pattern.search(text)
    ]

    assert speaking == []


@pytest.mark.parametrize("kind", ["notice", "announcements", "employee-notice", "letters"])
def test_no_finnish_text_uses_a_word_of_the_office(
    texts: dict[tuple[str, str], dict[str, Any]], kind: str
) -> None:
    pattern = re.compile(r"edellä mainittu|kyseinen|toimesta|osalta|suoritta(a|mme)", re.IGNORECASE)

    speaking = [key for key, text in words(texts["fi", kind]).items() if pattern.search(text)]

    assert speaking == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_letter_is_in_the_map_and_every_line_in_its_letter(
    texts: dict[tuple[str, str], dict[str, Any]],
    known: dict[str, dict[str, Any]],
    mara: Path,
    language: str,
) -> None:
    letters = texts[language, "letters"]
    mapped = tomllib.loads((mara / "texts" / "letters-map.toml").read_text())["letter"]
    lines = {name for name, facts in known.items() if facts["type"] == "line"}

    without_lines = [
        name
        for name, letter in letters.items()
        if placeholders_in(" ".join(words({"": letter}).values())) & lines
        and not any(key.startswith("line_") for key in letter)
    ]

    assert set(letters) - {"meta", "common"} == set(mapped)
    assert without_lines == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_refusal_tells_how_to_take_it_further(
    texts: dict[tuple[str, str], dict[str, Any]], language: str
) -> None:
    letters = texts[language, "letters"]
    refusals = (
        "not_identified", "extension", "access_cover", "nothing_found", "erasure_refused",
        "erasure_refused_duty", "objection_refused", "rectification_statement", "portability_na",
        "excessive_refused", "excessive_fee",
    )  # fmt: skip

    # A missing mandate is asked for, not refused; who is no data subject has no Art. 77.
    assert [name for name in refusals if not letters[name].get("appeal")] == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("letter", ["receipt", "identity_question", "not_identified"])
def test_before_identification_no_letter_takes_a_fact_of_a_call(
    texts: dict[tuple[str, str], dict[str, Any]], language: str, letter: str
) -> None:
    taken = placeholders_in(texts[language, "letters"][letter]["body"])

    # The day in "not identified" is the one that the person named.
    assert {name for name in taken if name.startswith(("call.", "calls."))} <= {"call.date"}
    assert not taken & {"call.due_date", "call.cutoff_date", "destroyed.date", "certificate.number"}

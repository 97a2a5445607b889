"""The mapping file: every error names its key, and a number is read as people write it."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from talteen.errors import ConfigError
from talteen.oversight.records import mapping
from tests.oversight import day

SCHEMA = Path(__file__).parents[3] / "docs" / "formats" / "call-records.schema.json"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "format: is missing"),
        ("format = 2", "format: 2 is more than 1"),
        ("format = 1\ncolour = 1", "colour: is not a key"),
        ('format = 1\n[numbers]\ncountry = "358"', "numbers.country: 358 is not a country code"),
        ('format = 1\n[numbers]\nzone = "Mars"', "numbers.zone: Mars is not a time zone"),
        ('format = 1\n[agents]\nextensions = ["7109-7101"]', "agents.extensions.0: 7109-7101"),
        ('format = 1\n[agents]\nqueues = ["1-99999999"]', "agents.queues.0: 1-99999999 is wider"),
        ('format = 1\n[lines]\nexcluded = ["0505550177"]', "lines.excluded.0: 0505550177"),
        ("format = 1\nlongest_wait_s = 0", "longest_wait_s: 0 is less than 1"),
        ("format =", "the mapping file: "),
    ],
)
def test_an_error_names_its_key(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as told:
        mapping.read(text)

    assert says in str(told.value)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0505550105", "+358505550105"),
        ("+358 50 555 0105", "+358505550105"),
        ("00358505550105", "+358505550105"),
        ("050-5550105", "+358505550105"),
        ("anonymous", None),
        ("", None),
        ("7105", None),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, number: str | None) -> None:
    assert day.house().e164(written) == number


def test_a_person_is_found_by_extension_code_or_name() -> None:
    here = mapping.read(
        'format = 1\n[agents]\nextensions = ["7101-7102"]\nstaff = { 7101 = "aino" }\n'
        'names = { "Aino A." = "7101" }'
    )

    assert here.extension("aino") == "7101"
    assert here.extension("7102") == "7102"
    assert here.extension("otso") is None
    assert here.named("Aino A.") == "7101"
    assert here.named("Neuvoja 7102") == "7102"


def test_the_published_schema_is_the_one_that_is_checked() -> None:
    published = json.loads(SCHEMA.read_text())
    adapter: TypeAdapter[mapping.MappingFile] = mapping.adapter()

    assert published["properties"] == adapter.json_schema()["properties"]
    assert published["$defs"] == adapter.json_schema()["$defs"]

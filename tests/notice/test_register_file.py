"""``register.toml`` is read strictly: every fault names key, value and article (REGISTER F)."""

from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from talteen.errors import ConfigError
from talteen.notice import register_file
from talteen.notice.language import Localised
from talteen.notice.particulars import RegisterFile
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.written import LocalisedUrl

FAULTS = [
    (
        '"0116323-1"', '"0116323-2"',
        "controller.business_id: 0116323-2 has a wrong check digit (REGISTER 1.1); "
        "copy the business id from the trade register (ytj.fi)",
    ),
    ('"0116323-1"', '"116323-1"', "controller.business_id: 116323-1 is not a business id"),
    (
        "months = 3 ", "months = 6 ",
        "retention.months: 6 is more than 3 (GDPR 5(1)(e), 13(2)(a), REGISTER 13.14); write 2",
    ),
    ("months = 3 ", "months = 1 ", "retention.months: 1 is less than 2"),
    ("months = 3 ", 'months = "6" ', 'retention.months: "6" is not a whole number (GDPR 5(1)(e)'),
    (
        "margin_days = 7", "margin_days = 5",
        "retention.margin_days: 5 is less than 7, the days that backup copies of keys live, and "
        "one (GDPR 13(2)(a), REGISTER 13.1)",
    ),
    ("margin_days", "margin_dayz", "retention.margin_dayz: is not a key of this file"),
    ('["r01", "r02"]', '["r01"]', "contact.people: has fewer than 2 (REGISTER 3.2"),
    ('["r01", "r02"]', '["r01", "r01"]', "contact.people: r01 stands there 2 times"),
    ('country = "FI"', 'country = "US"', "processors.0.country: US is outside the EEA"),
    ('country = "FI"', 'country = "Suomi"', "processors.0.country: Suomi is not a country code"),
    ('contract = "KS-2026-014"\n', "", "processors.0.contract: is missing (GDPR 28(3)"),
    ('basis = "6(1)(f)"', 'basis = "6(1)(a)"', "purposes.0.basis: 6(1)(a) is not one of"),
    (
        'basis = "6(1)(f)"', 'basis = "6(1)(c)"',
        "purposes.0.basis: 6(1)(c) does not carry rights_of_parties (GDPR 13(1)(c)-(d)",
    ),
    ('key = "guidance"', 'key = "marketing"', "purposes.4.key: marketing is not one of"),
    ('key = "guidance"', 'key = "training"', "purposes: training stands there 2 times"),
    ('[[purposes]]\nkey = "authority"\nbasis = "6(1)(c)"\n', "", "purposes: authority is missing"),
    ('approver = "owner"', 'approver = "register_contact"', "is the author too"),
    ("2026-09-01", '"2026-09-01"', 'reviewed_on: "2026-09-01" is not a date'),
    ("tietosuoja.mara@sok.fi", "tietosuoja sok", "contact.email: tietosuoja sok is not an e-mail"),
    ('"https://varaa.mara', '"http://varaa.mara', "alternatives.web: http://varaa.mara.example"),
    ("format = 1", "format = 2", "format: 2 is more than 1"),
    ("percent = 5", "percent = 20", "pool.percent: 20 is more than 5 (GDPR 5(1)(c)"),
    ('unit = "myyntipalvelu"', 'unit = "myynti"', "lines.0.unit: myynti is not a unit"),
    ('slug = "hotelli-satama"', 'slug = "hotelli-kaisla"', "units: hotelli-kaisla stands there 2"),
    ('name.sv = "SOK', 'name.se = "SOK', "register.name.se: is not a key"),
    ('name.sv = "SOK', '# name.sv = "SOK', "register.name.sv: is missing (GDPR 30(1))"),
    ('"9(2)(f)"', '"9(2)(a)"', "special_category.condition: 9(2)(a) is not"),
    ("refuse = 9", "refuse = 1", "keys: 1 stands there 2 times"),
    ("review_days = 90", "review_days = 365", "hold.review_days: 365 is more than 90"),
    ("recorded = true", 'recorded = "yes"', "lines.0.recorded: yes is not true or false"),
    ("[controller]", "[[controller]]", "controller: this is not a table"),
    ('people = ["r01", "r02"]', 'people = "r01"', "contact.people: r01 is not a list"),
    ('key = "mara"', 'key = ""', "key: is empty"),
    ('email = "kirjaamo@mara.example"', "email = 1", "controller.email: 1 is not a text"),
    ("format = 1", "format =", "register.toml: Invalid value (at line"),
    (
        "[dpo]", '[[controller.joint]]\nname = "Toinen"\nbusiness_id = "0116323-1"\n[dpo]',
        "controller.joint_essence: is missing, and there are joint controllers (GDPR 26(2))",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_is_named_by_key_value_and_law(
    folder_texts: dict[str, str], old: str, new: str, message: str
) -> None:
    text = folder_texts[REGISTER]
    assert old in text

    with pytest.raises(ConfigError) as error:
        register_file.read(text.replace(old, new, 1))

    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_margin_must_outlast_the_key_holders_of_the_house(folder_texts: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"retention\.margin_days: 7 is less than 8"):
        register_file.read(folder_texts[REGISTER], least_margin_days=8)


def test_a_processor_outside_the_eea_stands_with_its_transfer(
    folder_texts: dict[str, str],
) -> None:
    text = folder_texts[REGISTER].replace('country = "FI"', 'country = "US"', 1)
    transfer = """
[[transfers]]
recipient = "Mallikonesali Oy"
place = { fi = "Yhdysvallat", sv = "Förenta staterna", en = "the United States" }
country = "US"
mechanism = "standard_contractual_clauses"
safeguards.fi = "EU-komission mallisopimuslausekkeet (moduuli 2)"
safeguards.sv = "Europeiska kommissionens standardavtalsklausuler (modul 2)"
safeguards.en = "the standard contractual clauses of the European Commission (module 2)"
assessed_on = 2026-05-04
module = 2
measures = "keys stay in Kuopio"
review_on = 2027-05-04
copy_url = "https://puhelut.mara.example/notice/safeguards"
"""

    file = register_file.read(text + transfer)

    assert [(t.recipient, t.country) for t in file.transfers] == [("Mallikonesali Oy", "US")]
    with pytest.raises(ConfigError, match=r"transfers\.0\.country: FI is in the EEA"):
        register_file.read(folder_texts[REGISTER] + transfer.replace('"US"', '"FI"'))


def test_the_register_of_the_notice_is_that_of_the_controller(register: RegisterFolder) -> None:
    file = register.file

    assert file.controller.name == "Suomen Osuuskauppojen keskuskunta SOK"
    assert file.controller.business_id == "0116323-1"
    assert (file.retention.policy.months, file.retention.policy.margin_days) == (3, 7)
    assert [line.slug for line in file.lines if not line.recorded] == ["private"]
    assert {source.key for source in file.sources} == {
        "direct", "group_booking_on_behalf",
        "outbound_business_register", "outbound_loyalty_register",
    }  # fmt: skip


def test_an_example_register_can_be_reviewed_in_any_year(register: RegisterFolder) -> None:
    reviewed = register_file.reviewed_as_of(register.file, date(2031, 1, 1))

    days = {p.assessment.reviewed_on for p in reviewed.purposes if p.assessment}
    assert days == {date(2031, 1, 1)}
    assert reviewed.controller == register.file.controller


def test_every_key_of_the_file_is_described_for_the_one_who_writes_it(root: Path) -> None:
    page = (root / "docs" / "formats" / "register-toml.md").read_text()

    undescribed = [key for key in sorted(_keys(RegisterFile)) if f"`{key}`" not in page]

    assert undescribed == []


def _keys(table: Any, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for field in fields(table):
        name = f"{prefix}{field.name}"
        inner = [t for t in _types(get_type_hints(table)[field.name]) if is_dataclass(t)]
        if inner and inner[0] not in (Localised, LocalisedUrl):
            found |= _keys(inner[0], f"{name}.")
        else:
            found.add(name)
    return found


def _types(hint: Any) -> list[Any]:
    return [hint, *(t for argument in get_args(hint) for t in _types(argument))]

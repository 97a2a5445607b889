"""A machine belongs to somebody, and a record that has lapsed carries nothing new (11.1, 12.1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from talteen.errors import ConfigError
from talteen.notice import coverage, law, register_file
from talteen.notice.coverage import Lapse, Why
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipients import Mechanism, OwnMachines, Processor
from talteen.notice.register_folder import REGISTER, RegisterFolder

TODAY = date(2026, 11, 24)
TRANSFER = """
[[transfers]]
recipient = "Mallikonesali Oy"
place = { fi = "Britannia", sv = "Storbritannien", en = "the United Kingdom" }
country = "GB"
mechanism = "MECHANISM"
safeguards = { fi = "x", sv = "x", en = "x" }
measures = "keys stay in Kuopio"
review_on = 2027-05-04
copy_url = "https://puhelut.mara.example/notice/safeguards"
"""


def outside(texts: dict[str, str], mechanism: str, more: str = "") -> RegisterFile:
    """The first processor works in the United Kingdom, under this mechanism."""
    file = texts[REGISTER].replace('country = "FI"', 'country = "GB"', 1)
    return register_file.read(file + TRANSFER.replace("MECHANISM", mechanism) + more)


@pytest.mark.parametrize(
    ("machine", "host", "covered"),
    [
        ("s3.example.fi", "s3.example.fi", True),
        ("s3.example.fi", "S3.example.FI.", True),
        ("s3.example.fi", "evil-s3.example.fi", False),
        ("*.example.fi", "s3.example.fi", True),
        ("*.example.fi", "a.b.example.fi", True),
        ("*.example.fi", "example.fi", False),
        ("*.example.fi", "notexample.fi", False),
        ("10.20.0.0/16", "10.20.3.4", True),
        ("10.20.0.0/16", "10.20.3.0/24", True),
        ("10.20.3.0/24", "10.20.0.0/16", False),
        ("10.20.0.0/16", "10.21.0.1", False),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "10.20.0.1", False),
        ("10.20.0.1", "example.fi", False),
    ],
)
def test_a_record_covers_its_machines_and_no_other(machine: str, host: str, covered: bool) -> None:
    assert coverage.covers(machine, host) is covered


@pytest.mark.parametrize(
    "host", ["", "localhost", "127.0.0.1", "::1", "127.0.0.0/8", "[::1]", "/run/pg"]
)
def test_this_very_machine_needs_no_record(host: str) -> None:
    assert coverage.is_own(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "0.0.0.0/0", "example.fi", "localhost.example.fi"])
def test_any_other_machine_needs_one(host: str) -> None:
    assert not coverage.is_own(host)


def test_a_record_carries_only_once_somebody_wrote_why_it_was_chosen(
    register: RegisterFolder,
) -> None:
    [first, *others] = register.file.processors
    unchosen = replace(first, selection=None)

    def lapse(processor: Processor, today: date) -> Lapse | None:
        file = replace(register.file, processors=(processor, *others))
        return coverage.lapse_of(file, processor.name, today)

    new = replace(unchosen, contract_on=coverage.SELECTION_ASKED)
    assert lapse(new, TODAY) == Lapse(first.name, Why.NOT_CHOSEN, None)
    last = coverage.SELECTION_OVERDUE - timedelta(days=1)
    unreviewed = replace(unchosen, review_on=date(2028, 1, 1))
    assert lapse(unreviewed, last) is None  # who had one before has half a year
    assert coverage.next_review(register.file, unreviewed) == last
    since = last + timedelta(days=1)
    assert lapse(unreviewed, since) == Lapse(first.name, Why.NOT_CHOSEN, since)
    assert lapse(replace(first, review_on=None), since) is None


def test_each_machine_is_found_by_its_record(register: RegisterFolder) -> None:
    own = coverage.party(register.file, "pbx.mara.example")
    theirs = coverage.party(register.file, "s3.mallikonesali.example")

    assert isinstance(own, OwnMachines)
    assert isinstance(theirs, Processor)
    assert theirs.name == "Mallikonesali Oy"
    assert coverage.party(register.file, "s3.elsewhere.example") is None


def test_a_record_carries_until_the_evening_of_its_review(register: RegisterFolder) -> None:
    review = register.file.processors[0].review_on
    assert review is not None
    later = review + timedelta(days=1)

    assert coverage.lapses(register.file, review) == ()
    assert coverage.lapse_of(register.file, "Mallikonesali Oy", later) == Lapse(
        "Mallikonesali Oy", Why.REVIEW_PAST, later
    )
    assert coverage.is_soon(review, review - timedelta(days=29))
    assert not coverage.is_soon(review, review - timedelta(days=30))
    assert not coverage.is_soon(review, later)


def test_machines_without_a_review_day_are_refused(folder_texts: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"processors\.0\.review_on: is missing"):
        register_file.read(folder_texts[REGISTER].replace("review_on = 2027-05-04\n", "", 1))


def test_an_adequacy_decision_carries_on_its_own_days_only(folder_texts: dict[str, str]) -> None:
    file = outside(folder_texts, "adequacy_decision")
    transfer = replace(file.transfers[0], review_on=date(2040, 1, 1))
    known = replace(file, transfers=(transfer,), processors=file.processors[:1])
    known = replace(known, processors=(replace(known.processors[0], review_on=None),))

    assert coverage.lapses(known, TODAY) == ()
    ended = law.adequate("GB", TODAY)
    assert ended is not None
    assert ended.valid_to is not None
    assert coverage.lapses(known, ended.valid_to - timedelta(days=1)) == ()
    assert [one.why for one in coverage.lapses(known, ended.valid_to)] == [Why.NO_ADEQUACY]
    nowhere = replace(transfer, country="IN")
    there = replace(known.processors[0], country="IN")
    other = replace(known, transfers=(nowhere,), processors=(there,))
    assert [one.why for one in coverage.lapses(other, TODAY)] == [Why.NO_ADEQUACY]


def test_clauses_need_a_module_and_an_assessment(folder_texts: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"transfers\.0\.module: belongs to the clauses"):
        outside(folder_texts, "standard_contractual_clauses", "assessed_on = 2026-05-04\n")
    with pytest.raises(ConfigError, match=r"transfers\.0\.assessed_on: is missing"):
        outside(folder_texts, "standard_contractual_clauses", "module = 2\n")
    with pytest.raises(ConfigError, match=r"transfers\.0\.module"):
        outside(folder_texts, "adequacy_decision", "module = 2\n")
    whole = "module = 2\nassessed_on = 2026-05-04\n"
    file = outside(folder_texts, "standard_contractual_clauses", whole)
    assert coverage.lapses(file, TODAY) == ()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"withdrawn_on": TODAY}, Why.WITHDRAWN),
        ({"review_on": TODAY - timedelta(days=1)}, Why.TRANSFER_REVIEW_PAST),
        ({"assessed_on": None}, Why.ASSESSMENT_MISSING),
        ({"country": "US"}, Why.NO_TRANSFER),
    ],
)
def test_a_transfer_that_nothing_carries_lapses(
    folder_texts: dict[str, str], changed: dict[str, object], why: Why
) -> None:
    whole = "module = 3\nassessed_on = 2026-05-04\n"
    file = outside(folder_texts, "standard_contractual_clauses", whole)
    assert file.transfers[0].mechanism is Mechanism.CLAUSES
    transfer = replace(file.transfers[0], **changed)  # type: ignore[arg-type]

    found = coverage.lapses(replace(file, transfers=(transfer,)), TODAY)

    assert [(one.party, one.why) for one in found] == [("Mallikonesali Oy", why)]

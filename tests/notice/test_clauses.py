"""Every sentence of the notice and who keeps it (REGISTER J15)."""

import pytest

from talteen.errors import ConfigError
from talteen.notice import clauses
from talteen.notice.clauses import Kind
from talteen.notice.purposes import Role
from talteen.notice.register_folder import MAP, RegisterFolder


def test_the_notice_has_142_sentences_in_seventeen_clauses_and_four_more(
    register: RegisterFolder,
) -> None:
    in_order = list(dict.fromkeys(promise.clause for promise in register.promises.values()))

    assert len(register.promises) == 142
    assert in_order == list(clauses.ORDER)
    assert {str(number) for number in range(1, 18)} <= set(in_order)


def test_what_no_software_keeps_has_an_owner_and_evidence(register: RegisterFolder) -> None:
    by_people = {p.id: p for p in register.promises.values() if p.kind is not Kind.SOFTWARE}

    assert set(by_people) == {
        "6.s3", "7.s1", "7.s2", "7.s3", "9.s2", "9.s6",
        "complaint.s1", "complaint.s3", "15.s1", "17.s7", "17.s8",
    }  # fmt: skip
    assert all(
        isinstance(promise.owner, Role) and promise.evidence for promise in by_people.values()
    )


def test_every_promise_names_requirements_and_an_article(register: RegisterFolder) -> None:
    assert all(promise.requirements and promise.article for promise in register.promises.values())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"13.s1" = { kind = "software"', '"13.s1" = { kind = "soft"', "13.s1.kind: soft"),
        ('"13.s1" = {', '"19.s1" = {', "19.s1"),
        ('"17.s7" = { kind = "organisational", req', '"17.s7" = { kind = "law", rek', "17.s7.rek"),
        (', owner = "register_contact"', "", "17.s7: no software keeps it"),
        ("sentences = 142", "sentences = 143", "143 announced, 142 there"),
        ("[sentence]", "[sentence", "line 10"),
    ],
)
def test_a_fault_in_the_map_is_named(
    folder_texts: dict[str, str], old: str, new: str, named: str
) -> None:
    text = folder_texts[MAP]
    assert old in text

    with pytest.raises(ConfigError, match=named.replace("(", r"\(")):
        clauses.read(text.replace(old, new, 1))

"""Who may open what, and why (REGISTER 5.1-5.4, table D, J1, J14)."""

import pytest

from talteen.errors import NotAllowed
from talteen.notice import purposes
from talteen.notice.purposes import OPEN, Basis, Closed, Purpose, Reach, Role, SearchBy, Tie

# REGISTER D, column "purposes"; letters as there. Audio is opened for these and for no other.
TABLE_D = {
    Role.AGENT: "CT",
    Role.TEAM_LEADER: "QTR",
    Role.QUALITY_ANALYST: "QG",
    Role.TRAINER: "T",
    Role.COMPLAINT_HANDLER: "RC",
    Role.REGISTER_CONTACT: "SRA",
    Role.DPO: "B",
    Role.ADMIN: "",
    Role.OWNER: "",
    Role.HR: "R",
    Role.AUDITOR: "",
}
LETTERS = {
    "T": Purpose.TRAINING,
    "Q": Purpose.SERVICE_QUALITY,
    "G": Purpose.GUIDANCE,
    "R": Purpose.RIGHTS_OF_PARTIES,
    "C": Purpose.CORRECTNESS,
    "S": Purpose.DATA_SUBJECT_REQUEST,
    "A": Purpose.AUTHORITY,
    "B": Purpose.BREACH_INVESTIGATION,
}
IN_A_CASE = {
    Purpose.RIGHTS_OF_PARTIES,
    Purpose.DATA_SUBJECT_REQUEST,
    Purpose.AUTHORITY,
    Purpose.BREACH_INVESTIGATION,
}


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_recordings_for_its_purposes_and_no_other(role: Role) -> None:
    expected = {LETTERS[letter] for letter in TABLE_D[role]}

    assert {purpose for purpose in Purpose if purposes.may(role, purpose)} == expected
    assert set(purposes.purposes_of(role)) == expected


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER, Role.AUDITOR])
def test_who_runs_owns_or_audits_the_house_hears_nothing(role: Role) -> None:
    assert purposes.purposes_of(role) == ()


def test_an_agent_checks_only_their_own_call_of_the_day() -> None:
    assert purposes.reach(Role.AGENT, Purpose.CORRECTNESS) is Reach.OWN_CALL_OF_TODAY


def test_a_personnel_matter_and_an_investigation_take_two_persons() -> None:
    assert purposes.reach(Role.HR, Purpose.RIGHTS_OF_PARTIES) is Reach.CASE_OF_TWO_PERSONS
    assert (
        purposes.reach(Role.DPO, Purpose.BREACH_INVESTIGATION) is Reach.INVESTIGATION_OF_TWO_PERSONS
    )


def test_rights_duties_and_investigations_need_a_case() -> None:
    assert {purpose for purpose in Purpose if purposes.needs_case(purpose)} == IN_A_CASE


def test_checking_another_call_takes_a_booking_reference() -> None:
    assert purposes.needs_booking_reference(Purpose.CORRECTNESS, Tie.ANOTHER_CALL)
    assert not purposes.needs_booking_reference(Purpose.CORRECTNESS, Tie.OWN_CALL_OF_TODAY)
    assert not purposes.needs_booking_reference(Purpose.RIGHTS_OF_PARTIES, Tie.ANOTHER_CALL)


@pytest.mark.parametrize("by", [SearchBy.NUMBER, SearchBy.NAME])
def test_numbers_and_names_are_searched_only_in_a_case(by: SearchBy) -> None:
    searchable = {purpose for purpose in Purpose if purposes.search_allowed(purpose, by)}

    assert searchable == IN_A_CASE - {Purpose.BREACH_INVESTIGATION}


def test_special_categories_open_for_claims_requests_and_orders_only() -> None:
    opening = {purpose for purpose in Purpose if purposes.opens_special_category(purpose)}

    assert opening == {
        Purpose.RIGHTS_OF_PARTIES,
        Purpose.DATA_SUBJECT_REQUEST,
        Purpose.AUTHORITY,
    }


def test_every_door_is_built_but_that_of_a_breach_which_an_emergency_opens() -> None:
    assert set(Purpose) - OPEN == {Purpose.BREACH_INVESTIGATION}
    assert purposes.closed_because(Purpose.BREACH_INVESTIGATION) is Closed.BY_TWO_ONLY


@pytest.mark.parametrize("purpose", Purpose)
def test_every_closed_door_says_why_and_no_open_one_does(purpose: Purpose) -> None:
    assert (purposes.closed_because(purpose) is None) == (purpose in OPEN)


@pytest.mark.parametrize("asked", ["marketing", "coaching", "curiosity", "", "TRAINING"])
def test_an_unknown_purpose_is_refused_with_the_list_of_known_ones(asked: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        purposes.named(asked)

    assert all(purpose.value in refusal.value.remedy for purpose in Purpose)


def test_a_known_purpose_is_found_by_its_name() -> None:
    assert purposes.named("rights_of_parties") is Purpose.RIGHTS_OF_PARTIES


def test_duties_of_law_rest_on_law_and_the_rest_on_balanced_interests() -> None:
    by_law = {p for p, terms in purposes.TERMS.items() if terms.basis is Basis.LEGAL_OBLIGATION}

    assert by_law == purposes.STATUTORY
    assert by_law == IN_A_CASE - {Purpose.RIGHTS_OF_PARTIES}

"""A failure as a page: what is so, who can help, what next; never a stack, never data."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from talteen import wiring
from talteen.desk.page import failures
from talteen.engine.vault.holders import CredentialRefused, HolderSealed
from talteen.errors import (
    Conflict,
    DiskFull,
    InputError,
    KeyGone,
    NoLongerOpens,
    TalteenError,
    Tampered,
    Unavailable,
)
from talteen.notice.purposes import Role
from talteen.register.policy import Rule
from talteen.register.refusals import Closed, Denied, GrantOver
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Denied(Rule.HELD_FOR_ANOTHER), 403, "Puhelu on pidossa"),
        (Closed(), 410, "Puhelu ei avaudu enää"),
        (NoLongerOpens("gone", remedy="-"), 410, "Puhelu ei avaudu enää"),
        (GrantOver(), 403, "Lupa vanheni"),
        (Unavailable("key holder", remedy="-"), 503, "Talo ei juuri nyt vastaa"),
        (HolderSealed("sealed", remedy="-"), 503, "Avaimia ei voi nyt käyttää"),
        (CredentialRefused("token", remedy="-"), 503, "Avaimia ei voi nyt käyttää"),
        (DiskFull("disk", remedy="-"), 507, "Levyn varatila on käytössä"),
        (Conflict("late", remedy="-"), 409, "Joku ehti ensin"),
        (InputError("odd", remedy="-"), 422, "Tätä ei voi lukea"),
    ],
)
def test_a_failure_that_has_a_name_has_a_page(error: TalteenError, status: int, title: str) -> None:
    told = failures.told(error)

    assert (told.status, told.title) == (status, title)
    assert told.text


@pytest.mark.parametrize(
    "error", [Tampered("blob 7 torn at 4096", remedy="-"), KeyGone("page 9", remedy="-")]
)
def test_what_an_error_says_to_us_is_not_said_on_the_page(error: TalteenError) -> None:
    told = failures.told(error)

    assert error.happened not in f"{told.title} {told.text}"


def test_an_address_that_leads_nowhere_says_so(desk: Desk) -> None:
    answer = desk.client(Role.REGISTER_CONTACT).get("/puhelu/1")

    assert answer.status_code == 404
    assert "Sivua ei ole" in answer.content.decode()


def test_a_fault_of_ours_shows_a_reference_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talteen.life.destroy import days

    def falls(now: object) -> None:
        raise ZeroDivisionError("caller +358505550112 said something")

    monkeypatch.setattr(days, "calendar", falls)
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    client.force_login(desk.reader(Role.REGISTER_CONTACT))

    answer = client.get("/calendar")
    said = answer.content.decode()

    assert answer.status_code == 500
    assert "Mitään ei hävinnyt" in said
    assert "ZeroDivision" not in said
    assert "5550112" not in said


@pytest.mark.parametrize("path", ["/notice", "/calendar"])
def test_a_house_that_cannot_be_put_together_says_to_try_again(
    desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)

    def away() -> None:
        raise Unavailable("the live holder does not answer at 10.0.0.7", remedy="start it")

    monkeypatch.setattr(wiring, "house", away)
    answer = client.get(path)
    said = answer.content.decode()

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Talo ei juuri nyt vastaa" in said
    assert "10.0.0.7" not in said


def test_while_the_database_is_away_a_page_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    connection.close()

    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        away.setitem(connection.settings_dict, "PORT", "1")  # where nobody listens
        answer = client.get("/notice", headers={"cookie": "session=of-somebody"})

    assert answer.status_code == 503
    assert "Talo ei juuri nyt vastaa" in answer.content.decode()


def test_the_page_of_our_own_fault_reads_nothing(rf: RequestFactory) -> None:
    # No database fixture: a query here would fail the test.
    answer = failures.broken(rf.get("/"))

    assert answer.status_code == 500
    assert b"Jokin meni vikaan" in answer.content


@pytest.mark.django_db(transaction=True)
def test_an_address_or_a_form_with_a_nul_is_no_fault_of_ours(desk: Desk) -> None:
    """wapiti found it: the database takes no such text, and the answer was a 500."""
    client = desk.client(Role.REGISTER_CONTACT)
    assert client.get("/calls", {"line": "rooms"}).status_code == 200
    assert client.get("/calls", {"line": "rooms\0"}).status_code == 404
    form = {"data": "language=fi%00&next=/", "content_type": "application/x-www-form-urlencoded"}
    assert client.post("/language", **form).status_code == 404
    # Before anybody is known, in the other form that a form has, and in an address itself.
    stranger = Client(HTTP_HOST="localhost")
    assert stranger.post("/sign-in", {"code": "r01\0", "password": "x"}).status_code == 404
    assert client.get("/assessments/LIA-1%00.pdf").status_code == 404

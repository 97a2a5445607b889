"""Undertakings, trainings and leavers: what is entered, for how long it counts, and what ends."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError
from talteen.register.models import Staff
from talteen.register.staff import credentials, people
from talteen.register.staff.credentials import Credentials
from tests.kit import builders
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db

TODAY = helsinki_date(NOON)
YEAR = timedelta(days=365)


@pytest.fixture
def veera() -> Staff:
    """Somebody who was just hired."""
    return Staff.objects.create(code="r07", name="Veera", role="complaint_handler", language="fi")


def test_an_undertaking_counts_from_the_day_on_which_it_was_signed(veera: Staff) -> None:
    credentials.undertake("r07", "2026-1", TODAY, today=TODAY)

    assert people.has_undertaking(veera, TODAY)
    assert not people.has_undertaking(veera, TODAY - timedelta(days=1))
    with pytest.raises(Conflict):
        credentials.undertake("r07", "2026-1", TODAY, today=TODAY)


@pytest.mark.parametrize(
    ("code", "version", "on"),
    [("nobody", "1", TODAY), ("r07", " ", TODAY), ("r07", "1", TODAY + timedelta(days=1))],
)
def test_an_undertaking_that_cannot_be_is_refused(
    veera: Staff, code: str, version: str, on: date
) -> None:
    with pytest.raises(InputError):
        credentials.undertake(code, version, on, today=TODAY)


def test_training_is_valid_for_twelve_months_and_not_a_day_longer(veera: Staff) -> None:
    last = credentials.train("r07", TODAY, today=TODAY)

    assert last == date(2027, 11, 23)
    assert people.has_training(veera, last)
    assert not people.has_training(veera, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (TODAY + timedelta(days=1), None),
        (TODAY, TODAY + YEAR),
        (TODAY, TODAY - timedelta(days=1)),
    ],
)
def test_training_that_cannot_be_is_refused(veera: Staff, on: date, until: date | None) -> None:
    with pytest.raises(InputError):
        credentials.train("r07", on, until=until, today=TODAY)


def test_the_list_says_what_everybody_has_today(veera: Staff) -> None:
    credentials.undertake("r07", "2026-1", TODAY, today=TODAY)
    credentials.train("r07", TODAY - YEAR, today=TODAY)
    credentials.train("r07", TODAY, until=TODAY, today=TODAY)

    (told,) = credentials.everybody(TODAY)

    assert told == Credentials("r07", "complaint_handler", "", "", True, "2026-1", TODAY, "")
    assert told.complete(TODAY)
    assert not told.complete(TODAY + timedelta(days=1))


def session_of(person: Staff, until: datetime) -> None:
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store.set_expiry(until)
    store.save()


def test_whoever_leaves_may_nothing_and_their_sessions_end(veera: Staff) -> None:
    eila = builders.staff("Eila")
    both = builders.case(veera, eila, opened_at=NOON)
    alone = builders.case(veera, opened_at=NOON)
    for person in (veera, eila):
        session_of(person, NOON + YEAR)

    left = credentials.leave("r07", NOON)

    assert (left.sessions, left.cases, left.holds, left.active) == (1, (alone.reference,), 0, 1)
    assert both.reference not in left.cases
    (session,) = Session.objects.all()
    assert session.get_decoded()[SESSION_KEY] == str(eila.pk)
    veera.refresh_from_db()
    assert not veera.is_active
    with pytest.raises(Conflict):
        credentials.leave("r07", NOON)

"""Ways in: who gets one, by whom, and what a second factor is good for (REGISTER 17.1, D)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen import ids
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.register.models import Staff
from talteen.register.staff import (
    credentials,
    factors,
    invitations,
    joining,
    sign_in_tries,
    totp,
    tries,
)
from talteen.register.staff.account_models import RecoveryCode, SecondFactor
from talteen.register.staff.factors import NewApp
from talteen.register.staff.two_persons import SamePerson
from tests.kit import builders

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SEED = b"12345678901234567890"


def unseal(factor: UUID, person: UUID, sealed: bytes) -> bytes:
    """Open, as these tests keep seeds; tests/desk/entry/test_accounts.py shows them sealed."""
    return sealed


def code_of(at: datetime) -> str:
    return totp.code(SEED, totp.step_of(at))


def with_app(person: Staff, at: datetime = NOW - timedelta(hours=1)) -> SecondFactor:
    added = factors.add_app(person, NewApp(ids.new(), SEED), code_of(at), at, unseal=unseal)
    assert added is not None
    return added


# --- waits ---------------------------------------------------------------------------------


@given(st.integers(0, 10_000))
def test_a_wait_grows_to_a_quarter_of_an_hour_and_no_further(failures: int) -> None:
    assert tries.wait(failures) <= tries.wait(failures + 1) <= timedelta(minutes=15)
    assert bool(tries.wait(failures)) == (failures >= tries.FREE)


@pytest.mark.django_db
def test_after_five_failures_even_the_right_answer_waits() -> None:
    asked = []

    def right() -> bool:
        asked.append(1)
        return True

    for _ in range(tries.FREE):
        assert not sign_in_tries.attempt("r01", lambda: False, NOW)
    assert not sign_in_tries.attempt("r01", right, NOW)
    assert asked == [1]  # the work is done all the same: time tells of no wait
    assert sign_in_tries.attempt("r01", right, NOW + tries.FIRST)
    assert sign_in_tries.attempt("r02", right, NOW)


@pytest.mark.django_db
def test_a_right_password_buys_no_more_guesses_of_the_second_factor() -> None:
    for _ in range(tries.FREE - 1):
        sign_in_tries.attempt("r01", lambda: False, NOW)
    assert sign_in_tries.attempt("r01", lambda: True, NOW)  # the password, between two guesses
    sign_in_tries.attempt("r01", lambda: False, NOW)
    assert not sign_in_tries.attempt("r01", lambda: True, NOW)

    sign_in_tries.settle("r01")  # somebody got in with everything
    assert sign_in_tries.attempt("r01", lambda: True, NOW)


@pytest.mark.django_db
def test_somebody_who_goes_on_and_on_is_seen() -> None:
    at = NOW
    for _ in range(tries.TELLING):
        sign_in_tries.attempt("r01", lambda: False, at)
        at += tries.LONGEST

    assert sign_in_tries.persistent(at) == 1
    assert sign_in_tries.persistent(at + timedelta(days=2)) == 0


# --- factors -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_code_of_an_app_lets_in_once() -> None:
    eila = builders.staff("Eila")
    with_app(eila)

    assert factors.app_accepts(eila, code_of(NOW), NOW, unseal=unseal)
    assert not factors.app_accepts(eila, code_of(NOW), NOW, unseal=unseal)
    earlier = code_of(NOW - timedelta(seconds=30))
    assert not factors.app_accepts(eila, earlier, NOW, unseal=unseal)
    assert not factors.app_accepts(builders.staff("Ilkka"), code_of(NOW), NOW, unseal=unseal)


@pytest.mark.django_db
def test_the_code_that_added_an_app_is_used_up() -> None:
    eila = builders.staff("Eila")
    with_app(eila, NOW)

    assert not factors.app_accepts(eila, code_of(NOW), NOW, unseal=unseal)


@pytest.mark.django_db
def test_a_code_on_paper_lets_in_once_and_new_ones_end_the_old() -> None:
    eila = builders.staff("Eila")
    codes = factors.new_codes(eila, NOW)

    assert len(set(codes)) == factors.CODES
    assert factors.paper_accepts(eila, codes[0].upper().replace("-", " "), NOW)
    assert not factors.paper_accepts(eila, codes[0], NOW)
    assert not factors.paper_accepts(builders.staff("Ilkka"), codes[1], NOW)
    assert factors.codes_left(eila) == factors.CODES - 1
    factors.new_codes(eila, NOW)
    assert not factors.paper_accepts(eila, codes[1], NOW)
    held = {bytes(row) for row in RecoveryCode.objects.values_list("sha256", flat=True)}
    assert not any(code.encode() in row for code in codes for row in held)


@pytest.mark.django_db
def test_the_last_factor_stays() -> None:
    eila = builders.staff("Eila")
    only = with_app(eila)
    with pytest.raises(Conflict):
        factors.remove(eila, only.pk)
    other = with_app(eila)

    with pytest.raises(Missing):
        factors.remove(builders.staff("Ilkka"), other.pk)
    factors.remove(eila, only.pk)
    assert [one.id for one in factors.of(eila)] == [other.pk]


# --- invitations ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_link_takes_two_persons_and_is_shown_once() -> None:
    ossi, dina, aino = (builders.staff(name) for name in ("Ossi", "Dina", "Aino"))
    wish = invitations.ask(aino.pk, ossi, NOW)

    with pytest.raises(NotAllowed):
        invitations.show(wish.pk, ossi, NOW)
    with pytest.raises(SamePerson):
        invitations.approve(wish.pk, ossi, NOW)
    invitations.approve(wish.pk, dina, NOW)
    with pytest.raises(NotAllowed):
        invitations.show(wish.pk, dina, NOW)
    code = invitations.show(wish.pk, ossi, NOW)
    with pytest.raises(Conflict):
        invitations.show(wish.pk, ossi, NOW)

    assert invitations.of_code(code, NOW).staff == aino
    for wrong, at in ((code[:-1], NOW), ("", NOW), (code, NOW + invitations.LINK_LIVES)):
        with pytest.raises(Missing):
            invitations.of_code(wrong, at)


@pytest.mark.django_db
def test_nobody_invites_or_approves_themselves() -> None:
    ossi, dina, eila = (builders.staff(name) for name in ("Ossi", "Dina", "Eila"))
    with pytest.raises(NotAllowed):
        invitations.ask(ossi.pk, ossi, NOW)
    with pytest.raises(NotAllowed):
        invitations.ask(ossi.pk, eila, NOW)  # a role that invites nobody
    wish = invitations.ask(dina.pk, ossi, NOW)
    with pytest.raises(SamePerson):
        invitations.approve(wish.pk, dina, NOW)
    with pytest.raises(NotAllowed):
        invitations.approve(wish.pk, builders.staff("Aino"), NOW)


@pytest.mark.django_db
def test_a_new_wish_ends_the_one_before() -> None:
    ossi, dina, aino = (builders.staff(name) for name in ("Ossi", "Dina", "Aino"))
    first = invitations.ask(aino.pk, ossi, NOW)
    invitations.approve(first.pk, dina, NOW)
    code = invitations.show(first.pk, ossi, NOW)
    later = NOW + timedelta(minutes=1)

    invitations.ask(aino.pk, ossi, later)

    with pytest.raises(Missing):
        invitations.of_code(code, later)


@pytest.mark.django_db
def test_whoever_joins_ends_what_let_them_in_before() -> None:
    aino = builders.staff("Aino")
    old = with_app(aino)
    old_codes = factors.new_codes(aino, NOW)
    code = invitations.at_terminal("aino", None, NOW)
    wish = invitations.of_code(code, NOW)
    new = NewApp(ids.new(), SEED)

    def add(person: Staff, typed: str) -> SecondFactor | None:
        return factors.add_app(person, new, typed, NOW, unseal=unseal)

    assert joining.join(wish.pk, "hash", lambda one: add(one, "000000"), NOW) is None
    assert factors.of(aino)[0].id == old.pk  # nothing has changed yet, and the link is good
    joined = joining.join(wish.pk, "hash", lambda one: add(one, code_of(NOW)), NOW)

    assert joined is not None
    assert [one.id for one in factors.of(aino)] == [new.id]
    assert not factors.paper_accepts(aino, old_codes[0], NOW)
    assert Staff.objects.get(pk=aino.pk).password == "hash"
    with pytest.raises(Missing):
        joining.join(wish.pk, "other", lambda one: add(one, code_of(NOW)), NOW)


@pytest.mark.django_db
def test_at_the_terminal_two_decide_once_two_can_get_in() -> None:
    ossi, dina, aino = (builders.staff(name) for name in ("Ossi", "Dina", "Aino"))
    invitations.at_terminal("ossi", None, NOW)  # the first two: by whoever sets the house up
    with_app(ossi)
    with_app(dina)

    with pytest.raises(NotAllowed):
        invitations.at_terminal("aino", None, NOW)
    with pytest.raises(SamePerson):
        invitations.at_terminal("dina", ("ossi", "dina"), NOW)
    with pytest.raises(InputError):
        invitations.at_terminal("nobody", ("ossi", "dina"), NOW)
    assert invitations.at_terminal(aino.code, ("ossi", "dina"), NOW)


@pytest.mark.django_db
def test_who_leaves_takes_every_way_in_along() -> None:
    aino = builders.staff("Aino")
    with_app(aino)
    codes = factors.new_codes(aino, NOW)
    code = invitations.at_terminal("aino", None, NOW)

    credentials.leave("aino", NOW)

    assert factors.of(aino) == []
    assert not factors.paper_accepts(aino, codes[0], NOW)
    with pytest.raises(Missing):
        invitations.of_code(code, NOW + timedelta(seconds=1))
    with pytest.raises(InputError):
        invitations.at_terminal("aino", None, NOW)

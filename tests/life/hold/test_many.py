"""More than fifty calls of a dispute wait for the officer; calls are named one by one (13.12)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from talteen.errors import InputError, NotAllowed
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import applied
from talteen.life.hold import complaint, many, provisional, related, rules
from talteen.life.hold.related import CaseClosed, Looking, NothingWaits
from talteen.life.hold.rules import WaitsForOpinion, check_many
from talteen.life.seal.vault import Vault
from talteen.notice.opinions import Opinion, Unanswered
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold, Recording, Staff
from talteen.register.staff.people import SignIn
from talteen.register.staff.two_persons import SamePerson
from tests.kit import builders, vaults
from tests.kit.builders import NOON

db = pytest.mark.django_db(transaction=True)
DAYS = timedelta(days=7)
WHY = "riita koskee sitäkin"


def test_fifty_wait_for_nobody_and_fifty_one_for_an_opinion_on_as_many() -> None:
    check_many(50, opined_on=None, opinion=None, answered=False)
    for opined_on in (None, 50):
        with pytest.raises(WaitsForOpinion):
            check_many(51, opined_on=opined_on, opinion=Opinion.FOR, answered=False)
    check_many(51, opined_on=51, opinion=Opinion.FOR, answered=False)
    for opinion in (Opinion.AGAINST, Opinion.CONDITIONS):
        with pytest.raises(Unanswered):
            check_many(51, opined_on=60, opinion=opinion, answered=False)
        check_many(51, opined_on=60, opinion=opinion, answered=True)


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """With three calls, of which an agent complained about the first. Two are many here."""
    monkeypatch.setattr(rules, "MANY_CALLS", 2)
    found = vaults.safe(tmp_path, now=NOON - timedelta(days=1)).vault
    found = replace(found, on_apply=lambda roll: applied.apply(roll, margin_days=7))
    later = (NOON + timedelta(days=90)).date()
    for name, role in (
        ("Eila", Role.REGISTER_CONTACT),
        ("Ilkka", Role.REGISTER_CONTACT),
        ("Dina", Role.DPO),
    ):
        builders.staff(name, role=role, on=later)
    calls = [vaults.seal(found, started_at=NOON - timedelta(hours=n)) for n in (3, 2, 1)]
    complaint.mark_later(calls[0], calls[0].agent, NOON)
    complaint.settle(found, NOON, held_for=DAYS)
    return found


def others(case: Case) -> list[UUID]:
    return list(Recording.objects.exclude(holds__case=case).values_list("pk", flat=True))


def person(name: str) -> Staff:
    return builders.staff(name)


def hold(vault: Vault, case: Case, calls: list[UUID]) -> int:
    return related.hold(vault, case.pk, calls, by=person("Eila"), now=NOON, held_for=DAYS)


@db
def test_a_case_of_many_calls_is_kept_beyond_its_days_only_after_the_officer_spoke(
    vault: Vault,
) -> None:
    case = Case.objects.get()
    assert hold(vault, case, others(case)) == 2
    assert many.waiting(NOON) == [(case, 3)]
    review = NOON.date() + timedelta(days=30)
    with pytest.raises(WaitsForOpinion):
        related.confirm(vault, case.pk, review, by=person("Ilkka"), now=NOON)
    with pytest.raises(NotAllowed):
        many.opine(vault, case.pk, Opinion.FOR, "hyvä", by=person("Ilkka"), now=NOON)

    text = "kolmas puhelu on Kaisan yksityinen"
    many.opine(vault, case.pk, Opinion.AGAINST, text, by=person("Dina"), now=NOON)
    assert many.waiting(NOON) == []
    with pytest.raises(Unanswered):
        related.confirm(vault, case.pk, review, by=person("Ilkka"), now=NOON)
    with pytest.raises(InputError):  # a review that is past: what was written is not kept
        related.confirm(vault, case.pk, NOON.date(), by=person("Ilkka"), now=NOON, against=WHY)
    assert len(many.words(vault, case)) == 1
    then = NOON + timedelta(minutes=1)
    assert related.confirm(vault, case.pk, review, by=person("Ilkka"), now=then, against=WHY) == 3

    assert [one.text for one in many.words(vault, case)] == [text, WHY]
    assert not any(b"Kaisa" in bytes(one.words) for one in case.hold_opinions.all())
    Case.objects.update(closed_at=then)
    assert many.forget(36, then + timedelta(days=1090)) == 0
    assert many.forget(36, then + timedelta(days=1100)) == 2
    assert (many.words(vault, case), case.hold_opinions.count()) == ([], 2)
    assert set(Hold.objects.values_list("provisional_until", flat=True)) == {None}


@db
def test_nobody_confirms_their_own_and_where_nothing_waits_it_is_said(vault: Vault) -> None:
    case, review = Case.objects.get(), NOON.date() + timedelta(days=30)
    hold(vault, case, others(case)[:1])
    assert related.confirm(vault, case.pk, review, by=person("Eila"), now=NOON) == 1  # the agent's
    with pytest.raises(SamePerson):
        related.confirm(vault, case.pk, review, by=person("Eila"), now=NOON)
    assert related.confirm(vault, case.pk, review, by=person("Ilkka"), now=NOON) == 1
    with pytest.raises(NothingWaits):
        related.confirm(vault, case.pk, review, by=person("Ilkka"), now=NOON)
    Case.objects.update(closed_at=NOON)
    with pytest.raises(CaseClosed):
        related.confirm(vault, case.pk, review, by=person("Ilkka"), now=NOON)


@db
def test_without_the_officer_its_holds_end_by_themselves(vault: Vault) -> None:
    case = Case.objects.get()
    hold(vault, case, others(case))
    destroy.lapse(vault, NOON + DAYS)
    assert many.calls_of(case, NOON + DAYS) == 0


@db
def test_calls_are_named_and_a_line_is_only_where_one_looks(vault: Vault) -> None:
    case, eila = Case.objects.get(), person("Eila")
    for named in ([], [uuid4()], [uuid4() for _ in range(rules.MOST_NAMED + 1)]):
        with pytest.raises(InputError):
            hold(vault, case, named)
    assert Hold.objects.count() == 1  # all or none
    agent = Recording.objects.first().agent  # type: ignore[union-attr]
    with pytest.raises(NotAllowed):
        related.hold(vault, case.pk, others(case), by=agent, now=NOON, held_for=DAYS)

    day = NOON.date()
    line = Recording.objects.values_list("line", flat=True)[0]
    by_line = Looking(day, day, line=line)
    by_number = Looking(day, day, spellings=frozenset({vaults.NUMBER}))
    for looking in (by_line, by_number):
        found = related.find(vault, case.pk, looking, by=eila, sign_in=SignIn.TWO_FACTORS, now=NOON)
        assert [one.held for one in found] == [False, False, True]
    with pytest.raises(InputError):
        nowhere = Looking(day, day)
        related.find(vault, case.pk, nowhere, by=eila, sign_in=SignIn.TWO_FACTORS, now=NOON)
    assert provisional.over(NOON) == []

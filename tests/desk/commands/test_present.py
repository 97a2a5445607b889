"""Nobody acts in two others' names at the house's terminal: each of the two shows that they are
there (REGISTER 17.1, D; decision 335)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from talteen.clock import SystemClock
from talteen.config import Config
from talteen.desk.commands import present, staff, token
from talteen.desk.ground import database, startup
from talteen.errors import InputError, NotAllowed
from talteen.notice.purposes import Role
from talteen.register.models import House, Staff
from talteen.register.programs.api_models import ApiToken
from talteen.register.staff import factors, tries
from talteen.register.staff.account_models import Invitation, RecoveryCode
from tests.desk.conftest import Desk
from tests.kit.entrances import code_now, joined
from tests.kit.entrances import live as live

pytestmark = pytest.mark.django_db(transaction=True)
CONTACT, OFFICER = Role.REGISTER_CONTACT, Role.DPO


@pytest.fixture
def two(live: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[Staff, Staff]:
    """Two who decide who gets in, before the terminal of a live house."""

    @contextmanager
    def running(config: Config) -> Iterator[None]:
        yield

    monkeypatch.setattr(database, "running", running)
    monkeypatch.setattr(startup, "django", lambda: None)
    return live.reader(CONTACT), live.reader(OFFICER)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Says what is typed when the terminal asks."""

    def types(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in lines)))

    return types


def paper(person: Staff) -> str:
    """A code of the person's paper."""
    return factors.new_codes(person, SystemClock().now())[0]


def by(two: tuple[Staff, Staff]) -> tuple[str, str]:
    one, other = two
    return one.code, other.code


def test_a_name_in_an_argument_lets_nobody_in_and_makes_no_token(live, two, typed) -> None:
    joined(two[0]), joined(two[1])
    before, agent = Staff.objects.count(), live.reader(Role.AGENT).code
    acts = (
        (staff.add, ("x01",), {"role": "admin"}, ("Aino Esimerkki",)),
        (staff.invite, (agent,), {}, ()),
        (staff.place, (agent,), {}, ()),
        (staff.tell, (), {}, ()),
        (staff.directory, (agent,), {}, ("a@example.fi", "1")),
        (token.make, ("crm",), {"owner": agent, "scope": ["ledger:read"]}, ()),
    )
    for act, words, options, lines in acts:
        typed(*lines, "000000", "000000")
        with pytest.raises(present.NotShown):
            act(*words, **options, by=by(two))

    assert Staff.objects.count() == before
    assert not ApiToken.objects.exists()
    assert not Invitation.objects.filter(staff__code=agent).exists()


def test_two_who_show_a_code_of_their_app_or_their_paper_decide(live, two, typed, capsys) -> None:
    (_, seed, _), (_, _, codes) = joined(two[0]), joined(two[1])
    agent = live.reader(Role.AGENT).code
    typed(code_now(seed, ahead=1), codes[0])

    staff.invite(agent, by=by(two))

    row = Invitation.objects.get(staff__code=agent, used_at=None)
    assert (row.asked_by, row.approved_by) == two
    told = capsys.readouterr()
    assert codes[0] not in told.out + told.err


def test_what_was_shown_once_shows_nothing_a_second_time(two, typed) -> None:
    one, other = (paper(person) for person in two)
    typed(one, other)
    present.hirers(by(two))

    typed(one, other)
    with pytest.raises(present.NotShown):
        present.hirers(by(two))
    assert RecoveryCode.objects.exclude(used_at=None).count() == 2


def test_guessing_at_the_terminal_waits_as_guessing_at_the_door_does(two, typed) -> None:
    for _ in range(tries.FREE):
        typed("123456", "123456")
        with pytest.raises(present.NotShown):
            present.two(by(two))
    typed(paper(two[0]), paper(two[1]))

    with pytest.raises(present.NotShown):
        present.two(by(two))


def test_only_roles_that_let_people_in_let_people_in(live, two, typed) -> None:
    agent = live.reader(Role.AGENT)
    typed(paper(two[0]), paper(agent))

    with pytest.raises(NotAllowed, match="does not decide this"):
        present.hirers((two[0].code, agent.code))
    assert not RecoveryCode.objects.exclude(used_at=None).exists(), "no code was asked for"


def test_one_person_is_not_two_and_an_end_of_input_is_no_code(two, typed) -> None:
    with pytest.raises(NotAllowed, match="cannot be two"):
        present.two((two[0].code, two[0].code))
    typed()
    with pytest.raises(InputError, match="nothing was typed"):
        present.two(by(two))


def test_one_click_of_a_demo_stands_in_for_it(two) -> None:
    House.objects.update(born_as="demo")

    present.hirers(by(two))

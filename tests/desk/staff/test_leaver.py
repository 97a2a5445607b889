"""Somebody leaves while a call is open to them: the next byte is refused (REGISTER 17.1, I16)."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from talteen import ids
from talteen.clock import SystemClock, helsinki_date
from talteen.config import Born, Config
from talteen.desk.commands import staff
from talteen.desk.ground import database, startup
from talteen.errors import InputError, NotAllowed
from talteen.ids import HouseId
from talteen.notice.purposes import Purpose, Role
from talteen.register import access, house
from talteen.register.models import Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff import credentials, factors
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk

RIGHTS = Purpose.RIGHTS_OF_PARTIES


@pytest.mark.django_db(transaction=True)
def test_who_leaves_loses_page_session_and_open_sound_at_once(desk: Desk) -> None:
    call = desk.call("001")
    case = desk.case(call)
    handler = desk.reader(Role.COMPLAINT_HANDLER)
    client = desk.client(Role.COMPLAINT_HANDLER)
    client.post(f"/calls/{call.pk}/open", {"purpose": RIGHTS.value, "case": case.reference})
    assert client.get(f"/calls/{call.pk}").status_code == 200
    grant = access.grant(
        handler, RIGHTS, call.pk, case=case.reference, sign_in=SignIn.DEMO, at=desk.now
    )

    assert credentials.leave(handler.code, SystemClock().now()).sessions == 1

    for path in (f"/calls/{call.pk}", f"/calls/{call.pk}/sound", "/calls"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"][:8]) == (302, "/sign-in")
    with pytest.raises(Denied) as refused:  # what streams asks before its next range
        access.log_range(grant, "play", start_ms=0, end_ms=1000, at=desk.now)
    assert refused.value.rule is Rule.NOT_ACTIVE


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's database is the one of this test."""

    @contextmanager
    def running(config: Config) -> Iterator[None]:
        yield

    monkeypatch.setattr(database, "running", running)
    monkeypatch.setattr(startup, "django", lambda: None)


def run(*words: str) -> int:
    """``talteen staff`` with these words, in this process."""
    try:
        staff.app(list(words), exit_on_error=False, result_action="return_value")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.mark.django_db
@pytest.mark.usefixtures("at_terminal", "home")
def test_people_join_undertake_are_trained_and_leave_by_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for code, role in (("r01", "register_contact"), ("r02", "dpo")):
        monkeypatch.setattr("sys.stdin", io.StringIO("Aino Esimerkki\n"))
        assert run("add", code, "--role", role) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("Ville Esimerkki\n"))
    with pytest.raises(NotAllowed):
        run("add", "r03", "--role", "auditor")
    now = SystemClock().now()
    house.found(HouseId(ids.new()), Born.LIVE, at=now, machine_at=now)
    papers = [factors.new_codes(one, now)[0] for one in Staff.objects.order_by("code")]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(["Ville Esimerkki", *papers, ""])))
    assert run("add", "r03", "--role", "auditor", "--by", "r01", "r02") == 0
    with pytest.raises(InputError, match="no such role"):
        run("add", "r04", "--role", "king")
    assert Staff.objects.get(code="r03").name == "Ville Esimerkki"

    assert run("undertake", "r01", "2026-1", "--on", "2026-01-02") == 0
    assert run("train", "r01") == 0
    capsys.readouterr()
    assert run("list", "--json") == 0
    told = {one["code"]: one for one in json.loads(capsys.readouterr().out)}
    assert told["r01"]["complete"]
    assert told["r01"]["trained_until"] > str(helsinki_date(SystemClock().now()))
    assert not told["r03"]["complete"]

    assert run("leave", "r03") == 0
    assert run("leave", "r02") == 1
    assert run("list") == 0
    shown = capsys.readouterr().out
    assert "fewer than two people are left" in shown
    assert shown.count("has left") >= 2
    assert "Esimerkki" not in shown


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_terminal")
def test_the_terminal_puts_the_notice_before_the_staff_and_enters_papers_and_partners(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "CONFIG", desk.built.house.config)
    agent = desk.reader(Role.AGENT).code
    path = desk.built.house.config.paths.register / "register.toml"
    path.write_text(path.read_text().replace('version = "H-2026-1"', 'version = "H-2026-2"'))
    with pytest.raises(NotAllowed, match="one person cannot be two"):
        run("tell", "--by", "r01", "r01")
    assert run("tell", "--by", "r01", "r02") == 0
    with pytest.raises(NotAllowed, match="have them sign H-2026-2"):
        run("acknowledge", agent, "H-2026-1")
    assert run("acknowledge", agent, "H-2026-2", "--no-permits") == 0
    assert run("partner", agent, "Mallikonesali Oy", "--until", "2027-01-31") == 0
    with pytest.raises(InputError, match="no processor"):
        run("partner", agent, "Tuntematon Oy", "--until", "2027-01-31")
    capsys.readouterr()
    assert run("list", "--json") == 0
    told = {one["code"]: one for one in json.loads(capsys.readouterr().out)}
    assert (told[agent]["told"], told[agent]["contract"]) == ("withdrawn", "KS-2026-014")
    others = {one["told"] for one in told.values() if one["role"] == "agent"} - {"withdrawn"}
    assert others == {"earlier"}
    assert run("list") == 0
    assert "2027-01-31" in capsys.readouterr().out

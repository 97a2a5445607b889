"""``talteen ledger`` and ``talteen certificate`` as commands, on one house."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from talteen import course, founding, house_keys, wiring
from talteen.config import Config
from talteen.desk.commands import ledger as command
from talteen.desk.commands import proof
from talteen.desk.ground import database, place, startup
from talteen.errors import Conflict, InputError
from talteen.register.log import ledger, ledger_check, ledger_keys
from talteen.register.log.ledger_kinds import LogKeyBegun
from tests.desk.conftest import Desk
from tests.verifier.process import hold, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Commands find the database of the test and the house on it."""

    @contextmanager
    def running(_config: Config) -> Iterator[Callable[[], bool]]:
        yield lambda: True

    monkeypatch.setattr(startup, "ready", lambda: desk.built.house.config)
    monkeypatch.setattr(startup, "django", lambda: None)
    monkeypatch.setattr(database, "running", running)
    built = desk.built  # each command is a process of its own and reads the keys anew
    monkeypatch.setattr(
        wiring, "house", lambda _config=None: wiring.build(built.house.config, clock=built.clock)
    )
    return desk


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


def test_a_call_ends_and_its_certificate_holds_under_a_key_of_before(
    house: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One life: the log is checked, its key changes, a call dies, everything is handed out."""
    call, before = house.call("001"), str(house.built.house.log.signer.key)
    course.sweep(house.built.house, house.now)
    assert command.check(as_json=True) == 0
    assert said(capsys)["first_difference"] is None

    place.prepare(house.built.house.config)
    with place.owned(house.built.house.config), pytest.raises(Conflict, match="already runs"):
        command.rotate_key()
    assert command.rotate_key(as_json=True) == 0
    changed = said(capsys)
    assert changed["before"] == before != changed["key"]
    again = wiring.house()
    for at in (call.cutoff_at, call.due_at):
        house.built.clock.at = at + timedelta(minutes=30)
        course.sweep(again, house.now)
    out = tmp_path / "out"
    proof.certificate(str(call.pk), to=out, language=("fi",), form=("cert", "txt"))
    proof.certificate(str(call.day), to=out, language=("en",))
    capsys.readouterr()
    assert command.export(tmp_path / "log", as_json=True) == 0
    assert said(capsys)["size"] == ledger.publish(again.log, house.now).size
    assert command.check(as_json=True) == 0

    files = [out / f"{call.pk}.fi.cert", out / f"{call.day}.en.cert"]
    key_file = tmp_path / "log" / str(changed["file"])
    assert hold(run("--json", "--key", before, *files)) == [False, False]
    assert hold(run("--json", "--key", before, key_file, *files)) == [True, True, True]
    assert "hävitetty" in (out / f"{call.pk}.fi.txt").read_text()
    with pytest.raises(InputError, match="no form doc"):
        proof.certificate(str(call.pk), to=out, form=("doc",))


def test_what_was_changed_is_named_and_ends_in_1(
    house: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    log = house.built.house.log
    ledger.publish(log, house.now)
    log.store.put("log/checkpoint", [b"another\n"])

    assert command.check() == 1
    assert "differs first at: checkpoint" in capsys.readouterr().out


def test_a_change_of_the_key_that_was_cut_short_goes_on(
    house: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def killed(*_: object) -> None:
        raise Killed

    first = house.built.house.log.signer.key
    places = (
        (ledger_keys, "change"),  # the keys are made
        (wiring, "write_former"),  # they are announced
        (Path, "rmdir"),  # they are moved
    )
    for number, place_ in enumerate(places, 2):
        with monkeypatch.context() as patch:
            patch.setattr(*place_, killed)
            with pytest.raises(Killed):
                founding.rotate_log_key(wiring.house(), house.now)

        founding.rotate_log_key(wiring.house(), house.now)

        assert not (house_keys.folder(house.built.house.config) / "next").exists()
        assert len(list(ledger.find(LogKeyBegun))) == number
    log = wiring.house().log
    assert first in log.former
    assert len(log.keys) == 2 * 4
    head = ledger.publish(log, house.now)
    found = ledger_check.check(log)
    assert (found.entries, found.first_difference) == (head.size, None)

"""The page of the vault tells what the drills have shown (REGISTER 17.6)."""

from datetime import timedelta

import pytest

from talteen.ids import RecordingId, new
from talteen.notice.purposes import Role
from talteen.oversight import damage, drills
from talteen.oversight.damage import Place
from talteen.oversight.drills import Drill
from talteen.register.log.ledger_recovery import DrillKind
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def panel(desk: Desk) -> str:
    page = desk.client(Role.DPO).get("/vault").content.decode()
    return page[page.index('aria-labelledby="harjoitus"') :].partition("</section>")[0]


def test_the_panel_tells_the_last_drill_and_what_is_wrong(desk: Desk) -> None:
    assert "ei vielä" in panel(desk)

    good = Drill(DrillKind.WEEKLY, 40, frozenset(), controls=3, played=3, files=90)
    drills.note(good, desk.now - timedelta(days=8))
    told = panel(desk)
    assert "ei yhtään, etsittyjä 40" in told
    assert "3 / 3" in told
    assert "broken-text" not in told

    red = Drill(DrillKind.WEEKLY, 40, frozenset({RecordingId(new())}), 3, 2, 90)
    drills.note(red, desk.now - timedelta(days=7))
    place = Place("blob", "blobs/2026-11-24/x", RecordingId(new()), 0, 10)
    damage.note([place], desk.built.house.register, desk.now)
    assert panel(desk).count("broken-text") == 3

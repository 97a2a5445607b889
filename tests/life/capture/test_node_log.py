"""A node's log says what happened, and nothing of anybody."""

import json
from datetime import UTC, datetime
from uuid import UUID

from talteen.harmless import WITHHELD
from talteen.life.capture import node_log

AT = datetime(2026, 11, 28, 20, tzinfo=UTC)
CALL = UUID("00000000-0000-4000-8000-000000000001")


def test_a_line_is_json_with_event_level_and_time() -> None:
    written = json.loads(node_log.line("warning", "sip.warned", {"code": "flood"}, AT))
    assert written == {
        "event": "sip.warned",
        "level": "warning",
        "timestamp": "2026-11-28T20:00:00+00:00",
        "code": "flood",
    }


def test_whatever_could_be_a_person_is_withheld() -> None:
    told = {"code": "+358505550147", "reason": "Maija Virtanen", "recording": CALL, "wait_s": 2.5}
    written = json.loads(node_log.line("info", "x", told, AT))
    assert (written["code"], written["reason"]) == (WITHHELD, WITHHELD)
    assert (written["recording"], written["wait_s"]) == (str(CALL), 2.5)

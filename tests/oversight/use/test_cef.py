"""Lines for log servers: RFC 5424 messages that hold one CEF event each."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from talteen.oversight.use import cef
from talteen.oversight.use.cef import Line

LINE = Line(
    id=7,
    at=datetime(2026, 11, 24, 8, 0, 0, 250_000, tzinfo=UTC),
    staff="8f7c7d4e-0000-4000-8000-000000000001",
    role="register_contact",
    purpose="rights_of_parties",
    case="R-2026-031",
    recording="8f7c7d4e-0000-4000-8000-000000000002",
    action="grant",
    rule="full",
    hits=None,
)


def test_a_line_is_one_message_by_the_letter() -> None:
    assert cef.message(LINE, host="talteen1", version="0.1.0").decode() == (
        "<110>1 2026-11-24T08:00:00.250000Z talteen1 talteen - grant - "
        "CEF:0|Talteen|Talteen|0.1.0|grant|Recording opened|3|"
        "externalId=7 rt=1795507200250 suid=8f7c7d4e-0000-4000-8000-000000000001 "
        "spriv=register_contact act=grant reason=full "
        "cs1Label=purpose cs1=rights_of_parties cs2Label=case cs2=R-2026-031 "
        "cs3Label=recording cs3=8f7c7d4e-0000-4000-8000-000000000002"
    )


def test_what_is_not_known_is_not_said() -> None:
    told = cef.event(replace(LINE, case="", recording="", action="search", hits=3), version="1")

    assert "cs2" not in told
    assert "cs3" not in told
    assert told.endswith("cs1=rights_of_parties cnt=3")


def test_a_refusal_is_a_warning() -> None:
    told = cef.message(replace(LINE, action="denied", rule="not_in_case"), host="", version="1")

    assert told.startswith(b"<108>1 2026-11-24T08:00:00.250000Z - talteen - denied - CEF:0|")
    assert b"|Opening denied|6|" in told


@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_in_a_line_ends_it_or_begins_another(case: str, rule: str) -> None:
    told = cef.message(replace(LINE, case=case, rule=rule), host=case, version=rule)

    assert b"\n" not in told
    assert all(32 <= byte < 127 for byte in told)
    event = told.decode().partition("CEF:0|")[2]
    header = re.findall(r"((?:[^\\|]|\\[\\|])*)\|", event)
    assert header[:2] + header[3:6] == ["Talteen", "Talteen", "grant", "Recording opened", "3"]
    assert cef.framed(told) == str(len(told)).encode() + b" " + told

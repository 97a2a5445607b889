"""What the name of a recording says, and that no name is ever too odd to be read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.config import Layout, WatchedAgent, WatchedLine, WatchSection
from talteen.errors import InputError
from talteen.life.capture.facts import Direction
from talteen.life.capture.sidecar import PlayedEvidence, Side, Sidecar
from talteen.life.capture.sources import pbx_facts, pbx_names
from talteen.life.capture.sources.pbx_names import Named, Way

HELSINKI = ZoneInfo("Europe/Helsinki")
CALLER = "+358505550112"
FREEPBX_QUEUE = f"2026/11/24/q-600-{CALLER}-20261124-101403-1795508043.17"
FREEPBX_OUT = f"2026/11/24/out-{CALLER}-101-20261124-101403-1795508043.18"
ASTERISK = f"20261124-101403-{CALLER}-101-1795508043.17"
THREE_CX_IN = f"101/[Maija M]_{CALLER}-101_20261124101403(42)"
THREE_CX_OUT = "101/[]_101-0505550112_20261124101403(43)"
TABLE = WatchSection(
    lines=(
        WatchedLine(number="600", line="rooms", announcement="announce.fi@1", played_ms=15_700),
        WatchedLine(number="*", line="tables"),
    ),
    agents=(
        WatchedAgent(number="101", code="a01"),
        WatchedAgent(number="102", code="a02"),
        WatchedAgent(number="600", code="a03"),
    ),
)


def read(place: str, layout: Layout) -> Named:
    named = pbx_names.read(place, layout, HELSINKI)
    assert named is not None
    return named


def told(place: str, layout: Layout) -> Sidecar:
    return pbx_facts.facts(read(place, layout), TABLE)


@pytest.mark.parametrize(
    ("place", "layout", "calls", "called", "direction"),
    [
        (FREEPBX_QUEUE, Layout.FREEPBX, CALLER, "600", Direction.INBOUND),
        (FREEPBX_OUT, Layout.FREEPBX, "101", CALLER, Direction.OUTBOUND),
        (ASTERISK, Layout.ASTERISK, CALLER, "101", None),
        ("20261124-101403-1795508043.17", Layout.ASTERISK, "", "", None),
        (THREE_CX_IN, Layout.THREE_CX, CALLER, "101", None),
        (THREE_CX_OUT, Layout.THREE_CX, "101", "0505550112", None),
    ],
)
def test_a_name_tells_when_who_and_whom(
    place: str, layout: Layout, calls: str, called: str, direction: Direction | None
) -> None:
    named = read(place, layout)

    assert named.started_at == datetime(2026, 11, 24, 8, 14, 3, tzinfo=UTC)
    assert (named.from_number, named.to_number) == (calls, called)
    assert named.direction is direction


def test_the_folder_of_3cx_tells_the_extension() -> None:
    assert read(THREE_CX_IN, Layout.THREE_CX).extension == "101"


def test_the_files_of_one_side_belong_to_the_call_of_both() -> None:
    whole, into, out = (read(FREEPBX_QUEUE + end, Layout.FREEPBX) for end in ("", "-in", "-out"))

    assert whole.call == into.call == out.call
    assert (whole.way, into.way, out.way) == (None, Way.FROM_CHANNEL, Way.TO_CHANNEL)


def test_the_recorded_channel_is_the_callers_or_on_a_call_of_ours_the_agents() -> None:
    assert pbx_facts.side(read(FREEPBX_QUEUE + "-in", Layout.FREEPBX), TABLE) is Side.CALLER
    assert pbx_facts.side(read(FREEPBX_OUT + "-in", Layout.FREEPBX), TABLE) is Side.AGENT
    assert told(FREEPBX_QUEUE, Layout.FREEPBX).channels == (Side.CALLER, Side.AGENT)
    assert told(FREEPBX_OUT, Layout.FREEPBX).channels == (Side.AGENT, Side.CALLER)


def test_of_an_hour_that_the_clock_shows_twice_the_earlier_counts() -> None:
    named = read("20261025-033000-1793060000.1", Layout.ASTERISK)

    assert named.started_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "layout"),
    [
        ("20261324-101403-1795508043.17", Layout.ASTERISK),
        ("00001124-101403-1795508043.17", Layout.ASTERISK),
        ("notes", Layout.FREEPBX),
        (FREEPBX_QUEUE, Layout.ASTERISK),
        (ASTERISK + "\n", Layout.ASTERISK),
        ("٢٠٢٦١١٢٤-101403-1795508043.17", Layout.ASTERISK),
        (ASTERISK, Layout.SIDECAR),
    ],
)
def test_a_name_that_says_something_else_says_nothing(place: str, layout: Layout) -> None:
    assert pbx_names.read(place, layout, HELSINKI) is None


def test_the_table_makes_the_facts_of_a_call_whole() -> None:
    facts = told(FREEPBX_QUEUE, Layout.FREEPBX)

    assert (facts.line, facts.agents, facts.language) == ("rooms", ("a03",), "fi")
    assert facts.numbers.caller == CALLER
    assert facts.direction is Direction.INBOUND
    assert facts.announcements == (
        PlayedEvidence("system", "announce.fi@1", "fi", -15_700, 0, None),
    )


def test_a_line_that_declares_no_prompt_has_no_evidence() -> None:
    facts = told(THREE_CX_OUT, Layout.THREE_CX)

    assert (facts.line, facts.agents) == ("tables", ("a01",))
    assert facts.direction is Direction.OUTBOUND
    assert facts.numbers.caller == "0505550112"
    assert not facts.announcements


def test_colleagues_among_themselves_are_no_call_of_the_register() -> None:
    facts = told("internal-102-101-20261124-101403-1795508043.19", Layout.FREEPBX)

    assert [event.type.value for event in facts.events] == ["private"]


@pytest.mark.parametrize(
    ("place", "layout", "says"),
    [
        (f"20261124-101403-{CALLER}-999-1795508043.17", Layout.ASTERISK, "watch.lines"),
        (f"q-601-{CALLER}-20261124-101403-1795508043.17", Layout.FREEPBX, "watch.agents"),
    ],
)
def test_what_the_table_lacks_is_said_without_a_number(
    place: str, layout: Layout, says: str
) -> None:
    with pytest.raises(InputError) as wrong:
        told(place, layout)

    assert says in str(wrong.value)
    assert not any(digit in str(wrong.value) for digit in "0123456789")


def test_a_withheld_number_is_no_number() -> None:
    facts = told("q-600-anonymous-20261124-101403-1795508043.17", Layout.FREEPBX)

    assert facts.numbers.caller is None


def test_a_number_shows_in_no_representation() -> None:
    assert "5550112" not in repr(read(FREEPBX_QUEUE, Layout.FREEPBX))


DIGITS = st.text("0123456789-+._()[]/qinout", max_size=80)


@given(st.text() | DIGITS, st.sampled_from(Layout))
def test_no_name_is_too_odd_to_be_read(place: str, layout: Layout) -> None:
    named = pbx_names.read(place, layout, HELSINKI)

    assert named is None or named.started_at.tzinfo is UTC


PART = st.sampled_from(["", "101", "102", "600", CALLER, "anonymous", "0" * 16, "1"])


@given(
    st.sampled_from(["in", "external", "q", "out", "internal", "exten", "force", "x"]),
    PART,
    PART,
    st.datetimes(datetime(1980, 1, 1), datetime(2300, 1, 1)),
    st.sampled_from(["", "-in", "-out"]),
)
def test_whatever_a_name_says_becomes_facts_or_an_error_without_digits(
    kind: str, to: str, calls: str, at: datetime, end: str
) -> None:
    place = f"{kind}-{to}-{calls}-{at:%Y%m%d-%H%M%S}-1795508043.17{end}"
    named = pbx_names.read(place, Layout.FREEPBX, HELSINKI)
    if named is None:
        assert not 1990 <= at.year <= 2199
        return
    try:
        facts = pbx_facts.facts(named, TABLE)
    except InputError as error:
        assert not any(digit in str(error) for digit in "0123456789")
    else:
        assert facts.started_at == named.started_at

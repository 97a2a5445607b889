"""The sidecar reader is strict, total, discreet, and says the same as its published schema."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from talteen.errors import InputError
from talteen.life.capture import sidecar, strict_json
from talteen.life.capture.facts import Event, Happening, Played, Standing, Told
from talteen.life.capture.sidecar import HouseKnows, Side, Sidecar

FORMATS = Path(__file__).parents[3] / "docs" / "formats"
SCHEMA = json.loads((FORMATS / "sidecar.schema.json").read_text(encoding="utf-8"))
GOOD: dict[str, Any] = {
    "format": 1,
    "call": "pbx-20261124-000117",
    "started_at": "2026-11-24T10:14:03+02:00",
    "direction": "outbound",
    "line": "rooms",
    "agents": ["a01", "a03"],
    "language": "fi",
    "source": {
        "kind": "outbound_loyalty_register",
        "list_id": "k-2026-10",
        "extracted_on": "2026-10-01",
    },
    "numbers": {"caller": "+358505550112", "line": None},
    "channels": ["agent", "caller"],
    "announcements": [
        {
            "by": "system",
            "version": "announce.fi@1",
            "language": "fi",
            "start_ms": 559,
            "end_ms": 9000,
            "leg": "l-1",
        },
        {
            "by": "agent",
            "version": "outbound_agent.fi@1",
            "language": "fi",
            "at_ms": 16515,
            "agent": "a03",
        },
    ],
    "events": [{"type": "pause", "at_ms": 31146}, {"type": "hangup", "at_ms": 61320}],
    "special_category": True,
    "third_parties": False,
}
REMOVED = object()


def read(value: object) -> Sidecar:
    return sidecar.read(json.dumps(value).encode(), name="call.json")


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """A good sidecar with one place changed, or removed."""
    copied = copy.deepcopy(GOOD)
    holder: Any = copied
    for step in path[:-1]:
        holder = holder[step]
    if value is REMOVED:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return copied


def test_a_full_sidecar_is_read_into_facts() -> None:
    read_in = read(GOOD)

    facts = read_in.facts(HouseKnows(Standing.RECORDED, {}), agent_ms=62_000, caller_ms=61_000)

    assert facts.started_at == datetime(2026, 11, 24, 8, 14, 3, tzinfo=UTC)
    assert facts.announcements == (
        Played("announce.fi@1", "fi", 559, 9000),
        Told("outbound_agent.fi@1", "fi", 16515),
    )
    assert facts.events == (Event(Happening.PAUSE, 31146), Event(Happening.HANGUP, 61320))
    assert (facts.agent_ms, facts.caller_ms) == (62_000, 61_000)
    assert read_in.channels == (Side.AGENT, Side.CALLER)
    assert read_in.special_category


def test_the_published_example_is_a_good_sidecar() -> None:
    page = (FORMATS / "sidecar.md").read_text(encoding="utf-8")
    example = page.split("```json\n")[1].split("```")[0]

    assert sidecar.read(example.encode(), name="call.json").agents == ("a01",)
    Draft202012Validator(SCHEMA).validate(json.loads(example))


def test_the_published_schema_is_the_one_that_the_reader_follows() -> None:
    assert sidecar.schema() == SCHEMA, (
        "write it anew: python -c 'import json; from talteen.life.capture import sidecar; "
        "print(json.dumps(sidecar.schema(), indent=2, ensure_ascii=False))' "
        "> docs/formats/sidecar.schema.json"
    )


@pytest.mark.parametrize("word", [kind.value for kind in Happening])
def test_every_event_type_is_explained_in_the_format(word: str) -> None:
    page = (FORMATS / "sidecar.md").read_text(encoding="utf-8")

    assert f"`{word}`" in page


WRONG_BY_SCHEMA: list[tuple[tuple[str | int, ...], object, str]] = [
    (("format",), REMOVED, "format is missing"),
    (("format",), 2, "format"),
    (("format",), True, "format"),
    (("started_at",), REMOVED, "started_at is missing"),
    (("started_at",), "2026-11-24T10:14:03", "started_at"),
    (("started_at",), "1700000000", "started_at"),
    (("started_at",), 1700000000, "started_at"),
    (("direction",), "sideways", "direction"),
    (("line",), "", "line"),
    (("line",), "Rooms and more", "line"),
    (("agents",), [], "agents"),
    (("agents", 1), "A 3", "agents[1]"),
    (("agents",), "a01", "agents"),
    (("language",), "fin", "language"),
    (("language",), None, "language"),
    (("source",), "direct", "source"),
    (("source", "kind"), "friend", "source.kind"),
    (("source", "extracted_on"), "1.10.2026", "source.extracted_on"),
    (("numbers",), {}, "numbers.caller is missing"),
    (("numbers", "caller"), 358505550112, "numbers.caller"),
    (("numbers", "caller"), "call me", "numbers.caller"),
    (("channels",), ["agent"], "channels"),
    (("channels",), ["agent", "caller", "agent"], "channels"),
    (("channels", 0), "left", "channels[0]"),
    (("announcements",), {}, "announcements"),
    (("announcements", 0, "by"), "nobody", "announcements[0]"),
    (("announcements", 0, "by"), REMOVED, "announcements[0]"),
    (("announcements", 0, "complete"), True, "'complete' in announcements[0]"),
    (("announcements", 0, "end_ms"), REMOVED, "announcements[0].end_ms is missing"),
    (("announcements", 1, "agent"), 3, "announcements[1].agent"),
    (("events", 0), "pause", "events[0]"),
    (("events", 0, "type"), "refuse", "events[0].type"),
    (("events", 0, "at_ms"), -1, "events[0].at_ms"),
    (("events", 0, "at_ms"), 31146.5, "events[0].at_ms"),
    (("events", 0, "at_ms"), "31146", "events[0].at_ms"),
    (("events", 1, "at_ms"), 86_400_001, "events[1].at_ms"),
    (("events", 1, "at_ms"), True, "events[1].at_ms"),
    (("events", 0, "reason"), "card", "'reason' in events[0]"),
    (("special_category",), "yes", "special_category"),
    (("third_parties",), None, "third_parties"),
    (("expect",), "sealed", "'expect' is not a key"),
]
WRONG_BEYOND_SCHEMA: list[tuple[tuple[str | int, ...], object, str]] = [
    (("started_at",), "2026-02-30T10:14:03Z", "started_at"),
    (("source", "extracted_on"), "2026-02-30", "source.extracted_on"),
    (("events", 0, "at_ms"), 31146.0, "events[0].at_ms"),
    (("events", 1, "at_ms"), 31145, "events are not in order"),
    (("events", 0, "type"), "hangup", "events go on after hangup"),
    (("announcements", 0, "end_ms"), 559, "announcements[0].end_ms is not after"),
    (("announcements", 0, "end_ms"), 17_000, "announcements are not in order"),
    (("announcements", 1, "agent"), "a02", "announcements[1].agent is not among"),
    (("channels",), ["agent", "agent"], "channels names one side twice"),
]


@pytest.mark.parametrize(("path", "value", "names"), [*WRONG_BY_SCHEMA, *WRONG_BEYOND_SCHEMA])
def test_what_is_wrong_is_refused_with_its_file_and_its_key(
    path: tuple[str | int, ...], value: object, names: str
) -> None:
    with pytest.raises(InputError) as refused:
        read(changed(path, value))

    assert str(refused.value).startswith(f"call.json: {names}")
    assert refused.value.remedy


@pytest.mark.parametrize(("path", "value", "names"), WRONG_BY_SCHEMA)
def test_the_schema_refuses_it_too(path: tuple[str | int, ...], value: object, names: str) -> None:
    assert not Draft202012Validator(SCHEMA).is_valid(changed(path, value)), names


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON"),
        (b'{"format": 1,}', "is not JSON (line 1"),
        (b"null", "the file is not what belongs there"),
        (b"[]", "the file is not what belongs there"),
        (b'{"format": 1, "format": 1}', "has the key 'format' twice"),
        (b'{"format": NaN}', "has NaN or Infinity"),
        (b'{"format": ' + b"9" * 5000 + b"}", "has a number that is too long"),
        (b"[" * 200_000, "is nested too deeply"),
        (b"\xff\xfe{}", "is not UTF-8"),
        (b" " * (strict_json.MAX_BYTES + 1), "is larger than it can be"),
    ],
)
def test_a_file_that_is_no_sidecar_at_all_is_refused_by_name(content: bytes, says: str) -> None:
    with pytest.raises(InputError) as refused:
        sidecar.read(content, name="call.json")

    assert str(refused.value).startswith("call.json")
    assert says in str(refused.value)


def test_a_file_saved_with_a_byte_order_mark_is_read() -> None:
    content = b"\xef\xbb\xbf" + json.dumps(GOOD).encode()

    assert sidecar.read(content, name="call.json").line == "rooms"


secrets = st.from_regex(r"\+35840[0-9]{7}", fullmatch=True)


@given(secrets, st.sampled_from(["line", "language", "call", "direction"]))
def test_an_error_never_repeats_what_was_written(secret: str, key: str) -> None:
    wrong = changed((key,), f"{secret} is my number") | {secret: 1}

    with pytest.raises(InputError) as refused:
        read(wrong)

    assert secret not in str(refused.value)


json_values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
paths = st.sampled_from(
    [
        *((key,) for key in GOOD),
        *(("numbers", key) for key in GOOD["numbers"]),
        *(("source", key) for key in GOOD["source"]),
        *(("announcements", 0, key) for key in GOOD["announcements"][0]),
        *(("announcements", 1, key) for key in GOOD["announcements"][1]),
        *(("events", 0, key) for key in GOOD["events"][0]),
        ("extra",),
    ]
)
likely: st.SearchStrategy[object] = st.sampled_from(
    [0, 1, 1.0, "a01", "fi", "inbound", None, True, [], {}, "2026-11-24T10:14:03Z", "hold"]
)


@given(paths, json_values | likely)
def test_what_the_schema_refuses_the_reader_refuses(
    path: tuple[str | int, ...], value: object
) -> None:
    candidate = changed(path, value)
    try:
        read(candidate)
    except InputError:
        return

    Draft202012Validator(SCHEMA).validate(candidate)


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_sidecar_or_one_typed_error(content: bytes) -> None:
    try:
        sidecar.read(content, name="call.json")
    except InputError as refused:
        assert str(refused).startswith("call.json")

"""Nothing about a person gets into a log, whoever writes it and however."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from uuid import uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from talteen import log
from talteen.errors import KeyGone
from talteen.harmless import WITHHELD, harmless
from tests.kit import logs

NUMBER = "+358401234567"


@pytest.fixture
def out() -> Iterator[StringIO]:
    """Where the lines of a configured process go."""
    with logs.written() as stream:
        yield stream


def line_in(out: StringIO) -> dict[str, object]:
    line: dict[str, object] = json.loads(out.getvalue())
    return line


def test_an_event_is_one_json_line_with_its_ids(out: StringIO) -> None:
    recording = uuid4()

    structlog.get_logger("talteen.room").info(
        "recording.sealed", recording=recording, size_bytes=1_234_567
    )

    line = line_in(out)
    assert line.pop("timestamp")
    assert line == {
        "event": "recording.sealed",
        "level": "info",
        "recording": str(recording),
        "size_bytes": 1_234_567,
    }


def test_a_key_that_nobody_allowed_is_dropped(out: StringIO) -> None:
    structlog.get_logger("talteen.room").info("call.came_in", caller=NUMBER)

    assert "caller" not in line_in(out)


@pytest.mark.parametrize(
    "value",
    [NUMBER, "0401234567", "x0401234567", "Kaisa", "soita kaisalle", "ääni", {"a": 1}, b"x"],
)
def test_a_doubtful_value_under_an_allowed_key_is_withheld(out: StringIO, value: object) -> None:
    structlog.get_logger("talteen.room").info("call.came_in", reason=value)

    assert line_in(out)["reason"] == WITHHELD


@given(st.text(min_size=5, max_size=12, alphabet="0123456789"), st.text(max_size=20))
def test_no_word_with_five_digits_in_a_row_is_harmless(digits: str, around: str) -> None:
    assert harmless(f"a{around}{digits}{around}") == WITHHELD


def test_an_exception_leaves_its_code_and_place_but_not_its_text(
    out: StringIO,
) -> None:
    try:
        raise ValueError(f"no such number {NUMBER}")
    except ValueError:
        structlog.get_logger("talteen.room").exception("import.failed")

    line = line_in(out)
    assert NUMBER not in str(line)
    assert line["code"] == "value-error"
    assert str(line["where"]).startswith("tests/test_log.py:")
    assert len(str(line["reference"])) == 8


def test_our_own_errors_are_named_by_their_slug() -> None:
    assert log.code_of(KeyGone("the key was destroyed", remedy="nothing")) == "key-gone"


def test_a_library_tells_where_it_spoke_but_not_what_it_said(
    out: StringIO,
) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", f"/calls/{NUMBER}")

    line = line_in(out)
    assert NUMBER not in str(line)
    assert line["event"] == "library"
    assert line["logger"] == "django.request"
    assert str(line["where"]).startswith("tests/test_log.py:")


def test_a_librarys_traceback_is_not_written(out: StringIO) -> None:
    try:
        raise RuntimeError(NUMBER)
    except RuntimeError:
        logging.getLogger("procrastinate").exception("Job %s ended", NUMBER)

    line = line_in(out)
    assert NUMBER not in str(line)
    assert line["code"] == "runtime-error"


def test_what_weighs_too_little_is_not_written(out: StringIO) -> None:
    structlog.get_logger("talteen.room").debug("detail")
    logging.getLogger("granian").info("detail")

    assert out.getvalue() == ""


def test_a_logger_follows_the_configuration_that_came_last() -> None:
    """One that kept its first would go on writing where nobody reads."""
    talking = structlog.get_logger("talteen.room")
    for _ in range(2):
        with logs.written() as out:
            talking.info("call.came_in")
        assert json.loads(out.getvalue())["event"] == "call.came_in"
        with capture_logs() as told:
            talking.info("call.ended")
        assert [line["event"] for line in told] == ["call.ended"]

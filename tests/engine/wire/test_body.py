"""Bodies are cut at their boundary lines and nowhere else, whatever stands in them."""

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import body
from talteen.engine.wire.body import METADATA, SDP, Part

MIXED = "multipart/mixed;boundary=raja"


def contents(read: body.Body) -> list[tuple[str, bytes]]:
    return [(part.type, part.content) for part in read.parts]


def test_a_single_part_is_the_whole_body() -> None:
    read = body.read("Application/SDP; charset=utf-8", b"v=0\r\n", disposition="session;x=y")

    assert read.parts == (
        Part(
            SDP,
            b"v=0\r\n",
            "session",
            (
                ("content-type", "Application/SDP; charset=utf-8"),
                ("content-disposition", "session;x=y"),
            ),
        ),
    )


def test_no_body_has_no_parts() -> None:
    assert body.read("", b"").parts == ()
    assert body.read(MIXED, b"\r\n").parts == ()


def test_what_only_looks_like_a_delimiter_stays_in_its_part() -> None:
    inside = b"\x00--raja\r\n--rajaton\r\n-- raja\r\n"

    read = body.read(MIXED, b"--raja\r\n\r\n" + inside + b"\r\n--raja--")

    assert contents(read) == [("", inside)]
    assert read.warnings == ()


def test_preamble_and_epilogue_are_dropped() -> None:
    raw = b"hello\r\n--raja  \r\nContent-Type: a/b\r\n\r\nx\r\n--raja--\r\nbye\r\n--raja\r\n\r\ny"

    assert contents(body.read(MIXED, raw)) == [("a/b", b"x")]


def test_inner_parts_stand_in_their_place() -> None:
    inner = b"--b\r\nContent-Type: x/1\r\n\r\n1\r\n--b\r\nContent-Type: x/2\r\n\r\n2\r\n--b--"
    raw = (
        b'--raja\r\nContent-Type: multipart/mixed;\r\n boundary="b"\r\n\r\n'
        + inner
        + b"\r\n--raja\r\nContent-Type: x/3\r\n\r\n3\r\n--raja--"
    )

    assert contents(body.read(MIXED, raw)) == [("x/1", b"1"), ("x/2", b"2"), ("x/3", b"3")]


def test_a_multipart_without_end_keeps_its_last_part() -> None:
    read = body.read(MIXED, b"--raja\r\nContent-Type: a/b\r\n\r\nx\r\n")

    assert contents(read) == [("a/b", b"x\r\n")]
    assert read.warnings == ("multipart-unclosed",)


def test_a_forgotten_boundary_is_read_from_the_first_line() -> None:
    raw = b"--raja\r\nContent-Type: a/b\r\n\r\nx\r\n--raja--"

    assert contents(body.read("multipart/mixed", raw)) == [("a/b", b"x")]


def test_a_forgotten_type_is_seen_in_the_content() -> None:
    assert body.read("", b"v=0\r\no=-").parts[0].type == SDP
    assert body.read("", b"\r\n<?xml version='1.0'?>").parts[0].type == METADATA


def test_a_parts_own_content_length_is_not_believed() -> None:
    raw = b"--raja\r\nContent-Type: a/b\r\nContent-Length: 1\r\n\r\nwhole\r\n--raja--"

    assert contents(body.read(MIXED, raw)) == [("a/b", b"whole")]


@given(st.text(max_size=60), st.binary(max_size=400))
def test_any_bytes_are_read(content_type: str, content: bytes) -> None:
    body.read(content_type, content)
    body.read("multipart/mixed;boundary=a", content.replace(b"\x00", b"\r\n--a"))


@given(st.lists(st.binary(max_size=60).filter(lambda raw: b"--raja" not in raw), max_size=8))
def test_parts_come_out_as_they_went_in(parts: list[bytes]) -> None:
    raw = b"".join(b"\r\n--raja\r\nContent-Type: a/b\r\n\r\n" + part for part in parts)

    read = body.read(MIXED, raw + b"\r\n--raja--")

    assert [part.content for part in read.parts] == parts

"""SIP messages as peers really write them: what can be understood is, the rest is refused."""

from pathlib import Path

import pytest
import sipmessage
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.engine.wire import fields, sip
from talteen.engine.wire.fields import NameAddr, Uri, Via
from talteen.engine.wire.headers import Headers, readable, split_list
from talteen.engine.wire.sip import Limits, Malformed, Request, Response, parse

VECTORS = Path(__file__).parents[2] / "vectors" / "siprec"
MESSAGES = {
    f"{path.parent.name}/{path.name}": path.read_bytes() for path in sorted(VECTORS.glob("*/*.sip"))
}
BEYOND_SIPMESSAGE = {"lf-only/01-invite.sip", "folded-compact/01-invite.sip"}
"""Neither LF-only lines nor blanks before a colon are read by it."""

OPTIONS = (
    b"OPTIONS sip:srs@198.51.100.20 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
    b"Max-Forwards: 70\r\n"
    b"From: <sip:src@192.0.2.1>;tag=a\r\n"
    b"To: <sip:srs@198.51.100.20>\r\n"
    b"Call-ID: 1@192.0.2.1\r\n"
    b"CSeq: 1 OPTIONS\r\n"
)


def request(more: bytes = b"", body: bytes = b"", *, head: bytes = OPTIONS) -> Request:
    message = parse(head + more + b"\r\n" + body)
    assert isinstance(message, Request)
    return message


def refused(raw: bytes, limits: Limits = sip.LIMITS) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse(raw, limits)
    return caught.value


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_of_the_vectors_is_read(name: str) -> None:
    message = parse(MESSAGES[name])

    assert isinstance(message, Request)
    assert message.via.branch.startswith("z9hG4bK")
    assert message.from_.tag
    assert message.cseq.method == message.method
    again = parse(message.as_received())
    assert (again, again.warnings) == (message, message.warnings)  # what a logbook holds of it


@pytest.mark.parametrize("name", sorted(MESSAGES.keys() - BEYOND_SIPMESSAGE))
def test_another_parser_reads_the_same(name: str) -> None:
    theirs = sipmessage.Request.parse(MESSAGES[name].lstrip(b"\r\n"))
    assert isinstance(theirs, sipmessage.Request)

    ours = parse(MESSAGES[name])

    assert isinstance(ours, Request)
    assert (ours.method, ours.call_id) == (theirs.method, theirs.call_id)
    assert ours.uri == str(theirs.uri)
    assert (ours.cseq.number, ours.cseq.method) == (theirs.cseq.sequence, theirs.cseq.method)
    assert ours.from_.uri == str(theirs.from_address.uri)
    assert ours.from_.display == (theirs.from_address.name or "")
    assert dict(ours.to.params) == dict(theirs.to_address.parameters)
    assert [via.branch for via in ours.vias] == [via.parameters["branch"] for via in theirs.via]
    assert "udp-content-length" in name or ours.body == theirs.body


def test_what_was_read_is_printed_to_the_byte() -> None:
    raw = MESSAGES["rfc7866-basic/01-invite.sip"]

    message = parse(raw)

    assert message.to_bytes() == raw


def test_compact_folded_and_oddly_spaced_fields_are_read() -> None:
    message = parse(MESSAGES["folded-compact/01-invite.sip"])

    assert message.from_.uri == "sip:+358505550120@operaattori.example"
    assert message.headers.tokens("Require") == {"siprec"}
    assert message.headers.values("allow")[:3] == ("INVITE", "ACK", "BYE")
    assert fields.media_type(message.headers.get("Content-Type")) == (
        "multipart/mixed",
        {"boundary": "talteen-testi-7"},
    )


def test_lines_that_end_in_lf_are_read_and_told() -> None:
    message = parse(MESSAGES["lf-only/01-invite.sip"])

    assert message.warnings == ("lf-only",)
    assert message.body.startswith(b"--")


@pytest.mark.parametrize("folder", ["udp-content-length-too-big", "udp-content-length-too-small"])
def test_the_datagram_wins_over_its_content_length(folder: str) -> None:
    raw = MESSAGES[f"{folder}/01-invite.sip"]

    message = parse(raw)

    assert message.warnings == ("content-length-wrong",)
    assert message.body == raw[raw.index(b"\r\n\r\n") + 4 :]


def test_a_datagram_without_content_length_is_whole() -> None:
    assert request(b"Content-Type: text/plain\r\n", b"moi").body == b"moi"
    assert request(b"Content-Type: text/plain\r\n", b"moi").warnings == ()


def test_what_follows_a_message_without_a_type_is_dropped() -> None:
    # RFC 4475 3.1.2.4: a second request hides behind the first.
    message = request(b"Content-Length: 0\r\n", b"\r\nINVITE sip:joe@example.com SIP/2.0\r\n")

    assert message.body == b""
    assert message.warnings == ("content-length-wrong",)


@pytest.mark.parametrize("length", [b"-999", b"9 9", b"", b"99999999999999999999", b"\xb2"])
def test_a_content_length_that_is_no_number_never_costs_a_datagram(length: bytes) -> None:
    message = request(b"Content-Type: a/b\r\nContent-Length: " + length + b"\r\n", b"moi")

    assert message.body == b"moi"
    assert "content-length-wrong" in message.warnings


def test_order_and_unknown_fields_are_kept() -> None:
    message = request(b"X-Later: 2\r\nx-earlier: 1\r\nX-LATER: 3\r\n")

    assert message.headers.pairs[-3:] == (("X-Later", "2"), ("x-earlier", "1"), ("X-LATER", "3"))
    assert message.headers.all("x-later") == ("2", "3")
    assert message.headers.get("X-Missing") is None


def test_bytes_that_are_not_utf_8_are_kept_and_readable() -> None:
    raw = OPTIONS.replace(b"<sip:src@", b'"V\xe4in\xf6" <sip:src@') + b"\r\n"

    message = parse(raw)

    assert message.warnings == ("not-utf-8",)
    assert readable(message.from_.display) == "Väinö"
    assert raw[:-2] in message.to_bytes()


def test_a_line_that_is_no_field_is_passed_over() -> None:
    message = request(b"this is no field\r\nSubject: moi\r\n")

    assert message.headers.get("Subject") == "moi"
    assert message.warnings == ("header-line-ignored",)


def test_a_bare_cr_cannot_smuggle_a_line_into_what_we_echo() -> None:
    message = request(b"Subject: moi\rX-Evil: 1\r\n")

    assert "X-Evil" not in message.headers
    assert b"\rX" not in message.to_bytes()


def test_a_value_with_a_line_break_is_never_printed() -> None:
    message = Response(Headers([("Subject", "a\r\nX-Evil: 1")]), b"", (), 200, "OK")

    with pytest.raises(ValueError, match="line break"):
        message.to_bytes()


def test_a_response_is_read() -> None:
    raw = OPTIONS.replace(b"OPTIONS sip:srs@198.51.100.20 SIP/2.0", b"SIP/2.0 200 ") + b"\r\n"

    message = parse(raw)

    assert isinstance(message, Response)
    assert (message.status, message.reason) == (200, "")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"\r\n\r\n", 400),
        (b"\x00\x01\x02", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (OPTIONS.replace(b"SIP/2.0\r\n", b"SIP/7.0\r\n", 1), 505),
        (OPTIONS.replace(b"sip:srs@198.51.100.20 SIP", b"<sip:srs@198.51.100.20> SIP", 1), 400),
        (OPTIONS.replace(b"sip:srs@198.51.100.20 SIP", b"sip:srs@1; lr SIP", 1), 400),
        (OPTIONS.replace(b"CSeq: 1 OPTIONS", b"CSeq: 1 INVITE"), 400),
        (OPTIONS.replace(b"CSeq: 1 ", b"CSeq: 36893488147419103232 "), 400),
        (OPTIONS.replace(b"CSeq: 1 ", b"CSeq: 2147483648 "), 400),
        (OPTIONS.replace(b"CSeq: 1 OPTIONS\r\n", b""), 400),
        (OPTIONS.replace(b"Via:", b"Vya:"), 400),
        (OPTIONS + b"Call-ID: 2\r\n", 400),
        (OPTIONS + b"f: <sip:b@c>;tag=b\r\n", 400),
        (b"SIP/2.0 99 Low\r\n" + OPTIONS.partition(b"\r\n")[2], 400),
        (OPTIONS.replace(b"sip:srs@", b"sip:" + b"s" * 3000 + b"@", 1), 414),
        (OPTIONS + b"X: " + b"x" * 9000 + b"\r\n", 513),
        (OPTIONS + b"X: x\r\n" * 300, 513),
        (OPTIONS + b"X: x\r\n" * 20000, 513),
        (OPTIONS + b"Content-Type: a/b\r\n\r\n" + b"x" * 1024 * 1025, 413),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_status(raw: bytes, status: int) -> None:
    assert refused(raw).status == status


def test_a_refusal_can_be_answered_where_the_way_back_is_known() -> None:
    assert refused(OPTIONS + b"Call-ID: 2\r\n").request is not None
    assert refused(OPTIONS.replace(b"Via:", b"Vya:")).request is None


def test_a_refusal_tells_nothing_of_the_message() -> None:
    error = refused(OPTIONS.replace(b"CSeq: 1", b"CSeq: +358505550101"))

    assert "358" not in str(error)


@pytest.mark.parametrize(
    ("text", "display", "uri", "tag"),
    [
        ("<sip:a@b>;tag=1", "", "sip:a@b", "1"),
        ("sip:a@b;tag=1", "", "sip:a@b", "1"),
        ('"A, \\"B\\" <c>" <sip:a@b;x=y>;tag=1', 'A, "B" <c>', "sip:a@b;x=y", "1"),
        ("A B <tel:+358505550101> ; TAG = 1", "A B", "tel:+358505550101", "1"),
        ('"" <sip:a@b>', "", "sip:a@b", ""),
        ("<sip:a@b>;+sip.src;tag=1;tag=2", "", "sip:a@b", "1"),
        ('"unclosed <sip:a@b>;tag=1', "unclosed", "sip:a@b", "1"),
    ],
)
def test_an_address_is_read_in_all_its_forms(text: str, display: str, uri: str, tag: str) -> None:
    address = NameAddr.parse(text)

    assert (address.display, address.uri, address.tag) == (display, uri, tag)


def test_a_printed_address_reads_back() -> None:
    address = NameAddr("sip:a@b", 'Say "moi"\\', {"tag": "1", "x": "a b", "+sip.src": None})

    assert NameAddr.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "<sip:a@b", "<>", "<sip:a b>", '"x"'])
def test_what_is_no_address_is_refused(text: str) -> None:
    if text == '"x"':
        assert NameAddr.parse(text).uri == '"x"'  # a URI of no scheme; nobody dials it
        return
    with pytest.raises(Malformed):
        NameAddr.parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SIP/2.0/UDP a.example", ("UDP", "a.example:5060")),
        ("SIP / 2.0 / tls  A.example ;branch=x", ("TLS", "a.example:5061")),
        ("SIP/2.0/TCP [2001:db8::1]:5070;received=192.0.2.9", ("TCP", "[2001:db8::1]:5070")),
    ],
)
def test_a_via_is_read(text: str, expected: tuple[str, str]) -> None:
    via = Via.parse(text)

    assert (via.transport, via.sent_by) == expected


def test_several_hops_stand_in_one_line_or_in_many() -> None:
    message = request(b"Via: SIP/2.0/TCP b;branch=2, SIP/2.0/TLS c;branch=3\r\n")

    assert [via.branch for via in message.vias] == ["z9hG4bK1", "2", "3"]


def test_a_uri_is_read() -> None:
    uri = Uri.parse("sip:alice;day=tue@[2001:DB8::1]:5070;transport=tcp?x=y")

    assert (uri.user, uri.host, uri.port) == ("alice;day=tue", "[2001:db8::1]", 5070)
    assert uri.params == {"transport": "tcp"}


@pytest.mark.parametrize(
    ("line", "elements"),
    [
        ("a, b ,,c", ("a", "b", "c")),
        ('"x, y" <sip:a,b@c>, d', ('"x, y" <sip:a,b@c>', "d")),
        ('"x\\", y", d', ('"x\\", y"', "d")),
        ('"never closed, d', ('"never closed, d',)),
    ],
)
def test_a_list_is_parted_at_its_own_commas(line: str, elements: tuple[str, ...]) -> None:
    assert split_list(line) == elements


def look_at_everything(message: Request | Response) -> None:
    """Ask for each thing that is read late."""
    for ask in ("cseq", "from_", "to", "via", "vias"):
        try:
            getattr(message, ask)
        except Malformed:
            continue
    for name, _ in message.headers:
        message.headers.values(name)
    message.to_bytes()


@given(st.binary(max_size=2000))
def test_no_bytes_raise_anything_but_malformed(raw: bytes) -> None:
    try:
        message = parse(raw)
    except Malformed:
        return
    look_at_everything(message)


@settings(max_examples=200)
@given(st.sampled_from(sorted(MESSAGES)), st.data())
def test_no_mutation_raises_anything_but_malformed(name: str, data: st.DataObject) -> None:
    raw = bytearray(MESSAGES[name][:4000])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 40))
        new = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"\r\n", b"\n ", b'"', b"<", b":"])
        )
        raw[at : at + length] = new

    try:
        message = parse(bytes(raw))
    except Malformed:
        return
    look_at_everything(message)

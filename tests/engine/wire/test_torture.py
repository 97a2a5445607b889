"""Messages in the spirit of RFC 4475, written anew: what looks wrong and is right, what looks right
and is wrong, and what must be told apart from both. Each says the section that it follows.
"""

from dataclasses import dataclass

import pytest

from talteen.engine.wire.effects import Asked
from talteen.engine.wire.sip import Malformed, Request, Response, parse
from tests.engine.wire.messages import invite, message
from tests.kit.wire import Bench


def lines(*fields: str, body: bytes = b"") -> bytes:
    return "\r\n".join([*fields, "", ""]).encode("utf-8", "surrogateescape") + body


RIGHT = {
    "3.1.1.1 a short tortuous INVITE": lines(
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
        "TO :",
        " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
        'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
        "  ;",
        "  tag = 98asjd8",
        "MaX-fOrWaRdS: 0068",
        "Call-ID: wsinv.ndaksdj@192.0.2.1",
        "Content-Length   : 4",
        "cseq: 0009",
        "  INVITE",
        "Via  : SIP  /   2.0",
        " /UDP",
        "    192.0.2.2;branch=390skdjuw",
        "s :",
        "NewFangledHeader:   newfangled value",
        " continued newfangled value",
        "UnknownHeaderWithUnusualValue: ;;,,;;,;",
        "Content-Type: application/sdp",
        "Route:",
        " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
        "  branch  =   z9hG4bK9ikj8  ,",
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
        " z9hG4bK30239",
        'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
        "      newvalue ;",
        "  secondparam ; q = 0.33",
        body=b"v=0\n",
    ),
    "3.1.1.2 every character that a token may have": message(
        "!interesting-Method0123456789_*+`.%indeed'~", From="<sip:a@b>;tag=_token~1'+`*%!-."
    ),
    "3.1.1.3 escapes that look like separators": message(
        "OPTIONS", To="<sip:sips%3Auser%40example.com@example.net>"
    ),
    "3.1.1.4 an escaped NUL": message("OPTIONS", To="<sip:null-%00-null@example.com>"),
    "3.1.1.5 percent where nothing is escaped": message(
        "RE%47IST%45R", To='"%Z%45" <sip:resource@example.com>'
    ),
    "3.1.1.6 no blank between name and bracket": message("OPTIONS", From='"caller"<sip:a@b>;tag=1'),
    "3.1.1.7 long values": message(
        "OPTIONS",
        To=f'"{"I have a user name of " + "extreme " * 90}" <sip:a@b>',
        Via=", ".join(f"SIP/2.0/TCP sip{n}.example.com;branch=z9hG4bK{n}" for n in range(80)),
    ),
    "3.1.1.9 a semicolon in the user part": message("OPTIONS", From="<sip:user;par=u%40h@b>;tag=1"),
    "3.1.1.10 unknown transports in Via": message(
        "OPTIONS", Via="SIP/2.0/UNKNOWN t1.example.com;branch=z9hG4bKkdjuw"
    ),
    "3.1.1.11 a body of several kinds, one of them binary": message(
        "INFO", Content_Type="multipart/mixed;boundary=7a9cbec02ceef655", body=bytes(range(256))
    ),
    "3.1.1.12 an unusual reason phrase": lines(
        "SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое",
        "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923",
        "From: <sip:a@b>;tag=1",
        "To: <sip:a@c>;tag=2",
        "Call-ID: unreason@192.0.2.1",
        "CSeq: 35 INVITE",
    ),
    "3.1.1.13 no reason phrase at all": lines(
        "SIP/2.0 100 ",
        "Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe",
        "From: <sip:a@b>;tag=1",
        "To: <sip:a@c>",
        "Call-ID: noreason@192.0.2.1",
        "CSeq: 35 INVITE",
    ),
    "beyond RFC 4475, a name that is not UTF-8": lines(
        "OPTIONS sip:a@b SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
        'From: "V\udce4in\udcf6" <sip:a@b>;tag=1',
        "To: <sip:a@b>",
        "Call-ID: latin@192.0.2.1",
        "CSeq: 1 OPTIONS",
    ),
}


@pytest.mark.parametrize("raw", RIGHT.values(), ids=RIGHT.keys())
def test_what_only_looks_wrong_is_read(raw: bytes) -> None:
    read = parse(raw)

    assert read.via.branch
    assert read.from_.uri
    assert read.to.uri
    again = parse(read.to_bytes())
    assert again.body == read.body
    assert again.headers.without("Content-Length") == read.headers.without("Content-Length")


def test_the_tortuous_invite_says_what_it_says() -> None:
    read = parse(RIGHT["3.1.1.1 a short tortuous INVITE"])

    assert isinstance(read, Request)
    assert read.cseq.number == 9
    assert read.to.tag == "1918181833n"
    assert (read.from_.display, read.from_.tag) == ('J Rosenberg \\"', "98asjd8")
    assert [via.branch for via in read.vias] == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"]
    assert read.headers.get("NewFangledHeader") == "newfangled value continued newfangled value"
    assert read.headers.get("subject") == ""
    assert read.body == b"v=0\n"
    assert read.warnings == ()


def test_an_unusual_reason_is_kept() -> None:
    read = parse(RIGHT["3.1.1.12 an unusual reason phrase"])

    assert isinstance(read, Response)
    assert read.reason.endswith("простое")


@dataclass(frozen=True)
class Wrong:
    raw: bytes
    status: int


WRONG = {
    "3.1.2.1 separators where none belong": Wrong(
        invite().replace(b"INVITE sip", b"INVITE ;;sip", 1), 400
    ),
    "3.1.2.4 a CSeq beyond its range": Wrong(invite(CSeq="36893488147419103232 INVITE"), 400),
    "3.1.2.5 a status beyond its range": Wrong(
        lines("SIP/2.0 4294967301 better not break", *invite().decode().split("\r\n")[1:9]), 400
    ),
    "3.1.2.7 brackets around the Request-URI": Wrong(
        invite().replace(b"sip:srs@198.51.100.20 SIP", b"<sip:srs@198.51.100.20> SIP", 1), 400
    ),
    "3.1.2.8 blanks in the Request-URI": Wrong(
        invite().replace(b"198.51.100.20 SIP", b"198.51.100.20; lr SIP", 1), 400
    ),
    "3.1.2.17 CSeq and start line name different methods": Wrong(invite(CSeq="8 BYE"), 400),
    "3.1.2.16 an unknown version": Wrong(invite().replace(b"SIP/2.0", b"SIP/7.0", 1), 505),
    "3.3.1 fields without which nothing can be answered": Wrong(
        b"INVITE sip:user@example.com SIP/2.0\r\nCSeq: 193942 INVITE\r\n\r\n", 400
    ),
    "3.3.8 two of a field that stands alone": Wrong(
        invite().replace(b"Call-ID: ", b"Call-ID: one\r\nCall-ID: ", 1), 400
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused(wrong: Wrong) -> None:
    with pytest.raises(Malformed) as caught:
        parse(wrong.raw)

    assert caught.value.status == wrong.status


TO_THE_APPLICATION = {
    "3.1.2.2 Content-Length larger than the message": invite().replace(b"Length: 5", b"Length: 99"),
    "3.1.2.3 a negative Content-Length": invite().replace(b"Length: 5", b"Length: -999"),
    "3.1.2.6 an unclosed quote in a name": invite(To='"Mr J. User <sip:srs@198.51.100.20>'),
    "3.1.2.9 blanks within an address": invite(To='"Watson" <sip:t.watson@example.org >'),
    "3.1.2.10 blanks before the version": invite().replace(b" SIP/2.0\r\n", b"  SIP/2.0\r\n", 1),
    "3.1.2.12 a date that is no date": invite(Date="Fri, 01 Jan 2010 16:00:00 EST"),
    "3.1.2.15 a name with a dash where a token was wanted": invite(Subject="a-b, c <d"),
    "3.3.4 an unknown authorization": invite(Authorization="NoOneKnowsThisScheme opaque=1"),
    "3.3.13 Max-Forwards of zero": invite(Max_Forwards="0"),
    "3.4.1 a branch of RFC 2543": invite(Via="SIP/2.0/UDP 192.0.2.1;received=1.2.3.4"),
}
"""RFC 4475 would have some refused; a recorder can do without what is wrong in them."""


@pytest.mark.parametrize("raw", TO_THE_APPLICATION.values(), ids=TO_THE_APPLICATION.keys())
def test_what_is_wrong_and_does_not_matter_costs_no_call(raw: bytes) -> None:
    bench = Bench()

    bench.send(raw)

    assert len(bench.told(Asked)) == 1
    assert [answer.status for answer in bench.answers()] == [200]

"""A letter is read as well as it can be, whatever a mail program or a stranger makes of it."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.answer import letter


def written(words: str = "Hei", **headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "Kaisa <kaisa@post.example>", **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content(words)
    return made


HOSTILE = st.one_of(
    st.binary(max_size=400),
    st.lists(
        st.sampled_from(
            [
                b"From: =?utf-8?b?//8=?= <a@b>",
                b"Subject: =?no-such?q?x?= P-2026-ABCDEF",
                b"Content-Type: text/html; charset=x-none",
                b"Content-Type: multipart/mixed; boundary=a",
                b"Content-Transfer-Encoding: base64",
                b"Content-Disposition: attachment; filename*=x''%",
                b"Reply-To: , <>, a@b, c@d",
                b"",
                b"--a",
                b"--a--",
                b"<html><p>\xff\x00\x01<script>no</script>",
                b"=?\xc3",
            ]
        )
    ).map(b"\n".join),
)


@given(HOSTILE)
def test_no_letter_is_too_odd_to_be_read(raw: bytes) -> None:
    told = letter.read(raw)

    for said in (told.name, told.address, told.subject, told.words):
        assert "\x00" not in said
        said.encode()
    assert len(told.words) <= letter.LONGEST


@given(st.lists(st.sampled_from([b"Received: a\n b", b"X-Spam: no", b"Return-Path: <a@b>"])))
def test_what_servers_write_on_a_letter_makes_it_no_other_letter(lines: list[bytes]) -> None:
    plain = written().as_bytes()

    assert (
        letter.read(b"".join(one + b"\n" for one in lines) + plain).told == letter.read(plain).told
    )
    assert letter.read(written("Hei!").as_bytes()).told != letter.read(plain).told


def test_words_of_markup_are_read_where_nothing_is_written_plainly() -> None:
    made = EmailMessage()
    made.set_content(
        "<head><style>p{}</style></head><p>Hei</p><p>Pyydän</p><script>x()</script>", subtype="html"
    )
    both = written("Selvästi")
    both.add_alternative("<p>Merkitty</p>", subtype="html")

    assert letter.read(made.as_bytes()).words.split() == ["Hei", "Pyydän"]
    assert letter.read(both.as_bytes()).words == "Selvästi"


def test_an_answer_goes_to_where_it_is_wanted_and_to_nobody_where_that_is_unclear() -> None:
    assert letter.read(written(Reply_To="a@b.example").as_bytes()).address == "a@b.example"
    several = written()
    several.replace_header("From", "a@b.example, c@d.example")
    assert letter.read(several.as_bytes()).address == ""
    assert not letter.read(several.as_bytes()).answerable


@pytest.mark.parametrize(
    ("headers", "automatic", "answerable"),
    [
        ({}, False, True),
        ({"Auto_Submitted": "no"}, False, True),
        ({"Auto_Submitted": "auto-generated"}, True, True),
        ({"Auto_Submitted": "Auto-Replied; x=y"}, True, True),
        ({"Precedence": "bulk"}, False, False),
        ({"List_Id": "<a.b.example>"}, False, False),
        ({"Return_Path": "<>"}, False, False),
        ({"Reply_To": "no-reply@b.example"}, False, False),
        ({"Reply_To": "postmaster@b.example"}, True, True),
    ],
)
def test_machines_are_known_by_what_the_standards_say(
    headers: dict[str, str], automatic: bool, answerable: bool
) -> None:
    told = letter.read(written(**headers).as_bytes())

    assert (told.automatic, told.answerable) == (automatic, answerable)


def test_a_report_of_delivery_is_a_machines() -> None:
    made = written()
    made.replace_header(
        "Content-Type", 'multipart/report; report-type=delivery-status; boundary="a"'
    )

    assert letter.read(made.as_bytes()).automatic


def test_the_number_of_a_request_is_found_in_subject_and_words() -> None:
    told = letter.read(written("ja P-2026-ABCDEF", Subject="Re: P-2026-ZZZZZ2 (P-2026)").as_bytes())

    assert told.references == ("P-2026-ZZZZZ2", "P-2026-ABCDEF")

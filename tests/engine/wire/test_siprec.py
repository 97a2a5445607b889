"""Metadata are read by their shape, merged by id, and never trusted."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import siprec, siprec_extension, siprec_merge, siprec_xml
from talteen.engine.wire.siprec import (
    Attendance,
    Flow,
    Group,
    Metadata,
    Mode,
    Participant,
    Session,
    Stream,
)
from talteen.engine.wire.siprec_xml import NotRead

NS = 'xmlns="urn:ietf:params:xml:ns:recording:1"'
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + f"]><recording {NS}><session session_id='&i;'/></recording>"
).encode()


def read(inside: str, attributes: str = NS) -> Metadata:
    return siprec.read(f"<recording {attributes}>{inside}</recording>".encode())


def test_the_standard_shape_is_read_whole() -> None:
    known = read(
        """<datamode>complete</datamode><group group_id="g"/>
        <session session_id="s"><sipSessionID>a;remote=b</sipSessionID><group-ref>g</group-ref>
        <start-time>2026-11-16T06:02:11Z</start-time></session>
        <participant participant_id="p"><nameID aor="sip:x@y"><name xml:lang="fi">Väinö</name>
        </nameID></participant>
        <stream stream_id="t" session_id="s"><label>96</label></stream>
        <participantsessionassoc participant_id="p" session_id="s">
        <associate-time>2026-11-16T06:02:11Z</associate-time></participantsessionassoc>
        <participantstreamassoc participant_id="p"><send>t</send></participantstreamassoc>"""
    )

    assert known == Metadata(
        Mode.COMPLETE,
        (Group("g"),),
        (Session("s", "a;remote=b", "g", "2026-11-16T06:02:11Z"),),
        (Participant("p", "sip:x@y", "Väinö"),),
        (Stream("t", "s", "96"),),
        (Attendance("p", "s", "2026-11-16T06:02:11Z"),),
        (Flow("p", ("t",)),),
    )


def test_a_draft_says_the_same_in_other_places() -> None:
    known = siprec.read(
        b"""<d:recording_metadata xmlns:d="urn:ietf:params:xml:ns:siprec">
        <d:dataMode>partial</d:dataMode>
        <d:session id="s" group="g"><end-time>x</end-time></d:session>
        <d:participant id="p" session="s"><aor>sip:x@y</aor><send><id>t</id></send><recv>u</recv>
        </d:participant><d:stream id="t" session="s"><label>1</label><mode>Mixed</mode></d:stream>
        </d:recording_metadata>"""
    )

    assert known.mode is Mode.PARTIAL
    assert known.sessions == (Session("s", None, "g", None, "x"),)
    assert known.participants == (Participant("p", "sip:x@y"),)
    assert known.streams == (Stream("t", "s", "1", "mixed"),)
    assert (known.attendances, known.flows) == (
        (Attendance("p", "s"),),
        (Flow("p", ("t",), ("u",)),),
    )
    assert known.warnings == ("metadata-namespace-draft", "time-without-zone")


def test_parameters_behind_a_name_are_no_part_of_it() -> None:
    (person,) = read(
        '<participant participant_id="p"><nameID aor="a"><name>Hälvä;lang=fi;id=2</name></nameID>'
        "</participant>"
    ).participants

    assert person.name == "Hälvä"


def test_extension_data_are_found_by_name_wherever_they_hang() -> None:
    known = read(
        """<participant participant_id="p"><extensiondata xmlns:k="urn:k">
        <k:callingParty>true</k:callingParty>
        <k:header label="Diversion"><value>x</value></k:header></extensiondata></participant>
        <extensiondata parent="s"><v xmlns="urn:v"><callType><termCall><n>1</n></termCall>
        </callType><z/></v></extensiondata>"""
    )

    assert siprec_extension.stated_roles(known.extensions) == {"p": siprec_extension.Role.CALLING}
    assert siprec_extension.carried_headers(known.extensions) == (("Diversion", "x"),)
    assert siprec_extension.facts(known.extensions)["callType"] == "termCall"
    assert {one.about for one in known.extensions} == {"p", "s"}


def test_an_entity_bomb_expands_to_nothing() -> None:
    tracemalloc.start()

    with pytest.raises(NotRead) as refused:
        siprec.read(BOMB)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == "metadata-doctype-refused"
    assert peak < 1_000_000


def test_a_doctype_cannot_hide_in_another_encoding() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-7"):
        with pytest.raises(NotRead):
            siprec.read(BOMB.decode().encode(encoding))
    declared = b'<?xml version="1.0" encoding="UTF-7"?>' + BOMB.replace(b"<!D", b"+ADw-!D")
    with pytest.raises(NotRead):
        siprec.read(declared)


def test_metadata_over_the_limit_are_left_unread() -> None:
    with pytest.raises(NotRead) as refused:
        read(" " * siprec_xml.BYTES_AT_MOST)

    assert refused.value.code == "metadata-too-large"


def test_what_stands_before_a_break_is_recovered() -> None:
    known = siprec.read(f'<recording {NS}><session session_id="s"/><session ses'.encode())

    assert known.sessions == (Session("s"),)
    assert known.warnings == ("metadata-not-wellformed",)


def test_a_broken_document_leaves_nothing_behind_in_the_parser() -> None:
    for _ in range(2):
        with pytest.raises(NotRead):
            siprec.read(b"<salaisuus")

    known = siprec.read(f"<recording {NS}><x:y/></recording>".encode())

    assert known.warnings == ("metadata-not-wellformed:namespace",)
    assert len(siprec_xml._strict().error_log) == 0


def test_other_xml_is_not_metadata() -> None:
    with pytest.raises(NotRead):
        siprec.read(b"<html/>")


def test_a_name_in_latin_1_is_read() -> None:
    raw = f'<recording {NS}><participant id="p"><nameID><name>Ä</name></nameID></participant>'

    assert siprec.read(raw.encode("latin-1") + b"</recording>").participants[0].name == "Ä"


@pytest.mark.parametrize(
    ("time", "zoned"),
    [
        ("2026-11-16T06:02:11Z", True),
        ("2026-11-16T06:02:11.5+02:00", True),
        ("2026-11-16T09:20:00+0200", True),
        ("2026-11-16T09:20:00", False),
        ("2026-11-16", False),
        ("", False),
    ],
)
def test_a_time_without_zone_is_no_instant(time: str, zoned: bool) -> None:
    assert (siprec.instant(time) is not None) == zoned


def test_a_partial_changes_only_what_it_names() -> None:
    known = read(
        '<participant participant_id="p"><nameID aor="a"/></participant>'
        '<participantstreamassoc participant_id="p"><send>t</send></participantstreamassoc>'
        '<participantstreamassoc participant_id="q"><send>u</send></participantstreamassoc>'
    )
    hold = read('<datamode>partial</datamode><participantstreamassoc participant_id="p"/>')

    after = siprec_merge.merge(known, hold)

    assert after.flows == (Flow("p"), Flow("q", ("u",)))
    assert after.participants == known.participants


def test_ids_that_nobody_told_are_found() -> None:
    known = read('<participant participant_id="p"/><stream stream_id="t"><label>1</label></stream>')
    update = read(
        '<datamode>partial</datamode><participantstreamassoc participant_id="p"><send>t</send>'
        '<send>u</send></participantstreamassoc><participantstreamassoc participant_id="q">'
        "<send>v</send></participantstreamassoc>"
    )

    assert siprec_merge.unknown_ids(known, update) == ("u", "q")
    assert siprec_merge.unknown_ids(known, known) == ()


IDS = st.sampled_from("abc")
TEXTS = st.none() | st.sampled_from(["x", "y"])
SENDS = st.lists(IDS, max_size=2).map(tuple)
METADATA = st.builds(
    Metadata,
    st.sampled_from(Mode),
    st.lists(st.builds(Group, IDS), max_size=2).map(tuple),
    st.lists(st.builds(Session, IDS, TEXTS, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
    st.lists(st.builds(Participant, IDS, TEXTS, TEXTS), max_size=3).map(tuple),
    st.lists(st.builds(Stream, IDS, TEXTS, TEXTS), max_size=3).map(tuple),
    st.lists(st.builds(Attendance, IDS, IDS, TEXTS, TEXTS), max_size=3).map(tuple),
    st.lists(st.builds(Flow, IDS, SENDS, SENDS), max_size=3).map(tuple),
)


@given(METADATA, METADATA, METADATA)
def test_merging_is_associative(one: Metadata, two: Metadata, three: Metadata) -> None:
    merge = siprec_merge.merge

    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(METADATA, METADATA)
def test_a_complete_update_replaces_what_was_known(one: Metadata, two: Metadata) -> None:
    if two.mode is Mode.COMPLETE:
        assert siprec_merge.merge(one, two) == two


PIECES = st.sampled_from(
    [
        "<participant participant_id='p'>",
        "</participant>",
        "<nameID aor='sip:a@b'>",
        "</nameID>",
        "<send/>",
        "<send>t</send>",
        "<stream stream_id='t'><label>1</label></stream>",
        "<stream id=' '/>",
        "<session session_id='s'><start-time>1</start-time></session>",
        "<participantstreamassoc participant_id='p'>",
        "<x:y>",
        "<!-- c -->",
        "<?p i?>",
        "<![CDATA[",
        "&lt;",
        "&unknown;",
        "\x00",
        "ä",
        "<",
    ]
)


@given(st.lists(PIECES, max_size=20), st.binary(max_size=60))
def test_any_bytes_are_metadata_or_left_unread(pieces: list[str], raw: bytes) -> None:
    whole = f"<recording {NS}>" + "".join(pieces)
    for one in (raw, whole.encode(), whole.encode() + raw, whole.encode() + b"</recording>"):
        try:
            siprec.read(one)
        except NotRead as unread:
            assert unread.code.startswith("metadata-")


def test_an_entity_that_nobody_declared_is_left_out() -> None:
    inside = '<participant id="p">&who;<nameID aor="a"/></participant>'

    assert read(inside).participants == (Participant("p", "a"),)

"""Who is in a call that has no metadata: read of headers by the grammar of SIP (RFC 3261 25.1)."""

import string

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire.headers import Headers
from talteen.life.capture.parties import CISCO_PARTICIPANT, Heading, named_in

USERS = st.text(string.ascii_letters + string.digits + "-_.!~*'()&=+$,;?/%", min_size=1)
HOSTS = st.sampled_from(["192.0.2.22", "[2001:db8::1]", "a.example", "a.example:5061"])
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]))
LINES = st.none() | st.integers(0, 999)


@given(USERS, HOSTS, NAMES, LINES, st.sampled_from(["", ";party=calling", ";transport=tcp;lr"]))
def test_brackets_and_a_name_around_an_address_do_not_change_who_it_is(
    user: str, host: str, name: str, line: int | None, inside: str
) -> None:
    aor = f"sip:{user}@{host}"
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if name else ""
    index = f';media-index="{line} 7"' if line is not None else ""
    other = '<sip:7105@a.example>;media-index="1"'
    value = f"{quoted}<{aor}{inside}>{index}, {other}"

    found = named_in(Headers([(CISCO_PARTICIPANT, value)]))

    source = f"header media-index {line}" if line is not None else ""
    assert found == (
        Heading(aor, name or None, line, source),
        Heading("sip:7105@a.example", None, 1, "header media-index 1"),
    )


@given(st.lists(st.text()))
def test_no_header_keeps_a_call_from_being_recorded(values: list[str]) -> None:
    for one in named_in(Headers([(CISCO_PARTICIPANT, value) for value in values])):
        assert one.aor

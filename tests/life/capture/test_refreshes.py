"""A client that refreshes its session again and again (RFC 4028): it is answered each time, and
nothing is remembered of it but what the next signaller needs."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.note import About
from talteen.life.capture.remembered import Memory, What
from tests.kit.signallers import DIALOG, Fate, Node

EVERY_S = 45
INVITE, ACK = ((DIALOG / f"{name}.sip").read_bytes() for name in ("01-invite", "02-ack"))
ANNOUNCED = next(line for line in INVITE.split(b"\r\n") if line.startswith(b"X-Announcement"))
SDP = re.search(rb"v=0\r\n.*?(?=\r\n--)", INVITE, re.DOTALL)[0] + b"\r\n"  # type: ignore[index]


def numbered(node: Node, message: bytes, method: str, number: int) -> bytes:
    """``message`` as the client sends it within the dialog."""
    cseq = b"CSeq: %d %s" % (number, method.encode())
    message = re.sub(rb"^(INVITE|ACK)", method.encode(), message)
    message = re.sub(rb"CSeq: [^\r]*", cseq, message)
    message = re.sub(rb"branch=[^\r;]*", b"branch=z9hG4bK%d%s" % (number, method.encode()), message)
    return re.sub(rb"(To: <[^>]*>)[^\r]*", rb"\1;tag=" + node.tag().encode(), message)


def within(node: Node, method: str, number: int, body: bytes = b"", *more: bytes) -> bytes:
    """A request without metadata: an UPDATE without a body, or an offer alone."""
    head = INVITE.partition(b"\r\n\r\n")[0].split(b"\r\n")
    dropped = (b"x-announcement", b"content-", b"require", b"mime-version")
    head = [line for line in head if not line.lower().startswith(dropped)]
    kind = [b"Content-Type: application/sdp"] if body else []
    length = b"Content-Length: %d" % len(body)
    return numbered(node, b"\r\n".join([*head, *more, *kind, length, b"", body]), method, number)


def asks(node: Node, kind: str, number: int) -> None:
    """One message of the client; an INVITE with its ACK."""
    match kind:
        case "update":
            node.says(within(node, "UPDATE", number))
            return
        case "described":
            node.says(within(node, "INVITE", number, SDP))
        case "inactive":
            node.says(within(node, "INVITE", number, SDP.replace(b"sendonly", b"inactive")))
        case "announced":
            node.says(within(node, "INVITE", number, SDP, ANNOUNCED))
        case "all":
            whole = INVITE.replace(ANNOUNCED + b"\r\n", b"")
            node.says(numbered(node, whole, "INVITE", number))
    deaths = node.deaths
    node.says(numbered(node, ACK, "ACK", number))
    if node.deaths > deaths:
        node.says(numbered(node, ACK, "ACK", number))  # to our 200, which came once more


def called(folder: Path, fate: Fate) -> Node:
    """A node with one call, whose client has our answer."""
    folder.mkdir(exist_ok=True)
    node = Node(folder, fate)
    node.says(INVITE)
    node.passes(0.2)
    node.says(ACK.replace(b"srs-tag", node.tag().encode()))
    return node


def says_goodbye(node: Node, number: int) -> None:
    bye = (DIALOG / "03-bye.sip").read_bytes().replace(b"srs-tag", node.tag().encode())
    node.says(re.sub(rb"CSeq: \d+", b"CSeq: %d" % number, bye))
    assert node.client[-1].status == 200


def what_is_known(node: Node) -> object:
    """Of the one dialog that there is: all that a restart may not change."""
    (of,) = node.signaller.board.dialogs.values()
    lives = [(one.gate, one.fate, one.keeping, one.streams) for one in of.calls.values()]
    return of.session.calls, of.session.warnings(), of.described, of.ports, of.heard, lives


@pytest.mark.parametrize("kind", ["update", "described", "all"])
def test_a_session_that_is_refreshed_for_an_hour_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("talteen.life.capture.remembered.GATHER_AFTER_BYTES", 2_000)
    node = called(tmp_path, Fate())
    asks(node, kind, 10)
    before = Logbook(node.logbook).size_bytes

    for number in range(11, 91):
        node.passes(EVERY_S)
        asks(node, kind, number)

    # At most what may stand there of values of the dialog that are of no use any more.
    assert Logbook(node.logbook).size_bytes < before + 2_000 + 2_000
    answers = [one for one in node.client if one.status == 200]
    assert len(answers) == 82
    # The same version says that nothing has changed (RFC 3264 8).
    assert len({one.body for one in answers if one.body}) == 1
    says_goodbye(node, 100)
    assert [note.about for note in node.noted()] == [About.PROMISED, About.KEPT, About.ENDED]


def test_killed_in_a_refresh_a_signaller_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Before or behind each thing that it does: the client is answered, what was asked is not asked
    of the ear again, and the deadline is that of the last refresh."""

    def refreshes(node: Node) -> None:
        for number, kind in enumerate(("described", "update", "described", "update"), 10):
            node.passes(EVERY_S)
            asks(node, kind, number)

    node = called(tmp_path / "whole", Fate())
    begun = node.fate.step
    refreshes(node)
    known = what_is_known(node)

    for strike in range(begun + 1, node.fate.step + 1):
        one = called(tmp_path / str(strike), Fate(strike))
        refreshes(one)

        assert one.deaths == 1, strike
        assert str(what_is_known(one)).count("Event") == str(known).count("Event"), strike
        assert len({answer.body for answer in one.client if answer.body}) == 1, strike
        assert [told.stream for told in one.asked if isinstance(told, say.Listen)] == [1, 2], strike
        says_goodbye(one, 100)
        assert [note.about for note in one.noted()] == [
            About.PROMISED,
            About.KEPT,
            About.ENDED,
        ], strike


def test_who_refreshes_no_more_is_lost_at_the_deadline_of_the_last_refresh(tmp_path: Path) -> None:
    node = called(tmp_path, Fate())
    timer = b"Session-Expires: 90;refresher=uac"
    for number in range(10, 14):
        node.passes(EVERY_S)
        node.says(within(node, "UPDATE", number, b"", timer))
    node.fate.strikes_at = node.fate.step + 1
    node.passes(EVERY_S + 30)
    assert node.deaths == 1
    assert node.signaller.board.dialogs

    node.passes(EVERY_S)

    assert [note.about for note in node.noted()] == [About.PROMISED, About.KEPT, About.ENDED]


@given(st.lists(st.sampled_from(["update", "described", "inactive", "announced", "all"])))
def test_whatever_a_client_says_again_the_next_signaller_knows_what_this_one_did(
    tmp_path_factory: pytest.TempPathFactory, said: list[str]
) -> None:
    node = called(tmp_path_factory.mktemp("node"), Fate())
    for number, kind in enumerate(said, 10):
        node.passes(EVERY_S)
        asks(node, kind, number)
    known = what_is_known(node)

    node.fate.strikes_at = node.fate.step + 1
    node.passes(0)

    assert node.deaths == 1
    assert what_is_known(node) == known


def test_what_a_refresh_changes_is_remembered_and_what_it_does_not_change_is_not(
    tmp_path: Path,
) -> None:
    node = called(tmp_path, Fate())
    for number, kind in enumerate(("described", "inactive", "inactive", "described"), 10):
        asks(node, kind, number)

    asked = [one for one, _ in Memory(Logbook(node.logbook)).inputs() if one.what is What.ASKED]

    # The ACK of the first answer, the hold, and its end.
    assert [one.data.split(b" ", 1)[0] for one in asked] == [b"ACK", b"INVITE", b"INVITE"]

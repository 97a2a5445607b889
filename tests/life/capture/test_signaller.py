"""A signaller killed between any two things that it does: nothing is forgotten, nothing told twice.

It is run without sockets against a foreign client's messages; the logbook is a real memfd, the
notes are a real file. A client repeats what nobody answered (RFC 3261 17.1), an ear's word stays on
its line until the signaller has remembered it.
"""

import re
from datetime import datetime
from pathlib import Path

import pytest

from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.effects import Trouble
from talteen.life.capture.note import About
from talteen.life.capture.pool import Pool
from talteen.life.capture.remembered import Input, Memory, What
from talteen.life.capture.signaller import ASKED_AGAIN_WITHIN_S
from tests.kit.signallers import DIALOG, FLOW, Fate, Killed, Node


def lives(node: Node) -> None:
    """One call from its INVITE to its BYE."""
    node.says((DIALOG / "01-invite.sip").read_bytes())
    for file, after_s in (("02-ack.sip", 0.2), ("03-bye.sip", 5)):
        node.passes(after_s)
        said = (DIALOG / file).read_bytes().replace(b"srs-tag", node.tag().encode())
        node.says(said)
    node.passes(ASKED_AGAIN_WITHIN_S)


def steps(folder: Path) -> int:
    """How many things a signaller does in one call."""
    node = Node(folder, Fate())
    lives(node)
    return node.fate.step


def test_a_call_through_the_signaller_alone(tmp_path: Path) -> None:
    node = Node(tmp_path, Fate())

    lives(node)

    assert [note.about for note in node.noted()] == [About.PROMISED, About.KEPT, About.ENDED]
    assert [one.status for one in node.client if one.status >= 200] == [200, 200]


def test_killed_between_any_two_of_its_acts_it_forgets_no_call_and_counts_none_twice(
    tmp_path: Path,
) -> None:
    (tmp_path / "whole").mkdir()
    for strike in range(1, steps(tmp_path / "whole") + 1):
        folder = tmp_path / str(strike)
        folder.mkdir()
        node = Node(folder, Fate(strike))

        lives(node)

        told = node.noted()
        assert node.deaths == 1, strike
        assert [note.about for note in told] == [About.PROMISED, About.KEPT, About.ENDED], strike
        assert len({note.call for note in told}) == 1, strike
        assert told[-1].fate == "ended", (strike, told)
        closes = [one for one in node.asked if isinstance(one, say.Close)]
        assert {one.call for one in closes} == {told[0].call}, strike
        assert not node.signaller.board.dialogs, strike


@pytest.mark.parametrize("ask_again", [True, False], ids=["asks again", "has given up"])
def test_a_client_that_never_got_its_answer_leaves_no_call_open(
    tmp_path: Path, ask_again: bool
) -> None:
    """The signaller died before its 200 left: the same call, or one that is told as over."""
    node = Node(tmp_path, Fate())
    invite = (DIALOG / "01-invite.sip").read_bytes()
    received = node.signaller.received(FLOW, invite, node.now_s, node.at)
    promised = [note.call for note in received.notes]
    with node.alive():
        raise Killed
    if ask_again:
        node.says(invite)
        assert node.client[-1].status == 200
        acknowledged = (DIALOG / "02-ack.sip").read_bytes()
        node.says(acknowledged.replace(b"srs-tag", node.tag().encode()))
    node.listen()
    node.passes(ASKED_AGAIN_WITHIN_S + 1)

    assert {note.call for note in node.noted()} == set(promised)
    ended = [note for note in node.noted() if note.about is About.ENDED]
    assert len(ended) == (0 if ask_again else 1)


def test_an_invite_that_is_refused_counts_once_however_often_it_is_repeated(
    tmp_path: Path,
) -> None:
    node = Node(tmp_path, Fate())
    invite = (DIALOG / "01-invite.sip").read_bytes()
    wrong, another = (invite.replace(b"1 INVITE", b"%d BYE" % n) for n in (1, 2))
    for message in (wrong, wrong, another, wrong):
        out = node.signaller.received(FLOW, message, node.now_s, node.at)
        node.carry_out(out)

    assert [note.about for note in node.noted()] == [About.REFUSED_CALL, About.REFUSED_CALL]
    assert {one.status for one in node.client} == {400}


def test_a_logbook_of_calls_that_are_over_grows_small_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talteen.life.capture.remembered.GATHER_AFTER_BYTES", 2_000)
    node = Node(tmp_path, Fate())

    lives(node)

    # Whose ports rest is all that is left of the call.
    assert Logbook(node.logbook).size_bytes < 200
    assert [one.what for one, _ in Memory(Logbook(node.logbook)).inputs()] == [What.OVER]


def test_of_a_call_that_is_over_a_new_signaller_folds_nothing_and_its_ports_rest(
    tmp_path: Path,
) -> None:
    """The first one is over for the signaller that saw it begin, the second for the next one."""

    def resting() -> dict[int, datetime]:
        (ports,) = node.signaller.board.pool.free.values()
        return {port: until for port, until in ports.items() if until}

    node = Node(tmp_path, Fate())
    lives(node)
    node.says(invite(2))
    with node.alive():
        raise Killed
    for _ in range(80):  # nobody acknowledges it
        node.passes(0.5)
    assert not node.signaller.board.dialogs
    before = resting()

    with node.alive():
        raise Killed
    told = [one.what for one, _ in Memory(Logbook(node.logbook)).inputs()]

    assert set(told) == {What.OVER}
    assert len(before) == 4
    assert resting() == before


def invite(number: int) -> bytes:
    """The dialog's INVITE as that of another call."""
    text = (DIALOG / "01-invite.sip").read_bytes()
    changed = re.sub(rb"(Call-ID: |branch=z9hG4bK|From: [^\r]*tag=)", rb"\g<1>%d" % number, text)
    assert changed != text
    return changed


def known_of(node: Node) -> dict[str, tuple[object, ...]]:
    """What a signaller knows of its dialogs that must not change under them."""
    return {
        of.id: (of.ear, of.number, of.ports, of.keys, of.answered,
                sorted(live.recording for live in of.calls.values()))
        for of in node.signaller.board.dialogs.values()
    }  # fmt: skip


def begins_unanswered(node: Node, number: int) -> None:
    """The ear has not said yet that it listens."""
    node.carry_out(node.signaller.received(FLOW, invite(number), node.now_s, node.at))


def test_a_new_signaller_knows_ids_keys_and_ports_of_calls_that_began_among_others(
    tmp_path: Path,
) -> None:
    """Answers of one call are drawn between the INVITEs of others."""
    node = Node(tmp_path, Fate())
    begins_unanswered(node, 1)
    begins_unanswered(node, 2)
    node.listen()
    begins_unanswered(node, 3)
    node.listen()
    before = known_of(node)

    with node.alive():
        raise Killed

    assert len(before) == 3
    assert known_of(node) == before


def test_a_new_signaller_gives_no_call_the_port_of_another_when_a_third_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of them is over and let go: its ports are free, those of the second are not."""
    node = Node(tmp_path, Fate())
    lives(node)
    node.says(invite(2))
    before = known_of(node)
    (first,) = (set(of.ports.values()) for of in node.signaller.board.dialogs.values())
    monkeypatch.setattr("talteen.life.capture.remembered.GATHER_AFTER_BYTES", 1)
    node.passes(0.5)
    assert Logbook(node.logbook).size_bytes > 0

    with node.alive():
        raise Killed
    node.says(invite(3))

    (second, third) = node.signaller.board.dialogs.values()
    assert known_of(node)[second.id] == before[second.id]
    assert not first & set(third.ports.values())


def test_a_call_that_was_refused_for_want_of_room_does_not_begin_with_the_next_signaller(
    tmp_path: Path,
) -> None:
    node = Node(tmp_path, Fate())
    node.signaller.board.troubles.add(Trouble.NO_ROOM)
    begins_unanswered(node, 1)

    with node.alive():
        raise Killed

    assert not node.signaller.board.dialogs
    assert [note.about for note in node.noted()] == [About.REFUSED_CALL]


def test_a_client_that_asks_once_more_when_its_call_is_over_is_heard_as_a_new_one(
    tmp_path: Path,
) -> None:
    """Lost after nobody had answered it, and killed before the ear said that all was done."""
    node = Node(tmp_path, Fate())
    begins_unanswered(node, 1)
    with node.alive():
        raise Killed
    node.now_s += ASKED_AGAIN_WITHIN_S + 1
    node.carry_out(node.signaller.tick(node.now_s, node.at))
    with node.alive():
        raise Killed
    node.listen()
    assert not node.signaller.board.dialogs

    node.says(invite(1))

    assert node.client[-1].status == 200
    assert len({note.call for note in node.noted()}) == 2


def test_a_call_that_was_promised_and_then_found_no_port_is_told_as_over(tmp_path: Path) -> None:
    node = Node(tmp_path, Fate())
    node.signaller.board.pool = Pool.of([(20_000, 20_001)])
    begins_unanswered(node, 1)
    node.listen()

    assert [one.status for one in node.client if one.status >= 200] == [503]
    about = [note.about for note in node.noted()]
    assert (about[0], about.count(About.ENDED)) == (About.PROMISED, 1)
    assert not node.signaller.board.dialogs


def test_one_call_that_cannot_be_told_again_does_not_keep_the_others_from_it(
    tmp_path: Path,
) -> None:
    node = Node(tmp_path, Fate())
    broken = Input(What.BEGINS, node.at, "broken", b"this is no request")
    Logbook(node.logbook).append(broken.written())
    node._begin()
    node.says(invite(2))
    before = known_of(node)

    with node.alive():
        raise Killed

    assert known_of(node) == before

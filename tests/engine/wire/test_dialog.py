"""Dialogs: who may say what when, and what survives the death of the server (RFC 3261 12 to 15)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire.answers import Reply
from talteen.engine.wire.dialog import Dialog
from talteen.engine.wire.effects import (
    Answered,
    Asked,
    Cancelled,
    Confirmed,
    Ended,
    Kept,
    Refused,
    Warned,
    Why,
)
from talteen.engine.wire.flow import Flow, Transport
from talteen.engine.wire.session_timer import Session
from talteen.errors import Conflict, Tampered
from tests.engine.wire.messages import SDP, answer_to, invite, message
from tests.kit.wire import Bench


def silent(asked: Asked) -> Reply | None:
    return None


def within(asked: Asked) -> Reply | None:
    """Accepts calls at once, and leaves everything within them unanswered."""
    return None if asked.dialog else Reply(200, (), SDP)


def standing(bench: Bench, **changed: Any) -> str:
    """A call that stands; our tag in it."""
    bench.send(invite(**changed))
    tag = bench.answers()[0].to.tag
    bench.send(message("ACK", 1, tag=tag, branch="ack"))
    return tag


def statuses(bench: Bench) -> list[int]:
    return [answer.status for answer in bench.answers()]


def test_a_2xx_begins_a_dialog_and_names_us_as_recorder() -> None:
    bench = Bench(application=within)
    route = "<sip:p1.example;lr>, <sip:192.0.2.9;lr>"
    bench.send(invite(Record_Route=route))

    (answer,) = bench.answers()

    assert answer.headers.get("Contact") == "<sip:talteen@198.51.100.20:5060>;+sip.srs"
    assert answer.headers.all("Record-Route") == ("<sip:p1.example;lr>", "<sip:192.0.2.9;lr>")
    assert "UPDATE" in answer.headers.values("Allow")
    assert answer.headers.tokens("Supported") == {"siprec", "timer", "100rel"}
    (kept,) = bench.told(Kept)
    assert kept.transaction == bench.told(Asked)[0].transaction
    assert kept.dialog.route_set == ("<sip:p1.example;lr>", "<sip:192.0.2.9;lr>")


def test_a_late_offer_brings_its_answer_in_the_ack() -> None:
    bench = Bench(application=within)
    bench.send(invite(body=b""))
    tag = bench.answers()[0].to.tag

    bench.send(message("ACK", 1, tag=tag, branch="ack", body=b"v=0 answer"))

    (confirmed,) = bench.told(Confirmed)
    assert confirmed.ack.body == b"v=0 answer"


def test_a_bye_is_answered_and_carries_what_it_carries() -> None:
    bench = Bench()
    tag = standing(bench)

    bench.send(message("BYE", 2, tag=tag, Content_Type="application/x-any", body=b"last words"))

    assert statuses(bench) == [200]
    (ended,) = bench.told(Ended)
    assert (ended.why, ended.request.body) == (Why.BYE, b"last words")


def test_a_bye_that_requires_the_unknown_still_ends_its_call() -> None:
    bench = Bench()
    tag = standing(bench)

    bench.send(message("BYE", 2, tag=tag, Require="x-teleportti"))

    assert statuses(bench) == [200]
    assert [w.code for w in bench.told(Warned)] == ["require-unknown"]


@pytest.mark.parametrize("method", ["BYE", "INVITE", "UPDATE", "INFO", "OPTIONS", "PRACK"])
def test_nothing_is_known_of_an_unknown_dialog(method: str) -> None:
    bench = Bench()

    bench.send(message(method, 7, tag="ei-ole"))

    assert statuses(bench) == [481]
    assert bench.told(Asked) == []


def test_an_ack_for_nothing_is_passed_over() -> None:
    bench = Bench()

    bench.send(message("ACK", 7, tag="ei-ole"))

    assert (bench.sent, bench.effects) == ([], [])


def test_a_request_that_comes_too_late_is_refused() -> None:
    bench = Bench()
    tag = standing(bench)
    bench.send(message("INFO", 9, tag=tag))

    bench.send(message("INFO", 8, tag=tag))

    assert statuses(bench) == [200, 500]


def test_a_second_invite_before_the_answer_to_the_first_is_put_off() -> None:
    bench = Bench(application=within)
    tag = standing(bench)
    bench.send(invite(2, tag=tag))

    bench.send(invite(3, tag=tag))

    (answer,) = bench.answers()
    assert (answer.status, answer.headers.get("Retry-After")) == (500, "1")
    assert bench.told(Refused) == [], "the call itself goes on"


def test_a_re_invite_moves_the_target_only_when_it_is_accepted() -> None:
    bench = Bench(application=within)
    tag = standing(bench)
    moved = "<sip:src@192.0.2.1:6000>"
    bench.send(invite(2, tag=tag, Contact=moved))
    assert bench.agent.dialogs()[0].remote_target == "sip:src@192.0.2.1:5060"

    bench.respond(bench.told(Asked)[-1], Reply(200, (), SDP))

    assert bench.agent.dialogs()[0].remote_target == "sip:src@192.0.2.1:6000"
    assert bench.answers()[0].headers.get("Contact")


def test_a_refused_re_invite_leaves_the_call_standing() -> None:
    bench = Bench(application=within)
    tag = standing(bench)
    bench.send(invite(2, tag=tag))

    bench.respond(bench.told(Asked)[-1], Reply(488))

    assert len(bench.agent.dialogs()) == 1
    assert bench.told(Ended) == []


def test_offers_that_cross_are_refused_with_491() -> None:
    bench = Bench()
    tag = standing(bench)
    dialog = bench.agent.dialogs()[0].id
    bench.do(bench.agent.request(dialog, "INVITE", bench.now, body=SDP)[1])
    bench.receive()

    bench.send(invite(2, tag=tag))
    bench.send(message("UPDATE", 3, tag=tag, body=SDP))
    bench.send(message("UPDATE", 4, tag=tag))

    assert statuses(bench) == [491, 491, 200]
    with pytest.raises(Conflict):
        bench.agent.request(dialog, "UPDATE", bench.now)


def test_our_offer_that_crossed_is_tried_again_within_two_seconds() -> None:
    bench = Bench()
    standing(bench)
    dialog = bench.agent.dialogs()[0].id
    bench.do(bench.agent.request(dialog, "UPDATE", bench.now, body=SDP)[1])
    (first,) = bench.requests()

    bench.send(answer_to(first, 491))
    bench.advance(2.0)
    again = bench.requests()[0]
    bench.send(answer_to(again, 200))

    assert (again.cseq.number, again.body) == (first.cseq.number + 1, SDP)
    assert [answered.response.status for answered in bench.told(Answered)] == [200]


def test_a_bye_answers_what_still_waits() -> None:
    bench = Bench(application=within)
    tag = standing(bench)
    bench.send(invite(2, tag=tag))

    bench.send(message("BYE", 3, tag=tag))

    assert sorted(statuses(bench)) == [200, 487]
    assert len(bench.told(Cancelled)) == 1
    bench.respond(bench.told(Asked)[-1], Reply(200))
    assert bench.sent == []


def test_we_hang_up_only_after_the_ack() -> None:
    bench = Bench()
    bench.send(invite())
    tag = bench.answers()[0].to.tag

    bench.do(bench.agent.end(bench.agent.dialogs()[0].id, bench.now))
    assert bench.requests() == []
    assert [ended.why for ended in bench.told(Ended)] == [Why.OURS]
    bench.send(message("ACK", 1, tag=tag, branch="ack"))

    (bye,) = bench.requests()
    assert (bye.method, bye.to.tag, bye.from_.tag) == ("BYE", "src", tag)
    assert bye.uri == "sip:src@192.0.2.1:5060"


def test_byes_that_cross_are_both_answered() -> None:
    bench = Bench()
    bench.send(invite())
    tag = bench.answers()[0].to.tag
    bench.do(bench.agent.end(bench.agent.dialogs()[0].id, bench.now))

    bench.send(message("BYE", 2, tag=tag))

    assert statuses(bench) == [200]
    bench.advance(60)
    assert bench.requests() == []


def test_a_peer_that_knows_the_call_no_more_ends_it() -> None:
    bench = Bench()
    standing(bench)
    bench.do(bench.agent.request(bench.agent.dialogs()[0].id, "INFO", bench.now)[1])

    bench.send(answer_to(bench.requests()[0], 481))

    assert [ended.why for ended in bench.told(Ended)] == [Why.GONE]
    assert len(bench.told(Answered)) == 1


def test_our_requests_follow_a_strict_router_too() -> None:
    bench = Bench()
    standing(bench, Record_Route="<sip:192.0.2.7>, <sip:p2.example;lr>")

    bench.do(bench.agent.end(bench.agent.dialogs()[0].id, bench.now))

    (bye,) = bench.requests()
    assert bye.uri == "sip:192.0.2.7"
    assert bye.headers.all("Route") == ("<sip:p2.example;lr>", "<sip:src@192.0.2.1:5060>")


def test_a_peer_that_requires_100rel_gets_one_answer_after_the_other() -> None:
    bench = Bench(application=silent)
    bench.send(invite(Require="100rel"))
    asked = bench.told(Asked)[0]
    bench.respond(asked, Reply(183, (), SDP))
    (progress,) = bench.answers()
    tag = progress.to.tag
    bench.respond(asked, Reply(200, (), SDP))
    assert bench.sent == []

    bench.advance(0.5)
    assert [a.headers.get("RSeq") for a in bench.answers()] == ["1"]
    bench.send(message("PRACK", 2, tag=tag, RAck="2 1 INVITE"))
    bench.send(message("PRACK", 3, tag=tag, RAck="1 1 INVITE"))

    answers = bench.answers()
    assert progress.headers.tokens("Require") == {"100rel"}
    assert [(a.status, a.cseq.method) for a in answers] == [
        (481, "PRACK"),
        (200, "PRACK"),
        (200, "INVITE"),
    ]
    assert {answer.to.tag for answer in answers} == {tag}


def test_a_call_that_only_rang_is_no_dialog_for_anybody() -> None:
    bench = Bench(application=silent)
    bench.send(invite(Require="100rel"))
    bench.respond(bench.told(Asked)[0], Reply(183, (), SDP))
    tag = bench.answers()[0].to.tag
    bench.send(message("PRACK", 2, tag=tag, RAck="1 1 INVITE"))
    assert bench.told(Kept) == []

    bench.send(message("BYE", 3, tag=tag))

    assert sorted(statuses(bench)) == [200, 200, 487]
    assert (bench.told(Ended), len(bench.told(Cancelled))) == ([], 1)
    assert bench.agent.dialogs() == ()


def test_a_call_that_rings_for_ever_is_forgotten() -> None:
    bench = Bench(application=silent)
    bench.send(invite())
    bench.respond(bench.told(Asked)[0], Reply(180))

    bench.advance(181)

    assert bench.agent.dialogs() == ()


def test_without_a_prack_the_invite_is_refused() -> None:
    bench = Bench(application=silent)
    bench.send(invite(Require="100rel"))
    bench.respond(bench.told(Asked)[0], Reply(183))

    bench.advance(33)

    assert 504 in statuses(bench)
    assert bench.agent.dialogs() == ()


def test_a_restarted_server_answers_the_bye_of_a_call_it_never_saw_begin() -> None:
    old, new = Bench(), Bench()
    tag = standing(old)
    written = [dialog.to_bytes() for dialog in old.agent.dialogs()]

    new.do(new.agent.restore(map(Dialog.from_bytes, written), new.now))
    new.send(message("BYE", 2, tag=tag))

    assert statuses(new) == [200]
    assert [ended.why for ended in new.told(Ended)] == [Why.BYE]


def test_a_restarted_server_goes_on_waiting_for_the_ack() -> None:
    old, new = Bench(), Bench()
    old.send(invite())
    sent = old.receive()
    (kept,) = old.told(Kept)

    new.do(new.agent.restore([Dialog.from_bytes(kept.dialog.to_bytes())], new.now))
    new.send(invite())
    assert new.receive() == sent
    new.advance(0.5)
    assert new.receive() == sent
    new.send(message("ACK", 1, tag=kept.dialog.local_tag, branch="ack"))

    assert len(new.told(Confirmed)) == 1
    assert new.told(Asked) == []
    new.advance(60)
    assert new.receive() == []


def test_a_call_outlives_its_connection() -> None:
    bench = Bench(Transport.TCP, remote=("192.0.2.1", 49152))
    bench.send(invite(transport="TCP"))
    tag = bench.answers()[0].to.tag
    bench.send(message("ACK", 1, tag=tag, branch="ack", transport="TCP"))
    bench.agent.closed(bench.flow)

    bench.do(bench.agent.end(bench.agent.dialogs()[0].id, bench.now))

    (sent,) = bench.sent
    assert sent.flow == replace(bench.flow, connection="", remote=("192.0.2.1", 5060))


def test_requests_follow_the_peer_to_its_newer_connection() -> None:
    bench = Bench(Transport.TCP, remote=("192.0.2.1", 49152))
    bench.send(invite(transport="TCP"))
    tag = bench.answers()[0].to.tag
    bench.agent.closed(bench.flow)
    bench.flow = replace(bench.flow, connection="c2", remote=("192.0.2.1", 49153))
    bench.send(message("ACK", 1, tag=tag, branch="ack", transport="TCP"))
    bench.send(message("INFO", 2, tag=tag, transport="TCP"))
    bench.receive()

    bench.do(bench.agent.end(bench.agent.dialogs()[0].id, bench.now))

    assert [sent.flow for sent in bench.sent] == [bench.flow]


texts = st.text(max_size=20)
flows = st.builds(
    Flow,
    st.sampled_from(Transport),
    st.tuples(texts, st.integers(0, 65535)),
    st.tuples(texts, st.integers(0, 65535)),
    texts,
)
dialogs = st.builds(
    Dialog,
    **dict.fromkeys(
        "call_id local_tag remote_tag local remote remote_target contact".split(),
        texts | st.binary(max_size=9).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    ),
    route_set=st.lists(texts).map(tuple),
    local_cseq=st.integers(0, 2**31),
    remote_cseq=st.integers(0, 2**31),
    allow=st.frozensets(texts),
    flow=flows,
    session=st.none() | st.builds(Session, st.integers(90, 9000), st.booleans(), st.floats(0, 9e9)),
    unacknowledged=st.binary(max_size=99),
    invite_cseq=st.integers(0, 2**31),
)


@given(dialogs)
def test_a_dialog_that_is_written_reads_back(dialog: Dialog) -> None:
    assert Dialog.from_bytes(dialog.to_bytes()) == dialog


@given(st.binary(max_size=200) | dialogs.map(lambda dialog: dialog.to_bytes()[:-9]))
def test_what_is_no_dialog_is_tampered(raw: bytes) -> None:
    with pytest.raises(Tampered):
        Dialog.from_bytes(raw)

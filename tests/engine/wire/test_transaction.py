"""Copies, timers and their ends, replayed with a clock moved by hand (RFC 3261 17)."""

import pytest

from talteen.engine.wire.answers import Reply
from talteen.engine.wire.effects import Answered, Asked, Confirmed, Ended, Kept, Warned, Why
from talteen.engine.wire.flow import Transport
from talteen.engine.wire.sip import Request
from tests.engine.wire.messages import answer_to, invite, message, read
from tests.kit.wire import Bench


def silent(asked: Asked) -> Reply | None:
    return None


def refusing(asked: Asked) -> Reply | None:
    return Reply(486)


def began(bench: Bench, *, acknowledged: bool = True) -> str:
    """A call that stands; our tag in it."""
    bench.send(invite())
    (answer,) = bench.answers()
    tag = answer.to.tag
    if acknowledged:
        bench.send(message("ACK", 1, tag=tag, branch="ack"))
    return tag


def times_sent(bench: Bench, seconds: float) -> list[float]:
    """When something was sent during that time, in seconds from now, on the clock of the bench."""
    start, found = bench.now, []
    while (at := bench.agent.deadline()) is not None and at <= start + seconds:
        bench.advance(at - bench.now)
        found += [round(bench.now - start, 3)] * len(bench.receive())
    bench.advance(start + seconds - bench.now)
    return found


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP])
def test_a_2xx_is_repeated_until_its_ack_over_any_transport(transport: Transport) -> None:
    bench = Bench(transport)
    bench.send(invite(transport=transport.value))
    (answer,) = bench.answers()

    assert times_sent(bench, 12) == [0.5, 1.5, 3.5, 7.5, 11.5]

    bench.send(message("ACK", 1, tag=answer.to.tag, branch="ack", transport=transport.value))
    assert times_sent(bench, 60) == []
    assert len(bench.told(Confirmed)) == 1


def test_a_call_without_ack_is_hung_up_after_64_t1() -> None:
    bench = Bench()
    began(bench, acknowledged=False)

    bench.advance(31.9)
    assert bench.told(Ended) == []
    bench.receive()
    bench.advance(0.2)

    assert [ended.why for ended in bench.told(Ended)] == [Why.UNACKNOWLEDGED]
    assert [warned.code for warned in bench.told(Warned)] == ["ack-missing"]
    assert [request.method for request in bench.requests()] == ["BYE"]


def test_a_copy_of_the_invite_gets_the_same_answer_until_the_ack() -> None:
    bench = Bench()
    bench.send(invite())
    first = bench.receive()

    bench.send(invite())
    assert bench.receive() == first

    bench.send(message("ACK", 1, tag=read(first[0]).to.tag, branch="ack"))
    bench.send(invite())
    assert bench.sent == []
    assert len(bench.told(Asked)) == 1


def test_an_invite_that_waits_is_told_so_and_its_copies_too() -> None:
    bench = Bench(application=silent)
    bench.send(invite())
    assert bench.sent == []

    bench.advance(0.2)
    (trying,) = bench.answers()
    bench.send(invite())

    assert trying.status == 100
    assert trying.to.tag == ""
    assert [answer.status for answer in bench.answers()] == [100]


def test_a_refusal_is_repeated_over_udp_until_its_ack() -> None:
    bench = Bench(application=refusing)
    bench.send(invite())
    (refusal,) = bench.answers()

    assert times_sent(bench, 4) == [0.5, 1.5, 3.5]

    bench.send(message("ACK", 1, tag=refusal.to.tag, branch="INVITE1"))
    assert times_sent(bench, 60) == []
    assert bench.agent.deadline() is None


def test_a_refusal_is_sent_once_over_tcp() -> None:
    bench = Bench(Transport.TCP, application=refusing)
    bench.send(invite(transport="TCP"))
    bench.receive()

    assert times_sent(bench, 60) == []


def test_a_refusal_that_nobody_acknowledges_is_forgotten_after_64_t1() -> None:
    bench = Bench(application=refusing)
    bench.send(invite())

    bench.advance(32.1)

    assert bench.agent.deadline() is None
    assert bench.told(Ended) == []


def test_the_copy_of_another_request_is_answered_for_32_seconds() -> None:
    bench = Bench()
    bench.send(message("OPTIONS"))
    first = bench.receive()

    bench.advance(31)
    bench.send(message("OPTIONS"))
    assert bench.receive() == first

    bench.advance(2)
    bench.send(message("OPTIONS"))
    assert len(bench.told(Asked)) == 2


def test_a_request_without_a_branch_of_rfc_3261_has_copies_too() -> None:
    bench = Bench()
    via = "SIP/2.0/UDP 192.0.2.1:5060"

    for _ in range(2):
        bench.send(invite(Via=via))
    answers = bench.answers()

    assert len(bench.told(Asked)) == 1
    assert len({answer.to.tag for answer in answers}) == 1


def our_request(bench: Bench, method: str = "UPDATE") -> Request:
    dialog = bench.agent.dialogs()[0]
    _, effects = bench.agent.request(dialog.id, method, bench.now)
    bench.do(effects)
    (request,) = bench.requests()
    return request


def test_our_request_is_repeated_over_udp_and_given_up() -> None:
    bench = Bench()
    began(bench)
    our_request(bench)

    sent = times_sent(bench, 40)

    assert sent == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert [answered.response for answered in bench.told(Answered)] == [None]
    assert len(bench.agent.dialogs()) == 1, "silence is no end: sound may still be coming"


def test_our_request_is_sent_once_over_tcp() -> None:
    bench = Bench(Transport.TCP)
    bench.send(invite(transport="TCP"))
    bench.send(message("ACK", tag=bench.answers()[0].to.tag, branch="ack", transport="TCP"))
    our_request(bench)

    assert times_sent(bench, 40) == []


def test_the_answer_stops_the_copies_and_is_told_once() -> None:
    bench = Bench()
    began(bench)
    request = our_request(bench)

    bench.send(answer_to(request, 200))
    bench.send(answer_to(request, 200))

    assert times_sent(bench, 40) == []
    assert [answered.response.status for answered in bench.told(Answered)] == [200]


def test_our_invite_is_acknowledged_and_each_copy_of_its_answer_again() -> None:
    bench = Bench()
    began(bench)
    request = our_request(bench, "INVITE")

    bench.send(answer_to(request, 100))
    bench.send(answer_to(request, 200, Contact="<sip:new@192.0.2.1:5070>"))
    bench.send(answer_to(request, 200, Contact="<sip:new@192.0.2.1:5070>"))
    acks = bench.requests()

    assert [(ack.method, ack.cseq.number) for ack in acks] == [("ACK", 1), ("ACK", 1)]
    assert acks[0].via.branch != request.via.branch
    assert acks[0].uri == "sip:new@192.0.2.1:5070"
    assert bench.agent.dialogs()[0].remote_target == "sip:new@192.0.2.1:5070"


def test_a_refused_invite_of_ours_is_acknowledged_on_its_branch() -> None:
    bench = Bench()
    began(bench)
    request = our_request(bench, "INVITE")

    bench.send(answer_to(request, 488))
    (ack,) = bench.requests()

    assert ack.via.branch == request.via.branch
    assert len(bench.agent.dialogs()) == 1


def test_answers_that_belong_to_nothing_are_passed_over() -> None:
    bench = Bench()
    began(bench)
    request = our_request(bench)
    stray = answer_to(request, 200).replace(request.via.branch.encode(), b"z9hG4bKother")

    bench.send(stray)

    assert bench.told(Answered) == []


def test_a_dead_application_leaves_no_transaction_behind() -> None:
    bench = Bench(application=silent)
    bench.send(invite())
    bench.send(message("OPTIONS", 2))

    bench.advance(200)

    assert bench.agent.deadline() is None
    assert [warned.code for warned in bench.told(Warned)] == ["unanswered", "unanswered"]
    assert bench.told(Kept) == []

"""Session timers: who refreshes, who refuses, and what happens when nobody does (RFC 4028)."""

from typing import Any

import pytest

from talteen.engine.wire.answers import Reply
from talteen.engine.wire.effects import Ended, RefreshDue, Warned, Why
from tests.engine.wire.messages import answer_to, invite, message
from tests.kit.wire import Bench


def standing(bench: Bench, expires: str, **changed: Any) -> str:
    bench.send(invite(Session_Expires=expires, **changed))
    tag = bench.answers()[0].to.tag
    bench.send(message("ACK", 1, tag=tag, branch="ack"))
    return tag


@pytest.mark.parametrize(
    ("supported", "asked", "told"),
    [
        ("timer", "1800", "1800;refresher=uac"),
        ("timer", "1800;refresher=uac", "1800;refresher=uac"),
        ("timer", "1800 ; Refresher=UAS", "1800;refresher=uas"),
        ("100rel", "1800", "1800;refresher=uas"),
        ("100rel", "30", "90;refresher=uas"),
    ],
)
def test_the_roles_are_those_of_the_rfc(supported: str, asked: str, told: str) -> None:
    bench = Bench()
    bench.send(invite(Session_Expires=asked, Supported=supported))

    (answer,) = bench.answers()

    assert answer.headers.get("Session-Expires") == told
    assert ("timer" in answer.headers.tokens("Require")) is (supported == "timer")


def test_who_asks_for_no_timer_gets_none() -> None:
    bench = Bench()
    bench.send(invite())

    assert "Session-Expires" not in bench.answers()[0].headers


@pytest.mark.parametrize(("asked", "status"), [("89", 422), ("soon", 400), ("-1", 400)])
def test_too_short_or_unreadable_is_refused(asked: str, status: int) -> None:
    bench = Bench()
    bench.send(invite(Session_Expires=asked))

    (answer,) = bench.answers()

    assert answer.status == status
    assert answer.headers.get("Min-SE") == ("90" if status == 422 else None)


def test_a_session_that_the_peer_forgets_ends_by_our_bye() -> None:
    bench = Bench()
    standing(bench, "90;refresher=uac")

    bench.advance(59)
    assert bench.told(Ended) == []
    bench.advance(2)

    assert [ended.why for ended in bench.told(Ended)] == [Why.EXPIRED]
    assert {request.method for request in bench.requests()} == {"BYE"}


def test_a_refresh_of_the_peer_prolongs_the_session() -> None:
    bench = Bench()
    tag = standing(bench, "90;refresher=uac")

    for cseq in range(2, 6):
        bench.advance(50)
        bench.send(message("UPDATE", cseq, tag=tag, Session_Expires="90;refresher=uac"))

    assert bench.told(Ended) == []
    assert len(bench.agent.dialogs()) == 1


def test_we_refresh_at_half_time_by_an_update_without_sdp() -> None:
    bench = Bench()
    standing(bench, "100;refresher=uas")

    for _ in range(4):
        bench.advance(50)
        (request,) = bench.requests()
        assert (request.method, request.body) == ("UPDATE", b"")
        assert request.headers.get("Session-Expires") == "100;refresher=uac"
        bench.send(answer_to(request, 200, Session_Expires="100;refresher=uac"))

    assert bench.told(Ended) == []


def test_a_refresh_that_is_never_answered_ends_the_session() -> None:
    bench = Bench()
    standing(bench, "100;refresher=uas")

    bench.advance(90)

    assert [ended.why for ended in bench.told(Ended)] == [Why.EXPIRED]
    assert "BYE" in [request.method for request in bench.requests()]


def test_a_refresh_that_is_too_short_is_sent_again_as_long_as_wanted() -> None:
    bench = Bench()
    standing(bench, "100;refresher=uas")
    bench.advance(50)
    (request,) = bench.requests()

    bench.send(answer_to(request, 422, Min_SE="200"))
    (again,) = bench.requests()
    bench.send(answer_to(again, 200, Session_Expires="200;refresher=uac"))

    assert again.headers.get("Session-Expires") == "200;refresher=uac"
    bench.advance(99)
    assert bench.requests() == []


def test_a_peer_without_update_is_refreshed_by_the_application() -> None:
    bench = Bench()
    standing(bench, "100;refresher=uas", Allow="INVITE, ACK, BYE")

    bench.advance(50)

    assert bench.requests() == []
    assert len(bench.told(RefreshDue)) == 1


def test_a_refresh_without_a_timer_ends_the_timer() -> None:
    bench = Bench()
    tag = standing(bench, "90;refresher=uac")

    bench.send(message("UPDATE", 2, tag=tag))
    bench.advance(500)

    assert bench.told(Ended) == []
    assert bench.agent.deadline() is None


def test_a_restarted_server_remembers_when_a_session_ends() -> None:
    old, new = Bench(), Bench()
    standing(old, "90;refresher=uac")

    new.do(new.agent.restore(old.agent.dialogs(), new.now))
    new.advance(61)

    assert [ended.why for ended in new.told(Ended)] == [Why.EXPIRED]


def test_no_answer_to_a_hold_is_no_refresh() -> None:
    bench = Bench(application=lambda asked: None if asked.dialog else Reply(200))
    tag = standing(bench, "90;refresher=uac")
    bench.send(message("UPDATE", 2, tag=tag, Session_Expires="90"))

    bench.advance(61)

    assert [ended.why for ended in bench.told(Ended)] == [Why.EXPIRED]
    assert [warned.code for warned in bench.told(Warned)] == ["unanswered"]

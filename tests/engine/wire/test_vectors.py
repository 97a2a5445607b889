"""The dialogs of a recording client, played against the server at the level of SIP."""

import pytest

from talteen.engine.wire.answers import Reply
from talteen.engine.wire.effects import Asked, Cancelled, Ended, Kept, Refused, Why
from tests.kit.wire import Bench, Player, Script, accept, scripts


def played(script: Script) -> Bench:
    """The script against an application that decides what is for the application to know."""

    def decide(asked: Asked) -> Reply | None:
        if script.folder.name == "codec-unknown-488":
            return Reply(488, (("Warning", '305 talteen "no codec"'),))
        if script.folder.name == "update-metadata-request" and asked.request.method == "UPDATE":
            assert asked.dialog
            wanted = (("Content-Type", "application/rs-metadata-request"),)
            id_ = asked.dialog.id
            bench.afterwards.append(
                lambda: bench.agent.request(id_, "UPDATE", bench.now, headers=wanted)[1]
            )
        return accept(asked)

    bench = Bench(script.transport, application=decide)
    Player(script, bench).run()
    return bench


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.folder.name)
def test_every_dialog_goes_as_it_should(script: Script) -> None:
    played(script)


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.folder.name)
def test_no_dialog_stays_open_when_its_script_is_over(script: Script) -> None:
    bench = played(script)

    begun = [kept for kept in bench.told(Kept) if kept.transaction]
    assert len(bench.told(Ended)) == len(begun)
    assert bench.agent.dialogs() == ()


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.folder.name)
def test_all_memory_of_a_dialog_goes(script: Script) -> None:
    bench = played(script)

    bench.advance(400)

    assert bench.agent.deadline() is None


def named(name: str) -> Script:
    return next(script for script in scripts() if script.folder.name == name)


def test_an_invite_that_comes_three_times_is_one_call() -> None:
    bench = played(named("duplicate-invite"))

    invites = [asked for asked in bench.told(Asked) if asked.request.method == "INVITE"]
    assert len(invites) == 1


def test_a_call_whose_ack_never_comes_ends_by_its_bye() -> None:
    bench = played(named("missing-ack"))

    assert [ended.why for ended in bench.told(Ended)] == [Why.BYE]


def test_a_refused_invite_is_told_and_a_merged_one_is_not() -> None:
    assert [r.status for r in played(named("errors")).told(Refused)] == [420, 415]
    assert [r.status for r in played(named("session-timer-422")).told(Refused)] == [422]
    assert played(named("duplicate-invite")).told(Refused) == []


def test_a_cancel_before_the_answer_cancels() -> None:
    script = named("cancel-early")
    bench = Bench(application=lambda asked: None)

    bench.send(script.message("01-invite.sip"))
    bench.send(script.message("02-cancel.sip"))

    assert {(m.status, m.cseq.method) for m in bench.answers()} == {
        (200, "CANCEL"),
        (487, "INVITE"),
    }
    assert [c.transaction for c in bench.told(Cancelled)] == [bench.told(Asked)[0].transaction]

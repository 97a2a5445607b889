"""The exchange is commanded and heard, and never called through (REGISTER J12)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import ConfigError, InputError, Unavailable
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    Evidence,
    EvidenceSource,
    Happened,
    Happening,
    PauseEvidence,
    Refusal,
    ResumeEvidence,
    Way,
)
from talteen.life.capture.sources import ami, pbx
from talteen.life.capture.sources.ami import Command
from talteen.life.capture.sources.pbx import Pbx, connected
from tests.kit.exchange import SECRET, USER, Exchange, exchange

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ANNOUNCE = Command.of(
    {"Action": "Redirect", "Channel": "{channel}", "Context": "talteen", "Exten": "{language}"}
)
TONE = Command.of({"Action": "PlayDTMF", "Channel": "{channel}", "Digit": "0"})


def with_exchange(
    act: Callable[[Pbx, Exchange], Awaitable[None]],
    running: Exchange | None = None,
    *,
    secret: str = SECRET,
) -> Exchange:
    """Run ``act`` on a connection to a stand-in exchange."""
    stand_in = running or Exchange()

    async def run() -> None:
        async with exchange(stand_in) as listening:
            where = pbx.Exchange(
                "127.0.0.1",
                listening.port,
                USER,
                secret,
                {"announce": ANNOUNCE, "tone": TONE},
            )
            async with connected(where) as connection:
                await act(connection, listening)

    asyncio.run(run())
    return stand_in


async def nothing(_: Pbx, __: Exchange) -> None:
    pass


def test_it_logs_in_by_challenge_and_never_sends_the_secret() -> None:
    stand_in = with_exchange(nothing)

    assert stand_in.actions() == ["Challenge", "Login"]
    assert SECRET not in str(stand_in.asked)


def test_a_wrong_secret_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"manager\.conf"):
        with_exchange(nothing, secret="another")


def test_a_command_is_what_the_operator_configured_with_its_places_filled_in() -> None:
    async def act(connection: Pbx, _: Exchange) -> None:
        await connection.command("announce", channel="PJSIP/7101-0001", language="sv")
        await connection.command("tone", channel="PJSIP/7101-0001")

    stand_in = with_exchange(act)

    redirect, tone = ({k: v for k, v in a.items() if k != "ActionID"} for a in stand_in.asked[2:])
    assert redirect == {
        "Action": "Redirect",
        "Channel": "PJSIP/7101-0001",
        "Context": "talteen",
        "Exten": "sv",
    }
    assert tone == {"Action": "PlayDTMF", "Channel": "PJSIP/7101-0001", "Digit": "0"}


@pytest.mark.parametrize("action", ["Originate", "originate", "Command", "Login", "GetConfig", ""])
def test_talteen_cannot_be_configured_to_call_anybody_or_to_run_commands(action: str) -> None:
    with pytest.raises(ConfigError):
        Command.of({"Action": action, "Channel": "{channel}"})


@pytest.mark.parametrize("value", ["{number}", "{channel!r}", "{channel.x}", "{", "a\r\nAction: b"])
def test_a_field_that_cannot_be_filled_in_is_refused_at_once(value: str) -> None:
    with pytest.raises(ConfigError):
        Command.of({"Action": "Redirect", "Channel": value})


def test_a_value_with_a_line_end_cannot_become_a_second_action() -> None:
    async def act(connection: Pbx, _: Exchange) -> None:
        with pytest.raises(InputError):
            await connection.command("tone", channel="x\r\n\r\nAction: Originate")

    assert with_exchange(act).actions() == ["Challenge", "Login"]


def test_what_the_exchange_will_not_do_is_told() -> None:
    async def act(connection: Pbx, _: Exchange) -> None:
        with pytest.raises(InputError, match="announce"):
            await connection.command("announce", channel="gone", language="fi")
        with pytest.raises(ConfigError, match="redirect"):
            await connection.command("redirect")
        await connection.ping()

    with_exchange(act, Exchange(refuses=frozenset({"Redirect"})))


def test_events_and_answers_that_mix_are_kept_apart() -> None:
    async def act(connection: Pbx, listening: Exchange) -> None:
        listening.raises(("Event", "Hold"), ("Linkedid", "1.1"))
        await connection.ping()
        listening.raises(("Event", "Unhold"), ("Linkedid", "1.1"))
        events = connection.events()
        assert [(await anext(events)).get("Event") for _ in range(2)] == ["Hold", "Unhold"]

    with_exchange(act)


def test_a_connection_that_is_lost_says_so_to_who_waits_and_to_who_asks() -> None:
    async def act(connection: Pbx, listening: Exchange) -> None:
        with pytest.raises(Unavailable):
            await connection.ping()
        with pytest.raises(Unavailable):
            await anext(connection.events())
        with pytest.raises(Unavailable):
            await connection.command("tone", channel="x")

    with_exchange(act, Exchange(hangs_up_on=frozenset({"Ping"})))


def test_an_exchange_that_does_not_answer_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pbx, "ANSWER_S", 0.05)

    async def act(connection: Pbx, _: Exchange) -> None:
        with pytest.raises(Unavailable):
            await connection.ping()

    with_exchange(act, Exchange(silent_on=frozenset({"Ping"})))


def test_an_exchange_that_floods_is_cut_off() -> None:
    async def act(connection: Pbx, listening: Exchange) -> None:
        listening.sends(b"Event: Hold\r\nX: " + b"x" * (2 * ami.MOST_BYTES) + b"\r\n\r\n")
        with pytest.raises(Unavailable):
            await anext(connection.events())

    with_exchange(act)


def test_what_is_no_exchange_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="no exchange"):
        with_exchange(nothing, Exchange(greeting=b"SSH-2.0-OpenSSH_9.2\r\n"))


def test_an_exchange_that_is_not_there_is_unavailable() -> None:
    async def run() -> None:
        async with exchange(Exchange()) as gone:
            port = gone.port
        async with connected(pbx.Exchange("127.0.0.1", port, USER, SECRET)):
            pass

    with pytest.raises(Unavailable):
        asyncio.run(run())


AMI = EvidenceSource.AMI


@pytest.mark.parametrize(
    ("fields", "evidence"),
    [
        ({"Event": "Hold"}, Happened(AMI, Happening.HOLD, NOW)),
        ({"Event": "Unhold"}, Happened(AMI, Happening.RETRIEVE, NOW)),
        ({"Event": "UserEvent", "UserEvent": "TalteenRefusal"}, Refusal(AMI, NOW, way=Way.KEY)),
        ({"Event": "UserEvent", "UserEvent": "TalteenPause"}, PauseEvidence(AMI, NOW)),
        ({"Event": "UserEvent", "UserEvent": "TalteenResume"}, ResumeEvidence(AMI, NOW)),
        (
            {"Event": "UserEvent", "UserEvent": "TalteenHappened", "Kind": "threat"},
            Happened(AMI, Happening.THREAT, NOW),
        ),
        (
            {
                "Event": "UserEvent",
                "UserEvent": "TalteenAnnouncement",
                "Version": "announce.fi@1",
                "Language": "FI",
                "Start": str(NOW.timestamp() - 16),
                "End": str(NOW.timestamp()),
                "Full": "yes",
                "Uniqueid": "1.2",
            },
            AnnouncementEvidence(
                AMI,
                "announce.fi@1",
                "fi",
                NOW.replace(hour=7, minute=59, second=44),
                NOW,
                Way.IVR,
                True,
                "1.2",
            ),
        ),
        ({"Event": "DTMFEnd", "Digit": "9"}, None),
        ({"Event": "Hangup"}, None),
        ({"Event": "UserEvent", "UserEvent": "TalteenHappened", "Kind": "hangup"}, None),
        ({"Event": "UserEvent", "UserEvent": "TalteenAnnouncement", "Version": "1"}, None),
        ({"Event": "UserEvent", "UserEvent": "SomebodyElses"}, None),
    ],
)
def test_what_an_event_means(fields: dict[str, str], evidence: Evidence | None) -> None:
    stamp = {"Timestamp": f"{NOW.timestamp():.6f}", "Linkedid": "1.1", "Channel": "PJSIP/a"}
    message = ami.parse(ami.printed((fields | stamp).items()))

    reported = ami.reported(message, NOW.replace(hour=9))

    assert (reported.evidence if reported else None) == evidence
    assert reported is None or (reported.linked, reported.channel) == ("1.1", "PJSIP/a")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_nothing(data: bytes) -> None:
    ami.reported(ami.parse(data), NOW)
    ami.reported(ami.parse(b"Event: UserEvent\r\nUserEvent: TalteenAnnouncement\r\n" + data), NOW)


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=20), max_size=5))
def test_an_action_has_exactly_the_fields_that_it_was_given(fields: dict[str, str]) -> None:
    try:
        sent = ami.printed(fields.items())
    except InputError:
        return
    assert sent.count(b"\r\n") == len(fields) + 1
    assert sent.endswith(b"\r\n")

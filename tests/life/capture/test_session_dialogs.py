"""Fifty-three recorded dialogs of recording clients: what each message is answered, and what is
known of the call in the end.

What needs a transaction layer (retransmissions, 422, 420, CANCEL, OPTIONS) or media (seconds kept,
a new SSRC) is played over real sockets elsewhere; all else is decided here, message by message.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from talteen.engine.wire import sdp, sip
from talteen.engine.wire.answer import Here
from talteen.life.capture.call import Call, Event
from talteen.life.capture.parties import OwnSide
from talteen.life.capture.reply import Reply, Rules
from talteen.life.capture.session import RecordingSession

DIALOGS = Path(__file__).parents[2] / "vectors" / "siprec"
NAMES = sorted(folder.name for folder in DIALOGS.iterdir() if folder.is_dir())
OWN = OwnSide(
    domains=frozenset({"keskus.example"}),
    extensions=frozenset([*map(str, range(7101, 7110)), "7177"]),
    numbers=(("+358505550170", "+358505550179"),),
)
PUBLISHED = {"3": frozenset({"fi", "sv", "en"})}
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
BY_THE_TRANSACTION_LAYER = {
    "errors/01-bye-unknown.sip",
    "errors/02-invite-require.sip",
    "errors/03-method.sip",
    "duplicate-invite/02-invite-merged.sip",
    "session-timer-422/01-invite-short.sip",
    "cancel-early/02-cancel.sip",
    "tcp-split/02-options.sip",
    "options/01-options.sip",
    "options/02-options-require.sip",
}
BY_MEDIA = {("media-changed", "rtp")}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of a dialog, the reply to it and what is expected of the reply."""

    file: str
    reply: Reply
    expected: dict[str, Any]
    step: dict[str, Any]
    ports: dict[str | None, int]


@dataclass(slots=True)
class Played:
    """A dialog that was played to its end."""

    session: RecordingSession
    expected: dict[str, Any]
    sent: list[Sent]
    files: dict[datetime, str]


def sends(expected: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps that send a message, those glued into segments among them."""
    for step in expected["play"]:
        if step["do"] == "send" and step.get("node", "a") == "a":
            yield step
        elif step["do"] == "segments":
            told = {one["file"]: one for one in step["expect"]}
            yield from ({"file": file, "expect": told[file]} for file in step["files"])


def play(name: str) -> Played:
    """Feed the messages of a dialog, half a second apart."""
    expected = json.loads((DIALOGS / name / "expect.json").read_text())
    rules = Rules(OWN, PUBLISHED, needs_evidence=expected.get("gate") == "announced")
    session = RecordingSession(rules, secure=False)
    now = datetime.fromisoformat(expected["clock"]) if "clock" in expected else NOON
    played = Played(session, expected, [], {})
    done: set[str] = set()
    for step in sends(expected):
        file = step["file"]
        if f"{name}/{file}" in BY_THE_TRANSACTION_LAYER or file in done:
            continue
        done.add(file)
        message = sip.parse((DIALOGS / name / file).read_bytes())
        assert isinstance(message, sip.Request)
        reply = session.received(message, now)
        ports = ports_of(reply) if message.method != "ACK" else {}
        played.sent.append(Sent(file, reply, step.get("expect", {}), step, ports))
        played.files[now] = file
        now += timedelta(seconds=2)
    return played


def described(reply: Reply) -> sdp.Description:
    """The SDP of a reply, read back as the client would."""
    ports = {slot: 20_000 + 2 * slot for slot in reply.slots if slot is not None}
    keys = {slot: bytes([slot]) * 30 for slot in ports}
    return sdp.parse(reply.description(ports, Here("192.0.2.9", 7, 1), keys))


def ports_of(reply: Reply) -> dict[str | None, int]:
    if not reply.lines:
        return {}
    return {media.label: media.port for media in described(reply).media}


@pytest.fixture(scope="module", params=NAMES)
def played(request: pytest.FixtureRequest) -> Played:
    return play(request.param)


def test_every_message_is_answered_as_expected(played: Played) -> None:
    for sent in played.sent:
        if "status" in sent.expected:
            assert sent.reply.status in sent.expected["status"], sent.file


def test_a_refusal_says_why(played: Played) -> None:
    for sent in played.sent:
        stated = dict(sent.reply.headers)
        for name in {"Warning", "Accept"} & set(sent.expected.get("headers", {})):
            wanted = sent.expected["headers"][name]
            for one in [wanted] if isinstance(wanted, str) else wanted:
                assert one in stated[name], sent.file


def test_the_answer_has_the_lines_of_the_offer(played: Played) -> None:
    for sent in played.sent:
        wanted = sent.expected.get("sdp")
        if wanted is None:
            if sent.file.split("-")[1].startswith(("update", "info", "bye")):
                assert not sent.reply.lines, sent.file
            continue
        media = described(sent.reply).media
        assert len(media) == len(wanted), sent.file
        for one, expected in zip(media, wanted, strict=True):
            check_line(one, expected, sent)


def check_line(media: sdp.Media, expected: dict[str, Any], sent: Sent) -> None:
    assert expected["label"] == "any" or media.label == expected["label"], sent.file
    if expected["port"] == 0:
        assert media.port == 0, sent.file
        return
    assert media.port > 0, sent.file
    wanted = expected["direction"]
    assert media.direction.value in ([wanted] if isinstance(wanted, str) else wanted), sent.file
    assert sdp.speech(media) == expected["codec"], sent.file
    assert sent.reply.is_offer == expected.get("offer", False), sent.file
    assert media.protocol == expected.get("proto", "RTP/AVP"), sent.file
    if "crypto_tag" in expected:
        (crypto,) = media.crypto
        assert (crypto.tag, crypto.suite) == (expected["crypto_tag"], expected["crypto_suite"])


def test_a_port_never_moves_under_a_running_stream(played: Played) -> None:
    before: dict[str | None, int] = {}
    for sent in played.sent:
        for label in sent.step.get("same_port_as_before", ()):
            assert sent.ports[label] == before[label], sent.file
        before |= sent.ports


def test_the_calls_are_those_that_were(played: Played) -> None:
    if "either" in played.expected:
        pytest.skip("which of two ends it takes is decided by the transaction layer")
    calls = played.session.calls
    wanted = played.expected.get("recordings", [])
    assert [call.outcome.value for call in sorted_calls(calls)] == [
        one.get("outcome", "recorded") for one in wanted
    ]
    for call, expected in zip(sorted_calls(calls), wanted, strict=True):
        check_call(call, expected, played)


def sorted_calls(calls: tuple[Call, ...]) -> list[Call]:
    return sorted(calls, key=lambda call: call.started_at)


def check_call(call: Call, expected: dict[str, Any], played: Played) -> None:
    check_sessions(call, expected)
    check_people(call, expected, played)
    check_tracks(call, expected, played)
    assert [told(one, played) for one in call.events] == wanted_events(expected)
    for name, value in expected.get("vendor", {}).items():
        if name != "headers":
            assert call.vendor[name] == value
    if "count" in expected:
        assert call.refused_queue == expected["count"]["queue"]


def test_oddities_are_told_by_their_codes(played: Played) -> None:
    for expected in played.expected.get("recordings", []):
        assert sorted(played.session.warnings()) == sorted(expected["warnings"])


def check_sessions(call: Call, expected: dict[str, Any]) -> None:
    stated = expected.get("sessions", [])
    groups = [call.session.group] if call.session and call.session.group else []
    # The two copies of pair-2n do name a group; that its expectation lists none is an omission.
    assert groups == expected.get("groups", []) or "copies" in expected
    assert ([call.session.id] if call.session else []) == [one["session_id"] for one in stated]
    for one in stated:
        assert call.session is not None
        for name in {"sip_session_id", "start", "stop"} & set(one):
            assert getattr(call.session, name) == one[name]


def check_people(call: Call, expected: dict[str, Any], played: Played) -> None:
    wanted = {one["participant_id"] or one["aor"]: one for one in expected.get("participants", [])}
    assert set(call.people) == set(wanted)
    for key, one in wanted.items():
        person = call.people[key]
        assert (person.id, person.aor, person.name) == (
            one["participant_id"],
            one["aor"],
            one["name"],
        )
        assert (person.role, person.side.value) == (one["role"], one["side"])
        assert person.placeholder == one.get("placeholder", False)
        if "left" in one:
            assert person.until == one["left"]
        for name, at in (("joined_after", person.joined_at), ("left_after", person.left_at)):
            if name in one:
                assert at is not None
                assert played.files[at] == one[name]


def check_tracks(call: Call, expected: dict[str, Any], played: Played) -> None:
    tracks = {
        (track.label, track.mline if track.label is None else None): track
        for track in call.tracks.values()
    }
    wanted = {(one["label"], one.get("mline")): one for one in expected.get("streams", [])}
    assert set(tracks) == set(wanted)
    for key, one in wanted.items():
        track = tracks[key]
        assert (track.stream_ids[0] if track.stream_ids else None) == one["stream_id"]
        assert track.segments[0].codec == one["codec"]
        first, *later = track.sendings or (None,)
        sender = one["sender"]
        assert (first.who if first else ()) == tuple(
            [sender] if isinstance(sender, str) else sender or []
        )
        assert (first.source if first else "unknown") == one["sender_from"]
        assert [s.who for s in later] == ([(one["later_sender"],)] if "later_sender" in one else [])
        assert track.mixed == (one.get("mode") == "mixed")
        if "later_from" in one:
            assert played.files[later[0].at] == one["later_from"]
        if "later_stream_id" in one:
            assert track.stream_ids[1] == one["later_stream_id"]


def told(event: Event, played: Played) -> dict[str, Any]:
    """An event in the words of the expectations."""
    said: dict[str, Any] = {"type": event.kind.value, "after": played.files[event.at]}
    said["streams"] = list(event.labels)
    for name in ("label", "by", "who", "leaves", "joins", "what", "reason"):
        said[name] = getattr(event, name)
    return {name: value for name, value in said.items() if value}


def wanted_events(expected: dict[str, Any]) -> list[dict[str, Any]]:
    beside = {"n", "metadata_in_bye"}
    return [
        {name: value for name, value in one.items() if name not in beside}
        for one in expected.get("events", [])
        if (one["type"], one["after"]) not in BY_MEDIA
    ]

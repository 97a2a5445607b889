"""What may be kept of a recording session, and when; what is left of a caller who refused."""

import json
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import sip
from talteen.engine.wire.headers import Headers
from talteen.engine.wire.sdp import Direction
from talteen.life.capture.call import Kind, Outcome
from talteen.life.capture.parties import OwnSide, Side, address
from talteen.life.capture.reply import Rules
from talteen.life.capture.session import RecordingSession
from talteen.register.spared.numbers import international

DIALOGS = Path(__file__).parents[2] / "vectors" / "siprec"
AT = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
STEP = timedelta(seconds=1)
OWN = OwnSide(frozenset({"keskus.example"}), frozenset({"7103"}))
PUBLISHED = {"3": frozenset({"fi", "sv"})}


def message(name: str) -> sip.Request:
    parsed = sip.parse((DIALOGS / f"{name}.sip").read_bytes())
    assert isinstance(parsed, sip.Request)
    return parsed


def with_header(request: sip.Request, name: str, value: str) -> sip.Request:
    return sip.with_headers(request, Headers([*request.headers.pairs, (name, value)]))


def session(*, gate: bool = False, trusted: bool = True) -> RecordingSession:
    return RecordingSession(
        Rules(OWN, PUBLISHED, needs_evidence=gate, trusted=trusted), secure=True
    )


def info(header: str, value: str) -> sip.Request:
    return with_header(bare("INFO"), header, value)


def update(metadata: bytes) -> sip.Request:
    request = bare("UPDATE")
    kind = ("Content-Type", "application/rs-metadata+xml")
    return sip.Request(request.headers.with_(kind), metadata, (), "UPDATE", request.uri)


def bare(method: str) -> sip.Request:
    bye = message("rfc7866-basic/03-bye")
    return sip.Request(bye.headers, b"", (), method, bye.uri)


def test_nothing_is_kept_before_the_caller_is_informed() -> None:
    one = session(gate=True)

    one.received(message("announce-late-update/01-invite"), AT)
    before = one.kept_slots(AT + STEP)
    one.received(message("announce-late-update/03-update-announced"), AT + 3 * STEP)

    assert before == frozenset()
    assert one.kept_slots(AT + 3 * STEP) == {0, 1}
    assert one.calls[0].kept_from == AT + 3 * STEP  # late evidence does not reach back


def test_a_prompt_that_still_plays_is_waited_for() -> None:
    one = session(gate=True)
    prompt = "version=3; lang=fi; start=2026-11-16T07:59:55Z; end=2026-11-16T08:00:01.5Z"

    one.received(with_header(message("rfc7866-basic/01-invite"), "X-Announcement", prompt), AT)

    assert one.kept_slots(AT + STEP) == frozenset()
    assert one.kept_slots(AT + 2 * STEP) == {0, 1}


def test_evidence_of_a_client_that_is_not_trusted_is_none() -> None:
    one = session(gate=True, trusted=False)

    one.received(message("announce-late-update/01-invite"), AT)
    one.received(message("announce-late-update/03-update-announced"), AT)
    one.received(message("announce-late-update/04-bye"), AT + STEP)

    assert one.calls[0].outcome is Outcome.NOT_ANNOUNCED
    assert not one.calls[0].people


def test_a_hold_of_one_line_silences_both_directions() -> None:
    one = session()

    one.received(message("partial-hold-resume/01-invite"), AT)
    running = one.kept_slots(AT)
    one.received(message("partial-hold-resume/03-reinvite-hold"), AT + STEP)
    held = one.kept_slots(AT + STEP)
    one.received(message("partial-hold-resume/05-reinvite-resume"), AT + 2 * STEP)

    assert running == one.kept_slots(AT + 2 * STEP) == {0, 1}
    assert held == frozenset()


def test_a_hold_that_metadata_forgot_ends_when_the_line_sends_again() -> None:
    one = session()
    one.received(message("partial-hold-resume/01-invite"), AT)
    one.received(message("partial-hold-resume/03-reinvite-hold"), AT + STEP)
    resume = message("partial-hold-resume/05-reinvite-resume")
    sdp_only = resume.body.split(b"--talteen-testi-7")[1].partition(b"\r\n\r\n")[2]
    headers = resume.headers.without("Content-Type").with_(("Content-Type", "application/sdp"))

    one.received(sip.Request(headers, sdp_only, (), "INVITE", resume.uri), AT + 2 * STEP)

    assert one.kept_slots(AT + 2 * STEP) == {0, 1}


def test_a_snapshot_that_leaves_associations_out_is_no_hold() -> None:
    one = session()
    one.received(message("aws-lowest-label-trap/01-invite"), AT)
    whole = message("aws-lowest-label-trap/01-invite").body.partition(b"<?xml")[2]
    kept, _, _ = whole.partition(b"<participantstreamassoc")

    one.received(update(b"<?xml" + kept + b"</recording>"), AT + STEP)

    assert one.kept_slots(AT + STEP) == {0, 1}
    assert [event.kind for event in one.calls[0].events] == [Kind.START]


def test_nothing_is_kept_in_a_pause_and_each_pause_has_its_end() -> None:
    one = session()
    one.received(message("rfc7866-basic/01-invite"), AT)

    one.received(info("X-Recording-Pause", "reason=card"), AT + STEP)
    one.received(info("X-Recording-Pause", "reason=card"), AT + 2 * STEP)
    paused = one.kept_slots(AT + 2 * STEP)
    one.received(info("X-Recording-Resume", ""), AT + 3 * STEP)

    assert paused == frozenset()
    assert one.kept_slots(AT + 3 * STEP) == {0, 1}
    assert [event.kind for event in one.calls[0].events] == [Kind.START, Kind.PAUSE, Kind.RESUME]


def test_of_a_caller_who_refused_nothing_is_left() -> None:
    expected = json.loads((DIALOGS / "refusal-invite-header/expect.json").read_text())
    one = session()

    for file in ("01-invite", "02-ack", "03-bye"):
        one.received(message(f"refusal-invite-header/{file}"), AT)

    remembered = pickle.dumps(one)
    for name in expected["forbidden_after"]:
        assert name.encode() not in remembered


def test_a_refusal_mid_call_ends_what_may_be_kept() -> None:
    one = session()
    one.received(message("refusal-info/01-invite"), AT)

    reply = one.received(message("refusal-info/03-info-refused"), AT + STEP)
    again = one.received(message("refusal-info/01-invite"), AT + 2 * STEP)

    assert (reply.status, reply.lines) == (200, ())
    assert one.kept_slots(AT + STEP) == frozenset()
    assert {line.direction for line in again.lines} == {Direction.INACTIVE}
    (call,) = one.calls
    assert (call.outcome, call.people, call.events) == (Outcome.REFUSED, {}, [])


def test_the_next_caller_of_the_same_recording_session_is_asked_anew() -> None:
    one = session()
    for file in ("01-invite-idle", "03-reinvite-call1"):
        one.received(message(f"persistent-rs/{file}"), AT)
    one.received(info("X-Recording-Refused", ""), AT + STEP)
    one.received(message("persistent-rs/05-reinvite-idle"), AT + 2 * STEP)

    one.received(message("persistent-rs/07-reinvite-call2"), AT + 3 * STEP)

    assert [call.outcome for call in one.calls] == [Outcome.REFUSED, Outcome.RECORDED]
    assert one.kept_slots(AT + 3 * STEP)


def test_a_threat_that_was_marked_before_parks_what_was_captured() -> None:
    one = session()
    one.received(message("refusal-info/01-invite"), AT)
    one.threat_marked = True

    one.received(message("refusal-info/03-info-refused"), AT + STEP)

    (call,) = one.calls
    assert call.outcome is Outcome.RECORDED
    assert call.people
    assert one.kept_slots(AT + STEP) == frozenset()


def test_the_next_call_after_a_parked_one_is_recorded() -> None:
    one = session()
    for file in ("01-invite-idle", "03-reinvite-call1"):
        one.received(message(f"persistent-rs/{file}"), AT)
    one.threat_marked = True
    one.received(info("X-Recording-Refused", ""), AT + STEP)
    one.received(message("persistent-rs/05-reinvite-idle"), AT + 2 * STEP)

    one.received(message("persistent-rs/07-reinvite-call2"), AT + 3 * STEP)

    assert [call.outcome for call in one.calls] == [Outcome.RECORDED, Outcome.RECORDED]
    assert one.kept_slots(AT + 3 * STEP) == {0, 1}


def test_a_call_does_not_begin_in_the_hold_or_pause_of_the_call_before() -> None:
    one = session()
    for file in ("01-invite-idle", "03-reinvite-call1"):
        one.received(message(f"persistent-rs/{file}"), AT)
    first = one.calls[0].tracks["1"].last_senders[0]
    hold = (
        b'<recording xmlns="urn:ietf:params:xml:ns:recording:1"><datamode>partial</datamode>'
        b'<participantstreamassoc participant_id="' + first.encode() + b'"/></recording>'
    )
    one.received(update(hold), AT + STEP)
    one.received(info("X-Recording-Pause", ""), AT + STEP)
    held = one.holding.silences(["1"])
    call2 = message("persistent-rs/07-reinvite-call2")
    one.received(update(call2.body.split(b"\r\n\r\n")[-2]), AT + 2 * STEP)

    assert held
    assert len(one.calls) == 2
    assert one.kept_slots(AT + 2 * STEP) == {0, 1}


def test_a_line_that_was_off_comes_back_without_its_old_hold() -> None:
    held = message("partial-hold-resume/03-reinvite-hold")
    one = session()
    one.received(message("partial-hold-resume/01-invite"), AT)
    one.received(held, AT)
    off = held.body.replace(b"m=audio 44000", b"m=audio 0")
    one.received(sip.Request(held.headers, off, (), "INVITE", held.uri), AT + STEP)

    one.received(message("partial-hold-resume/05-reinvite-resume"), AT + 2 * STEP)

    assert len(one.kept_slots(AT + 2 * STEP)) == 2


def test_a_refusal_in_a_message_that_cannot_be_read_is_heard() -> None:
    one = session()
    one.received(message("rfc7866-basic/01-invite"), AT)
    broken = message("partial-hold-resume/03-reinvite-hold")
    body = broken.body.replace(b"m=audio", b"x=audio").replace(b"v=0", b"x=0")
    request = with_header(
        sip.Request(broken.headers, body, (), "INVITE", broken.uri), "X-Recording-Refused", ""
    )

    reply = one.received(request, AT + STEP)

    assert reply.status == 400
    assert one.calls[0].outcome is Outcome.REFUSED


def test_a_session_reads_back_from_bytes() -> None:
    one = session()
    one.received(message("aws-lowest-label-trap/01-invite"), AT)
    other = pickle.loads(pickle.dumps(one))

    for each in (one, other):
        each.received(message("aws-lowest-label-trap/03-update-hold"), AT + STEP)
        each.received(message("aws-lowest-label-trap/05-bye"), AT + 2 * STEP)

    assert other.calls == one.calls


def test_a_dialog_that_is_lost_ends_its_calls() -> None:
    one = session()
    one.received(message("rfc7866-basic/01-invite"), AT)

    one.lost(AT + STEP)

    assert one.calls[0].ended_at == AT + STEP
    assert one.kept_slots(AT + STEP) == frozenset()


@pytest.mark.parametrize(
    ("aor", "user", "host"),
    [
        (
            "sip:+358505550101@operaattori.example;user=phone",
            "+358505550101",
            "operaattori.example",
        ),
        ("0505550107@operaattori.example", "0505550107", "operaattori.example"),
        ("sip:7104@198.51.100.9:5060", "7104", "198.51.100.9"),
        ("tel:+358505550101", "+358505550101", ""),
        ("sip:0505550105", "0505550105", ""),
        ("0505550114", "0505550114", ""),
        ("sip:192.0.2.22", "", "192.0.2.22"),
        ("", "", ""),
    ],
)
def test_an_address_has_a_user_and_a_host(aor: str, user: str, host: str) -> None:
    assert address(aor) == (user, host)


def test_the_side_of_an_address_is_told_by_the_houses_own_marks() -> None:
    own = OwnSide(
        frozenset({"keskus.example"}), frozenset({"7103"}), (("+358505550170", "+358505550179"),)
    )

    assert own.side("sip:anyone@KESKUS.example") is Side.OURS
    assert own.side("sip:7103@192.0.2.1") is Side.OURS
    assert own.side("0505550172") is Side.OURS
    assert own.side("sip:0505550180@x.example") is Side.THEIRS
    assert own.side("sip:ASBCE@asbce.com") is Side.UNKNOWN
    assert own.side(None) is Side.UNKNOWN
    assert international("00358505550172", "+358") == "+358505550172"


FILES = sorted(
    f"{path.parent.name}/{path.stem}"
    for path in DIALOGS.glob("*/*.sip")
    if path.stat().st_size < 8_000
)


@given(
    st.lists(
        st.tuples(st.sampled_from(FILES), st.integers(0, 4000), st.binary(max_size=12)),
        min_size=1,
        max_size=6,
    )
)
def test_no_sequence_of_messages_breaks_a_session(steps: list[tuple[str, int, bytes]]) -> None:
    one = session(gate=True)
    for number, (file, at, noise) in enumerate(steps):
        parsed = message(file)
        body = parsed.body[:at] + noise + parsed.body[at:]
        request = sip.Request(parsed.headers, body, parsed.warnings, parsed.method, parsed.uri)

        reply = one.received(request, AT + number * STEP)

        assert len(reply.slots) == len(reply.lines)
        assert one.kept_slots(AT + number * STEP) <= set(one.lines.slots_by_name().values())
    one.lost(AT + 10 * STEP)
    assert all(call.ended_at for call in one.calls)
    one.warnings()

"""What a recording server owes its clients, in thirty-two points, and the tests that hold each.

The points come from the interoperability notes of this project (RFC 7866, 7865, 9806, and what
other recorders learnt the hard way). Scripts of ``tests/vectors/siprec`` name the points that they
are about; they are played against the parser, the session and the switchboard.
"""

import ast
import json
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from talteen.engine.wire import answer, sdp, sip
from talteen.engine.wire.answer import Here
from talteen.life.capture.effects import Answer, Ask, Tell
from tests.kit.switchboard import DIALOGS, desk

TESTS = Path(__file__).parents[2]
WIRE, CAPTURE, EARS = "engine/wire/test_", "life/capture/test_", "life/capture/ears/test_"
PLAYED = (
    f"{WIRE}vectors::every_dialog_goes_as_it_should",
    f"{CAPTURE}session_dialogs::every_message_is_answered_as_expected",
    f"{CAPTURE}session_dialogs::the_calls_are_those_that_were",
)
"""Every script goes through these."""

POINTS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("a recording session is known and answered as one", (
        f"{WIRE}dialog::a_2xx_begins_a_dialog_and_names_us_as_recorder",
        f"{CAPTURE}sipral::a_spoken_call_is_recorded_byte_for_byte",
    )),
    2: ("what can be recorded is never refused", (
        f"{CAPTURE}session_dialogs::oddities_are_told_by_their_codes",
        f"{CAPTURE}baresip::a_plain_telephone_is_recorded_byte_for_byte_in_clear_and_secured",
    )),
    3: ("bodies of every shape are read", (
        f"{WIRE}body::any_bytes_are_read",
        f"{WIRE}body::a_forgotten_boundary_is_read_from_the_first_line",
        f"{WIRE}sip::compact_folded_and_oddly_spaced_fields_are_read",
    )),
    4: ("metadata under either media type", (
        f"{WIRE}body::a_forgotten_type_is_seen_in_the_content",
    )),
    5: ("any prefix; nothing that a client says is lost", (
        f"{WIRE}siprec::extension_data_are_found_by_name_wherever_they_hang",
        f"{WIRE}siprec::what_stands_before_a_break_is_recovered",
    )),
    6: ("all objects of the metadata", (
        f"{WIRE}siprec::the_standard_shape_is_read_whole",
    )),
    7: ("partial metadata merge, a hold may stand only there", (
        f"{WIRE}siprec::a_partial_changes_only_what_it_names",
        f"{WIRE}siprec::merging_is_associative",
    )),
    8: ("sound belongs to people by label and send, never by order", (
        f"{CAPTURE}switchboard_evidence::what_the_journal_says_of_the_call_is_what_the_house_can_judge",
        f"{CAPTURE}sipral::a_spoken_call_is_recorded_byte_for_byte",
    )),
    # RFC 7866 7.1.1.2: the recorder answers recvonly, or inactive; RFC 3264 6: as many lines.
    9: ("the answer has the lines of the offer, recvonly, with their labels", (
        f"{WIRE}sdp::an_answer_keeps_number_order_and_labels_of_the_lines",
        f"{CAPTURE}session_dialogs::the_answer_has_the_lines_of_the_offer",
        f"{CAPTURE}switchboard::the_answer_waits_until_every_port_in_it_is_heard",
    )),
    10: ("we never offer to send", (
        f"{WIRE}sdp::a_line_on_which_nothing_comes_is_answered_inactive",
        f"{CAPTURE}checklist::whatever_is_offered_we_never_answer_that_we_send",
    )),
    11: ("a codec for each line, 488 where there is none", (
        f"{WIRE}sdp::the_first_codec_that_we_decode_is_taken",
        f"{WIRE}sdp::g729_is_kept_where_nothing_better_is_offered",
        f"{WIRE}sdp::an_offer_of_which_nothing_is_usable_says_so",
    )),
    12: ("late offer", (
        f"{WIRE}dialog::a_late_offer_brings_its_answer_in_the_ack",
        f"{WIRE}sdp::our_own_offer_has_a_line_for_each_label_and_every_codec",
    )),
    13: ("a re-INVITE is answered in full and moves no port", (
        f"{CAPTURE}session_dialogs::a_port_never_moves_under_a_running_stream",
        f"{WIRE}dialog::a_refused_re_invite_leaves_the_call_standing",
    )),
    14: ("metadata alone change no socket", (
        f"{CAPTURE}session_dialogs::a_port_never_moves_under_a_running_stream",
    )),
    15: ("media may change in mid-call", (
        f"{WIRE}sdp::what_changed_between_two_offers_is_named",
        f"{WIRE}timeline::a_re_invite_may_give_a_payload_type_another_meaning",
        "life/seal/test_received::a_codec_may_change_in_the_middle",
    )),
    16: ("pauses, however they are told", (
        f"{CAPTURE}session::nothing_is_kept_in_a_pause_and_each_pause_has_its_end",
        f"{EARS}ear::a_pause_is_a_true_gap_by_the_time_of_arrival",
    )),
    # RFC 7866 8.2: by re-INVITE or UPDATE with application/rs-metadata-request (RFC 9806).
    17: ("a snapshot is asked for when ids are unknown", (
        f"{WIRE}siprec::ids_that_nobody_told_are_found",
        f"{CAPTURE}checklist::a_snapshot_is_asked_for_once_by_update",
    )),
    18: ("several calls in one recording session", (
        f"{CAPTURE}session::the_next_caller_of_the_same_recording_session_is_asked_anew",
    )),
    19: ("a lost ACK; media before it", (
        f"{WIRE}transaction::a_2xx_is_repeated_until_its_ack_over_any_transport",
        f"{WIRE}transaction::a_call_without_ack_is_hung_up_after_64_t1",
        f"{CAPTURE}switchboard::the_answer_waits_until_every_port_in_it_is_heard",
    )),
    20: ("every end of a dialog", (
        f"{WIRE}dialog::a_bye_is_answered_and_carries_what_it_carries",
        f"{WIRE}dialog::nothing_is_known_of_an_unknown_dialog",
        f"{WIRE}vectors::a_cancel_before_the_answer_cancels",
    )),
    21: ("session timers in both roles", (
        f"{WIRE}session_timer::the_roles_are_those_of_the_rfc",
        f"{WIRE}session_timer::too_short_or_unreadable_is_refused",
        f"{WIRE}session_timer::a_session_that_the_peer_forgets_ends_by_our_bye",
    )),
    22: ("OPTIONS tells what we take, and 503 when we cannot", (
        f"{WIRE}agent::options_says_what_we_take",
        f"{WIRE}agent::options_of_a_node_that_cannot_record_says_so",
        f"{CAPTURE}switchboard::a_new_call_in_trouble_is_refused_with_503_and_noted",
    )),
    23: ("each refusal has its status, and is counted", (
        f"{WIRE}agent::each_refusal_has_its_status_and_what_helps",
        f"{CAPTURE}session_dialogs::a_refusal_says_why",
        "life/seal/test_uplink::a_call_refused_at_the_door_and_one_before_it_began_are_counted",
    )),
    24: ("UDP, TCP and TLS", (
        f"{CAPTURE}reception::a_call_of_sipp_is_recorded_byte_for_byte",
        f"{CAPTURE}sipral::over_tls_the_journal_holds_ciphertext_and_the_house_opens_it",
        f"{CAPTURE}baresip::a_plain_telephone_is_recorded_byte_for_byte_in_clear_and_secured",
    )),
    25: ("streams of messages, kept alive and broken", (
        f"{WIRE}framing::two_breaks_ask_and_one_break_asks_nothing",
        f"{WIRE}dialog::a_call_outlives_its_connection",
        f"{WIRE}transaction::who_reconnects_and_asks_again_is_answered_on_the_new_connection",
    )),
    # RFC 7866 8.1.1: a recorder sends receiver reports; RFC 3550 6.4.2, RFC 4961, RFC 3711 3.4.
    26: ("RTCP is sent and read", (
        f"{CAPTURE}sipral::its_own_rtcp_reads_our_reports_in_clear_and_secured",
        f"{EARS}reports::a_sender_is_told_what_came_and_what_did_not",
        f"{EARS}reports::the_senders_own_report_is_answered_with_its_time",
        f"{EARS}reports::it_comes_from_the_port_beside_and_ends_with_good_bye",
        f"{WIRE}rtp::rtcp_on_the_same_port_is_told_apart",
        f"{WIRE}mux::a_line_is_answered_with_it_where_it_was_offered_and_nowhere_else",
        f"{EARS}reports::on_a_shared_port_rtcp_is_read_and_sent_counted_apart_and_never_kept",
    )),
    # RFC 7866 12.2: SRTP is to be supported; RFC 4568 5.1.2: one offered key, and one of our own.
    27: ("SRTP with the keys of the SDP, and none without keys", (
        f"{CAPTURE}sipral::over_tls_the_journal_holds_ciphertext_and_the_house_opens_it",
        f"{CAPTURE}checklist::a_secured_offer_without_a_key_is_refused_and_not_kept_as_noise",
        f"{WIRE}sdp::srtp_is_answered_with_a_key_of_our_own",
        f"{EARS}reports::of_a_secured_stream_reports_are_secured",
    )),
    28: ("only listed clients, only signalled media", (
        f"{WIRE}agent::a_stranger_meets_silence",
        f"{WIRE}agent::a_stranger_on_a_connection_is_shut_out",
        f"{EARS}ear::only_the_signalled_address_is_heard",
        f"{EARS}ear::a_learning_stream_stays_with_the_first_address",
        f"{CAPTURE}switchboard::media_are_taken_from_the_address_that_the_offer_names",
        f"{CAPTURE}sip_tls::a_client_is_answered_for_the_name_that_its_certificate_proves",
    )),
    29: ("one source a port, and ports that rest", (
        f"{WIRE}rtp::the_first_ssrc_keeps_the_stream_against_packets_of_strangers",
        f"{CAPTURE}switchboard::a_port_rests_before_another_call_gets_it",
    )),
    30: ("two recording sessions of one call", (
        f"{CAPTURE}session_dialogs::the_calls_are_those_that_were",
        "life/seal/two_nodes/test_one_recording::what_waits_from_both_nodes_is_one_recording_without_a_gap",
        f"{CAPTURE}begun::a_session_that_two_nodes_keep_has_one_row",
    )),
    31: ("what is between client and telephones is none of ours", (
        f"{CAPTURE}checklist::attributes_between_client_and_telephones_change_nothing",
    )),
    32: ("silence is told, and a call without an end ends", (
        "life/seal/test_received::a_stream_without_a_packet_is_noted_and_the_other_is_heard",
        f"{CAPTURE}quiet::a_stream_that_never_begins_is_told_of_once_with_whose_voice_it_is",
        f"{CAPTURE}quiet::it_ends_when_packets_come",
        f"{WIRE}session_timer::a_session_that_the_peer_forgets_ends_by_our_bye",
        f"{CAPTURE}switchboard::a_dialog_that_is_lost_ends_its_calls_with_all_that_was_kept",
    )),
}  # fmt: skip


@cache
def names(file: str) -> frozenset[str]:
    """The tests of a file."""
    tree = ast.parse((TESTS / f"{file}.py").read_text())
    found = (one.name for one in tree.body if isinstance(one, ast.FunctionDef))
    return frozenset(name.removeprefix("test_") for name in found if name.startswith("test_"))


@pytest.mark.parametrize("number", range(1, 33))
def test_each_point_is_held_by_tests_that_are_there(number: int) -> None:
    _, tests = POINTS[number]
    assert tests
    for one in (*tests, *PLAYED):
        file, _, name = one.partition("::")
        assert name in names(file), one


def test_the_scripts_name_points_of_this_list() -> None:
    about = defaultdict(list)
    for path in (TESTS / "vectors" / "siprec").glob("*/expect.json"):
        for number in json.loads(path.read_text())["checklist"]:
            about[number].append(path.parent.name)

    assert set(about) <= set(POINTS)
    assert len(about) >= 25


def answered(*lines: str) -> tuple[sdp.Description, str]:
    """An offer of these lines, read, and our answer to it."""
    head = ("v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0")
    offer = sdp.parse("\r\n".join((*head, *lines, "")).encode())
    ports = [20_000 + 2 * at for at in range(len(offer.media))]
    keys = {at: bytes(answer.KEY_AT_MOST) for at in range(len(offer.media))}
    return offer, answer.answer(offer, ports, Here("192.0.2.1", 1, 1), keys=keys).text.decode()


@pytest.mark.parametrize("direction", ["sendrecv", "sendonly", "recvonly", "inactive"])
def test_whatever_is_offered_we_never_answer_that_we_send(direction: str) -> None:
    _, text = answered("m=audio 4000 RTP/AVP 8", f"a={direction}")

    assert "a=send" not in text
    assert ("a=recvonly" in text) == (direction in ("sendrecv", "sendonly"))


def test_attributes_between_client_and_telephones_change_nothing() -> None:
    """RFC 7866 6.2, 7.2: a=record and a=recordpref are the client's talk with its telephones."""
    plain = ("m=audio 4000 RTP/AVP 8", "a=sendonly", "a=label:1")
    _, without = answered(*plain)
    offer, text = answered(*plain, "a=record:on", "a=recordpref:nopreference")

    assert text == without
    assert offer.media[0].other == ("a=record:on", "a=recordpref:nopreference")


def test_a_secured_offer_without_a_key_is_refused_and_not_kept_as_noise() -> None:
    """The whole session: 488, no call, and no port given away."""
    at = desk()
    request = sip.parse((DIALOGS / "srtp-sdes" / "01-invite.sip").read_bytes())
    assert isinstance(request, sip.Request)
    lines = request.body.split(b"\r\n")
    bare = b"\r\n".join(line for line in lines if not line.startswith(b"a=crypto"))
    assert bare != request.body
    stripped = replace(request, body=bare)

    effects = at.board.begins("one", stripped, secure=True, called="", now=at.now)

    (refused,) = (one for one in effects if isinstance(one, Answer))
    assert refused.status == 488
    assert not [one for one in effects if isinstance(one, Tell)]
    assert at.board.calls == ()


def test_a_snapshot_is_asked_for_once_by_update() -> None:
    at = desk()
    folder = DIALOGS / "update-metadata-request"
    at.plays(folder.name, *sorted(path.name for path in folder.glob("*.sip")))

    asked = [one for one in at.effects if isinstance(one, Ask)]

    assert [(one.method, one.content_type) for one in asked] == [
        ("UPDATE", "application/rs-metadata-request")
    ]
    assert b"requestsnapshot" in asked[0].body

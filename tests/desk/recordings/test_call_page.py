"""One call: the purpose first, the log before a byte, sound in ranges, and doors that shut."""

import struct
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from talteen import course
from talteen.life.transcribe.models import Drafting
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import damage
from talteen.register.access import GRANT_LIFE
from talteen.register.models import AccessEntry, Recording, Training
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit.flipped import flipped

pytestmark = pytest.mark.django_db(transaction=True)

RIGHTS = Purpose.RIGHTS_OF_PARTIES.value
WORDS = "Litteraatti"
QUESTIONS_A_PIECE = 21
"""Two hundred people listen, each asks for a piece every half minute (decision 261)."""


def log() -> list[tuple[str, str]]:
    return list(AccessEntry.objects.order_by("pk").values_list("action", "rule"))


def opened(desk: Desk, call: Recording) -> Client:
    """The complaint handler, with the call open for its case."""
    case = desk.case(call)
    client = desk.client(Role.COMPLAINT_HANDLER)
    answer = client.post(f"/calls/{call.pk}/open", {"purpose": RIGHTS, "case": case.reference})
    assert (answer.status_code, answer["Location"]) == (302, f"/calls/{call.pk}")
    return client


def sound(client: Client, call: Recording, asked: str) -> tuple[int, bytes, dict[str, str]]:
    answer = client.get(f"/calls/{call.pk}/sound", HTTP_RANGE=asked)
    body = b"".join(answer) if isinstance(answer, StreamingHttpResponse) else answer.content
    return answer.status_code, body, dict(answer.items())


def test_the_purpose_is_asked_before_anything_of_the_content_is_there(desk: Desk) -> None:
    call = desk.call("001")
    desk.case(call)

    said = desk.client(Role.COMPLAINT_HANDLER).get(f"/calls/{call.pk}").content.decode()

    assert "Mihin tarkoitukseen?" in said
    assert WORDS not in said
    assert "<audio" not in said
    assert log() == []


def test_a_grant_is_logged_and_the_page_says_for_what_and_how_long(desk: Desk) -> None:
    call = desk.call("001")

    client = opened(desk, call)
    said = client.get(f"/calls/{call.pk}").content.decode()

    assert "Osapuolten oikeudet" in said
    assert "Lupaa jäljellä 30 min" in said
    assert "<audio" in said
    assert "nodownload" in said
    assert log() == [("grant", "full"), ("read", "")]


def test_the_words_of_the_machine_are_marked_as_a_draft(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    before = client.get(f"/calls/{call.pk}").content.decode()
    stuck = Drafting.objects.create(
        recording=call, state="given_up", trouble="worker", at=desk.now, tries=3
    )
    without = client.get(f"/calls/{call.pk}").content.decode()
    listed = desk.client(Role.REGISTER_CONTACT).get("/calls").content.decode()
    stuck.delete()
    desk.transcribed(call)

    after = client.get(f"/calls/{call.pk}").content.decode()

    assert "Puhelua litteroidaan. Kuunnella voit jo." in before
    assert "Työ katkesi kesken tämän puhelun." in without
    assert "Kone ei yritä enää itse." in without
    assert "Puhelua litteroidaan" not in without
    assert "Ei tekstiä" in listed
    assert "Koneen kirjoittama luonnos" in after
    assert "Väärä kieli?" in after
    assert after.count('class="turn ') > 1
    assert 'data-words="0 ' in after
    assert len(after.encode()) < 60_000


def test_the_page_bears_the_readers_name_and_the_time(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)

    said = client.get(f"/calls/{call.pk}").content.decode()

    name = desk.reader(Role.COMPLAINT_HANDLER).name
    watermark = said[said.index('class="watermark"') :]
    assert name in watermark[:600]


def test_each_range_of_sound_is_logged_before_it_is_sent(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)

    status, body, headers = sound(client, call, "bytes=0-65535")

    assert (status, len(body), body[:4]) == (206, 65_536, b"RIFF")
    assert headers["Content-Type"] == "audio/wav"
    assert headers["Cache-Control"] == "no-store"
    played = AccessEntry.objects.get(action="play")
    rate = struct.unpack("<I", body[24:28])[0]
    assert (played.start_ms, played.end_ms) == (0, (65_536 - 44) // 4 * 1000 // rate)


def test_a_piece_of_sound_costs_the_database_few_questions_and_one_commit(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    sound(client, call, "bytes=0-65535")
    with CaptureQueriesContext(connection) as asked:
        sound(client, call, "bytes=65536-131071")

    said = [one["sql"] for one in asked if '"' in one["sql"]]  # of tables
    assert len(said) <= QUESTIONS_A_PIECE
    assert [one.split(" ", 3)[:3] for one in said if one.startswith(("INSERT", "UPDATE"))] == [
        ["INSERT", "INTO", '"access_entry"']
    ]


def test_damage_that_is_met_while_a_call_is_served_is_named_and_told_of(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    store = desk.built.house.vault.blobs
    (key,) = [one for one in store.keys("blobs/") if store.size(one) == max(sizes(desk))][:1]
    whole = store.read(key)
    at = len(whole) // 2
    store.put(key, [flipped(whole, at)])

    status, body, _ = sound(client, call, "bytes=0-")

    assert (status, b"RIFF" in body) == (500, False)
    (row,) = damage.standing()
    assert (row.kind, row.name, row.recording) == ("blob", key, call.pk)
    assert row.start <= at < row.end < len(whole)
    assert OutgoingMessage.objects.filter(key__startswith="damage").exists()


def sizes(desk: Desk) -> list[int]:
    store = desk.built.house.vault.blobs
    return [store.size(one) for one in store.keys("blobs/")]


def test_an_answer_is_never_more_than_one_mebibyte_and_never_the_whole(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)

    _, body, headers = sound(client, call, "bytes=0-")
    refused, _, told = sound(client, call, "")

    size = int(headers["Content-Range"].rsplit("/", 1)[1])
    assert len(body) == min(size, 1 << 20)
    assert (refused, told["Content-Range"]) == (416, f"bytes */{size}")


def test_without_a_grant_there_is_no_sound(desk: Desk) -> None:
    call = desk.call("001")
    desk.case(call)

    for role in (Role.COMPLAINT_HANDLER, Role.REGISTER_CONTACT, Role.ADMIN, Role.DPO):
        status, body, _ = sound(desk.client(role), call, "bytes=0-")

        assert status == 403
        assert b"RIFF" not in body


def test_one_persons_grant_is_no_grant_for_another(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    entry = client.session["grants"][str(call.pk)]

    other = desk.client(Role.REGISTER_CONTACT)
    session = other.session
    session["grants"] = {str(call.pk): entry}
    session.save()

    assert sound(other, call, "bytes=0-")[0] == 403


def test_a_grant_ends_by_itself(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    desk.built.clock.advance(GRANT_LIFE)

    status, _, _ = sound(client, call, "bytes=0-")
    said = client.get(f"/calls/{call.pk}").content.decode()

    assert status == 403
    assert "Mihin tarkoitukseen?" in said


def test_an_expired_training_stops_an_open_stream(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    assert sound(client, call, "bytes=0-")[0] == 206
    Training.objects.update(valid_until=(desk.now - timedelta(days=1)).date())

    status, body, _ = sound(client, call, "bytes=0-")

    assert status == 403
    assert b"RIFF" not in body
    assert log()[-1] == ("denied", "training")


def test_a_password_alone_opens_no_call(desk: Desk) -> None:
    call = desk.call("001")
    case = desk.case(call)
    client = desk.client(Role.COMPLAINT_HANDLER, SignIn.PASSWORD)

    answer = client.post(f"/calls/{call.pk}/open", {"purpose": RIGHTS, "case": case.reference})

    assert answer.status_code == 403
    assert "Kuuntelu vaatii toisen tunnisteen" in answer.content.decode()
    assert log() == [("denied", "second_factor")]


def test_a_refusal_names_the_rule_and_keeps_the_form(desk: Desk) -> None:
    call, other = desk.call("001"), desk.call("006")
    desk.case(call)
    foreign = desk.case(other)
    client = desk.client(Role.REGISTER_CONTACT)

    answer = client.post(f"/calls/{call.pk}/open", {"purpose": RIGHTS, "case": foreign.reference})
    said = answer.content.decode()

    assert answer.status_code == 403
    assert "Puhelu ei kuulu tähän asiaan" in said
    assert "Yritys kirjattiin." in said
    assert "Avaa puhelu" in said


def test_to_open_a_call_one_must_say_what_for(desk: Desk) -> None:
    call = desk.call("001")
    desk.case(call)

    answer = desk.client(Role.COMPLAINT_HANDLER).post(f"/calls/{call.pk}/open")

    assert answer.status_code == 422
    assert "Valitse ensin, mihin tarvitset puhelua." in answer.content.decode()
    assert log() == []


def test_otso_learns_nothing_of_a_call_that_is_not_his(desk: Desk) -> None:
    call = desk.call("001")

    for role in (Role.ADMIN, Role.AUDITOR, Role.QUALITY_ANALYST, Role.DPO):
        client = desk.client(role)
        known = client.get(f"/calls/{call.pk}")
        unknown = client.get(f"/calls/{uuid4()}")

        assert (known.status_code, unknown.status_code) == (404, 404)
        assert call.agent.name not in known.content.decode()


def test_the_word_of_a_hit_travels_as_a_place_in_the_fragment(desk: Desk) -> None:
    call = desk.call("001")
    case = desk.case(call)
    form = {"purpose": RIGHTS, "case": case.reference}
    client = desk.client(Role.COMPLAINT_HANDLER)

    good = client.post(f"/calls/{call.pk}/open", {**form, "at": "16364"})
    bad = client.post(f"/calls/{call.pk}/open", {**form, "at": "1//evil"})

    assert good["Location"] == f"/calls/{call.pk}#o=16364"
    assert bad["Location"] == f"/calls/{call.pk}"


def test_at_its_cutoff_a_call_that_was_open_closes(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    desk.built.clock.at = call.cutoff_at

    answer = client.get(f"/calls/{call.pk}")

    assert "<audio" not in answer.content.decode()
    assert sound(client, call, "bytes=0-")[0] in (403, 410)


def test_a_destroyed_call_says_when_and_leads_to_its_certificate(desk: Desk) -> None:
    call = desk.call("001")
    client = opened(desk, call)
    desk.built.clock.at = call.cutoff_at + timedelta(minutes=30)
    course.sweep(desk.built.house, desk.now)

    answer = client.get(f"/calls/{call.pk}")
    said = answer.content.decode()

    assert answer.status_code == 410
    assert "Puhelu hävitettiin" in said
    assert f"/certificates/{call.pk}" in said


def test_correctness_shows_times_and_facts_of_an_unreviewed_call(desk: Desk) -> None:
    call = desk.call("001")
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.force_login(call.agent)
    session = client.session
    session["sign_in"] = SignIn.DEMO.value
    session.save()

    answer = client.post(
        f"/calls/{call.pk}/open", {"purpose": Purpose.CORRECTNESS.value}, follow=True
    )
    said = answer.content.decode()

    assert not call.reviewed
    assert "Näet vain ajat ja tiedot." in said
    assert "<audio" not in said

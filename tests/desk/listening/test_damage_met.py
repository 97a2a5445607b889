"""Damage that is met while somebody works: in the middle of a stream, in the picture of the sound,
in the words. It is named and told, never served, and costs no other call anything (DESIGN 13).
"""

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from talteen.engine.vault.cobblestone import SEALED_CHUNK_BYTES
from talteen.engine.vault.entries import Kind
from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.life.seal import models as rows
from talteen.life.seal.stored import blob_key
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import damage
from talteen.register.models import Case, Recording
from talteen.register.post.message_models import OutgoingMessage
from tests.desk.conftest import Desk
from tests.kit import transcripts
from tests.kit.flipped import flipped

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

RIGHTS = Purpose.RIGHTS_OF_PARTIES.value


def flip(desk: Desk, call: Recording, kind: Kind, at: int) -> str:
    """One bit of this part of ``call``, at byte ``at``; gives its key in the store."""
    row = rows.Blob.objects.get(recording=call, kind=kind.value)
    key, store = blob_key(row.day, row.pk), desk.built.house.vault.blobs
    store.put(key, [flipped(store.read(key), at)])
    return key


def opened(desk: Desk, call: Recording, case: Case) -> Client:
    client = desk.client(Role.COMPLAINT_HANDLER)
    client.post(f"/calls/{call.pk}/open", {"purpose": RIGHTS, "case": case.reference})
    return client


def named(call: Recording) -> list[tuple[str, object, bool]]:
    """What is written down as damaged, and whether anybody is told."""
    told = OutgoingMessage.objects.filter(key__startswith="damage").exists()
    return [(row.name, row.recording, told) for row in damage.standing()]


def test_damage_in_the_middle_of_a_stream_ends_it_there(desk: Desk) -> None:
    call = desk.call("001", whole=True)
    client = opened(desk, call, desk.case(call))
    answer = client.get(f"/calls/{call.pk}/sound", HTTP_RANGE="bytes=0-")
    assert isinstance(answer, StreamingHttpResponse)
    blocks, got = iter(answer), []
    for _ in range(3):
        got.append(next(blocks))

    key = flip(desk, call, Kind.CALLER_SOUND, 3 * SEALED_CHUNK_BYTES)  # the disk fails meanwhile
    with pytest.raises(Tampered):
        got.extend(blocks)

    assert (answer.status_code, got[0][:4]) == (206, b"RIFF")
    assert len(got) > 4
    assert sum(map(len, got)) < int(answer["Content-Length"])
    assert named(call) == [(key, call.pk, True)]


def test_damage_in_the_picture_of_a_call_costs_its_own_row_of_the_list_and_no_other(
    desk: Desk,
) -> None:
    call, other = desk.call("001"), desk.call("022")
    case = desk.case(call, other)
    client = opened(desk, other, case)
    key = flip(desk, call, Kind.WAVEFORM, 60)

    listed = client.get("/calls").content.decode()

    assert str(call.pk) in listed
    assert listed.count("<svg") >= 1
    assert named(call) == [(key, call.pk, True)]
    assert opened(desk, call, case).get(f"/calls/{call.pk}").status_code == 500


def test_damage_in_the_words_of_a_call_shows_no_word_and_is_named(desk: Desk) -> None:
    call = desk.call("001")
    said = transcripts.of_call("001", call)
    transcripts.write(desk.built.house.vault, RecordingId(call.pk), said, desk.now)
    key = flip(desk, call, Kind.TRANSCRIPT, 60)

    answer = opened(desk, call, desk.case(call)).get(f"/calls/{call.pk}")

    assert answer.status_code == 500
    assert 'class="turn ' not in answer.content.decode()
    assert named(call) == [(key, call.pk, True)]

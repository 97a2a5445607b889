"""What is covered of a call: covered first, in words and sound; lifted and decided by people."""

import io
import json
import struct
import zipfile
from dataclasses import dataclass

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import masks
from talteen.life.transcribe.masking.layer import Layer, Verdict
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.models import SealedNote
from talteen.life.use import manifest
from talteen.life.use.models import Export
from talteen.notice.purposes import Purpose, Role
from talteen.register import policy
from talteen.register.models import AccessEntry, Recording
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit import transcripts

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER, NAME = "viisi viisi viisi", "Lahtinen"


@dataclass(frozen=True, slots=True)
class Open:
    """A call with words, open for its case."""

    desk: Desk
    call: Recording
    client: Client

    def page(self) -> str:
        return self.client.get(f"/calls/{self.call.pk}").content.decode()

    def post(self, what: str, **form: str) -> int:
        return self.client.post(f"/calls/{self.call.pk}/{what}", form).status_code

    def second(self, purpose: Purpose) -> Client:
        """A colleague on the same case, with the call open."""
        client = self.desk.client(Role.REGISTER_CONTACT)
        form = {"purpose": purpose.value, "case": self.call.cases.get().reference}
        client.post(f"/calls/{self.call.pk}/open", form)
        return client

    def layer(self) -> Layer:
        vault = self.desk.built.house.vault
        opened = door.open_for_step(vault, RecordingId(self.call.pk), Step.DRILL, self.desk.now)
        layer = masks.layer_of(opened)
        assert layer is not None
        return layer

    def span(self, kind: Kind) -> Span:
        return next(span for span in self.layer().in_force() if span.kind is kind)

    def bytes_of(self, start: int, length: int) -> bytes:
        answer = self.client.get(
            f"/calls/{self.call.pk}/sound", HTTP_RANGE=f"bytes={start}-{start + length - 1}"
        )
        assert isinstance(answer, StreamingHttpResponse)
        return b"".join(answer)

    def heard(self, span: Span) -> bool:
        """Whether anything but silence is sent of ``span``, on either side."""
        (rate,) = struct.unpack("<I", self.bytes_of(24, 4))
        samples = (span.end_ms - span.start_ms) * rate // 1000
        return any(self.bytes_of(44 + span.start_ms * rate // 1000 * 4, samples * 4))


@pytest.fixture
def opened(desk: Desk) -> Open:
    call = desk.call("001", whole=True)
    transcripts.write(
        desk.built.house.vault, RecordingId(call.pk), transcripts.of_call("001", call), desk.now
    )
    case = desk.case(call)
    client = desk.client(Role.COMPLAINT_HANDLER)
    form = {"purpose": Purpose.RIGHTS_OF_PARTIES.value, "case": case.reference}
    client.post(f"/calls/{call.pk}/open", form)
    return Open(desk, call, client)


def test_words_and_sound_are_covered_until_a_person_lifts_it(opened: Open) -> None:
    span = opened.span(Kind.PHONE)

    covered, sounded = opened.page(), opened.heard(span)
    opened.post("layer", layer="full")
    lifted, sounds = opened.page(), opened.heard(span)
    opened.post("layer", layer="masked")
    again = opened.page()

    assert (sounded, sounds) == (False, True)

    assert NUMBER not in covered
    assert NAME not in covered
    assert '<span class="masked">puhelinnumero</span>' in covered
    assert NUMBER in lifted
    assert NAME in lifted
    assert NAME not in again
    actions = AccessEntry.objects.order_by("pk").values_list("action", flat=True)
    done = [action for action in actions if action != "play"]
    assert done == ["grant", "read", "unmask", "read", "read"]


def test_a_person_approves_removes_and_adds_and_it_stays_who_and_when(opened: Open) -> None:
    opened.post("layer", layer="full")
    name = next(at for at, one in enumerate(opened.layer().in_force()) if one.kind is Kind.NAME)

    opened.post("spans", verdict="removed", which=str(name))
    opened.post("spans", verdict="approved", which="all")
    added = opened.post(
        "spans", verdict="added", side="agent", kind="address", **{"from": "1,5", "to": "2.25"}
    )

    layer = opened.layer()
    own = {"verdict": "added", "side": "agent"}
    bad = [
        opened.post("spans", verdict="removed", which="999"),
        opened.post("spans", **own, kind="x", **{"from": "1", "to": "2"}),
        opened.post("spans", **own, kind="name", **{"from": "2", "to": "1"}),
    ]
    assert bad == [422, 422, 422]
    assert opened.layer() == layer
    code = opened.desk.reader(Role.COMPLAINT_HANDLER).code
    verdicts = [one.verdict for one in layer.decisions]
    assert added == 302
    assert verdicts[0] is Verdict.REMOVED
    assert verdicts[-1] is Verdict.ADDED
    assert {(one.by, one.at) for one in layer.decisions} == {(code, opened.desk.now)}
    assert all(layer.decided(span) for span in layer.in_force())
    first = layer.in_force()[0]
    assert (first.kind, first.start_ms, first.end_ms) == (Kind.ADDRESS, 1_500, 2_250)
    assert SealedNote.objects.count() == 4
    assert AccessEntry.objects.filter(action="mask").count() == 3


def test_for_correctness_nothing_covered_ever_opens(desk: Desk) -> None:
    call = desk.call("001", whole=True)
    Recording.objects.filter(pk=call.pk).update(reviewed=True)
    transcripts.write(
        desk.built.house.vault, RecordingId(call.pk), transcripts.of_call("001", call), desk.now
    )
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.force_login(call.agent)
    session = client.session
    session["sign_in"] = SignIn.DEMO.value
    session.save()
    desk.built.clock.at = call.started_at.replace(hour=20)
    client.post(f"/calls/{call.pk}/open", {"purpose": Purpose.CORRECTNESS.value})

    lifted = client.post(f"/calls/{call.pk}/layer", {"layer": "full"})
    said = client.get(f"/calls/{call.pk}").content.decode()

    assert lifted.status_code == 403
    assert "Peitetty ei avaudu tähän tarkoitukseen" in lifted.content.decode()
    assert '<span class="masked">puhelinnumero</span>' in said
    assert NUMBER not in said
    assert "Avaa peitetty" not in said
    assert ("denied", "masked") in AccessEntry.objects.values_list("action", "rule")


def test_a_special_passage_flags_the_call(desk: Desk) -> None:
    call, plain = desk.call("006", whole=True), desk.call("001")
    for name, one in (("006", call), ("001", plain)):
        told = transcripts.of_call(name, one)
        transcripts.write(desk.built.house.vault, RecordingId(one.pk), told, desk.now)

    flagged = Recording.objects.filter(special_category=True).values_list("pk", flat=True)

    assert list(flagged) == [call.pk]


def test_words_are_corrected_checked_by_another_and_given_out(opened: Open) -> None:
    shut = opened.post("correct", s0="x")
    opened.post("layer", layer="full")
    form = opened.client.get(f"/calls/{opened.call.pk}/correct").content.decode()
    kept = opened.post("correct", s0="Talteen, Anna [?] puhelimessa.")
    late = opened.post("correct", s0="toinen")
    own = opened.post("check")
    page = opened.page()

    assert (shut, kept, late, own) == (403, 302, 409, 409)
    assert 'name="s0"' in form
    assert "Yksi ihminen on lukenut ja korjannut." in page
    assert "[?] puhelimessa." in page

    second = opened.second(Purpose.RIGHTS_OF_PARTIES)
    second.post(f"/calls/{opened.call.pk}/layer", {"layer": "full"})
    checked = second.post(f"/calls/{opened.call.pk}/check", follow=True).content.decode()
    assert "Kaksi ihmistä on lukenut, toinen ääntä vasten." in checked


def test_who_changed_what_and_who_read_it_again_stands_in_the_history_of_a_call(
    opened: Open,
) -> None:
    shut = opened.client.get(f"/calls/{opened.call.pk}/history").status_code
    opened.post("layer", layer="full")
    empty = opened.client.get(f"/calls/{opened.call.pk}/history").content.decode()
    opened.post("correct", s0="Talteen, Anna [?] puhelimessa.")
    opened.post("spans", verdict="removed", which="0")
    second = opened.second(Purpose.RIGHTS_OF_PARTIES)
    second.post(f"/calls/{opened.call.pk}/layer", {"layer": "full"})
    second.post(f"/calls/{opened.call.pk}/check")
    told = second.get(f"/calls/{opened.call.pk}/history").content.decode()

    assert shut == 403
    assert "Kukaan ei ole korjannut tätä litteraattia" in empty
    assert "<del>Myyntipalvelu,</del> <ins>Talteen,</ins> Anna" in told
    assert "luki sen ääntä vasten" in told
    assert "Kukaan ei ole vielä päättänyt peitoista" not in told
    read = AccessEntry.objects.filter(action="read", recording=opened.call.pk)
    assert read.count() == 2, "each look at the history is a row of the log"


def test_the_copy_of_the_caller_leaves_with_a_signed_manifest_and_no_door_leads_elsewhere(
    opened: Open,
) -> None:
    path = f"/calls/{opened.call.pk}/export"
    shut = opened.client.post(path, {"form": "txt", "receiver": "counsel"})
    client = opened.second(Purpose.DATA_SUBJECT_REQUEST)
    elsewhere = client.post(path, {"form": "json", "receiver": "insurer"})
    copy = client.post(path, {"form": "txt", "receiver": "subject"})

    # To counsel, an insurer or an authority a call leaves as a disclosure alone.
    assert (shut.status_code, elsewhere.status_code) == (403, 403)
    assert "lähtee luovutuksena" in opened.page()
    document, signed = unzipped(copy.content)
    assert NUMBER not in document.decode()
    log = opened.desk.built.house.log
    said = manifest.checked(signed, document, [log.signer.key])
    assert (said["receiver"], said["layer"], said["approved-by"]) == ("subject", "masked", "-")
    with pytest.raises(Tampered):
        manifest.checked(signed, document + b" ", [log.signer.key])
    row = Export.objects.get()
    assert bytes(row.document_sha256).hex() == said["sha256"]
    logged = AccessEntry.objects.filter(action__in=["prepare", "export"]).order_by("pk")
    assert [one.rule for one in logged][-2:] == ["asked txt masked", "txt masked"]


def unzipped(raw: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_the_facts_of_a_call_stand_on_its_page_in_its_documents_and_for_programs(
    opened: Open,
) -> None:
    page = opened.page()
    told = opened.client.get(f"/calls/{opened.call.pk}/facts.json")

    facts = told.json()
    assert "Puhelun kulku" in page
    assert "ei arvosana" in page
    assert sum(facts["parts_ms"].values()) == opened.call.length_ms
    assert {one["key"] for one in facts["phrases"]} == {"recording", "cancellation", "confirmation"}
    (confirmed,) = (one for one in facts["phrases"] if one["key"] == "confirmation")
    assert confirmed["saying"] == "found"
    client = opened.second(Purpose.DATA_SUBJECT_REQUEST)
    copy = client.post(f"/calls/{opened.call.pk}/export", {"form": "json", "receiver": "subject"})
    assert json.loads(unzipped(copy.content)[0])["facts"] == facts


def test_checking_a_booking_needs_no_facts_of_how_a_call_went() -> None:
    assert not policy.may_measure(Purpose.CORRECTNESS)
    assert not policy.may_measure(Purpose.TRAINING)
    assert policy.may_measure(Purpose.SERVICE_QUALITY)

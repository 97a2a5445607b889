"""The evidence room: opened by two, it reads for thirty days, and its sample is nobody's choice."""

import hashlib
import io
import zipfile
from datetime import timedelta
from uuid import NAMESPACE_DNS, uuid5

import pytest
from django.test import Client

from talteen import course
from talteen.errors import InputError, Missing, NotAllowed
from talteen.life.destroy import certificate
from talteen.life.destroy.models import Destruction
from talteen.notice.purposes import Role
from talteen.oversight import visits
from talteen.oversight.visits import Opened
from talteen.register.log.ledger_models import LedgerHead
from talteen.register.post.message_models import OutgoingMessage
from tests.desk.conftest import TODAY, Desk, desk  # noqa: F401  (the fixture)
from tests.kit import houses

pytestmark = pytest.mark.django_db(transaction=True)


def opened(desk: Desk, **told: object) -> Opened:  # noqa: F811
    given = {"by": ("dina", "r01"), "days": 30, "reference": "1234/163/26", **told}
    return visits.open_room(
        "tsv1", "Tarkastaja", language="fi", file=desk.built.house.register, now=desk.now, **given
    )  # type: ignore[arg-type] # as told


def enters(opened: Opened, code: str = "tsv1") -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.post("/sign-in", {"code": code, "password": opened.password})
    return client


def test_two_open_the_room_one_of_them_the_officer(desk: Desk) -> None:  # noqa: F811
    for wrong, error in (
        ({"by": ("r01", "r02")}, NotAllowed),
        ({"by": ("dina", "dina")}, NotAllowed),
        ({"days": 31}, InputError),
        ({"reference": " "}, InputError),
    ):
        with pytest.raises(error):
            opened(desk, **wrong)
    visit = opened(desk).visit

    assert visit.ends_at - visit.opened_at == timedelta(days=30)
    assert "1234/163/26" in OutgoingMessage.objects.get(key__startswith="visit:").body
    with pytest.raises(Missing):
        visits.close_room("r01", desk.now)


def test_a_visit_reads_changes_nothing_and_ends(desk: Desk) -> None:  # noqa: F811
    client = enters(opened(desk))

    for path in ("/evidence", "/prove", "/log", "/vault", "/statements", "/balance"):
        assert client.get(path).status_code == 200, path
    assert "30 päivää jäljellä" in client.get("/evidence").content.decode()
    for path in ("/", "/account"):  # nothing is offered that a visit may not choose
        assert "opastus" not in client.get(path).content.decode().split("<main", 1)[1], path
    assert "opastus" in desk.client(Role.AUDITOR).get("/").content.decode()
    for path in ("/requests", "/holds", "/officer"):
        assert client.get(path).status_code == 403, path
    for path in ("/calls/saved", "/requests/new", "/purpose", "/do-not-record/number"):
        assert client.post(path).status_code == 403, path
    assert client.post("/language", {"language": "sv"}).status_code == 302
    assert desk.client(Role.AGENT).get("/evidence").status_code == 403

    again = visits.open_room(
        "tsv2", "Toinen", "1", by=("dina", "r02"), days=30, language="sv",
        file=desk.built.house.register, now=desk.now,
    )  # fmt: skip
    visits.close_room("tsv2", desk.now)
    with pytest.raises(Missing):
        visits.close_room("tsv2", desk.now)
    assert enters(again, "tsv2").get("/prove").status_code == 302

    desk.built.clock.advance(timedelta(days=30))
    assert client.get("/evidence").status_code == 302
    assert client.get("/prove").status_code == 302


def test_the_sample_is_drawn_by_the_word_and_the_log_and_can_be_drawn_again(
    desk: Desk,  # noqa: F811
) -> None:
    built = desk.built
    gone = houses.recorded(built, "001", TODAY)
    houses.erase(built, gone)
    built.clock.advance(timedelta(days=9))
    course.sweep(built.house, built.clock.now())
    assert Destruction.objects.get(pk=gone).certificate_leaf

    raw = desk.client(Role.AUDITOR).get("/evidence/sample.zip?word=koivu").content
    page = desk.client(Role.AUDITOR).get("/evidence?word=koivu").content.decode()
    with zipfile.ZipFile(io.BytesIO(raw)) as files:
        names = set(files.namelist())
        verdict, _ = certificate.verdict(files.read(f"{gone}.cert"), built.house.log.keys)
        told = files.read("draw.txt").decode()
    assert verdict.holds
    assert {"checkpoint.txt", "prove.json", "draw.txt", "talteen_verify.py"} <= names
    assert f"recording: {gone}" in told
    assert f"key: {built.house.log.signer.key}" in told
    assert "Näyte 1, todiste pitää" in page

    # by hand, as a stranger does it
    for number in range(40):
        Destruction.objects.create(
            recording=uuid5(NAMESPACE_DNS, str(number)), day=desk.now.date(), reason="expired",
            cutoff_at=desk.now, due_at=desk.now, generation_before=1, generation_after=1, blobs=[],
            certificate_leaf=b"x",
        )  # fmt: skip
    drawn = visits.draw(" koivu ", most=5)
    root = bytes(LedgerHead.objects.order_by("-size")[0].root)
    seed = hashlib.sha256(b"koivu\n" + root).digest()
    every = list(Destruction.objects.values_list("pk", flat=True))
    by_hand = sorted(every, key=lambda one: hashlib.sha256(seed + one.bytes).digest())[:5]
    assert (list(drawn.recordings), drawn.among) == (by_hand, 41)
    assert visits.draw("kuusi", most=5).recordings != drawn.recordings
    for none in ("  ", "kaksi sanaa", "x" * 33):
        with pytest.raises(InputError):
            visits.draw(none)

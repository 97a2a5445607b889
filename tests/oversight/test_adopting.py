"""Two persons adopt a balancing test or the impact assessment on its page, by its exact words."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client

from talteen.clock import helsinki_date
from talteen.demo import cast
from talteen.notice.purposes import Role
from talteen.oversight import grounds
from talteen.oversight.grounds import Kept
from talteen.register import adoptions
from talteen.register.assessment_models import AssessmentStep
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_assessments import AssessmentsAdopted
from talteen.register.log.ledger_models import LedgerEntry
from tests.desk.conftest import Desk, desk  # noqa: F401  (the fixture)

pytestmark = pytest.mark.django_db(transaction=True)
NEEDED = 'impact.fi = "'


def kept(desk: Desk, paper: str) -> Kept:  # noqa: F811
    found = grounds.grounds(desk.built.house.config, helsinki_date(desk.now))
    return next(one for one in found.kept if one.paper.id == paper)


def edit(desk: Desk) -> None:  # noqa: F811
    """Write other words for the first balancing test into the register folder."""
    file = desk.built.house.config.paths.register / "assessments" / "balancing.toml"
    text = file.read_text(encoding="utf-8")
    changed = text.replace(NEEDED, f"{NEEDED}Muutettu. ", 1)
    assert changed != text
    file.write_text(changed, encoding="utf-8")


def said(client: Client, what: str, paper: str, sha256: str, **told: str) -> int:
    posted = client.post(f"/assessments/{paper}/{what}", {"sha256": sha256, **told})
    return int(posted.status_code)


def propose_notice(client: Client, desk: Desk) -> HttpResponse:  # noqa: F811
    tomorrow = helsinki_date(desk.now) + timedelta(days=1)
    posted = client.post("/notice/changes/propose", {"number": "2027-1", "begins": str(tomorrow)})
    assert isinstance(posted, HttpResponse)
    return posted


def page(client: Client) -> str:
    return client.get("/assessments").content.decode()


def entered() -> list[AssessmentsAdopted]:
    rows = LedgerEntry.objects.filter(kind=AssessmentsAdopted.tag).order_by("pk")
    read = [ledger_bytes.read(bytes(row.raw)).entry for row in rows]
    return [one for one in read if isinstance(one, AssessmentsAdopted)]


def test_changed_words_are_a_draft_until_two_persons_have_adopted_them(desk: Desk) -> None:  # noqa: F811
    owner, contact, officer = map(desk.client, (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO))
    [founded] = entered()
    assert len(founded.papers) == 8
    assert "Jokaisella käytöllä on perusteensa" in page(owner)
    first = kept(desk, "LIA-1")
    edit(desk)
    drafted = kept(desk, "LIA-1")
    new = drafted.paper.sha256.hex()
    assert (drafted.changed, drafted.words) == (True, first.words)
    assert "1 arviointi odottaa" in page(owner)
    assert "Muutettu." in page(owner)
    assert "Muutettu." not in desk.client().get("/notice/balancing-tests").content.decode()

    blocked = propose_notice(owner, desk)
    assert blocked.status_code == 422
    assert "adoption.rights_of_parties" in blocked.content.decode()

    assert said(owner, "propose", "LIA-1", first.paper.sha256.hex()) == 409  # not what stands there
    assert said(owner, "propose", "LIA-1", new) == 302
    assert said(contact, "propose", "LIA-1", new) == 409  # one waits already
    assert "Hyväksy nämä sanat" not in page(contact)
    assert said(contact, "adopt", "LIA-1", new) == 403  # the officer has not spoken
    assert said(owner, "opinion", "LIA-1", new, stand="for", opinion="Hyvä.") == 403
    kept_words = "Liian pitkä. " * 200
    told = {"sha256": new, "stand": "for", "opinion": kept_words}
    refused = officer.post("/assessments/LIA-1/opinion", told)
    assert refused.status_code == 422
    assert "kirjoita lausunto, enintään" in refused.content.decode()
    assert kept_words in refused.content.decode()  # what was written is not lost
    heard = {"stand": "against", "opinion": "Vaikutus on kuvattu oikein."}
    assert said(officer, "opinion", "LIA-1", new, opinion="Kanta puuttuu.") == 422
    assert said(officer, "opinion", "LIA-1", new, **heard) == 302
    assert "Hyväksy nämä sanat" not in page(owner)
    assert said(owner, "adopt", "LIA-1", new) == 403  # who proposed it
    assert said(officer, "adopt", "LIA-1", new) == 403
    assert "Miksi päätät toisin kuin tietosuojavastaava" in page(contact)
    assert said(contact, "adopt", "LIA-1", new) == 422  # against the officer, and no reason
    assert said(contact, "adopt", "LIA-1", new, against="Sanat korjataan syksyllä.") == 302
    assert said(contact, "adopt", "LIA-1", new) == 409  # once

    adopted = kept(desk, "LIA-1")
    assert (adopted.changed, adopted.stale) == (False, False)
    assert adopted.reviewed_on == helsinki_date(desk.now)
    assert (adopted.standing.version, first.standing.version) == (2, 1)
    for words in ("ei puolla", "Vaikutus on kuvattu oikein.", "Sanat korjataan syksyllä."):
        assert words in page(owner)
    assert "Muutettu." in desk.client().get("/notice/balancing-tests").content.decode()
    assert entered()[-1].papers == (adopted.paper.sha256,)
    assert propose_notice(owner, desk).status_code == 302


def test_words_that_were_edited_since_are_another_proposal(desk: Desk) -> None:  # noqa: F811
    owner, contact, officer = map(desk.client, (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO))
    old = kept(desk, "LIA-1").paper.sha256.hex()
    assert said(owner, "propose", "LIA-1", old) == 302  # a review: the same words, a new year
    assert said(officer, "opinion", "LIA-1", old, stand="for", opinion="Ennallaan.") == 302
    edit(desk)

    assert said(contact, "adopt", "LIA-1", old) == 409
    assert "Kansio on muuttunut ehdotuksen jälkeen" in page(contact)
    assert said(contact, "withdraw", "LIA-1", old) == 302
    assert kept(desk, "LIA-1").standing.waiting is None
    assert len(entered()) == 1


def test_a_review_of_the_same_words_begins_their_year_anew(desk: Desk) -> None:  # noqa: F811
    owner, contact, officer = map(desk.client, (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO))
    before = kept(desk, "DPIA-1")
    sha256 = before.paper.sha256.hex()
    assert said(contact, "propose", "DPIA-1", sha256) == 302
    heard = {"stand": "for", "opinion": "Riskit ovat ennallaan."}
    assert said(officer, "opinion", "DPIA-1", sha256, **heard) == 302
    assert said(owner, "adopt", "DPIA-1", sha256) == 302

    after = kept(desk, "DPIA-1")
    assert before.ends_on is not None
    assert after.ends_on is not None
    assert after.ends_on > before.ends_on
    assert after.standing.first == cast.first_of(Role.REGISTER_CONTACT).code


def test_what_was_said_is_never_changed(desk: Desk) -> None:  # noqa: F811
    row = AssessmentStep.objects.filter(step="adopted").first()
    assert row is not None
    assert row.proposal_id
    for change in (row.delete, row.save):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    assert adoptions.adopted()[row.paper].sha256 == bytes(row.sha256)


def test_nobody_else_knocks(desk: Desk) -> None:  # noqa: F811
    sha256 = kept(desk, "LIA-1").paper.sha256.hex()
    assert said(desk.client(Role.AGENT), "propose", "LIA-1", sha256) == 403
    assert said(desk.client(Role.AUDITOR), "propose", "LIA-1", sha256) == 403
    assert said(desk.client(Role.OWNER), "propose", "LIA-9", sha256) == 422

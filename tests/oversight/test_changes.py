"""The dry run of the next notice: what a changed sentence changes, before anything is published."""

import json
from datetime import timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.notice.language import Language
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import changes
from talteen.oversight.changes import Changes
from talteen.oversight.prove.registry import Page
from talteen.register.models import NoticeVersion
from tests.desk.conftest import Desk, desk  # noqa: F401  (the fixture)

pytestmark = pytest.mark.django_db(transaction=True)


def edited(desk: Desk, *pairs: tuple[str, str]) -> Changes:  # noqa: F811
    """The changes after the register file was edited."""
    file = desk.built.house.config.paths.register / "register.toml"
    text = file.read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    return changes.changes(desk.built.house.config, desk.now)


def test_a_changed_value_shows_what_else_says_it_and_a_wrong_one_what_blocks_it(desk: Desk) -> None:  # noqa: F811
    client = desk.client(Role.DPO)
    assert "Rekisteri sanoo samaa" in client.get("/notice/changes").content.decode()

    found = edited(desk, ('phone = "050 555 0182"', 'phone = "050 555 0199"'))
    [one] = found.sentences
    assert one.id == "3.s1"
    assert "050 555 0182" in one.before[Language.SV]
    assert "050 555 0199" in one.after[Language.SV]
    assert one.promise is not None
    assert (one.promise.requirements, one.proof) == (("3.1",), "as_printed")
    assert "receipt" in one.letters
    assert one.screen is Page.NOTICE
    page = client.get("/notice/changes").content.decode()
    assert "<del>" in page
    assert "050 555 0199" in page
    assert "Sivu, jolla se näkyy" in page
    assert desk.client(Role.AGENT).get("/notice/changes").status_code == 403
    assert NoticeVersion.objects.filter(legacy=False).count() == 1  # nothing was published

    wording = desk.built.house.config.paths.register / "texts" / "fi" / "notice.toml"
    text = wording.read_text(encoding="utf-8").replace("Sinulla on", "Sinulla on suostumuksesi", 1)
    wording.write_text(text, encoding="utf-8")
    found = changes.changes(desk.built.house.config, desk.now)

    assert found.blocked
    assert "consent.fi" in {one.id for one in found.findings}
    assert "Ei voi julkaista" in desk.client(Role.OWNER).get("/notice/changes").content.decode()
    assert found.reach.opened == found.reach.closed == ()
    assert Purpose.TRAINING not in found.reach.opened


def test_a_shorter_time_reaches_back_and_is_counted(desk: Desk) -> None:  # noqa: F811
    call = desk.call("001")
    found = edited(desk, ("months = 3 ", "months = 2 "))

    assert (found.reach.living, found.reach.shorter, found.reach.longer) == (1, 1, False)
    assert {"0.s5", "13.s1"} <= {one.id for one in found.sentences}
    assert any(one.prompts for one in found.sentences)
    assert call.due_at  # and nothing happened to it
    call.refresh_from_db()
    assert (call.due_at - call.started_at).days > 80


def test_a_version_is_published_by_two_persons_on_the_page(desk: Desk) -> None:  # noqa: F811
    register = desk.built.house.config.paths.register
    owner, contact, dpo = map(desk.client, (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO))
    begins = (helsinki_date(desk.now) + timedelta(days=3)).isoformat()
    proposed = {"number": "2026-2", "begins": begins}
    edited(desk, ('phone = "050 555 0182"', 'phone = "050 555 0199"'))

    for wrong in ({"begins": ""}, {"begins": "2026-01-01"}, {"number": " "}, {"number": "2026-1"}):
        assert owner.post("/notice/changes/propose", {**proposed, **wrong}).status_code == 422
    assert dpo.post("/notice/changes/propose", proposed).status_code == 403
    assert owner.post("/notice/changes/propose", proposed).status_code == 302
    assert owner.post("/notice/changes/approve").status_code == 403  # not one's own
    assert "Hyväksy ja julkaise" not in owner.get("/notice/changes").content.decode()
    assert "Hyväksy ja julkaise" in contact.get("/notice/changes").content.decode()
    assert dpo.post("/notice/changes/opinion", {"stand": "for", "opinion": " "}).status_code == 422
    heard = {"stand": "for", "opinion": "Puoltaa."}
    assert dpo.post("/notice/changes/opinion", heard).status_code == 302
    assert contact.post("/notice/changes/opinion", heard).status_code == 403

    file = register / "register.toml"
    same = file.read_text(encoding="utf-8")
    file.write_text(same.replace("050 555 0199", "050 555 0198"), encoding="utf-8")
    assert contact.post("/notice/changes/approve").status_code == 409  # another text by now
    file.write_text(same, encoding="utf-8")
    assert contact.post("/notice/changes/approve").status_code == 302

    made = NoticeVersion.objects.get(number="2026-2")
    assert sorted(made.text) == ["en", "fi", "sv"]
    assert "050 555 0199" in json.dumps(made.text)
    assert NoticeVersion.objects.get(number="2026-1").valid_to == made.valid_from
    desk.built.clock.advance(timedelta(days=4))
    assert "050 555 0199" in contact.get("/notice").content.decode()
    assert contact.post("/notice/changes/approve").status_code == 409  # nothing waits


def test_a_change_of_the_retention_waits_for_the_officer(desk: Desk) -> None:  # noqa: F811
    owner, contact, dpo = map(desk.client, (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO))
    edited(desk, ("margin_days = 7", "margin_days = 8"))
    begins = (helsinki_date(desk.now) + timedelta(days=3)).isoformat()

    assert owner.post(
        "/notice/changes/propose", {"number": "2026-2", "begins": begins}
    ).status_code == 302  # fmt: skip
    assert contact.post("/notice/changes/approve").status_code == 403
    heard = {"stand": "against", "opinion": "Varmuuskopioille jää päivä enemmän."}
    dpo.post("/notice/changes/opinion", heard)
    assert contact.post("/notice/changes/approve").status_code == 422  # and no reason is written
    why = {"against": "Rengas tarvitsee sen päivän."}
    assert contact.post("/notice/changes/approve", why).status_code == 302
    assert NoticeVersion.objects.get(number="2026-2").margin_days == 8


def test_a_warning_is_answered_with_a_reason_that_the_second_person_reads(desk: Desk) -> None:  # noqa: F811
    owner, contact = map(desk.client, (Role.OWNER, Role.REGISTER_CONTACT))
    found = edited(desk, ('accessible_phone = "050 555 0183"\n', ""))
    assert [one.id for one in found.warnings] == ["no_accessible_line"]
    assert not found.blocked
    begins = (helsinki_date(desk.now) + timedelta(days=3)).isoformat()
    asked = {"number": "2026-2", "begins": begins}

    for empty in ({}, {"reason-no_accessible_line": "  "}, {"reason-other": "Muu"}):
        refused = owner.post("/notice/changes/propose", {**asked, **empty})
        assert refused.status_code == 422
        assert f'value="{begins}"' in refused.content.decode()  # what was typed is kept
    why = "Kuurojen tulkkauspalvelu vie saman asian."
    reasoned = {**asked, "reason-no_accessible_line": why}
    assert owner.post("/notice/changes/propose", reasoned).status_code == 302
    assert why in contact.get("/notice/changes").content.decode()
    assert contact.post("/notice/changes/approve").status_code == 302

    kept = NoticeVersion.objects.get(number="2026-2").findings
    assert [(one["id"], one["reason"]) for one in kept] == [("no_accessible_line", why)]

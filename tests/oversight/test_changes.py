"""The dry run of the next notice: what a changed sentence changes, before anything is published."""

import pytest

from talteen.notice.language import Language
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import changes
from talteen.oversight.changes import Changes
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


def test_a_changed_value_shows_what_else_says_it(desk: Desk) -> None:  # noqa: F811
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
    page = client.get("/notice/changes").content.decode()
    assert "<del>" in page
    assert "050 555 0199" in page
    assert desk.client(Role.AGENT).get("/notice/changes").status_code == 403
    assert NoticeVersion.objects.filter(legacy=False).count() == 1  # nothing was published


def test_a_shorter_time_reaches_back_and_is_counted(desk: Desk) -> None:  # noqa: F811
    call = desk.call("001")
    found = edited(desk, ("months = 3 ", "months = 2 "))

    assert (found.reach.living, found.reach.shorter, found.reach.longer) == (1, 1, False)
    assert {"0.s5", "13.s1"} <= {one.id for one in found.sentences}
    assert any(one.prompts for one in found.sentences)
    assert call.due_at  # and nothing happened to it
    call.refresh_from_db()
    assert (call.due_at - call.started_at).days > 80


def test_what_cannot_be_published_is_said(desk: Desk) -> None:  # noqa: F811
    wording = desk.built.house.config.paths.register / "texts" / "fi" / "notice.toml"
    text = wording.read_text(encoding="utf-8").replace("Sinulla on", "Sinulla on suostumuksesi", 1)
    wording.write_text(text, encoding="utf-8")
    found = changes.changes(desk.built.house.config, desk.now)

    assert found.blocked
    assert "consent.fi" in {one.id for one in found.findings}
    assert "Ei voi julkaista" in desk.client(Role.OWNER).get("/notice/changes").content.decode()
    assert found.reach.opened == found.reach.closed == ()
    assert Purpose.TRAINING not in found.reach.opened

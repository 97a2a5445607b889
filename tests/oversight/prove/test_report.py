"""What ``talteen prove`` says, on the screen and to programs."""

import json
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from django.utils.translation import override

from talteen import wiring
from talteen.desk.commands.prove import prove
from talteen.desk.ground import database, startup
from talteen.errors import InputError, Missing
from talteen.notice.purposes import Role
from talteen.oversight.prove import proving, report
from talteen.oversight.prove.report import NUMBERED, Held, Report, Verdict
from talteen.register.models import NoticeVersion
from tests.desk.conftest import Desk, desk  # noqa: F401  (the fixture)

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMA = Path(__file__).parents[3] / "docs" / "formats" / "prove.schema.json"


def proved(desk: Desk, language: str = "fi") -> Report:  # noqa: F811
    with override(language):
        return proving.prove(desk.built.house, desk.now, language)


def test_every_printed_sentence_is_there_once_under_its_clause(desk: Desk) -> None:  # noqa: F811
    made = proved(desk)
    printed = [
        one["id"]
        for clause in NoticeVersion.objects.get(legacy=False).text["fi"]["clauses"]
        for one in clause["sentences"]
    ]

    assert [one.id for one in made.sentences] == printed
    assert {one.id for one in made.clauses if one.numbered} == set(NUMBERED)
    assert sum(made.verdicts().values()) == sum(made.held().values()) == len(printed)
    for one in made.sentences:
        live = one.held is Held.LIVE
        assert live == (one.verdict is not Verdict.NOT_BY_SOFTWARE)
        assert live or one.test or one.why_not or (one.owner and one.promise.evidence)


def test_the_file_for_auditors_is_as_its_schema_says(desk: Desk) -> None:  # noqa: F811
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)

    raw = desk.client(Role.AUDITOR).get("/prove.json").content
    jsonschema.validate(json.loads(raw), schema)
    assert (
        json.loads(raw)["clauses"]
        == json.loads(json.dumps(report.as_json(proved(desk))))["clauses"]
    )


def test_the_pages_name_what_is_broken_first_and_every_sentence_on_its_clause(
    desk: Desk,  # noqa: F811
) -> None:
    client = desk.client(Role.DPO)
    quiet = client.get("/prove").content.decode()
    NoticeVersion.objects.filter(legacy=False).update(valid_from=desk.now - timedelta(days=9))
    broken = client.get("/prove").content.decode()
    table = client.get("/prove/table").content.decode()
    clause = client.get("/prove/13").content.decode()

    assert "kaikki pitävät" in quiet
    assert max(map(len, (quiet, broken, clause))) < 60_000
    assert "18.s1" in broken[: broken.index('id="kohdat"')]
    assert table.count('<tr role="row">') == len(proved(desk).clauses) + 2
    for one in proved(desk).clause("13").sentences:  # type: ignore[union-attr] # it is there
        assert f">{one.id}<" in clause or f"{one.id}</small>" in clause
    assert client.get("/prove/19").status_code == 404


def test_the_proofs_are_for_those_who_answer_for_the_register(desk: Desk) -> None:  # noqa: F811
    for path in ("/prove", "/prove/table", "/prove/13", "/prove.json"):
        assert desk.client(Role.AGENT).get(path).status_code == 403
        assert desk.client(None).get(path).status_code == 302
    auditor = desk.client(Role.AUDITOR).get("/prove/14").content.decode()
    assert 'href="/requests"' not in auditor
    assert 'href="/requests"' in desk.client(Role.DPO).get("/prove/14").content.decode()


def test_the_command_ends_with_one_where_something_is_red(
    desk: Desk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(startup, "ready", lambda: desk.built.house.config)
    monkeypatch.setattr(startup, "django", lambda: None)
    monkeypatch.setattr(database, "running", lambda _config: nullcontext())
    monkeypatch.setattr(wiring, "house", lambda _config: desk.built.house)

    assert prove(language="en") == 0
    told = capsys.readouterr().out
    assert "17.s4" in told
    assert "red 0" in told
    NoticeVersion.objects.filter(legacy=False).update(valid_from=desk.now - timedelta(days=9))
    assert prove(clause="18", json=True) == 1
    assert [one["clause"] for one in json.loads(capsys.readouterr().out)["clauses"]] == ["18"]
    assert prove(clause="1", json=True) == 0
    with pytest.raises(InputError):
        prove(clause="99")
    NoticeVersion.objects.filter(legacy=False).update(valid_to=desk.now)
    with pytest.raises(Missing):
        prove()


def test_without_a_notice_in_force_there_is_nothing_to_prove(desk: Desk) -> None:  # noqa: F811
    NoticeVersion.objects.filter(legacy=False).update(valid_to=desk.now.date())

    assert proved(desk).clauses == ()
    assert "Mikään seloste ei ole voimassa" in desk.client(Role.DPO).get("/prove").content.decode()


def test_an_old_notice_is_held_by_what_carries_its_sentences_today(desk: Desk) -> None:  # noqa: F811
    client = desk.client(Role.AUDITOR)
    quiet = client.get("/prove/old/2022-01-21").content.decode()
    NoticeVersion.objects.filter(legacy=False).update(valid_from=desk.now - timedelta(days=9))
    broken = client.get("/prove/old/2022-01-21").content.decode()

    assert 'href="/prove/old/2022-01-21"' in client.get("/prove").content.decode()
    assert quiet.count('<tr role="row">') == 64 + 1
    assert quiet.count("epätosi tai vajaa") == 11
    assert "1 vanhan selosteen lause ei pidä" in broken  # 0.s4: from when it is in force
    assert client.get("/prove/old/2019").status_code == 404
    assert desk.client(Role.AGENT).get("/prove/old/2022-01-21").status_code == 403

"""A service-level study from its plan to its frozen report, and what is left when its calls die."""

import csv
import hashlib
import hmac
import io
import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from talteen.clock import start_of_day
from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.destroy import applied
from talteen.life.use.study import (
    answering,
    following,
    frozen,
    planning,
    shown,
    sizing,
)
from talteen.life.use.study.answering import Said, Skipped
from talteen.life.use.study.models import Study, StudyCall
from talteen.life.use.study.sizing import Aim
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_kinds import PolicyChanged
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import Recording, Staff
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit import pools

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2026, 9, 7)
QUESTION = "Kerrotaanko peruutusehto ennen maksua?"
MEANS = "Asiakaspalvelija sanoo ehdon ennen kuin maksusta sovitaan."
CALLS = {("rooms", "fi"): 9, ("tables", "fi"): 4, ("tables", "sv"): 1}


def agents(desk: Desk) -> Sequence[Staff]:
    unit = desk.reader(Role.QUALITY_ANALYST).unit
    found = list(Staff.objects.filter(role=Role.AGENT.value, unit=unit)[:8])
    new = [
        Staff(code=f"z{place}", name=f"Agentti {place}", role=Role.AGENT.value, unit=unit)
        for place in range(len(found), 8)
    ]
    return [*found, *Staff.objects.bulk_create(new)]


def plan(**others: str | list[str]) -> dict[str, str | list[str]]:
    last = MONDAY + timedelta(days=7)
    return {
        "question": QUESTION,
        "means_yes": MEANS,
        "strata": "line",
        "first": MONDAY.isoformat(),
        "last": last.isoformat(),
        "expected": "80",
        "margin": "10",
        "goal": "85",
        "what": "begin",
        **others,
    }


def begun(desk: Desk, **others: str | list[str]) -> Study:
    """Two weeks of calls in the lot, and a study of them."""
    for monday in (MONDAY, MONDAY + timedelta(days=7)):
        pools.week(monday, agents(desk), calls=CALLS, drawn=7)
    desk.built.clock.at = start_of_day(MONDAY + timedelta(days=14))
    answer = desk.client(Role.QUALITY_ANALYST).post("/studies/new", plan(**others))
    assert answer.status_code == 302, answer.content.decode()
    return Study.objects.get()


def drawn(desk: Desk, study: Study) -> list[StudyCall]:
    desk.built.clock.at = start_of_day(planning.draws_on(study.last))
    following.tend(desk.built.house.vault.lot_seed, desk.now)
    return list(study.calls.select_related("recording"))


def say(desk: Desk, row: StudyCall, *said: Said | Skipped) -> None:
    leena = desk.reader(Role.QUALITY_ANALYST)
    assert row.recording is not None
    grant = access.grant(
        leena,
        Purpose.SERVICE_QUALITY,
        RecordingId(row.recording.pk),
        case=None,
        sign_in=SignIn.DEMO,
        at=desk.now,
    )
    match said:
        case (Skipped() as why,):
            answering.give(grant, row.study_id, why, desk.now)
        case _:
            given = [one for one in said if isinstance(one, Said)]
            answering.give(grant, row.study_id, given, desk.now)


def test_a_study_is_planned_drawn_answered_and_frozen(desk: Desk) -> None:
    leena = desk.client(Role.QUALITY_ANALYST)
    assert "Yhtään tutkimusta ei ole aloitettu" in leena.get("/studies").content.decode()
    study = begun(desk)

    # What the ledger holds is the hash of the seed and the whole plan, before the draw.
    page = leena.get(f"/studies/{study.pk}").content.decode()
    assert "Otos arvotaan" in page
    seed = desk.built.house.vault.lot_seed(bytes(study.seed))
    assert seed.hex() not in page
    entry = LedgerEntry.objects.get(leaf_hash=bytes(study.committed_leaf))
    told = ledger_bytes.read(bytes(entry.raw)).entry
    assert isinstance(told, PolicyChanged)
    assert hashlib.sha256(bytes(study.seed) + planning.plan_of(study).to_bytes()).digest() != (
        told.sha256
    ), "who reads the database foresees nothing"
    over = seed + planning.plan_of(study).to_bytes()
    assert told.sha256 == hashlib.sha256(over).digest()

    # The draw can be computed anew: the lowest tickets of each stratum, and no call but the lot's.
    rows = drawn(desk, study)
    study.refresh_from_db()
    assert len(rows) == 49
    for (line, *_), _, there, quota in study.frame:
        pool = Recording.objects.filter(lot="drawn", line=line).values_list("pk", flat=True)
        ticket = {pk: hmac.digest(seed, pk.bytes, "sha256") for pk in pool}
        assert len(pool) == there
        lowest = sorted(pool, key=ticket.__getitem__)[:quota]
        assert {row.recording_id for row in rows if row.line_id == line} == set(lowest)
    assert seed.hex() in leena.get(f"/studies/{study.pk}").content.decode()

    for place, row in enumerate(rows):
        say(desk, row, Said.NO if place % 5 == 0 else Said.YES if place % 11 else Skipped.CUT)
    page = leena.get(f"/studies/{study.pk}").content.decode()
    assert "Sinulle ei ole avointa puhelua" in page
    assert "sadasta" not in page, "nobody sees an answer before it is frozen"

    following.tend(desk.built.house.vault.lot_seed, desk.now)
    page = leena.get(f"/studies/{study.pk}").content.decode()
    assert "puhelussa sadasta, väli" in page
    assert "tavoite 85" in page
    assert not StudyCall.objects.exists()
    study.refresh_from_db()
    for word in [str(row.recording_id) for row in rows] + [row.agent.code for row in rows]:
        assert word not in str(study.report)
    written = leena.get(f"/studies/{study.pk}.csv").content.decode()
    whole, *groups = (int(row["calls"]) for row in csv.DictReader(io.StringIO(written)))
    assert whole == sum(groups)
    pdf = leena.get(f"/studies/{study.pk}.pdf")
    assert pdf.content[:5] == b"%PDF-"

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Study.objects.update(report={})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Study.objects.all().delete()

    # A decision outlives the calls: it passes the gate, and is of whoever began the study.
    bad = {"decision": "Sovittiin Virtasen kanssa 5 asiaa", "review_on": "2027-03-01"}
    said = leena.post(f"/studies/{study.pk}/decide", bad)
    assert said.status_code == 422
    assert "Numeroita ei jää." in said.content.decode()
    tuomas = desk.client(Role.TEAM_LEADER)
    good = {"decision": "Ehto kerrotaan ennen hintaa.", "review_on": "2027-03-01"}
    assert tuomas.post(f"/studies/{study.pk}/decide", good).status_code == 403
    leena.post(f"/studies/{study.pk}/decide", good)
    assert "Ehto kerrotaan ennen hintaa." in tuomas.get(f"/studies/{study.pk}").content.decode()


def test_a_study_freezes_before_its_calls_close_and_keeps_what_was_answered(desk: Desk) -> None:
    study = begun(desk)
    rows = drawn(desk, study)
    for row in rows[:24]:
        say(desk, row, Said.YES)
    study.refresh_from_db()
    assert study.closes_at == min(row.recording.cutoff_at for row in rows if row.recording)
    assert list(following.closes_within(shown.WARNS, desk.now)) == []

    following.tend(desk.built.house.vault.lot_seed, study.closes_at - timedelta(hours=1, minutes=1))
    study.refresh_from_db()
    assert study.frozen_at is None
    following.tend(desk.built.house.vault.lot_seed, study.closes_at - timedelta(hours=1))

    study.refresh_from_db()
    assert study.report["answered"] == 24
    assert study.report["drawn"] == 49
    assert not StudyCall.objects.exists()

    # The house was off in that hour: the calls die when it wakes, and their answers are counted.
    leena = desk.client(Role.QUALITY_ANALYST)
    other = plan(question="Kysytäänkö, mitä asiakas toivoo?")
    assert leena.post("/studies/new", plan()).status_code == 422, "the difference would tell"
    assert leena.post("/studies/new", other).status_code == 302
    again = Study.objects.get(frozen_at=None)
    rows = drawn(desk, again)
    for row in rows[:30]:
        say(desk, row, Said.YES)
    erased, *expired = [row.recording_id for row in rows[:30] if row.recording_id]
    Recording.objects.filter(pk__in=expired).update(destroy_reason="expired")
    Recording.objects.filter(pk=erased).update(destroy_reason="request")
    applied.forget([erased, *expired])
    assert StudyCall.objects.filter(recording=None, answers=["yes"]).count() == 29
    following.tend(desk.built.house.vault.lot_seed, study.closes_at + timedelta(hours=9))

    again.refresh_from_db()
    assert again.report["answered"] == 29, "what was erased takes its answer with it"


def test_the_plan_says_what_it_takes_and_refuses_what_cannot_be(desk: Desk) -> None:
    leena = desk.client(Role.QUALITY_ANALYST)
    for monday in (MONDAY, MONDAY + timedelta(days=7)):
        pools.week(monday, agents(desk), calls=CALLS, drawn=7)
    desk.built.clock.at = start_of_day(MONDAY + timedelta(days=14))

    looked = leena.post("/studies/new", plan(what="look", margin="5")).content.decode()

    assert re.findall(r"Vastaus vaatii (\d+) puhelua", looked) == ["118"]
    assert "Otos ei riitä toivottuun tarkkuuteen" in looked
    far = (MONDAY + timedelta(days=7 * 6)).isoformat()
    for others, said in (
        ({"question": " "}, "Kirjoita jokainen kysymys kerran"),
        ({"step-1": "Ei lainkaan."}, "mitä asteikon jokainen askel"),
        ({**SCALE, "step-5": ""}, "mitä asteikon jokainen askel"),
        ({**SCALE, "goal": "6"}, "1–99"),
        ({"last": MONDAY.isoformat(), "first": far}, "ennen viimeistä"),
        ({"expected": "100"}, "1–99"),
        ({"margin": "kymmenen"}, "1–25"),
        ({"first": "2026-06-29", "last": "2026-06-29"}, "alle viikon"),
        ({"first": "2026-07-06", "last": far}, "ensimmäiset puhelut häviävät"),
        ({"question": "Kertoiko Anna hinnan 10 kertaa?"}, "Teksti ei voi jäädä tällaisena"),
    ):
        answer = leena.post("/studies/new", plan(**others))
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Study.objects.exists()


def test_otso_neither_plans_reads_nor_answers(desk: Desk) -> None:
    study = begun(desk)
    rows = drawn(desk, study)
    for role in (Role.AGENT, Role.TRAINER, Role.ADMIN, Role.REGISTER_CONTACT, Role.AUDITOR):
        client = desk.client(role)
        assert client.get("/studies").status_code == 403
        assert client.post("/studies/new", plan()).status_code == 403
        assert client.get(f"/studies/{study.pk}").status_code == 403
        assert client.get(f"/studies/{study.pk}.csv").status_code == 403
    path = f"/calls/{rows[0].recording_id}/study/{study.pk}"
    assert desk.client(Role.QUALITY_ANALYST).post(path, {"said-1": "yes"}).status_code == 403
    assert desk.client(Role.TEAM_LEADER).post("/studies/new", plan()).status_code == 403

    Staff.objects.filter(role=Role.TEAM_LEADER.value).update(unit="hotelli-kaisla")
    assert desk.client(Role.TEAM_LEADER).get(f"/studies/{study.pk}").status_code == 404

    leena = desk.client(Role.QUALITY_ANALYST)
    leena.post(f"/calls/{rows[0].recording_id}/open", {"purpose": Purpose.SERVICE_QUALITY.value})
    for wrong in ({}, {"said-1": "maybe"}, {"said-2": "yes"}, {"said-1": "yes", "said-2": "yes"}):
        assert leena.post(path, wrong).status_code == 422
    assert leena.post(path, {"said-1": "yes"}).status_code == 302
    assert leena.post(path, {"said-1": "no"}).status_code == 409
    rows[0].refresh_from_db()
    assert rows[0].answers == ["yes"]


SCALE = {"means_yes": "", **{f"step-{step}": f"Askel {step * 'a'}." for step in range(1, 6)}}
SEVERAL = {
    "question2": "Toistetaanko varauksen tiedot?",
    "means_yes2": "Päivä ja väki sanotaan ennen lopetusta.",
    "goal2": "",
    "question3": "Kuinka selvästi hinta kerrotaan?",
    "goal3": "4,2",
    **{f"step3-{step}": f"Askel {word}." for step, word in enumerate("abcde", start=1)},
    "strata": ["line", "daypart", "direction"],
}


def test_several_questions_are_answered_in_one_hearing_and_told_of_the_same_groups(
    desk: Desk,
) -> None:
    study = begun(desk, **SEVERAL)
    rows = drawn(desk, study)
    assert {tuple(row.stratum) for row in rows} == {
        ("rooms", "", "inbound", "", "morning", "", ""),
        ("tables", "", "inbound", "", "morning", "", ""),
    }
    for wrong in ([Said.YES], [Said.YES, Said.NO, Said.YES], [Said.FOUR, Said.NO, Said.FOUR]):
        with pytest.raises(InputError):
            say(desk, rows[0], *wrong)
    for place, row in enumerate(rows):
        if place == 3:
            say(desk, row, Skipped.UNCLEAR)
        else:
            say(desk, row, Said.YES, Said.NO if place % 3 else Said.NA, Said.FIVE)
    following.tend(desk.built.house.vault.lot_seed, desk.now)

    study.refresh_from_db()
    kept = study.report
    assert (kept["answered"], kept["skipped"], kept["drawn"]) == (48, None, None), (
        "one that could not be answered about is not told by a difference either"
    )
    first, second, scale = kept["tables"]
    groups = [one["strata"] for one in first["cells"]]
    assert len(groups) == 2
    # Whom the lot drew says whether enough people are left where the question did not apply to all;
    # if not, the groups are told together, and never others.
    assert [one["strata"] for one in second["cells"]] in (groups, [])
    assert first["whole"]["permille"][0] == 1000
    assert second["whole"]["permille"][0] == 0
    assert (first["tenths"], second["tenths"]) == (10, 7)
    assert [one["strata"] for one in scale["cells"]] == groups
    assert scale["whole"]["permille"][0] == 1000
    assert [one[0] for one in scale["steps"]] == [0, 0, 0, 0, 1000]
    assert scale["steps"][4][1] < 1000, "nothing is certain because all agree"
    assert "steps" not in first
    leena = desk.client(Role.QUALITY_ANALYST)
    page = leena.get(f"/studies/{study.pk}").content.decode()
    assert "3 kysymystä sai vastauksen" in page
    assert "Keskiarvo 5,0 asteikolla 1–5, väli 4,9–5,0" in page
    assert "Tavoite 4,2 täyttyy" in page
    assert "<li>3 · Askel c.</li>" in page
    assert "Kysymys koski noin 7 puhelua kymmenestä." in page
    assert "Tavoite 85 % täyttyy" in page
    assert "Jono, Kumpi soitti, Vuorokaudenaika" in page
    written = list(
        csv.DictReader(io.StringIO(leena.get(f"/studies/{study.pk}.csv").content.decode()))
    )
    assert [row["of"] for row in written][-5:] == [f"step {step}" for step in range(1, 6)]
    assert {row["question"] for row in written} == {
        *(QUESTION, SEVERAL["question2"], SEVERAL["question3"])
    }
    assert leena.get(f"/studies/{study.pk}.pdf").content[:5] == b"%PDF-"


def test_the_plan_says_of_each_stratum_what_it_takes_before_it_begins(desk: Desk) -> None:
    leena = desk.client(Role.QUALITY_ANALYST)
    for monday in (MONDAY, MONDAY + timedelta(days=7)):
        pools.week(monday, agents(desk), calls=CALLS, drawn=7)
    desk.built.clock.at = start_of_day(MONDAY + timedelta(days=14))

    def looked(**others: str | list[str]) -> tuple[str, list[list[str]]]:
        page = leena.post("/studies/new", plan(what="look", **others)).content.decode()
        rows = re.findall(r"<tbody.*?</tbody>", page, re.DOTALL)
        cells = (
            re.findall(r"<(?:th|td)[^>]*>(.*?)</(?:th|td)>", row) for row in rows[0].split("</tr>")
        )
        told = [[re.sub("<[^>]*>", "", cell).strip() for cell in some] for some in cells]
        return page, [row for row in told if row]

    page, told = looked(strata=["line", "language"])
    assert "Sama tarkkuus jokaiseen ositteeseen" in page
    assert [(row[0], row[1]) for row in told] == [
        ("Huonevaraukset, suomi", "144"),
        ("Pöytävaraukset, suomi", "64"),
        ("Pöytävaraukset, ruotsi", "16"),
    ]
    needed = {row[0]: sizing.needed(int(row[1]), Aim(0.8, 0.1)) for row in told}
    assert [int(row[2]) for row in told] == list(needed.values())
    whole = re.findall(r"Vastaus vaatii (\d+) puhelua", page)
    assert whole == [str(sizing.needed(224, Aim(0.8, 0.1)))]
    # What holds for each stratum takes more calls than what holds for all of them together.
    each, _ = looked(strata=["line", "language"], each="on")
    assert re.findall(r"Vastaus vaatii (\d+) puhelua", each) == [str(sum(needed.values()))]
    for strata in (["line", "language", "daypart", "day"], ["unit"]):
        answer = leena.post("/studies/new", plan(what="look", strata=strata))
        assert answer.status_code == 422
        assert "Ositteita enintään kolme" in answer.content.decode()


def test_a_study_of_the_whole_house_is_answered_by_each_unit_and_read_by_all(desk: Desk) -> None:
    study = begun(desk, house="on", strata=["unit"])
    rows = drawn(desk, study)
    assert {row.stratum[-1] for row in rows} == {desk.reader(Role.QUALITY_ANALYST).unit_id}
    path = f"/studies/{study.pk}"
    Staff.objects.filter(role=Role.TEAM_LEADER.value).update(unit="hotelli-kaisla")
    page = desk.client(Role.TEAM_LEADER).get(path).content.decode()
    assert "Koko talo" in page
    assert "Sinulle ei ole avointa puhelua" in page, "calls of another unit stay shut"
    assert str(rows[0].recording_id) not in page


def test_a_study_that_ran_when_the_house_was_upgraded_is_frozen_as_it_was_planned(
    desk: Desk,
) -> None:
    study = begun(desk, strata=["line", "language"])
    rows = drawn(desk, study)
    # As the release before wrote them: a frame of line and language, an answer in one column.
    frame = [[*key[:2], calls, there, quota] for key, calls, there, quota in study_frame(study)]
    Study.objects.filter(pk=study.pk).update(frame=frame)
    StudyCall.objects.filter(study=study).update(stratum=[], answer="yes")
    StudyCall.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(answer="na")
    following.tend(desk.built.house.vault.lot_seed, desk.now)

    study.refresh_from_db()
    (table,) = frozen.of_json(study.report).report.tables
    assert table is not None
    assert [cell.strata[0][:2] for cell in table.cells if len(cell.strata) == 1]
    assert table.whole.calls == len(rows)
    assert table.whole.found.share == 1.0


def study_frame(study: Study) -> list[tuple[list[str], int, int, int]]:
    study.refresh_from_db()
    return study.frame

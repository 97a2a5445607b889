"""Calibration: blind until it is revealed, judged by its figures, and what outlives the call.

Beside it what the same page keeps and needs: drafts, versions of forms, days to answer.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client

from talteen import course
from talteen.ids import RecordingId
from talteen.life.use.quality import calibrating, evaluating, published, standing
from talteen.life.use.quality.form import POINTS
from talteen.life.use.quality.models import (
    CalibrationCall,
    CalibrationMark,
    CalibrationRound,
    Evaluation,
    EvaluationDraft,
    QuestionFigures,
)
from talteen.notice.purposes import Role
from talteen.register.models import Recording, Staff
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import as_person, drawn, read
from tests.desk.recordings.test_evaluating import answers, opened, own, sent
from tests.kit import builders, transcripts

pytestmark = pytest.mark.django_db(transaction=True)
QUOTE = "Soittaja Lahtinen kysyi hintaa kahdesti"
TORN = ((1, 5), (5, 1), (2, 5), (5, 2))


def analysts() -> tuple[Staff, Staff]:
    first, second = Staff.objects.filter(role=Role.QUALITY_ANALYST.value).order_by("code")[:2]
    return first, second


def opened_by(person: Staff, call: Recording) -> Client:
    client = as_person(person)
    assert client.post(f"/calls/{call.pk}/open", {"purpose": "service_quality"}).status_code == 302
    return client


def several_drawn(desk: Desk, *names: str) -> list[Recording]:
    """Spoken calls with their words in the sample of one week: these, and the usual one."""
    others = [desk.call(name) for name in names]
    one = drawn(desk)
    Recording.objects.update(special_category=False, lot="drawn")
    for name, call in zip(names, others, strict=True):
        words = transcripts.of_call(name, call)
        transcripts.write(desk.built.house.vault, RecordingId(call.pk), words, desk.now)
    return [*others, one]


def past_rounds(*people: Staff) -> None:
    """Four revealed rounds on which the two differ about the greeting; their calls are gone."""
    form = published.row_of(published.shipped("hotel"))
    whole = {one.id: POINTS for one in published.shipped("hotel").questions}
    for given in TORN:
        row = CalibrationRound.objects.create(
            form=form,
            opened_by=people[0],
            week="2026-W40",
            state=standing.REVEALED,
            ends_on="2027-11-01",
        )
        for person, point in zip(people, given, strict=True):
            answered = whole | {"greeting": point}
            CalibrationMark.objects.create(round=row, evaluator=person, answers=answered)


def test_a_round_is_blind_then_judged_and_outlives_its_call_without_a_word_of_it(
    desk: Desk,
) -> None:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    people = analysts()
    past_rounds(*people)
    leena, ritva = (opened_by(one, call) for one in people)
    assert sent(leena, call, answers())[0] == 302, "an evaluation of the agent, beside the round"

    # A round needs two who may open the call; nobody opens another while it runs.
    few = leena.post(f"/calls/{call.pk}/calibrate", {"form": "hotel", "who": [str(people[0].pk)]})
    assert few.status_code == 302
    assert CalibrationCall.objects.count() == 0
    assert "Valitse vähintään kaksi" in read(leena, f"/calls/{call.pk}")
    both = {"form": "hotel", "who": [str(one.pk) for one in people]}
    started = leena.post(f"/calls/{call.pk}/calibrate", both)
    room = started["Location"]
    assert leena.post(f"/calls/{call.pk}/calibrate", both)["Location"] == "/calibration"
    otso = Staff.objects.filter(role=Role.TEAM_LEADER.value)[0]
    assert as_person(otso).get(room).status_code == 404
    assert as_person(otso).post(f"{room}/reveal").status_code == 404
    assert ritva.post(f"{room}/reveal").status_code == 404, "only who opened it"
    assert "1 kierros odottaa vastaustasi" in read(ritva, "/calibration")

    # A call that is closed meanwhile is offered to nobody; the round says so.
    Recording.objects.filter(pk=call.pk).update(restricted=True)
    assert "Puhelu ei nyt avaudu laatuun" in read(ritva, room)
    assert "Vastaa sokkona" not in read(ritva, "/calibration")
    Recording.objects.filter(pk=call.pk).update(restricted=False)

    # Leena answers with remarks. Ritva sees that she has, and nothing of what.
    assert "Kalibrointi, kierros" in read(leena, f"/calls/{call.pk}")
    low = answers(q_greeting="1", r_greeting=QUOTE, at_greeting="4000")
    answered = leena.post(f"/calls/{call.pk}/evaluate", low)
    assert answered["Location"] == room
    for seen in (read(ritva, room), read(ritva, f"/calls/{call.pk}"), read(leena, room)):
        assert QUOTE not in seen
        assert 'class="scores"' not in seen
    assert "1/2 vastannut" in read(ritva, room)
    assert ritva.post(f"{room}/anchors", {"question": "greeting"}).status_code == 404
    again = leena.post(f"/calls/{call.pk}/evaluate", low)
    assert again.status_code == 409, "her evaluation stands, and the round has her answers"

    # The last answer reveals it: with the four before, the greeting is below the bar.
    assert ritva.post(f"/calls/{call.pk}/evaluate", answers())["Location"] == room
    shown = read(ritva, room)
    assert "kysymys 1 horjuu" in shown
    assert "Kirjoita ankkuri uusiksi" in shown
    assert QUOTE in shown, "under her grant on the call"
    assert QUOTE not in as_person(people[0]).get(room).content.decode(), "without one"
    (row,) = QuestionFigures.objects.filter(question="greeting")
    assert (row.calls, row.trust) == (5, "rewrite")

    # What people do not agree on is nobody's score.
    agent = read(as_person(call.agent))
    assert "odottaa kalibrointia" in agent
    assert "1 kysymys on poissa tuloksesta" in agent

    # Other anchors are the form's next version; the old one is never changed.
    used = published.current("hotel")
    form = {"question": "greeting", "version": "1"}
    form |= {f"a-{p}-{code}": f"{p} {code}" for p in (1, 3, 5) for code in ("fi", "sv", "en")}
    lacking = leena.post(f"{room}/anchors", {**form, "a-3-sv": ""})
    assert "ankkuri" in lacking["Location"]
    assert published.current("hotel") == used
    changed = leena.post(f"{room}/anchors", form)
    assert changed["Location"] == "/quality/forms/hotel/1/2"
    assert "Versio 2: 3 muutosta" in read(leena, changed["Location"])
    assert published.version("hotel", 1) == used
    assert "greeting" not in standing.left_out(published.current("hotel"))
    assert "greeting" in standing.left_out(used), "what was given by the old words stays out"
    assert leena.post(f"{room}/anchors", form)["Location"].endswith("#ankkuri"), "from version 1"

    # The call dies: figures, answers and anchors stay, words and the way back do not.
    desk.built.clock.at = call.cutoff_at + timedelta(minutes=30)
    course.sweep(desk.built.house, desk.now)
    assert not CalibrationCall.objects.exists()
    after = read(as_person(people[0]), room)
    assert "Puhelu on hävinnyt" in after
    assert QUOTE not in after
    assert "Kirjoita ankkuri uusiksi" in after
    kept = str([list(table.objects.values()) for table in (CalibrationRound, CalibrationMark)])
    assert call.pk.hex not in kept.replace("-", "")
    assert str(call.day) not in kept


def test_a_round_of_several_calls_is_revealed_together_and_goes_on_without_one_that_dies(
    desk: Desk,
) -> None:
    second, dies, first = several_drawn(desk, "002", "003")
    people = analysts()
    leena, ritva = (opened_by(one, first) for one in people)
    who = [str(one.pk) for one in people]
    form = {"form": "hotel", "who": who, "also": [str(second.pk), str(dies.pk)]}

    # Only calls of the sample stand in the list; what was chosen is kept where it is sent back.
    Recording.objects.filter(pk=dies.pk).update(restricted=True)
    leena.post(f"/calls/{first.pk}/calibrate", form)
    sent_back = read(leena, f"/calls/{first.pk}")
    assert "niiden on oltava luettelossa" in sent_back
    assert f'value="{second.pk}" checked' in sent_back
    assert not CalibrationRound.objects.exists()
    Recording.objects.filter(pk=dies.pk).update(restricted=False)
    room = leena.post(f"/calls/{first.pk}/calibrate", form)["Location"]
    assert CalibrationRound.objects.count() == 3
    taken = {"form": "hotel", "who": who}
    ritva.post(f"/calls/{second.pk}/open", {"purpose": "service_quality"})
    again = ritva.post(f"/calls/{second.pk}/calibrate", taken)
    assert again["Location"] == "/calibration", "the call stands in this one"

    # Each answers call by call, and sees how far everybody is, and no answer.
    for client in (leena, ritva):
        given = answers(r_greeting=QUOTE, at_greeting="4000") if client is leena else answers()
        assert client.post(f"/calls/{first.pk}/evaluate", given)["Location"] == room
    page = read(leena, room)
    assert "Olet vastannut 1 / 3 puheluun" in page
    assert f"{people[1].name} on vastannut 1/3 puheluun" in page
    assert 'class="scores"' not in page
    assert "olet vastannut 1/3 puheluun" in read(ritva, "/calibration")

    # One of them dies: nobody is waited for on its account, and the page says so.
    CalibrationCall.objects.filter(recording=dies).delete()
    assert "1 puhelu on hävinnyt" in read(leena, room)
    assert "Olet vastannut 1 / 2 puheluun" in read(leena, room)
    for client in (leena, ritva):
        client.post(f"/calls/{second.pk}/open", {"purpose": "service_quality"})
        low = answers(q_greeting="1", r_greeting="Nimi jäi sanomatta", at_greeting="1000")
        low = low if client is leena else answers()
        assert client.post(f"/calls/{second.pk}/evaluate", low)["Location"] == room
    shown = read(ritva, room)
    assert shown.count('class="scores"') % 2 == 0, "a scale for each call that was answered"
    assert "Puhelu 2" in shown
    assert "tässä " in shown
    assert [text in shown for text in (QUOTE, "Nimi jäi sanomatta")] == [True, True]
    assert QUOTE not in as_person(people[0]).get(room).content.decode(), "without a grant"
    assert "Kierroksen puheluista 1 on hävinnyt" in shown
    assert QuestionFigures.objects.get(question="greeting").calls == 2
    row = CalibrationRound.objects.get(first=None)
    assert row.figures["greeting"]["answers"]["calls"] == 2
    assert set(CalibrationRound.objects.values_list("state", flat=True)) == {standing.REVEALED}

    # Its term over, all of it is gone but the figures of nobody.
    calibrating.tend(row.ends_on)
    assert not CalibrationRound.objects.exists()
    assert QuestionFigures.objects.exists()


def test_the_last_call_that_dies_reveals_a_round_with_what_there_is() -> None:
    used = published.shipped("hotel")
    form, people = published.row_of(used), [builders.staff(f"Arvioija {n}") for n in (1, 2)]
    first, call = None, builders.recording()
    for given in ({one.id: POINTS for one in used.questions}, None):
        row = CalibrationRound.objects.create(
            form=form,
            opened_by=people[0],
            week="2026-W40",
            state="open",
            ends_on="2027-11-01",
            first=first,
        )
        first = first or row
        for person in people:
            CalibrationMark.objects.create(round=row, evaluator=person, answers=given)
    CalibrationCall.objects.create(round=row, recording=call, opened_at=call.started_at)
    calibrating.tend(call.day)
    assert CalibrationRound.objects.filter(state="open").count() == 2, "it is waited for"

    calibrating.forget([call.pk])
    calibrating.tend(call.day)

    assert not CalibrationRound.objects.filter(state="open").exists()
    assert QuestionFigures.objects.get(question="greeting").calls == 1


def test_a_draft_is_kept_sealed_for_its_writer_and_dies_with_its_call(desk: Desk) -> None:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    people = analysts()
    leena, ritva = (opened_by(one, call) for one in people)
    begun = {"form": "hotel", "q-greeting": "2", "r-greeting": QUOTE, "at-greeting": "4000"}

    quietly = leena.post(f"/calls/{call.pk}/draft", begun, HTTP_X_QUIETLY="1")

    assert quietly.status_code == 204
    page = read(leena, f"/calls/{call.pk}")
    assert 'name="q-greeting" value="2" checked' in page
    assert QUOTE in page
    assert "Luonnos tallessa" in page
    assert QUOTE not in read(ritva, f"/calls/{call.pk}")
    row = EvaluationDraft.objects.get()
    assert QUOTE.encode() not in bytes(row.sealed)
    assert as_person(people[1]).post(f"/calls/{call.pk}/draft", begun).status_code == 403
    assert "Jatka luonnosta" in read(leena, "/")

    # Handed in, it is gone; begun again by another, it goes with the call.
    assert sent(leena, call, answers())[0] == 302
    assert not EvaluationDraft.objects.exists()
    own(call, "dispute", why="Tervehdin kyllä", question="greeting")
    ritva.post(f"/calls/{call.pk}/draft", begun)
    assert EvaluationDraft.objects.count() == 1
    desk.built.clock.at = call.cutoff_at + timedelta(minutes=30)
    course.sweep(desk.built.house, desk.now)
    assert not EvaluationDraft.objects.exists()


def test_an_agent_disputes_within_ten_working_days_and_reads_whenever(desk: Desk) -> None:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    leena = opened(desk, Role.QUALITY_ANALYST, call)
    sent(leena, call, answers(q_repeated="1"))
    assert "Lue viimeistään" in read(as_person(call.agent))

    desk.built.clock.at = desk.now + timedelta(days=20)

    page = read(as_person(call.agent))
    assert "lukematta" in page
    assert "Olen eri mieltä" not in page
    assert "Kymmenen työpäivää" in own(call, "dispute", why="Toistin", question="repeated")
    assert Evaluation.objects.get().state == "given"
    assert "Merkitty luetuksi" in own(call, "acknowledge")
    assert Evaluation.objects.get().state == evaluating.State.ACKNOWLEDGED.value


def edited(page: str) -> dict[str, str]:
    """The fields of the editor as a browser would send them back."""
    found = {}
    for one in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'{what}="([^"]*)"', one) for what in ("name", "value"))
        if name and value and ('type="checkbox"' not in one or " checked" in one):
            found[name[1]] = value[1]
    found |= {
        name: re.sub(r"&#x27;", "'", text)
        for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    }
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)"\s*selected', options) or re.search(
            r'value="([^"]*)"', options
        )
        assert chosen
        found[name] = chosen[1]
    return found


def test_a_form_is_edited_without_script_and_every_version_stays(desk: Desk) -> None:
    leena = desk.client(Role.QUALITY_ANALYST)
    path = "/quality/forms/hotel/edit"
    for role in (Role.AGENT, Role.TEAM_LEADER, Role.DPO):
        assert desk.client(role).get(path).status_code == 403
    assert desk.client(Role.ADMIN).get("/quality/forms/hotel").status_code == 403
    assert desk.client(Role.AGENT).get("/quality/forms/hotel").status_code == 200
    assert leena.get("/quality/forms/tuntematon").status_code == 404

    page = read(leena, path)
    assert len(page.encode()) < 60_000, len(page.encode())
    same = leena.post(path, {**edited(page), "do": "publish"})
    assert same.status_code == 409, "sent back as it was, nothing was changed"

    # Wrong weights and a lacking language are said at their places; nothing is published.
    wrong = {**edited(page), "s0q0-weight": "61", "s1q0-text-sv": "", "do": "publish"}
    answer = leena.post(path, wrong)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Painojen summa ei ole 100." in said
    assert "Teksti puuttuu jollakin kielellä." in said
    assert published.current("hotel").version == 1

    # A question is added to the section whose button was pressed, wherever it goes meanwhile.
    turned = {**edited(page), "s0-place": "2", "s1-place": "1", "do": "add-s0"}
    reordered = leena.post(path, turned).content.decode()
    assert 'name="s1q2-id" value="k1"' in reordered
    assert "k1" not in [edited(reordered).get(f"s0q{at}-id") for at in range(9)]

    # A question is added, filled in, and made to depend on an earlier one; another goes.
    more = leena.post(path, {**edited(page), "do": "add-s0"}).content.decode()
    fields = edited(more)
    new = {
        "s0q2-text-fi": "Kysyikö hän, miten voi auttaa?",
        "s0q2-text-sv": "Frågade hen hur hen kan hjälpa?",
        "s0q2-text-en": "Did they ask how they can help?",
        "s0q2-weight": "20",
        "s0q2-scale": "yes_no",
        "s0q2-if": "greeting",
        "s0q2-answers": "3, 4, 5",
        "s0q1-weight": "20",
        "s1q2-gone": "1",
        "s1q0-weight": "70",
    }
    done = leena.post(path, {**fields, **new, "do": "publish"})
    assert done["Location"] == "/quality/forms/hotel/1/2"
    diff = read(leena, done["Location"])
    assert ">uusi<" in diff
    assert "poistettu" in diff
    assert "<del>40</del>" in diff
    made = published.current("hotel")
    assert [one.id for one in made.sections[0].questions] == ["greeting", "hold", "k1"]
    assert made.sections[0].questions[2].asked_if is not None
    listed = read(desk.client(Role.AGENT), "/quality/forms/hotel")
    assert "Kysyikö hän, miten voi auttaa?" in listed
    assert "Talteenin mukana tullut pohja" in listed
    old = read(desk.client(Role.AGENT), "/quality/forms/hotel/1")
    assert "Kysyikö hän, miten voi auttaa?" not in old
    assert leena.post(path, {**fields, **new, "do": "publish"}).status_code == 409, "from version 1"

    # A question moves into another section, and the version says so.
    was = made.sections[2].questions[0].id
    first = published.current("hotel").sections[0]
    weights = {"s0q0-weight": "30", "s0q1-weight": "30", "s0q2-weight": "30"}
    rest = made.sections[2].questions[1:]
    left = {f"s2q{at}-weight": str(100 // len(rest)) for at in range(2, len(rest) + 1)}
    left["s2q1-weight"] = str(100 - sum(map(int, left.values())))
    put = {"s2q0-section": "s0", "s2q0-place": "2", "s2q0-weight": "10", **weights, **left}
    there = leena.post(path, {**edited(read(leena, path)), **put, "do": "publish"})
    assert there["Location"] == "/quality/forms/hotel/2/3", there.content.decode()
    assert ">paikka<" in read(leena, there["Location"])
    moved_to = [one.id for one in published.current("hotel").sections[0].questions]
    assert moved_to == [first.questions[0].id, first.questions[1].id, was, first.questions[2].id]

    # A form of the house's own begins from another.
    page = read(leena, path)
    taken = leena.post(path, {**edited(page), "do": "publish-as-new", "id": "restaurant"})
    assert taken.status_code == 422
    moved = {"s1-place": "3", "s2-place": "2", "do": "publish-as-new", "id": "kokous"}
    own_one = leena.post(path, {**edited(page), **moved})
    assert own_one["Location"] == "/quality/forms/kokous"
    ids = [one.id for one in published.current("hotel").sections]
    assert [one.id for one in published.current("kokous").sections] == [
        *(ids[0], ids[2], ids[1]),
        *ids[3:],
    ]
    assert published.current("kokous").version == 1
    assert published.versions("kokous")[0].by == desk.reader(Role.QUALITY_ANALYST).name

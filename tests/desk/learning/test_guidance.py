"""Guidance, lessons, coaching: what outlives a call, in a person's own words, through the gate."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import override

from talteen import course
from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import revisions
from talteen.life.use.coach.models import Goal, Script
from talteen.life.use.guide import listened
from talteen.life.use.guide.models import Article, ArticleRead, ArticleVersion, Lesson
from talteen.life.use.quality import lot
from talteen.life.use.quality.models import EvaluatedCall, Evaluation, FormVersion
from talteen.life.use.study.models import Study
from talteen.notice.purposes import Role
from talteen.register.models import Recording, Staff, Training
from talteen.register.staff import people
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import as_person, drawn

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "Kerro ehto aina ennen hintaa, niin kukaan ei ylläty."


def said_in(desk: Desk, recording: RecordingId) -> list[str]:
    """Six words in a row of the call, as the machine wrote them and as a person has left them."""
    opened = door.open_for_step(desk.built.house.vault, recording, Step.DRILL, desk.now)
    transcript = revisions.in_force(opened)
    longest = max(transcript.segments, key=lambda one: len(one.words))
    return [word.text for word in longest.words[:6]]


def test_the_gate_lets_nothing_of_a_call_outlive_it(desk: Desk) -> None:
    call = drawn(desk)
    words = said_in(desk, RecordingId(call.pk))
    quoted = " ".join(words).upper()
    leena, today = desk.client(Role.QUALITY_ANALYST), helsinki_date(desk.now)
    review = (today + timedelta(days=90)).isoformat()

    def tried(path: str, **form: str) -> tuple[int, str]:
        answer = leena.post(path, {"title": "Ehdot", "review_on": review, **form})
        return answer.status_code, answer.content.decode()

    for text, why in (
        (f"Sano näin: {quoted}, ja odota.", "Näin sanottiin puhelussa."),
        ("Soita numeroon 040 123 4567.", "Numeroita ei jää."),
        (f"Kysy neuvoa, {desk.reader(Role.TEAM_LEADER).name} tietää.", "nimi tai osoite"),
        ("Soittajan nimi oli Lahtinen, ja hän kysyi ehdosta.", "nimi tai osoite"),
    ):
        status, page = tried("/guidance/new", text=text)
        assert status == 422, text
        assert why in page
    assert not ArticleVersion.objects.exists()
    # By the act too: nothing goes round the page.
    assert tried("/coaching", what="script", text=f"A: {quoted}")[0] == 422
    tuomas = desk.client(Role.TEAM_LEADER)
    Staff.objects.filter(role=Role.TEAM_LEADER.value).update(team=call.agent.team)
    goal = {"what": "goal", "agent": call.agent.code, "review_on": review}
    assert tuomas.post("/coaching", {**goal, "text": quoted}).status_code == 422

    # A person's correction is looked through as well as the machine's words.
    opened = door.open_for_step(desk.built.house.vault, RecordingId(call.pk), Step.DRILL, desk.now)
    revisions.revise(opened, {0: "aivan toiset sanat tulivat tähän näin"}, by="x", now=desk.now)
    assert tried("/guidance/new", text="Aivan toiset sanat tulivat tähän")[0] == 422
    assert tried("/guidance/new", text=OWN)[0] == 302

    # A lesson is of one's own evaluation whose call lives, once, and of 280 letters.
    row = evaluated(desk, call)
    assert "1 arvioinnista voi vielä" in leena.get("/guidance/lessons").content.decode()
    lesson = {"evaluation": str(row.pk)}
    assert leena.post("/guidance/lessons", {**lesson, "text": quoted}).status_code == 422
    assert leena.post("/guidance/lessons", {**lesson, "text": "ehto " * 60}).status_code == 422
    assert tuomas.post("/guidance/lessons", {**lesson, "text": OWN}).status_code == 409
    assert leena.post("/guidance/lessons", {**lesson, "text": OWN}).status_code == 302
    assert leena.post("/guidance/lessons", {**lesson, "text": OWN}).status_code == 409
    assert Lesson.objects.get().text == OWN
    for reader in (as_person(call.agent), desk.client(Role.TRAINER), tuomas):
        page = reader.get("/guidance/lessons").content.decode()
        assert OWN in page
        assert desk.reader(Role.QUALITY_ANALYST).name not in page.split("<main", 1)[1]

    # It goes with its evaluation, by a sweep.
    Evaluation.objects.update(ends_on=helsinki_date(desk.now))
    course.sweep(desk.built.house, desk.now)
    assert not Lesson.objects.exists()


def test_an_article_rests_on_calls_that_were_listened_to_for_guidance(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    leena, today = desk.client(Role.QUALITY_ANALYST), helsinki_date(desk.now)
    form = {"title": "Ehdot", "text": OWN, "review_on": str(today + timedelta(days=30))}
    assert leena.post(f"/calls/{call.pk}/open", {"purpose": "guidance"}).status_code == 302
    assert "Soittaja, ääni peitetty" in leena.get(f"/calls/{call.pk}").content.decode()
    assert "kuunneltua puhelua" not in leena.get("/guidance/new").content.decode()
    sound = leena.get(f"/calls/{call.pk}/sound", HTTP_RANGE="bytes=0-4095")
    assert b"".join(sound)

    # One call is too few to be named; ten are enough, and only how many and which weeks is kept.
    assert "kun niitä on kymmenen" in leena.get("/guidance/new").content.decode()
    assert leena.post("/guidance/new", {**form, "study": "listened"}).status_code == 422
    monkeypatch.setattr(listened, "SHOWN_CALLS", 1)
    assert "1 kuunneltua puhelua" in leena.get("/guidance/new").content.decode()
    assert leena.post("/guidance/new", {**form, "study": "listened"}).status_code == 302
    row = ArticleVersion.objects.get()
    week = lot.week_of(call.day)
    assert (row.calls, row.first_week, row.last_week, row.based_on) == (1, week, week, "")
    article = leena.get(f"/guidance/{row.article_id}").content.decode()
    assert f"Perustuu 1 puheluun, viikot {week}" in article
    # The next version counts what was listened to since.
    again = leena.get(f"/guidance/{row.article_id}/write").content.decode()
    assert "kuunneltua puhelua" not in again


def evaluated(desk: Desk, call: object) -> Evaluation:
    assert isinstance(call, Recording)
    form = FormVersion.objects.create(form="hotel", version=1, text="", digest=b"")
    row = Evaluation.objects.create(
        form=form,
        agent=call.agent,
        evaluator=desk.reader(Role.QUALITY_ANALYST),
        week="2026-W48",
        answers={},
        state="given",
        ends_on=helsinki_date(desk.now) + timedelta(days=365),
    )
    EvaluatedCall.objects.create(evaluation=row, recording=call, made_at=desk.now)
    return row


def test_an_article_is_versioned_acknowledged_reviewed_and_never_changed(desk: Desk) -> None:
    leena, anna = desk.client(Role.QUALITY_ANALYST), desk.client(Role.AGENT)
    today = helsinki_date(desk.now)
    form = {"title": "Peruutusehto", "text": OWN, "review_on": str(today + timedelta(days=30))}
    frozen_study(desk)
    assert leena.post("/guidance/new", {**form, "study": "2026-1"}).status_code == 302
    article = Article.objects.get()

    assert "1 ohje odottaa lukemistasi" in anna.get("/guidance").content.decode()
    page = anna.get(f"/guidance/{article.pk}").content.decode()
    assert "Perustuu 40 puheluun, viikot 2026-W36–2026-W38." in page
    assert anna.post(f"/guidance/{article.pk}/read", {"number": "1"}).status_code == 302
    assert "Olet lukenut kaikki ohjeet" in anna.get("/guidance").content.decode()

    # The next version is another row: it is unread again, and the old one stays as it was.
    again = {**form, "text": "Kerro ehto ja viimeinen maksuton päivä ennen hintaa."}
    assert leena.post(f"/guidance/{article.pk}/write", again).status_code == 302
    assert "1 ohje odottaa" in anna.get("/guidance").content.decode()
    first = anna.get(f"/guidance/{article.pk}/1").content.decode()
    assert OWN in first
    assert "Mitä muuttui" not in first
    # What the newer one changed stands on its page, word by word.
    second = anna.get(f"/guidance/{article.pk}").content.decode()
    assert "Mitä muuttui versiosta 1" in second
    assert "<del>aina</del> <ins>ja viimeinen maksuton päivä</ins> ennen" in second
    assert anna.post(f"/guidance/{article.pk}/read", {"number": "1"}).status_code == 409
    assert ArticleRead.objects.count() == 1
    for change in (
        lambda: ArticleVersion.objects.update(text="x"),
        lambda: ArticleVersion.objects.filter(number=2).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()

    desk.built.clock.at = desk.now + timedelta(days=40)
    assert "Tarkistus myöhässä" in leena.get("/guidance").content.decode()
    for day in (today, today + timedelta(days=600)):
        late = {**form, "review_on": str(day)}
        assert leena.post("/guidance/new", late).status_code == 422

    # And Otso: only its owner writes the next version, only its unit reads it.
    joel = desk.client(Role.TRAINER)
    assert joel.post(f"/guidance/{article.pk}/write", again).status_code == 403
    assert joel.post(f"/guidance/{article.pk}/retire").status_code == 409
    assert anna.post("/guidance/new", form).status_code == 403
    for role in (Role.ADMIN, Role.DPO, Role.COMPLAINT_HANDLER, Role.AUDITOR):
        client = desk.client(role)
        assert client.get("/guidance").status_code == 403
        assert client.get(f"/guidance/{article.pk}").status_code == 403
        assert client.get("/guidance/lessons").status_code == 403
        assert client.get("/coaching").status_code == 403
        assert client.get("/survives").status_code == 200
    assert leena.post(f"/guidance/{article.pk}/retire").status_code == 302
    assert "Ei voimassa" in anna.get("/guidance").content.decode()


def frozen_study(desk: Desk) -> None:
    leena = desk.reader(Role.QUALITY_ANALYST)
    cell = {"strata": [["", ""]], "calls": 40, "permille": [800, 700, 880]}
    counts = {"calls": 400, "drawn": 40, "answered": 40, "not_applying": None, "skipped": None}
    Study.objects.create(
        number="2026-1",
        unit=leena.unit,
        by=leena,
        question="q",
        means_yes="m",
        strata="none",
        first="2026-08-31",
        last="2026-09-14",
        expected=80,
        margin=10,
        needed=40,
        begun_at=desk.now,
        seed=b"",
        committed_leaf=b"",
        drawn_at=desk.now,
        frozen_at=desk.now,
        report={**counts, "evaluators": 2, "whole": cell, "cells": [], "together": None},
    )


def test_goals_scenes_and_training_are_agreed_approved_and_open_doors(desk: Desk) -> None:
    anna_row, today = desk.reader(Role.AGENT), helsinki_date(desk.now)
    tuomas_row = desk.reader(Role.TEAM_LEADER)
    Staff.objects.filter(pk=tuomas_row.pk).update(team=anna_row.team)
    anna, tuomas, joel = (
        desk.client(role) for role in (Role.AGENT, Role.TEAM_LEADER, Role.TRAINER)
    )
    page = joel.get("/coaching").content.decode()
    assert "Otteet ja soittolistat" in page
    assert "5.s3" in page

    goal = {"what": "goal", "agent": anna_row.code, "text": OWN}
    review = {"review_on": str(today + timedelta(days=30))}
    assert tuomas.post("/coaching", {**goal, **review}).status_code == 302
    late = {**goal, "review_on": str(today + timedelta(days=300))}
    assert tuomas.post("/coaching", late).status_code == 422
    assert joel.post("/coaching", {**goal, **review}).status_code == 422
    row = Goal.objects.get()
    assert "Odottaa asiakaspalvelijaa" in anna.get("/coaching").content.decode()
    assert tuomas.post(f"/coaching/goals/{row.pk}", {"to": "agreed"}).status_code == 409
    assert anna.post(f"/coaching/goals/{row.pk}", {"to": "agreed"}).status_code == 302
    assert anna.post(f"/coaching/goals/{row.pk}", {"to": "met"}).status_code == 409
    desk.built.clock.at = desk.now + timedelta(days=31)
    assert "1 tavoite on tarkistettavana" in tuomas.get("/coaching").content.decode()
    assert tuomas.post(f"/coaching/goals/{row.pk}", {"to": "met"}).status_code == 302

    scene = {"what": "script", "title": "Ehto ensin", "text": "A: Ehto on tämä.\nB: Selvä."}
    assert joel.post("/coaching", scene).status_code == 302
    made = Script.objects.get()
    assert "Ehto on tämä." not in anna.get("/coaching").content.decode()
    assert joel.post(f"/coaching/scripts/{made.pk}").status_code == 403, "not by its writer"
    assert anna.post(f"/coaching/scripts/{made.pk}").status_code == 403
    assert tuomas.post(f"/coaching/scripts/{made.pk}").status_code == 302
    assert "Ehto on tämä." in anna.get("/coaching").content.decode()

    # What is entered here is what the policy asks at every opening (17.1).
    Training.objects.filter(staff=anna_row).delete()
    day = helsinki_date(desk.now)
    assert not people.has_training(anna_row, day)
    assert "Puhelut kiinni" in anna.get("/coaching").content.decode()
    form = {"code": anna_row.code, "on": str(day)}
    assert anna.post("/coaching/train", form).status_code == 403
    own = {"code": tuomas_row.code, "on": str(day)}
    assert tuomas.post("/coaching/train", own).status_code == 403, "nobody enters their own"
    assert tuomas.post("/coaching/train", form).status_code == 302
    assert people.has_training(anna_row, day)


def test_a_published_article_is_no_quotation_of_who_follows_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    leena, review = desk.client(Role.QUALITY_ANALYST), helsinki_date(desk.now) + timedelta(days=90)
    form = {"title": "Ehdot", "text": OWN, "review_on": review.isoformat()}
    assert leena.post("/guidance/new", form).status_code == 302
    article = Article.objects.get()

    # An agent says it word for word in a call. The next version holds it still, and something new.
    call = drawn(desk)
    opened = door.open_for_step(desk.built.house.vault, RecordingId(call.pk), Step.DRILL, desk.now)
    revisions.revise(opened, {0: f"{OWN} no niin, kuulemiin sitten vaan"}, by="x", now=desk.now)
    path = f"/guidance/{article.pk}/write"
    form["review_on"] = (helsinki_date(desk.now) + timedelta(days=300)).isoformat()
    asked = []
    real = door.open_for_step
    monkeypatch.setattr(
        door, "open_for_step", lambda *some, **more: asked.append(some) or real(*some, **more)
    )
    assert leena.post(path, form).status_code == 302
    assert asked == [], "only another review day: no call is read"
    longer = {**form, "text": f"{OWN} Katso myös, mitä varaus maksaa."}
    assert leena.post(path, longer).status_code == 302
    assert asked
    quoted = {**form, "text": f"{OWN} No niin, kuulemiin sitten vaan."}
    assert leena.post(path, quoted).status_code == 422
    # To a new article the same words are a quotation.
    assert leena.post("/guidance/new", form).status_code == 422


def test_an_article_is_looked_through_in_the_language_that_it_is_written_in(desk: Desk) -> None:
    with override(None):  # the language of the last request stays with the thread
        leena, review = (
            desk.client(Role.QUALITY_ANALYST),
            helsinki_date(desk.now) + timedelta(days=90),
        )
        leena.cookies["language"] = "sv"
        form = {"title": "Ehto ennen hintaa", "text": OWN, "review_on": review.isoformat()}
        assert leena.post("/guidance/new", form).status_code == 422, (
            "as Swedish, Ehto may be a name"
        )
        assert leena.post("/guidance/new", {**form, "language": "fi"}).status_code == 302
        article = Article.objects.get()
        assert '<h1 lang="fi">' in leena.get(f"/guidance/{article.pk}").content.decode()
        form_again = leena.get(f"/guidance/{article.pk}/write").content.decode()
        assert '<option value="fi" selected>' in form_again

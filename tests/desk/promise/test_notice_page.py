"""The public notice: for anybody, in three languages, each version at its address (4.5, 13)."""

import json

import pytest

from talteen.register import published
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_anybody_reads_the_notice_in_force_without_a_cookie(desk: Desk) -> None:
    client = desk.client()

    answer = client.get("/notice")
    said = answer.content.decode()

    assert answer.status_code == 200
    assert "Tallennamme puhelun, kun soitat myyntipalveluumme" in said
    assert "Sinulla on oikeus vastustaa puhelusi tallentamista" in said
    assert client.cookies == {}


def test_the_right_to_object_stands_apart_and_before_the_clauses(desk: Desk) -> None:
    said = desk.client().get("/notice").content.decode()

    first_layer, objection = said.index('id="c-0"'), said.index('id="c-objection"')
    first_clause = said.index('id="c-1"')
    assert first_layer < objection < first_clause
    assert 'class="notice objection"' in said


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "hävitetään"), ("sv", "förstör"), ("en", "destroyed")]
)
def test_each_language_of_a_version_has_its_own_address(
    desk: Desk, language: str, word: str
) -> None:
    number = published.all_versions()[0].number

    said = desk.client().get(f"/notice/{number}/{language}").content.decode()

    assert f'lang="{language}"' in said
    assert word in said


def test_every_sentence_can_be_pointed_at_by_its_id(desk: Desk) -> None:
    version = published.all_versions()[0]
    said = desk.client().get(f"/notice/{version.number}/fi").content.decode()

    ids = [one["id"] for clause in version.text["fi"]["clauses"] for one in clause["sentences"]]
    assert len(ids) > 100
    assert all(f'id="{one}"' in said for one in ids)


def test_an_old_notice_stays_where_it_was_and_says_that_it_is_old(desk: Desk) -> None:
    legacy = next(one for one in published.all_versions() if one.legacy)

    said = desk.client().get(f"/notice/{legacy.number}/fi").content.decode()

    assert "Vanha seloste" in said
    assert "Myyntipalvelun puhelutallenteet" in said


def test_a_program_reads_the_same_words_as_a_person(desk: Desk) -> None:
    version = published.all_versions()[0]

    answer = desk.client().get(f"/notice/{version.number}.json")

    document = json.loads(answer.content)
    assert document["text"] == version.text
    assert document["sha256"] == version.sha256
    assert "public" in answer["Cache-Control"]


def test_all_versions_stand_on_one_page_with_the_days_they_were_in_force(desk: Desk) -> None:
    said = desk.client().get("/notice/versions").content.decode()

    newest, *older = published.all_versions()
    assert f"/notice/{newest.number}/fi" in said
    for version in older:
        last = version.last_day
        assert f"/notice/{version.number}/fi" in said
        assert last is None or f"–{last.day}.{last.month}.{last.year}" in said


def test_a_version_that_never_was_has_no_page(desk: Desk) -> None:
    assert desk.client().get("/notice/1999-1/fi").status_code == 404
    assert desk.client().get("/notice/1999-1.json").status_code == 404


def test_a_language_is_kept_by_a_cookie_that_the_reader_chose(desk: Desk) -> None:
    client = desk.client()

    answer = client.post("/language", {"language": "sv", "next": "/notice"})

    assert (answer.status_code, answer["Location"]) == (302, "/notice")
    assert "Lagring" in client.get("/notice").content.decode() or 'lang="sv"' in (
        client.get("/notice").content.decode()
    )


@pytest.mark.parametrize(
    "wanted",
    [
        "id",
        "account",
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
    ],
)
def test_where_a_form_says_that_it_stood_is_a_page_of_this_house_or_the_first(
    desk: Desk, wanted: str
) -> None:
    for form in ("/language", "/theme"):
        answer = desk.client().post(form, {"next": wanted})
        assert (answer.status_code, answer["Location"]) == (302, "/")


def test_light_and_dark_are_the_readers_own_choice(desk: Desk) -> None:
    client = desk.client()
    client.post("/theme", {"theme": "dark", "next": "/notice"})
    dark = client.get("/notice").content.decode()

    client.post("/theme", {"theme": "", "next": "/notice"})
    system = client.get("/notice").content.decode()

    assert 'data-theme="dark"' in dark
    assert "data-theme" not in system

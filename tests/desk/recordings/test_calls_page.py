"""The list of calls: facts without a purpose, waves and words with one, no word in an address."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from talteen import course
from talteen.desk.page.purpose import Working
from talteen.life.use.models import SavedSearch
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import AccessEntry
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)

RIGHTS = Purpose.RIGHTS_OF_PARTIES.value
PAGE_BYTES = 60_000


def chosen(desk: Desk, role: Role, reference: str) -> Client:
    client = desk.client(role)
    client.post("/purpose", {"purpose": RIGHTS, "case": reference})
    return client


def test_without_a_purpose_the_list_shows_times_and_no_wave(desk: Desk) -> None:
    desk.call("001")

    said = desk.client(Role.REGISTER_CONTACT).get("/calls").content.decode()

    assert "Tarkoitusta ei ole valittu" in said
    assert said.count('<li class="recording') == 1
    assert 'class="agent"' not in said
    assert 'name="q"' not in said
    assert not AccessEntry.objects.exists()


def test_with_a_purpose_the_list_shows_the_calls_of_its_case_and_their_waves(desk: Desk) -> None:
    call = desk.call("001")
    desk.call("006")
    case = desk.case(call)

    client = chosen(desk, Role.COMPLAINT_HANDLER, case.reference)
    said = client.get("/calls").content.decode()

    assert "Osapuolten oikeudet" in said
    assert said.count('<li class="recording') == 1
    assert 'class="agent"' in said
    assert len(said.encode()) < PAGE_BYTES


def test_a_purpose_that_needs_a_case_is_not_chosen_without_one(desk: Desk) -> None:
    client = desk.client(Role.REGISTER_CONTACT)

    answer = client.post("/purpose", {"purpose": RIGHTS, "case": ""})

    assert answer.status_code == 422
    assert "Tarkoitusta ei ole valittu" in client.get("/calls").content.decode()


def test_a_purpose_outside_the_notice_is_refused(desk: Desk) -> None:
    answer = desk.client(Role.REGISTER_CONTACT).post("/purpose", {"purpose": "marketing"})

    assert answer.status_code == 403


def test_a_search_finds_words_and_leaves_none_behind(desk: Desk) -> None:
    call = desk.call("001", whole=True)
    desk.transcribed(call)
    case = desk.case(call)
    client = chosen(desk, Role.COMPLAINT_HANDLER, case.reference)

    answer = client.post("/calls", {"q": "varaus"})
    said = answer.content.decode()

    assert answer.status_code == 200
    assert "<mark" in said
    assert re.search(r"1 puhelu, \d+ osuma", said)
    kept = [str(row) for row in AccessEntry.objects.values_list()]
    kept += [str(dict(client.session.items()))]
    assert not any("varau" in one.lower() for one in kept)
    assert "varau" not in answer.request["PATH_INFO"] + answer.request.get("QUERY_STRING", "")
    at = re.search(r'name="at" value="([\d,]+)"', said)
    assert at is not None
    opened = client.post(f"/calls/{call.pk}/open", {"at": at[1]})
    assert opened["Location"].endswith(f"#o={at[1]}")

    # Each side has its own hits, and together they are all of them.
    def hits(**also: str) -> int:
        told = client.post("/calls", {"q": "varaus", **also}).content.decode()
        counted = re.search(r"(\d+) osuma", told)
        return int(counted[1]) if counted else 0

    assert 0 < hits(side="agent") + hits(side="caller") == hits()

    saved = client.post("/calls/saved", {"q": "varaus TAI peruutus", "side": "caller"})
    assert saved.status_code == 200
    assert SavedSearch.objects.get().words == "varaus TAI peruutus"
    assert client.post("/calls/saved", {"q": "Heikki Virtanen"}).status_code == 422
    client.post(f"/calls/saved/{SavedSearch.objects.get().pk}/forget")
    assert not SavedSearch.objects.exists()

    for shard in desk.built.house.shards.glob("*.shard"):
        shard.unlink()
    unready = client.post("/calls", {"q": "varaus"}).content.decode()
    assert "1 päivän hakemisto rakentuu vielä: siltä päivältä ei haettu." in unready
    course.tend_index(desk.built.house, desk.now)
    assert "<mark" in client.post("/calls", {"q": "varaus"}).content.decode()


def test_what_is_covered_is_found_only_where_it_is_asked_for_and_the_log_says_so(
    desk: Desk,
) -> None:
    call = desk.call("001", whole=True)
    desk.transcribed(call)
    case = desk.case(call)
    client = chosen(desk, Role.COMPLAINT_HANDLER, case.reference)

    def search(query: str, **also: str) -> str:
        return client.post("/calls", {"q": query, **also}).content.decode()

    unasked = search("Lahtinen")
    beside = search("Heikki TAI Lahtinen TAI varata")
    asked = search("Lahtinen", covered="1")

    assert "Ei osumia" in unasked
    assert "Peitetyistä sanoista ei haettu" in unasked
    assert "1 puhelu, 1 osuma" in beside  # "varata", and nothing of the name
    assert "1 puhelu, 1 osuma" in asked
    assert "<mark" in asked
    assert "Lahtinen" not in asked.replace('value="Lahtinen"', "")
    rows = AccessEntry.objects.filter(action="search").order_by("pk")
    assert list(rows.values_list("rule", "hits")) == [
        *[("", 0)],
        *[("", 1)] * 2,
        *[("covered", 1)] * 2,
    ]

    # A cover that somebody lays is one for the search at once, before any index has heard of it.
    client.post(f"/calls/{call.pk}/open", {})
    client.post(f"/calls/{call.pk}/layer", {"layer": "full"})
    desk.built.clock.at += timedelta(seconds=1)
    spoken = {"side": "caller", "kind": "address", "from": "0", "to": "12"}
    laid = client.post(f"/calls/{call.pk}/spans", {"verdict": "added", **spoken})
    assert laid.status_code == 302
    at_once = search("varata")
    assert "<mark" not in at_once
    assert "1 päivän hakemisto rakentuu vielä" in at_once
    course.tend_index(desk.built.house, desk.now)
    assert "Ei osumia" in search("varata")
    assert "<mark" in search("varata", covered="1")


def test_a_search_without_hits_says_where_it_looked(desk: Desk) -> None:
    case = desk.case(desk.call("001"))
    client = chosen(desk, Role.COMPLAINT_HANDLER, case.reference)

    said = client.post("/calls", {"q": "avaruusalus"}).content.decode()

    assert "Ei osumia haulle ”avaruusalus”" in said
    assert "Vanhempaa ei ole" in said


def test_a_search_without_words_asks_for_them(desk: Desk) -> None:
    case = desk.case(desk.call("001"))
    client = chosen(desk, Role.COMPLAINT_HANDLER, case.reference)

    said = client.post("/calls", {"q": "  "}).content.decode()

    assert "Kirjoita, mitä haet." in said


def test_a_filter_that_is_nothing_of_the_kind_is_told_so(desk: Desk) -> None:
    client = desk.client(Role.REGISTER_CONTACT)

    assert client.get("/calls?day=eilen").status_code == 422
    assert client.get("/calls?agent=Aino").status_code == 422
    assert client.get("/calls?before=1").status_code == 422
    assert client.get("/calls?until=huomenna").status_code == 422
    assert client.get("/calls?direction=sideways&language=xx&flag=x&side=y").status_code == 200


def test_a_filter_is_named_and_can_be_taken_away(desk: Desk) -> None:
    desk.call("001")
    client = desk.client(Role.REGISTER_CONTACT)

    said = client.get("/calls?direction=outbound").content.decode()

    assert "Ei puheluita näillä ehdoilla" in said
    assert "Poista rajaus ”Me soitimme”" in said


def test_a_role_that_opens_no_call_is_told_why(desk: Desk) -> None:
    for role in (Role.QUALITY_ANALYST, Role.TRAINER, Role.DPO, Role.ADMIN, Role.AUDITOR):
        said = desk.client(role).get("/calls").content.decode()

        assert "Sinulle ei avaudu yksikään puhelu" in said


def test_the_session_remembers_ids_and_nothing_that_was_said(desk: Desk) -> None:
    case = desk.case(desk.call("001"))
    client = chosen(desk, Role.COMPLAINT_HANDLER, case.reference)

    remembered = client.session["purpose"]

    assert remembered == {"purpose": RIGHTS, "case": case.reference}
    assert Working(Purpose(remembered["purpose"]), remembered["case"]).lacks_case is False

"""The door of a live house, in-process: links, passwords, apps, passkeys, and acts of two persons
(REGISTER 17.1, D; ASVS 5.0 chapters 6 and 7 by their ids)."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection

from talteen.desk import settings
from talteen.desk.entry import entering
from talteen.desk.page.kept_form import LIVES
from talteen.desk.page.visit import CONFIRMED_AT, SIGN_IN
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import Staff
from talteen.register.staff import factors, invitations, sign_in_tries, totp, tries
from talteen.register.staff.account_models import SecondFactor
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit.authenticator import Device
from tests.kit.entrances import (
    PASSWORD,
    browser,
    by_password,
    code_now,
    joined,
    old,
    question_on,
    seed_on,
    with_passkey,
)
from tests.kit.entrances import live as live

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_joins_by_a_link_and_enters_with_password_and_code(live: Desk) -> None:
    """ASVS 6.3.3, 6.4.1, 7.2.4: two factors, nobody else's password, a new session each time."""
    eila = live.reader(Role.REGISTER_CONTACT)
    client, seed, codes = joined(eila)
    assert len(codes) == factors.CODES
    assert client.session[SIGN_IN] == SignIn.TWO_FACTORS.value
    assert client.get("/calendar").status_code == 200
    first = client.session.session_key
    client.post("/sign-out")

    assert by_password(client, eila).startswith("/sign-in/second?next=")
    assert client.get("/calendar").status_code == 302  # half a way in is none
    assert client.post("/sign-in/second", {"code": code_now(seed)}).status_code == 422  # used up
    second = client.post("/sign-in/second", {"code": code_now(seed, 1), "next": "/calendar"})
    assert second["Location"] == "/calendar"
    assert client.get("/calendar").status_code == 200
    assert client.session.session_key != first

    client.post("/sign-out")
    by_password(client, eila)
    client.post("/sign-in/second", {"code": codes[0]})
    assert client.session[SIGN_IN] == SignIn.TWO_FACTORS.value
    assert factors.codes_left(eila) == factors.CODES - 1


def test_two_factors_open_what_a_password_does_not(live: Desk) -> None:
    call = live.call("001")
    case = live.case(call)
    eila = live.reader(Role.REGISTER_CONTACT)
    client, _, _ = joined(eila)
    told = {"purpose": Purpose.RIGHTS_OF_PARTIES.value, "case": case.reference}

    assert client.post(f"/calls/{call.pk}/open", told).status_code == 302
    sound = client.get(f"/calls/{call.pk}/sound", HTTP_RANGE="bytes=0-999")
    assert sound.status_code == 206


def test_a_password_alone_is_as_wrong_as_a_wrong_one(live: Desk) -> None:
    """ASVS 6.3.8: what is wrong is not told."""
    eila, client = live.reader(Role.REGISTER_CONTACT), browser()
    eila.set_password(PASSWORD)
    eila.save()

    answers = [
        client.post("/sign-in", {"code": code, "password": password})
        for code, password in ((eila.code, PASSWORD), (eila.code, "x"), ("nobody", "x"))
    ]

    said = {re.sub(r'value="[^"]*"', "", one.content.decode()) for one in answers}
    assert {one.status_code for one in answers} == {422}
    assert len(said) == 1
    client.force_login(eila)  # a session from before there were two factors
    assert client.get("/calendar")["Location"].startswith("/sign-in?")


def test_a_wait_says_the_same_as_a_wrong_password(live: Desk) -> None:
    """ASVS 6.3.1: guessing is slowed down; REGISTER I18: nothing tells it."""
    eila = live.reader(Role.REGISTER_CONTACT)
    _, _, _ = joined(eila)
    client = browser()
    said = set()
    for _ in range(tries.FREE + 1):
        answer = client.post("/sign-in", {"code": eila.code, "password": "väärä"})
        said.add(re.sub(r'value="[^"]*"', "", answer.content.decode()))

    assert by_password(client, eila) == ""
    answer = client.post("/sign-in", {"code": eila.code, "password": PASSWORD})
    said.add(re.sub(r'value="[^"]*"', "", answer.content.decode()))
    assert len(said) == 1
    sign_in_tries.settle(eila.code)
    assert by_password(client, eila).startswith("/sign-in/second")


def test_an_address_that_tries_without_end_is_slowed_whoever_it_asks_for(live: Desk) -> None:
    client = browser()
    client.defaults["REMOTE_ADDR"] = "192.0.2.9"
    for _ in range(int(entering.AT_ONCE)):
        entering.buckets.take("192.0.2.9", monotonic())

    answer = client.post("/sign-in", {"code": "nobody", "password": "x"})

    assert answer.status_code == 429


def test_a_link_asks_for_a_password_of_ones_own_that_is_no_easy_guess(live: Desk) -> None:
    """ASVS 6.2.1, 6.2.4, 6.2.11."""
    eila, client = live.reader(Role.REGISTER_CONTACT), browser()
    link = invitations.at_terminal(eila.code, None, datetime.now(UTC))
    assert client.get("/join/factor")["Location"] == "/join"
    assert client.post("/join", {"code": "x" * 32}).status_code == 422
    client.post("/join", {"code": link})

    assert client.get("/join/factor")["Location"] == "/join"
    for chosen, again in (
        ("lyhyt", "lyhyt"),
        (PASSWORD, PASSWORD + "x"),
        ("qwertyuiop123", "qwertyuiop123"),
        (eila.name, eila.name),
        ("x" * 300, "x" * 300),
    ):
        answer = client.post("/join/password", {"password": chosen, "again": again})
        assert answer.status_code == 422, chosen
        assert chosen not in answer.content.decode()
    assert client.post("/join/factor", {"code": "000000"})["Location"] == "/join"


def test_no_seed_stands_in_the_database(live: Desk) -> None:
    """What an app is made of is sealed, in its row and in the session."""
    eila = live.reader(Role.REGISTER_CONTACT)
    client, seed, codes = joined(eila)
    client.get("/account/factor")  # another seed, in the session's row until it is used

    row = SecondFactor.objects.get(staff=eila)
    other = seed_on(client.get("/account/factor").content.decode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        sessions = [str(one) for (one,) in cursor.fetchall()]
        cursor.execute("SELECT array_agg(s::text) FROM second_factor s")
        rows = str(cursor.fetchone())
        cursor.execute("SELECT array_agg(c::text) FROM recovery_code c")
        papers = str(cursor.fetchone())
    assert seed not in bytes(row.sealed or b"")
    for secret in (seed, other):
        for spelt in (secret.hex(), base64.b64encode(secret).decode(), totp.written(secret)):
            assert spelt not in rows
            assert not any(spelt in one for one in sessions)
    assert not any(code in papers for code in codes)
    decoded = client.session.get("new_app")
    assert other not in base64.b64decode(decoded["sealed"])


def test_a_passkey_alone_is_two_factors(live: Desk) -> None:
    eila, device = live.reader(Role.REGISTER_CONTACT), Device()
    client, _, _ = joined(eila)
    with_passkey(client, device)
    stranger = browser()

    question = question_on(stranger.get("/sign-in/passkey").content.decode())
    credential = device.answer(question)
    answer = stranger.post("/sign-in/passkey", {"credential": credential, "next": "/calendar"})

    assert answer["Location"] == "/calendar"
    assert stranger.session[SIGN_IN] == SignIn.TWO_FACTORS.value
    again = browser()
    again.get("/sign-in/passkey")
    assert again.post("/sign-in/passkey", {"credential": credential}).status_code == 422


def test_a_passkeys_answer_holds_for_one_question_one_house_and_its_person(live: Desk) -> None:
    eila, device = live.reader(Role.REGISTER_CONTACT), Device()
    client, _, _ = joined(eila)
    with_passkey(client, device)
    unseen = device.seen & ~device.seen.UV

    def answered(by: Device, credential: str = "") -> int:
        stranger = browser()
        question = question_on(stranger.get("/sign-in/passkey").content.decode())
        told = {"credential": credential or by.answer(question)}
        answer = stranger.post("/sign-in/passkey", told)
        assert (SIGN_IN in stranger.session) == (answer.status_code == 302)
        return answer.status_code

    assert answered(device) == 302
    assert answered(replace(device, origin="https://localhost.evil.example")) == 422
    assert answered(replace(device, seen=unseen)) == 422
    assert answered(replace(device, count=device.count - 1)) == 422  # a copy of the key
    assert answered(Device()) == 422  # another key by the same name
    assert answered(Device(id=b"nobody's")) == 422
    assert answered(device, "{}") == 422
    assert answered(device, "[" * 20_000) == 422
    assert answered(device) == 302
    Staff.objects.filter(pk=eila.pk).update(is_active=False)
    assert answered(device) == 422


def hidden_on(page: str) -> dict[str, str]:
    """What the form of the code brings besides it."""
    form = re.search(r"<form[^>]*>(?:(?!</form>).)*name=\"code\"", page, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(next|kept_form)" value="([^"]*)"', form[0]))


WHY = {"call": "ei mikään puhelu", "why": "Levy on täynnä, ja hälytys nimeää puhelun."}


def test_what_was_typed_waits_sealed_and_is_done_once_the_second_factor_is_shown(
    live: Desk,
) -> None:
    client, seed, _ = joined(live.reader(Role.ADMIN))
    old(client)
    asked = client.post("/emergencies", WHY)["Location"]
    assert "Levy" not in asked
    rows = repr(list(Session.objects.values_list("session_data", flat=True)))
    told = hidden_on(client.get(asked).content.decode())
    shown = repr(client.session.items())
    assert "Levy" not in rows + shown
    assert told["kept_form"] in shown

    answer = client.post("/confirm", told | {"code": code_now(seed, 1)}, follow=True)

    page = answer.content.decode()
    assert (answer.status_code, answer.request["PATH_INFO"]) == (422, "/emergencies")
    assert all(typed in page for typed in WHY.values())  # looked at, refused, and typed once
    again = client.post("/emergencies", told)
    assert again.status_code == 403
    assert "Lomake vanheni" in again.content.decode()

    # It opens for its own address alone, and no longer than its minutes.
    elsewhere = f"/people/{live.reader(Role.AGENT).pk}/invite"
    for change in ({"path": elsewhere}, {"at": (datetime.now(UTC) - LIVES).isoformat()}):
        old(client)
        asked = client.post("/emergencies", WHY)["Location"]
        told = hidden_on(client.get(asked).content.decode())
        session = client.session
        session["kept_forms"][told["kept_form"]] |= change
        session[CONFIRMED_AT] = datetime.now(UTC).isoformat()
        session.save()
        assert client.post(change.get("path", "/emergencies"), told).status_code == 403
        assert "kept_form" not in client.get(asked).content.decode()
    assert not client.session.get("kept_forms")


def test_an_act_of_two_persons_asks_for_the_second_factor_again(live: Desk) -> None:
    """ASVS 7.5.3: a screen that was left open approves nothing."""
    admin, dpo = live.reader(Role.ADMIN), live.reader(Role.DPO)
    aino = live.reader(Role.AGENT)
    client, _, _ = joined(admin)
    client.post(f"/people/{aino.pk}/invite")
    wish = aino.invitations.get()
    for role, acts in (
        (
            Role.REGISTER_CONTACT,
            f"notice/changes/approve assessments/dpia/adopt holds/{aino.pk}/release "
            f"people/openings/{aino.pk}/approve",
        ),
        (Role.TRAINER, f"coaching/scripts/{aino.pk}"),
    ):
        person = live.client(role)
        session = person.session
        session[SIGN_IN] = SignIn.TWO_FACTORS.value
        session.save()
        old(person)
        for act in acts.split():
            assert person.post(f"/{act}").headers.get("Location", "").startswith("/confirm?"), act
    second, second_seed, _ = joined(dpo)
    old(second)

    answer = second.post(
        f"/people/invitations/{wish.pk}/approve", HTTP_REFERER="http://localhost/people"
    )
    assert answer["Location"].startswith("/confirm?next=%2Fpeople&kept_form=")
    wish.refresh_from_db()
    assert wish.approved_by is None
    told = hidden_on(second.get(answer["Location"]).content.decode())
    assert second.post("/confirm", told | {"code": "000000"}).status_code == 422
    done = second.post("/confirm", told | {"code": code_now(second_seed, 1)}, follow=True)
    assert done.redirect_chain == [
        (f"/people/invitations/{wish.pk}/approve", 307),
        ("/people", 302),
    ]
    wish.refresh_from_db()
    assert wish.approved_by == dpo

    page = client.post(f"/people/invitations/{wish.pk}/link").content.decode()
    link = re.search(r"http://localhost/join#([0-9a-f]{32})", page)
    assert link is not None
    assert invitations.of_code(link[1], datetime.now(UTC)).staff == aino
    assert link[1] not in client.get("/people").content.decode()


def test_who_changes_a_way_in_ends_the_sessions_elsewhere(live: Desk) -> None:
    """ASVS 7.4.3, 6.2.3."""
    eila = live.reader(Role.REGISTER_CONTACT)
    client, _, codes = joined(eila)
    elsewhere = browser()
    by_password(elsewhere, eila)
    elsewhere.post("/sign-in/second", {"code": codes[0]})
    assert elsewhere.get("/calendar").status_code == 200
    new = "neljä suurta porsasta"

    wrong = client.post("/account/password", {"now": "väärä", "password": new, "again": new})
    right = client.post("/account/password", {"now": PASSWORD, "password": new, "again": new})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/calendar").status_code == 302
    assert by_password(elsewhere, eila, new).startswith("/sign-in/second")


def test_the_page_of_people_is_for_those_who_decide_it(live: Desk) -> None:
    for role, status in (
        (Role.ADMIN, 200),
        (Role.DPO, 200),
        (Role.REGISTER_CONTACT, 200),
        (Role.AGENT, 403),
        (Role.TEAM_LEADER, 403),
        (Role.AUDITOR, 403),
        (Role.OWNER, 403),
    ):
        client = live.client(role, SignIn.TWO_FACTORS)
        assert client.get("/people").status_code == status, role
        assert client.get("/account").status_code == 200
        aino = live.reader(Role.AGENT)
        old(client, 0)
        invited = client.post(f"/people/{aino.pk}/invite").status_code
        assert invited == (302 if role is Role.ADMIN else 403), role
    wish = live.reader(Role.AGENT).invitations.latest("asked_at")
    for role, status in ((Role.AGENT, 403), (Role.OWNER, 403), (Role.ADMIN, 409), (Role.DPO, 302)):
        client = live.client(role, SignIn.TWO_FACTORS)
        old(client, 0)
        answer = client.post(f"/people/invitations/{wish.pk}/approve")
        assert answer.status_code == status, role


def test_a_stranger_is_sent_to_the_door(live: Desk) -> None:
    for path in ("/account", "/account/factor", "/people", "/confirm", "/uses", "/my-use"):
        assert browser().get(path)["Location"].startswith("/sign-in?next=")


def test_the_house_hashes_with_argon2_as_it_comes() -> None:
    """ASVS 11.4.2: at least what the library advises; only these tests take less."""
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert Argon2PasswordHasher.memory_cost >= 19_456
    assert Argon2PasswordHasher.time_cost >= 2


def test_a_session_is_carried_by_no_link_from_elsewhere(live: Desk) -> None:
    """ASVS 3.3.2, 3.3.4."""
    client, _, _ = joined(live.reader(Role.REGISTER_CONTACT))
    cookie = client.cookies["session"]

    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/")

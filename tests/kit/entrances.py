"""How a person comes into a live house: by a link, a password, an app, a passkey."""

import base64
import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from talteen import wiring
from talteen.config import Born
from talteen.desk.entry import entering
from talteen.desk.page.visit import CONFIRMED_AT
from talteen.register.models import House, Staff
from talteen.register.staff import invitations, totp
from tests.desk.conftest import Desk
from tests.kit.authenticator import Device

PASSWORD = "kolme pientä porsasta"


@pytest.fixture
def live(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The house of ``desk``, as if it had not been born as a demo."""
    house = replace(desk.built.house, born=Born.LIVE)
    monkeypatch.setattr(wiring, "house", lambda: house)
    House.objects.update(born_as="live")
    entering.buckets._left.clear()
    return desk


def browser() -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")


def seed_on(page: str) -> bytes:
    told = re.search(r'<p class="mono seed">([a-z2-7 ]+)</p>', page)
    assert told is not None
    text = told[1].replace(" ", "").upper()
    return base64.b32decode(text + "=" * (-len(text) % 8))


def question_on(page: str) -> str:
    told = re.search(r'data-question="([^"]+)"', page)
    assert told is not None
    return html.unescape(told[1])


def code_now(seed: bytes, ahead: int = 0) -> str:
    return totp.code(seed, totp.step_of(datetime.now(UTC)) + ahead)


def joined(person: Staff) -> tuple[Client, bytes, list[str]]:
    """The person follows a link with a browser; gives it, the seed of the app, and the codes."""
    client = browser()
    link = invitations.at_terminal(person.code, None, datetime.now(UTC))
    assert client.post("/join", {"code": link})["Location"] == "/join/password"
    twice = {"password": PASSWORD, "again": PASSWORD}
    assert client.post("/join/password", twice)["Location"] == "/join/factor"
    seed = seed_on(client.get("/join/factor").content.decode())
    answer = client.post("/join/factor", {"code": code_now(seed)})
    codes = re.findall(r'<li class="mono">([a-z2-7-]+)</li>', answer.content.decode())
    return client, seed, codes


def by_password(client: Client, person: Staff, password: str = PASSWORD) -> str:
    """Where code and password lead; nothing where they lead nowhere."""
    told = {"code": person.code, "password": password, "next": "/calendar"}
    answer = client.post("/sign-in", told)
    return str(answer.headers.get("Location", ""))


def with_passkey(client: Client, device: Device) -> None:
    question = question_on(client.get("/account/factor").content.decode())
    answer = client.post("/account/factor", {"credential": device.make(question)})
    assert answer.status_code == 302, answer.content.decode()


def old(client: Client, minutes: int = 11) -> None:
    session = client.session
    session[CONFIRMED_AT] = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    session.save()

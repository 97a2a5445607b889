"""Who has stolen the database has nothing to come in with, though all that lets people in stands
there: passwords, seeds of apps, codes on paper, links, tokens of programs. And who has stolen a
cookie makes no way in of it that outlives it.

Each thing that stands in the dump is tried at each door, and then the true one opens it: else the
attempt would prove nothing.
"""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from talteen.desk.entry import entering
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api
from talteen.engine import hunt
from talteen.engine.postgres import dump
from talteen.engine.postgres.cluster import APP, Cluster
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import Staff
from talteen.register.programs.api_scopes import Scope
from talteen.register.staff import factors, invitations
from talteen.register.staff.account_models import RecoveryCode, SecondFactor
from tests.desk.conftest import Desk
from tests.desk.interface.programs import token
from tests.kit.entrances import PASSWORD, code_now, joined, old
from tests.kit.entrances import live as live
from tests.kit.recoveries import Recoveries
from tests.security.test_stolen import thief_with, told_by

pytestmark = pytest.mark.django_db(transaction=True)


def stolen(dumped: Path, table: str) -> set[str]:
    """Every value of this table as it stands in a dump, and the bytes that its hex spells, as
    text, as base64 and as base32: what a thief would type."""
    tables = re.findall(r"^COPY public\.(\w+) .*?\n(.*?)^\\\.$", dumped.read_text(), re.S | re.M)
    values = {one for name, rows in tables if name == table for one in re.split(r"\s+", rows)}
    return {spelled for one in values if len(one) > 5 for spelled in spellings(one)}


def spellings(value: str) -> Iterator[str]:
    yield value
    if re.fullmatch(r"\\\\x(?:[0-9a-f]{2})+", value):
        told = bytes.fromhex(value[3:])
        yield from (value[3:], base64.b64encode(told).decode(), told.decode("latin-1"))
        yield from (base64.urlsafe_b64encode(told).decode().rstrip("="), _base32(told))


def _base32(told: bytes) -> str:
    return base64.b32encode(told).decode().rstrip("=").lower()


def test_a_stolen_dump_is_a_way_in_by_no_door(
    live: Desk,
    recoveries: Recoveries,
    tmp_path: Path,
    postgres: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for limited in (entering, api):  # whoever has a dump tries at home, as often as they like
        monkeypatch.setattr(limited, "buckets", Buckets(100_000, 100_000))
    dina, now = live.reader(Role.DPO), datetime.now(UTC)
    _, seed, paper = joined(dina)
    dina.refresh_from_db()
    link = invitations.at_terminal(live.reader(Role.ADMIN).code, None, now)
    bearer = token(live, Scope.CERTIFICATES_READ, purpose=Purpose.DATA_SUBJECT_REQUEST)
    (tmp_path / "dumped").write_bytes(b"".join(dump.dump(recoveries.reach(APP))))
    (tmp_path / "text").mkdir()
    text = told_by(tmp_path / "dumped", postgres, tmp_path / "text")

    ways = {"password": PASSWORD, "link": link, "token": bearer, "seed": _base32(seed)}
    ways |= {f"paper {number}": code for number, code in enumerate(paper)}
    assert hunt.hunt(text, {"bytes": seed} | {way: one.encode() for way, one in ways.items()}) == []
    people, codes, links, tokens = (
        stolen(text / "dump.sql", table)
        for table in ("staff", "recovery_code", "invitation", "api_token")
    )
    assert dina.password in people, "the dump was read"
    assert min(len(codes), len(links), len(tokens)) > 10

    def by_program(one: str) -> bool:
        known = {"Authorization": f"Bearer {one}"}
        return Client(HTTP_HOST="localhost").get(CERTIFICATES, headers=known).status_code == 200

    def by_link(one: str) -> bool:
        answer = Client(HTTP_HOST="localhost").post("/join", {"code": one})
        return answer.headers.get("Location", "") == "/join/password"

    assert not any(factors.paper_accepts(dina, one, now) for one in codes)
    assert not any(map(by_link, links))
    assert not any(map(by_program, tokens))
    assert not check_password(dina.password, dina.password)

    assert factors.paper_accepts(dina, paper[0], now)
    assert by_link(link)
    assert by_program(bearer)
    assert check_password(PASSWORD, dina.password)


CERTIFICATES = "/api/v1/certificates?day=2026-11-02"


def test_a_stolen_cookie_makes_no_way_in_that_outlives_it(live: Desk) -> None:
    """No factor, no codes, no password of the thief's own, and none taken away."""
    dina = live.reader(Role.DPO)
    client, seed, _ = joined(dina)
    old(client)  # the second factor was shown eleven minutes ago
    thief = thief_with(client.cookies["session"].value)
    assert thief.get("/account").status_code == 200, "the cookie was the way in"
    remove = f"/account/factor/{SecondFactor.objects.get(staff=dina).pk}/remove"
    before = ways_in(dina)

    for act in ("/account/factor", "/account/codes", "/account/password", remove):
        assert thief.post(act, MINE)["Location"].startswith("/confirm?next="), act
        assert thief.post("/confirm", {"code": "123456", "next": act}).status_code == 422
    assert ways_in(dina) == before

    client.post("/confirm", {"code": code_now(seed, 1)})
    assert client.post("/account/codes").status_code == 200
    assert ways_in(dina) != before


MINE = {"now": PASSWORD, "password": "sateenvarjokauppias 77", "again": "sateenvarjokauppias 77"}
"""Even by who knows the password."""


def ways_in(person: Staff) -> tuple[object, ...]:
    """All that lets them in."""
    person.refresh_from_db()
    codes = RecoveryCode.objects.filter(staff=person).values_list("sha256", flat=True)
    apps = SecondFactor.objects.filter(staff=person).values_list("pk", flat=True)
    return person.password, sorted(map(bytes, codes)), sorted(apps)

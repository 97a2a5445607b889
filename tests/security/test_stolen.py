"""What a thief has is not what opens: a session, a node's disk, a dump, a backup (DESIGN 7).

Each attempt has its counterpart: the same with the key, which opens. Else it would prove nothing.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from talteen.desk.page.visit import CONFIRMED_AT, SIGNED_IN_AT
from talteen.engine import hunt
from talteen.engine.postgres import dump
from talteen.engine.postgres.cluster import APP, CAPTURE, WEB, WORK, Cluster
from talteen.engine.vault import bundle
from talteen.engine.vault.entries import Kind
from talteen.engine.vault.holders.file import open_live
from talteen.errors import KeyGone, TalteenError, Tampered
from talteen.ids import RecordingId
from talteen.life.seal import door, handover, opening
from talteen.life.seal.opening import bundles
from talteen.life.transcribe import notes
from talteen.life.transcribe.masking.layer import Layer
from talteen.life.transcribe.models import DraftPart
from talteen.notice.purposes import Role
from talteen.oversight import drills
from talteen.recovery import hunting
from talteen.register.staff.people import SignIn
from tests.desk.conftest import TODAY, Desk
from tests.kit import houses, nodes
from tests.kit.recoveries import Recoveries, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9", "HTTP_USER_AGENT": "thief"}


# --- a session -----------------------------------------------------------------------------


def signed_in(desk: Desk, role: Role = Role.DPO) -> Client:
    client = desk.client(role, SignIn.TWO_FACTORS)
    assert client.get("/calendar").status_code == 200
    return client


def thief_with(cookie: str) -> Client:
    """Another machine, another browser, the same cookie."""
    thief = Client(HTTP_HOST="localhost", **ELSEWHERE)
    thief.cookies["session"] = cookie
    return thief


def inside(client: Client) -> bool:
    return bool(client.get("/calendar").status_code == 200)


def test_a_stolen_cookie_is_worth_nothing_once_its_person_has_signed_out(desk: Desk) -> None:
    client = signed_in(desk)
    thief = thief_with(client.cookies["session"].value)
    assert inside(thief)  # the cookie was the way in

    client.post("/sign-out")

    assert not inside(thief)


def test_a_stolen_cookie_is_worth_nothing_after_eight_hours_however_busy_the_thief(
    desk: Desk,
) -> None:
    client = signed_in(desk)
    thief = thief_with(client.cookies["session"].value)
    session = client.session
    session[SIGNED_IN_AT] = (datetime.now(UTC) - timedelta(hours=7, minutes=59)).isoformat()
    session.save()
    assert inside(thief)

    session[SIGNED_IN_AT] = (datetime.now(UTC) - timedelta(hours=8)).isoformat()
    session.save()

    assert not inside(thief)
    assert not inside(client)


def test_a_stolen_cookie_approves_nothing_that_takes_two(desk: Desk) -> None:
    """The second factor is asked again, and no cookie carries it."""
    client = signed_in(desk)
    session = client.session
    session[CONFIRMED_AT] = (datetime.now(UTC) - timedelta(minutes=11)).isoformat()
    session.save()
    thief = thief_with(client.cookies["session"].value)
    act = "/people/invitations/00000000-0000-0000-0000-000000000005/approve"
    assert inside(thief)

    assert thief.post(act)["Location"].startswith("/confirm")
    assert thief.post("/confirm", {"code": "123456"}).status_code == 422

    session[CONFIRMED_AT] = datetime.now(UTC).isoformat()
    session.save()
    assert client.post(act).status_code == 409  # past the question: there is no such invitation


def test_a_row_of_the_table_of_sessions_is_no_cookie(desk: Desk) -> None:
    client = signed_in(desk)
    real = client.cookies["session"].value
    rows = list(Session.objects.values_list("session_key", flat=True))
    assert len(rows) == 1

    assert not any(inside(thief_with(row)) for row in rows)
    assert real not in rows
    assert inside(thief_with(real))


# --- a dump --------------------------------------------------------------------------------


def told_by(dumped: Path, cluster: Cluster, to: Path) -> Path:
    """The dump as the text that a thief reads."""
    tool = cluster.binaries.tool("pg_restore")
    subprocess.run([tool, "--file", str(to / "dump.sql"), str(dumped)], check=True)
    return to


def test_a_stolen_dump_holds_no_word_no_number_no_key_and_no_way_in(
    desk: Desk, recoveries: Recoveries, tmp_path: Path, postgres: Cluster
) -> None:
    call = desk.call("001")
    desk.transcribed(call)
    client = signed_in(desk)
    session = client.cookies["session"].value.encode()
    markers = hunting.markers_of(desk.built.house, desk.now)
    assert {name.split(" ")[0] for name in markers} >= {"key", "number", "sound", "tombstone"}
    (tmp_path / "dumped").write_bytes(b"".join(dump.dump(recoveries.reach(APP))))
    (tmp_path / "text").mkdir()
    text = told_by(tmp_path / "dumped", postgres, tmp_path / "text")

    assert hunt.hunt(text, {**markers, "session": session}) == []
    # What is in clear there is found: this hunt is not blind.
    name = {"person": desk.reader(Role.DPO).name.encode(), "call": str(call.pk).encode()}
    assert {one.marker for one in hunt.hunt(text, name)} == {"person", "call"}
    assert "COPY public.sealed_note" in (text / "dump.sql").read_text()
    assert "COPY public.django_session" not in (text / "dump.sql").read_text()


def test_a_stolen_dump_and_the_stolen_sound_open_with_the_live_holder_alone(
    desk: Desk, tmp_path: Path, postgres: Cluster
) -> None:
    call = RecordingId(desk.call("001").pk)
    house = desk.built.house
    own, thiefs = house.vault.live, open_live(tmp_path / "keys", b"p" * 32)
    house.vault.forget()
    assert drills.plays(house.vault, call, desk.now)

    house.vault.live = thiefs
    house.vault.forget()
    with pytest.raises(TalteenError):
        door.open_for_step(house.vault, call, door.Step.DRILL, desk.now)

    house.vault.live = own
    house.vault.forget()
    opened = door.open_for_step(house.vault, call, door.Step.DRILL, desk.now)
    assert opened.whole(Kind.CALLER_SOUND)


# --- a node --------------------------------------------------------------------------------


def test_the_whole_disk_of_a_stolen_node_opens_nothing(desk: Desk, tmp_path: Path) -> None:
    vault = desk.built.house.vault
    node = nodes.enrolled(vault, tmp_path / "node")
    call = houses.spoken("001", TODAY, whole=True)
    desk.built.clock.at = call.ends_at
    media = nodes.spoken(call)
    recording = node.seal(nodes.told_of(call), media)
    disk = tmp_path / "node"
    (disk / "signing-key").write_bytes(node.signer.private_bytes_raw())
    (disk / "intake-key").write_bytes(bytes(node.intake_key.public))
    heard = {"caller": media[2][1000].data[12:], "agent": media[1][1000].data[12:]}

    assert hunt.hunt(disk, heard) == []
    (disk / "planted").write_bytes(b"x" * 9 + heard["caller"])
    assert [one.marker for one in hunt.hunt(disk, heard)] == ["caller"]

    data = b"".join(bundle.bundle(node.journals, recording))
    public = node.signer.public_key().public_bytes_raw()
    guesses = (node.signer.private_bytes_raw() * 3, bytes(node.intake_key.public)[:96], bytes(96))
    for guess in guesses:
        with pytest.raises((Tampered, KeyGone)):
            bundles.heard(data, seed_of=lambda _, guess=guess: guess, node_key=public)

    opened = opening.opened(vault, node.offer(recording))
    assert opened.recording == recording
    assert handover.key_of(node.name, recording)


# --- a login of the database -------------------------------------------------------------


SECRETS = (
    "SELECT sealed FROM sealed_note",
    "SELECT sealed FROM draft_part",
    "SELECT sealed FROM envelope",
    "SELECT sealed FROM key_page",
)
WAYS_IN = (
    "SELECT session_key FROM django_session",
    "SELECT * FROM second_factor",
    "SELECT * FROM recovery_code",
    "SELECT password FROM staff",
)
OF_CALLS = (
    "SELECT root FROM roll_record",
    "SELECT live_wrapped FROM roll_record",
    "SELECT id FROM recording",
    "SELECT sealed FROM request_paper",
    "SELECT wrapped FROM package",
    "SELECT sealed FROM package_part",
    "SELECT staff FROM access_entry",
    "SELECT mac FROM do_not_record_entry",
    "SELECT name FROM staff",
    "SELECT page_of(gen_random_uuid(), 1)",
)
CHANGES = (
    "UPDATE node SET public = ''",
    "INSERT INTO node (name, public, seen_at, needs) VALUES ('mine', '', now(), '[]')",
    "UPDATE intake_key SET public = ''",
    "INSERT INTO staff DEFAULT VALUES",
    "DELETE FROM recording",
    "INSERT INTO promise DEFAULT VALUES",
    "INSERT INTO procrastinate_jobs DEFAULT VALUES",
    "SET ROLE talteen_app",
    "SET ROLE talteen_work",
    "COPY (SELECT 1) TO PROGRAM 'id'",
)


@contextmanager
def thief_as(role: str, cluster: Cluster) -> Iterator[psycopg.Connection]:
    """Whoever stole the login of ``role``, with any client they like."""
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(cluster.dsn(role, database=name), autocommit=True) as stolen:
        yield stolen


def rows_or_refusal(stolen: psycopg.Connection, statement: str) -> list[Any] | None:
    """What the statement shows; None where it is refused."""
    try:
        return stolen.execute(statement.encode()).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        return None


def call_with_secrets(desk: Desk) -> None:
    """A call in its envelope, one on a page; words, a note, a session: something to be found."""
    rolled = desk.call("001")
    desk.transcribed(rolled)
    waiting = desk.call("002")
    vault = desk.built.house.vault
    opened = door.open_for_step(vault, RecordingId(waiting.pk), door.Step.TRANSCRIBE, desk.now)
    notes.change(opened, Kind.MASKING, lambda _: Layer().to_bytes(), desk.now)
    DraftPart.objects.create(
        id=waiting.pk, recording=waiting, made_by=b"m", side="agent", number=0, sealed=b"s"
    )
    signed_in(desk)


def test_the_stolen_login_of_a_node_reads_nothing_of_calls_and_changes_nothing(
    desk: Desk, postgres: Cluster
) -> None:
    call_with_secrets(desk)
    with thief_as(APP, postgres) as everything:  # there is something behind each of them
        assert all(rows_or_refusal(everything, one) for one in (*SECRETS, *WAYS_IN[:1]))
    with thief_as(CAPTURE, postgres) as stolen:
        for statement in (*SECRETS, *WAYS_IN, *OF_CALLS, *CHANGES):
            assert rows_or_refusal(stolen, statement) is None, statement
        assert rows_or_refusal(stolen, "SELECT public FROM intake_key")  # what it is for
        assert rows_or_refusal(stolen, "SELECT code, role, is_active FROM staff")


def test_the_stolen_login_of_the_pages_shows_no_row_that_leads_into_a_call(
    desk: Desk, postgres: Cluster
) -> None:
    call_with_secrets(desk)
    with thief_as(WEB, postgres) as stolen:
        for statement in SECRETS:
            assert rows_or_refusal(stolen, statement) == [], statement
        nothing = rows_or_refusal(stolen, "SELECT page_of(gen_random_uuid(), n) FROM roll_record")
        assert {row[0] for row in nothing or ()} == {None}  # a page is read by its name alone
        assert rows_or_refusal(stolen, "SELECT id FROM recording")


def test_the_stolen_login_of_the_worker_is_no_way_in(desk: Desk, postgres: Cluster) -> None:
    call_with_secrets(desk)
    with thief_as(WORK, postgres) as stolen:
        for statement in (
            "SELECT * FROM second_factor",
            "SELECT * FROM recovery_code",
            "INSERT INTO django_session (session_key) VALUES ('mine')",
            "UPDATE staff SET password = ''",
            "UPDATE staff SET role = 'owner'",
            "INSERT INTO invitation DEFAULT VALUES",
            "INSERT INTO training DEFAULT VALUES",
            "UPDATE undertaking SET ended_on = NULL",
            "INSERT INTO api_token DEFAULT VALUES",
            "INSERT INTO node (name, public, seen_at, needs) VALUES ('mine', '', now(), '[]')",
            "SET ROLE talteen_app",
        ):
            assert rows_or_refusal(stolen, statement) is None, statement
        assert rows_or_refusal(stolen, "SELECT sealed FROM key_page")  # it rolls


# --- a backup ------------------------------------------------------------------------------


def test_a_stolen_backup_opens_nothing_without_the_holder(
    desk: Desk, recoveries: Recoveries, tmp_path: Path
) -> None:
    call = RecordingId(desk.call("001").pk)
    markers = hunting.markers_of(desk.built.house, desk.now)
    recoveries.back_up(desk.built, tmp_path / "backup")
    assert hunt.hunt(tmp_path / "backup", markers) == []
    planted = tmp_path / "backup" / "planted"
    planted.write_bytes(b"x" * 9 + markers[key := next(iter(markers))])
    assert {one.marker for one in hunt.hunt(tmp_path / "backup", markers)} == {key}, "not blind"
    planted.unlink()

    thief = elsewhere(desk.built, tmp_path / "thief", live_is_lost=True)
    name = recoveries.empty_database()
    with recoveries.on(name), pytest.raises(KeyGone):
        recoveries.restore(thief, tmp_path / "backup", name, desk.built)

    owner = elsewhere(desk.built, tmp_path / "owner")
    name = recoveries.empty_database()
    with recoveries.on(name):
        house, _ = recoveries.restore(owner, tmp_path / "backup", name, desk.built)
        assert drills.plays(house.vault, call, desk.now)

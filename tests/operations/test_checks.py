"""Each check of the doctor is shown the fault that it is for, and names what mends it."""

import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from structlog.testing import capture_logs

from talteen import config as configs
from talteen.clock import MovableClock
from talteen.config.sections import WebSection
from talteen.desk.commands import capture
from talteen.desk.commands import doctor as command
from talteen.desk.ground import database
from talteen.errors import ConfigError, Unavailable
from talteen.operations import certificates, clocks, disks, doctor, machine, parts
from talteen.operations.certificates import Named
from talteen.operations.disks import Disk
from talteen.operations.findings import Finding, State, exit_status
from talteen.operations.machine import Asked, guarded
from talteen.register import house as houses_row
from talteen.register.models import AnnouncementVersion
from tests.kit import disks as small_disks
from tests.kit import houses
from tests.kit.commands import without_tables
from tests.kit.houses import Built

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MB = 1 << 20


# --- certificates ---------------------------------------------------------------------------------


def pair(folder: Path, *, ends: datetime, begins: datetime | None = None) -> Named:
    """A certificate of our own, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "talteen.example")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    built = built.public_key(key.public_key()).serial_number(x509.random_serial_number())
    built = built.not_valid_before(begins or ends - timedelta(days=90)).not_valid_after(ends)
    made = built.sign(key, hashes.SHA256())
    certificate, secret = folder / "web.pem", folder / "web.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Named("web.tls_certificate_file", certificate, secret)


def looked_at(one: Named, home: Path) -> Finding:
    (home / configs.FILE_NAME).write_text(
        f'[web]\ntls_certificate_file = "{one.file}"\ntls_key_file = "{one.key}"\n'
    )
    (found,) = certificates.look(configs.load(home), NOW)
    return found


@pytest.mark.parametrize(
    ("days", "state", "says"),
    [(-3, State.FAULT, "expired"), (5, State.WARNING, "expires in 5 days"), (60, State.OK, "60")],
)
def test_a_certificate_is_named_before_and_after_its_end(
    home: Path, days: int, state: State, says: str
) -> None:
    found = looked_at(pair(home, ends=NOW + timedelta(days=days, hours=1)), home)

    assert found.state is state
    assert says in found.says
    assert (str(home / "web.pem") in found.remedy) == (state is not State.OK)


def test_a_certificate_of_another_key_is_named(home: Path) -> None:
    one = pair(home, ends=NOW + timedelta(days=60))
    (home / "other").mkdir()
    other = pair(home / "other", ends=NOW + timedelta(days=60))

    found = looked_at(replace(one, key=other.key), home)

    assert (found.state, "does not belong to the key" in found.says) == (State.FAULT, True)


def test_pages_are_not_served_with_an_expired_certificate(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"web.tls_certificate_file: expired 3 days ago; put the"):
        certificates.refuse_expired(pair(home, ends=NOW - timedelta(days=2, hours=1)), NOW)
    certificates.refuse_expired(pair(home, ends=NOW + timedelta(days=1)), NOW)


# --- clocks ---------------------------------------------------------------------------------------


@contextmanager
def time_server(off_by_s: float) -> Iterator[str]:
    """A real server of SNTP on loopback, whose clock is wrong by so much."""
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))

        def answer() -> None:
            _, peer = line.recvfrom(512)
            at = datetime.now(UTC) - datetime(1900, 1, 1, tzinfo=UTC)
            seconds = at.total_seconds() + off_by_s
            told = struct.pack("!II", int(seconds), int(seconds % 1 * 2**32))
            line.sendto(bytes([0x24]) + bytes(39) + told, peer)

        answering = Thread(target=answer)
        answering.start()
        yield f"127.0.0.1:{line.getsockname()[1]}"
        answering.join()


@pytest.mark.parametrize(
    ("off_by_s", "state", "says"),
    [
        (0, State.OK, "agrees"),
        (10, State.WARNING, "10.0 s behind"),
        (-300, State.FAULT, "300.0 s ahead of"),
    ],
)
def test_a_clock_that_differs_from_a_time_server_is_named(
    off_by_s: float, state: State, says: str
) -> None:
    with time_server(off_by_s) as server:
        found = clocks.of_server(server)

    assert (found.state, says in found.says) == (state, True), found.says
    assert found.remedy == ("" if state is State.OK else "timedatectl set-ntp true")


def test_a_time_server_that_does_not_answer_is_no_fault_of_the_house() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]

    assert clocks.of_server(f"127.0.0.1:{port}").state is State.WARNING


@pytest.mark.django_db
def test_the_clock_of_the_database_is_asked_and_agrees() -> None:
    assert clocks.of_database().state is State.OK
    clocks.refuse_skew()


@pytest.mark.django_db
def test_nobody_works_by_dates_whose_clock_the_database_contradicts() -> None:
    """The machine's clock runs an hour ahead of the database's."""
    ours = MovableClock(datetime.now(UTC) + timedelta(hours=1))

    assert clocks.of_database(ours).state is State.FAULT
    with pytest.raises(Unavailable, match=r"3\d\d\d\.\d s ahead of the database; timedatectl"):
        clocks.refuse_skew(ours)


# --- disks ----------------------------------------------------------------------------------------


def test_a_full_disk_is_named_before_and_when_intake_stops(tmp_path: Path) -> None:
    with small_disks.small(tmp_path / "disk", 16) as folder:
        disk = Disk("blobs", folder, 2 * MB)
        assert disks.look(disk).state is State.OK
        (folder / "some").write_bytes(bytes(10 * MB))
        assert disks.look(disk).state is State.WARNING
        small_disks.fill(folder)
        full = disks.look(disk)

    assert (full.state, full.figures["free_bytes"]) == (State.FAULT, 0)
    assert "paths.blobs" in full.remedy


# --- the parts of a house -------------------------------------------------------------------------


@pytest.fixture
def built(home: Path) -> Built:
    made = houses.of_now(home)
    houses_row.swept(datetime.now(UTC))
    return made


def examined(built: Built) -> dict[str, Finding]:
    found: list[Finding] = []
    for one in doctor.of_house(built.house, Asked(), found, lambda *_: None):
        found.append(one)
    return {one.name: one for one in found}


@pytest.mark.django_db(transaction=True)
def test_a_house_with_a_dead_key_holder_names_it_and_places_no_call(built: Built) -> None:
    config = built.house.config
    built.house.vault.forget()
    config.paths.keys_live.rename(config.home / "unplugged")

    found = examined(built)

    assert found["holder:live"].state is State.FAULT
    assert "[keys_live]" in found["holder:live"].remedy
    assert found["call"].says == "no call was placed: holder:live"
    assert exit_status(found.values()) == 2


@pytest.mark.django_db(transaction=True)
def test_a_house_whose_live_key_is_gone_says_so_though_its_holder_answers(built: Built) -> None:
    built.house.vault.forget()
    for key in built.house.config.paths.keys_live.glob("*.key"):
        key.unlink()

    found = guarded("holder:live", lambda: parts.CHECKS["holder:live"](built.house))

    assert found.state is State.FAULT
    assert "destroyed" in found.says
    assert "its disk is there" in found.remedy


@pytest.mark.django_db(transaction=True)
def test_a_house_in_which_nothing_sweeps_names_the_command(built: Built) -> None:
    houses_row.swept(datetime.now(UTC) - timedelta(hours=1))

    found = parts.worker(built.house)

    assert (found.state, found.remedy) == (State.FAULT, "talteen work")


@pytest.mark.django_db(transaction=True)
def test_a_house_whose_first_notice_is_not_in_force_yet_says_from_when(built: Built) -> None:
    AnnouncementVersion.objects.update(valid_from=(NOW + timedelta(days=400)).date())

    call = examined(built)["call"]

    assert call.state is State.WARNING
    assert "2027-12-29" in call.says


def test_a_check_that_breaks_is_a_finding_without_its_text() -> None:
    def breaks() -> Finding:
        raise ValueError("+358401234567")

    found = guarded("odd", breaks)

    assert found.state is State.FAULT
    assert "value-error at " in found.says
    assert "358" not in found.says


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_tables_of_another_release_are_named_either_way() -> None:
    assert command.tables().state is State.OK
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('talteen', '9999_later', now())"
        )
    assert "migrations ahead of this release: 1" in command.tables().says
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'talteen' AND name <> '0001_initial'"
        )

    behind = command.tables()

    assert (behind.state, behind.remedy) == (State.FAULT, "talteen migrate")
    assert database.migrations_apart()[1] == 0


def test_with_the_database_down_the_machine_is_examined_and_the_database_named(
    home: Path,
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    url = f"postgresql://127.0.0.1:{port}/talteen"

    done = without_tables("doctor", home=home, TALTEEN_DATABASE_URL=url)

    assert done.returncode == 2, done.stderr
    assert "database.url: no server lets us in there" in done.stdout
    assert "disk:blobs" in done.stdout


def test_where_there_is_no_house_none_is_made(home: Path) -> None:
    done = without_tables("doctor", home=home)

    assert done.returncode == 2
    assert "holds no house" in done.stdout
    assert list(home.iterdir()) == [], "not even a database"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_the_house_of_another_user_is_left_alone(home: Path) -> None:
    (home / "keys-house").mkdir()
    os.chown(home, 65534, 65534)

    done = without_tables("doctor", home=home)

    assert done.returncode == 2
    assert "sudo -u nobody talteen doctor" in done.stdout
    assert [one.name for one in home.iterdir()] == ["keys-house"]


def test_a_wrong_setting_is_named_as_json(home: Path) -> None:
    env = {"TALTEEN_WEB_THREADS": "4", "TALTEEN_WEB_PROCESSES": "3"}
    done = without_tables("doctor", "--json", home=home, **env)

    assert done.returncode == 2
    assert '"name": "config", "ok": false' in done.stdout
    assert "web.processes: 3 have less than two of 4 web.threads each" in done.stdout
    assert "write 2 or less, or more web.threads" in done.stdout


def test_more_processes_than_cores_are_named_with_what_to_write() -> None:
    fits, waits = (machine.pages(WebSection(processes=n), cores=2) for n in (2, 3))

    assert (fits.state, waits.state) == (State.OK, State.WARNING)
    assert "web.processes: 3 for the pages, on a machine of 2 cores" in waits.says
    assert waits.remedy.startswith("write 2 or less")


# --- refusing to start ----------------------------------------------------------------------------


def test_pages_do_not_start_with_an_expired_certificate(home: Path) -> None:
    one = pair(home, ends=datetime.now(UTC) - timedelta(days=1))
    env = {"TLS_CERTIFICATE_FILE": str(one.file), "TLS_KEY_FILE": str(one.key)}

    told = {f"TALTEEN_WEB_{key}": value for key, value in env.items()}
    done = without_tables("serve", home=home, **told)

    assert done.returncode == 2
    assert "web.tls_certificate_file: expired" in done.stderr
    assert "put the renewed certificate at" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_node_says_that_its_certificate_has_expired_and_goes_on(home: Path) -> None:
    """It would lose calls otherwise: what it says is asked for here, its going on elsewhere."""
    one = pair(home, ends=datetime.now(UTC) - timedelta(days=1))
    (home / configs.FILE_NAME).write_text(
        f'[capture]\naddress = "127.0.0.1"\npeers = ["127.0.0.0/8"]\n'
        f'tls_certificate_file = "{one.file}"\ntls_key_file = "{one.key}"\n'
    )

    (said,) = capture.doubts(configs.load(home))

    assert said.startswith("capture.tls_certificate_file: expired")


def test_a_process_without_its_database_says_what_to_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silent() -> bool:
        raise OperationalError("connection to 10.1.2.3 failed")

    monkeypatch.setattr(database, "tables_are_current", silent)
    with capture_logs() as lines, pytest.raises(Unavailable) as refused:
        database.wait_for_tables()

    assert lines == [{"event": "database.away", "log_level": "warning"}]
    assert str(refused.value).startswith("the database does not answer; start 'talteen up'")
    assert refused.value.exit_status == 2


@pytest.mark.django_db(transaction=True)
def test_a_process_that_waits_for_its_tables_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = ("talteen", "0001_initial")
    monkeypatch.setattr(database, "_SAID_AFTER_S", 0.0)
    MigrationRecorder(connection).record_unapplied(*newest)

    def migrate_meanwhile(_: float) -> None:
        MigrationRecorder(connection).record_applied(*newest)

    monkeypatch.setattr(time, "sleep", migrate_meanwhile)
    with capture_logs() as lines:
        database.wait_for_tables()

    assert {"event": "tables.wait_for_migrate", "count": 1, "log_level": "warning"} in lines

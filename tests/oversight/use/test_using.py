"""Uses are looked at, asked about and sent on: real rows, a real vault and a real log server."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session

from talteen.clock import SystemClock, start_of_day
from talteen.config import SyslogSection
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.notice import months
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import daily
from talteen.oversight.use import checks, looking, syslog
from talteen.oversight.use.models import OddUse, PurposeCheck, UseState
from talteen.oversight.use.odd import Rule
from talteen.register.emergency_models import Emergency
from talteen.register.investigation_models import BreachOpening
from talteen.register.models import AccessEntry, Staff
from talteen.register.personnel_opening_models import PersonnelOpening
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.staff.two_persons import SamePerson
from tests.desk.conftest import BORN
from tests.kit import builders, certificates, houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
RIGHTS = Purpose.RIGHTS_OF_PARTIES.value


@pytest.fixture
def built(home: Path) -> Built:
    return houses.build(home, born_at=BORN)


def opened(by: Staff, count: int, at: datetime = NOW, action: str = "grant") -> None:
    AccessEntry.objects.bulk_create(
        AccessEntry(
            at=at, staff=by.pk, role=by.role, purpose=RIGHTS, recording=uuid4(), action=action
        )
        for _ in range(count)
    )


def tend(built: Built, now: datetime, section: SyslogSection | None = None) -> None:
    config = replace(built.house.config, syslog=section or SyslogSection())
    daily.tend(built.house.vault, built.house.register, config, now)


def test_what_is_odd_is_told_once_without_a_name_and_looked_at_by_another(built: Built) -> None:
    eila, dina = builders.staff("Eila"), builders.staff("Dina")
    opened(eila, 21)
    tend(built, NOW)
    opened(eila, 2)
    tend(built, NOW + timedelta(minutes=9))  # too soon
    assert OddUse.objects.get().count == 21
    tend(built, NOW + timedelta(minutes=10))

    row = OddUse.objects.get()
    assert (row.rule, row.staff, row.count) == (Rule.MANY.value, eila.pk, 23)
    mail = OutgoingMessage.objects.get(key__startswith="odd:")
    assert mail.to == built.house.register.dpo.email
    assert "21" in mail.body
    assert eila.name not in mail.body
    assert eila.code not in mail.body

    with pytest.raises(NotAllowed):
        looking.judge(row.pk, eila, follows=True, now=NOW)
    owner = builders.staff("Oona", role=Role.OWNER)
    OddUse.objects.update(staff=owner.pk)
    with pytest.raises(SamePerson):
        looking.judge(row.pk, owner, follows=True, now=NOW)
    looking.judge(row.pk, dina, follows=False, now=NOW)
    with pytest.raises(Conflict):
        looking.judge(row.pk, dina, follows=True, now=NOW)


def test_the_evening_is_looked_at_even_if_the_house_slept_through_it(built: Built) -> None:
    tend(built, NOW)
    opened(builders.staff("Eila"), 1, at=start_of_day(NOW.date()) + timedelta(hours=23))

    tend(built, NOW + timedelta(days=2))

    assert OddUse.objects.get().rule == Rule.NIGHT.value


def test_calls_of_one_caller_are_seen_and_their_number_is_written_nowhere(built: Built) -> None:
    made = {name: houses.recorded(built, name, NOW) for name in ("001", "002", "003", "006")}
    eila, vault = builders.staff("Eila"), built.house.vault
    now = built.clock.now()
    for call in made.values():
        AccessEntry.objects.create(
            at=now, staff=eila.pk, role=eila.role, purpose=RIGHTS, recording=call, action="grant"
        )

    lines = looking.lines_of(vault, now.date(), now)

    numbers = [vault.entry(call, now).number for call in made.values()]
    told = {line.recording: line.caller for line in lines}
    for one, first in enumerate(made.values()):
        for other, second in enumerate(made.values()):
            same = bool(numbers[one]) and numbers[one] == numbers[other]
            assert (told[first] is not None and told[first] == told[second]) == same or one == other
    assert all(line.agent is not None for line in lines)


def test_that_two_opened_a_call_is_known_as_long_as_the_log_of_it(built: Built) -> None:
    asker = builders.staff("Eila")
    case = builders.case(asker, calls=())
    kept_for = built.house.register.retention.log_months
    over = start_of_day(months.later(NOW.date(), -kept_for)) - timedelta(days=1)
    for number, at in enumerate((over - timedelta(seconds=1), over)):
        asked: dict[str, Any] = {"asked_by": asker, "asked_at": at}
        Emergency.objects.create(reference=f"HA-{number}", reason=b"", **asked)
        BreachOpening.objects.create(case=case, reason=uuid4(), **asked)
        PersonnelOpening.objects.create(case=case, why=b"", **asked)

    tend(built, NOW)

    for table in (Emergency, BreachOpening, PersonnelOpening):
        assert [row.asked_at for row in table.objects.all()] == [over]


def test_a_hundredth_of_a_weeks_openings_is_asked_why(built: Built) -> None:
    eila, dina = builders.staff("Eila"), builders.staff("Dina")
    monday = start_of_day(NOW.date() - timedelta(days=NOW.weekday()))
    opened(eila, 101, at=monday - timedelta(days=3))
    opened(eila, 50, at=monday + timedelta(hours=1))  # this week: not yet
    opened(eila, 50, at=monday - timedelta(days=3), action="play")
    vault = built.house.vault

    assert checks.draw(NOW) == 2
    assert checks.draw(NOW) == 0
    asked = checks.of_person(vault, eila)
    assert [one.answered for one in asked] == [False, False]
    assert len({one.id for one in asked}) == 2

    why = "Reklamaatio laskusta, asia R-2026-031."
    for wrong in ("", " ", "x" * 281):
        with pytest.raises(InputError):
            checks.answer(vault, asked[0].id, eila, wrong, NOW)
    with pytest.raises(Missing):
        checks.answer(vault, asked[0].id, dina, why, NOW)
    checks.answer(vault, asked[0].id, eila, why, NOW)

    sealed = bytes(PurposeCheck.objects.get(pk=asked[0].id).why or b"")
    assert b"Reklamaatio" not in sealed
    assert why in [one.why for one in checks.waiting(vault, dina)]
    assert checks.waiting(vault, eila) == []
    with pytest.raises(NotAllowed):
        checks.judge(asked[0].id, eila, follows=True, now=NOW)
    checks.judge(asked[0].id, dina, follows=True, now=NOW)
    with pytest.raises(Missing):
        checks.answer(vault, asked[0].id, eila, "toinen selitys", NOW)


@pytest.mark.parametrize(("openings", "asked"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_a_hundredth_is_rounded_up(openings: int, asked: int) -> None:
    assert checks.how_many(openings) == asked


def test_what_was_noticed_goes_with_the_log(built: Built) -> None:
    eila = builders.staff("Eila")
    opened(eila, 21)
    tend(built, NOW)
    months = built.house.register.retention.log_months

    tend(built, NOW + timedelta(days=31 * months + 10))

    assert not OddUse.objects.exists()


def test_sessions_that_are_over_are_let_go_of(built: Built) -> None:
    machine_at = SystemClock().now()
    for name, left in (("over", -1), ("open", 1)):
        Session.objects.create(
            session_key=name, session_data="", expire_date=machine_at + timedelta(hours=left)
        )

    tend(built, NOW)

    assert list(Session.objects.values_list("pk", flat=True)) == ["open"]


# --- to a log server -----------------------------------------------------------------------


class LogServer:
    """Takes syslog over TLS (RFC 5425) on loopback, and keeps what came."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.messages: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as secure:
                self._take(secure)

    def _take(self, secure: ssl.SSLSocket) -> None:
        raw = b""
        while block := secure.recv(65536):
            raw += block
        while raw:
            length, _, rest = raw.partition(b" ")
            self.messages.append(rest[: int(length)])
            raw = rest[int(length) :]

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@contextmanager
def log_server(folder: Path) -> Iterator[tuple[LogServer, SyslogSection]]:
    certificate, key, _ = certificates.self_signed(folder)
    server = LogServer(certificate, key)
    try:
        yield server, SyslogSection(host="127.0.0.1", port=server.port, ca_file=certificate)
    finally:
        server.close()


@pytest.mark.django_db(transaction=True)
def test_the_access_log_reaches_a_real_server_once(tmp_path: Path) -> None:
    eila = builders.staff("Eila")
    opened(eila, 3, at=NOW)
    later = NOW + timedelta(minutes=2)
    with log_server(tmp_path) as (server, section):
        assert syslog.send(section, NOW) == 0  # its numbers may still have gaps
        assert syslog.send(section, later) == 3
        assert syslog.send(section, later) == 0
        opened(eila, 1, at=NOW, action="denied")
        assert syslog.send(section, later) == 1
    ids = AccessEntry.objects.order_by("pk").values_list("pk", flat=True)
    assert [f"externalId={one} ".encode() in m for one, m in zip(ids, server.messages, strict=True)]
    assert server.messages[-1].startswith(b"<108>1 ")
    assert all(eila.name.encode() not in one for one in server.messages)


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_or_another_gets_nothing_and_loses_nothing(tmp_path: Path) -> None:
    opened(builders.staff("Eila"), 2, at=NOW)
    later = NOW + timedelta(minutes=2)
    other, _, _ = certificates.self_signed(tmp_path / "other")
    with log_server(tmp_path / "right") as (server, section):
        wrong = section.model_copy(update={"ca_file": other})
        assert syslog.send(wrong, later) == 0
        assert server.messages == []
        assert syslog.send(section, later) == 0  # not asked again at once
        assert syslog.send(section, later + syslog.WAIT) == 2
    assert syslog.send(SyslogSection(), later) == 0
    assert UseState.objects.get().sent == AccessEntry.objects.latest("pk").pk

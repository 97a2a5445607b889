"""Certificates out of a real ledger: of one recording, of a day, and not before their time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog.note import Ed25519Signer
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, certify
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import DestroyedEverywhere
from talteen.register.log.ledger_store import Log
from tests.life.destroy.test_certificate import GONE

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 23, 22, 1, tzinfo=UTC)
ORIGIN = "log.example/calls"
ISSUER = "Lumme Hotellit ja Ravintolat Oy"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    signer = Ed25519Signer(ORIGIN, Ed25519PrivateKey.generate())
    return Log(ORIGIN, signer, FolderStore(tmp_path))


def destroyed(number: int, day: date = GONE.day) -> list[DestroyedEverywhere]:
    gone = [replace(GONE, recording=RecordingId(uuid4()), day=day) for _ in range(number)]
    for one in gone:
        ledger.enter(one, AT)
    return gone


def test_a_destroyed_recording_has_a_certificate_that_holds(log: Log) -> None:
    gone = destroyed(300)
    ledger.publish(log, AT)

    file = certify.text_of(log, gone[270].recording, language="sv", issuer=ISSUER).encode()

    verdict, entries = certificate.verdict(file, log.keys)
    assert verdict.holds
    assert (entries, verdict.indexes) == ([gone[270]], (270,))


def test_a_day_has_one_certificate_for_all_that_is_gone(log: Log) -> None:
    gone = destroyed(12)
    destroyed(3, day=date(2026, 8, 25))
    ledger.publish(log, AT)

    made = certify.day(log, GONE.day, still_held=1, language="fi", issuer=ISSUER)

    file = certificate.text(made, log.signer).encode()
    verdict, entries = certificate.verdict(file, log.keys)
    assert verdict.holds
    assert entries == gone
    assert made.lead.startswith("Päivän 24.8.2026 puhelutallenteista on hävitetty 12.")


def test_there_is_no_certificate_before_its_time(log: Log) -> None:
    with pytest.raises(InputError, match="not every copy of every key is dead"):
        certify.recording(log, RecordingId(uuid4()), language="fi", issuer=ISSUER)
    with pytest.raises(InputError, match="not every copy of every key is dead"):
        certify.day(log, GONE.day, still_held=0, language="fi", issuer=ISSUER)
    (waiting,) = destroyed(1)
    with pytest.raises(Conflict, match="not published yet"):
        certify.recording(log, waiting.recording, language="fi", issuer=ISSUER)

"""Writes journal.json: a call in a bundle, with every key, so that others can open it.

Random where the format is: run it again and the bytes differ, but say the same.
"""

import json
from datetime import UTC, datetime
from hashlib import sha512
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import intake, journal
from talteen.engine.vault.intake import Address
from talteen.engine.vault.journal import JournalKey, Sealing
from talteen.engine.vault.journal_bodies import Begin, End, Fact, Gap, Why, media
from talteen.engine.vault.journals import Enclosed
from talteen.ids import HouseId, IntakeKeyId, RecordingId, SegmentId


def _bytes(name: str, size: int) -> bytes:
    return (sha512(name.encode()).digest() * 2)[:size]


def main() -> None:
    seed, signer = _bytes("seed", 96), Ed25519PrivateKey.from_private_bytes(_bytes("node", 32))
    segment = SegmentId(UUID(bytes=_bytes("segment", 16)))
    key = JournalKey(_bytes("journal key", 32), segment, 1)
    address = Address(
        HouseId(UUID(bytes=_bytes("house", 16))),
        IntakeKeyId(UUID(bytes=_bytes("intake key", 16))),
        "n1",
        RecordingId(UUID(bytes=_bytes("recording", 16))),
        0,
        datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    )
    enclosed = Enclosed(
        intake.seal_journal_key(key, address, to=intake.public_bytes(seed), signer=signer),
        segment,
        1,
    )
    at = 1_795_507_200_000_000_000
    bodies = [
        (0, Begin(continues=False)),
        (0, Fact(b"soitto huonevaraukseen")),
        (1, media([(at + 20_000_000 * n, b"packet %d" % n) for n in range(3)])),
        (1, media([(at + 60_000_000, b"short"), (at + 80_000_000, b"longer")])),
        (0, Gap(Why.PAUSE, at + 80_000_000, at + 90_000_000, 0)),
        (0, End(at + 100_000_000)),
    ]
    sealing = Sealing(key)
    records = [(on, body.written(), sealing.seal(on, body.written())) for on, body in bodies]
    part = journal.head(segment) + b"".join(record for _, _, record in records)
    envelope = enclosed.written()
    bundle = b"talteen bundle1" + len(envelope).to_bytes(4) + envelope
    vector = {
        "format": "docs/formats/journal.md",
        "intake_seed": seed.hex(),
        "node_key": signer.public_key().public_bytes_raw().hex(),
        "journal_key": key.key.hex(),
        "segment": str(segment),
        "call": 1,
        "records": [
            {"stream": on, "body": body.hex(), "record": record.hex()}
            for on, body, record in records
        ],
        "facts": ["soitto huonevaraukseen"],
        "packets": [
            *([at + 20_000_000 * n, (b"packet %d" % n).hex()] for n in range(3)),
            [at + 60_000_000, b"short".hex()],
        ],
        "bundle": (bundle + len(part).to_bytes(8) + part).hex(),
    }
    Path(__file__).with_name("journal.json").write_text(json.dumps(vector, indent=1) + "\n")


if __name__ == "__main__":
    main()

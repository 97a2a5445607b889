"""A node's folder of journals, and calls that write into it."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import intake
from talteen.engine.vault.intake import Address
from talteen.engine.vault.journal import JournalKey, Sealing
from talteen.engine.vault.journal_bodies import media
from talteen.engine.vault.journals import Enclosed, Journals
from talteen.engine.vault.segment import Segment
from talteen.ids import HouseId, IntakeKeyId, RecordingId

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SEED = os.urandom(intake.SEED_BYTES)
NODE = Ed25519PrivateKey.generate()
HOUSE, INTAKE = HouseId(uuid4()), IntakeKeyId(uuid4())
WORDS = b"the caller said something that only two people know"


class Writing:
    """One call being written into a segment."""

    def __init__(self, here: Journals, segment: Segment, call: int, generation: int = 0) -> None:
        self.recording = RecordingId(uuid4())
        self.start(here, segment, call, generation)

    def start(self, here: Journals, segment: Segment, call: int, generation: int) -> None:
        key = JournalKey(os.urandom(32), segment.id, call)
        address = Address(HOUSE, INTAKE, "n1", self.recording, generation, START)
        envelope = intake.seal_journal_key(key, address, to=intake.public_bytes(SEED), signer=NODE)
        self.key, self.enclosed = key, Enclosed(envelope, segment.id, call)
        here.keep(self.enclosed)
        self.sealing, self.segment = Sealing(key), segment

    def say(self, stream: int, body: bytes) -> int:
        return self.segment.append(self.sealing.seal(stream, body))

    def speak(self, *words: bytes, at: int = 100) -> None:
        self.say(1, media([(at + n, word) for n, word in enumerate(words)]).written())


def two_calls(folder: Path) -> tuple[Journals, Writing, Writing]:
    here = Journals(folder)
    segment = here.new_segment()
    segment.reserve(1 << 16)
    one, other = Writing(here, segment, 1), Writing(here, segment, 2)
    for n in range(20):
        one.speak(WORDS + bytes([n]), at=100 * n)
        other.speak(b"other %d" % n, at=100 * n)
    segment.flush()
    return here, one, other

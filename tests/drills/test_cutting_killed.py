"""kill -9 at every step at which a security code is cut out of sealed sound: the recording has its
old sound or the new, never half of either, and asked again it is cut, once."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from talteen import course, waking
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.capture.sidecar import Side
from talteen.life.seal import audio, door
from talteen.life.seal.door import Opened, Step
from talteen.life.seal.models import Blob, Replaced
from talteen.life.transcribe import acts as transcribe
from talteen.life.transcribe import cutting, masks, revisions
from talteen.life.transcribe.masking import spans
from talteen.life.transcribe.masking.layer import Decision, Verdict
from talteen.life.transcribe.masking.spans import Source, Span
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import Destroyed, Sealed
from talteen.register.log.ledger_redactions import Redacted
from talteen.register.models import Recording
from tests.kit import houses, transcripts
from tests.kit.hearing_engine import Says
from tests.kit.houses import Built
from tests.kit.processes import killed_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
BORN = datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STEPS = ("new sound sealed", "new sound ready", "file_put", "applied", "live_key_destroyed")
"""Before and behind what decides; a roll alone is killed at every step elsewhere."""
LENGTH_MS = 400
FAINT = 4
"""Of 32,768: the silence of a coder stays below."""


def opened(built: Built, recording: RecordingId) -> Opened:
    return door.open_for_step(built.house.vault, recording, Step.DRILL, built.clock.now())


def is_silent(at: Opened, start_ms: int, end_ms: int) -> bool:
    sides = (at.file(kind) for kind in (Kind.AGENT_SOUND, Kind.CALLER_SOUND))
    heard = [
        np.concatenate(list(audio.decode(one, 8_000)))[start_ms * 8 : end_ms * 8] for one in sides
    ]
    return all(np.abs(one.astype(int)).max() <= FAINT for one in heard)


def asked(start_ms: int, now: datetime) -> Decision:
    where = (start_ms, start_ms + LENGTH_MS)
    code = Span(spans.Kind.CARD, Side.CALLER, 0, 0, *where, 1.0, Source.PERSON)
    return Decision(Verdict.CUT, code, "a01", now)


def test_a_cut_that_is_killed_anywhere_is_made_once_when_it_is_asked_again(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    house, vault = built.house, built.house.vault
    recording, engine = houses.recorded(built, "001", TODAY), Says()
    now = built.clock.now()
    row = Recording.objects.get(pk=recording)
    transcripts.write(vault, recording, transcripts.of_call("001", row), now)

    for number, step in enumerate(STEPS):
        start_ms = 500 + 800 * number
        masks.decide(opened(built, recording), [asked(start_ms, now)], now)

        assert killed_at(
            step, lambda progress: cutting.cut(vault, recording, now, progress=progress)
        )
        vault.forget()
        waking.wake(house)
        revisions.writings(opened(built, recording))  # whole, old or new
        course.replaced(house, now)
        cutting.cut(vault, recording, now)
        course.replaced(house, now)
        transcribe.transcribe(vault, engine, house.shards, recording, now)

        at = opened(built, recording)
        assert is_silent(at, start_ms, start_ms + LENGTH_MS), step
        said = [word for one in revisions.in_force(at).segments for word in one.words]
        assert not [one for one in said if start_ms < one.start_ms < start_ms + LENGTH_MS], step
        assert not Replaced.objects.exists()
        assert {one.id for one in at.refs} == set(Blob.objects.values_list("pk", flat=True))
        row.refresh_from_db()
        assert len([one for one in row.marks if one["kind"] == "redacted"]) == number + 1, step

    assert engine.heard == 0, "what the machine wrote of the rest stays what it was"
    assert len(list(ledger.find(Redacted, recording=recording))) == len(STEPS)
    houses.erase(built, recording)
    *_, sealed = ledger.find(Sealed, recording=recording)
    (destroyed,) = ledger.find(Destroyed, recording=recording)
    told, gone = sealed.entered.entry, destroyed.entered.entry
    assert isinstance(told, Sealed)
    assert isinstance(gone, Destroyed)
    assert set(told.ciphertext) == set(gone.ciphertext)

"""The house places a call to itself: it takes the way of every call, and leaves none behind."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from talteen import course
from talteen.desk.page import documents
from talteen.engine.wire.media import Format
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.capture import codecs
from talteen.life.capture.models import Promise
from talteen.life.destroy import given, synthetic
from talteen.life.destroy.models import Destruction
from talteen.operations.synthetic import entering, path, sound
from talteen.operations.synthetic.path import Way, Words
from talteen.oversight.today import today
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import Captured, Destroyed, Reason
from talteen.register.log.ledger_synthetic import SyntheticCall
from talteen.register.models import Recording
from tests.kit import houses
from tests.kit.houses import Built

VERIFIER = Path(__file__).parents[2] / "verifier" / "talteen_verify.py"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def built(home: Path) -> Built:
    return houses.of_now(home)


def nobody(step: str, done: int, of: int) -> None:
    """Nobody is told how far it is."""


def announced() -> RecordingId:
    (found,) = ledger.find(SyntheticCall)
    entry = found.entered.entry
    assert isinstance(entry, SyntheticCall)
    return entry.recording


def test_a_call_of_the_house_to_itself_is_written_down_destroyed_and_found_nowhere(
    built: Built,
) -> None:
    walked = path.walk(built.house, Way.FILE, model=True, worker=False, tell=nobody)

    assert walked.words is Words.WRITTEN
    assert walked.count > 20, "the announcement has some forty words"
    assert not Recording.objects.exists()
    gone = Destruction.objects.get(pk=announced())
    assert (gone.reason, gone.bytes_gone_at is not None) == (Reason.SYNTHETIC.value, True)
    assert walked.certificate_from is not None
    assert walked.certificate_from > built.clock.now()


def test_the_ledger_names_it_before_it_is_captured_and_says_why_it_ended(built: Built) -> None:
    path.walk(built.house, Way.FILE, model=False, worker=False, tell=nobody)
    call = announced()

    (named,), (born,), (died,) = (
        list(ledger.find(kind, recording=call)) for kind in (SyntheticCall, Captured, Destroyed)
    )
    assert named.index is not None
    assert born.index is not None
    assert named.index < born.index
    assert isinstance(died.entered.entry, Destroyed)
    assert died.entered.entry.reason is Reason.SYNTHETIC


def test_its_certificate_comes_on_its_day_and_the_authoritys_program_takes_it(
    built: Built, tmp_path: Path
) -> None:
    walked = path.walk(built.house, Way.FILE, model=False, worker=False, tell=nobody)
    assert walked.certificate_from is not None

    built.clock.at = walked.certificate_from + timedelta(hours=2)
    course.sweep(built.house, built.clock.now())

    assert Destruction.objects.get(pk=announced()).certificate_leaf is not None
    log = built.house.log
    made = given.make(log, given.named(str(announced())), "en", "Mara Group")
    file = tmp_path / "one.cert"
    file.write_bytes(documents.FORMS["cert"].make(made, log.signer))
    words = [sys.executable, str(VERIFIER), "--key", str(log.signer.key), str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "a synthetic call of the house" in file.read_text()


def test_it_is_in_no_count_of_calls_and_in_no_balance(built: Built) -> None:
    path.walk(built.house, Way.FILE, model=False, worker=False, tell=nobody)

    assert today(built.clock.now()).calls == 0
    assert Promise.objects.get().outcome == "synthetic"


def test_a_real_call_is_never_ended_as_a_synthetic_one(built: Built) -> None:
    real = houses.recorded(built, "022", built.clock.now())

    with pytest.raises(Conflict, match="no call of the house to itself"):
        synthetic.end(built.house.vault, real, built.clock.now())
    with pytest.raises(Conflict, match="begun already"):
        synthetic.announce(real, built.clock.now())

    assert Recording.objects.filter(pk=real).exists()


def test_a_call_that_was_called_synthetic_afterwards_stays(built: Built) -> None:
    """Somebody wrote the entry past ``announce``: what came first decides."""
    real = houses.recorded(built, "022", built.clock.now())
    now = built.clock.now()
    ledger.enter(SyntheticCall(recording=real, day=now.date()), now)

    assert synthetic.end_forgotten(built.house.vault, now + timedelta(hours=1)) == 0
    with pytest.raises(Conflict, match="no call of the house to itself"):
        synthetic.end(built.house.vault, real, now)


def test_one_that_its_maker_did_not_end_is_ended_by_the_sweep(built: Built) -> None:
    played = entering.announcement(built.house, built.clock.now())
    call = entering.by_file(built.house, played, built.clock.now())

    course.sweep(built.house, built.clock.now() + timedelta(minutes=1))
    assert Recording.objects.filter(pk=call).exists(), "whoever placed it may be at work"
    built.clock.at += timedelta(minutes=20)
    course.sweep(built.house, built.clock.now())

    assert not Recording.objects.exists()


def test_it_ends_even_if_it_does_not_open(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real fault between: its sound goes from the store before it is opened."""
    enter = entering.by_file

    def lose(*told: object) -> RecordingId:
        call = enter(*told)  # type: ignore[arg-type]
        for key in list(built.house.vault.blobs.keys("blobs/")):
            built.house.vault.blobs.delete([key])
        return call

    monkeypatch.setattr(entering, "by_file", lose)

    with pytest.raises(Exception, match="blob"):
        path.walk(built.house, Way.FILE, model=False, worker=False, tell=nobody)

    assert not Recording.objects.exists()


def test_what_is_said_is_the_announcement_and_then_its_words_one_side_after_the_other() -> None:
    said = np.arange(20 * sound.RATE, dtype=np.int64).astype(np.int16)

    call = sound.spoken(said)

    assert call.kept_s == 14
    assert np.array_equal(call.agent[: len(said)], said)
    assert not call.caller[: call.announced].any(), "the caller is silent while it is played"
    both = (call.agent[call.announced :] != 0) & (call.caller[call.announced :] != 0)
    assert not both.any(), "nobody speaks into the other's words"


def test_its_packets_are_g711_as_the_decoder_of_the_house_reads_it() -> None:
    wave = (np.sin(np.arange(sound.RATE) / 10) * 20_000).astype(np.int16)
    call = sound.Spoken(wave, wave, 0)

    payloads, _ = call.packets()
    back = codecs.decoder(Format("PCMA", sound.RATE)).decode(payloads, [sound.PACKET] * 50)

    assert np.abs(back.astype(np.int32) - wave).max() <= 512, "half a step of A-law at that height"

"""The folder of a node: who may open what, and that a refused call is gone from it."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.hunt import hunt
from talteen.engine.vault import bundle, intake, journal, journals
from talteen.engine.vault import segment as segments
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.entries import Entry
from talteen.engine.vault.intake import Envelope
from talteen.engine.vault.journal import JournalKey, Sealing
from talteen.engine.vault.journal_bodies import Begin, End, Fact, Gap, Why
from talteen.engine.vault.journals import Enclosed, Journals
from talteen.errors import DiskFull, KeyGone, Tampered
from talteen.ids import HouseId, IntakeKeyId, RecordingId
from tests.engine.vault.node import INTAKE, NODE, SEED, START, WORDS, Writing, two_calls
from tests.kit.folders import readings_of

NODE_KEY = NODE.public_key().public_bytes_raw()


def seed_of(key: IntakeKeyId) -> bytes:
    if key != INTAKE:
        raise KeyGone("dead", remedy="nothing")
    return SEED


def opened(here: Journals, recording: RecordingId) -> Heard:
    return bundle.heard(
        b"".join(bundle.bundle(here, recording)), seed_of=seed_of, node_key=NODE_KEY
    )


def test_a_call_comes_back_with_its_facts_gaps_and_end(tmp_path: Path) -> None:
    here = Journals(tmp_path)
    call = Writing(here, here.new_segment(), 1)
    call.say(0, Begin(continues=False).written())
    call.say(0, Fact(b"INVITE").written())
    call.speak(b"a", b"b", at=10)
    call.say(1, Gap(Why.DROPPED, 11, None, 0).written())
    call.say(1, Gap(Why.DROPPED, 11, 20, 3).written())
    call.speak(b"c", at=20)
    call.say(0, End(30).written())

    heard = opened(here, call.recording)

    assert heard.facts() == [b"INVITE"]
    assert heard.packets(1) == [(10, b"a"), (11, b"b"), (20, b"c")]
    assert heard.gaps(1) == [Gap(Why.DROPPED, 11, 20, 3)]
    assert heard.streams() == [1]


def test_a_bundle_holds_one_call_and_cannot_be_opened_by_who_made_it(tmp_path: Path) -> None:
    """Everything that the node has: its folder, its signing key, the public half. None opens."""
    here, one, other = two_calls(tmp_path)

    data = b"".join(bundle.bundle(here, one.recording))
    part = bundle.parts(data)[0]

    assert {r.call for r in journal.records(part.segment, part.enclosed.segment)} == {1}
    assert WORDS not in data
    assert hunt(tmp_path, {"words": WORDS}) == []
    for guess in (NODE.private_bytes_raw() * 3, intake.public_bytes(SEED)[:96], bytes(96)):
        with pytest.raises(Tampered):
            part.enclosed.opened_key(seed=guess, node_key=NODE_KEY)
    with pytest.raises(Tampered):
        part.enclosed.opened_key(
            seed=SEED, node_key=Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        )
    assert list(journal.opened(part.segment, other.key)) == []
    assert len(opened(here, one.recording).packets(1)) == 20


def test_refusal_kills_only_that_call(tmp_path: Path) -> None:
    """keys-review 19: a shared file, but not a shared death."""
    here, one, other = two_calls(tmp_path)
    sealed = b"".join(bundle.bundle(here, one.recording))
    envelope = here.generations(one.recording)[0].envelope

    assert here.burn(one.recording) == 20

    assert here.generations(one.recording) == []
    assert [p for _, p in opened(here, other.recording).packets(1)] == [
        b"other %d" % n for n in range(20)
    ]
    part = bundle.parts(sealed)[0].segment
    ciphers = [part[r.at + 22 : r.at + 60] for r in journal.records(part, one.segment.id)]
    markers = {f"record {n}": cipher for n, cipher in enumerate(ciphers)}
    assert len(ciphers) == 20
    assert hunt(tmp_path, {**markers, "envelope": envelope.sealed[:64]}) == []
    assert not list(tmp_path.glob(f"*{one.recording}*"))


def test_the_hunt_finds_what_a_burn_would_leave(tmp_path: Path) -> None:
    """The check of the check: before the burn the same markers are there."""
    here, one, _ = two_calls(tmp_path)
    part = bundle.parts(b"".join(bundle.bundle(here, one.recording)))[0].segment
    record = next(iter(journal.records(part, one.segment.id)))

    assert hunt(tmp_path, {"record": part[record.at + 22 : record.at + 60]})


@pytest.mark.parametrize("steps", range(9))
def test_an_interrupted_burn_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """The power fails at each fsync of the burn in turn."""
    here, one, other = two_calls(tmp_path)
    here.place(one.recording, 0, journals.array("Q", [r.at for r in here.records(one.enclosed)]))
    real, left = os.fsync, [steps]

    def fsync(file: int) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    try:
        here.burn(one.recording)
    except KeyboardInterrupt:
        begun = (tmp_path / f"{one.recording}.burn").exists() or not here.generations(one.recording)
    else:
        begun = True
    monkeypatch.setattr(os, "fsync", real)

    Journals(tmp_path).finish_burns()

    assert not list(tmp_path.glob("*.burn"))
    assert not list(tmp_path.glob(".unfinished*"))
    if begun:
        assert not list(tmp_path.glob(f"*{one.recording}*"))
        with segments.path_of(tmp_path, one.segment.id).open("rb") as file:
            assert not [r for r in journal.records(file.read(), one.segment.id) if r.call == 1]
    else:
        assert len(opened(here, one.recording).packets(1)) == 20
    assert len(opened(here, other.recording).packets(1)) == 20


def test_forged_envelope_rejected(tmp_path: Path) -> None:
    """keys-review 19: HPKE says nothing about who sealed."""
    here, one, _ = two_calls(tmp_path)
    mallory = Ed25519PrivateKey.generate()
    forged = intake.seal_journal_key(
        JournalKey(bytes(32), one.segment.id, 1),
        one.enclosed.envelope.address,
        to=intake.public_bytes(SEED),
        signer=mallory,
    )
    here.keep(Enclosed(forged, one.segment.id, 1))

    with pytest.raises(Tampered):
        opened(here, one.recording)


def test_an_envelope_of_another_call_hour_or_generation_is_rejected(tmp_path: Path) -> None:
    _, one, other = two_calls(tmp_path)
    real = one.enclosed
    address = real.envelope.address
    moved = [
        replace(real, envelope=replace(real.envelope, address=replace(address, **{name: value})))
        for name, value in {
            "recording": other.recording,
            "segment": 1,
            "start": datetime(2026, 11, 25, tzinfo=UTC),
            "node": "n2",
            "intake_key": IntakeKeyId(uuid4()),
            "house": HouseId(uuid4()),
        }.items()
    ]

    for one_moved in (*moved, replace(real, call=2), replace(real, segment=uuid4())):
        with pytest.raises(Tampered):
            one_moved.opened_key(seed=SEED, node_key=NODE_KEY)
    assert real.opened_key(seed=SEED, node_key=NODE_KEY) == one.key


def test_a_journal_key_is_no_entry_and_an_entry_no_journal_key(tmp_path: Path) -> None:
    """The label tells them apart: else one could be passed off as the other."""
    _, one, _ = two_calls(tmp_path)
    entry = Entry(os.urandom(32), START, START, os.urandom(32), "", ())
    sealed = intake.seal(
        entry, one.enclosed.envelope.address, to=intake.public_bytes(SEED), signer=NODE
    )

    with pytest.raises(Tampered):
        intake.unseal(one.enclosed.envelope, seed=SEED, node_key=NODE_KEY)
    with pytest.raises(Tampered):
        intake.unseal_journal_key(sealed, seed=SEED, node_key=NODE_KEY)


def test_node_offline_three_days_loses_nothing(tmp_path: Path) -> None:
    """keys-review 4: what stands here names the intake keys that may not die before it is fetched,
    and opens with each of them, however late."""
    here, one, other = two_calls(tmp_path)

    assert here.intake_keys() == {INTAKE: 2}
    assert here.recordings() == {one.recording, other.recording}
    assert len(opened(here, one.recording).packets(1)) == 20
    here.forget(one.recording)
    here.forget(other.recording)
    assert here.intake_keys() == {}


def test_erased_call_dead_from_intake_row_in_old_dump(tmp_path: Path) -> None:
    """keys-review 4: a copy of folder and envelopes is dead with the intake key."""
    here, one, _ = two_calls(tmp_path)
    copied = b"".join(bundle.bundle(here, one.recording))

    def dead(key: IntakeKeyId) -> bytes:
        raise KeyGone("this intake key is dead", remedy="nothing")

    with pytest.raises(KeyGone):
        bundle.heard(copied, seed_of=dead, node_key=NODE_KEY)


def test_failover_between_seal_and_fold(tmp_path: Path) -> None:
    """keys-review 16: until it is told to forget, a node offers the same bundle again."""
    here, one, other = two_calls(tmp_path)
    first = b"".join(bundle.bundle(here, one.recording))

    assert b"".join(bundle.bundle(Journals(tmp_path), one.recording)) == first
    here.forget(one.recording)
    one.segment.close()
    assert here.sweep() == 0, "the other call still needs the segment"
    here.forget(other.recording)
    assert here.sweep() == 1
    assert list(tmp_path.iterdir()) == []


def test_a_segment_that_is_being_written_is_no_waste(tmp_path: Path) -> None:
    """An ear makes it before the first envelope that names it, and holds it until it is killed."""
    here = Journals(tmp_path)
    segment = here.new_segment()

    assert here.sweep() == 0
    os.close(segment.file)
    assert here.sweep() == 1


def test_two_that_make_and_sweep_segments_at_once_lose_none(tmp_path: Path) -> None:
    here = Journals(tmp_path)
    done = Event()
    with ThreadPoolExecutor(1) as other:
        sweeping = other.submit(lambda: sum(here.sweep() for _ in iter(done.is_set, True)))
        made = [here.new_segment() for _ in range(400)]
        done.set()
        sweeping.result()

    assert {path.stem for path in tmp_path.iterdir()} == {str(one.id) for one in made}
    assert all(os.fstat(one.file).st_nlink == 1 for one in made)
    for one in made:
        os.close(one.file)


def test_the_folder_is_read_once_for_all_calls_that_are_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand calls may wait there: read once for each, it would take minutes."""
    here, one, other = two_calls(tmp_path)
    alone = [b"".join(bundle.bundle(here, call.recording)) for call in (one, other)]
    read = readings_of(tmp_path, monkeypatch)

    listed = here.listed()
    together = [b"".join(bundle.bundle(here, c.recording, listed)) for c in (one, other)]
    assert (together, len(read)) == (alone, 1)

    here.forget(one.recording, other.recording)
    assert len(read) == 2
    assert here.recordings() == set()


def test_a_call_that_goes_on_after_the_folder_was_read_is_not_in_that_reading(
    tmp_path: Path,
) -> None:
    """Why the house reads it after the last note that it takes: what ended stands there whole."""
    here, one, _ = two_calls(tmp_path)
    before = here.listed()

    one.start(here, one.segment, 3, generation=1)

    assert [e.generation for e in here.generations(one.recording, before)] == [0]
    assert [e.generation for e in here.generations(one.recording)] == [0, 1]
    here.forget(one.recording)
    assert here.generations(one.recording) == []


@pytest.mark.parametrize("steps", range(4))
def test_what_a_crash_left_of_calls_that_are_forgotten_goes_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    here, one, other = two_calls(tmp_path)
    for call in (one, other):
        here.place(call.recording, 0, journals.array("Q"))
    real, left = Path.unlink, [steps]

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        real(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(KeyboardInterrupt):
        here.forget(one.recording, other.recording)
    monkeypatch.setattr(Path, "unlink", real)

    here.forget(*here.recordings())

    assert [path.suffix for path in tmp_path.iterdir()] == [".journal"]


def test_a_generation_without_its_end_says_that_something_may_be_missing(tmp_path: Path) -> None:
    here = Journals(tmp_path)
    call = Writing(here, here.new_segment(), 1)
    call.speak(b"a", at=10)

    assert opened(here, call.recording).gaps(1) == [Gap(Why.TORN, 10, None, 0)]
    call.start(here, call.segment, 2, generation=1)
    call.say(0, Begin(continues=True).written())
    call.say(0, End(30).written())
    assert opened(here, call.recording).gaps(1) == []


def test_what_came_in_a_pause_before_anybody_said_so_is_not_given(tmp_path: Path) -> None:
    here = Journals(tmp_path)
    call = Writing(here, here.new_segment(), 1)
    call.speak(b"a", b"b", b"c", b"d", at=10)
    call.say(0, Gap(Why.PAUSE, 11, 13, 2).written())

    assert [p for _, p in opened(here, call.recording).packets(1)] == [b"a", b"d"]


def test_reserved_room_is_written_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Journals(tmp_path)
    segment = here.new_segment()
    segment.reserve(1 << 16)

    def full(file: int, at: int, size: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "posix_fallocate", full)
    call = Writing(here, segment, 1)
    call.speak(b"a")
    with pytest.raises(DiskFull):
        segment.reserve(1 << 17)
    assert len(opened(here, call.recording).packets(1)) == 1


def test_the_vectors_open() -> None:
    """docs/formats/journal.md, in bytes: a second implementation has to agree with these."""
    path = Path(__file__).parents[2] / "vectors" / "journal.json"
    vector = json.loads(path.read_text())
    key = JournalKey(
        bytes.fromhex(vector["journal_key"]),
        journal.SegmentId(UUID(vector["segment"])),
        vector["call"],
    )

    data = bytes.fromhex(vector["bundle"])
    heard = bundle.heard(
        data,
        seed_of=lambda _: bytes.fromhex(vector["intake_seed"]),
        node_key=bytes.fromhex(vector["node_key"]),
    )
    part = bundle.parts(data)[0]
    again = Sealing(key)
    assert [again.seal(r["stream"], bytes.fromhex(r["body"])).hex() for r in vector["records"]] == [
        r["record"] for r in vector["records"]
    ]
    assert part.segment == journal.head(key.segment) + b"".join(
        bytes.fromhex(r["record"]) for r in vector["records"]
    )
    assert [[at, p.hex()] for at, p in heard.packets(1)] == vector["packets"]
    assert [f.decode() for f in heard.facts()] == vector["facts"]
    assert isinstance(part.enclosed.envelope, Envelope)

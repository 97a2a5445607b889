"""A witness signs one history of a log and no other, whatever it is asked and whenever it dies."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.tlog import cosign, note
from talteen.engine.tlog.cosign import Refusal, Refused
from talteen.engine.tlog.note import Algorithm
from talteen.engine.tlog.proof import Growth
from talteen.engine.witness import client, server
from talteen.engine.witness.client import WitnessAddress
from talteen.engine.witness.folder import WitnessFolder
from talteen.errors import Conflict, InputError, Tampered, Unavailable
from tests.engine.witness.logs import ORIGIN, SmallLog

NAME = "witness.example/w1"
LOG = SmallLog()
AT_S = 1_796_000_000


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    made = WitnessFolder(tmp_path / "witness")
    made.found(NAME)
    made.add_logs([LOG.signer.key])
    return made


def opened(folder: WitnessFolder, told: list[Refused] | None = None) -> server.Witness:
    said = told if told is not None else []
    return server.opened(folder, now_s=lambda: AT_S, refused=said.append)


def asked(witness: server.Witness, growth: Growth) -> server.Answer:
    return witness.add_checkpoint(growth.text().encode())


@contextmanager
def running(witness: server.Witness) -> Iterator[WitnessAddress]:
    at = server.bound(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=at.serve_forever, args=(0.01,))
    thread.start()
    keys = tuple(one.key for one in witness.cosigners)
    try:
        yield WitnessAddress(f"http://127.0.0.1:{at.server_port}/w", keys)
    finally:
        at.shutdown()
        thread.join()
        at.server_close()


# --- what it signs, and what not ------------------------------------------------------------------


def test_it_signs_a_head_with_both_keys_and_the_time(folder: WitnessFolder) -> None:
    witness = opened(folder)

    answer = asked(witness, LOG.growth(0, 5))

    whole = note.parse(LOG.head(5).text.encode() + b"\n" + answer.body)
    signed = note.verify(whole, [one.key for one in witness.cosigners])
    assert [(one.key.algorithm, one.at_s) for one in signed] == [
        (Algorithm.COSIGNATURE_ED25519, AT_S),
        (Algorithm.COSIGNATURE_ML_DSA_44, AT_S),
    ]


@pytest.mark.parametrize(
    ("growth", "status"),
    [
        (LOG.growth(0, 9), 409),
        (LOG.growth(4, 9), 409),
        (LOG.growth(3, 3), 409),
        (LOG.growth(5, 5, b"fork"), 409),
        (LOG.growth(5, 9, b"fork"), 422),
        (Growth(5, (), LOG.head(9)), 422),
        (Growth(9, (), LOG.head(5)), 400),
        (SmallLog(seed=7).growth(5, 9), 403),
        (SmallLog("log.example/other").growth(0, 5), 404),
        (LOG.growth(5, 5), 200),
        (LOG.growth(5, 9), 200),
    ],
)
def test_what_does_not_continue_gets_the_status_that_c2sp_gives_it(
    folder: WitnessFolder, growth: Growth, status: int
) -> None:
    witness = opened(folder)
    asked(witness, LOG.growth(0, 5))

    answer = asked(witness, growth)

    assert answer.status == status
    if status == 409:
        assert (answer.media_type, answer.body) == ("text/x.tlog.size", b"5\n")


def test_a_fork_is_told_to_its_keeper(folder: WitnessFolder) -> None:
    told: list[Refused] = []
    witness = opened(folder, told)
    asked(witness, LOG.growth(0, 5))

    asked(witness, LOG.growth(5, 9, b"fork"))

    assert told == [Refused(Refusal.NOT_CONTINUED, 5, ORIGIN)]


@given(st.binary(max_size=400))
def test_no_bytes_bring_it_down(body: bytes) -> None:
    judged = cosign.judge(body, cosign.logs_of([LOG.signer.key]), {})

    assert isinstance(judged, Refused)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.booleans()), max_size=12))
def test_whatever_it_is_asked_it_signs_one_history_that_only_grows(
    asks: list[tuple[int, int, bool]],
) -> None:
    logs = cosign.logs_of([LOG.signer.key])
    seen: dict[str, note.Checkpoint] = {}
    signed = []
    for old, new, fork in asks:
        growth = LOG.growth(min(old, new), new, b"fork" if fork else b"")
        judged = cosign.judge(growth.text().encode(), logs, seen)
        if isinstance(judged, cosign.Agreed):
            signed.append((new, fork))
            seen[ORIGIN] = judged.checkpoint

    sizes = [size for size, _ in signed]
    assert sizes == sorted(sizes)
    assert len({fork for size, fork in signed if size}) <= 1


# --- what it remembers ----------------------------------------------------------------------------


def test_it_remembers_over_a_restart(folder: WitnessFolder) -> None:
    asked(opened(folder), LOG.growth(0, 5))

    assert asked(opened(folder), LOG.growth(0, 4)).body == b"5\n"


def test_a_witness_that_lost_its_heads_signs_nothing_more(folder: WitnessFolder) -> None:
    (folder.root / "heads").rmdir()

    with pytest.raises(InputError, match="retire it"):
        opened(folder)


def test_a_torn_head_stops_it(folder: WitnessFolder) -> None:
    asked(opened(folder), LOG.growth(0, 5))
    (path,) = (folder.root / "heads").iterdir()
    path.write_bytes(path.read_bytes()[:-9] + b"\n")

    with pytest.raises(Tampered):
        opened(folder)


def test_two_processes_never_sign_with_one_folder(folder: WitnessFolder) -> None:
    with folder.alone(), pytest.raises(Conflict), WitnessFolder(folder.root).alone():
        pass


KILLED = """
import sys
from pathlib import Path
from talteen.engine.witness import server
from talteen.engine.witness.folder import WitnessFolder
folder = WitnessFolder(Path(sys.argv[1]))
with folder.alone():
    at = server.bound(server.opened(folder, now_s=lambda: 1, refused=print), "127.0.0.1", 0)
    print(at.server_port, flush=True)
    at.serve_forever()
"""


def grown_to(new: int, old: int) -> Growth:
    return LOG.growth(old, new)


def test_killed_at_any_moment_it_never_forgets_what_it_signed(folder: WitnessFolder) -> None:
    keys = tuple(one.key for one in folder.cosigners())
    size = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder.root)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        port = int(process.stdout.readline())
        address = WitnessAddress(f"http://127.0.0.1:{port}", keys)
        killer = threading.Timer(0.05, os.kill, (process.pid, signal.SIGKILL))
        killer.start()
        try:
            while True:
                client.ask(address, size, partial(grown_to, size + 1), timeout_s=5)
                size += 1
        except Unavailable:
            pass
        killer.join()
        process.wait()
        process.stdout.close()

        kept = note.parse_checkpoint(folder.heads()[ORIGIN].text) if folder.heads() else None
        assert (kept.size if kept else 0) in (size, size + 1)
        size = kept.size if kept else 0


# --- asking it ------------------------------------------------------------------------------------


def test_a_client_that_knows_nothing_learns_the_size_and_gets_its_signature(
    folder: WitnessFolder,
) -> None:
    witness = opened(folder)
    asked(witness, LOG.growth(0, 5))

    with running(witness) as address:
        lines = client.ask(address, 0, lambda old: LOG.growth(old, 9), timeout_s=5)

    whole = note.Note(LOG.head(9).text, lines)
    assert len(note.verify(whole, address.keys)) == 2


def test_a_rolled_back_log_is_found_out(folder: WitnessFolder) -> None:
    witness = opened(folder)
    asked(witness, LOG.growth(0, 9))

    with running(witness) as address, pytest.raises(Tampered, match="has seen 9 entries"):
        client.ask(address, 0, lambda old: LOG.growth(old, 5), timeout_s=5)


@pytest.mark.parametrize("size", [9, 12])
def test_a_forked_log_is_found_out(folder: WitnessFolder, size: int) -> None:
    witness = opened(folder)
    asked(witness, LOG.growth(0, 9))

    with running(witness) as address, pytest.raises(Tampered, match="another history"):
        client.ask(address, 0, lambda old: LOG.growth(old, size, b"fork"), timeout_s=5)


def test_a_witness_with_another_key_is_not_believed(folder: WitnessFolder, tmp_path: Path) -> None:
    other = WitnessFolder(tmp_path / "other")
    other.found(NAME)

    with running(opened(folder)) as address, pytest.raises(Unavailable, match="another key"):
        false = WitnessAddress(address.url, tuple(one.key for one in other.cosigners()))
        client.ask(false, 0, lambda old: LOG.growth(old, 5), timeout_s=5)


def test_a_witness_that_is_away_is_only_unavailable(folder: WitnessFolder) -> None:
    with running(opened(folder)) as address:
        pass

    with pytest.raises(Unavailable):
        client.ask(address, 0, lambda old: LOG.growth(old, 5), timeout_s=5)

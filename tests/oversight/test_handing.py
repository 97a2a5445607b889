"""An export that does not fit into memory: sorted sealed, in bounded memory, the same calls."""

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen.errors import DiskFull
from talteen.oversight import handing
from talteen.oversight.drawers import ROOM, Drawers
from talteen.oversight.records import mapping, reading
from talteen.oversight.records.values import CallRecord
from tests.oversight import day

NOON = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
TIGHT = 4096
"""Bytes in memory: nearly all lies sealed."""
HOUSE = mapping.read('format = 1\n[agents]\nextensions = ["7101-7102"]\n')
HEAD = b"calldate,src,dst,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,uniqueid"


def export(calls: int) -> Iterator[bytes]:
    """A call a minute, one row a piece; none of it stands in memory before it is asked for."""
    yield HEAD
    for n in range(calls):
        began = NOON + timedelta(minutes=n)
        yield (
            f"\n{began:%Y-%m-%d %H:%M:%S},0505550101,7101,PJSIP/trunk-1,PJSIP/7101-2,Dial,x,50,40,"
            f"ANSWERED,{n}.{n}"
        ).encode()


def calls_of(handed: handing.Handed) -> list[CallRecord]:
    with closing(handed):
        return [call for hour in handed.hours for call in handed.calls(hour)]


@pytest.mark.parametrize("shape", day.FILES)
def test_what_was_sealed_on_its_way_gives_the_same_calls(shape: str, tmp_path: Path) -> None:
    raw = day.raw(shape)
    pieces = [raw[at : at + 997] for at in range(0, len(raw), 997)]

    handed = handing.read(pieces, day.house(), tmp_path, TIGHT)

    assert handed.unreadable == day.read(shape).unreadable
    calls = calls_of(handed)
    kept = reading.without_consults(calls, calls)
    assert sorted(kept, key=lambda call: (call.began_at, call.key)) == list(day.read(shape).calls)


def test_a_longer_export_takes_no_more_memory(tmp_path: Path) -> None:
    def peak(calls: int) -> int:
        tracemalloc.start()
        with closing(handing.read(export(calls), HOUSE, tmp_path, 8 * TIGHT)) as handed:
            assert sum(len(handed.calls(hour)) for hour in handed.hours) == calls
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    short, long = peak(300), peak(1500)

    assert long < 1.5 * short


def test_what_lies_on_the_disk_opens_to_nobody_and_has_no_name(tmp_path: Path) -> None:
    handed = handing.read(export(200), HOUSE, tmp_path, TIGHT)

    assert not list(tmp_path.iterdir())
    sealed = _nameless(tmp_path)
    assert len(sealed) > 20_000
    assert b"5550101" not in sealed
    handed.close()
    assert not _nameless(tmp_path)


def test_an_export_that_fits_touches_no_disk(tmp_path: Path) -> None:
    with closing(handing.read(export(50), HOUSE, tmp_path, ROOM)):
        assert not _nameless(tmp_path)


def test_where_no_more_can_be_written_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="do not fit on the disk"):
        handing.read(export(200), HOUSE, tmp_path / "gone", TIGHT)


def test_what_was_put_in_comes_out_in_its_order_and_once(tmp_path: Path) -> None:
    drawers = Drawers[int](tmp_path, 300)
    for n in range(50):
        drawers.put(n % 3, b"%d" % n)

    assert drawers.names == {0, 1, 2}
    assert [int(line) for line in drawers.take(1)] == list(range(1, 50, 3))
    assert drawers.names == {0, 2}
    drawers.close()


def _nameless(folder: Path) -> bytes:
    """What this process has open in the folder under no name."""
    found = b""
    for one in Path("/proc/self/fd").iterdir():
        if one.is_symlink() and os.readlink(one).startswith(f"{folder}/"):
            found += one.read_bytes()
    return found

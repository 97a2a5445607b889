"""The beginning of a spoken call, as a call of its own that ends early: the same packets."""

import atexit
import json
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import av

from talteen.demo import material
from talteen.demo.material import SpokenCall

AFTER_ANNOUNCEMENT_MS = 8_000
AFTER_EVENT_MS = 2_000
_SAID = {"complaint", "hangup"}
"""What changes nothing of the sound that is kept."""


def cut(call: SpokenCall) -> SpokenCall:
    """``call`` until some seconds after its announcement and what was said of it, or itself where
    more happens in it."""
    if (end_ms := _end_ms(call.files)) is None:
        return call
    return replace(call, files=_beginning(call.files, end_ms), length_ms=end_ms)


def _end_ms(files: Path) -> int | None:
    told = json.loads(files.with_suffix(".json").read_text())
    events, ends = told["events"], [one.get("end_ms") for one in told["announcements"]]
    if not {event["type"] for event in events} <= _SAID or not ends or not all(ends):
        return None
    said = [event["at_ms"] for event in events if event["type"] != "hangup"]
    return max([max(ends) + AFTER_ANNOUNCEMENT_MS, *(ms + AFTER_EVENT_MS for ms in said)])


@cache
def _beginning(files: Path, end_ms: int) -> Path:
    """Files of the first ``end_ms``, made once a process."""
    beginning = _folder() / files.name
    told = json.loads(files.with_suffix(".json").read_text())
    told["events"][-1]["at_ms"] = end_ms
    beginning.with_suffix(".json").write_text(json.dumps(told))
    for side in material.SIDES:
        _copy(Path(f"{files}.{side}.opus"), Path(f"{beginning}.{side}.opus"), end_ms)
    return beginning


def _copy(whole: Path, beginning: Path, end_ms: int) -> None:
    with av.open(whole) as source, av.open(beginning, "w") as target:
        sound = source.streams.audio[0]
        copied = target.add_stream_from_template(sound)
        for packet in source.demux(sound):
            if packet.pts is None or packet.time_base is None:
                continue
            if packet.pts * packet.time_base * 1000 >= end_ms:
                break
            packet.stream = copied
            target.mux(packet)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="talteen-calls-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder

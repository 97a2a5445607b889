"""Each spoken call of the demo, judged by what its telephone system knows, does what it should."""

import json
import re
import wave
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from talteen.life.capture import sidecar
from talteen.life.capture.facts import Direction, KnownAnnouncement, Standing
from talteen.life.capture.rules import Capture, MarkKind, Nothing, Parked, Reason, Refused, wanted
from talteen.life.capture.sidecar import HouseKnows, Sidecar
from talteen.life.capture.sources import Found, Sides
from talteen.life.capture.sources.folder import find
from talteen.life.seal import audio

DEMO = Path(__file__).parents[3] / "demo"
NAMES = sorted(path.stem for path in (DEMO / "truth").glob("*.json"))


def truth_of(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((DEMO / "truth" / f"{name}.json").read_text("utf-8"))
    return truth


def sidecar_of(name: str) -> Sidecar:
    path = DEMO / "calls" / f"{name}.json"
    return sidecar.read(path.read_bytes(), name=path.name)


def prompt_ms(language: str) -> int:
    with wave.open(str(DEMO / "prompts" / f"announce.{language}.wav")) as prompt:
        return int(prompt.getnframes() * 1000 // prompt.getframerate())


KNOWN = {
    f"announce.{language}@1": KnownAnnouncement(language, frozenset(Direction), prompt_ms(language))
    for language in ("fi", "sv", "en")
} | {"outbound_agent.fi@1": KnownAnnouncement("fi", frozenset({Direction.OUTBOUND}), None)}


@cache
def judged(name: str) -> object:
    read = sidecar_of(name)
    assert read.started_at is not None
    standing = Standing.EXCLUDED if read.line == "private" else Standing.RECORDED
    sound = Sides(*(DEMO / "calls" / f"{name}.{side}.opus" for side in ("agent", "caller")))
    source = audio.measure(sound)
    facts = read.facts(
        HouseKnows(standing, KNOWN), agent_ms=source.agent_ms, caller_ms=source.caller_ms
    )
    return wanted(
        facts,
        read.started_at.astimezone(UTC) + timedelta(hours=1),
        cutoff_of=lambda start: start + timedelta(days=85),
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_house_does_with_each_call_what_its_script_expects(name: str) -> None:
    truth = truth_of(name)

    verdict = judged(name)

    kind = {Capture: "sealed", Nothing: "nothing", Refused: "refused", Parked: "parked"}
    assert kind[type(verdict)] == truth["expect"]


@pytest.mark.parametrize("name", [n for n in NAMES if truth_of(n)["expect"] == "sealed"])
def test_no_kept_moment_lies_in_a_prompt_a_hold_or_a_pause_of_the_script(name: str) -> None:
    truth = truth_of(name)

    capture = judged(name)

    assert isinstance(capture, Capture)
    assert capture.kept.start_ms == truth["announcement"]["end_ms"]
    gaps = [(g.start_ms, g.end_ms) for g in capture.gaps]
    shift = capture.kept.start_ms
    for event in truth["events"]:
        if event["type"] in ("hold", "pause", "transfer"):
            assert (event["start_ms"] - shift, event["end_ms"] - shift) in gaps
    assert not capture.incomplete


def test_calls_that_leave_nothing_are_counted_by_their_reason() -> None:
    reasons = {
        name[:3]: verdict.kind for name in NAMES if isinstance(verdict := judged(name), Nothing)
    }

    assert reasons == {
        "005": Reason.NOT_ANNOUNCED,
        "009": Reason.REFUSED_AT_PROMPT,
        "014": Reason.NOT_ANNOUNCED,
        "016": Reason.PRIVATE,
        "018": Reason.NOT_ANNOUNCED,
        "024": Reason.NOT_ANNOUNCED,
        "028": Reason.NOT_ANNOUNCED,
    }


def test_the_complaints_stand_as_marks_on_the_time_line() -> None:
    capture = judged("008-kaksoisveloitus")

    assert isinstance(capture, Capture)
    assert [mark.kind for mark in capture.marks] == [MarkKind.COMPLAINT, MarkKind.COMPLAINT]


def test_every_demo_call_is_found_whole() -> None:
    found = list(find([DEMO / "calls"]))

    assert all(isinstance(one, Found) for one in found)
    assert [one.name for one in found] == NAMES
    assert len(NAMES) >= 42


@pytest.mark.parametrize("name", NAMES)
def test_a_sidecar_holds_nothing_that_a_telephone_system_cannot_know(name: str) -> None:
    written = (DEMO / "calls" / f"{name}.json").read_text(encoding="utf-8")
    truth = truth_of(name)

    assert not re.search(r'"(expect|complete|kind": "(full|half|lookalike))"', written)
    for entity in truth["entities"]:
        value = entity.get("value", entity["text"])
        assert value == truth["caller_number"] or value not in written


def test_the_days_of_the_demo_agree_with_its_sidecars() -> None:
    days = json.loads((DEMO / "days.json").read_text(encoding="utf-8"))
    newest = max(s.started_at for n in NAMES if (s := sidecar_of(n)).started_at is not None)

    for name in NAMES:
        started_at = sidecar_of(name).started_at
        assert isinstance(started_at, datetime)
        assert (newest.date() - started_at.date()).days == days[name]["age_days"]
        assert started_at.time().isoformat() == days[name]["at"]
        assert 8 <= started_at.hour < 20

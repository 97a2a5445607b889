"""``talteen verify`` on files, and what ``talteen certificate`` takes for a name."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from talteen.desk.commands import proof
from talteen.errors import InputError
from talteen.life.destroy import given
from tests.verifier.process import KEY, VECTORS


def verify(tmp_path: Path, **texts: str) -> int:
    keys = tmp_path / "keys"
    keys.write_text(f"# of the log\n{KEY}\n")
    paths = [tmp_path / name for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text)
    return proof.verify(*paths, keys=keys)


def test_a_month_and_its_excerpt_hold_and_count_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = verify(tmp_path, month=VECTORS["certificate_of_month"], excerpt=VECTORS["excerpt"])

    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "excerpt: holds",
        "month: holds, and counts the same as the log",
    ]


def test_what_does_not_hold_and_what_cannot_be_used_end_differently(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = VECTORS["certificate"].replace("index 16", "index 17")

    assert verify(tmp_path, spoilt=spoilt) == 1
    assert "spoilt: does not hold: " in capsys.readouterr().out
    assert verify(tmp_path, spoilt=spoilt, page="<!doctype html>") == 2
    assert "page is a copy for people; take the file of its name" in capsys.readouterr().out
    with pytest.raises(InputError, match="no certificate was named"):
        proof.verify()


def test_a_recording_a_day_and_a_month_are_told_apart_by_how_they_are_written() -> None:
    recording = "939765b3-6cf3-55e6-977b-360da6d33e9b"

    assert given.named(recording) == UUID(recording)
    assert type(given.named("2026-08-24")) is date
    assert given.named("2026-08") == given.Month(2026, 8, 1)
    for wrong in ("", "elokuu", "2026-13", "2026-02-30", "2026"):
        with pytest.raises(InputError, match="names no recording"):
            given.named(wrong)

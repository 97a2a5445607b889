"""12. Siirrot Euroopan talousalueen ulkopuolelle.

12.s1: Tietojasi ei siirretä Euroopan talousalueen ulkopuolelle, eikä niihin ole sieltä
  etäyhteyttä.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from talteen.errors import ConfigError
from talteen.notice import coverage, register_file
from talteen.notice.language import Language
from talteen.notice.law import EEA
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Edition
from tests.kit import processes

HEARS = """
import os
import numpy as np
from talteen.life.transcribe import model_store, vad

voice = vad.VoiceActivity(model_store.packaged_silero())
list(voice.frames([np.zeros(8_000, np.int16)], rate=8_000))
files = [os.readlink(one) for one in os.scandir("/proc/self/fd") if os.path.islink(one)]
print(sum(one.startswith("socket:") for one in files), flush=True)
input()
"""
"""A process that hears a second of a call, and says to how many others it holds a line."""


@pytest.mark.parametrize("language", Language)
def test_that_nothing_leaves_the_eea_is_told_while_nobody_is_outside(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    told = [s for s in edition.notices[language].sentences if s.startswith("12.")]

    assert told == ["12.s1"]
    assert {processor.country for processor in register.file.processors} <= EEA


@pytest.mark.parametrize("country", ["US", "GB", "CH", "IN"])
def test_a_processor_outside_without_a_transfer_record_is_refused(
    folder_texts: dict[str, str], country: str
) -> None:
    outside = folder_texts[REGISTER].replace('country = "FI"', f'country = "{country}"', 1)

    with pytest.raises(ConfigError, match=f"{country} is outside the EEA"):
        register_file.read(outside)


def test_a_machine_in_no_record_is_nobodys_and_a_lapsed_one_gets_nothing_new(
    register: RegisterFolder,
) -> None:
    file = register.file
    review = file.processors[0].review_on
    assert review is not None

    assert coverage.party(file, "s3.us-east-1.amazonaws.com") is None
    assert coverage.lapses(file, review) == ()
    late = coverage.lapse_of(file, file.processors[0].name, review + timedelta(days=1))
    assert late is not None
    assert late.why is coverage.Why.REVIEW_PAST


def test_what_hears_a_call_tells_its_maker_nothing(tmp_path: Path) -> None:
    """onnxruntime sends word of how it is used to the United States, and keeps a number for the
    machine in its user's home, unless it is forbidden to before it is loaded."""
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with processes.python(HEARS, env=home) as child:
        assert child.said == "0"

    assert list(tmp_path.rglob("*")) == []

"""16. Automaattinen päätöksenteko, profilointi ja käytetty automatiikka.

16.s1: Emme tee automaattisia päätöksiä emmekä profiloi soittajia tai asiakaspalvelijoita.
16.s2: Kone muuttaa puheen tekstiksi, ja koneen tekemä teksti on aina merkitty sellaiseksi.
16.s3: Kone ehdottaa peitettäviä kohtia, kuten numeroita ja nimiä, tunnistaa kielen, varmistaa,
  että ilmoitus kuultiin, ja hävittää tallenteen määräpäivänä.
16.s4: Kone ei tunnista ketään äänestä, ei päättele tunteita, ikää tai mielialaa eikä anna
  pisteitä.
16.s5: Pyynnöistä, poistoista, säilyttämisestä ja laadusta päättää aina ihminen.
"""

import tomllib
from pathlib import Path

import pytest

from talteen.notice.purposes import Purpose, SearchBy
from talteen.notice.text import Notice

# Libraries that tell people apart by their voices, or read feelings from voice or words.
NEVER = {
    "pyannote-audio", "speechbrain", "resemblyzer", "nemo-toolkit", "opensmile",
    "textblob", "vadersentiment", "pysentimiento", "deepface",
}  # fmt: skip


def test_no_library_of_the_house_recognises_voices_or_feelings(root: Path) -> None:
    locked = {
        package["name"] for package in tomllib.loads((root / "uv.lock").read_text())["package"]
    }

    assert "faster-whisper" in locked
    assert locked & NEVER == set()


@pytest.mark.parametrize("word", ["profil", "scor", "rank", "emotion", "sentiment", "voice_print"])
def test_there_is_no_purpose_and_no_search_for_profiling(word: str) -> None:
    names = [choice.value for choice in (*Purpose, *SearchBy)]

    assert [name for name in names if word in name] == []


def test_the_machine_that_writes_text_is_told(finnish: Notice) -> None:
    assert "Kone muuttaa puheen tekstiksi" in finnish.sentences["16.s2"]
    assert "ei tunnista ketään äänestä" in finnish.sentences["16.s4"]

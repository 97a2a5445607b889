"""Music, ringing and tones are known for what they are, and what people say is taken for none."""

from collections.abc import Iterable

import numpy as np
import pytest

from talteen.life.transcribe import tones
from talteen.life.transcribe.tones import Ears, Samples
from talteen.life.transcribe.words import NotSpeech, Side, Sounding
from tests.kit import demo_sound, unspoken


def heard(blocks: Iterable[Samples]) -> list[NotSpeech]:
    ears = Ears()
    for _ in ears.of(blocks):
        pass
    return tones.found(Side.AGENT, ears.frames)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ringing", Sounding.RING),
        ("ringing_abroad", Sounding.RING),
        ("busy", Sounding.RING),
        ("hum", Sounding.TONE),
        ("music", Sounding.MUSIC),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_known_for_what_it_is(name: str, kind: Sounding, seed: int) -> None:
    found = heard(unspoken.sound(name, 24, seed=seed))

    assert {each.kind for each in found} == {kind}
    # A line that rings is silent between its tones: it is one stretch all the same.
    assert sum(each.end_ms - each.start_ms for each in found) >= 15_000


@pytest.mark.parametrize("name", ["silence", "comfort", "noise", "room"])
def test_silence_and_noise_are_neither(name: str) -> None:
    assert heard(unspoken.sound(name, 20)) == []


@pytest.mark.parametrize("call", ["004-haaryhma", "007-kanta-asiakasnumero", "025-tourist-room"])
@pytest.mark.parametrize("side", ["agent", "caller"])
def test_what_people_say_is_neither(call: str, side: str) -> None:
    assert heard(demo_sound.side(call, side)) == []


def test_hold_music_in_a_call_is_found_where_it_plays() -> None:
    """It plays from 30 s to 45 s (the truth file of the call)."""
    found = heard(demo_sound.side("017-jonomusiikki", "agent"))

    assert [each.kind for each in found] == [Sounding.MUSIC]
    assert abs(found[0].start_ms - 29_975) <= 2_000
    assert abs(found[0].end_ms - 44_975) <= 2_000


def test_a_share_counts_only_ones_own_side() -> None:
    spans = [NotSpeech(Side.AGENT, Sounding.MUSIC, 1_000, 3_000)]

    assert tones.share_in(2_000, 4_000, Side.AGENT, spans) == 0.5
    assert tones.share_in(2_000, 4_000, Side.CALLER, spans) == 0.0


def test_sound_passes_unchanged_whatever_its_blocks() -> None:
    sound = np.concatenate(list(unspoken.sound("music", 3)))
    ears, other = Ears(), Ears()

    passed = np.concatenate(list(ears.of(np.array_split(sound, 17))))
    list(other.of([sound]))

    assert np.array_equal(passed, sound)
    assert ears.frames == other.frames

"""What a caller hears (REGISTER 6.3-6.8, 15.2; J5, J17)."""

import re
import wave
from pathlib import Path

import pytest

from talteen.errors import ConfigError
from talteen.notice import prompts, values
from talteen.notice.language import Language
from talteen.notice.register_folder import RegisterFolder
from talteen.register.shelf import Shelf

FROM_THE_CALL = {
    "agent.first_name": "Aino",
    "call.subject": "varauksenne",
    "call.source": "yritysasiakkaat",
    "unit.spoken": "hotelli Kaisla",
}
EVERY_PROMPT = [(language, name) for language in Language for name in (
    "announce", "inbound_short", "inbound_long", "language_choice", "outbound_agent",
    "outbound_system", "new_party", "new_party_agent", "after_transfer", "from_unrecorded_line",
    "key_nine", "refused_answer", "refused_answer_unrecorded", "refused_midcall", "pause",
    "resume", "pause_ends_soon", "recording_failed", "voicemail",
)]  # fmt: skip


def everything_said(register: RegisterFolder, language: Language) -> dict[str, str]:
    speech = register.speech
    return {
        **values.spoken(register.file, language, speech[language]),
        **values.language_keys(register.file, speech),
        **FROM_THE_CALL,
    }


def test_every_prompt_is_named_here(register: RegisterFolder) -> None:
    there = [(language, name) for language in Language for name in register.prompts[language]]

    assert there == EVERY_PROMPT


@pytest.mark.parametrize(("language", "name"), EVERY_PROMPT)
def test_a_prompt_is_said_without_digits_or_gaps(
    register: RegisterFolder, language: Language, name: str
) -> None:
    said = prompts.speak(register.prompts[language][name], everything_said(register, language))

    assert not re.search(r"[\d{}@/]", said)


@pytest.mark.parametrize(("language", "name"), EVERY_PROMPT)
def test_a_prompt_can_be_said_in_the_time_that_it_promises(
    register: RegisterFolder, language: Language, name: str
) -> None:
    # A good speaker says 14-15 characters a second; twice that cannot be understood by anybody.
    prompt = register.prompts[language][name]

    said = prompts.speak(prompt, everything_said(register, language))

    assert len(said) / prompt.max_seconds <= 28


@pytest.mark.parametrize("language", Language)
def test_the_first_prompt_sounds_no_longer_than_it_promises(
    register: RegisterFolder, mara: Path, language: Language
) -> None:
    prompt = register.inbound(language)
    assert prompt.sound is not None

    with wave.open(str(mara / "sounds" / prompt.sound), "rb") as sound:
        seconds = sound.getnframes() / sound.getframerate()
        loudest = max(sound.readframes(sound.getnframes()))

    assert 5 < seconds <= prompt.max_seconds == 20
    assert loudest > 0


def test_only_the_first_prompt_is_ready_and_the_rest_are_drafts(
    register: RegisterFolder, shelf: Shelf
) -> None:
    lengths = {name: sound.length_ms for name, sound in shelf.sounds.items()}
    everything = [p for named in register.prompts.values() for p in named.values()]

    drafts = prompts.missing_sound(everything, lengths)

    assert {p.key for p in everything} - {p.key for p in drafts} == {
        "announce.fi@1",
        "announce.sv@1",
        "announce.en@1",
    }


@pytest.mark.parametrize("length_ms", [0, 20_001])
def test_a_sound_of_no_length_or_too_much_is_not_ready(
    register: RegisterFolder, length_ms: int
) -> None:
    prompt = register.inbound(Language.FI)

    assert prompts.missing_sound([prompt], {"announce.fi.wav": length_ms}) == [prompt]
    assert prompts.missing_sound([prompt], {"announce.fi.wav": 20_000}) == []


@pytest.mark.parametrize("language", Language)
def test_the_first_prompt_tells_that_why_how_long_and_how_to_refuse(
    register: RegisterFolder, language: Language
) -> None:
    text = register.inbound(language).text.lower()
    told = {
        Language.FI: ("tallennetaan", "oikeuksien", "kolmen kuukauden", "yhdeksän", "seloste"),
        Language.SV: ("spelas in", "rättigheter", "tre månader", "nio", "dataskydd"),
        Language.EN: ("recorded", "rights", "three months", "nine", "privacy notice"),
    }

    assert [word for word in told[language] if word not in text] == []


@pytest.mark.parametrize("language", Language)
def test_an_agent_tells_before_recording_an_outbound_call(
    register: RegisterFolder, language: Language
) -> None:
    script = register.outbound(language)

    assert script.sound is None
    assert script.key == f"outbound_agent.{language.value}@1"
    assert "Aino" in prompts.speak(script, everything_said(register, language))


def test_a_value_that_only_the_call_knows_is_asked_for(register: RegisterFolder) -> None:
    script = register.outbound(Language.FI)
    known = values.spoken(register.file, Language.FI, register.speech[Language.FI])

    with pytest.raises(
        ConfigError, match=r"\{(agent\.first_name|call\.(subject|source))\} has no value"
    ):
        prompts.speak(script, known)


def test_a_digit_is_never_spoken(register: RegisterFolder) -> None:
    script = register.outbound(Language.FI)

    with pytest.raises(ConfigError, match="a digit stands in a spoken text"):
        prompts.speak(
            script, {**everything_said(register, Language.FI), "call.subject": "varaus 17"}
        )


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("max_seconds = 20", "max_seconds = 90", r"announce\.max_seconds: 90 is more than 60"),
        ('sound = "announce.fi.wav"', "sound = 1", r"announce\.sound: 1 is not a text"),
        ("[announce]\n", "[announce]\nvoice = 1\n", r"announce\.voice: is not a key"),
        ('lang = "fi"', 'lang = "sv"', "sv in the folder of another language"),
        ('key = "announcements"', "", r"meta\.key: is missing"),
    ],
)
def test_a_fault_in_the_prompts_is_named(mara: Path, old: str, new: str, named: str) -> None:
    text = (mara / "texts" / "fi" / "announcements.toml").read_text()
    assert old in text

    with pytest.raises(ConfigError, match=named):
        prompts.read(text.replace(old, new, 1), Language.FI, version=1)

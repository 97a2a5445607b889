"""Sentences that no detector was developed on: templates, filled by seed, with what to cover.

A template names its slots; a slot is filled with a value that is right by its own law (check
characters, Luhn, mod 97) and said in one of the ways in which people say it. ``neutral`` sentences
hold nothing to cover, but much that looks like it: prices, dates, rooms, towns, common words.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.masking_names import NAMES
from benchmarks.masking_texts import NEUTRAL, SPECIAL, TEMPLATES
from talteen.life.transcribe.masking import numerals
from talteen.life.transcribe.masking.identity import CHECK_CHARACTERS, luhn

_FI_CASES = ("n", "lle", "lta")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and the stretches of words (first, one past the last) to cover, by kind."""

    language: str
    words: tuple[str, ...]
    wanted: tuple[tuple[str, int, int], ...]


def neutral(language: str) -> list[Sentence]:
    """Sentences with nothing to cover."""
    lines = NEUTRAL[language].strip().splitlines()
    return [Sentence(language, tuple(line.split()), ()) for line in lines]


def filled(language: str, seed: int, rounds: int) -> Iterator[Sentence]:
    """Every template ``rounds`` times, each time with other values."""
    chance = random.Random(seed)
    for _ in range(rounds):
        for line in TEMPLATES[language].strip().splitlines():
            yield _fill(language, line, chance)


def special(
    language: str, seed: int, rounds: int, share: float
) -> Iterator[tuple[Sentence, float]]:
    """Special passages spoiled as recognisers spoil, each with its share of wrong characters."""
    chance = random.Random(seed)
    for _ in range(rounds):
        for line in SPECIAL[language].strip().splitlines():
            heard, wrong = spoiled(line, share, chance)
            yield Sentence(language, tuple(heard.split()), ()), wrong


def spoiled(text: str, share: float, chance: random.Random) -> tuple[str, float]:
    """``text`` with about ``share`` of its characters lost, doubled, changed, or parted by a space;
    and the share that it became."""
    near = {
        "k": "g",
        "g": "k",
        "p": "b",
        "b": "p",
        "t": "d",
        "d": "t",
        "i": "e",
        "e": "i",
        "o": "u",
    }
    near |= {
        "u": "o",
        "ä": "e",
        "ö": "o",
        "s": "z",
        "v": "f",
        "y": "i",
        "c": "k",
        "a": "o",
        "l": "r",
    }
    heard, wrong = [], 0
    for char in text:
        if char == " " or chance.random() >= share:
            heard.append(char)
            continue
        wrong += 1
        match chance.randrange(4):
            case 0:
                continue
            case 1:
                heard.append(char + " ")
            case _:
                heard.append(near.get(char, chance.choice("aeiklmnst")))
    return "".join(heard), wrong / len(text)


def _fill(language: str, line: str, chance: random.Random) -> Sentence:
    words: list[str] = []
    wanted: list[tuple[str, int, int]] = []
    for part in line.split():
        if "{" not in part:
            words.append(part)
            continue
        slot, after = part[1:].split("}")
        value = _value(slot, language, chance).split()
        kind = slot.removesuffix("_case")
        wanted.append((kind, len(words), len(words) + len(value)))
        words += [*value[:-1], value[-1] + after]
    return Sentence(language, tuple(words), tuple(wanted))


def _value(slot: str, language: str, chance: random.Random) -> str:
    match slot:
        case "name" | "name_case":
            return _name(language, chance, case=slot == "name_case" and language == "fi")
        case "email":
            return _email(language, chance)
        case "phone":
            return _phone(language, chance)
        case "card":
            return _said(_card(chance), language, chance, groups=(4, 4, 4, 4))
        case "iban":
            return _iban(language, chance)
        case _:
            return _identity(language, chance)


def _name(language: str, chance: random.Random, *, case: bool) -> str:
    firsts, lasts = NAMES[language]
    first, last = chance.choice(firsts), chance.choice(lasts)
    if chance.random() < 0.2:
        first, last = chance.choice([(first, ""), (last, "")])
    if not case:
        return f"{first} {last}".strip()
    return f"{first if last else ''} {_bent(last or first, chance.choice(_FI_CASES))}".strip()


def _bent(name: str, ending: str) -> str:
    """A Finnish case of ``name`` where it is regular; else the plain name."""
    if name.endswith("nen"):
        return f"{name[:-3]}se{ending}"
    return f"{name}{ending}" if name[-1] in "aouyäö" else name


def _phone(language: str, chance: random.Random) -> str:
    starts = {"fi": ["040", "050", "044", "045", "0400"], "sv": ["070", "073", "050", "040"]}
    start = chance.choice(starts.get(language, ["+447", "07", "+358"]))
    digits = start + "".join(chance.choice("0123456789") for _ in range(7))
    if digits.startswith("+"):
        return digits if chance.random() < 0.5 else f"plus {_groups(digits[1:], language, chance)}"
    return _said(digits, language, chance, groups=(3, 3, 4))


def _card(chance: random.Random) -> str:
    body = chance.choice("45") + "".join(chance.choice("0123456789") for _ in range(14))
    return next(body + check for check in "0123456789" if luhn(body + check))


def _iban(language: str, chance: random.Random) -> str:
    body = "".join(chance.choice("0123456789") for _ in range(14))
    check = 98 - int(f"{body}151800") % 97
    digits = f"{check:02}{body}"
    letters = {"fi": chance.choice(["äf ii", "ef ii", "F I"]), "sv": "F I", "en": "F I"}[language]
    if chance.random() < 0.4:
        return f"FI{digits}" if chance.random() < 0.5 else " ".join(_cut(f"FI{digits}", (4,) * 5))
    return f"{letters} {_groups(digits, language, chance)}"


def _identity(language: str, chance: random.Random) -> str:
    date = f"{chance.randint(1, 28):02}{chance.randint(1, 12):02}{chance.randint(40, 99):02}"
    if language == "sv" and chance.random() < 0.5:
        body = date[4:] + date[2:4] + date[:2] + f"{chance.randint(0, 999):03}"
        code = next(body + check for check in "0123456789" if luhn(body + check))
        if chance.random() < 0.5:
            return f"{code[:6]}-{code[6:]}"
        return f"{_groups(code[:6], language, chance)} {_groups(code[6:], language, chance)}"
    serial = f"{chance.randint(2, 899):03}"
    check = CHECK_CHARACTERS[int(date + serial) % 31]
    if chance.random() < 0.4:
        return f"{date}-{serial}{check}"
    dash = {"fi": "viiva", "sv": "streck", "en": "dash"}[language]
    last = numerals.spoken(int(check), language) if check.isdigit() else check
    return f"{_groups(date, language, chance)} {dash} {_groups(serial, language, chance)} {last}"


def _email(language: str, chance: random.Random) -> str:
    firsts, lasts = NAMES[language]
    plain = str.maketrans("åäöéü", "aaoeu")
    parts = [chance.choice(names).lower().translate(plain) for names in (firsts, lasts)]
    domain = chance.choice(["esimerkki.fi", "exempel.se", "example.com", "posti.net", "firma.fi"])
    if chance.random() < 0.3:
        return f"{'.'.join(parts)}@{domain}"
    dot, at = {
        "fi": ("piste", chance.choice(["ät", "ät-merkki", "at"])),
        "sv": ("punkt", chance.choice(["snabel-a", "at"])),
        "en": ("dot", "at"),
    }[language]
    return f"{f' {dot} '.join(parts)} {at} {domain.replace('.', f' {dot} ')}"


def _said(digits: str, language: str, chance: random.Random, *, groups: tuple[int, ...]) -> str:
    """Written whole or in groups, or in words."""
    match chance.randrange(3):
        case 0:
            return " ".join(_cut(digits, groups))
        case 1:
            return ", ".join(_groups(part, language, chance) for part in _cut(digits, groups))
        case _:
            return _groups(digits, language, chance)


def _groups(digits: str, language: str, chance: random.Random) -> str:
    """``digits`` in words, singly or in pairs; a pair that begins with 0 is said singly."""
    said, rest = [], digits
    while rest:
        size = 2 if len(rest) > 1 and rest[0] != "0" and chance.random() < 0.35 else 1
        said.append(numerals.spoken(int(rest[:size]), language))
        rest = rest[size:]
        if size == 2 and rest and said[-1].endswith(_ROUND[language]):
            said[-1] += ","
    return " ".join(said)


_ROUND = {"fi": "kymmentä", "sv": "tio", "en": "ty"}
"""After a round number a speaker pauses, or the next digit would belong to it."""


def _cut(text: str, sizes: tuple[int, ...]) -> list[str]:
    parts = []
    for size in sizes:
        if text:
            parts.append(text[:size])
            text = text[size:]
    return [*parts, text] if text else parts

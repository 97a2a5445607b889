"""Read a dialogue file: TOML head plus a script of turns and directives."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

TURN = re.compile(r"^(?P<who>[AC]2?)(?:@(?P<lang>\w\w))?(?:#(?P<tags>[\w,]+))?:\s*(?P<text>.+)$")
ENTITY = re.compile(r"\{(?P<type>\w+)(?:=(?P<value>[^|}]+))?\|(?P<text>[^}]+)\}")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def words(text):
    """Words as spoken; hyphenated words are split."""
    return WORD.findall(text)


@dataclass
class Turn:
    who: str  # A, A2 (agent lane) or C, C2 (caller lane)
    lang: str
    text: str
    tags: list
    entities: list = field(default_factory=list)  # {type, text, value?, first_word, last_word}

    @property
    def side(self):
        return "agent" if self.who[0] == "A" else "caller"


@dataclass
class Directive:
    name: str
    args: list


def parse_turn(line, default_lang):
    m = TURN.match(line)
    if not m:
        raise ValueError(f"not a turn: {line}")
    turn = Turn(
        m["who"], m["lang"] or default_lang, "", (m["tags"] or "").split(",") if m["tags"] else []
    )
    pos = 0
    for e in ENTITY.finditer(m["text"]):
        turn.text += m["text"][pos : e.start()]
        first = len(words(turn.text))
        turn.text += e["text"]
        entity = {"type": e["type"], "text": e["text"].rstrip(".,")}
        if e["value"]:
            entity["value"] = e["value"]
        entity["first_word"], entity["last_word"] = first, len(words(turn.text)) - 1
        turn.entities.append(entity)
        pos = e.end()
    turn.text += m["text"][pos:]
    return turn


def load(path):
    head = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    items = []
    for line in head.pop("script").strip().splitlines():
        line = line.strip()
        if line.startswith("!"):
            name, *args = line[1:].split()
            items.append(Directive(name, args))
        elif line:
            items.append(parse_turn(line, head["langs"][0]))
    return head, items

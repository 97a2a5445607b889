"""A form as a TOML file: how the templates are shipped, and how a house writes its own. Pure.

Strict and total: text in, a form or one InputError out that says where. What the file means is in
``form``; ``docs/dpo/evaluation-forms.md`` shows it to those who write one.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

from talteen.errors import InputError
from talteen.life.use.quality import form
from talteen.life.use.quality.form import Condition, Form, Kind, Question, Scale, Section, Text


def read(text: str) -> Form:
    """The form that ``text`` says; InputError where it is no form that may be published."""
    try:
        found = _form(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(type(error).__name__) from None
    wrong = form.faults(found)
    if wrong:
        raise _refused(", ".join(wrong))
    return found


def _refused(where: str) -> InputError:
    return InputError(
        f"this is no evaluation form ({where})", remedy="compare it with a shipped template"
    )


def _form(said: Mapping[str, Any]) -> Form:
    return Form(
        id=_id(said),
        version=int(said["version"]),
        title=_text(said["title"]),
        sections=tuple(_section(one) for one in said["section"]),
    )


def _section(said: Mapping[str, Any]) -> Section:
    questions = tuple(_question(one) for one in said["question"])
    return Section(_id(said), _text(said["title"]), int(said["weight"]), questions)


def _question(said: Mapping[str, Any]) -> Question:
    condition = said.get("asked_if")
    return Question(
        id=_id(said),
        text=_text(said["text"]),
        weight=int(said["weight"]),
        scale=Scale(said.get("scale", Scale.POINTS.value)),
        kind=Kind(said.get("kind", Kind.NORMAL.value)),
        anchors={int(point): _text(words) for point, words in said.get("anchors", {}).items()},
        asked_if=Condition(condition["question"], tuple(condition["answers"]))
        if condition
        else None,
        comment_under=int(said.get("comment_under", 0)),
        na=bool(said.get("na", True)),
    )


def _id(said: Mapping[str, Any]) -> str:
    name = said["id"]
    if not isinstance(name, str) or not name.replace("-", "").isalnum():
        raise ValueError("an id is letters, figures and hyphens")
    return name


def _text(said: Mapping[str, str]) -> Text:
    return {language: str(said[language]) for language in form.LANGUAGES if language in said}

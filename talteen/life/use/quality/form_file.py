"""A form as a TOML file: how the templates are shipped, and how a house writes its own. Pure.

Strict and total: text in, a form or one InputError out that says where; ``write`` gives the text of
a form, which reads as the same one. What the file means is in ``form``;
``docs/dpo/evaluation-forms.md`` shows it to those who write one.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
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


def write(made: Form) -> str:
    """The file of ``made``."""
    return "\n".join(_written(made)) + "\n"


def _written(made: Form) -> Iterator[str]:
    yield f"id = {_quoted(made.id)}"
    yield f"version = {made.version}"
    yield f"title = {_table(made.title)}"
    for section in made.sections:
        yield "\n[[section]]"
        yield f"id = {_quoted(section.id)}"
        yield f"weight = {section.weight}"
        yield f"title = {_table(section.title)}"
        for question in section.questions:
            yield from _question_written(question)


def _question_written(one: Question) -> Iterator[str]:
    yield "[[section.question]]"
    yield f"id = {_quoted(one.id)}"
    yield f"weight = {one.weight}"
    yield f"scale = {_quoted(one.scale.value)}"
    yield f"kind = {_quoted(one.kind.value)}"
    yield f"text = {_table(one.text)}"
    yield f"comment_under = {one.comment_under}"
    yield f"na = {str(one.na).lower()}"
    if one.asked_if is not None:
        answers = list(one.asked_if.answers)
        yield f"asked_if = {{ question = {_quoted(one.asked_if.question)}, answers = {answers} }}"
    if one.anchors:
        yield "[section.question.anchors]"
        for point, words in sorted(one.anchors.items()):
            yield f"{point} = {_table(words)}"


def _table(text: Text) -> str:
    said = (f"{language} = {_quoted(words)}" for language, words in text.items())
    return f"{{ {', '.join(said)} }}"


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's too; only DEL stands raw in JSON and may not in TOML.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


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

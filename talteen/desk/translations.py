"""The words of the screens in three languages: gathered, compiled, and refused where one is
missing.

Finnish is the source and stands in templates and code itself, so that a page reads as it will be
read. ``locale/<language>/LC_MESSAGES/django.po`` holds each language; the compiled ``.mo`` beside
it is committed too, so that a machine needs no tool to run.

    python -m talteen.desk.translations update     gather new words into the .po files, and compile
    python -m talteen.desk.translations check      exit 2 where a word is missing, or a .mo is stale
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HERE = Path(__file__).parent
SOURCE = "fi"
LANGUAGES = ("fi", "sv", "en")
_STILL = datetime(2026, 11, 24, tzinfo=UTC)
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_NAMED = re.compile(r"%\((\w+)\)s")

Key = tuple[str | None, str, str | None]
"""Context, text, plural."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a language."""

    language: str
    what: str


def gathered() -> dict[Key, str]:
    """Every text of templates and code, with the place where it first stands."""
    found: dict[Key, str] = {}
    # They write to people too: reports and alarms, receipts and codes.
    letters = (HERE.parent / "oversight", HERE.parent / "life" / "answer")
    written = [path for room in letters for path in room.rglob("*.py")]
    for path in sorted([*HERE.rglob("*.html"), *HERE.rglob("*.py"), *written]):
        place = path.relative_to(HERE.parent).as_posix().removeprefix("desk/")
        for key in _texts(path):
            found.setdefault(key, place)
    return found


def faults() -> list[Fault]:
    """What is wrong with the three languages; nothing on a day when all are complete and
    compiled.
    """
    wanted = gathered()
    return [fault for language in LANGUAGES for fault in _faults(language, wanted)]


def update() -> None:
    """Bring the .po files to what the screens say, and compile them. Translations that are there
    stay.
    """
    wanted = gathered()
    for language in LANGUAGES:
        catalog = _merged(language, wanted)
        with _po(language).open("wb") as file:
            write_po(file, catalog, sort_output=True, width=100, omit_header=False)
        _mo(language).write_bytes(_compiled(catalog))


def _texts(path: Path) -> Iterator[Key]:
    code = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Django turns the tags of a template into calls; what is no call is blanked out, line by
        # line.
        code = "\n".join(line.strip() for line in templatize(code).splitlines())
        code = "\n".join(re.findall(r"n?p?n?gettext\(.*?\)\s", code + " ", re.DOTALL))
    for _line, function, message, _comments in extract_python(
        io.BytesIO(code.encode()), _KEYWORDS, (), {}
    ):
        parts = (message,) if isinstance(message, str) else tuple(message)
        yield _key(str(function), tuple(map(str, parts)))


def _key(function: str, parts: tuple[str, ...]) -> Key:
    match function:
        case "ngettext":
            return None, parts[0], parts[1]
        case "pgettext" | "pgettext_lazy":
            return parts[0], parts[1], None
        case "npgettext":
            return parts[0], parts[1], parts[2]
        case _:
            return None, parts[0], None


def _merged(language: str, wanted: dict[Key, str]) -> Catalog:
    known = _read(language)
    catalog = _empty(language)
    for (context, text, plural), place in wanted.items():
        before = known.get(text, context=context)
        written = before.string if before else ""
        if language == SOURCE:
            written = (text, plural) if plural else text
        identity = (text, plural) if plural else text
        if plural and not isinstance(written, tuple):
            written = ("", "")
        catalog.add(identity, written, context=context, locations=[(place, 0)])
    return catalog


def _faults(language: str, wanted: dict[Key, str]) -> Iterator[Fault]:
    catalog = _read(language)
    for (context, text, plural), place in wanted.items():
        message = catalog.get(text, context=context)
        if message is None:
            yield Fault(language, f"{place}: not in the catalogue: {text!r}")
        elif why := _wrong(message, plural):
            yield Fault(language, f"{place}: {why}: {text!r}")
    texts = {(context, text) for context, text, _plural in wanted}
    for message in catalog:
        if message.id and (message.context, _singular(message)) not in texts:
            yield Fault(language, f"said nowhere any more: {_singular(message)!r}")
    if not _mo(language).exists() or _mo(language).read_bytes() != _compiled(catalog):
        yield Fault(language, "the .mo is not made from the .po; run update")


def _wrong(message: Message, plural: str | None) -> str:
    written = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy:
        return "marked as fuzzy"
    if not all(written) or (plural is not None) is not isinstance(message.string, tuple):
        return "not translated"
    allowed = set(_NAMED.findall(_singular(message))) | set(_NAMED.findall(plural or ""))
    if any(set(_NAMED.findall(str(text))) - allowed for text in written):
        return "names a value that the page does not have"
    return ""


def _singular(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def _read(language: str) -> Catalog:
    path = _po(language)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def _empty(language: str) -> Catalog:
    # The dates stand still: a file that says the same thing is the same file.
    return Catalog(
        locale=language,
        domain="django",
        header_comment=f"# Talteen in {language}. Finnish is the source: talteen.desk.translations",
        project="Talteen",
        version="1",
        msgid_bugs_address="-",
        last_translator="Talteen",
        language_team=language,
        creation_date=_STILL,
        revision_date=_STILL,
        fuzzy=False,
    )


def _compiled(catalog: Catalog) -> bytes:
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def _po(language: str) -> Path:
    return HERE / "locale" / language / "LC_MESSAGES" / "django.po"


def _mo(language: str) -> Path:
    return _po(language).with_suffix(".mo")


def main(arguments: list[str]) -> int:
    """``update`` or ``check``; the exit status."""
    if arguments == ["update"]:
        update()
    if arguments not in (["update"], ["check"]):
        sys.stderr.write("say update or check\n")
        return 2
    wrong = faults()
    for fault in wrong:
        sys.stderr.write(f"{fault.language}: {fault.what}\n")
    return 2 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

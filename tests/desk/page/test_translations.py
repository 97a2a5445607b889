"""The screens in three languages: complete, compiled, and nothing said outside of them."""

import re
from pathlib import Path

import pytest

from talteen.desk import translations

TEMPLATES = Path(translations.__file__).parent / "templates"
_CODE = re.compile(
    r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{%.*?%}|{{.*?}}|{#.*?#}"
    r"|<style.*?</style>|<script.*?</script>|<!--.*?-->|<kbd>.*?</kbd>",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_SPOKEN = re.compile(r"""\b(?:aria-label|title|placeholder|alt|label)="([^"]*)\"""")
_SAID = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
SAID_ANYWAY = {
    "Talteen",
    "talteen",
    "verify",
    "py",
    "python",
    "CSV",
    "OpenBao",
    "SHA",
    "JSON",
    "PDF",
    "nbsp",
    "min",
    "fi",
    "sv",
    "en",
}
"""Names, and units that are the same in all three languages."""


def test_every_text_of_the_screens_is_there_in_three_languages_and_compiled() -> None:
    assert translations.faults() == []


def test_a_text_without_a_translation_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "HERE", tmp_path)
    page = tmp_path / "page.html"
    page.write_text('{% load i18n %}{% translate "Uusi sana" %}')
    translations.update()

    found = {(fault.language, fault.what.split(":")[1].strip()) for fault in translations.faults()}

    assert found == {("sv", "not translated"), ("en", "not translated")}


def test_a_stale_compilation_and_a_word_that_nobody_says_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "HERE", tmp_path)
    page = tmp_path / "page.html"
    page.write_text('{% load i18n %}{% translate "Sana" %}')
    translations.update()
    po = tmp_path / "locale" / "fi" / "LC_MESSAGES" / "django.po"
    po.write_text(po.read_text() + '\nmsgid "Vanha"\nmsgstr "Vanha"\n')

    finnish = [fault.what for fault in translations.faults() if fault.language == "fi"]

    assert any("said nowhere" in what for what in finnish)
    assert any(".mo" in what for what in finnish)


def test_every_translate_tag_is_gathered() -> None:
    gathered = {text for _context, text, _plural in translations.gathered()}
    tag = re.compile(r"""{%\s*translate\s+("|')(.*?)\1""")

    for template in TEMPLATES.rglob("*.html"):
        for _quote, text in tag.findall(template.read_text()):
            assert text in gathered, f"{template.name}: {text}"


@pytest.mark.parametrize(
    "template",
    [
        path
        for path in sorted(TEMPLATES.rglob("*.html"))
        # The page of parts is for those who build the house, in Finnish.
        if "styleguide" not in path.parts
    ],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_no_template_says_anything_outside_the_translations(template: Path) -> None:
    written = _CODE.sub(" ", template.read_text())
    spoken = " ".join(_SPOKEN.findall(written))
    left = _TAG.sub(" ", written)

    assert set(_SAID.findall(f"{left} {spoken}")) <= SAID_ANYWAY


def test_finnish_is_the_source_and_reads_as_it_is_written() -> None:
    catalogue = (TEMPLATES.parent / "locale" / "fi" / "LC_MESSAGES" / "django.po").read_text()

    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', catalogue, re.MULTILINE)
    assert pairs
    assert all(source == target for source, target in pairs)

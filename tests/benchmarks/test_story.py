"""What was measured is kept as it comes, and the page shows what the book holds and no more."""

import importlib
import os
import pkgutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import benchmarks
from benchmarks import NOT_BUILT, Judged, Row, Verdict, book, groups, knobs, machine, page, story
from benchmarks.book import Book, Done, Figure, Run

DOCS = Path(__file__).parents[2] / "docs"
RUN = Run("2026-11-29T10:00:00Z", "a machine", "abc")
NEXT = Run("2026-11-30T10:00:00Z", "a machine", "abc")
ALL = [module for each in groups.GROUPS.values() for module in each]


def figure(row: Row, *, module: str = "log", run: Run = RUN, others: float = 0.0) -> Figure:
    return book.of_row(row, run=run, module=module, at="2026-11-29T10:05:00Z", others=others)


def row(measure: str = "appends (1/s)", ours: float | None = 20.0, **more: object) -> Row:
    return Row("log", measure, ours, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (row(bar=">=15", judged=Judged.OURS), Verdict.MET),
        (row(bar="<=15", judged=Judged.OURS), Verdict.MISSED),
        (row(peer=10.0, bar="<=2"), Verdict.MET),
        (row(), Verdict.NO_BAR),
        (row(ours=None, lacks=NOT_BUILT), Verdict.NOT_BUILT),
        (row(ours=None, lacks="gcc is not installed"), Verdict.SKIPPED),
        (row(peer=None, bar="<=2"), Verdict.SKIPPED),
    ],
)
def test_a_row_is_told_in_one_word(measured: Row, verdict: Verdict) -> None:
    assert measured.verdict is verdict


def test_every_module_that_measures_is_in_a_group() -> None:
    found = {each.name for each in pkgutil.iter_modules(benchmarks.__path__)}
    beside = {"destruction", "key_holders", "words_accuracy", "alone"}
    measuring = {
        name
        for name in found - beside
        if "\ndef rows()" in (Path(benchmarks.__path__[0]) / f"{name}.py").read_text()
    }

    assert measuring == set(ALL)


def test_a_run_that_was_cut_goes_on_where_it_was() -> None:
    kept = Book()
    begun = kept.going_on(RUN)
    kept.put(figure(row()))
    kept.end(Done("log", RUN.began, 60.0))

    assert kept.going_on(NEXT) is begun
    assert kept.done_in(begun) == {"log"}


def test_other_code_or_another_machine_begin_a_run_of_their_own() -> None:
    kept = Book()
    kept.going_on(RUN)
    changed = Run(NEXT.began, NEXT.machine, "other")

    assert kept.going_on(changed) is changed


def test_a_finished_run_is_not_gone_on_with() -> None:
    kept = Book()
    kept.going_on(RUN)
    for module in ALL:
        kept.end(Done(module, RUN.began, 1.0))

    assert kept.going_on(NEXT) is NEXT


def test_what_an_earlier_run_measured_stays_until_the_module_is_done_anew() -> None:
    kept = Book()
    kept.going_on(RUN)
    for measure in ("appends (1/s)", "a measure that is gone (s)"):
        kept.put(figure(row(measure)))
    kept.end(Done("log", RUN.began, 60.0))
    kept.runs.append(NEXT)
    kept.put(figure(row(ours=30.0), run=NEXT))

    assert {one.row.measure for one in kept.figures} == {
        "appends (1/s)",
        "a measure that is gone (s)",
    }
    kept.end(Done("log", NEXT.began, 50.0))
    assert [(one.row.ours, one.run) for one in kept.figures] == [(30.0, NEXT.began)]
    assert kept.runs == [NEXT]


def test_a_book_is_read_as_it_was_written(tmp_path: Path) -> None:
    kept = Book()
    kept.going_on(RUN)
    kept.put(figure(row(peer=1.5, bar="<=2", judged=Judged.OURS), others=1.25))
    kept.put(book.failed(figure(row("other (s)", None)), "KeyError in log"))
    kept.end(Done("log", RUN.began, 60.0))
    book.save(kept, tmp_path / "book.json")

    assert book.load(tmp_path / "book.json") == kept


def test_a_number_from_a_loaded_machine_says_so() -> None:
    kept = Book()
    kept.going_on(RUN)
    kept.put(figure(row(bar=">=15", judged=Judged.OURS), others=1.4))
    made = page.files(kept)

    assert "loaded: 1.4 cores" in made[Path("benchmarks.md")]
    picture = made[Path("pictures/bench-log.svg")]
    assert "machine loaded" in picture
    assert "url(#loaded)" in picture


def test_every_picture_is_well_formed_and_names_itself() -> None:
    kept = Book()
    kept.going_on(RUN)
    kept.put(figure(row("less than < 1 & more (s)", bar="<=0", judged=Judged.OURS)))
    for size, ours in ((10_000, 1.5), (100_000, 4.0)):
        kept.put(figure(row(f"list, {size:,} calls (ms)", ours), module="scale"))

    pictures = {path: text for path, text in page.files(kept).items() if path.suffix == ".svg"}
    assert set(map(str, pictures)) == {"pictures/bench-log.svg", "pictures/bench-growth.svg"}
    for text in pictures.values():
        svg = ET.fromstring(text)
        assert svg.get("role") == "img"
        assert "prefers-color-scheme" in text
        assert "<script" not in text


def test_the_page_of_the_documentation_is_what_its_book_makes() -> None:
    for path, text in page.files(book.load(DOCS / page.BOOK)).items():
        assert (DOCS / path).read_text() == text, f"{path}: ./run bench --page"


def test_a_module_that_fails_is_told_and_what_it_had_measured_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(module: str) -> object:
        yield row()
        raise story.alone.Ended(f"KeyError in {module}")

    monkeypatch.setattr(story.alone, "rows", measured)
    monkeypatch.setattr(story, "LOOK_S", 0.01)
    said: list[str] = []
    told = story.begin(said.append, docs=tmp_path).tell(("log",))

    assert [one.verdict for one in told] == [Verdict.NO_BAR, Verdict.FAILED]
    assert "KeyError in log" in (tmp_path / page.PAGE).read_text()
    assert not book.load(tmp_path / page.BOOK).done


def test_what_this_process_spends_is_not_others() -> None:
    before = machine.Others.begin()
    spun = sum(range(3_000_000))

    now = machine.Others.begin()
    assert spun
    assert now.ours_s > before.ours_s


def test_what_narrows_a_measurement_reaches_the_process_that_measures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TALTEEN_BENCH_DAYS", "30")
    importlib.reload(knobs)

    assert "TALTEEN_BENCH_DAYS" not in os.environ  # a house refuses what it does not know
    assert knobs.handed_on()["TALTEEN_BENCH_DAYS"] == "30"

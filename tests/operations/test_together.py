"""Figures of several processes: one sum, no half of an answer in it, and no step back."""

import signal
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from threading import Thread

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from talteen.config.sections import WebSection
from talteen.operations import exporter, together, web_figures
from talteen.operations.figures import NAMES, WEB
from talteen.operations.together import Together
from talteen.operations.web_figures import Counts, Pages
from tests.kit.processes import forked, gone, until

STATUS, COUNT, SUM = (
    "talteen_web_requests_total",
    "talteen_web_request_seconds_count",
    "talteen_web_request_seconds_sum",
)


def told(ours: Together) -> dict[tuple[str, str], float]:
    """As Prometheus reads it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Pages(ours))
    text = generate_latest(registry).decode()
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def at_work(ours: Together, act: Callable[[Counts], object]) -> AbstractContextManager[int]:
    """A process of the pages that does it, and lives on."""

    def begin() -> None:
        ours.enter()
        with ours.starting():
            counts = Counts(ours.mine())
        act(counts)

    return forked(begin)


def add(counts: Counts, answers: Iterable[tuple[str, float]]) -> None:
    for status, seconds in answers:
        counts.add(status, seconds)


def test_of_one_core_one_process_answers_and_of_more_two_unless_somebody_says_so() -> None:
    assert together.wanted(WebSection(), cores=1) == 1
    assert together.wanted(WebSection(), cores=2) == 2
    assert together.wanted(WebSection(), cores=64) == 2
    assert together.wanted(WebSection(threads=2), cores=2) == 1, "each needs two threads"
    assert together.wanted(WebSection(processes=5), cores=2) == 5


def test_whoever_is_asked_tells_the_sum_and_a_killed_one_takes_nothing_along() -> None:
    ours = Together()
    with ExitStack() as stack:
        answers = [("200 OK", 0.02)] * 3
        first = stack.enter_context(at_work(ours, lambda counts: add(counts, answers)))
        until(lambda: told(ours)[COUNT, ""] == 3)
        stack.enter_context(at_work(ours, lambda counts: add(counts, [("404 Gone", 7.0)])))
        until(lambda: told(ours)[COUNT, ""] == 4)
        both = told(ours)
        gone(first)
        alone = told(ours)
        stack.enter_context(at_work(ours, lambda counts: add(counts, [("302 Found", 0.5)])))
        until(lambda: told(ours)[COUNT, ""] == 5)
        anew = told(ours)

    assert (both[STATUS, "2xx"], both[STATUS, "4xx"], both[SUM, ""]) == (3, 1, 7.06)
    assert both["talteen_web_processes", ""] == 2
    assert alone["talteen_web_processes", ""] == 1
    assert all(alone[name] == both[name] for name in both if name[0] != "talteen_web_processes")
    assert (anew[STATUS, "2xx"], anew[STATUS, "3xx"], anew[COUNT, ""]) == (3, 1, 5)
    assert anew["talteen_web_request_seconds_bucket", "0.025"] == 3
    assert anew["talteen_web_request_seconds_bucket", "0.5"] == 4


def test_counts_of_one_scrape_agree_however_fast_they_grow() -> None:
    ours = Together()

    def grow(counts: Counts) -> None:
        while True:
            counts.add("200 OK", 1.0)

    with at_work(ours, grow):
        until(lambda: told(ours)[COUNT, ""] > 0)
        scrapes = [told(ours) for _ in range(50)]

    for one in scrapes:
        assert one[STATUS, "2xx"] == one[COUNT, ""] == one[SUM, ""]
    assert sorted(one[COUNT, ""] for one in scrapes) == [one[COUNT, ""] for one in scrapes]


def test_who_was_killed_half_way_holds_no_scrape_up_and_is_gone_on_from() -> None:
    ours = Together()
    ours.enter()
    counts = Counts(ours.mine())
    counts.add("200 OK", 1.0)
    stood = bytes(ours.mine())
    counts.add("404 Not Found", 7.0)
    ours.mine()[:8] = stood[:8]  # all was written but that it is one more

    assert (told(ours)[COUNT, ""], told(ours)[SUM, ""]) == (1, 1)
    Counts(ours.mine()).add("200 OK", 1.0)
    after = told(ours)
    assert (after[STATUS, "2xx"], after[STATUS, "4xx"], after[SUM, ""]) == (2, 0, 2)


def test_the_pages_count_their_answers_by_class_and_know_no_address() -> None:
    ours = Together()
    ours.enter()

    def page(environ: dict[str, object], start: exporter.Start) -> Iterable[bytes]:
        start("404 Not Found" if environ["PATH_INFO"] == "/gone" else "200 OK", [])
        return [b""]

    app = web_figures.counted(page, ours)
    for path in ("/calls/5f0f", "/gone"):
        app({"PATH_INFO": path}, lambda *_: None)

    after = told(ours)
    assert {status: after[STATUS, status] for status in WEB[STATUS].values} == {
        "1xx": 0,
        "2xx": 1,
        "3xx": 0,
        "4xx": 1,
        "5xx": 0,
    }
    assert {name for name, _ in after} <= NAMES


def test_only_one_begins_at_a_time_and_a_killed_beginner_is_followed_by_the_next() -> None:
    ours = Together()
    ours.enter()

    def stuck() -> None:
        ours.enter()
        with ours.starting():
            ours.restarted(1)  # the sign that it is in
            signal.pause()

    begun: list[int] = []

    def begin() -> None:
        with ours.starting():
            begun.append(1)

    with forked(stuck) as child:
        until(lambda: ours.restarts == 1)
        thread = Thread(target=begin)
        thread.start()
        thread.join(0.1)
        before = list(begun)
        gone(child)
        thread.join(10)

    assert (before, begun) == ([], [1])

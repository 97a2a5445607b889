"""What monitoring is told: everything that the table names and nothing else, to whom it may be."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from talteen import config as configs
from talteen import course
from talteen.clock import helsinki_date
from talteen.config.metrics import MetricsSection
from talteen.errors import ConfigError
from talteen.life.capture.models import Promise
from talteen.life.capture.node_files import Folder
from talteen.operations import exporter, port, readings
from talteen.operations.exporter import Machine
from talteen.operations.figures import ALL, CALLS, HOUSE, KEY_ALARMS, NODE, Told
from talteen.operations.synthetic import entering
from talteen.oversight.keys import Kind
from talteen.oversight.today import today
from talteen.recovery import taken
from talteen.register import house as houses_row
from talteen.register.models import Line, Recording, Tally
from tests.kit import houses, reception
from tests.kit.houses import Built
from tests.kit.processes import until


@pytest.fixture
def built(home: Path) -> Built:
    return houses.of_now(home)


def machine_of(built: Built, folder: Path | None = None, **capture: object) -> Machine:
    """What this machine tells of the house; ``folder`` of a node that runs here."""
    config = built.house.config
    config = replace(config, capture=config.capture.model_copy(update=capture))
    node = Folder(folder or config.paths.state / "node")
    return Machine(config, node, lambda told: readings.read(built.house, told))


def told_by(collector: Collector) -> dict[tuple[str, str], float]:
    """As Prometheus reads it: its own parser of its own text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    text = generate_latest(registry).decode()
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.django_db(transaction=True)
def test_a_house_at_work_tells_every_figure_that_it_can_have(built: Built) -> None:
    now = built.clock.now()
    entering.by_file(built.house, entering.announcement(built.house, now), now)
    course.sweep(built.house, built.clock.now())
    houses_row.swept(datetime.now(UTC))
    taken.note(built.house.config.paths.state, datetime.now(UTC) - timedelta(hours=3))

    told = told_by(machine_of(built))

    assert told["talteen_database_up", ""] == 1
    assert told["talteen_calls_today", "recorded"] == 1
    assert told["talteen_holder_up", "live"] == 1
    assert told["talteen_ledger_entries", ""] > 3
    assert 3 * 3600 <= told["talteen_backup_age_seconds", ""] < 3 * 3600 + 60
    assert told["talteen_jobs", "ready"] == 1, "its words wait for a worker"
    assert told["talteen_destruction_overdue", ""] == 0
    # What needs an occasion: a breach, a request, a drill, an alarm, a reaper of its own.
    occasional = {
        "talteen_breach_hours_left",
        "talteen_drill_age_seconds",
        "talteen_drill_ok",
        "talteen_key_alarm",
        "talteen_reaper_age_seconds",
        "talteen_request_nearest_days",
    }
    assert HOUSE.keys() - {name for name, _ in told} <= occasional


@pytest.mark.django_db(transaction=True)
def test_what_is_due_and_not_destroyed_is_counted_with_its_age(built: Built) -> None:
    call = houses.recorded(built, "022", built.clock.now())
    row = Recording.objects.get(pk=call)
    built.clock.at = row.cutoff_at + timedelta(hours=2)

    late = told_by(machine_of(built))
    course.sweep(built.house, built.clock.now())
    done = told_by(machine_of(built))

    assert late["talteen_destruction_overdue", ""] == 1
    assert late["talteen_destruction_oldest_seconds", ""] == pytest.approx(7200, abs=5)
    assert done["talteen_destruction_overdue", ""] == 0
    assert done["talteen_destruction_oldest_seconds", ""] == 0


@pytest.mark.django_db(transaction=True)
def test_no_label_has_another_value_than_the_table_lists(built: Built) -> None:
    houses.recorded(built, "022", built.clock.now())
    course.sweep(built.house, built.clock.now())
    (built.house.config.paths.keys_ring).rename(built.house.config.home / "unplugged")
    course.watch_keys(built.house, built.clock.now())

    told = told_by(machine_of(built))

    for name, label in told:
        assert label in (ALL[name].values or ("",)), name
    assert told["talteen_key_alarm", "ring_away"] == 1


def test_a_label_that_nobody_listed_is_not_told() -> None:
    told = Told()
    told.tell("talteen_holder_up", 1, "+358401234567")
    told.tell("talteen_holder_up", 1, "live")

    assert [one.label for one in told.samples] == ["live"]
    with pytest.raises(KeyError):
        told.tell("talteen_caller", 1)


def test_every_alarm_about_the_keys_has_its_figure() -> None:
    assert tuple(one.value for one in Kind) == KEY_ALARMS


def test_every_label_of_the_table_is_one_of_a_few_words() -> None:
    for figure in ALL.values():
        assert bool(figure.label) == bool(figure.values), figure.name
        assert len(figure.values) <= 12, figure.name
        assert all(value == value.lower() and " " not in value for value in figure.values)


def test_with_the_house_away_the_machine_is_told_all_the_same(home: Path) -> None:
    def fails(_: Told) -> None:
        raise OSError("away: +358401234567")

    config = configs.load(home)
    config.paths.blobs.mkdir()
    told = told_by(Machine(config, Folder(home / "node"), fails))

    assert told["talteen_database_up", ""] == 0
    assert told["talteen_disk_free_bytes", "blobs"] > 0


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_a_node_tells_how_it_is_and_that_it_is_gone(built: Built, tmp_path: Path) -> None:
    folder = tmp_path / "node"
    with reception.reception(built.house.vault, folder, prompts=reception.of_the_house()) as at:
        machine = machine_of(built, folder, address="127.0.0.1", sip_port=at.port)
        until(lambda: told_by(machine)["talteen_node_ears", ""] == 1, within_s=90)
        up = told_by(machine)
        at.holder.terminate()
        at.holder.wait(30)
        gone = told_by(machine)

    assert up["talteen_node_up", ""] == 1
    assert up["talteen_node_ports_free", ""] == 16
    assert NODE.keys() - {name for name, _ in up} == {"talteen_node_trouble"}
    assert gone["talteen_node_up", ""] == 0
    assert ("talteen_node_calls", "") not in gone


# --- the door -------------------------------------------------------------------------------------


class One(Collector):
    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("talteen_build", "always 1")
        family.add_metric([], 1)
        yield family


@contextmanager
def served(token: str) -> Iterator[str]:
    with exporter.server([One()], port.listen(MetricsSection(), 0), token) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def status_of(url: str, token: str = "") -> int:
    asked = urllib.request.Request(url, headers={"Authorization": token} if token else {})
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_figures_are_told_only_to_who_brings_the_token() -> None:
    with served("s3cret") as at:
        assert status_of(f"{at}/metrics", "Bearer s3cret") == 200
        assert status_of(f"{at}/metrics", "Bearer wrong") == 401
        assert status_of(f"{at}/metrics") == 401
        assert status_of(f"{at}/") == 404


def test_beyond_this_machine_no_figure_is_told_without_a_token(home: Path) -> None:
    (home / configs.FILE_NAME).write_text('[metrics]\nhost = "0.0.0.0"\nport = 9470\n')

    with pytest.raises(ConfigError, match=r"metrics.token_file: is missing"):
        configs.load(home)
    assert MetricsSection().port == 0, "nothing is told that nobody has asked for"


@pytest.mark.django_db(transaction=True)
def test_the_calls_of_today_are_those_of_the_page_of_today(built: Built) -> None:
    now = built.clock.now()
    entering.by_file(built.house, entering.announcement(built.house, now), now)
    line = Line.objects.order_by("slug")[0]
    day = helsinki_date(now)
    for mac, outcome in ((b"1", "private"), (b"2", "running"), (b"3", "lost"), (b"4", "synthetic")):
        Promise.objects.create(
            mac=mac, arrived_at=now, day=day, line=line, outcome=outcome, keep_until=now
        )
    Tally.objects.create(day=day, line=None, kind="not_taken", count=4)

    told, page = told_by(machine_of(built)), today(now)

    for outcome in CALLS:
        assert told["talteen_calls_today", outcome] == getattr(page, outcome), outcome
    assert (page.recorded, page.lawful, page.underway, page.lost) == (1, 1, 1, 1)

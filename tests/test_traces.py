"""Spans tell how long things take, and nothing about anybody."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from talteen import config as configs
from talteen import course, traces
from talteen.config.traces import TracesSection
from talteen.errors import ConfigError, Conflict
from talteen.notice.purposes import Role
from tests.desk.conftest import Desk, desk
from tests.kit import collector
from tests.kit.collector import Collector

__all__ = ["desk"]
SOMEBODY = UUID(int=1)


@pytest.fixture
def collected() -> Iterator[Collector]:
    with collector.running() as got:
        traces.configure(TracesSection(endpoint=got.address), "web")
        yield got
        traces.end()


def test_a_span_lasts_as_long_as_its_block_and_tells_what_is_allowed(collected: Collector) -> None:
    with traces.span("sweep", destroyed=3) as span:
        span.tell(certified=2, caller="0401234567")
    traces.flush()

    [one] = collected.spans
    assert (one.name, one.attributes) == ("sweep", {"destroyed": 3, "certified": 2})
    assert one.ms >= 0
    assert not one.failed


@pytest.mark.parametrize(
    "value",
    ["Aino Virta", "+358401234567", "0401234567", str(SOMEBODY), SOMEBODY, None, "2026-11-29"],
)
def test_a_doubtful_value_under_an_allowed_name_is_withheld(
    collected: Collector, value: object
) -> None:
    with traces.span("request", route=value):
        pass
    traces.flush()

    assert collected.spans[0].attributes == {"route": "…"}


def test_an_error_is_told_by_its_code_and_never_by_its_words(collected: Collector) -> None:
    with pytest.raises(Conflict), traces.span("job", job="receive"):
        raise Conflict("the call of Aino Virta, 0401234567", remedy="ask Aino")
    with pytest.raises(ValueError), traces.span("job", job="receive"):
        raise ValueError("0401234567")
    traces.flush()

    assert [one.attributes["code"] for one in collected.spans] == ["conflict", "value-error"]
    assert all(one.failed and not one.events for one in collected.spans)
    sent = b"".join(collected.bodies)
    assert b"Aino" not in sent
    assert b"0401234567" not in sent
    assert socket.gethostname().encode() not in sent


def test_what_is_told_of_the_process_is_which_it_is(collected: Collector) -> None:
    with traces.span("roll"):
        pass
    traces.flush()

    assert collected.resources == [
        {"service.namespace": "talteen", "service.name": "talteen-web"},
    ]


@pytest.mark.django_db(transaction=True)
def test_a_request_a_roll_and_a_sweep_are_told_without_the_call(
    desk: Desk, collected: Collector
) -> None:
    call = desk.call("001")
    handler = desk.client(Role.COMPLAINT_HANDLER)

    handler.get(f"/calls/{call.pk}")
    handler.get("/calendar?month=2026-11")
    course.roll(desk.built.house, desk.now)
    traces.flush()

    told = {(one.name, one.attributes.get("route")) for one in collected.spans}
    assert {("request", "calendar"), ("roll", None)} <= told
    assert any(one.attributes.get("http_status") == 200 for one in collected.spans)
    assert {key for one in collected.spans for key in one.attributes} <= traces.ATTRIBUTES
    sent = b"".join(collected.bodies)
    assert str(call.pk).encode() not in sent
    assert b"2026-11" not in sent


def test_a_token_is_brought(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("secret-token\n")
    file.chmod(0o600)
    with collector.running() as got:
        traces.configure(TracesSection(endpoint=got.address, token_file=file), "work")
        with traces.span("sweep"):
            pass
        traces.end()
        assert got.headers[0]["authorization"] == "Bearer secret-token"


def test_a_collector_that_is_away_stops_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/v1/traces"
    traces.configure(TracesSection(endpoint=closed), "web")
    try:
        with traces.span("sweep", destroyed=1) as span:
            span.tell(certified=1)
        assert traces.on()
    finally:
        traces._provider = None  # what waits is for nobody


def test_nothing_of_it_is_loaded_while_no_endpoint_is_named() -> None:
    script = (
        "import sys; from talteen import traces; from talteen.config.traces import TracesSection\n"
        "traces.configure(TracesSection(), 'web')\n"
        "with traces.span('roll') as span: span.tell(destroyed=1)\n"
        "print(traces.on(), any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_spans_leave_this_machine_over_tls_only(home: Path) -> None:
    (home / "talteen.toml").write_text('[traces]\nendpoint = "http://otel.example.fi/v1/traces"\n')
    with pytest.raises(ConfigError, match=r"^traces\.endpoint: "):
        configs.load(home)
    (home / "talteen.toml").write_text('[traces]\nendpoint = "https://otel.example.fi/v1/traces"\n')
    assert configs.load(home).traces.share == 1.0


def test_where_it_is_not_installed_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ConfigError, match="not installed"):
        traces.configure(TracesSection(endpoint="http://127.0.0.1:4318/v1/traces"), "web")

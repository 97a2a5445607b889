"""The figures as Prometheus reads them: collected when asked for, told to whom they may be told.

One exporter a machine looks at what is there: the database, the capture node, disks, certificates.
What does not answer is told as down; it never keeps the rest from being told.
"""

import contextlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from socket import socket
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import structlog
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from talteen import config as configs
from talteen.clock import SystemClock
from talteen.config import Config
from talteen.errors import TalteenError
from talteen.life.capture.console import Client
from talteen.life.capture.node_files import Folder
from talteen.operations import certificates, disks
from talteen.operations.figures import ALL, Sample, Told

log = structlog.get_logger()
House = Callable[[Told], None]
"""Tells the figures of the house, or raises whatever the database raises."""
Start = Callable[[str, list[tuple[str, str]]], Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Machine(Collector):
    """What one machine tells."""

    config: Config
    node: Folder
    house: House

    def collect(self) -> Iterator[Metric]:
        """Look at everything now."""
        told = Told()
        told.tell("talteen_build", 1)
        _disks(self.config, told)
        _certificates(self.config, told)
        if self.config.capture.address:
            of_node(self.node, told)
        of_house(self.house, told)
        yield from families(told.samples)


def families(samples: Iterable[Sample]) -> list[Metric]:
    """Samples as families of Prometheus, in the order of the table."""
    made: dict[str, Metric] = {}
    for one in samples:
        figure = ALL[one.figure]
        kind = CounterMetricFamily if figure.counts else GaugeMetricFamily
        labels = [figure.label] if figure.label else []
        family = made.setdefault(figure.name, kind(figure.name, figure.says, labels=labels))
        assert isinstance(family, CounterMetricFamily | GaugeMetricFamily)
        family.add_metric([one.label] if labels else [], one.value)
    return [made[name] for name in ALL if name in made]


def of_house(house: House, told: Told) -> None:
    """The house's figures, and whether they could be had."""
    try:
        house(told)
    except Exception as error:
        log.warning("metrics.house_away", exc_info=error)
        told.tell("talteen_database_up", 0)
    else:
        told.tell("talteen_database_up", 1)


def of_node(folder: Folder, told: Told) -> None:
    """What the node says of itself at its console."""
    try:
        with Client(folder.path) as console:
            node = console.calls()["node"]
    except TalteenError:
        told.tell("talteen_node_up", 0)
        return
    told.tell("talteen_node_up", 1)
    told.tell("talteen_node_calls", node["calls"])
    told.tell("talteen_node_silent_streams", node["silent"])
    told.tell("talteen_node_ports_free", node["ports_free"])
    told.tell("talteen_node_packets_total", node["packets"])
    told.tell("talteen_node_packets_dropped_total", node["dropped"])
    told.tell("talteen_node_ears", len(node["ears"]))
    behind = max((ear["behind_ms"] for ear in node["ears"]), default=0)
    told.tell("talteen_node_behind_seconds", behind / 1000)
    for trouble in node["troubles"]:
        told.tell("talteen_node_trouble", 1, trouble.replace(" ", "_"))


def _disks(config: Config, told: Told) -> None:
    for disk in disks.disks(config):
        with contextlib.suppress(OSError):
            told.tell("talteen_disk_free_bytes", disk.room[0], disk.name)
            told.tell("talteen_disk_least_bytes", disk.least_bytes, disk.name)


def _certificates(config: Config, told: Told) -> None:
    now = SystemClock().now()
    for one in certificates.named(config):
        with contextlib.suppress(TalteenError):
            left = certificates.days_left(one, now)
            told.tell("talteen_certificate_days_left", left, one.setting)


# --- the door -------------------------------------------------------------------------------------


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    """Who asks, and for what, is in no log."""

    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def server(collectors: Iterable[Collector], listening: socket, token: str) -> WSGIServer:
    """A server of ``/metrics`` at an open port (``port.listen``); ``serve_forever`` starts it."""
    registry = CollectorRegistry(auto_describe=False)
    for one in collectors:
        registry.register(one)
    made = _Server(listening.getsockname()[:2], _Silent, bind_and_activate=False)
    made.socket.close()
    made.socket = listening
    made.server_name, made.server_port = listening.getsockname()[:2]
    made.setup_environ()
    made.set_app(door(registry, token))
    return made


def door(registry: CollectorRegistry, token: str) -> App:
    """``GET /metrics`` for whoever brings ``token`` (RFC 6750); for anybody where it is empty."""
    told = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        given = environ.get("HTTP_AUTHORIZATION", "")
        if environ.get("PATH_INFO") != "/metrics" or environ.get("REQUEST_METHOD") != "GET":
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"GET /metrics\n"]
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            start("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
            return [b""]
        answered: Iterable[bytes] = told(environ, start)
        return answered

    return answer


def token_of(config: Config) -> str:
    """What monitoring must bring; empty where anybody on this machine may ask."""
    file = config.metrics.token_file
    return configs.read_secret(file, key="metrics.token_file") if file else ""

"""Debian's Prometheus and Alertmanager, with the files of ``deploy/monitoring``; who is rung up."""

import contextlib
import json
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from benchmarks.house import free_port, process
from tests.drills.debian import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
_EVERY = "2s"
"""How often is asked here; the house's file says half a minute."""


@dataclass(slots=True)
class Duty:
    """Whoever is on call: hears what Alertmanager posts."""

    port: int
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """The path that was posted to, and the alert."""

    def of(self, alert: str) -> list[tuple[str, dict[str, Any]]]:
        """What was heard of one alert that stands."""
        return [
            one
            for one in self.heard
            if one[1]["labels"]["alertname"] == alert and one[1]["status"] == "firing"
        ]


@contextlib.contextmanager
def on_duty() -> Iterator[Duty]:
    """Somebody who listens until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            duty.heard += [(self.path, one) for one in told["alerts"]]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        duty = Duty(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield duty
        finally:
            server.shutdown()


@dataclass(slots=True)
class Prometheus:
    """One that runs."""

    port: int

    def ask(self, query: str) -> list[dict[str, Any]]:
        """What a panel would draw of it now."""
        told = self._asked(f"query?{urllib.parse.urlencode({'query': query})}")
        found: list[dict[str, Any]] = told["result"]
        return found

    def down(self) -> list[str]:
        """Targets that were not read at the last try."""
        targets = self._asked("targets")["activeTargets"]
        return [one["scrapeUrl"] for one in targets if one["health"] != "up"] or (
            [] if len(targets) == 2 else ["no targets"]
        )

    def _asked(self, what: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{what}") as answer:
            told: dict[str, Any] = json.loads(answer.read())["data"]
        return told

    def is_there(self) -> bool:
        """Whether it has read both of the house's addresses."""
        with contextlib.suppress(OSError):
            return not self.down()
        return False


@contextlib.contextmanager
def alertmanager(folder: Path, duty: Duty) -> Iterator[int]:
    """With the house's own file, but for where it posts; its port."""
    told = (MONITORING / "alertmanager.yml").read_text().replace(":9095/", f":{duty.port}/")
    (folder / "alertmanager.yml").write_text(told)
    port = free_port()
    words = (
        f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/alerts",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    )  # fmt: skip
    with process("prometheus-alertmanager", *words):
        yield port


@contextlib.contextmanager
def prometheus(folder: Path, figures: int, alerts: int) -> Iterator[Prometheus]:
    """With the house's own file of scrapes and its rules; only ports and intervals are others."""
    told = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    for at, job in enumerate(told["scrape_configs"]):
        del job["authorization"]
        job["scrape_interval"] = _EVERY
        job["static_configs"] = [{"targets": [f"127.0.0.1:{figures + at}"]}]
    told["rule_files"] = [str(MONITORING / "talteen-alerts.yml")]
    told["global"] = {"evaluation_interval": _EVERY}
    told["alerting"] = {
        "alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alerts}"]}]}]
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(told))
    port = free_port()
    words = (
        f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/series",
        f"--web.listen-address=127.0.0.1:{port}",
    )  # fmt: skip
    with process("prometheus", *words):
        yield Prometheus(port)

"""``./run drill monitoring``: Prometheus reads a living house, each panel draws, an alert rings."""

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import folders
from benchmarks.house import free_port, process
from benchmarks.visitor import Visitor
from talteen.desk.ground import supervise
from tests.drills.debian import ROOT, needs
from tests.drills.monitoring import services
from tests.drills.told import Told, judged, until
from tests.drills.upgrade import scripts
from tests.drills.upgrade.releases import of, said

NOTHING_YET = (
    "talteen_request_nearest_days",
    "talteen_breach_hours_left",
    "talteen_certificate_days_left",
    "talteen_key_alarm",
    "talteen_node_trouble",
    "talteen_reaper_age_seconds",
)
"""Told only where there is a request, a breach, a certificate, an alarm, a trouble, a reaper: this
house is well and has none."""


@dataclass(slots=True)
class Drill(Told):
    """Where the house and the services are."""

    folder: Path

    @property
    def home(self) -> Path:
        """The house."""
        return self.folder / "house"


def main() -> int:
    """Exit 2 with one line where the drill cannot be run, 1 where it found something."""
    argparse.ArgumentParser(prog="./run drill monitoring", description=__doc__).parse_args()
    with folders.held("talteen-monitoring-") as (folder, _):
        drill = Drill(folder=folder)
        well = "what monitoring is told is what its files ask for"
        return judged("monitoring", drill, lambda: tell(drill), well=well)


def tell(drill: Drill) -> None:
    """All of it. Broken at the first thing that is not as promised."""
    needs(prometheus="prometheus", prometheus_alertmanager="prometheus-alertmanager")
    port, figures = free_port(), free_port()
    env = of(drill.home)
    said([sys.executable, "-c", scripts.FOUND % port], env)
    with (drill.home / "talteen.toml").open("a") as file:
        file.write(f"[metrics]\nport = {figures}\n")
    drill.say("a demo house with two calls is there")
    with (
        process(*supervise.talteen("up"), env=env),
        process(*supervise.talteen("capture"), env=env) as node,
        services.on_duty() as duty,
        services.alertmanager(drill.folder, duty) as alerts,
        services.prometheus(drill.folder, figures, alerts) as prometheus,
    ):
        until(lambda: _answers(port), "the pages answer")
        until(prometheus.is_there, "Prometheus reads both addresses of the house")
        drill.say("ok    Prometheus reads the house and its pages")
        until(lambda: prometheus.ask("talteen_node_up == 1"), "the node answers")
        said([*supervise.talteen("backup"), str(drill.folder / "backup")], env)
        _panels(drill, prometheus)
        node.kill()
        drill.say("the node is killed")
        until(lambda: duty.of("TalteenNodeDown"), "somebody is rung up")
        _rung(drill, duty)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return Visitor(port).get("/readyz").status == 200
    return False


def panels() -> Iterator[tuple[str, str]]:
    """Every query of the dashboards, and where it stands."""
    for board in sorted(services.MONITORING.glob("dashboard-*.json")):
        for panel in json.loads(board.read_text())["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$__rate_interval", "1m")
                yield f"{board.stem}: {panel['title']}", query


def _panels(drill: Drill, prometheus: services.Prometheus) -> None:
    """Each panel has something to draw; where one shows faults alone, its figure is told."""
    asked = [
        (where, query.partition(" == 1")[0])
        for where, query in panels()
        if not any(name in query for name in NOTHING_YET)
    ]

    def silent() -> list[str]:
        return [where for where, query in asked if not prometheus.ask(query)]

    until(lambda: not silent(), lambda: f"there is data for {silent()}")
    drill.say(f"ok    each of {len(asked)} queries of the panels has data")


def _rung(drill: Drill, duty: services.Duty) -> None:
    """Whoever is on call hears which machine, and which page of ours says what to do."""
    path, alert = duty.of("TalteenNodeDown")[0]
    drill.holds(path == "/page", "it goes to whoever is woken")
    runbook = alert["annotations"]["runbook"]
    text = (ROOT / runbook).read_text()
    drill.holds("Alert `TalteenNodeDown`" in text, f"it brings its runbook: {runbook}")


if __name__ == "__main__":
    sys.exit(main())

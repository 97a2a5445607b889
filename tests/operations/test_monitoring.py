"""Alerts, runbooks and dashboards ask for figures that exist, and name commands that exist."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from talteen.desk import cli
from talteen.operations.figures import ALL, NAMES

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
RUNBOOKS = ROOT / "docs" / "operators" / "runbooks"
ALERTS = MONITORING / "talteen-alerts.yml"
HEADINGS = ["What it means", "How bad", "What to do", "How to know that it is over"]


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def queries() -> Iterator[tuple[str, str]]:
    """Every query, and where it stands."""
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for board in sorted(MONITORING.glob("dashboard-*.json")):
        for panel in json.loads(board.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{board.name}: {panel['title']}", target["expr"]


def wrong_in(query: str) -> list[str]:
    """Figures that no exporter tells, and values that a label never has."""
    found = [name for name in re.findall(r"\btalteen_\w+", query) if name not in NAMES]
    for name, chosen in re.findall(r"(talteen_\w+)\{([^}]*)\}", query):
        for label, value in re.findall(r'(\w+)="([^"]*)"', chosen):
            figure = ALL[name]
            if label != figure.label or value not in figure.values:
                found.append(f"{name}{{{label}={value}}}")
    return found


@pytest.mark.parametrize(("where", "query"), list(queries()))
def test_every_query_asks_for_what_is_told(where: str, query: str) -> None:
    assert re.search(r"\btalteen_\w+|up\{job=", query), where
    assert wrong_in(query) == []


def test_a_query_for_what_nobody_tells_is_found() -> None:
    assert wrong_in("rate(talteen_calls_total[5m])") == ["talteen_calls_total"]
    assert wrong_in('talteen_holder_up{place="attic"}') == ["talteen_holder_up{place=attic}"]


def test_every_alert_has_its_runbook_and_every_runbook_its_alert() -> None:
    named = {rule["annotations"]["runbook"]: rule["alert"] for rule in rules()}
    pages = {f"docs/operators/runbooks/{one.name}" for one in RUNBOOKS.glob("*.md")}

    assert pages - {"docs/operators/runbooks/README.md"} == set(named)
    assert len(named) == len(rules()), "one page an alert"
    for page, alert in named.items():
        text = (ROOT / page).read_text()
        assert f"Alert `{alert}`" in text
        assert re.findall(r"^## (.*)$", text, re.M) == HEADINGS, page
        assert f"`{alert}`" in (RUNBOOKS / "README.md").read_text()


def commands_in(text: str) -> set[str]:
    """Commands of ours that a page tells people to type."""
    return set(re.findall(r"`talteen ([a-z-]+)", text))


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_runbook_names_commands_and_pages_that_are_there(page: Path) -> None:
    text = page.read_text()

    assert [one for one in commands_in(text) if one not in set(cli.app)] == []
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [one for one in links if not (page.parent / one).exists()] == []


def test_each_figure_that_people_must_act_on_has_an_alert_or_a_panel() -> None:
    asked = " ".join(query for _, query in queries())

    silent = {name for name in ALL if name not in asked}
    assert silent == {"talteen_build", "talteen_ledger_entries", "talteen_holder_seen_age_seconds"}


def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("no promtool here: apt-get install prometheus")
    return found


def test_prometheus_itself_takes_the_rules_and_they_sound_when_they_must(tmp_path: Path) -> None:
    held = Path(__file__).with_name("alerts.test.yml").read_text()
    (tmp_path / "held.yml").write_text(held.replace("RULES", str(ALERTS)))

    for asked in (["check", "rules", str(ALERTS)], ["test", "rules", str(tmp_path / "held.yml")]):
        done = subprocess.run([promtool(), *asked], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_itself_reads_every_query_of_the_dashboards(tmp_path: Path) -> None:
    asked = [query.replace("$__rate_interval", "5m") for where, query in queries() if ":" in where]
    rules = [{"record": f"panel:{at}", "expr": query} for at, query in enumerate(asked)]
    told = tmp_path / "panels.yml"
    told.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))

    done = subprocess.run([promtool(), "check", "rules", told], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(asked)} rules found" in done.stdout

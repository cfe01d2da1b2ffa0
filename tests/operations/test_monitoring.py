"""The alerts and the dashboard speak of figures that the service gives, in a language that Prometheus understands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from service import metrics
from service.problems import CATALOGUE

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "docs/operations/alerts.yml"
DASHBOARD: dict[str, Any] = json.loads((ROOT / "docs/operations/dashboard.json").read_text(encoding="utf8"))
PAGE = (ROOT / "docs/operations/observability.md").read_text(encoding="utf8")
OF_PROMETHEUS = {"job", "instance"}
_SELECTED = re.compile(r"([a-z_]+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)(?:=~|!~|!=|=)"([^"]*)"')


def rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load(ALERTS.read_text(encoding="utf8"))["groups"]:
        yield from group["rules"]


def expressions() -> Iterator[tuple[str, str]]:
    yield from ((rule["alert"], rule["expr"]) for rule in rules())
    for panel in DASHBOARD["panels"]:
        yield from ((f"{panel['title']}, {target['refId']}", target["expr"]) for target in panel["targets"])


def exported() -> dict[str, set[str]]:
    """Return the names of the series that the service gives, each with its labels."""
    names: dict[str, set[str]] = {"up": set()}  # Prometheus's own
    for name, kind, labels, _ in metrics.describe():
        parts = {"_bucket": {"le"}, "_sum": set(), "_count": set()} if kind == "histogram" else {"": set()}
        names |= {f"{name}{suffix}": {*labels, *more} for suffix, more in parts.items()}
    return names


EXPRESSIONS = list(expressions())


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS, ids=[name for name, _ in EXPRESSIONS])
def test_only_what_the_service_gives_is_asked_for(name: str, expression: str) -> None:
    selected = _SELECTED.findall(expression)
    known = exported()

    assert selected, name
    assert {metric for metric, _ in selected} - set(known) == set()
    for metric, matchers in selected:
        assert {label for label, _ in _MATCHER.findall(matchers)} - known[metric] - OF_PROMETHEUS == set(), metric
    grouped = {label.strip() for labels in re.findall(r"by \(([^)]*)\)", expression) for label in labels.split(",")}
    assert grouped - OF_PROMETHEUS - set().union(*(known[metric] for metric, _ in selected)) == set()


def test_every_metric_is_looked_at() -> None:
    asked = {metric for _, expression in EXPRESSIONS for metric, _ in _SELECTED.findall(expression)}

    assert {name for name in exported() if not name.endswith(("_sum", "_count"))} - asked == set()


def test_the_problems_asked_for_exist() -> None:
    named = {
        value for _, expression in EXPRESSIONS for label, value in _MATCHER.findall(expression) if label == "problem"
    }

    assert named
    assert named - set(CATALOGUE) == set()


def test_every_alert_is_explained() -> None:
    assert [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in PAGE] == []
    assert {rule["labels"]["severity"] for rule in rules()} == {"page", "ticket"}


def test_the_panels_lie_side_by_side() -> None:
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def promtool(*words: str) -> str:
    command = shutil.which("promtool")
    if command is None:
        pytest.skip("promtool is not there; Debian's package `prometheus` has it")
    ended = subprocess.run([command, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_prometheus_takes_the_alerts() -> None:
    assert f"{len(list(rules()))} rules found" in promtool("check", "rules", str(ALERTS))


def test_the_alerts_go_off_when_they_should_and_not_before() -> None:
    assert "SUCCESS" in promtool("test", "rules", "tests/operations/alerts_test.yml")


def test_prometheus_takes_the_expressions_of_the_dashboard(tmp_path: Path) -> None:
    filled = [
        expression.replace("$__rate_interval", "5m").replace("$__range", "1h").replace("$job", ".*")
        for _, expression in EXPRESSIONS
    ]
    records = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(filled)]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": records}]}))

    assert f"{len(records)} rules found" in promtool("check", "rules", str(path))

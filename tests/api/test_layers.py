"""What may import what; and the examples in the docstrings run."""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from servers import ROOT

from service import offsets, settings, traceparent, tracing

WEB = {"flask", "marshmallow", "werkzeug", "gunicorn", "apispec", "prometheus_client"}


def imported(folder: str) -> Iterator[tuple[Path, str]]:
    """Yield the modules that the code of ``folder`` names, other than by a relative import."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                yield path, node.module


def test_the_engine_imports_nothing_of_the_web() -> None:
    code = "import sys, service.engine; print(*{name.split('.')[0] for name in sys.modules})"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, text=True, check=True).stdout

    assert "service" in loaded.split()
    assert WEB & set(loaded.split()) == set()


@pytest.mark.parametrize(
    ("folder", "banned"),
    [
        ("service/engine", WEB | {"schemas", "training"}),
        ("schemas", {"service", "flask", "training"}),
        ("service", {"training", "tests"}),
    ],
)
def test_layers_import_one_way(folder: str, banned: set[str]) -> None:
    found = list(imported(folder))

    assert found
    assert [(path.name, name) for path, name in found if name.split(".")[0] in banned] == []


@pytest.mark.parametrize("module", [offsets, settings, traceparent, tracing])
def test_the_examples_in_the_docstrings_run(module: ModuleType) -> None:
    failed, attempted = doctest.testmod(module)

    assert (failed, attempted > 0) == (0, True)

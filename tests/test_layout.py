"""The shape of the code: short functions, short files, nothing of one machine. Layers: tests/api/test_layers.py."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("service", "schemas", "training", "benchmarks")
MODULES = sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))
LONGEST_FUNCTION, LONGEST_FILE = 40, 450
# A path that starts at the root of one machine: a home, a workspace, a temporary file.
_MACHINE_PATH = re.compile(r"(?<![\w.}~/-])/(?:home|root|Users|work|workspace|tmp|private)/[\w.-]+")
_REGISTRY = re.compile(r"://[^/\s]*(?:p[y]pi|python[h]osted|np[m]js|mave[n]|conda\.an[a]conda|debia[n])", re.IGNORECASE)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a module with its number of lines, decorators left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files that the project is made of."""
    command = ["git", "ls-files", "-z"]  # git is where PATH says
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout")
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:1024]:
            yield path, content.decode("utf8")


def test_there_is_code_to_look_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(CODE)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_is_long(path: Path) -> None:
    assert [(name, lines) for name, lines in functions(path) if lines > LONGEST_FUNCTION] == []


def test_no_file_is_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf8").splitlines()) for path in MODULES}

    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("pattern", [_MACHINE_PATH, _REGISTRY], ids=["a path of one machine", "a registry's host"])
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    found = [(str(path.relative_to(ROOT)), match[0]) for path, text in texts() if (match := pattern.search(text))]

    assert found == []


@pytest.mark.parametrize("folder", ["home", "root", "tmp", "work"])
def test_a_path_of_one_machine_is_seen(folder: str) -> None:
    assert _MACHINE_PATH.search(f'open("/{folder}/weights.npz")')


@pytest.mark.parametrize("text", ["seeds/06.txt", "../shared/eval", "/v1/about", "--tmpfs /tmp --stop", "/opt/venv"])
def test_other_paths_pass(text: str) -> None:
    assert not _MACHINE_PATH.search(text)

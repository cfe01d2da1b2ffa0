"""The built wheel installs and runs in an environment that holds nothing else."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from servers import ROOT, Server

PARTS = ("pyproject.toml", "README.md", "LICENSE", "schemas", "seeds", "service")
ARTICLE = "“We will rebuild,” said Ann Example, the mayor."

pytestmark = pytest.mark.slow


def call(*command: str | Path, cwd: Path) -> str:
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    ended = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, with the locked tools."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, source / part)
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", cwd=source)
    [built] = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the runtime's lock and the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv", with_pip=True)
    pip = (folder / "venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    call(*pip, "--require-hashes", "-r", ROOT / "requirements.txt", cwd=folder)
    call(*pip, "--no-deps", "--no-index", wheel, cwd=folder)
    return folder


def test_the_wheel_holds_the_application_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        [metadata] = (packed.read(name) for name in names if name.endswith("METADATA"))

    shipped = {
        path.relative_to(ROOT).as_posix() for top in ("schemas", "service") for path in (ROOT / top).rglob("*.py")
    }
    data = {
        path.relative_to(ROOT).as_posix()
        for part in ("engine/data", "engine/weights", "static/docs", "static/page")
        for path in (ROOT / "service" / part).glob("*")
    }

    samples = {f"service/seeds/{path.name}" for path in (ROOT / "seeds").glob("*.txt")}

    assert {name for name in names if ".dist-info/" not in name} == shipped | data | samples | {"service/py.typed"}
    assert message_from_bytes(metadata)["Name"] == "quote-attribution-service"
    assert "Private :: Do Not Upload" in (message_from_bytes(metadata).get_all("Classifier") or [])


def test_the_command_works(clean: Path) -> None:
    (clean / "article.txt").write_text(ARTICLE)

    printed = call(clean / "venv/bin/quote-attribution", "extract", "--json", "article.txt", cwd=clean)

    assert '"quotations"' in printed


def test_many_articles_need_no_extra(clean: Path) -> None:
    (clean / "article.txt").write_text(ARTICLE)

    call(clean / "venv/bin/quote-attribution", "batch", "article.txt", "-o", "answers.jsonl.gz", cwd=clean)

    assert b'"id":"article.txt"' in gzip.decompress((clean / "answers.jsonl.gz").read_bytes())


def test_the_service_works_beside_another_folder_of_its_name(clean: Path) -> None:
    (clean / "service").mkdir()
    (clean / "service/__init__.py").write_text("raise ImportError('not this one')")
    command = (str(clean / "venv/bin/quote-attribution"), "serve")

    with Server.start(clean, command, cwd=clean, WORKERS="1", PYTHONPATH="") as server:
        assert server.post(ARTICLE).status == 200
        assert server.ask("GET", "/openapi.json").json()["openapi"] == "3.1.0"
        for path in ("/docs/swagger-ui.css", "/", "/page/main.js", "/samples/06-town-council.txt"):
            assert server.ask("GET", path).status == 200

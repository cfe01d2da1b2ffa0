"""The commands and programs of the documentation do what it says.

Every block of shell, Python or JavaScript is run, page by page, in the order of the page. One that is not has a comment
above it that says why, or which test runs it. Where a block of text follows, that is what must be printed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from documents import RUNNABLE, Block, blocks
from servers import ROOT, Server

from benchmarks.documents import PAGES

ADDRESS = "http://127.0.0.1:8000"
TOOLS = ("curl", "node", "openssl")
INTERPRETERS = {
    "sh": ("sh", "-euc"),
    "python": (sys.executable, "-c"),
    "js": ("node", "--input-type=module", "--eval"),
}
RUNNABLE_BLOCKS = {page: [block for block in blocks(page) if block.language in RUNNABLE] for page in PAGES}
RUN = {page: own for page in PAGES if (own := [block for block in RUNNABLE_BLOCKS[page] if not block.note])}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def missing(page: Path) -> list[str]:
    """Return the tools that a page needs and that are not there."""
    words = {word for block in RUN[page] for word in (*re.findall(r"\w+", block.body), *INTERPRETERS[block.language])}
    wanted = [tool for tool in TOOLS if tool in words]
    return [tool for tool in wanted if not shutil.which(tool)]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder that looks like the checkout, where commands may write files."""
    for path in ROOT.iterdir():
        if path.name != "build":
            (tmp_path / path.name).symlink_to(path)
    return tmp_path


def run(block: Block, folder: Path, server: Server) -> str:
    """Do what a block says, asked of the running service, and return what it prints."""
    address = f"http://127.0.0.1:{server.port}"
    body = block.body.replace(ADDRESS, address).replace(".venv/bin/python", sys.executable)
    if block.title:
        (folder / block.title).write_text(body, encoding="utf8")
        return ""
    environ = os.environ | {"QUOTATIONS_URL": address}
    ended = subprocess.run(
        [*INTERPRETERS[block.language], body], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, f"{block.body}\n{ended.stderr}"
    return ended.stdout


@pytest.mark.parametrize("page", RUN, ids=name)
def test_what_a_page_tells_to_run(page: Path, checkout: Path, server: Server) -> None:
    if lacking := missing(page):
        pytest.skip(f"not there: {', '.join(lacking)}")

    for block in RUN[page]:
        printed = run(block, checkout, server)
        assert block.output is None or printed == block.output, block.body
        if "curl" in block.body and printed.startswith("{"):
            assert "quotations" in printed, printed


def test_the_answer_of_the_tutorial(checkout: Path, server: Server) -> None:
    page = ROOT / "docs/tutorial.md"
    if lacking := missing(page):
        pytest.skip(f"not there: {', '.join(lacking)}")
    (shown,) = (json.loads(block.body) for block in blocks(page) if block.language == "json")
    write, ask = [block for block in RUN[page] if block.language == "sh"][:2]
    run(write, checkout, server)

    assert json.loads(run(ask, checkout, server))["quotations"][0] == shown


@pytest.mark.parametrize("page", [page for page in PAGES if RUNNABLE_BLOCKS[page]], ids=name)
def test_a_block_that_another_test_runs_is_read_there(page: Path) -> None:
    tests = [
        block.note.split()[2].rstrip(",") for block in RUNNABLE_BLOCKS[page] if block.note and "run by" in block.note
    ]

    assert [test for test in tests if page.name not in (ROOT / test).read_text(encoding="utf8")] == []


def test_pages_are_run_at_all() -> None:
    assert {name(page) for page in RUN} >= {"README.md", "docs/tutorial.md", "docs/how-to/offsets.md", "docs/batch.md"}

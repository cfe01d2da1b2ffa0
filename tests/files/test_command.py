"""What ``quote-attribution batch`` says, and when it says nothing."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import pytest
from batches import EXTRA, articles, needs_batch, run, write
from servers import ROOT

from service.files.chunks import Chunk
from service.files.parts import Tally
from service.files.processes import Work, do_all

needs_nothing = pytest.mark.skipif(find_spec("pyarrow") is not None, reason="pyarrow is here")
INSTALL = "needs the extra 'batch' (No module named 'pyarrow'); in a checkout, `make batch` sets it up"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["missing.jsonl", "-o", "out.jsonl"], "missing.jsonl: No such file or directory"),
        (["in.csv", "-o", "out.jsonl"], "in.csv: the end of the name must tell the format: .jsonl, "),
        (["in.jsonl", "-o", "out.csv"], "out.csv: the end of the name must tell the format: .jsonl, "),
        (["in.jsonl", "-o", "nowhere/out.jsonl"], "nowhere: there is no such folder"),
        (["in.jsonl", "-o", "folder.jsonl"], "folder.jsonl: is a folder"),
        (["empty", "-o", "out.jsonl"], "empty: the folder holds no file that ends in .jsonl, "),
        (["in.jsonl", "-o", "in.jsonl"], "there is nothing to read but the output itself"),
        (["in.jsonl", "-o", "out.jsonl", "--offsets=utf7"], "--offsets: This must be one of code_point, utf16, utf8."),
        (["in.jsonl", "-o", "out.jsonl", "--min-confidence=2"], "--min-confidence: This must lie between 0 and 1."),
        pytest.param(["in.jsonl", "-o", "out.parquet"], f"out.parquet {INSTALL}", marks=needs_nothing),
        pytest.param(["in.jsonl", "-o", "out.jsonl.zst"], f"out.jsonl.zst {INSTALL}", marks=needs_nothing),
        pytest.param(["in.parquet", "-o", "out.jsonl"], f"in.parquet {INSTALL}", marks=needs_nothing),
        pytest.param(["in.jsonl.zst", "-o", "out.jsonl"], f"in.jsonl.zst {INSTALL}", marks=needs_nothing),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, words: list[str], says: str) -> None:
    for name in ("in.jsonl", "in.csv", "in.parquet", "in.jsonl.zst"):
        write(tmp_path / name, articles(1))
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "empty").mkdir()
    here = [str(tmp_path / word) if not word.startswith("-") else word for word in words]

    ended = run(*here)

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith("quote-attribution: ")
    assert says in ended.stderr


def test_wrong_use_is_one_line_and_code_two(tmp_path: Path) -> None:
    ended = run(tmp_path, "-o", tmp_path / "out.jsonl", "--processes=0")

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "--processes" in ended.stderr


@needs_batch
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("in.parquet", "in.parquet: it is damaged or cut off: "),
        ("in.jsonl.zst", "in.jsonl.zst: it is damaged or cut off: "),
    ],
)
def test_what_is_not_of_its_format_is_one_line(tmp_path: Path, name: str, says: str) -> None:
    ended = run(write(tmp_path / name, articles(1)), "-o", tmp_path / "out.jsonl", python=EXTRA)

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert says in ended.stderr


@needs_batch
def test_a_column_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    run(write(tmp_path / "in.jsonl", articles(1)), "-o", tmp_path / "in.parquet", python=EXTRA)  # answers, no articles

    ended = run(tmp_path / "in.parquet", "-o", tmp_path / "out.jsonl", python=EXTRA)

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "there is no column text; --text names the one that holds the articles" in ended.stderr


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="pyspark is here")
def test_spark_without_its_extra_is_one_line() -> None:
    command = [sys.executable, "-m", "service.spark", "in.jsonl", "-o", "out"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert "this needs the extra 'spark' (No module named 'py" in ended.stderr
    assert "`make spark` sets it up" in ended.stderr


@needs_batch
def test_a_terminal_sees_how_far_it_is(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(100))
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [str(EXTRA), "-m", "service", "batch", str(source), "-o", str(tmp_path / "out.jsonl")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode()
        os.close(ours)

    assert process.returncode == 0
    assert re.search(r"100 %\|.*\| 100 articles, \d+\.\d/s \[\d\d:\d\d, 00:00 left\]", shown)


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:  # how the end of a terminal shows
        return b""


def test_the_summary_tells_what_came_of_it(tmp_path: Path) -> None:
    ended = run(write(tmp_path / "in.jsonl", [*articles(2), b"{"]), "-o", tmp_path / "out.jsonl")

    assert (ended.returncode, ended.stderr) == (0, "")
    told = ended.stdout.removeprefix(f"{tmp_path / 'out.jsonl'}: ")
    assert re.fullmatch(r"2 articles, \d+ quotations; 1 rejected; \d+\.\d s, \d+\.\d articles/s\n", told)


class _Swift:
    """Does a chunk at once."""

    def do(self, _: Chunk) -> Tally:
        return Tally(1, 0, 0)


def test_no_more_is_read_than_is_soon_done() -> None:
    taken, most = 0, 0

    def read() -> Iterator[Chunk]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield Chunk(f"{number:08}-", b"", 1)

    with ThreadPoolExecutor(2) as pool:
        for done, _ in enumerate(do_all(pool, 2, cast("Work", _Swift()), read()), 1):  # type: ignore[arg-type]
            most = max(most, taken - done)

    assert taken == 100
    assert most <= 5

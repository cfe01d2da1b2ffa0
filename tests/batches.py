"""The commands for many articles, run as processes of their own, and their files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from servers import ROOT

from service.app import create_app
from service.engine import Engine
from service.settings import Settings

PLAIN, EXTRA, SPARK = sys.executable, ROOT / ".venv-batch/bin/python", ROOT / ".venv-spark/bin/python"
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
NO_BATCH = ".venv-batch is not there: `make .venv-batch/batch.stamp` sets it up"
NO_SPARK = "Spark is not there: `make .venv-spark/spark.stamp` sets it up, and it needs Java"
_CONVERT = """
import json, sys, pyarrow as pa, pyarrow.parquet as pq
source, target = sys.argv[1:]
if source.endswith(".parquet"):
    rows = pq.read_table(source).to_pylist()
else:
    rows = [json.loads(line) for line in pa.input_stream(source).read().splitlines()]
if target.endswith(".parquet"):
    pq.write_table(pa.Table.from_pylist(rows), target, row_group_size=7)
else:
    with pa.output_stream(target) as file:
        file.write(b"".join(json.dumps(row).encode() + b"\\n" for row in rows))
"""

needs_batch = pytest.mark.skipif(not EXTRA.exists(), reason=NO_BATCH)
needs_spark = pytest.mark.skipif(not (SPARK.exists() and shutil.which("java")), reason=NO_SPARK)


def run(*words: object, python: str | Path = PLAIN, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``quote-attribution batch``."""
    command = [str(python), "-m", "service", "batch", "--processes=1", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, check=False)


def convert(source: Path, target: Path, python: Path = EXTRA) -> Path:
    """Write the records of a file to another, in the format that its name tells."""
    subprocess.run([python, "-c", _CONVERT, source, target], check=True)
    return target


def write(path: Path, records: Iterable[Any]) -> Path:
    """Write a line for each record, JSON or, if it is bytes, as it is."""
    lines = (record if isinstance(record, bytes) else json.dumps(record).encode() for record in records)
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@cache
def service() -> FlaskClient:
    return create_app(Settings(), Engine.load()).test_client()


def ask(record: Any) -> Any:
    """Return what the service answers to a record."""
    body = record if isinstance(record, bytes) else json.dumps(record).encode()
    return service().post("/v1/quotations", data=body, content_type="application/json").json


def articles(count: int) -> list[dict[str, str]]:
    """Return so many of the samples, over and over, each with an id of its own."""
    texts = [path.read_bytes().decode() for path in SEEDS]
    return [{"id": f"a-{number}", "text": texts[number % len(texts)]} for number in range(count)]

"""The commands and examples of docs/files.md do what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from batches import SPARK, needs_batch, needs_spark
from documents import blocks
from servers import ROOT

PAGE = ROOT / "docs/files.md"
_MAKE = "make --silent --assume-old=requirements-batch.txt --assume-old=requirements-spark.txt "


def fenced(language: str, word: str) -> list[str]:
    return [block.body for block in blocks(PAGE) if block.language == language and word in block.body]


def follow(script: str, folder: Path) -> str:
    """Run the commands, with their files in ``folder`` and not in the checkout."""
    path = f"{SPARK.parent}:{os.environ['PATH']}"
    installed = {"PYTHONPATH": str(ROOT)}  # what the page asks for before spark-submit
    environ = os.environ | installed | {"SPARK_LOCAL_IP": "127.0.0.1", "PATH": path}
    here = re.sub(r"\bbuild\b", str(folder), script).replace("make ", _MAKE)
    command = ["sh", "-ec", here]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@needs_batch
def test_the_commands_for_one_machine(tmp_path: Path) -> None:
    scripts = fenced("sh", "make batch")

    said = [follow(script, tmp_path) for script in scripts]

    assert [" articles, " in words for words in said] == [True, True]
    assert {path.name for path in tmp_path.iterdir()} >= {"articles.jsonl", "answers.jsonl", "all.parquet"}


@needs_spark
@pytest.mark.slow
def test_the_commands_and_the_example_for_spark(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text('{"id": "a-1", "text": "“We will rebuild,” said Ann Example."}\n')
    for script in (*fenced("sh", "make spark"), *fenced("sh", "spark-submit")):
        follow(script, tmp_path)
    (example,) = fenced("python", "pyspark")

    shown = follow(f"PYSPARK_PYTHON={SPARK} {SPARK} -c {shlex.quote(example)}", tmp_path)

    assert shown == "a-1 ['We will rebuild,'] None\n"
    assert {path.name for path in tmp_path.iterdir() if (path / "_SUCCESS").exists()} == {
        "from-spark",
        "lines-from-spark",
        "from-submit",
    }

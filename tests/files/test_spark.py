"""``quote-attribution-spark`` on a real Spark of this machine: the same answers as the service, record by record."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from batches import SPARK, articles, ask, convert, needs_spark, read, write
from servers import ROOT

ARTICLES = articles(200)
BAD = {
    "/problems/invalid-json": b"{",
    "/problems/invalid-encoding": b'{"text": "Caf\xe9"}',
    "/problems/invalid-request": b'{"id": "e", "text": " "}',
}
# One Java for several jobs: to start it takes longest.
_JOBS = """
import sys
from service.spark.command import main
for words in sys.argv[1:]:
    try:
        main(words.split())
    except SystemExit as ended:
        print(ended)
"""
pytestmark = [needs_spark, pytest.mark.slow]


def spark(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1", "MASTER": "local[2]"}
    environ["PATH"] = f"{SPARK.parent}:{os.environ['PATH']}"  # where spark-submit looks for Python and Spark
    return subprocess.run(command, cwd=folder, env=os.environ | environ, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let one Spark do jobs from and to each format; return the folder of what came of them."""
    folder = tmp_path_factory.mktemp("spark")
    lines = write(folder / "in.jsonl", [*ARTICLES, *BAD.values(), b"", {"id": "late", "text": "a" * 2000}])
    (folder / "in.jsonl.gz").write_bytes(gzip.compress(lines.read_bytes()))
    write(folder / "table.jsonl", [{"body": a["text"], "key": n, "more": a["id"]} for n, a in enumerate(ARTICLES)])
    convert(folder / "table.jsonl", folder / "in.parquet", python=SPARK)
    jobs = [
        "in.jsonl -o from-lines --partitions 3",
        "in.jsonl.gz -o to-lines --write jsonl",
        "in.parquet -o from-table --text body --id key --offsets utf16",
        "in.parquet -o from-table --text body",
        "missing.jsonl -o nothing",
        "in.csv -o nothing",
        "in.parquet -o nothing",
        "in.jsonl -o nothing --offsets utf7",
    ]
    ended = spark(SPARK, "-c", _JOBS, *jobs, folder=folder)
    assert ended.returncode == 0, ended.stderr
    (folder / "said").write_text(ended.stdout)
    return folder


def rows(folder: Path) -> list[Any]:
    """Return the rows of Parquet that Spark has written."""
    script = "import json, sys, pyarrow.parquet as pq; print(json.dumps(pq.read_table(sys.argv[1]).to_pylist()))"
    found: list[Any] = json.loads(subprocess.run([SPARK, "-c", script, folder], capture_output=True, check=True).stdout)
    return found


def problems(found: list[Any]) -> dict[str, Any]:
    return {row["problem"]["type"]: row for row in found if row["problem"]}


def answers(found: list[Any]) -> dict[str, Any]:
    """Return the answers by their ids, without the column that is not the service's."""
    good = [row for row in found if not row.pop("problem")]
    by_id = {row["id"]: row for row in good}
    assert len(by_id) == len(good)
    return by_id


def test_the_answers_are_the_services(done: Path) -> None:
    expected = {article["id"]: ask(article) for article in ARTICLES} | {"late": ask({"id": "late", "text": "a" * 2000})}

    assert answers(rows(done / "from-lines")) == expected
    lines = [line for path in (done / "to-lines").glob("part-*") for line in read(path)]
    assert answers(lines) == expected


def test_the_answers_to_a_table_are_the_services(done: Path) -> None:
    asked = [{"id": str(n), "text": article["text"], "offsets": "utf16"} for n, article in enumerate(ARTICLES)]

    assert answers(rows(done / "from-table")) == {record["id"]: ask(record) for record in asked}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_record_is_isolated(done: Path, kind: str) -> None:
    row = problems(rows(done / "from-lines"))[kind]
    problem = {name: value for name, value in row["problem"].items() if value is not None}
    errors = problem.get("errors", [])

    assert (row["id"], row["quotations"]) == ("e" if kind == "/problems/invalid-request" else None, None)
    assert problem.pop("instance").endswith("/in.jsonl")
    assert problem["title"] == ask(BAD[kind])["title"]
    assert problem["detail"] == ask(BAD[kind])["detail"].replace(" body ", " line ")
    assert [error["pointer"] for error in errors] == (["/text"] if kind == "/problems/invalid-request" else [])


def test_what_came_of_the_jobs_is_told(done: Path) -> None:
    said = (done / "said").read_text().splitlines()

    assert [line.partition(" quotations; ")[2].partition(";")[0] for line in said[:3]] == [
        "3 rejected",
        "3 rejected",
        "0 rejected",
    ]
    assert said[0].startswith("from-lines: 201 articles, ")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (3, "already exists"),
        (4, "Path does not exist"),
        (5, "in.csv: the name does not tell the format; --read parquet or --read jsonl does"),
        (6, "there is no column text; --text names the one that holds the articles"),
        (7, "--offsets: This must be one of code_point, utf16, utf8."),
    ],
)
def test_what_cannot_be_done_is_one_line(done: Path, place: int, says: str) -> None:
    line = (done / "said").read_text().splitlines()[place]

    assert line.startswith("quote-attribution-spark: ")
    assert says in line


def test_the_columns_are_those_of_the_batch_command(done: Path) -> None:
    ended = spark(SPARK, "-m", "service", "batch", "in.jsonl", "-o", "batch.parquet", folder=done)
    assert ended.returncode == 0, ended.stderr

    assert answers([row | {"problem": None} for row in rows(done / "batch.parquet")]) == answers(
        rows(done / "from-lines")
    )


def test_spark_submit_takes_it(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", ARTICLES[:3])
    submit = SPARK.with_name("spark-submit")
    ended = spark(
        submit, "--master", "local[1]", ROOT / "service/spark/__main__.py", "in.jsonl", "-o", "out", folder=tmp_path
    )

    assert ended.returncode == 0, ended.stderr
    assert "out: 3 articles, " in ended.stdout

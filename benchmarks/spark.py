"""Measure ``quote-attribution-spark`` on one core and on more, and compare its answers with the service's.

examples:
  .venv-spark/bin/python -m benchmarks.spark
  .venv-spark/bin/python -m benchmarks.spark --articles news.jsonl.gz --count 6000 --cores 1 2 --save

Spark and its Python workers are bound to the cores, so that one core is one core.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from service.cli import Parser
from service.engine import Engine
from service.records import Columns, outcome
from service.settings import Settings

from .articles import ROOT, SPARK, save, texts
from .kills import write_input

_TOLD = re.compile(r"([\d,]+) articles, ([\d,]+) quotations; ([\d,]+) rejected; ([\d,.]+) s")
_LOOK = 0.5  # seconds between two looks
_TASKS = 8  # a core, so that the last one to end does not decide


def measure(folder: Path, cores: int) -> dict[str, Any]:
    """Run the job on so many cores, and return what it tells and the seconds of the processor that it took."""
    bound = ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))
    command = ["taskset", "--cpu-list", bound, sys.executable, "-m", "service.spark", "--overwrite", "--write=jsonl"]
    environ = os.environ | {"MASTER": f"local[{cores}]", "SPARK_LOCAL_IP": "127.0.0.1"}
    words = [f"--partitions={_TASKS * cores}", str(folder / "in.jsonl.gz"), "-o", str(folder / "out")]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - our own
        [*command, *words], cwd=ROOT, env=environ, stdout=pipe, text=True, start_new_session=True
    ) as process:
        used = _processor_seconds(process)
        told = process.communicate()[0]
    found = _TOLD.search(told)
    if found is None:
        sys.exit(f"spark: the job ended with {told!r}")
    articles, quotations, rejected, seconds = (float(word.replace(",", "")) for word in found.groups())
    return {
        "cores": cores,
        "articles": int(articles),
        "quotations": int(quotations),
        "rejected": int(rejected),
        "seconds": seconds,
        "rate": articles / seconds,
        "processor_seconds": used,
    }


def _processor_seconds(process: subprocess.Popen[str]) -> float:
    """Wait for a process, and return what all those of its session have used: Java, the workers."""
    used: dict[str, int] = {}
    while process.poll() is None:
        time.sleep(_LOOK)
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text(encoding="utf8").rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            if int(fields[3]) == process.pid:
                used[path.parent.name] = int(fields[11]) + int(fields[12])
    return sum(used.values()) / os.sysconf("SC_CLK_TCK")


def differing(folder: Path, articles: Sequence[str], count: int) -> int:
    """Count the articles whose answer is not there, is there twice or is not the service's."""
    expected, engine, columns = {}, Engine.load(), Columns()
    for number in range(count):
        record = {"id": str(number), "text": articles[number % len(articles)]}
        expected[record["id"]] = outcome(partial(columns.article, record), "", Settings(), engine)
    wrong = 0
    for row in _rows(folder / "out"):
        problem = row.pop("problem")
        same = expected.pop(row["id"], None)
        wrong += same is None or same.answer != (row if problem is None else None)
    return wrong + len(expected)


def _rows(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.glob("part-*")):
        with path.open(encoding="utf8") as file:
            yield from map(json.loads, file)


def main(words: Sequence[str] | None = None) -> None:
    """Print what was measured."""
    arguments = _parser().parse_args(words)
    articles = texts(arguments.articles)
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_input(folder / "in.jsonl.gz", articles, arguments.count)
        runs = [measure(folder, cores) for cores in arguments.cores]
        record = {"runs": runs, "differing": differing(folder, articles, arguments.count)}
    print(json.dumps(record, indent=1))
    if arguments.save:
        save(SPARK, record)
    if record["differing"]:
        sys.exit("spark: answers are not the service's")


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.spark", description=__doc__)
    add = parser.add_argument
    add("--articles", type=Path, metavar="FILE", help="JSON lines, gzipped or not, with a field text [seeds/]")
    add("--count", type=int, default=500, metavar="N", help="so many articles, over and over [500]")
    add("--cores", type=int, nargs="+", default=[1, 2], metavar="N", help="on so many cores, one after the other [1 2]")
    add("--save", action="store_true", help="write the figures to benchmarks/spark.json; `make docs` shows them")
    return parser


if __name__ == "__main__":
    main()

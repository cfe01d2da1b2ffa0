"""The command line: ``quote-attribution-spark``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from typing import Any

from service.cli import Parser
from service.cores import ONE_CORE
from service.files import BatchError
from service.files.command import add_options, columns, whole_number
from service.settings import Settings, SettingsError

_ABOUT = "Find the quotations of many articles with Apache Spark."
_MORE = """\
IN and OUT are whatever Spark reads and writes: files, folders, addresses of a store.
Options of Spark itself go to spark-submit, or into PYSPARK_SUBMIT_ARGS.
"""
_ROWS_AT_ONCE = "100"  # that go to a Python worker and back; articles are long
_PARQUET = (".parquet", ".parquet/")


def main(words: Sequence[str] | None = None) -> None:
    """Run the job that ``words`` describe."""
    arguments = _parser().parse_args(words)
    try:
        _run(arguments)
    except (BatchError, SettingsError) as error:
        sys.exit(f"quote-attribution-spark: {error}")


def _run(arguments: argparse.Namespace) -> None:
    settings = Settings.load(os.environ)
    # PYSPARK_PYTHON: the workers shall be what this is, if nobody has said something else.
    for name, value in {**ONE_CORE, "PYSPARK_PYTHON": sys.executable}.items():
        os.environ.setdefault(name, value)
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

        from .job import Job, run  # noqa: PLC0415 - needs the extra
    except ImportError as error:
        raise BatchError(f"this needs the extra 'spark' ({error}); in a checkout, `make spark` sets it up") from error
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise BatchError("Spark needs Java 17 or later; install one, or let JAVA_HOME tell where it is")
    job = Job(
        arguments.inputs,
        arguments.output,
        columns(arguments),
        settings,
        parquet_in=_parquet(arguments.read, arguments.inputs[0]),
        parquet_out=arguments.write == "parquet",
        partitions=arguments.partitions,
        overwrite=arguments.overwrite,
    )
    began = time.monotonic()
    try:
        spark = _session(SparkSession.builder.appName("quote-attribution"))
        counts = run(spark, job)
        spark.stop()
    except PySparkException as error:
        raise BatchError(str(error).strip().splitlines()[0]) from error
    _tell(arguments.output, counts, time.monotonic() - began)


def _session(builder: Any) -> Any:
    for name, value in ONE_CORE.items():
        builder = builder.config(f"spark.executorEnv.{name}", value)
    return builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", _ROWS_AT_ONCE).getOrCreate()


def _tell(output: str, counts: dict[str, int], seconds: float) -> None:
    done = counts["articles"] + counts["rejected"]
    print(
        f"{output}: {counts['articles']:,} articles, {counts['quotations']:,} quotations; "
        f"{counts['rejected']:,} rejected; {seconds:,.1f} s, {done / seconds:,.1f} articles/s"
    )


def _parquet(told: str | None, first: str) -> bool:
    if told:
        return told == "parquet"
    if first.endswith(_PARQUET):
        return True
    if ".jsonl" in first or ".ndjson" in first:
        return False
    raise BatchError(f"{first}: the name does not tell the format; --read parquet or --read jsonl does")


def _parser() -> Parser:
    parser = Parser(prog="quote-attribution-spark", description=_ABOUT, epilog=_MORE)
    add = parser.add_argument
    add("inputs", nargs="+", metavar="IN", help="Parquet, or JSONL, gzipped or not")
    add("-o", "--output", required=True, metavar="OUT", help="the folder that Spark makes for the answers")
    add("--read", choices=["parquet", "jsonl"], help="the format of IN, where the first name does not tell")
    add("--write", choices=["parquet", "jsonl"], default="parquet", help="the format of OUT [parquet]")
    add_options(parser)
    add(
        "--partitions",
        type=whole_number,
        metavar="N",
        help="deal the articles out anew to N tasks [as the files are split]",
    )
    add("--overwrite", action="store_true", help="write OUT anew if it is there already")
    return parser

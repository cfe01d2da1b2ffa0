"""The job: read articles, answer them, write the answers, and count in the same pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as f

from service.files import BatchError
from service.records import Columns
from service.settings import Settings

from .answers import FILE, LINE, answers


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for."""

    inputs: Sequence[str]
    output: str
    columns: Columns
    settings: Settings
    parquet_in: bool
    parquet_out: bool
    partitions: int | None
    overwrite: bool


def run(spark: SparkSession, job: Job) -> dict[str, Any]:
    """Do the job, and return what came of it."""
    articles = _read(spark, job)
    if job.partitions:
        articles = articles.repartition(job.partitions)
    counts = Observation()
    found = answers(articles, job.columns, job.settings).observe(
        counts,
        f.count("quotations").alias("articles"),
        f.sum(f.coalesce(f.size("quotations"), f.lit(0))).alias("quotations"),
        f.count("problem").alias("rejected"),
    )
    writer = found.write.mode("overwrite" if job.overwrite else "errorifexists")
    if job.parquet_out:
        writer.parquet(job.output)
    else:
        writer.json(job.output, ignoreNullFields=False)
    return {name: count or 0 for name, count in counts.get.items()}


def _read(spark: SparkSession, job: Job) -> DataFrame:
    file = f.col("_metadata.file_path").alias(FILE)
    if not job.parquet_in:
        # Line by line, so that the JSON is read as the service reads it.
        lines = spark.read.text(list(job.inputs), lineSep="\n")
        return lines.where(f.trim("value") != "").select(f.col("value").alias(LINE), file)
    table = spark.read.parquet(*job.inputs)
    if job.columns.text not in table.columns:
        raise BatchError(f"there is no column {job.columns.text}; --text names the one that holds the articles")
    return table.select(*(f.col(f"`{name}`") for name in job.columns.names.values() if name in table.columns), file)

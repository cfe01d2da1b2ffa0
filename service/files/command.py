"""What can be said on the command line of ``quote-attribution batch``, and how a run ends."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from marshmallow import ValidationError

from schemas import OptionsSchema
from service.cores import cores
from service.records import Columns
from service.settings import Settings

from . import BatchError
from .run import Job, run

_INTERRUPTED = 130  # as a shell has it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    add = parser.add_argument
    add("inputs", nargs="+", metavar="IN", help="JSONL, gzip or zstd JSONL, Parquet or text files, or a folder of them")
    add("-o", "--output", type=Path, required=True, metavar="OUT", help="JSONL, gzip or zstd JSONL or Parquet")
    add_options(parser)
    add(
        "--processes",
        type=whole_number,
        default=cores(),
        metavar="N",
        help="how many work at once [one a core]",
    )
    add("--replace", action="store_true", help="write OUT anew if it is there already")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add where a record holds an article and how to answer."""
    add = parser.add_argument
    add("--text", default="text", metavar="NAME", help="the field or column that holds the article [text]")
    add("--id", default="id", metavar="NAME", help="the one that holds its id [id]")
    add("--offsets", metavar="UNIT", help="what offsets count where the record does not say [code_point]")
    add("--min-confidence", metavar="P", help="leave out less sure quotations where the record does not say [0]")


def columns(arguments: argparse.Namespace) -> Columns:
    """Return the options of add_options, checked."""
    given = {"offsets": arguments.offsets, "min_confidence": arguments.min_confidence}
    given = {name: value for name, value in given.items() if value is not None}
    try:
        loaded: dict[str, Any] = OptionsSchema().load(given)
    except ValidationError as error:
        told = (f"--{name.replace('_', '-')}: {' '.join(why)}" for name, why in error.messages_dict.items())
        raise BatchError("; ".join(told)) from error
    return Columns(arguments.text, arguments.id, {name: loaded[name] for name in given})


def batch(arguments: argparse.Namespace) -> None:
    """Find the quotations of many articles, on all cores; after a kill the same command goes on where it was."""
    settings = Settings.load(os.environ)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        job = Job(
            arguments.inputs, arguments.output, columns(arguments), settings, arguments.processes, arguments.replace
        )
        print(run(job))
    except OSError as error:
        raise BatchError(f"{error.filename or arguments.output}: {error.strerror or error}") from error
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        sys.exit(_INTERRUPTED)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def whole_number(word: str) -> int:
    """Read a number from 1 on."""
    count = int(word)
    if count < 1:
        raise ValueError(word)
    return count

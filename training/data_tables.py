"""Rebuild the engine's tables of words and places from the source lists.

Run ``python -m training.data_tables --lexicons DIR``. The outcome depends on
the lists and on ``training/additions`` alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from service.cli import Parser

from .place_tables import write_place_tables
from .word_tables import write_word_tables

DATA = Path(__file__).parent.parent / "service" / "engine" / "data"


def main(arguments: list[str] | None = None) -> int:
    """Write every table and say how many rows each has."""
    options = _parser().parse_args(arguments)
    try:
        rows = write_place_tables(options.lexicons, options.data) | write_word_tables(options.lexicons, options.data)
    except (OSError, ValueError, KeyError) as error:
        print(f"data_tables: {error}", file=sys.stderr)
        return 1
    for table, count in rows.items():
        print(f"{table}\t{count}")
    return 0


def _parser() -> Parser:
    parser = Parser(prog="python -m training.data_tables", description=__doc__)
    parser.add_argument("--lexicons", type=Path, required=True, help="the folder of source lists")
    parser.add_argument("--data", type=Path, default=DATA, help="where the tables go")
    return parser


if __name__ == "__main__":
    sys.exit(main())

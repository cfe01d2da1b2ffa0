"""What is measured on, the project's samples or a file with a JSON object a line; and where the figures go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from training.corpora import Json, jsonl

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
ACCURACY, CROSSVALIDATION, SPEED, TAGGERS, LOAD, SOAK, NDJSON, COMPARISON, KILLS, SPARK = (
    Path(__file__).with_name(f"{figures}.json")
    for figures in (
        "accuracy",
        "crossvalidation",
        "speed",
        "taggers",
        "load",
        "soak",
        "ndjson",
        "comparison",
        "kills",
        "spark",
    )
)


def seeds() -> Iterator[Json]:
    """Yield the sample articles with the answers that are expected of them."""
    for path in sorted(SEEDS.glob("*.json")):
        text = path.with_suffix(".txt").read_bytes().decode()
        yield json.loads(path.read_text(encoding="utf8")) | {"text": text}


def save(path: Path, figures: Json) -> None:
    """Write figures to their file, from which `make docs` takes them."""
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf8")


def texts(path: Path | None, first: int | None = None) -> list[str]:
    """Return the texts of the ``first`` articles of ``path``, or of the samples."""
    records = seeds() if path is None else iter(jsonl(path))
    return [record["text"] for record in islice(records, first) if record["text"].strip()]

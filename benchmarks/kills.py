"""Kill ``quote-attribution batch`` at random moments, start it again, and look whether each article is there once.

examples:
  python -m benchmarks.kills
  python -m benchmarks.kills --articles news.jsonl.gz --count 20000 --kills 5 --save
"""

from __future__ import annotations

import gzip
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from service.cli import Parser
from service.files.chunks import RECORDS

from .articles import KILLS, ROOT, save, texts

_LOOK = 0.01  # seconds between two looks at what is done
_JITTER = 0.3  # seconds after a part is there
Seen = dict[str, tuple[int, int]]


class Killed(NamedTuple):
    """What became of the articles."""

    articles: int
    kills: int
    parts: list[int]  # that were done at each kill
    redone: int  # parts that a later run has written again
    missing: int
    doubled: int
    in_order: bool
    seconds: float
    last_words: str

    @property
    def whole(self) -> bool:
        """Whether each article is there once, and nothing was done twice."""
        return not (self.redone or self.missing or self.doubled) and self.in_order


def write_input(path: Path, articles: Sequence[str], count: int) -> None:
    """Write ``count`` records, the articles over and over, each with an id of its own."""
    with gzip.open(path, "wt", compresslevel=1, encoding="utf8") as file:
        for number, text in enumerate(islice(cycle(articles), count)):
            file.write(json.dumps({"id": str(number), "text": text}) + "\n")


def kill_and_resume(folder: Path, count: int, kills: int, seed: int) -> Killed:
    """Run over ``folder/in.jsonl.gz`` with ``kills`` kills, each after a random number of parts."""
    output = folder / "out.jsonl"
    chance = random.Random(seed)  # noqa: S311 - not a secret
    all_parts = -(-count // RECORDS)
    moments = sorted(chance.choices(range(count // RECORDS + 1), k=kills))
    seen: Seen = {}
    parts, redone, began = [], 0, time.monotonic()
    for moment in moments:
        _killed(folder, moment, chance.uniform(0, _JITTER))
        now = _seen(folder)
        if output.exists():  # a fast machine was done before the kill: the parts are removed, or about to be
            parts.append(all_parts)
            continue
        parts.append(len(now))
        redone += sum(now.get(name) != stat for name, stat in seen.items())
        seen = now
    ended = subprocess.run(_command(folder), cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    ids = list(_ids(output))
    return Killed(
        count,
        kills,
        parts,
        redone,
        missing=count - len(set(ids)),
        doubled=len(ids) - len(set(ids)),
        in_order=ids == sorted(ids),
        seconds=time.monotonic() - began,
        last_words=ended.stdout.partition(": ")[2].strip(),
    )


def _command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "service", "batch", str(folder / "in.jsonl.gz"), "-o", str(folder / "out.jsonl")]


def _killed(folder: Path, parts: int, jitter: float) -> None:
    """Start the command and kill it once there are more than ``parts``, or when it has ended."""
    with subprocess.Popen(_command(folder), cwd=ROOT, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - ours
        while process.poll() is None and len(_seen(folder)) < parts:
            time.sleep(_LOOK)
        time.sleep(jitter)
        process.send_signal(signal.SIGKILL)
    if process.returncode not in {0, -signal.SIGKILL}:
        sys.exit(f"kills: the command ended by itself with {process.returncode}")


def _seen(folder: Path) -> Seen:
    """Return the parts that are there, and what tells them from others of the same name."""
    found: Seen = {}
    for path in (folder / "out.jsonl.parts").glob("*.answers"):
        status = path.stat()
        found[path.name] = status.st_ino, status.st_mtime_ns
    return found


def _ids(path: Path) -> Iterator[int]:
    with path.open(encoding="utf8") as file:
        yield from (int(json.loads(line)["id"]) for line in file)


def main(words: Sequence[str] | None = None) -> None:
    """Print what became of the articles."""
    arguments = _parser().parse_args(words)
    with TemporaryDirectory() as folder:
        write_input(Path(folder) / "in.jsonl.gz", texts(arguments.articles), arguments.count)
        killed = kill_and_resume(Path(folder), arguments.count, arguments.kills, arguments.seed)
    record = killed._asdict()
    print(json.dumps(record, indent=1))
    if arguments.save:
        save(KILLS, record)
    if not killed.whole:
        sys.exit("kills: an article was lost or done twice")


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.kills", description=__doc__)
    add = parser.add_argument
    add("--articles", type=Path, metavar="FILE", help="JSON lines, gzipped or not, with a field text [seeds/]")
    add("--count", type=int, default=2000, metavar="N", help="so many articles, over and over [2000]")
    add("--kills", type=int, default=5, metavar="N", help="so many kills [5]")
    add("--seed", type=int, default=1, metavar="N", help="of the moments [1]")
    add("--save", action="store_true", help="write the figures to benchmarks/kills.json; `make docs` shows them")
    return parser


if __name__ == "__main__":
    main()

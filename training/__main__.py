"""The command line of the training code: ``quote-attribution train``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .build import build, save
from .sources import DATA, Sources

_WEIGHTS = Path(__file__).parents[1] / "service" / "engine" / "weights"


class _Parser(argparse.ArgumentParser):
    """Tells what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def main(argv: Sequence[str] | None = None) -> None:
    """Train the model from the corpora below a folder and write its weights."""
    parser = _Parser(prog="quote-attribution train", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=DATA,
        help="folder that holds corpora/ and eval/, as docs/training.md says (default: %(default)s)",
    )
    parser.add_argument("--output", type=Path, default=_WEIGHTS, help="where the weights go (default: %(default)s)")
    arguments = parser.parse_args(argv)
    sources = Sources.below(arguments.data)
    if missing := sources.missing():
        parser.error(f"there is no {missing[0]}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("jax").setLevel(logging.WARNING)
    checksum = save(build(sources), arguments.output)
    sys.stdout.write(f"{checksum}  {arguments.output / 'model.npz'}\n")


if __name__ == "__main__":
    main()

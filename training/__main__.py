"""The command line of the training code: ``quote-attribution train``."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from .build import build, save
from .commands import CorporaParser

_WEIGHTS = Path(__file__).parents[1] / "service" / "engine" / "weights"


def main(argv: Sequence[str] | None = None) -> None:
    """Train the model from the corpora below a folder and write its weights."""
    parser = CorporaParser("quote-attribution train", main.__doc__)
    parser.add_argument("--output", type=Path, default=_WEIGHTS, help="where the weights go (default: %(default)s)")
    arguments = parser.parse_args(argv)
    sources = parser.sources(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("jax").setLevel(logging.WARNING)
    checksum = save(build(sources), arguments.output)
    sys.stdout.write(f"{checksum}  {arguments.output / 'model.npz'}\n")


if __name__ == "__main__":
    main()

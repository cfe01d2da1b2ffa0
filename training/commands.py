"""What the commands that read the corpora have in common."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from service.cli import Parser

from .sources import DATA, Sources


class CorporaParser(Parser):
    """Knows the option for the folder of the corpora."""

    def __init__(self, prog: str, description: str | None) -> None:
        """Take the command's name and what it does."""
        super().__init__(prog=prog, description=description)
        self.add_argument(
            "--data",
            type=Path,
            default=DATA,
            metavar="DIR",
            help="folder that holds corpora/ and eval/, as docs/training.md says (default: %(default)s)",
        )

    def sources(self, arguments: Namespace) -> Sources:
        """Return where the corpora are; exit where one is missing."""
        sources = Sources.below(arguments.data)
        if missing := sources.missing():
            self.error(f"there is no {missing[0]}")
        return sources

"""Where the corpora are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[2] / "shared"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the corpora are; ``measured`` holds the sets that nothing may be learned from."""

    polnear: Path
    gum: Path
    worldwide: Path
    news: Path
    unlabelled: Path
    names: Path
    measured: tuple[Path, ...] = ()

    @classmethod
    def below(cls, folder: Path) -> Sources:
        """Return the usual places of the corpora below one folder."""
        return cls(
            folder / "corpora" / "polnear",
            folder / "corpora" / "gum",
            folder / "corpora" / "worldwide-newswire",
            folder / "eval" / "news-train.jsonl",
            folder / "corpora" / "unlabelled-news.jsonl.gz",
            folder / "lexicons",
            (folder / "eval" / "news-dev.jsonl",),
        )

    def missing(self) -> list[Path]:
        """Return what should be there and is not."""
        needed = (self.polnear, self.gum, self.worldwide, self.news, self.unlabelled, self.names, *self.measured)
        return [path for path in needed if not path.exists()]

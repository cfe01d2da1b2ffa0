"""From a table of articles to a table of their quotations: ``python examples/pandas_quotations.py seeds/*.txt``."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from quotations import quotations

COLUMNS = {
    "article": "article",
    "text": "quotation",
    "speaker.name": "speaker",
    "speaker.kind": "speaker_kind",
    "role.text": "role",
    "location.text": "location",
    "confidence": "confidence",
    "start": "start",
    "end": "end",
}


def of_articles(articles: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each quotation of the articles, which have an ``id`` and a ``text``."""
    rows = [
        {"article": article} | said
        for article, text in zip(articles["id"], articles["text"], strict=True)
        for said in quotations(text)
    ]
    return pd.json_normalize(rows).reindex(columns=list(COLUMNS)).rename(columns=COLUMNS)


def main() -> None:
    """Print the quotations of the files that are named, as CSV."""
    files = [Path(name) for name in sys.argv[1:]]
    articles = pd.DataFrame({"id": [path.stem for path in files], "text": [path.read_text("utf8") for path in files]})
    of_articles(articles).to_csv(sys.stdout, index=False)


if __name__ == "__main__":
    main()

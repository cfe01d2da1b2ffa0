"""Who said what in an article, with Python's own library: ``python examples/quotations.py seeds/01-ferry.txt``."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

URL = os.environ.get("QUOTATIONS_URL", "http://127.0.0.1:8000")


def quotations(text: str) -> list[dict[str, Any]]:
    """Return the quotations of ``text``; offsets count as Python's do."""
    request = urllib.request.Request(  # noqa: S310 - the address is yours
        f"{URL}/v1/quotations", json.dumps({"text": text}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
            found: list[dict[str, Any]] = json.load(reply)["quotations"]
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        sys.exit(f"{problem['title']}: {problem['detail']}")
    return found


def main() -> None:
    """Print a line for each quotation: speaker, role and words."""
    text = Path(sys.argv[1]).read_text(encoding="utf8")
    for said in quotations(text):
        speaker = said["speaker"]["name"] if said["speaker"] else "?"
        role = said["role"]["text"] if said["role"] else ""
        print(speaker, role, text[said["start"] : said["end"]], sep="\t")


if __name__ == "__main__":
    main()

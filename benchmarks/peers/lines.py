"""Answer one article after another in this process: a JSON string a line in, a JSON list of quotations a line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from training.corpora import Json


def engine() -> Callable[[str], list[Json]]:
    """Return this project's engine, with its answers in the form of the service's."""
    from schemas import OffsetUnit  # noqa: PLC0415 - the other has no need of it, and loading is measured
    from service.answers import render  # noqa: PLC0415 - as above
    from service.engine import Engine  # noqa: PLC0415 - as above

    extract = Engine.load().extract
    return lambda text: render(text, extract(text), unit=OffsetUnit.CODE_POINT)["quotations"]


def patterns() -> Callable[[str], list[Json]]:
    """Return the regular expressions."""
    from .patterns import quotations  # noqa: PLC0415 - as above

    return quotations


def main() -> None:
    """Answer until there is no more to answer."""
    quotations = {"engine": engine, "patterns": patterns}[sys.argv[1]]()
    for line in sys.stdin:
        print(json.dumps(quotations(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

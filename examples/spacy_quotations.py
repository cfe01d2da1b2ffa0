"""A spaCy component that marks who said what: ``python examples/spacy_quotations.py seeds/06-town-council.txt``.

Each quotation is a span of ``doc.spans["quotations"]``, whose attributes ``_.speaker``, ``_.role``, ``_.location``
and ``_.confidence`` tell about it. A span has whole tokens; ``_.quotation`` has everything that the service answered.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import spacy  # type: ignore[import-not-found] # not installed where mypy runs
from quotations import quotations
from spacy.language import Language  # type: ignore[import-not-found]
from spacy.tokens import Doc, Span  # type: ignore[import-not-found]

GROUP = "quotations"
ATTRIBUTES = ("quotation", "speaker", "role", "location", "confidence")
for attribute in ATTRIBUTES:
    Span.set_extension(attribute, default=None, force=True)


@Language.component("quotations", assigns=["doc.spans", *(f"span._.{name}" for name in ATTRIBUTES)])
def add_quotations(doc: Doc) -> Doc:
    """Ask the service and add what it found to ``doc``."""
    doc.spans[GROUP] = [_span(doc, said) for said in quotations(doc.text)]
    return doc


def _span(doc: Doc, said: dict[str, Any]) -> Span:
    span = doc.char_span(said["start"], said["end"], label=said["kind"].upper(), alignment_mode="expand")
    span._.quotation = said
    span._.speaker = said["speaker"] and said["speaker"]["name"]
    span._.role = said["role"] and said["role"]["text"]
    span._.location = said["location"] and said["location"]["text"]
    span._.confidence = said["confidence"]
    return span


def main() -> None:
    """Print a line for each quotation of a file."""
    nlp = spacy.blank("en")
    nlp.add_pipe("quotations", last=True)
    doc = nlp(Path(sys.argv[1]).read_text(encoding="utf8"))
    for span in doc.spans[GROUP]:
        print(span._.speaker or "?", span._.role or "", span.text, sep="\t")


if __name__ == "__main__":
    main()

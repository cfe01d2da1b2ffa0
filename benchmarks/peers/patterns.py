"""Quotations by regular expressions alone: what a programmer would write in an afternoon.

A quotation is what stands in double marks. Its speaker is whoever says something nearest to it in
the paragraph: "said Ann Example", "Example told". A surname stands for the first full name that
ends in it; "he" and "she" for the speaker before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from training.corpora import Json

from .wire import span

_QUOTED = re.compile(r'“[^“”]+”|"[^"\n]+"')
_VERB = r"(?:said|says|say|told|added|adds|asked|wrote|explained|noted|warned|insisted|argued|stated|continued)"
_NAME = r"[A-Z][\w’'-]+(?: (?:de |van |von |bin )?(?:[A-Z]\.|[A-Z][\w’'-]+)){0,3}"
_SOURCE = rf"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Tt]he \w+|{_NAME})"
_CLAUSE = re.compile(rf"({_SOURCE})(?:,[^,.;\n“”\"]{{1,80}},)? {_VERB}\b|\b{_VERB} ({_SOURCE})")
_PRONOUNS = frozenset(("he", "she", "they"))
_FAR = 100  # characters


def quotations(text: str) -> list[Json]:
    """Return what stands in double marks, with speakers."""
    clauses = list(_CLAUSE.finditer(text))
    found, before = [], None
    for quoted in _QUOTED.finditer(text):
        clause = _nearest(text, quoted, clauses)
        speaker = None
        if clause:
            mention = span(text, *clause.span(clause.lastindex or 0))
            before = _name(text, mention["text"], before)
            speaker = {"name": before, "mention": mention}
        found.append(span(text, quoted.start() + 1, quoted.end() - 1) | {"speaker": speaker})
    return found


def _nearest(text: str, quoted: re.Match[str], clauses: Iterable[re.Match[str]]) -> re.Match[str] | None:
    """Return the clause that is nearest to what is quoted, outside of it and in its paragraph."""
    gaps = ((_gap(text, quoted, clause), clause) for clause in clauses)
    near = [(len(gap), clause) for gap, clause in gaps if gap is not None and len(gap) <= _FAR and "\n" not in gap]
    return min(near, key=lambda found: found[0], default=(0, None))[1]


def _gap(text: str, quoted: re.Match[str], clause: re.Match[str]) -> str | None:
    """Return what stands between the two; None where one is inside the other."""
    if clause.start() >= quoted.end():
        return text[quoted.end() : clause.start()]
    return text[clause.end() : quoted.start()] if clause.end() <= quoted.start() else None


def _name(text: str, mention: str, before: str | None) -> str | None:
    if mention.lower() in _PRONOUNS:
        return before
    fuller: list[str] = re.findall(rf"(?:\b[A-Z][\w’'-]+ ){{1,3}}{re.escape(mention)}\b", text)
    return max([mention, *fuller], key=len)

"""Paragraphs, sentences and tokens of an article, as offsets into it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from itertools import repeat

from . import tables
from .answer import Span
from .deadline import Deadline

# A line break ends a paragraph, unless the next line plainly goes on: "the minister\nsaid on Monday".
_PARAGRAPH_END = re.compile(r"\n(?:\s*\n|(?![^\S\n]*[a-z]))\s*|[\r\x0b\x0c\x85\u2028\u2029]\s*")

_CLITIC = r"[’'](?:s|S|re|ve|ll|LL|d|m|t|RE|VE|T)(?![^\W_])"
_ABBREVIATED = r"\b(?:" + "|".join(tables.lines("abbreviations.txt")) + ")"
_TOKEN = re.compile(
    rf"""
    [A-Za-z]++(?=[ ,])                                    # most words: nothing else need be tried
  | (?:[^\W\d_]\.){{2,}}                                  # U.S., e.g.
  | (?:{_ABBREVIATED})\.(?=[ \u00a0]?[^\s])               # Mr.  Sen.
  | [A-Z]\.(?=[ \u00a0]?[A-Z])                           # J.  in "Donald J. Trump"
  | \d+(?:[.,:]\d+)*+[^\W_]*                              # 1,200.50  10pm  34th
  | [^\W_]+(?:(?!{_CLITIC})[’'&-][^\W_]+)*+               # O’Brien  co-author  AT&T
  | {_CLITIC}                                             # ’s  're
  | \.{{2,}} | -{{2,}}                                    # ...  --
  | \S
    """,
    re.VERBOSE,
)
_TERMINAL = frozenset(".?!…")
_CLOSERS = frozenset("\"”’'»)]“」')")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of an article in parallel sequences; token ``i`` is ``text[starts[i]:ends[i]]``.

    ``lowered`` holds the words in lower case, since nearly every stage asks for them; ``sentence``
    and ``paragraph`` hold the number of the sentence and paragraph of each token; ``sentences``
    holds the first token of each sentence, and the count at its end.
    """

    words: tuple[str, ...]
    lowered: tuple[str, ...]
    starts: array[int]
    ends: array[int]
    sentence: array[int]
    paragraph: array[int]
    sentences: array[int]
    paragraphs: tuple[Span, ...]

    def __len__(self) -> int:
        return len(self.words)

    def first_at(self, offset: int) -> int:
        """Return the first token that ends after ``offset``."""
        return bisect_left(self.ends, offset + 1)

    def within(self, span: Span) -> range:
        """Return the tokens that share a character with ``span``."""
        return range(self.first_at(span.start), bisect_left(self.starts, span.end))

    def span(self, first: int, stop: int) -> Span:
        """Return the stretch of text of tokens ``first`` to ``stop``, exclusive."""
        return Span(self.starts[first], self.ends[stop - 1])


def paragraphs(text: str) -> tuple[Span, ...]:
    """Return the paragraphs of ``text`` that hold more than white space."""
    found, start = [], 0
    for stop, following in [*(m.span() for m in _PARAGRAPH_END.finditer(text)), (len(text), 0)]:
        block = text[start:stop]
        if block.strip():
            found.append(Span(start + len(block) - len(block.lstrip()), start + len(block.rstrip())))
        start = following
    return tuple(found)


def tokenize(text: str, deadline: Deadline = Deadline()) -> Tokens:
    """Split ``text`` into paragraphs, sentences and tokens."""
    blocks = paragraphs(text)
    words: list[str] = []
    same: dict[str, str] = {}  # a word that comes again takes no memory again
    starts, ends, sentence, paragraph, sentences = (array("i") for _ in range(5))
    for number, block in enumerate(blocks):
        first = len(words)
        for matches in deadline.blocks(_TOKEN.finditer(text, block.start, block.end)):
            own = [match[0] for match in matches]
            words += map(same.setdefault, own, own)
            starts.extend(map(re.Match.start, matches))
            ends.extend(map(re.Match.end, matches))
        paragraph.extend(repeat(number, len(words) - first))
        for stop in _sentence_ends(words, starts, ends, first):
            sentence.extend(repeat(len(sentences), stop - first))
            sentences.append(first)
            first = stop
    sentences.append(len(words))
    lower = {word: word.lower() for word in same}
    lowered = tuple(map(lower.__getitem__, words))
    return Tokens(tuple(words), lowered, starts, ends, sentence, paragraph, sentences, blocks)


def _sentence_ends(words: list[str], starts: array[int], ends: array[int], first: int) -> list[int]:
    """Return where each sentence stops, among the tokens of one paragraph from ``first`` on."""
    found = []
    at, count = first, len(words)
    while at < count:
        word = words[at]
        at += 1
        if word[-1] not in _TERMINAL:
            continue
        while at < count and words[at] in _CLOSERS and starts[at] == ends[at - 1]:
            at += 1
        if at < count and _begins_sentence(words, starts, ends, at, word):
            found.append(at)
    if count > first:
        found.append(count)
    return found


def _begins_sentence(words: list[str], starts: array[int], ends: array[int], at: int, stop: str) -> bool:
    """Whether a sentence can begin at token ``at``, after the terminal mark ``stop``."""
    if starts[at] == ends[at - 1] or words[at][0].islower():
        return False
    if len(stop) > 1 and stop[0].isalpha():  # "the U.S. Senate" goes on; "in the U.S. He" does not
        return words[at] in {"The", "He", "She", "It", "They", "But", "And", "In", "“", '"'}
    before = words[at - 2] if at >= 2 else ""
    return not (words[at - 1] == "." and len(before) == 1 and before.isupper())

"""Readers of the corpora: each yields articles with labels laid over our own tokens.

A label of -1 says that the corpus does not tell. See docs/accuracy.md for the corpora.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from service.engine.answer import Span
from service.engine.tagset import ENTITY, NOUN_KINDS, POS, RELATION, SOURCE
from service.engine.text import Tokens, tokenize

UNKNOWN = -1
Json = dict[str, Any]

_WORLDWIDE_TYPES = {
    "Person": "PER", "Organization": "ORG", "Location": "LOC", "Facility": "LOC", "NORP": "NORP",
    "Misc": "MISC", "Miscellaneous": "MISC", "Product": "MISC", "Event": "MISC",
}  # fmt: skip
_CORENLP_TYPES = {"PERSON": "PER", "ORGANIZATION": "ORG", "LOCATION": "LOC"}
_RELATIONS = {
    "nsubj": "subject", "csubj": "subject", "nsubjpass": "subject", "csubjpass": "subject",
    "obj": "object", "dobj": "object", "iobj": "object", "nmod": "modifier", "obl": "modifier",
    "nmod:poss": "possessive", "appos": "apposition", "compound": "compound", "flat": "compound", "conj": "conjunct",
    "ccomp": "quoted", "parataxis": "quoted", "root": "root",
    "acl": "clause", "advcl": "clause", "xcomp": "clause",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article's tokens with a label each, per task; see service.engine.tagset."""

    id: str
    tokens: Tokens
    pos: list[int]
    entity: list[int]
    source: list[int]
    noun: list[int]
    relation: list[int]
    speaker: list[int]

    @classmethod
    def of(cls, name: str, tokens: Tokens, **known: list[int]) -> Labelled:
        """Return an article whose corpus does not tell of the tasks that are not given."""
        unknown = {task.name: [UNKNOWN] * len(tokens) for task in fields(cls)[2:] if task.name not in known}
        return cls(name, tokens, **unknown, **known)

    def labels(self) -> Iterator[tuple[int, ...]]:
        """Yield the labels of each token, in the order of the tagger's tasks."""
        return zip(self.pos, self.entity, self.source, self.noun, self.relation, self.speaker, strict=True)


@dataclass(frozen=True, slots=True)
class Attribution:
    """One annotated attribution: the spans of its source, cue and content."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]


def jsonl(path: Path) -> list[Json]:
    """Return the records of a JSON-lines file, gzipped or not."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


def penn(tag: str) -> int:
    """Return our number for a Penn Treebank tag."""
    tag = {"NNPS": "NNP", "JJR": "JJ", "JJS": "JJ", "RBR": "RB", "RBS": "RB", "WP$": "WP"}.get(tag, tag)
    if tag in POS:
        return POS.index(tag)
    return POS.index("X" if tag[:1].isalpha() else "PUNCT")


def relation(name: str, at: int, head: int) -> int:
    """Return our number for a dependency of word ``at`` on word ``head``, by its place in the sentence."""
    ours = _RELATIONS.get(name) or _RELATIONS.get(name.partition(":")[0], "other")
    return RELATION.index(ours) if ours in RELATION else RELATION.index(ours + ("<" if head < at else ">"))


def polnear(split: Path) -> Iterator[Labelled]:
    """Yield the articles of a PolNeAR split: silver POS and entities, gold sources and cues."""
    layers = {record["id"]: record["sentences"] for record in jsonl(split.parent / f"{split.name}-corenlp.jsonl.gz")}
    for path in sorted((split / "text").glob("*.txt")):
        text = path.open(encoding="utf8", newline="").read()
        tokens = tokenize(text)
        count = len(tokens)
        pos, entity, relations = [UNKNOWN] * count, [UNKNOWN] * count, [UNKNOWN] * count
        before = "O"
        rows = chain.from_iterable(enumerate(sentence, 1) for sentence in layers.get(path.stem, []))
        for at, (word, start, end, tag, _, name, head, dependency) in rows:
            if text[start:end] == word:
                for i in tokens.within(Span(start, end)):
                    pos[i] = penn(tag)
                    entity[i] = _corenlp_entity(name, before if i and entity[i - 1] != UNKNOWN else "O")
                    relations[i] = relation(dependency, at, head)
            before = name
        source = _source_labels(tokens, attributions(split, path.stem))
        yield Labelled.of(path.stem, tokens, pos=pos, entity=entity, source=source, relation=relations)


def _corenlp_entity(name: str, before: str) -> int:
    if name == "MISC":
        return UNKNOWN
    kind = _CORENLP_TYPES.get(name)
    return ENTITY.index(f"{'I' if before == name else 'B'}-{kind}") if kind else 0


def attributions(split: Path, name: str) -> list[Attribution]:
    """Return the attributions of one PolNeAR article, by its first annotator; none without a file."""
    paths = sorted(p for p in (split / "attributions").iterdir() if p.name.startswith(name + "_"))
    return _read_standoff(paths[0]) if paths else []


def _read_standoff(path: Path) -> list[Attribution]:
    spans: dict[str, list[Span]] = {}
    events: list[list[list[str]]] = []
    for line in path.read_text(encoding="utf8").splitlines():
        cells = line.split("\t")
        if re.fullmatch(r"T\d+", cells[0]) and len(cells) > 1:
            bounds = cells[1].split(" ", 1)[1]
            spans[cells[0]] = [Span(*map(int, part.split())) for part in bounds.split(";")]
        elif re.fullmatch(r"E\d+", cells[0]) and len(cells) > 1:
            events.append([pair.split(":") for pair in cells[1].split()])

    def part(event: list[list[str]], role: str) -> tuple[Span, ...]:
        return tuple(sorted(s for name, key in event if re.fullmatch(rf"{role}\d*", name) for s in spans.get(key, [])))

    return [Attribution(part(e, "Source"), part(e, "Cue"), part(e, "Content")) for e in events]


def _source_labels(tokens: Tokens, found: Iterable[Attribution]) -> list[int]:
    labels = [0] * len(tokens)
    for attribution in found:
        for name, spans in (("CUE", attribution.cue), ("SOURCE", attribution.source)):
            for span in spans:
                label(tokens, labels, span, SOURCE.index(f"B-{name}"), SOURCE.index(f"I-{name}"))
    return labels


def label(tokens: Tokens, labels: list[int], span: Span, first: int, following: int) -> None:
    """Write the labels of the tokens in ``span``: ``first`` for the first of them, ``following`` for the others."""
    for number, at in enumerate(tokens.within(span)):
        labels[at] = following if number else first


def worldwide(folder: Path, without: frozenset[str]) -> Iterator[Labelled]:
    """Yield the articles of the worldwide newswire with their gold entities, but those in ``without``."""
    for path in sorted((folder / "annotated").glob("*.tsv")):
        name = path.name.removesuffix(".txt.tsv")
        if name in without:
            continue
        text = (folder / "original" / f"{name}.txt").read_text(encoding="utf8")
        tokens = tokenize(text)
        entity = [UNKNOWN] * len(tokens)
        cursor = 0
        for line in path.read_text(encoding="utf8").splitlines():
            word, _, label = line.partition("\t")
            at = text.find(word, cursor, cursor + 200) if label else -1
            if at < 0:
                continue
            cursor = at + len(word)
            for number, i in enumerate(tokens.within(Span(at, cursor))):
                entity[i] = _worldwide_entity(label.strip(), number, entity[i])
        yield Labelled.of(f"worldwide-{name}", tokens, entity=entity)


def _worldwide_entity(label: str, number: int, known: int) -> int:
    if known > 0:  # the first part of "Ghana-based" names the entity
        return known
    prefix, _, kind = label.partition("-")
    if prefix not in ("B", "I") or kind not in _WORLDWIDE_TYPES:
        return 0
    return ENTITY.index(f"{'I' if number else prefix}-{_WORLDWIDE_TYPES[kind]}")


def gum(folder: Path) -> Iterator[Labelled]:
    """Yield the GUM texts: gold POS, relations, and what kind of thing each common noun stands for."""
    for path in sorted(folder.glob("*.conllu.gz")):
        text, words = conllu(path)
        tokens = tokenize(text)
        pos, noun, relations = ([UNKNOWN] * len(tokens) for _ in range(3))
        for word, kind in zip(words, _noun_kinds(words), strict=True):
            for i in tokens.within(word.span):
                pos[i] = penn(word.tag)
                noun[i] = NOUN_KINDS.index(kind)
                relations[i] = relation(word.relation, word.at, word.head)
        yield Labelled.of(path.name.removesuffix(".conllu.gz"), tokens, pos=pos, noun=noun, relation=relations)


class Word(NamedTuple):
    """A token of a CoNLL-U file; ``at`` is its place in the sentence and ``head`` that of its head, 0 the root's."""

    span: Span
    tag: str
    misc: str
    at: int
    head: int
    relation: str


def conllu(path: Path) -> tuple[str, list[Word]]:
    """Return the text of a CoNLL-U file and its tokens."""
    text = ""
    words = []
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for line in lines:
            if line.startswith("# newpar"):
                text = text.rstrip() + "\n\n"
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 10 and cells[0].isdigit():
                span = Span(len(text), len(text) + len(cells[1]))
                words.append(Word(span, cells[4], cells[9], int(cells[0]), int(cells[6]), cells[7]))
                text += cells[1] + ("" if "SpaceAfter=No" in cells[9] else " ")
    return text, words


def _noun_kinds(words: Sequence[Word]) -> list[str]:
    """Return what each token of a GUM text stands for, "other" where it heads no entity as a common noun."""
    kinds = ["other"] * len(words)
    for entity in gum_entities(words):
        if entity.head < entity.stop and words[entity.head].tag in ("NN", "NNS") and entity.kind in NOUN_KINDS:
            kinds[entity.head] = entity.kind
    return kinds


class GumEntity(NamedTuple):
    """What tokens ``first`` to ``stop`` of a GUM text stand for; ``head`` carries the meaning."""

    chain: str
    kind: str
    first: int
    head: int
    stop: int


def gum_entities(words: Sequence[Word]) -> Iterator[GumEntity]:
    """Yield the entities of a GUM text, an inner one before the outer."""
    opened: list[tuple[str, str, int, int]] = []
    for at, word in enumerate(words):
        match = re.search(r"(?:^|\|)Entity=([^|]+)", word.misc)
        for piece in re.findall(r"\([^()]+|(?:\d+)?\)", match[1] if match else ""):
            if piece.startswith("("):
                fields = piece[1:].split("-")
                head = fields[5].split(",")[0] if len(fields) > 5 else ""
                opened.append((fields[0], fields[1], at, at + (int(head) if head.isdigit() else 1) - 1))
            elif opened:
                yield GumEntity(*opened.pop(), at + 1)

"""More training text from the same: people given names from all over the world."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from service.engine.tagset import ENTITY

from .corpora import Labelled

_BEGIN, _INSIDE = ENTITY.index("B-PER"), ENTITY.index("I-PER")


@dataclass(frozen=True, slots=True)
class Names:
    """Forenames and surnames of one country."""

    forenames: tuple[str, ...]
    surnames: tuple[str, ...]


def names_by_country(folder: Path) -> tuple[Names, ...]:
    """Return the names of each country that has both kinds, from the popular-names tables."""
    forenames = _column(folder / "forenames-by-country.csv")
    surnames = _column(folder / "surnames-by-country.csv")
    return tuple(Names(forenames[c], surnames[c]) for c in sorted(forenames) if c in surnames)


def _column(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            name = row["Romanized Name"] or row["Localized Name"]
            if name and (name.isascii() or name.replace("-", "").isalpha()):
                found.setdefault(row["Country"], []).append(name.split()[0])
    return {country: tuple(dict.fromkeys(own)) for country, own in found.items()}


def renamed(articles: Iterable[Labelled], countries: tuple[Names, ...], seed: int) -> Iterator[Labelled]:
    """Yield each article with its people renamed, the same name for the same word throughout."""
    chance = random.Random(seed)  # noqa: S311 - names are drawn, no secrets
    for article in articles:
        own = chance.choice(countries)
        changed: dict[str, str] = {}
        words = list(article.tokens.words)
        for at, label in enumerate(article.entity):
            if label not in (_BEGIN, _INSIDE) or not words[at][:1].isupper() or not words[at].isalpha():
                continue
            last = at + 1 == len(words) or article.entity[at + 1] != _INSIDE
            pool = own.surnames if last else own.forenames
            words[at] = changed.setdefault(words[at], chance.choice(pool))
        tokens = replace(article.tokens, words=tuple(words))
        yield replace(article, id=f"{article.id}/renamed", tokens=tokens)

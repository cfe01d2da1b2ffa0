"""Build the model: the tagger first, then a forest for each decision, from the corpora."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path

import numpy as np

from service.engine.gazetteer import Gazetteer
from service.engine.lexicons import Lexicons
from service.engine.tagger import Tagger
from service.engine.weights import Arrays, pack

from . import augmentation, corpora, tagger
from .forests import train_forests
from .lessons import Teacher
from .sources import Sources

_log = logging.getLogger(__name__)

VERSION = "2026.11"
EPOCHS = 8


def build(sources: Sources) -> dict[str, Arrays]:
    """Train every part of the model and return its arrays."""
    parts = {"tagger": tagger.train(tagged_texts(sources), EPOCHS)}
    teacher = Teacher(Tagger(parts["tagger"]), Lexicons.load(), Gazetteer.load())
    return parts | train_forests(teacher.lessons(sources))


def tagged_texts(sources: Sources) -> list[corpora.Labelled]:
    """Return the tagger's articles in a fixed, mixed order.

    The gold POS of GUM count twice; people are renamed in a second copy of the newswire and
    of every other PolNeAR article, so that the shape of a name counts more than its being known.
    """
    held_out = {record["id"] for path in sources.measured for record in corpora.jsonl(path)}
    names = frozenset(name.removeprefix("worldwide-") for name in held_out)
    politics = list(corpora.polnear(sources.polnear / "train"))
    newswire = list(corpora.worldwide(sources.worldwide, names))
    countries = augmentation.names_by_country(sources.names)
    texts = [*corpora.gum(sources.gum)] * 2 + politics + newswire
    texts += augmentation.renamed(newswire, countries, 1)
    texts += augmentation.renamed(politics[::2], countries, 2)
    _log.info("tagger: %d articles", len(texts))
    return [texts[i] for i in np.random.default_rng(1).permutation(len(texts))]


def save(parts: dict[str, Arrays], folder: Path) -> str:
    """Write the archive and its manifest; return the checksum."""
    archive = pack(parts)
    checksum = hashlib.sha256(archive).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.npz").write_bytes(archive)
    manifest = {"version": VERSION, "sha256": checksum, "bytes": len(archive)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf8")
    return checksum

"""Build the model: the tagger first, then a forest for each decision, from the corpora."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from service.engine.gazetteer import Gazetteer
from service.engine.lexicons import Lexicons
from service.engine.tagger import Tagger
from service.engine.weights import Arrays, pack
from service.engine.words import packed

from . import tagger
from .forests import train_forests
from .lessons import Teacher
from .sources import Sources
from .tagged import common_words, tagged_texts, unlabelled_texts

VERSION = "2026.11"
EPOCHS, UNLABELLED_EPOCHS = 6, 1
COMMON_WORDS = 4096  # whose vectors are worked out at the start


def build(sources: Sources) -> dict[str, Arrays]:
    """Train every part of the model and return its arrays."""
    body = tagger.pretrain(unlabelled_texts(sources), UNLABELLED_EPOCHS)
    common = {"common": packed(common_words(unlabelled_texts(sources), COMMON_WORDS))}
    parts = {"tagger": tagger.train(tagged_texts(sources), EPOCHS, body) | common}
    teacher = Teacher(Tagger(parts["tagger"]), Lexicons.load(), Gazetteer.load())
    return parts | train_forests(teacher.lessons(sources))


def save(parts: dict[str, Arrays], folder: Path) -> str:
    """Write the archive and its manifest; return the checksum."""
    archive = pack(parts)
    checksum = hashlib.sha256(archive).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.npz").write_bytes(archive)
    manifest = {"version": VERSION, "sha256": checksum, "bytes": len(archive)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf8")
    return checksum

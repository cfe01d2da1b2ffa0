"""The learned weights: one archive of arrays beside a manifest with its version and checksum."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .tagger import Tagger
from .trees import Trees

Arrays: TypeAlias = dict[str, NDArray[np.generic]]

FOREST = ("quotation", "attribution", "coreference", "confidence", "role", "location")


class ModelError(Exception):
    """The weights are missing, damaged or of another version."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned; ``checksum`` is the SHA-256 of the archive."""

    version: str
    checksum: str
    tagger: Tagger
    quotation: Trees
    attribution: Trees
    coreference: Trees
    confidence: Trees
    role: Trees
    location: Trees

    @classmethod
    def of(cls, version: str, checksum: str, parts: Mapping[str, Arrays]) -> Model:
        """Build the model from the arrays of each of its parts."""
        forests = {name: Trees(parts[name]) for name in FOREST}
        return cls(version=version, checksum=checksum, tagger=Tagger(parts["tagger"]), **forests)


@cache
def load_model() -> Model:
    """Return the model that ships with the package, read once; raise ModelError when it does not fit."""
    folder = files(__package__) / "weights"
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf8"))
        archive = (folder / "model.npz").read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError(f"the weights cannot be read: {error}") from error
    checksum = hashlib.sha256(archive).hexdigest()
    if checksum != manifest.get("sha256"):
        raise ModelError("the weights are damaged: model.npz does not have the checksum that manifest.json gives")
    return Model.of(str(manifest["version"]), checksum, unpack(archive))


def pack(parts: Mapping[str, Arrays]) -> bytes:
    """Return one archive of the arrays of all parts; the same arrays give the same bytes."""
    buffer = io.BytesIO()
    arrays = {f"{part}.{name}": array for part, own in parts.items() for name, array in own.items()}
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpack(archive: bytes) -> dict[str, Arrays]:
    """Return the arrays of an archive by part and name."""
    parts: dict[str, Arrays] = {}
    with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        for key in arrays.files:
            part, _, name = key.partition(".")
            parts.setdefault(part, {})[name] = arrays[key]
    return parts

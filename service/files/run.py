"""A run, from the inputs to the output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service import __version__
from service.cores import ONE_CORE
from service.engine import Engine
from service.records import Columns
from service.settings import Settings

from . import BatchError
from .chunks import Chunk, chunks
from .formats import Output
from .inputs import find
from .parts import Parts, keep
from .processes import Work, do_all, processes
from .progress import Progress

_LIMITS = ("deadline_seconds", "max_body_bytes", "max_characters", "max_nesting")


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for."""

    inputs: Sequence[str]
    output: Path
    columns: Columns
    settings: Settings
    processes: int
    replace: bool = False

    def beside(self, ending: str) -> Path:
        """Return the file or folder of this name beside the output."""
        return self.output.with_name(self.output.name + ending)

    def paths(self) -> list[Path]:
        """Return the files to read; what a run has written beside them is none of them."""
        ours = {self.output.resolve(), self.beside(".rejected.jsonl").resolve()}
        found = [path for path in find(self.inputs) if path.resolve() not in ours]
        if not found:
            raise BatchError("there is nothing to read but the output itself")
        return found


def run(job: Job) -> str:
    """Do all that is not yet done, and tell what came of it."""
    output, paths, parts = Output(job.output), job.paths(), Parts(job.beside(".parts"))
    purpose = _purpose(job)
    manifest = {**purpose, "inputs": [_identity(path) for path in paths]}
    if not job.replace and _finished(job, manifest):
        parts.remove()
        return f"{job.output}: complete already"
    if job.output.exists() and not (job.replace or parts.folder.exists()):
        raise BatchError(f"{job.output}: is there already, and of other input or options; --replace writes it anew")
    with parts.locked():
        job.beside(".manifest.json").unlink(missing_ok=True)
        progress = Progress(sum(path.stat().st_size for path in paths))
        try:
            names = _do(job, Work(parts, output, job.columns, job.settings), paths, purpose, progress)
        finally:
            progress.close()
        parts.join(names, output)
        parts.join_rejected(names, job.beside(".rejected.jsonl"))
        keep(job.beside(".manifest.json"), (json.dumps(manifest | progress.tally._asdict()) + "\n").encode())
        parts.remove()
    return f"{job.output}: {progress.summary()}"


def _do(job: Job, work: Work, paths: Iterable[Path], purpose: dict[str, Any], progress: Progress) -> list[str]:
    """Do the chunks, and return the names of their parts in order."""
    names: list[str] = []
    key = json.dumps([purpose, work.output.path.suffix], sort_keys=True).encode()
    for name, value in ONE_CORE.items():
        os.environ.setdefault(name, value)
    with processes(job.processes) as pool:
        todo = _missing(chunks(paths, job.columns, job.settings, key), work.parts, names, progress)
        for tally, size in do_all(pool, job.processes, work, todo):
            progress.add(tally, size)
    return names


def _missing(found: Iterable[Chunk], parts: Parts, names: list[str], progress: Progress) -> Iterator[Chunk]:
    """Yield the chunks whose parts are not there; note all the ``names``."""
    earlier = parts.numbers()
    for chunk in found:
        names.append(chunk.name)
        tally = parts.tally(chunk.name)
        if tally:
            progress.skip(tally, chunk.progress)
            continue
        if chunk.number in earlier:
            earlier = set()  # told once
            print(f"{parts.folder}: holds parts of other input, model or options; these are done anew", file=sys.stderr)
        yield chunk


def _purpose(job: Job) -> dict[str, Any]:
    """Return what the answers depend on beside the records."""
    return {
        "version": __version__,
        "model": Engine.load().model_checksum,
        "columns": job.columns.names,
        "options": dict(job.columns.options),
        "limits": {name: getattr(job.settings, name) for name in _LIMITS},
    }


def _identity(path: Path) -> list[Any]:
    status = path.stat()
    return [str(path), status.st_size, status.st_mtime_ns]


def _finished(job: Job, manifest: dict[str, Any]) -> bool:
    """Tell whether an earlier run has made the output of the same input with the same options."""
    try:
        kept = json.loads(job.beside(".manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return job.output.exists() and {name: kept.get(name) for name in manifest} == manifest

"""The systems that are compared: how each is started, asked and read, and what it has a notion of."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from benchmarks.articles import ROOT
from benchmarks.running import HOST, free_port, running
from benchmarks.scoring import FIELDS
from service import __version__
from training.corpora import Json

from .wire import from_compromise, from_corenlp

_OWN = Path(__file__).parent
_PATIENCE = 600  # seconds, for an article or a start on a machine that may be busy
_BOUNDS = ("quotation", "exact")
_SPEAKERS = (*_BOUNDS, "mention", "speaker", "full_name")
_CORENLP = "tokenize,ssplit,pos,lemma,ner,depparse,coref,quote"  # as its page on quotations has them
_PIN = re.compile(r"^([\w.-]+)==", re.MULTILINE)


@dataclass(frozen=True)
class Running:
    """A system that has been started."""

    processes: tuple[int, ...]
    ask: Callable[[str], list[Json]]

    def seconds(self) -> float:
        """Return the processor time that its processes have had."""
        # Linux names the clock of another process by the complement of its id.
        return sum(time.clock_gettime(~pid << 3 | 2) for pid in self.processes)

    def peak(self) -> int:
        """Return the most kB that its processes have held; what they share counts for each."""
        status = (Path(f"/proc/{pid}/status").read_text(encoding="ascii") for pid in self.processes)
        return sum(int(line.split()[1]) for text in status for line in text.splitlines() if line.startswith("VmHWM"))


@dataclass(frozen=True)
class System:
    """Something that finds quotations."""

    name: str
    version: str
    fields: Sequence[str]
    installed: int  # bytes, without the language's own runtime
    start: Callable[[], AbstractContextManager[Running]]


def own_systems() -> list[System]:
    """Return what this project has: the service, its engine alone, and the patterns to compare with."""
    code = [_size(ROOT / folder) for folder in ("service", "schemas")]
    engine = _size(ROOT / "service" / "engine") + _packages("numpy")
    everything = sum(code) + _packages(*_PIN.findall((ROOT / "requirements.txt").read_text(encoding="utf8")))
    patterns = _size(_OWN / "patterns.py")
    return [
        System("this service, over HTTP", __version__, FIELDS, everything, _service),
        System("this engine, in process", __version__, FIELDS, engine, partial(_child, "engine")),
        System("regular expressions", "", _SPEAKERS, patterns, partial(_child, "patterns")),
    ]


def corenlp(folder: Path) -> System:
    """Return Stanford CoreNLP, whose jars are in ``folder``."""
    jars = list(folder.glob("stanford-corenlp-*-models.jar"))
    if len(jars) != 1:
        raise ValueError(f"{folder} has no stanford-corenlp-*-models.jar, or more than one")
    version = jars[0].name.split("-")[2]
    return System("Stanford CoreNLP", version, _SPEAKERS, _size(folder), partial(_corenlp_server, folder))


def compromise(folder: Path) -> System:
    """Return compromise, which is in ``node_modules`` of ``folder``."""
    package = json.loads((folder / "node_modules" / "compromise" / "package.json").read_text(encoding="utf8"))
    command = ("node", str(_OWN / "compromise.mjs"), str(folder.resolve()))
    start = partial(_lines, command, from_compromise)
    return System("compromise", package["version"], _BOUNDS, _size(folder / "node_modules"), start)


def _size(folder: Path) -> int:
    files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if path.suffix != ".pyc")


def _packages(*names: str) -> int:
    files = (path for name in names for path in metadata.files(name) or ())
    return sum(_size(Path(str(path.locate()))) for path in files if path.suffix != ".pyc")


def _child(name: str) -> AbstractContextManager[Running]:
    return _lines((sys.executable, "-m", "benchmarks.peers.lines", name), lambda _, answer: answer)


@contextmanager
def _lines(command: Sequence[str], read: Callable[[str, Any], list[Json]]) -> Iterator[Running]:
    """Run a command that answers a line with a line."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, encoding="utf8") as process:  # noqa: S603 - ours
        yield Running((process.pid,), partial(_ask_line, process, read))


def _ask_line(process: subprocess.Popen[str], read: Callable[[str, Any], list[Json]], text: str) -> list[Json]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    print(json.dumps(text), file=process.stdin, flush=True)
    return read(text, json.loads(process.stdout.readline()))


@contextmanager
def _service() -> Iterator[Running]:
    with running(WORKERS=1, LOG_LEVEL="error") as service, closing(service.connect()) as connection:
        ask = partial(_ask_http, connection, "/v1/quotations", lambda _, answer: answer["quotations"])
        yield Running((service.process.pid, *service.workers()), ask)


@contextmanager
def _corenlp_server(folder: Path) -> Iterator[Running]:
    port = free_port()
    options = {"port": port, "timeout": 1000 * _PATIENCE, "threads": 1, "quiet": "true", "annotators": _CORENLP}
    words = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    command = ["java", "-Xmx5g", "-cp", f"{folder}/*", "edu.stanford.nlp.pipeline.StanfordCoreNLPServer", *words]
    path = "/?properties=" + quote(json.dumps({"outputFormat": "json"}))
    with TemporaryDirectory() as temporary, (Path(temporary) / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - as its documentation has it
        try:
            with closing(HTTPConnection(HOST, port, timeout=_PATIENCE)) as connection:
                _wait_until_live(connection)
                yield Running((process.pid,), partial(_ask_http, connection, path, from_corenlp))
        finally:
            process.terminate()
            process.wait()


def _wait_until_live(connection: HTTPConnection) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            connection.request("GET", "/live")
            connection.getresponse().read()
        except (OSError, HTTPException):
            connection.close()
            time.sleep(0.1)
        else:
            return
    sys.exit("comparison: CoreNLP does not start")


def _ask_http(connection: HTTPConnection, path: str, read: Callable[[str, Any], list[Json]], text: str) -> list[Json]:
    connection.request("POST", path, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise ValueError(f"{response.status}: {body[:200]!r}")
    return read(text, json.loads(body))


@contextmanager
def on_one_core() -> Iterator[None]:
    """Let what is started here run on one core, and this process on all of them afterwards."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)

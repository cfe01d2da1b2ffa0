"""Each example does what it says, asked of the running service."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pages import page
from servers import ROOT, Server

EXAMPLES = ROOT / "examples"
PYTHON = ROOT / ".venv-examples/bin/python"
NODE, CURL = shutil.which("node"), shutil.which("curl")
SEEDS = ("06-town-council", "15-emoji")

needs_packages = pytest.mark.skipif(
    not PYTHON.exists(), reason=".venv-examples is not there: `make .venv-examples/examples.stamp` sets it up"
)
needs_node = pytest.mark.skipif(not NODE, reason="node is not there")
needs_curl = pytest.mark.skipif(not CURL, reason="curl is not there")


def seed(name: str) -> Path:
    return ROOT / f"seeds/{name}.txt"


@pytest.fixture
def run(server: Server) -> Callable[..., str]:
    """Run a command that asks the service; return what it prints."""

    def started(*command: str | Path, fails: bool = False) -> str:
        environ = os.environ | {"QUOTATIONS_URL": f"http://127.0.0.1:{server.port}", "PYTHONPATH": ""}
        ended = subprocess.run([*map(str, command)], env=environ, capture_output=True, text=True, check=False)
        assert bool(ended.returncode) is fails, ended.stderr
        return ended.stderr if fails else ended.stdout

    return started


def answer(server: Server, path: Path) -> Any:
    reply = server.post(path.read_text(encoding="utf8"))
    assert reply.status == 200
    return reply.json()


def told(server: Server, path: Path) -> list[list[str]]:
    """Return speaker, role and words of each quotation."""
    quotations = answer(server, path)["quotations"]
    assert quotations
    return [[name_of(said), said["role"]["text"] if said["role"] else "", said["text"]] for said in quotations]


def name_of(said: Any) -> str:
    return said["speaker"]["name"] if said["speaker"] else "?"


def rows(printed: str) -> list[list[str]]:
    return [line.split("\t") for line in printed.splitlines()]


@needs_curl
def test_curl_sends_text_and_pages(server: Server, run: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(seed(SEEDS[0]).read_text(encoding="utf8")), encoding="utf8")
    (tmp_path / "empty.txt").write_text("")

    assert run(EXAMPLES / "curl.sh", seed(SEEDS[0])).encode() == server.post(seed(SEEDS[0]).read_text("utf8")).body
    assert '"text":"A headline\\nHARLAN FORK' in run(EXAMPLES / "curl.sh", tmp_path / "page.html")
    assert "422" in run(EXAMPLES / "curl.sh", tmp_path / "empty.txt", fails=True)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, EXAMPLES / "quotations.py"], id="python"),
        pytest.param([NODE, EXAMPLES / "quotations.mjs"], id="javascript", marks=needs_node),
        pytest.param([PYTHON, EXAMPLES / "spacy_quotations.py"], id="spacy", marks=needs_packages),
    ],
)
def test_who_said_what_is_printed(server: Server, run: Callable[..., str], command: list[str]) -> None:
    emoji = seed(SEEDS[1])

    assert rows(run(*command, emoji)) == told(server, emoji)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, EXAMPLES / "quotations.py"], id="python"),
        pytest.param([NODE, EXAMPLES / "quotations.mjs"], id="javascript", marks=needs_node),
    ],
)
def test_an_error_is_told(run: Callable[..., str], command: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" ")

    assert "The request does not fit the schema" in run(*command, tmp_path / "empty", fails=True)


@needs_packages
def test_articles_become_a_table_of_quotations(server: Server, run: Callable[..., str]) -> None:
    files = [seed(name) for name in (*SEEDS, "12-no-quotation")]
    table = list(csv.DictReader(io.StringIO(run(PYTHON, EXAMPLES / "pandas_quotations.py", *files))))

    assert list(table[0])[:6] == ["article", "quotation", "speaker", "speaker_kind", "role", "location"]
    assert [[row["article"], row["speaker"] or "?", row["role"], row["quotation"]] for row in table] == [
        [path.stem, *fields] for path in files for fields in told_or_nothing(server, path)
    ]


def told_or_nothing(server: Server, path: Path) -> list[list[str]]:
    return told(server, path) if answer(server, path)["quotations"] else []


SPACY = """
import sys
from pathlib import Path
import spacy
import spacy_quotations
nlp = spacy.blank("en")
nlp.add_pipe("quotations")
for doc in nlp.pipe([Path(sys.argv[1]).read_text("utf8"), "Nobody says a word here."]):
    text = doc.text
    for span in doc.spans["quotations"]:
        said = span._.quotation
        assert said["text"] == text[said["start"] : said["end"]]
        assert (span.start_char, span.end_char) == (said["start"], said["end"]), span
        print(span.label_, span._.speaker, span._.location, span._.confidence, sep="\\t")
    print(len(doc.spans["quotations"]))
"""


@needs_packages
def test_a_doc_of_spacy_has_the_quotations_as_spans(server: Server, run: Callable[..., str], tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(EXAMPLES)!r})\n{SPACY}")
    quotations = answer(server, seed(SEEDS[0]))["quotations"]

    *spans, number, none = rows(run(PYTHON, script, seed(SEEDS[0])))

    assert [number, none] == [[str(len(quotations))], ["0"]]
    assert spans == [
        [
            said["kind"].upper(),
            str(said["speaker"] and said["speaker"]["name"]),
            str(said["location"] and said["location"]["text"]),
            str(said["confidence"]),
        ]
        for said in quotations
    ]

"""A bad record costs itself alone, and a file beside the output tells where it stands and what is wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from batches import EXTRA, ask, needs_batch, read, run, write
from fakes import FakeEngine

from service.engine import Deadline
from service.records import outcome
from service.settings import Settings

GOOD = {"text": "“We will rebuild,” said Ann Example.", "id": "good"}
BAD: dict[str, Any] = {
    "no JSON": b"{text: 1}",
    "no UTF-8": b'{"text": "Caf\xe9"}',
    "no object": b'["text"]',
    "a key twice": b'{"text": "a", "text": "b"}',
    "nested too deeply": b'{"text": "a", "more": ' + b"[" * 40 + b"]" * 40 + b"}",
    "an empty text": {"text": " \n", "id": "e"},
    "no text": {"id": "n"},
    "a null as text": {"text": None},
    "half a character": b'{"text": "a", "id": "\\ud800"}',
    "an id that is too long": {"text": "a", "id": "x" * 201},
    "an unknown unit": {"text": "a", "offsets": "utf7"},
    "too long an article": {"text": "a " * 100_001},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Return what is told of the bad records, between good ones."""
    folder = tmp_path_factory.mktemp("rejected")
    records = [record for bad in BAD.values() for record in (GOOD, b"", bad)]
    ended = run(write(folder / "in.jsonl", records), "-o", folder / "out.jsonl")
    assert ended.returncode == 0
    assert read(folder / "out.jsonl") == [ask(GOOD)] * len(BAD)
    assert f"; {len(BAD)} rejected" in ended.stdout
    return [line | {"input": Path(line["input"]).name} for line in read(folder / "out.jsonl.rejected.jsonl")]


@pytest.mark.parametrize("name", BAD)
def test_the_problem_is_the_services(told: list[Any], name: str) -> None:
    place = list(BAD).index(name)
    line = told[place]
    service = ask(BAD[name])
    number = 3 * place + 3

    assert (line["input"], line["line"]) == ("in.jsonl", number)
    assert line["problem"].pop("instance").endswith(f"in.jsonl#{number}")
    service["detail"] = service["detail"].replace(" body ", " line ")
    assert line["problem"] == {key: value for key, value in service.items() if key != "instance"}


def test_the_id_is_told_where_it_can_be_read(told: list[Any]) -> None:
    ids = dict(zip(BAD, (line["id"] for line in told), strict=True))

    assert {name: told for name, told in ids.items() if told} == {
        "an empty text": "e",
        "no text": "n",
    }


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"DEADLINE_SECONDS": "0.000001"}, "/problems/deadline-exceeded"),
        ({"MAX_CHARACTERS": "10"}, "/problems/article-too-long"),
        ({"MAX_BODY_BYTES": "10"}, "/problems/body-too-large"),
    ],
    ids=str,
)
@pytest.mark.parametrize("ending", ["jsonl", "txt"])
def test_the_settings_of_the_service_hold(tmp_path: Path, settings: dict[str, str], kind: str, ending: str) -> None:
    source = write(tmp_path / f"in.{ending}", [GOOD])
    ended = run(source, "-o", tmp_path / "out.jsonl", **settings)

    assert "0 articles, 0 quotations; 1 rejected" in ended.stdout
    assert [line["problem"]["type"] for line in read(tmp_path / "out.jsonl.rejected.jsonl")] == [kind]


def test_a_line_that_is_too_long_does_not_swallow_the_next(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [b"x" * 100_000, GOOD, b"x" * 1001, GOOD])
    run(source, "-o", tmp_path / "out.jsonl", MAX_BODY_BYTES="1000")

    assert len(read(tmp_path / "out.jsonl")) == 2
    assert [line["line"] for line in read(tmp_path / "out.jsonl.rejected.jsonl")] == [1, 3]


def test_nothing_rejected_leaves_no_file_of_an_earlier_run(tmp_path: Path) -> None:
    rejected = tmp_path / "out.jsonl.rejected.jsonl"
    run(write(tmp_path / "in.jsonl", [b"{", GOOD]), "-o", tmp_path / "out.jsonl")
    assert rejected.exists()

    run(write(tmp_path / "in.jsonl", [GOOD]), "-o", tmp_path / "out.jsonl", "--replace")

    assert not rejected.exists()


_TABLE = """
import sys, pyarrow as pa, pyarrow.parquet as pq
texts = pa.array([{good!r}.encode(), b"Caf\\xe9", None, b" ", {good!r}.encode()]).cast(pa.string(), safe=False)
units = pa.array(["utf8", None, None, None, "utf7"]).dictionary_encode()
pq.write_table(pa.table({{"body": texts, "id": range(5), "offsets": units, "n": range(5)}}), sys.argv[1])
"""


@needs_batch
def test_a_bad_row_of_parquet(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    # Arrow checks no UTF-8 when bytes are taken for strings, and neither do all who write Parquet.
    script = _TABLE.format(good=GOOD["text"]).replace(".cast(pa.string(), safe=False)", ".view(pa.string())")
    subprocess.run([EXTRA, "-c", script, source], check=True)

    ended = run(source, "-o", tmp_path / "out.jsonl", "--text=body", python=EXTRA)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert read(tmp_path / "out.jsonl") == [ask(GOOD | {"id": "0", "offsets": "utf8"})]
    rejected = read(tmp_path / "out.jsonl.rejected.jsonl")
    assert [(line["row"], line["id"], line["problem"]["type"]) for line in rejected] == [
        (2, None, "/problems/invalid-encoding"),
        (3, "2", "/problems/invalid-request"),
        (4, "3", "/problems/invalid-request"),
        (5, "4", "/problems/invalid-request"),
    ]


def test_a_fault_of_the_engine_costs_one_article() -> None:
    def fail(_text: str, _deadline: Deadline) -> None:
        raise IndexError

    found = outcome(lambda: GOOD, "in.jsonl#1", Settings(), FakeEngine(fail))

    assert (found.id, found.answer) == ("good", None)
    assert found.problem
    assert found.problem["type"] == "/problems/internal-error"
    assert "IndexError" in found.problem["detail"]

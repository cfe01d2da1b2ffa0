"""What ``quote-attribution batch`` reads and writes: whatever the format, the answers are the service's."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from batches import EXTRA, PLAIN, SEEDS, articles, ask, convert, needs_batch, read, run, service, write

from service.files.chunks import chunks
from service.records import Columns
from service.settings import Settings

ARTICLES = articles(35)  # more than a chunk


@pytest.fixture(scope="module")
def answers() -> list[Any]:
    return [ask(article) for article in ARTICLES]


def packed(path: Path) -> Path:
    """Compress a file in two members, as tools do that append."""
    lines = path.read_bytes().splitlines(keepends=True)
    target = path.with_name(path.name + ".gz")
    target.write_bytes(gzip.compress(b"".join(lines[:9])) + gzip.compress(b"".join(lines[9:])))
    return target


@pytest.mark.parametrize(
    "ending",
    [
        ".jsonl",
        ".ndjson",
        ".jsonl.gz",
        pytest.param(".jsonl.zst", marks=needs_batch),
        pytest.param(".parquet", marks=needs_batch),
    ],
)
def test_every_input_gets_the_services_answers_in_order(tmp_path: Path, answers: list[Any], ending: str) -> None:
    source = write(tmp_path / "plain.jsonl", ARTICLES)
    if ending == ".jsonl.gz":
        given = packed(source)
    elif ending in {".jsonl", ".ndjson"}:
        given = source.rename(tmp_path / f"in{ending}")
    else:
        given = convert(source, tmp_path / f"in{ending}")

    ended = run(given, "-o", tmp_path / "out.jsonl", python=EXTRA if EXTRA.exists() else PLAIN)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert read(tmp_path / "out.jsonl") == answers


@needs_batch
@pytest.mark.parametrize("ending", [".ndjson", ".jsonl.gz", ".jsonl.zst", ".parquet"])
def test_every_output_holds_the_services_answers_in_order(tmp_path: Path, answers: list[Any], ending: str) -> None:
    source, target = write(tmp_path / "in.jsonl", ARTICLES), tmp_path / f"out{ending}"

    assert run(source, "-o", target, python=EXTRA).returncode == 0

    assert read(convert(target, tmp_path / "plain.jsonl")) == answers


def test_a_line_is_the_services_body_to_the_byte(tmp_path: Path) -> None:
    text = SEEDS[0].read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_bytes(text)
    run(tmp_path / "in", "-o", tmp_path / "out.jsonl")

    body = service().post("/v1/quotations?id=one.txt", data=text, content_type="text/plain").data

    assert (tmp_path / "out.jsonl").read_bytes() == body


def test_a_folder_gives_its_files_by_name_and_leaves_the_others_out(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for path in reversed(SEEDS[:3]):
        shutil.copy(path, folder)
    (folder / "notes.md").write_text("no article")
    (folder / "more.txt").mkdir()

    run(folder, "-o", folder / "out.jsonl")  # in the same folder, and no input of the next run
    again = run(folder, "-o", folder / "out.jsonl", "--replace")

    assert again.stdout.partition(": ")[2].startswith("3 articles, ")
    assert [answer["id"] for answer in read(folder / "out.jsonl")] == [path.name for path in SEEDS[:3]]


def test_small_files_share_a_part() -> None:
    found = list(chunks(SEEDS, Columns(), Settings(), b""))

    assert [len(chunk.records()) for chunk in found] == [len(SEEDS)]
    assert sum(chunk.progress for chunk in found) == sum(path.stat().st_size for path in SEEDS)


def test_several_inputs_follow_each_other(tmp_path: Path) -> None:
    first, second = write(tmp_path / "b.jsonl", ARTICLES[:2]), write(tmp_path / "a.jsonl", ARTICLES[2:4])

    run(first, SEEDS[0], second, "-o", tmp_path / "out.jsonl")

    ids = [answer["id"] for answer in read(tmp_path / "out.jsonl")]
    assert ids == ["a-0", "a-1", SEEDS[0].name, "a-2", "a-3"]


def test_the_output_may_be_called_like_the_input(tmp_path: Path) -> None:
    given = packed(write(tmp_path / "news.jsonl", ARTICLES[:2]))

    assert run(given, "-o", tmp_path / "news.jsonl", "--replace").returncode == 0
    assert [answer["id"] for answer in read(tmp_path / "news.jsonl")] == ["a-0", "a-1"]


def test_no_article_at_all_is_an_empty_output(tmp_path: Path) -> None:
    run(write(tmp_path / "in.jsonl", [b"", b" "]), "-o", tmp_path / "out.jsonl.gz")

    assert gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()) == b""


SAID = "“We will rebuild 🏛,” said Ann Example."


def test_a_record_may_hold_more_and_less(tmp_path: Path) -> None:
    same_as = [
        ({"text": SAID, "source": "x", "title": 1}, {"text": SAID}),
        ({"text": SAID, "id": 17}, {"text": SAID, "id": "17"}),
        ({"text": SAID, "id": None, "offsets": None}, {"text": SAID}),
        ({"text": SAID, "offsets": "utf8"}, {"text": SAID, "offsets": "utf8"}),
    ]
    run(write(tmp_path / "in.jsonl", [record for record, _ in same_as]), "-o", tmp_path / "out.jsonl")

    assert read(tmp_path / "out.jsonl") == [ask(like) for _, like in same_as]


def test_options_count_where_the_record_does_not_say(tmp_path: Path) -> None:
    same_as = [
        ({"body": SAID, "url": "u", "id": "not this"}, {"text": SAID, "id": "u", "offsets": "utf16"}),
        ({"body": SAID, "offsets": "utf8"}, {"text": SAID, "offsets": "utf8"}),
        ({"body": SAID, "min_confidence": 0}, {"text": SAID, "offsets": "utf16"}),
    ]
    options = ("--text=body", "--id=url", "--offsets=utf16", "--min-confidence=1")
    run(write(tmp_path / "in.jsonl", [record for record, _ in same_as]), "-o", tmp_path / "out.jsonl", *options)

    confidence = [{"min_confidence": 1}, {"min_confidence": 1}, {"min_confidence": 0}]
    asked = [ask(like | sure) for (_, like), sure in zip(same_as, confidence, strict=True)]
    assert read(tmp_path / "out.jsonl") == asked
    assert [len(answer["quotations"]) for answer in asked] == [0, 0, 1]


def test_the_manifest_tells_what_the_output_was_made_of(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", ARTICLES[:2])
    run(source, "-o", tmp_path / "out.jsonl")

    told = json.loads((tmp_path / "out.jsonl.manifest.json").read_bytes())

    assert told["model"] == service().get("/v1/about").json["model"]["checksum"]  # type: ignore[index] # it is there
    assert [name for name, *_ in told["inputs"]] == [str(source)]
    assert (told["articles"], told["rejected"]) == (2, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl", "out.jsonl.manifest.json"]

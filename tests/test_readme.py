"""What the documentation says is so."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from documents import blocks
from flask.testing import FlaskClient

from benchmarks.articles import ACCURACY, CROSSVALIDATION
from benchmarks.documents import PAGES, PICTURES, fill
from schemas.answer import LocationSchema, NestedQuotationSchema, QuotationSchema, SpeakerSchema
from schemas.request import OptionsSchema
from service import cli, openapi
from service.app import create_app
from service.engine import Engine
from service.problems import CATALOGUE
from service.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf8")
_ROW = re.compile(r"^\| (`.*?`) \| (.*?) \|(.*)$", re.MULTILINE)


def fenced(language: str) -> list[str]:
    return [block.body for block in blocks(ROOT / "README.md") if block.language == language]


def commands() -> Iterator[list[str]]:
    """Yield the words of every shell command that the README shows."""
    for body in fenced("sh"):
        for line in body.replace("\\\n", " ").splitlines():
            yield shlex.split(line)


@cache
def client() -> FlaskClient:
    return create_app(Settings(), Engine.load()).test_client()


def ask(curl: list[str]) -> Any:
    """Do what a curl command of the README does, without a network."""
    path = urlsplit(next(word for word in curl if word.startswith("http://127.0.0.1:8000"))).path
    if "--json" in curl:
        reply = client().post(path, data=curl[curl.index("--json") + 1], content_type="application/json")
    else:
        body = ROOT / curl[curl.index("--data-binary") + 1].removeprefix("@")
        kind = curl[curl.index("-H") + 1].removeprefix("Content-Type: ")
        reply = client().post(path, data=body.read_bytes(), content_type=kind)
    assert reply.status_code == 200, reply.text
    return reply.json


CURLS = [words for words in commands() if words[0] == "curl"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf8")

    assert text == fill(text), "run `make docs`"


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_pictures_are_up_to_date(picture: Path) -> None:
    assert picture.read_text(encoding="utf8") == PICTURES[picture](), "run `make docs`"


@pytest.mark.parametrize("path", [ACCURACY, CROSSVALIDATION], ids=lambda path: path.name)
def test_the_figures_are_those_of_the_weights_in_use(path: Path) -> None:
    if not path.exists():
        pytest.skip(f"{path.name} is not there: `make crossval` has not been run")
    measured = json.loads(path.read_text(encoding="utf8"))["model"]["sha256"]

    assert measured == Engine.load().model_checksum, "run `make accuracy` and `make crossval`"


def test_there_are_requests_to_try() -> None:
    assert [curl for curl in CURLS if "seeds" in " ".join(curl)]


@pytest.mark.parametrize("curl", CURLS, ids=lambda words: words[-1])
def test_a_request_of_the_readme_finds_quotations(curl: list[str]) -> None:
    assert ask(curl)["quotations"]


def test_the_answer_shown_is_the_services_with_quotations_and_speakers_left_out() -> None:
    (shown,) = map(json.loads, fenced("json"))
    real = ask(CURLS[0])

    assert shown["quotations"]
    assert [quotation for quotation in shown["quotations"] if quotation not in real["quotations"]] == []
    assert [speaker for speaker in shown["speakers"] if speaker not in real["speakers"]] == []
    assert {s["id"] for s in shown["speakers"]} == {q["speaker"]["id"] for q in shown["quotations"]}
    for answer in (shown, real):
        del answer["quotations"], answer["speakers"]
    assert shown == real


def test_the_article_shown_is_the_sample() -> None:
    (name,) = re.findall(r"@(seeds/\S+)", README)
    lines = [line.removeprefix(">").strip() for line in README.splitlines() if line.startswith(">")]

    assert [line for line in lines if line not in (ROOT / name).read_text(encoding="utf8")] == []


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = fenced("python")

    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - it is ours

    assert capsys.readouterr().out == "['We will rebuild,']\n"


def rows(header: str) -> dict[str, tuple[str, str]]:
    """Return the first table after ``header`` by its first column, code marks left out."""
    table = README[README.index(f"| {header} |") :].split("\n\n")[0]
    return {first.strip("`"): (second.strip("`"), rest.strip(" |")) for first, second, rest in _ROW.findall(table)}


def test_every_setting_is_in_the_table() -> None:
    assert rows("variable") == {s.name: (s.default, s.description) for s in Settings.describe()}


def test_every_option_is_in_the_table() -> None:
    assert set(rows("option")) == set(OptionsSchema().fields)


def test_every_kind_of_error_is_in_the_table() -> None:
    table = README[README.index("<!-- errors:begin -->") : README.index("<!-- errors:end -->")]

    assert re.findall(r"^\| (\d+) \| `(.*?)`", table, re.MULTILINE) == [
        (str(int(kind.status)), kind.name) for kind in CATALOGUE.values()
    ]


@pytest.mark.parametrize(
    ("header", "schema"), [("field", QuotationSchema), ("field of a `speaker`", SpeakerSchema)], ids=str
)
def test_every_field_of_the_answer_is_in_a_table(header: str, schema: type[QuotationSchema | SpeakerSchema]) -> None:
    table = README[README.index(f"| {header} |") :].split("\n\n")[0]
    named = {name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line.split("|")[1])}

    assert named - {"speaker"} == set(schema().fields) - {"speaker"}


def test_the_small_parts_of_the_answer_are_named() -> None:
    names = {*LocationSchema().fields, *NestedQuotationSchema().fields}

    assert [name for name in names if f"`{name}`" not in README] == []


def test_every_call_is_in_the_table_and_no_other() -> None:
    contract = {
        f"{method.upper()} {path}" for path, methods in openapi.document()["paths"].items() for method in methods
    }
    table = README[README.index("| call |") :].split("\n\n")[0]

    assert set(re.findall(r"`([A-Z]+ /\S*)`", table)) == contract | {"GET /docs", "GET /"}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_has_the_targets_that_are_named(page: Path) -> None:
    named = re.findall(r"^ *make ([a-z]+)|`make ([a-z]+)", page.read_text(encoding="utf8"), re.MULTILINE)

    assert {first or second for first, second in named} - make_targets() == set()


def test_the_commands_are_there() -> None:
    (subcommands,) = (a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction))
    ours = [words[3:] for words in commands() if words[:3] == [".venv/bin/python", "-m", "service"]]

    assert {words[0] for words in ours} == set(subcommands.choices) - {"train"}  # make has the environment for that one
    for words in ours:
        files = [word for word in words[1:] if "/" in word]
        assert [name for name in files if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_modules_to_run_are_there(page: Path) -> None:
    named = re.findall(r"-m ((?:benchmarks|training|service)[\w.]*)", page.read_text(encoding="utf8"))

    assert [name for name in named if find_spec(name) is None] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf8"))
    files = [link.partition("#")[0] for link in links if not link.startswith("https://")]

    assert [name for name in files if not (page.parent / name).exists()] == []

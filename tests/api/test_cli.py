"""``quote-attribution``: what it prints, and how it says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeEngine
from servers import ROOT, Server

from service import __version__, cli
from service.engine import Answer, Deadline, Engine, ModelError
from service.settings import Settings

SAID = "“Rain is coming,” said Ann Example. “Soon”."
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; its engine is the fake one."""

    def extract(_self: Engine, text: str) -> Answer:
        return FakeEngine().extract(text, Deadline())

    monkeypatch.setattr(Engine, "extract", extract)
    monkeypatch.setenv("COLUMNS", "100")

    def command(*words: str) -> tuple[int, str, str]:
        try:
            cli.main(words)
        except SystemExit as ended:
            code, message = (ended.code, "") if isinstance(ended.code, int) else (1, f"{ended.code}\n")
        else:
            code, message = 0, ""
        out, err = capsys.readouterr()
        return code, out, err + message

    return command


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(SAID)
    return path


def test_extract_prints_a_table(run: Run, article: Path) -> None:
    code, out, err = run("extract", str(article))

    assert (code, err) == (0, "")
    assert [cell.strip() for cell in out.splitlines()[3].split("│")[1:-1]] == [
        "Rain is coming,",
        "Ann Example",
        "—",
        "—",
        "90%",
    ]
    assert max(len(line) for line in out.splitlines()) <= 100


def test_extract_prints_the_services_answer(run: Run, article: Path) -> None:
    code, out, _ = run("extract", "--json", str(article))

    answer = json.loads(out)
    assert (code, answer["offsets"]) == (0, "code_point")
    assert [SAID[q["start"] : q["end"]] for q in answer["quotations"]] == ["Rain is coming,", "Soon"]


def test_an_article_without_quotations_says_so(run: Run, article: Path) -> None:
    article.write_text("Nobody said a word.")

    assert run("extract", str(article)) == (0, "No quotations.\n", "")


def test_a_table_cannot_steer_the_terminal(run: Run, article: Path) -> None:
    article.write_text("“Red \x1b[31m\u202e\r alert” said Ann Example")

    _, out, _ = run("extract", str(article))

    assert "Red [31m alert" in out
    assert all(character.isprintable() or character == "\n" for character in out)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("latin-1.txt", b"Caf\xe9", "byte 3 is not UTF-8; save the article as UTF-8"),
        ("empty.txt", b"", "The text is empty; send the words of the article."),
        ("blank.txt", b" \n", "The text is empty; send the words of the article."),
        ("missing.txt", None, "No such file or directory"),
    ],
)
def test_an_article_that_cannot_be_read(run: Run, tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    assert run("extract", str(path)) == (1, "", f"quote-attribution: {path}: {says}\n")


def test_a_folder_is_no_article(run: Run, tmp_path: Path) -> None:
    assert run("extract", str(tmp_path)) == (1, "", f"quote-attribution: {tmp_path}: Is a directory\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("extract",), "the following arguments are required: FILE"),
        (("extract", "a", "b"), "unrecognized arguments: b"),
        (("extract", "--xml", "a"), "unrecognized arguments: --xml"),
        (("attribute",), "invalid choice: 'attribute'"),
        (("serve", "now"), "unrecognized arguments: now"),
    ],
)
def test_wrong_use_ends_with_one_line_and_code_two(run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, err = run(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("quote-attribution")
    assert says in err
    assert err.endswith("(see --help)\n")


def test_help_explains(run: Run) -> None:
    code, out, _ = run("--help")

    assert code == 0
    assert all(
        word in out for word in ("extract", "serve", "train", "examples:", "quote-attribution extract article.txt")
    )


def test_help_of_serve_lists_every_setting(run: Run) -> None:
    _, out, _ = run("serve", "--help")

    assert all(f"{setting.name} " in out and f"[{setting.default}]" in out for setting in Settings.describe())


def test_the_version(run: Run) -> None:
    assert run("--version") == (0, f"quote-attribution {__version__}\n", "")


def test_train_hands_its_words_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []
    training = type(sys)("training.__main__")
    monkeypatch.setattr(training, "main", given.append, raising=False)
    monkeypatch.setitem(sys.modules, "training.__main__", training)

    run("train", "--help", "-x", "1")

    assert given == [["--help", "-x", "1"]]


def test_train_without_its_extra_says_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "training.__main__", None)

    code, _, err = run("train")

    assert (code, err.count("\n")) == (1, 1)
    assert "`make train`" in err


def test_a_damaged_model_is_told_in_one_line(run: Run, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> Engine:
        raise ModelError("the weights do not match their checksum")

    monkeypatch.setattr(Engine, "load", load)

    assert run("extract", str(article)) == (1, "", "quote-attribution: the weights do not match their checksum\n")


def test_standard_input_is_read() -> None:
    command = [sys.executable, "-m", "service", "extract", "--json", "-"]
    environ = {"PYTHONIOENCODING": "ascii", "PATH": ""}

    ended = subprocess.run(command, input=SAID.encode(), capture_output=True, cwd=ROOT, env=environ, check=True)

    assert json.loads(ended.stdout)["id"] is None


def test_the_command_and_the_service_agree(server: Server, article: Path) -> None:
    command = [sys.executable, "-m", "service", "extract", "--json", str(article)]

    printed = subprocess.run(command, capture_output=True, cwd=ROOT, check=True).stdout

    assert json.loads(printed) == server.post(SAID).json()

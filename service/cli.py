"""The command line: ``quote-attribution extract``, ``batch``, ``serve``, ``hash-key`` and ``train``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from marshmallow import ValidationError

from schemas import ArticleSchema, OffsetUnit
from service.engine import Engine, ModelError
from service.files import BatchError, command

from . import __version__
from .answers import render
from .cores import ONE_CORE
from .keys import Keys, entry
from .settings import Settings, SettingsError
from .table import table

_ABOUT = "Find each direct quotation in a news article, with its speaker, the speaker's role and the location."
_EXAMPLES = """\
examples:
  quote-attribution extract article.txt
  quote-attribution extract --json - < article.txt
  quote-attribution batch articles.jsonl -o answers.parquet
  PORT=9000 quote-attribution serve
  openssl rand -hex 32 | tee key | quote-attribution hash-key newsroom >> keys
  quote-attribution train --help
"""
_ROOT = Path(__file__).parents[1]


class CommandError(Exception):
    """Something that the user can put right; the message is one line."""


class Parser(argparse.ArgumentParser):
    """Tells what is wrong in one line, and prints its descriptions as they are written."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **given)

    def error(self, message: str) -> NoReturn:
        """Exit with status 2."""
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that ``argv`` names."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if words[:1] == ["train"]:
            train(words[1:])
        else:
            arguments = _parser().parse_args(words)
            arguments.run(arguments)
    except (BatchError, CommandError, ModelError, SettingsError) as error:
        sys.exit(f"quote-attribution: {error}")
    except BrokenPipeError:  # whoever reads our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def extract(arguments: argparse.Namespace) -> None:
    """Print the quotations of an article: as a table, or with --json as the service answers."""
    text = _article(arguments.file)
    wire = render(text, Engine.load().extract(text), unit=OffsetUnit.CODE_POINT)
    shown = json.dumps(wire, ensure_ascii=False, indent=2) + "\n" if arguments.json else table(wire)
    sys.stdout.buffer.write(shown.encode())
    sys.stdout.flush()


def serve(_: argparse.Namespace) -> None:
    """Serve HTTP under gunicorn until it is told to stop."""
    Keys(Settings.load(os.environ))  # a wrong one ends here, before gunicorn says a word
    for name, value in ONE_CORE.items():
        os.environ.setdefault(name, value)
    os.chdir(_ROOT)  # so that no other folder called "service" is taken for ours
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf"])  # noqa: S606


def hash_key(arguments: argparse.Namespace) -> None:
    """Read a key on standard input and print the line that lets it in, for API_KEYS_FILE or API_KEYS."""
    try:
        print(entry(arguments.label, sys.stdin.readline().rstrip("\r\n")))
    except ValueError as error:
        raise CommandError(str(error)) from error


def train(words: Sequence[str]) -> None:
    """Rebuild the engine's weights; the arguments are those of the training code."""
    try:
        training = import_module("training.__main__")
    except ImportError as error:
        raise CommandError(
            f"train needs the extra 'train' ({error}); in a checkout, `make train` sets it up"
        ) from error
    training.main(words)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="quote-attribution",
        description=_ABOUT,
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    settings = "\n".join(f"  {s.name:<24}{s.description} [{s.default}]" for s in Settings.describe())

    extraction = _command(commands.add_parser, "extract", extract)
    extraction.add_argument("file", metavar="FILE", help="the article, plain text in UTF-8; - reads standard input")
    extraction.add_argument("--json", action="store_true", help="print the service's answer instead of a table")
    command.add_arguments(_command(commands.add_parser, "batch", command.batch))
    _command(commands.add_parser, "serve", serve, epilog=f"settings, from the environment:\n{settings}")
    hashing = _command(commands.add_parser, "hash-key", hash_key)
    hashing.add_argument("label", metavar="LABEL", help="whose key it is; logs and metrics name it")
    _command(commands.add_parser, "train", train)
    return parser


def _command(
    add: Callable[..., argparse.ArgumentParser], name: str, run: Callable[..., None], epilog: str | None = None
) -> argparse.ArgumentParser:
    command = add(name, help=run.__doc__, description=run.__doc__, epilog=epilog)
    command.set_defaults(run=run)
    return command


def _article(name: str) -> str:
    """Read an article and hold it to what the service asks of one."""
    try:
        text = _bytes(name).decode()
        ArticleSchema().load({"text": text})
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name}: byte {error.start} is not UTF-8; save the article as UTF-8") from error
    except ValidationError as error:
        raise CommandError(f"{name}: {' '.join(error.messages_dict['text'])}") from error
    return text


def _bytes(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()

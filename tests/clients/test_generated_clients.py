"""The contract serves generators: a typed client is made from it, checked and used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from servers import ROOT, Server

from service.engine import Engine

EXAMPLES = ROOT / "examples"
BIN = ROOT / ".venv-examples/bin"
TYPESCRIPT = EXAMPLES / "typescript"
NPM = shutil.which("npm")
SEED = ROOT / "seeds/15-emoji.txt"
COMMANDS = re.findall(
    r"^(?!make|npm|cd |\.venv/)(\S.*)$",
    "".join(re.findall(r"```sh\n(.*?)```", (ROOT / "docs/clients.md").read_text(encoding="utf8"), re.DOTALL)),
    re.MULTILINE,
)
[GENERATE] = [line for line in COMMANDS if "openapi-python-client" in line]
COMMANDS.remove(GENERATE)
UNREAD = {
    "text/plain",
    "text/html",
    "application/x-ndjson",
    "application/yaml",
}  # what openapi-python-client makes no code for

needs_packages = pytest.mark.skipif(
    not BIN.exists(), reason=".venv-examples is not there: `make .venv-examples/examples.stamp` sets it up"
)
needs_npm = pytest.mark.skipif(
    not (NPM and (TYPESCRIPT / "node_modules").exists()),
    reason="npm or examples/typescript/node_modules is not there: `make test` installs the latter where npm is",
)


def run(*command: str | Path, cwd: Path = ROOT, fails: bool = False, environ: Mapping[str, str] = {}) -> str:
    ended = subprocess.run(
        [*map(str, command)], cwd=cwd, env={**os.environ, **environ}, capture_output=True, text=True, check=False
    )
    assert bool(ended.returncode) is fails, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def lines(server: Server) -> list[str]:
    """Return what the clients print of SEED."""
    found = server.post(SEED.read_text(encoding="utf8")).json()["quotations"]
    assert found
    return ["\t".join([said["speaker"]["name"], (said["role"] or {}).get("text", ""), said["text"]]) for said in found]


def asking(server: Server) -> Mapping[str, str]:
    return {"QUOTATIONS_URL": f"http://127.0.0.1:{server.port}"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Make the client for Python as the page says; return the folder, like the checkout, and what was told."""
    folder = tmp_path_factory.mktemp("python")
    for name in (".venv-examples", "examples", "openapi.yaml", "seeds"):
        (folder / name).symlink_to(ROOT / name)
    told = run("sh", "-c", GENERATE, cwd=folder)
    return folder, told


@needs_packages
def test_the_python_generator_stumbles_over_nothing_but_what_is_not_json(made: tuple[Path, str]) -> None:
    warned = [line for line in made[1].splitlines() if "nsupported content" in line]

    assert len(warned) == len(UNREAD)
    assert [line for line in warned if not any(kind in line for kind in UNREAD)] == []
    assert made[1].count("WARNING") == len(UNREAD)


@needs_packages
def test_the_python_client_is_well_typed(made: tuple[Path, str]) -> None:
    folder, _ = made
    mypy = (
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        f"--python-executable={BIN}/python",
        "--follow-imports=silent",
    )

    assert "Success" in run(*mypy, EXAMPLES / "typed_client.py", cwd=folder, environ={"MYPYPATH": str(folder)})


@needs_packages
def test_the_python_client_works(server: Server, made: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    client = (BIN / "python", EXAMPLES / "typed_client.py")
    environ = {"PYTHONPATH": str(made[0]), **asking(server)}

    told = run(*client, SEED, environ=environ).splitlines()

    assert told == [f"model {Engine.load().model_version}", *lines(server)]
    assert "The request does not fit the schema: The text is empty" in run(
        *client, tmp_path / "empty", fails=True, environ=environ
    )


@needs_packages
@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_of_the_page_find_quotations(server: Server, made: tuple[Path, str], line: str) -> None:
    program = line.split(maxsplit=1)[0]
    if program in {"node", "python3"} and not shutil.which(program):
        pytest.skip(f"{program} is not there")

    assert "Dolores Wick" in run(
        "sh", "-c", line.replace("15-emoji", "06-town-council"), cwd=made[0], environ=asking(server)
    )


def test_the_page_names_every_example() -> None:
    files = {path.name for path in EXAMPLES.iterdir() if path.is_file()}
    page = (ROOT / "docs/clients.md").read_text(encoding="utf8")

    assert [name for name in files if f"../examples/{name})" not in page] == []


@pytest.fixture(scope="module")
def built() -> None:
    """Make the types for TypeScript, and build what uses them."""
    for script in ("generate", "build"):
        run(str(NPM), "--silent", "run", script, cwd=TYPESCRIPT)


BATCH = """
import sys
from quote_attribution_client import AuthenticatedClient
from quote_attribution_client.api.quotations import batch
from quote_attribution_client.models import Article, Batch

articles = [Article(text="“We go,” said Ann Example.", id="a"), Article(text="", id="b")]
answer = batch.sync(client=AuthenticatedClient(base_url=sys.argv[1], token="none"), body=Batch(articles=articles))
print(*(f"{type(result).__name__} {result.id}" for result in answer.results), sep="\\n")
"""


@needs_packages
def test_the_python_client_sends_batches(server: Server, made: tuple[Path, str]) -> None:
    told = run(BIN / "python", "-c", BATCH, f"http://127.0.0.1:{server.port}", environ={"PYTHONPATH": str(made[0])})

    assert told.splitlines() == ["Answer a", "ArticleProblem b"]


@needs_npm
@pytest.mark.usefixtures("built")
def test_the_typescript_client_works(server: Server, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    start = (str(NPM), "--silent", "run", "start", "--")
    environ = asking(server)

    assert run(*start, SEED, cwd=TYPESCRIPT, environ=environ).splitlines() == lines(server)
    assert "The request does not fit the schema: The text is empty" in run(
        *start, tmp_path / "empty", cwd=TYPESCRIPT, fails=True, environ=environ
    )


@needs_npm
@pytest.mark.usefixtures("built")
def test_the_types_for_typescript_find_a_misspelt_field() -> None:
    source = (TYPESCRIPT / "quotations.ts").read_text(encoding="utf8")
    wrong = TYPESCRIPT / "build/wrong.ts"
    wrong.write_text(source.replace("./build/schema.js", "./schema.js").replace("role?.text", "role?.txt"))
    options = ("--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node")

    told = run(TYPESCRIPT / "node_modules/.bin/tsc", *options, wrong, cwd=TYPESCRIPT, fails=True)

    assert "Property 'txt' does not exist" in told
    assert told.count("error TS") == 1


def test_the_lock_of_the_typescript_client_has_hashes_and_no_addresses() -> None:
    packages = json.loads((TYPESCRIPT / "package-lock.json").read_text(encoding="utf8"))["packages"]
    del packages[""]

    assert packages
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []

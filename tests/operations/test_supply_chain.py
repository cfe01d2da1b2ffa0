"""What is installed has a hash, is looked up for known holes, and is listed."""

from __future__ import annotations

import json
import re
import runpy
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from servers import ROOT

from service import __version__

AUDIT = ROOT / ".ci/audit.py"
LOCKS = sorted(ROOT.glob("requirements*.txt"))
_PINNED = re.compile(r"^([\w.-]+)==(\S+) \\$", re.MULTILINE)
_REQUIREMENT = re.compile(r"^[\w.-]+.*(?:\n +--hash=.*)*", re.MULTILINE)
verdict = runpy.run_path(str(AUDIT))["verdict"]


def pinned(lock: Path) -> set[tuple[str, str]]:
    return set(_PINNED.findall(lock.read_text(encoding="utf8")))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_package_of_a_lock_has_one_version_and_its_hashes(lock: Path) -> None:
    found = _REQUIREMENT.findall(lock.read_text(encoding="utf8"))

    assert found
    assert [entry for entry in found if not re.match(r"[\w.-]+==\S+ \\\n +--hash=sha256:[0-9a-f]{64}", entry)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_the_locks_agree(lock: Path) -> None:
    runtime = pinned(ROOT / "requirements.txt")

    assert runtime <= pinned(lock)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_no_file_is_a_link() -> None:
    """One that leads out of the checkout lets in whoever can write there."""
    command = ("git", "ls-files", "--stage")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "100644 " in listed
    assert [line for line in listed.splitlines() if line.startswith("120000 ")] == []


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile"])
def test_nothing_is_installed_without_a_hash_but_the_project_itself(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf8").replace("\\\n", " ")
    installs = [line for line in text.splitlines() if re.search(r"pip( --python \S+)? install", line)]

    assert installs
    for line in installs:
        ours = {"--no-build-isolation", "--no-deps", "--editable"} <= set(line.split())
        assert ours or {"--require-hashes", "--only-binary"} <= set(line.split()), line


def test_the_tools_that_build_the_project_are_locked() -> None:
    assert "setuptools" in {name for name, _ in pinned(ROOT / "requirements-dev.txt")}


def report(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


FINE = {"name": "flask", "version": "3.1.3", "vulns": []}
HOLED = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "click", "skip_reason": "Dependency not found and could not be audited"}


@pytest.mark.parametrize(
    ("name", "status", "out", "errors", "passed", "told"),
    [
        ("no hole", 0, report(FINE), "", True, "no known hole in 1 packages"),
        ("a hole", 1, report(FINE, HOLED), "", False, "jinja2 2.0: PYSEC-1, mended in 2.1"),
        ("a hole among unknown ones", 1, report(UNKNOWN, HOLED), "", False, "FAILED, 1 known holes"),
        ("nobody answers", 1, "", "Could not connect to the vulnerability feed", True, "SKIPPED"),
        ("no such host", 1, "", "requests.exceptions.ConnectionError: Failed to resolve", True, "SKIPPED"),
        ("a mirror that knows of no holes", 0, report(UNKNOWN, UNKNOWN), "", True, "SKIPPED"),
        ("one package is not known", 0, report(FINE, UNKNOWN), "", False, "could not be looked up: click"),
        ("nothing to look up", 0, report(), "", False, "could not be looked up: anything"),
        ("a lock that cannot be read", 1, "", "invalid requirements input", False, "invalid requirements input"),
        ("an odd end", 3, report(FINE), "out of memory", False, "ended with 3"),
        ("an answer that is none", 0, "[", "", False, "FAILED"),
    ],
)
def test_the_audit_judges(name: str, status: int, out: str, errors: str, passed: bool, told: str) -> None:
    judged = verdict(status, out, errors)

    assert judged.passed is passed, name
    assert told in judged.told


class Database(HTTPServer):
    """A database of holes in the manner of osv.dev that knows one: ``holed``, version 1.0."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = status


class _Answer(BaseHTTPRequestHandler):
    server: Database

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
        package = {"package": {"ecosystem": "PyPI", "name": "holed"}, "versions": ["1.0"]}
        hole = {"id": "TEST-1", "modified": "2026-01-01T00:00:00Z", "summary": "A hole.", "affected": [package]}
        body = json.dumps({"vulns": [hole]} if asked == "holed" else {}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def database(status: int = 200) -> Iterator[str]:
    with Database(status) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def audit(folder: Path, address: str, package: str) -> tuple[int, str]:
    """Run the audit of a lock that holds ``package``."""
    lock = folder / "requirements.txt"
    lock.write_text(f"{package}==1.0 --hash=sha256:{sha256(b'').hexdigest()}\n")
    command = [sys.executable, str(AUDIT), "--requirement", str(lock), "--vulnerability-service=osv"]
    ended = subprocess.run(
        [*command, "--osv-url", address], capture_output=True, text=True, timeout=120, check=False, cwd=folder
    )
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


def test_a_known_hole_fails(tmp_path: Path) -> None:
    with database() as address:
        status, told = audit(tmp_path, address, "holed")

    assert (status, "holed 1.0: TEST-1" in told) == (1, True)


def test_no_known_hole_passes(tmp_path: Path) -> None:
    with database() as address:
        assert audit(tmp_path, address, "whole") == (0, "audit: no known hole in 1 packages\n")


def test_a_database_that_cannot_be_reached_is_told_and_passes(tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1/query"
        status, told = audit(tmp_path, address, "holed")

    assert (status, told.startswith("audit: SKIPPED, ")) == (0, True)


def test_a_database_that_fails_fails(tmp_path: Path) -> None:
    with database(status=500) as address:
        status, told = audit(tmp_path, address, "whole")

    assert (status, told.startswith("audit: FAILED, ")) == (1, True)


def test_the_audit_and_the_list_are_part_of_what_a_change_must_pass() -> None:
    steps = (ROOT / ".ci/run").read_text(encoding="utf8").splitlines()

    assert {"make audit", "make sbom", "exec make test"} <= set(steps)


def test_the_list_names_what_is_installed_with_its_hashes() -> None:
    command = ["make", "--silent", "--assume-old=.venv/dev.stamp", f"BIN={Path(sys.executable).parent}", "sbom"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    text = (ROOT / "build/sbom.json").read_text(encoding="utf8")
    listed = json.loads(text)
    hashed = {
        (component["name"], component["version"])
        for component in listed["components"]
        if component["externalReferences"][0]["hashes"]
    }

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert listed["metadata"]["component"]["version"] == __version__
    assert hashed == pinned(ROOT / "requirements.txt")

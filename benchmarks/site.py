"""The documentation as a site of pages: ``make site`` builds ``build/site`` by Zensical.

The site has what lies in ``docs/``, and in its folder ``repository`` the files elsewhere that these pages link to.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BUILD = ROOT / "build"
SOURCE = BUILD / "docs"  # what mkdocs.yml names
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")


def build() -> int:
    """Build the site anew and return the exit status: a broken link is an error."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.rmtree(BUILD / "site", ignore_errors=True)
    gather()
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - no input of others


def gather() -> None:
    """Copy the pages, and what they link to, into one folder."""
    todo = [path for path in DOCS.rglob("*") if path.is_file()]
    seen = {*todo}
    while todo:
        path = todo.pop()
        copy = SOURCE / _place(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".md":
            shutil.copyfile(path, copy)
            continue
        linked: set[Path] = set()
        copy.write_text(_relinked(path, linked), encoding="utf8")
        todo += linked - seen
        seen |= linked


def _place(path: Path) -> Path:
    """Return where in the site a file of the repository is."""
    return path.relative_to(DOCS) if path.is_relative_to(DOCS) else "repository" / path.relative_to(ROOT)


def _relinked(page: Path, linked: set[Path]) -> str:
    """Return the text of a page with its links as they are in the site; ``linked`` gets the files that they lead to."""

    def link(found: re.Match[str]) -> str:
        target = (page.parent / found["path"]).resolve()
        if target.is_dir():  # the site has no lists of files
            return found["text"]
        linked.add(target)
        path = os.path.relpath(_place(target), _place(page).parent)
        text = _title(target) if found["text"].endswith(".md") else found["text"]
        return f"[{text}]({path}{found['anchor'] or ''})"

    return _LINK.sub(link, page.read_text(encoding="utf8"))


def _title(page: Path) -> str:
    return page.read_text(encoding="utf8").partition("\n")[0].removeprefix("# ")


if __name__ == "__main__":
    sys.exit(build())

"""The documentation as a site: every page is in it, links lead somewhere, and nothing is fetched from elsewhere."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree, ignore_patterns
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser
from servers import ROOT

PYTHON = ROOT / ".venv-docs/bin/python"
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
LINKS_FETCHED = ("stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "modulepreload", "manifest")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
PAGES = sorted(path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md"))

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason=".venv-docs is not there: `make .venv-docs/docs.stamp` sets it up"
)


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a copy of what it is made of."""
    command = [str(PYTHON), "-m", "benchmarks.site"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def copied(folder: Path) -> Path:
    """Copy what the site is made of, and what its pages link to, and not what was made in the checkout."""
    left_out = ignore_patterns(".*", "build", "node_modules", "weights", "tests", "__pycache__")
    return Path(copytree(ROOT, folder, ignore=left_out))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(tmp_path_factory.mktemp("site") / "checkout")
    ended = build(folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder / "build/site"


class Elements(HTMLParser):
    """What a page names: its anchors, its links, and what a browser fetches at once."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(page.read_text(encoding="utf8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if FETCHED.get(tag) in given:
            self.fetched.append(given[FETCHED[tag]])
        if tag == "link" and given.get("rel") in LINKS_FETCHED:
            self.fetched.append(given["href"])


def pages(site: Path) -> dict[Path, Elements]:
    return {page: Elements(page) for page in site.rglob("*.html") if page.name != "404.html"}


def test_every_page_is_in_the_site_and_in_its_menu(site: Path) -> None:
    menu = (site / "index.html").read_text(encoding="utf8")
    addresses = [str(page.with_suffix(".html")) for page in PAGES]

    assert [page for page in addresses if not (site / page).is_file()] == []
    assert [page for page in addresses if page != "index.html" and f'href="./{page}"' not in menu] == []


def test_links_lead_to_pages_and_anchors_that_are_there(site: Path) -> None:
    found = pages(site)
    broken = []
    for page, elements in found.items():
        for link in elements.links + elements.fetched:
            parts = urlsplit(link)
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            anchors = found[target].anchors if target in found else set()
            if not parts.scheme and not (
                target.is_file() and (not parts.fragment or unquote(parts.fragment) in anchors)
            ):
                broken.append((page.relative_to(site), link))

    assert len(found) > 25
    assert broken == []


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = {link for elements in pages(site).values() for link in elements.fetched}
    styles = "".join(path.read_text(encoding="utf8") for path in site.rglob("*.css"))
    named = re.findall(r"(?:url\(|@import )[\"']?([^)\"']+)", styles)

    assert fetched
    assert [link for link in (*fetched, *named) if urlsplit(link).netloc] == []


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_browser_asks_nobody_else_and_no_page_is_wider_than_the_screen(
    address: str, site: Path, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: complaints.append(line.text))
    wide = []
    for path in pages(site):
        page.goto(f"{address}/{path.relative_to(site)}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path.name)
    context.close()

    assert len(asked) > 25
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert (wide, complaints) == ([], [])


def test_the_search_finds_a_page(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("min_confidence")
    page.get_by_role("link", name=re.compile("Fields|Calls|Choose which")).filter(visible=True).first.wait_for()
    page.close()


@pytest.mark.parametrize("mistake", ["[a page](nowhere.md)", "[a heading](faq.md#nowhere)"], ids=["page", "heading"])
def test_a_broken_link_ends_the_build(tmp_path: Path, mistake: str) -> None:
    folder = copied(tmp_path / "checkout")
    with (folder / "docs/tutorial.md").open("a", encoding="utf8") as page:
        page.write(f"\n{mistake}\n")

    ended = build(folder)

    assert ended.returncode != 0
    assert "nowhere" in _COLOUR.sub("", ended.stderr)


def test_what_the_menu_names_is_there() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf8")
    named = re.findall(r"- (?:[\w ]+: )?(\S+\.md)$", text, re.MULTILINE)

    assert yaml.safe_load(text)["nav"]
    assert {path for path in named if not path.startswith("repository/")} == set(map(str, PAGES))
    assert [path for path in named if path.startswith("repository/") and not (ROOT / path[11:]).is_file()] == []

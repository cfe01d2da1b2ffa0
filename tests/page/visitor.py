"""A visitor of the page: what can be done there and what is seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Locator, Page, expect
from servers import Server

# What Chromium itself writes of an answer that is an error; the tests of errors cause these.
_OF_ERRORS = "Failed to load resource"
expect.set_options(timeout=100_000)  # a test machine may be slow
_OFFSETS = """marks => marks.map(mark => {
  const before = document.createRange();
  before.selectNodeContents(document.getElementById("article"));
  before.setEndBefore(mark);
  const start = before.toString().length;
  return [start, start + mark.textContent.length, mark.textContent];
})"""


class Mark(NamedTuple):
    """A mark in the article, in UTF-16 units."""

    start: int
    end: int
    text: str


@dataclass
class Visitor:
    """Somebody at the page of a running service."""

    server: Server
    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def at(cls, server: Server, browser: Browser, **kind: Any) -> Iterator[Visitor]:
        """Open the page; in the end nothing may have gone wrong in it or been asked of others."""
        address = f"http://127.0.0.1:{server.port}"
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], **kind)
        visitor = cls(server, context.new_page())
        visitor.page.on("console", lambda line: visitor.complaints.append(line.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("request", lambda request: visitor.asked.append(request.url))
        visitor.page.goto(address)
        yield visitor
        kept = visitor.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
        context.close()
        assert [line for line in visitor.complaints if not line.startswith(_OF_ERRORS)] == []
        assert [url for url in visitor.asked if not url.startswith(f"{address}/")] == []
        assert kept == [0, 0, ""]

    def paste(self, text: str) -> None:
        """Paste from the clipboard into the field."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.get_by_label("Paste an English news article").focus()
        self.page.keyboard.press("Control+v")

    def send(self) -> None:
        self.page.get_by_role("button", name="Find the quotations").click()

    def read(self, text: str) -> Any:
        """Paste an article, wait for its marks and return the service's own answer to it."""
        self.paste(text)
        self.send()
        expect(self.heading).to_be_visible()
        return self.answer(text)

    def answer(self, text: str) -> Any:
        body = json.dumps({"text": text, "offsets": "utf16"}).encode()
        return self.server.ask("POST", "/v1/quotations", body, Content_Type="application/json").json()

    def error(self) -> str:
        """Wait until an error is told, and return its words."""
        alert = self.page.get_by_role("alert")
        expect(alert).not_to_be_empty()
        return alert.inner_text()

    def marks(self, kind: str = "quotation") -> list[Mark]:
        return [Mark(*found) for found in self.page.locator(f"mark.{kind}").evaluate_all(_OFFSETS)]

    def shown(self) -> set[str]:
        """Return the ids of the quotations whose marks are to be seen."""
        return set(self.page.locator("mark.quotation:not(.off)").evaluate_all("marks => marks.map(m => m.dataset.id)"))

    def mark(self, quotation: str) -> Locator:
        return self.page.locator(f'mark[data-id="{quotation}"]')

    def speaker(self, name: str) -> Locator:
        return self.page.get_by_role("list").get_by_role("button", name=name)

    def clipboard(self) -> str:
        copied: str = self.page.evaluate("navigator.clipboard.readText()")
        return copied

    @property
    def heading(self) -> Locator:
        return self.page.locator("#found")

    @property
    def article(self) -> Locator:
        return self.page.get_by_role("article")

    @property
    def card(self) -> Locator:
        return self.page.locator("#card")

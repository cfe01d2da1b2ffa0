"""The browser that the machine has, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (  # nothing but the pages under test is fetched
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium with a new profile, or skip the test where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"Chromium is not installed: none of {', '.join(_NAMES)} is there")
    with sync_playwright() as playwright:
        # Without Chromium's own sandbox it runs as root and in containers; it sees our pages alone.
        browser = playwright.chromium.launch(executable_path=found, chromium_sandbox=False, args=list(_QUIET))
        yield browser
        browser.close()

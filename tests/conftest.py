"""What the tests share: the application around a small engine, and the service as a real process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import chromium
from fakes import FakeEngine
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from servers import Server

from service.app import create_app
from service.settings import Settings


@pytest.fixture
def client() -> FlaskClient:
    """Ask the application in this process; its engine is the fake one."""
    return create_app(Settings(max_body_bytes=50_000, max_characters=400), FakeEngine()).test_client()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the service, with its own engine, under gunicorn with two workers."""
    folder: Path = tmp_path_factory.mktemp("server")
    with Server.start(
        folder,
        WORKERS="2",
        LOG_LEVEL="debug",
        MAX_BODY_BYTES="100000",
        MAX_CHARACTERS="50000",
        QUEUE_SECONDS="10",  # a test machine may be slow
        OVERLOAD_QUEUE_SECONDS="10",
    ) as running:
        yield running


@pytest.fixture(scope="module")  # no longer: Playwright's event loop runs in this thread
def browser() -> Iterator[Browser]:
    """Run the machine's Chromium."""
    with chromium() as running:
        yield running

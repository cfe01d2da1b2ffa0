"""A megabyte of what is slowest to read: answered or given up in time, in little memory, by a real service."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from servers import Server, read_reply

MEGABYTE = 1_000_000
# As many seconds as the service takes when nothing is set: HOSTILE_DEADLINE=10. The suite has less time.
DEADLINE = float(os.environ.get("HOSTILE_DEADLINE", "0.5"))
OVERDUE = 15  # seconds more than the deadline that a busy machine may need
MOST_MEMORY = 250_000  # kB, as the kernel counts
OPENING = "“We will rebuild,” said Ann Example. "
PIECES = {
    "opening marks": "“",
    "closing marks": "”",
    "straight marks": '"',
    "single marks": "‘",
    "apostrophes": "'",
    "two apostrophes": "''",
    "guillemets": "«",
    "low marks": "„",
    "corners": "「",
    "every mark": "“”‘’\"'«»„「」",
    "capitals": "A",
    "lines of capitals": "LOCAL MAN SAYS\n",
    "spaces": " ",
    "no-break spaces": "\u00a0",
    "line breaks": "\n",
    "carriage returns": "\r\n",
    "combining marks": "\u0301",
    "letters with combining marks": "e\u0301",
    "right-to-left marks": "\u200f",
    "right-to-left letters": "ש",
    "a single word": "a",
    "a single word of other letters": "я",
    "a word with hyphens": "a-",
    "deep nesting": "“one ‘two ",
    "nested and closed": "“one ‘two “three” two’ one” ",
    "quotations": "“Yes,” said Ann Example. ",
    "fragments": "“a” ",
    "paragraphs never closed": "“One word.\n\n",
    "different words": "".join(f"{number:x} " for number in range(40_000)),
    "different names": "".join(f"Ann{number:x} Bo{number:x} said. " for number in range(20_000)),
}  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the service with room for a megabyte, all of one worker."""
    with Server.start(
        tmp_path_factory.mktemp("hostile"),
        WORKERS="1",
        MAX_BODY_BYTES="4000000",
        MAX_CHARACTERS="1001000",
        DEADLINE_SECONDS=str(DEADLINE),
    ) as running:
        yield running


def post(service: Server, article: str) -> int:
    connection = HTTPConnection("127.0.0.1", service.port, timeout=DEADLINE + 2 * OVERDUE)
    try:
        connection.request("POST", "/v1/quotations", article.encode(), {"Content-Type": "text/plain"})
        return read_reply(connection).status
    finally:
        connection.close()


def peak(pid: int) -> int:
    """Return the most memory that a process has held since it was forgotten, in kB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_a_megabyte_is_answered_or_given_up(service: Server, piece: str) -> None:
    [worker] = service.workers()
    Path(f"/proc/{worker}/clear_refs").write_text("5", encoding="ascii")  # forget the peak
    article = OPENING + (piece * (MEGABYTE // len(piece) + 1)).encode()[:MEGABYTE].decode(errors="ignore")
    began = time.monotonic()

    status = post(service, article)

    took, held = time.monotonic() - began, peak(worker)
    print(f"{status} after {took:.1f} s, {held / 1000:.0f} MB")  # shown with pytest -rP
    assert status in (200, 504)
    assert took < DEADLINE + OVERDUE
    assert held < MOST_MEMORY
    assert service.workers() == [worker]
    assert post(service, OPENING) == 200

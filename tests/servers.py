"""The service as a process of its own, started and ended by its id."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Reply:
    """An answer of the service."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running service; ``folder`` holds its log and its temporary files."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @classmethod
    @contextmanager
    def start(
        cls, folder: Path, command: tuple[str, ...] = (), cwd: Path = ROOT, log: str = "log", **settings: str
    ) -> Iterator[Server]:
        """Start the service, wait until it is ready, and stop it in the end."""
        port = free_port()
        environ = os.environ | settings | {"PORT": str(port), "TMPDIR": str(folder)}
        command = command or (sys.executable, "-m", "service", "serve")
        with (folder / log).open("wb") as stderr:
            process = subprocess.Popen(command, cwd=cwd, env=environ, stderr=stderr)
        server = cls(process, port, folder)
        try:
            server.wait_until_ready(int(settings.get("WORKERS", "2")))
            yield server
        finally:
            process.terminate()
            process.wait(40)

    def wait_until_ready(self, workers: int, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.ask("GET", "/readyz").status == 200 and len(self.workers()) == workers:
                    return
            except (OSError, HTTPException):
                time.sleep(0.05)
        raise AssertionError(f"not ready: {self.log()}")

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return read_reply(connection)
        finally:
            connection.close()

    def post(self, text: str) -> Reply:
        return self.ask("POST", "/v1/quotations", text.encode(), Content_Type="text/plain")

    def send(self, raw: bytes) -> bytes:
        """Send bytes as they are and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def log(self) -> str:
        return (self.folder / "log").read_text()


def read_reply(connection: HTTPConnection) -> Reply:
    response = connection.getresponse()
    return Reply(response.status, dict(response.getheaders()), response.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

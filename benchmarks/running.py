"""The service as a process of its own, on a free port of this machine, for the measurements that need one."""

from __future__ import annotations

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
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .articles import ROOT

HOST = "127.0.0.1"
_PATIENCE = 30  # seconds
_KINDS = {"Rss": "rss", "Pss": "pss", "Private_Clean": "uss", "Private_Dirty": "uss"}


class Memory(NamedTuple):
    """What a process holds, in kB: all pages, its share of the common ones, its own alone."""

    rss: int
    pss: int
    uss: int


@dataclass(frozen=True)
class Service:
    """A running service."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://{HOST}:{self.port}"

    def connect(self) -> HTTPConnection:
        """Return a connection that is yet to be opened."""
        return HTTPConnection(HOST, self.port, timeout=_PATIENCE)

    def workers(self) -> list[int]:
        """Return the ids of the worker processes."""
        pid = self.process.pid
        return sorted(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))


@contextmanager
def running(**settings: object) -> Iterator[Service]:
    """Start the service with these settings, wait until it is ready, and stop it in the end."""
    with TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        port = free_port()
        own = {"HOST": HOST, "PORT": port, "TMPDIR": folder} | settings
        environ = os.environ | {name: str(value) for name, value in own.items()}
        command = [sys.executable, "-m", "service", "serve"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=log)  # noqa: S603 - our own
        service = Service(port, process)
        try:
            _wait_until_ready(service)
            yield service
        finally:
            process.terminate()
            process.wait()


def memory(pid: int) -> Memory:
    """Return what a process holds."""
    found = dict.fromkeys(Memory._fields, 0)
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, kilobytes, *_ = line.split()
        if kind := _KINDS.get(name.rstrip(":")):
            found[kind] += int(kilobytes)
    return Memory(**found)


def _wait_until_ready(service: Service) -> None:
    end = time.monotonic() + _PATIENCE
    while service.process.poll() is None and time.monotonic() < end:
        try:
            connection = service.connect()
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    sys.exit("the service does not start; `make serve` tells why")


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port

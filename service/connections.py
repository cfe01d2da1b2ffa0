"""A client's connection, and the places where connections wait for the client."""

from __future__ import annotations

import errno
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Lock
from typing import Any

from gunicorn.workers.gthread import TConn

from . import problems
from .arrival import CONTINUE, LARGEST_READ, Arrival, Refused
from .streaming import LiveBody

LINGER_SECONDS = 2.0
MOST_SLOW = 32  # threads that may wait, in a worker, for clients to take their answers
_LAST_DATA_RECEIVED = 52  # where Linux's struct tcp_info has the milliseconds since the last bytes came


class SlowTakers:
    """The clients whom threads wait for; when there are too many, whoever was first is given up for the last."""

    def __init__(self, most: int = MOST_SLOW) -> None:
        self._most = most
        self._lock = Lock()
        self._waiting: dict[socket.socket, None] = {}  # in the order in which they began

    @contextmanager
    def wait(self, client: socket.socket) -> Iterator[None]:
        """Count ``client`` among those who are waited for."""
        with self._lock:
            self._waiting[client] = None
            if len(self._waiting) > self._most:
                self._give_up(next(iter(self._waiting)))
        try:
            yield
        finally:
            with self._lock:
                self._waiting.pop(client, None)

    def _give_up(self, client: socket.socket) -> None:
        del self._waiting[client]
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)  # ends the wait in its thread


class ClientSocket(socket.socket):
    """A socket that does not wait for ever for a client to take an answer."""

    def __init__(self, accepted: socket.socket, seconds: float, slow: SlowTakers) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        self._seconds = seconds
        self._slow = slow
        self._until: float | None = None
        self.arrived = time.monotonic()  # when the request in hand was there
        self.endless = False  # whether each part of the answer has its own time

    def stamp(self) -> None:
        """Note when the last bytes came: they may have waited in the kernel, where the connection was not accepted."""
        self._until, age = None, 0
        with suppress(OSError):
            information = self.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
            [age] = struct.unpack_from("I", information, _LAST_DATA_RECEIVED)
        self.arrived = time.monotonic() - age / 1000

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send ``data`` in the time that is left for the answer, or call the connection lost."""
        sent = 0
        with suppress(BlockingIOError):  # what the kernel can take at once costs one call
            sent = self.send(data, flags | socket.MSG_DONTWAIT)
        if sent == len(data):
            return
        if self.endless or self._until is None:
            self._until = time.monotonic() + self._seconds
        try:
            self.settimeout(max(0.001, self._until - time.monotonic()))
            with self._slow.wait(self):
                super().sendall(memoryview(data)[sent:], flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the client does not take its answer") from None
        finally:
            self.settimeout(None)  # else the next piece would wait where it shall only try

    def tell(self, message: bytes) -> None:
        """Send a few bytes if the client can take them at once."""
        with suppress(OSError):
            self.send(message, socket.MSG_DONTWAIT)

    def receive(self, size: int, seconds: float, stop: int) -> bytes:
        """Return what comes next: nothing at the end; raise Refused after ``seconds``, or once ``stop`` is readable."""
        with suppress(BlockingIOError):
            return self.recv(size, socket.MSG_DONTWAIT)
        poll = select.poll()
        for waited_for in (self.fileno(), stop):
            poll.register(waited_for, select.POLLIN)
        ready = {number for number, _ in poll.poll(seconds * 1000)}
        if not ready:
            raise Refused(problems.too_slow())
        if stop in ready:
            raise Refused(problems.draining())
        return self.recv(size)


class Connection(TConn):  # type: ignore[misc] # gunicorn ships no types
    """A connection whose requests are collected by the worker's loop."""

    def __init__(self, cfg: Any, sock: ClientSocket, client: Any, server: Any, arrival: Arrival) -> None:
        # Not TConn's own beginning: it makes the socket one that cannot be waited for.
        self.cfg, self.sock, self.client, self.server = cfg, sock, client, server
        self.initialized = self.data_ready = True
        self.is_http2 = False
        self.parser: Iterator[Any] = iter(())
        self.arrival = arrival
        self.on_bytes: Callable[[Connection], None] | None = None  # while it waits
        self.counted = 0  # bytes of the request that is arriving
        self.discarded = 0

    def readable(self, _: Any) -> None:
        """Do what it waits for; another event may have ended the wait just now."""
        if self.on_bytes:
            self.on_bytes(self)

    def read(self) -> bytes | None:
        """Return what has come: nothing at the end, None if there is nothing yet."""
        try:
            return self.sock.recv(LARGEST_READ, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def hand_over(self) -> None:
        """Make the request ready for a thread, and what came behind it the beginning of the next."""
        self.sock.stamp()
        self.request = self.arrival.give_out()
        self.parser = iter([self.request])
        self.arrival = self.arrival.next

    def hand_over_stream(self, seconds: float, stop: int) -> None:
        """Make the request ready for a thread that reads its body as it arrives; see ClientSocket.receive."""
        waits = self.arrival.waits_for_continue
        self.hand_over()
        self.sock.endless = True
        self.request.force_close()
        self.request.unreader.more = partial(self.sock.receive, seconds=seconds, stop=stop)
        self.request.body = LiveBody(self.request, partial(self.sock.tell, CONTINUE) if waits else None)


class Waiting:
    """Connections that wait equally long for their clients, and so in the order in which they end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[Connection, float] = {}

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._until

    def add(self, connection: Connection) -> None:
        """Let ``connection`` wait."""
        self._until[connection] = time.monotonic() + self._seconds

    def waited(self, connection: Connection) -> float:
        """Return for how long ``connection`` has waited."""
        return time.monotonic() - self._until[connection] + self._seconds

    def discard(self, connection: Connection) -> None:
        """Let it wait no more."""
        self._until.pop(connection, None)

    def shorten(self, seconds: float) -> None:
        """Let none wait longer than ``seconds`` from now, nor those who come."""
        self._seconds = min(seconds, self._seconds)
        end = time.monotonic() + seconds
        self._until = {connection: min(end, until) for connection, until in self._until.items()}

    @property
    def oldest(self) -> Connection | None:
        """The connection that has waited longest."""
        return next(iter(self._until), None)

    @property
    def end(self) -> float:
        """When the next of them has waited long enough."""
        return next(iter(self._until.values()), float("inf"))

    def expired(self) -> Iterator[Connection]:
        """Yield those that have waited long enough; each must be discarded."""
        while self.end <= time.monotonic():
            yield next(iter(self._until))

    def all(self) -> list[Connection]:
        """Return those that wait."""
        return list(self._until)

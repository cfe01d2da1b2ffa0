"""gunicorn's threaded worker, in which slow senders hold no thread, with this service's errors and its way to stop."""

from __future__ import annotations

import errno
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from selectors import EVENT_READ
from types import FrameType
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from . import problems, refusals
from .arrival import CONTINUE, Arrival, Refused
from .connections import LINGER_SECONDS, ClientSocket, Connection, SlowTakers, Waiting
from .extraction import BATCH_PATH, Extraction
from .keys import Keys
from .problems import Problem
from .reading import NDJSON
from .refusals import Head
from .sharing import Shared

_NEVER = float("inf")
_YIELD, _LONGEST_YIELD, _YIELDED = 0.001, 0.01, 0.005  # seconds: a connection, at most, and how long it counts
_SHORTEST_WAIT = 1.0
_MOST_DISCARDED = 2**24
_NOT_NOW = {errno.EAGAIN, errno.ECONNABORTED, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """A threaded worker whose loop collects each request before a thread gets it, streams left out.

    A connection waits in one of three places: idle, without a byte of a request; arriving; or lingering,
    answered for the last time and until the client has closed it too. None of them holds a thread.
    """

    early_signals: SimpleQueue[int]
    shared = Shared()  # with the master and the other workers

    def init_process(self) -> None:
        """Begin to work."""
        extensions = self.app.wsgi().extensions
        self.extraction: Extraction = extensions["extraction"]
        self.keys: Keys = extensions["keys"]
        self.extraction.gate.on_change = self._tell_others
        self.extraction.gate.others_calm = partial(self.shared.others_calm, self.age)
        self._tell_others()
        settings = self.extraction.settings
        self.idle = Waiting(settings.idle_seconds)
        self.arriving = Waiting(settings.read_seconds)
        self.lingering = Waiting(LINGER_SECONDS)
        self.slow = SlowTakers()
        self.streams_end = os.eventfd(0, os.EFD_NONBLOCK)  # readable from then on
        self.arriving_bytes = 0
        self.names = {listener.fileno(): listener.getsockname() for listener in self.sockets}
        self.leaves_at: float | None = None
        self.lets_first_until = 0.0  # no more connections before that moment
        super().init_process()

    # Connections

    def accept(self, listener: socket.socket) -> bool:
        """Take on a connection, and its request if it is already there."""
        if self._lets_others_first():
            return False
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno not in _NOT_NOW:
                raise
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED}:
                self._make_room()
            return False
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        settings = self.extraction.settings
        sock = ClientSocket(accepted, settings.write_seconds, self.slow)
        arrival = Arrival(self.cfg, settings, client, self._is_answered_at_once)
        self._receive(Connection(self.cfg, sock, client, self.names[listener.fileno()], arrival))
        return True

    def _tell_others(self) -> None:
        gate = self.extraction.gate
        self.shared.tell(self.age, free=gate.free and not gate.closing, calm=gate.calm and not gate.closing)

    def _lets_others_first(self) -> bool:
        """Begin to wait with a new connection where another worker has time for it.

        A worker that has time too waits the longer, the more connections it has: else the first to wake would
        take all that a caller opens at once, and its core would do all the work.
        """
        now = time.monotonic()
        waited = now - self.lets_first_until < _YIELDED
        self.lets_first_until = 0.0
        if waited or not self.nr_conns or not self.alive or not self.shared.others_free(self.age):
            return False
        own_share = _YIELD * self.nr_conns if self.extraction.gate.free else _LONGEST_YIELD
        self.lets_first_until = now + min(own_share, _LONGEST_YIELD)
        self.set_accept_enabled(False)
        return True

    def _make_room(self) -> None:
        """Close the connection that has been idle longest, or else the one whose request has been arriving longest.

        Not one that has just begun, and not one on which more has come.
        """
        for place in (self.idle, self.arriving):
            oldest = place.oldest
            if oldest and place.waited(oldest) > _SHORTEST_WAIT:
                self._receive(oldest)
                if oldest in self.arriving and place is self.arriving:
                    self._refuse(oldest, Refused(problems.too_much_arriving()))
                if oldest in self.idle or oldest in self.lingering:
                    self._drop(oldest)
                return

    def _wait(self, connection: Connection, place: Waiting, on_bytes: Callable[[Connection], None]) -> None:
        self._wait_no_more(connection)
        connection.on_bytes = on_bytes
        self.poller.register(connection.sock, EVENT_READ, connection.readable)
        place.add(connection)

    def _wait_no_more(self, connection: Connection) -> None:
        if connection.on_bytes:
            connection.on_bytes = None
            self.poller.unregister(connection.sock)
            for place in (self.idle, self.arriving, self.lingering):
                place.discard(connection)
        self._count(connection, 0)

    def _count(self, connection: Connection, size: int) -> None:
        """Count the bytes that are held of a request that is not yet whole."""
        self.arriving_bytes += size - connection.counted
        connection.counted = size

    def _drop(self, connection: Connection) -> None:
        self._wait_no_more(connection)
        self.nr_conns -= 1
        connection.close()

    def _receive(self, connection: Connection) -> None:
        """Take in what has come of a request."""
        data = connection.read()
        if data:
            self._take_in(connection, data)
        elif data is None:
            self._wait_on(connection)
        elif connection.arrival.request:
            self._hand_over(connection)  # cut short: the application tells
        else:
            self._drop(connection)

    def _take_in(self, connection: Connection, data: bytes) -> None:
        told = connection.arrival.waits_for_continue
        try:
            whole = connection.arrival.feed(data)
        except Exception as error:  # noqa: BLE001 - whatever a client sends, the other clients' worker goes on
            self._refuse(connection, error)
            return
        if whole:
            self._hand_over(connection)
            return
        self._wait_on(connection)
        self._count(connection, len(connection.arrival))
        if self.arriving_bytes > self.extraction.settings.max_arriving_bytes:
            self._refuse(connection, Refused(problems.too_much_arriving()))
        elif connection.arrival.waits_for_continue and not told:
            connection.sock.tell(CONTINUE)

    def _wait_on(self, connection: Connection) -> None:
        """Wait for a request, or for more of it."""
        place = self.arriving if len(connection.arrival) else self.idle
        if connection not in place:
            self._wait(connection, place, self._receive)
            self._count(connection, len(connection.arrival))

    def _is_answered_at_once(self, request: Any) -> bool:
        """Tell whether no more than the head of ``request`` is needed to hand it over."""
        head = Head.of(request)
        try:
            self._caller(head)
        except Problem:
            return True
        return _is_stream(head)

    def _caller(self, head: Head) -> str | None:
        """Return the label of the caller's key, or raise the Problem of who may not call."""
        return self.keys.check(head.method, head.path, head.fields.get("AUTHORIZATION", ""))

    def _hand_over(self, connection: Connection) -> None:
        """Let a thread answer the request; where it is to be turned away it is quicker not to.

        A connection on which a request has met a busy worker ends with its answer: the next one finds a worker that
        has time. Callers go on with the connection that was answered last, and so with the worker that refuses fastest.
        """
        self._wait_no_more(connection)
        request: Any = connection.arrival.request
        head = Head.of(request)
        if self._turns_away(connection, head):
            self._linger(connection)
            return
        if not self.extraction.gate.free:
            request.force_close()
        if _is_stream(head):
            connection.hand_over_stream(self.extraction.settings.read_seconds, self.streams_end)
        else:
            connection.hand_over()
        self.enqueue_req(connection)

    def _turns_away(self, connection: Connection, head: Head) -> bool:
        """Answer a request for which there is no place, if its caller may call at all."""
        problem = self.extraction.turns_away(head.method, head.path)
        if not problem:
            return False
        try:
            key = self._caller(head)
        except Problem:
            return False
        connection.sock.stamp()
        settings = self.extraction.settings
        connection.sock.tell(refusals.turn_away(head, problem, key, connection.sock.arrived, settings))
        return True

    def _answered(self, connection: Connection, keep: bool) -> None:
        """Wait for the next request, or for the client to close."""
        if not keep:
            self._linger(connection)
            return
        self._wait_on(connection)
        if len(connection.arrival):  # later: a long row of requests in one piece must not nest
            self.method_queue.defer(self._go_on, connection)

    def _go_on(self, connection: Connection) -> None:
        if connection in self.arriving:
            self._take_in(connection, b"")

    def _refuse(self, connection: Connection, error: Exception) -> None:
        self._wait_no_more(connection)
        self.handle_error(None, connection.sock, connection.client, error)
        self._linger(connection)

    def _linger(self, connection: Connection) -> None:
        """Half-close, and read on for a while: else a client that is still sending may not see its answer."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            connection.close()
        else:
            self._wait(connection, self.lingering, self._discard)

    def _discard(self, connection: Connection) -> None:
        data = connection.read()
        connection.discarded += len(data or b"")
        if data == b"" or connection.discarded > _MOST_DISCARDED:
            self._drop(connection)

    # What gunicorn's loop calls

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait no longer than to the next moment when something is due."""
        now = time.monotonic()
        due = min(self.idle.end, self.arriving.end, self.lingering.end, self.leaves_at or _NEVER)
        if now < self.lets_first_until:
            due = min(due, self.lets_first_until)
        super().wait_for_and_dispatch_events(max(0.0, min(timeout, due - now)))
        if self.leaves_at and time.monotonic() >= self.leaves_at:
            self.alive, self.leaves_at = False, None

    def murder_keepalived(self, force: bool = False) -> None:
        """End the waits that have been long enough, or all."""
        for connection in self.idle.expired():
            self._drop(connection)
        for connection in self.arriving.expired():
            self._refuse(connection, Refused(problems.too_slow()))
        for connection in self.lingering.expired():
            self._drop(connection)
        if self.nr_conns >= self.worker_connections:  # nobody is accepted, so accept() makes no room
            self._make_room()
        if force:
            for connection in (*self.idle.all(), *self.arriving.all(), *self.lingering.all()):
                self._drop(connection)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Go on with a connection whose request a thread has answered."""
        self._answered(conn, keep=not fs.cancelled() and not fs.exception() and fs.result())

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        return keepalive and not conn.request.body.failed  # else nobody knows where the next begins

    # Stopping

    def init_signals(self) -> None:
        """Listen to signals; one that came before, the copy of the master's handler has put into its queue."""
        super().init_signals()
        while not self.early_signals.empty():
            if self.early_signals.get_nowait() == signal.SIGTERM:
                self.handle_exit(signal.SIGTERM, None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop: tell the probes, then let gunicorn finish what is in hand."""
        gate, seconds = self.extraction.gate, self.extraction.settings.drain_seconds
        gate.close()
        self._tell_others()
        os.eventfd_write(self.streams_end, 1)
        if self.shared.replaces(self.age):  # others take over at once: nothing to tell, nothing to wait for
            super().handle_exit(sig, frame)
            return
        if not seconds:
            super().handle_exit(sig, frame)
        elif not gate.draining:
            self.leaves_at = time.monotonic() + seconds
            self.method_queue.defer(lambda: None)
        gate.drain()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take connections or not; at the end take those that stand in line, and then let none stand there."""
        if enabled and time.monotonic() < self.lets_first_until:
            return
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                while self.accept(listener):
                    pass
                listener.close()

    def _cap_keepalive(self, _: float) -> None:
        self.idle.shorten(STOP_KEEPALIVE_LINGER)

    # Errors

    def handle_error(self, req: Any, client: ClientSocket, addr: Any, exc: Exception) -> None:  # noqa: ARG002
        """Answer a request that did not get as far as the application, or not back from it."""
        client.tell(refusals.unread(exc))


def _is_stream(head: Head) -> bool:
    """Tell whether the body is to be read while it arrives."""
    return head.method == "POST" and head.path == BATCH_PATH and head.media_type == NDJSON

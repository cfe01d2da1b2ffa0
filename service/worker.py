"""gunicorn's threaded worker, with this service's errors and its way to stop."""

from __future__ import annotations

import dataclasses
import socket
import struct
import uuid
from http import HTTPStatus
from types import FrameType
from typing import Any

from gunicorn import util
from gunicorn.http import errors as http
from gunicorn.workers import gthread
from gunicorn.workers.gthread import TConn, ThreadWorker

from . import metrics, problems
from .problems import Problem

_SILENCE = struct.pack("ll", 10, 0)  # seconds and microseconds, as the kernel wants them
_PATIENCE = 0.02
_STATUS = {
    http.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    http.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    http.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
}


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """A threaded worker whose own errors are problems too, and that logs nothing of what it could not read."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop: tell the probes, then let gunicorn finish what is in hand."""
        self.wsgi.extensions["extraction"].gate.drain()
        super().handle_exit(sig, frame)

    def enqueue_req(self, conn: TConn) -> None:
        """Give up on a client that falls silent in the middle of a request: it holds a thread."""
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _SILENCE)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """Leave a client that has not sent anything yet to the poller: it shall not hold a thread."""
        if conn.initialized or conn.wait_for_data(_PATIENCE):
            return super().handle(conn)
        return gthread._DEFER  # noqa: SLF001 - gunicorn's own answer, five seconds later

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:  # noqa: ARG002
        """Answer a request that did not get as far as the application, or not back from it."""
        problem = _problem(exc)
        metrics.count_unread(problem)
        request_id = uuid.uuid4().hex
        failed = problem.kind.status >= 500
        log = self.log.error if failed else self.log.warning
        # gunicorn would log the line that it could not read; it may be part of an article.
        log("request not read: %s", type(exc).__name__, extra={"request_id": request_id}, exc_info=failed)
        try:
            util.write_nonblock(client, _message(problem, request_id))
        except OSError:
            self.log.debug("the client is gone")


def _problem(exc: Exception) -> Problem:
    if not isinstance(exc, http.ParseException) or isinstance(exc, http.InvalidResponseHeader):
        return Problem(problems.INTERNAL_ERROR, "The service failed to answer.")
    status = _STATUS.get(type(exc), HTTPStatus.BAD_REQUEST)
    kind = dataclasses.replace(problems.MALFORMED_REQUEST, status=status)
    return Problem(kind, f"The request breaks HTTP's rules or limits ({type(exc).__name__}).")


def _message(problem: Problem, request_id: str) -> bytes:
    status, body = problem.kind.status, problem.body(f"#{request_id}")
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Connection: close\r\n"
        f"Content-Type: {problems.MEDIA_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Request-ID: {request_id}\r\n\r\n"
    )
    return head.encode("ascii") + body

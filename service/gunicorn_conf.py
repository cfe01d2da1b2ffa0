"""gunicorn's configuration, from the service's own settings.

It is read before the application: the directory for the workers' figures must
be known before prometheus_client is imported.
"""

from __future__ import annotations

import atexit
import gc
import math
import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from service import logs
from service.connections import MOST_SLOW
from service.keys import Keys
from service.settings import Settings, SettingsError

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

try:
    _settings = Settings.load(os.environ)
    Keys(_settings)
except SettingsError as error:
    sys.exit(f"quote-attribution: {error}")

_needed = _settings.max_connections + MOST_SLOW + 64  # open files: a connection each, pages, and what is open anyway
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if _hard != resource.RLIM_INFINITY and _hard < _needed:
    sys.exit(f"quote-attribution: MAX_CONNECTIONS needs {_needed} open files, and the limit (ulimit -Hn) is {_hard}")
if _soft != resource.RLIM_INFINITY:
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, _needed), _hard))

_figures = tempfile.mkdtemp(prefix="quote-attribution-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _figures
_master = os.getpid()

wsgi_app = "service.wsgi:app"
bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
worker_class = "service.worker.Worker"
workers = _settings.workers
# Those who wait or are waited for, and a few threads more: probes and metrics come however busy the service is.
threads = _settings.threads + _settings.queue + _settings.max_batches + MOST_SLOW + 8
worker_connections = _settings.max_connections
keepalive = 1  # on; the worker's own loop knows for how long
limit_request_line = _settings.max_request_line_bytes
limit_request_fields = _settings.max_headers
limit_request_field_size = _settings.max_header_bytes
forwarded_allow_ips = ""  # no header sets the scheme or the path: nothing here depends on what a proxy tells
http_parser = "python"  # the one that service.arrival agrees with
sendfile = False  # a file is sent as any answer is: with an end to the client's time
graceful_timeout = math.ceil(_settings.drain_seconds) + _settings.graceful_seconds
preload_app = True  # the model is loaded once and shared
control_socket_disable = True
logconfig_dict = logs.config(_settings.log_level)
errorlog = "-"


def when_ready(_: Arbiter) -> None:
    """Keep the garbage collector from touching, and so copying, the memory that the workers share."""
    gc.collect()
    gc.freeze()


def post_fork(arbiter: Arbiter, worker: Worker) -> None:
    """Give a new worker the signals that came before it could listen to them: a lost SIGTERM would hold up the stop."""
    worker.early_signals = arbiter.SIG_QUEUE


def on_reload(arbiter: Arbiter) -> None:
    """Read the keys again on SIGHUP, for the workers to come, and tell those that go that others take over."""
    arbiter.app.wsgi().extensions["keys"].reload()
    arbiter.worker_class.shared.replace(arbiter.worker_age)


def child_exit(arbiter: Arbiter, worker: Worker) -> None:
    """Keep what a worker that is gone has counted, forget its gauges, and let nobody wait for it."""
    from service import figures, metrics  # noqa: PLC0415 - see the module's docstring

    arbiter.worker_class.shared.tell(worker.age, free=False)
    metrics.ENDED.inc()
    figures.fold(Path(_figures), alive={_master, *arbiter.WORKERS})


@atexit.register  # gunicorn's own hook is not called where the start fails
def _remove_figures() -> None:
    if os.getpid() == _master:  # the workers have inherited this
        shutil.rmtree(_figures, ignore_errors=True)

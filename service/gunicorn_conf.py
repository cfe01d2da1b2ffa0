"""gunicorn's configuration, from the service's own settings.

It is read before the application: the directory for the workers' figures must
be known before prometheus_client is imported.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from service import logs
from service.settings import Settings, SettingsError

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

try:
    _settings = Settings.load(os.environ)
except SettingsError as error:
    sys.exit(f"quote-attribution: {error}")

_figures = tempfile.mkdtemp(prefix="quote-attribution-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _figures
_master = os.getpid()

wsgi_app = "service.wsgi:app"
bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
worker_class = "service.worker.Worker"
workers = _settings.workers
# Those who wait, and a few threads more: probes and metrics answer however busy the service is.
threads = _settings.threads + _settings.queue + 4
graceful_timeout = _settings.graceful_seconds
preload_app = True  # the model is loaded once and shared
control_socket_disable = True
logconfig_dict = logs.config(_settings.log_level)
errorlog = "-"


def when_ready(_: Arbiter) -> None:
    """Keep the garbage collector from touching, and so copying, the memory that the workers share."""
    gc.collect()
    gc.freeze()


def child_exit(arbiter: Arbiter, _: Worker) -> None:
    """Keep what a worker that is gone has counted, and forget its gauges."""
    from service import figures, metrics  # noqa: PLC0415 - see the module's docstring

    metrics.ENDED.inc()
    figures.fold(Path(_figures), alive={_master, *arbiter.WORKERS})


@atexit.register  # gunicorn's own hook is not called where the start fails
def _remove_figures() -> None:
    if os.getpid() == _master:  # the workers have inherited this
        shutil.rmtree(_figures, ignore_errors=True)

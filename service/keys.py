"""The keys of those who may call ``/v1``; only their hashes are known here."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Iterable
from pathlib import Path

from flask import Flask, current_app, g, request

from . import problems
from .problems import Problem
from .settings import Settings, SettingsError

SHORTEST = 20
_LABEL = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ENTRY = re.compile(rf"(?P<label>{_LABEL.pattern}):(?P<hash>[0-9a-f]{{64}})")
_BEARER = re.compile(r"bearer +(?P<key>\S+) *", re.IGNORECASE)
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="quote-attribution"'}
_log = logging.getLogger("service.keys")


def entry(label: str, key: str) -> str:
    """Return the line that lets ``key`` in under ``label``, or raise ValueError.

    A fast hash is enough: a key is long and drawn at random, so it cannot be found by trying words.
    """
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{label!r} is no label; use at most 64 letters, digits, dots, underscores and hyphens")
    if len(key) < SHORTEST or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError(f"a key has at least {SHORTEST} printable ASCII characters and no space; draw it at random")
    return f"{label}:{_hash(key)}"


class Keys:
    """The keys in force; without any, everybody may call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._labels = self._read()

    def reload(self) -> None:
        """Read the keys again; where that fails, keep those that there are."""
        try:
            self._labels = self._read()
        except SettingsError:
            # The message may quote a part of the file.
            _log.error("the keys cannot be read; those read before stay in force")
        else:
            _log.info("keys read", extra={"keys": len(self._labels)})

    @property
    def asked_for(self) -> bool:
        """Whether a caller needs a key."""
        return bool(self._settings.api_keys or self._settings.api_keys_file)

    def label(self, key: str) -> str | None:
        """Return whose ``key`` it is; it takes equally long whichever of them fits."""
        given, found = _hash(key), None
        for known, label in self._labels.items():
            if hmac.compare_digest(known, given):
                found = label
        return found

    def check(self, method: str, path: str, authorization: str) -> str | None:
        """Return the label of the caller's key, None where none is needed, or raise the Problem of who may not call."""
        if not self.asked_for or not path.startswith("/v1/") or method == "OPTIONS":
            return None
        given = _BEARER.fullmatch(authorization)
        if not given:
            raise Problem(problems.UNAUTHORIZED, "Send the header Authorization: Bearer and a key.", headers=_CHALLENGE)
        label = self.label(given["key"])
        if not label:
            wrong = {name: f'{value}, error="invalid_token"' for name, value in _CHALLENGE.items()}
            raise Problem(problems.UNAUTHORIZED, "This key is not known here.", headers=wrong)
        return label

    def _read(self) -> dict[str, str]:
        labels = _labels("API_KEYS", self._settings.api_keys.split())
        path = self._settings.api_keys_file
        if path:
            labels |= _labels("API_KEYS_FILE", _lines(path))
        if self.asked_for and not labels:
            raise SettingsError("API_KEYS_FILE: there is no key in the file; nobody could call")
        return labels


def init_app(app: Flask, settings: Settings) -> None:
    """Ask those who call ``/v1`` for a key, where keys are configured."""
    app.extensions["keys"] = Keys(settings)
    app.before_request(_check)


def _check() -> None:
    keys: Keys = current_app.extensions["keys"]
    g.key_label = keys.check(request.method, request.path, request.headers.get("Authorization", ""))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _lines(path: str) -> Iterable[str]:
    try:
        lines = Path(path).read_text(encoding="utf8").splitlines()
    except OSError as error:
        raise SettingsError(f"API_KEYS_FILE={path!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"API_KEYS_FILE={path!r}: byte {error.start} is not UTF-8") from error
    return ["" if line.lstrip().startswith("#") else line.strip() for line in lines]


def _labels(source: str, entries: Iterable[str]) -> dict[str, str]:
    """Return the labels by hash; a message names the place of a mistake and never the words there."""
    labels: dict[str, str] = {}
    for number, words in enumerate(entries, 1):
        found = _ENTRY.fullmatch(words)
        if words and not found:
            raise SettingsError(
                f"{source}: entry {number} is not label:sha256; `quote-attribution hash-key` makes such entries"
            )
        if found and labels.setdefault(found["hash"], found["label"]) != found["label"]:
            raise SettingsError(f"{source}: entry {number} has a key that another label has already")
    return labels

"""The settings: read from the environment once, at the start."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from marshmallow import Schema, ValidationError, fields, validate

T = TypeVar("T")
_ORIGINS = validate.Regexp(
    r" *((\*|https?://[^\s/?#]+)( +|$))*$", error="Give origins such as https://example.org, or *."
)


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message is one line."""


class Setting(NamedTuple):
    """One setting, for people: its variable, its default and what it does."""

    name: str
    default: str
    description: str


def _setting(default: T, field: fields.Field[Any], description: str) -> T:
    # Typed as the default, as dataclasses.field() itself is.
    return dataclasses.field(default=default, metadata={"field": field, "description": description})


def _whole(minimum: int, maximum: int | None = None) -> fields.Integer:
    return fields.Integer(validate=validate.Range(minimum, maximum))


def _seconds(maximum: float = 3600, *, zero: bool = False) -> fields.Float:
    return fields.Float(validate=validate.Range(0, maximum, min_inclusive=zero))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; each field is the environment variable of the same name in capitals.

    >>> Settings.load({"PORT": "9000"}).port
    9000
    """

    host: str = _setting("127.0.0.1", fields.String(validate=validate.Length(1)), "The address to listen on.")
    port: int = _setting(8000, _whole(1, 65535), "The port to listen on.")
    workers: int = _setting(2, _whole(1, 256), "Processes; one a core is a good start.")
    threads: int = _setting(1, _whole(1, 64), "Articles that a worker has in hand at once; more slow each other down.")
    queue: int = _setting(4, _whole(0, 1000), "Articles that may wait in a worker; the next is told 503.")
    queue_seconds: float = _setting(0.5, _seconds(60), "How long an article may wait in a burst; then it is told 503.")
    overload_queue_seconds: float = _setting(
        0.005,
        _seconds(60),
        "The same in overload: once more than a few have waited for a fifth of `QUEUE_SECONDS`, some for each worker.",
    )
    max_batches: int = _setting(
        4, _whole(0, 1000), "Batch calls that a worker has in hand at once; the next is told 503."
    )
    deadline_seconds: float = _setting(10.0, _seconds(), "The longest that an article may take; then it is told 504.")
    max_body_bytes: int = _setting(2_000_000, _whole(1), "The largest request body, and the longest line of NDJSON.")
    max_characters: int = _setting(200_000, _whole(1), "The longest article, in Unicode code points.")
    max_batch_articles: int = _setting(100, _whole(1), "The most articles of a batch in JSON; NDJSON has no end.")
    max_nesting: int = _setting(32, _whole(1, 500), "The deepest nesting of a JSON body.")
    max_request_line_bytes: int = _setting(4096, _whole(64, 8190), "The longest request line: method and address.")
    max_headers: int = _setting(64, _whole(1, 1000), "The most header fields of a request.")
    max_header_bytes: int = _setting(16_384, _whole(256, 1_000_000), "The most bytes of all its header fields.")
    read_seconds: float = _setting(
        10.0, _seconds(), "How long a request may take to arrive, from its first byte to its last; then it is told 408."
    )
    write_seconds: float = _setting(10.0, _seconds(), "How long a caller may take to take in an answer.")
    idle_seconds: float = _setting(75.0, _seconds(), "How long a connection stays open without a request.")
    max_connections: int = _setting(500, _whole(8, 100_000), "Connections that a worker holds open.")
    max_arriving_bytes: int = _setting(
        64_000_000, _whole(1), "Bytes that a worker holds of requests not yet whole; past that they are told 503."
    )
    drain_seconds: float = _setting(
        0.0, _seconds(3600, zero=True), "How long a stopping service still takes connections, with `/readyz` at 503."
    )
    graceful_seconds: int = _setting(30, _whole(0, 3600), "How long a stopping worker may finish what it has in hand.")
    api_keys: str = _setting(
        "", fields.String(), "Who may call `/v1`: `label:sha256` entries, with spaces between. None: everybody."
    )
    api_keys_file: str = _setting("", fields.String(), "A file with such entries, a line each; SIGHUP reads it again.")
    cors_origins: str = _setting(
        "",
        fields.String(validate=_ORIGINS),
        "Web origins whose pages may call `/v1`, with spaces between; `*` for all.",
    )
    log_level: str = _setting(
        "info",
        fields.String(validate=validate.OneOf(["debug", "info", "warning", "error"])),
        "The least that is logged: debug, info, warning or error.",
    )

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings, or raise SettingsError with a line that names what to change."""
        specs = {f.name.upper(): f.metadata["field"] for f in dataclasses.fields(cls)}
        given = {name: environ[name] for name in specs if name in environ}
        try:
            values = Schema.from_dict(specs)().load(given)
        except ValidationError as error:
            raise SettingsError(_one_line(error, given)) from error
        return cls(**{name.lower(): value for name, value in values.items()})

    @classmethod
    def describe(cls) -> Iterator[Setting]:
        """List the settings, for the documentation."""
        for field in dataclasses.fields(cls):
            yield Setting(field.name.upper(), str(field.default), field.metadata["description"])


def _one_line(error: ValidationError, given: Mapping[str, str]) -> str:
    wrong = sorted(error.messages_dict.items())
    return "; ".join(f"{name}={given[name]!r}: {' '.join(why)}" for name, why in wrong)

"""One of many articles: from a record to its answer, or to the problem that the service would answer with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from service.engine import Deadline, DeadlineExceeded

from . import problems
from .errors import told
from .extraction import Extractor, answer_to
from .problems import Problem
from .reading import article, article_id, decode, read_line
from .settings import Settings

Fields = dict[str, Any]


class Outcome(NamedTuple):
    """What became of the record ``id``: either of the others is None."""

    id: str | None
    answer: Fields | None
    problem: Fields | None


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a record holds the parts of an article, and how to answer where it does not say."""

    text: str = "text"
    id: str = "id"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """The name that each field of the wire format has in a record."""
        return {"text": self.text, "id": self.id, "offsets": "offsets", "min_confidence": "min_confidence"}

    def article(self, record: Any) -> Any:
        """Return the fields of an article that ``record`` holds; others are passed over.

        A null counts as not given. A whole number as id is written out.
        """
        if not isinstance(record, dict):
            return record
        held = {name: record[own] for name, own in self.names.items() if own in record}
        given = {name: value for name, value in held.items() if value is not None or name == "text"}
        if type(given.get("id")) is int:  # True is no number
            given["id"] = str(given["id"])
        return {**self.options, **given}


def read_json(line: bytes, settings: Settings) -> Any:
    """Return the values of a line, or raise the Problem."""
    return read_line(line if len(line) <= settings.max_body_bytes else None, settings)


def read_text(content: bytes, settings: Settings) -> str:
    """Return the text of a file, or raise the Problem."""
    if len(content) > settings.max_body_bytes:
        limit = settings.max_body_bytes
        raise Problem(problems.BODY_TOO_LARGE, f"The file has more than {limit} bytes, the most that is read.")
    return decode(content, "file")


def read_row(row: Mapping[str, Any]) -> Fields:
    """Return the values of a row whose strings are yet bytes, or raise the Problem."""
    return {name: decode(value, f"column {name}") if isinstance(value, bytes) else value for name, value in row.items()}


def outcome(read: Callable[[], Any], instance: str, settings: Settings, engine: Extractor) -> Outcome:
    """Answer the article whose fields ``read`` returns; ``instance`` tells in a problem where it came from."""
    name = None
    try:
        values = read()
        name = article_id(values)
        deadline = Deadline.after(settings.deadline_seconds)
        return Outcome(name, answer_to(article(values, {}, settings), engine, deadline), None)
    except (Problem, DeadlineExceeded) as error:
        problem = told(error)
    except Exception as error:  # noqa: BLE001 - as under HTTP: a fault of ours costs one article, and is told
        detail = f"The engine failed on this article ({type(error).__name__}); please report it."
        problem = Problem(problems.INTERNAL_ERROR, detail)
    return Outcome(name, None, problem.fields(instance))

"""The reference in ``docs/reference/``, made of the contract, the settings and the commands themselves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from service import openapi
from service.settings import Settings

from .articles import ROOT
from .tables import table

Spec = dict[str, Any]
_COMMAND = re.compile(r"^    ([a-z][a-z-]*)", re.MULTILINE)
_BOUNDS = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "minLength": "at least {} character",
    "maxLength": "at most {} characters",
}


def calls() -> str:
    """Return what each call takes and answers, in the order of the contract."""
    paths: Spec = openapi.document()["paths"]
    return "\n\n".join(
        "\n\n".join(_call(f"{method.upper()} {path}", operation))
        for path, operations in paths.items()
        for method, operation in operations.items()
    )


def _call(name: str, operation: Spec) -> Iterator[str]:
    yield f"## `{name}`"
    yield f"{operation['summary']}."
    if "description" in operation:
        yield operation["description"].strip()
    yield table(["parameter", "in", "type", "meaning"], map(_parameter, operation["parameters"]))
    if "requestBody" in operation:
        yield f"Body: {_bodies(operation['requestBody'])}."
    yield table(["status", "answer"], [_response(*answer) for answer in operation["responses"].items()])


def _parameter(parameter: Spec) -> list[str]:
    place = {"query": "address", "path": "path", "header": "header"}[parameter["in"]]
    return [f"`{parameter['name']}`", place, _type(parameter["schema"]), _meaning(parameter["schema"] | parameter)]


def _response(status: str, response: Spec) -> list[str]:
    if "$ref" not in response:
        return [status, f"{_bodies(response)}. {response['description']}"]
    shared = openapi.document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kinds = next(iter(shared["content"].values()))
    return [status, ", ".join(f"`{name}`" for name in _kinds(kinds))]


def _kinds(content: Spec) -> list[str]:
    """Return the names of the problems that a response may be."""
    values = [example["value"] for example in content.get("examples", {}).values()] or [content["example"]]
    return [value["type"].rpartition("/")[2] for value in values]


def _bodies(message: Spec) -> str:
    return ", ".join(f"`{kind}`: {_type(content['schema'])}" for kind, content in message["content"].items())


def fields() -> str:
    """Return the fields of all the objects that are sent and answered."""
    schemas: Spec = openapi.document()["components"]["schemas"]
    order = ["Article", "Answer", "Quotation", "Speaker", "Location", "NestedQuotation", "Source", "Span", "Warning"]
    names = [*order, *(name for name in schemas if name not in order)]
    return "\n\n".join(f"## {name}\n\n{_fields(schemas[name])}" for name in names)


def _fields(schema: Spec) -> str:
    rows = [
        [f"`{name}`", _type(field) + ("" if name in schema["required"] else "; optional"), _meaning(field)]
        for name, field in schema["properties"].items()
    ]
    return table(["field", "type", "meaning"], rows)


def _meaning(field: Spec) -> str:
    default = [f"Without it: `{field['default']}`."] if field.get("default") is not None else []
    return " ".join([field.get("description", ""), *default])


def _type(schema: Spec) -> str:
    """Return a type for readers: with a link where it is an object of ours."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](fields.md#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(map(_type, schema[several]))
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    bounds = [text.format(schema[key]) for key, text in _BOUNDS.items() if key in schema]
    return ", ".join([" or ".join(kinds), *bounds])


def limits() -> str:
    """Return the limits that ``/v1/about`` tells, with their settings and defaults."""
    defaults = {name: default for name, default, _ in Settings.describe()}
    schemas: Spec = openapi.document()["components"]["schemas"]
    rows = [
        [f"`{name}`", f"`{name.upper()}`", f"`{defaults[name.upper()]}`", field["description"]]
        for name, field in schemas["Limits"]["properties"].items()
    ]
    return table(["limit", "setting", "default", "meaning"], rows)


def commands() -> str:
    """Return the help of each command; that of ``train`` needs an environment of its own."""
    names = _COMMAND.findall(_help("service").partition("COMMAND\n")[2].partition("\n\n")[0])
    helps = {"quote-attribution": _help("service")}
    helps |= {f"quote-attribution {name}": _help("service", name) for name in names if name != "train"}
    helps["quote-attribution-spark"] = _help("service.spark")
    return "\n\n".join(f"## `{name}`\n\n```text\n{text.strip()}\n```" for name, text in helps.items())


def _help(*words: str) -> str:
    command = [sys.executable, "-m", *words, "--help"]
    environ = os.environ | {"COLUMNS": "80"}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout  # noqa: S603

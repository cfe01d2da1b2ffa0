"""``openapi.yaml`` is the contract: built from the schemas, true to the service, with examples that hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from effort import examples
from fakes import FakeEngine
from flask.testing import FlaskClient
from hypothesis import settings
from openapi_spec_validator import validate
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from servers import Server

from schemas.answer import BASES, QUOTATION_KINDS, SPEAKER_KINDS
from service import openapi, problems
from service.app import create_app
from service.engine import Basis, QuotationKind, SpeakerKind
from service.examples import ANSWER, ARTICLE
from service.settings import Settings

COMMITTED = Path(__file__).parents[2] / "openapi.yaml"
OPERATIONS = [
    (path, method, operation)
    for path, methods in openapi.document()["paths"].items()
    for method, operation in methods.items()
]
OF_THE_BODY = [negative_data_rejection, positive_data_acceptance]
BATCH = "/v1/quotations/batch"
schema = schemathesis.openapi.from_wsgi("/openapi.json", create_app(Settings(), FakeEngine()))

running_schema = schemathesis.openapi.from_dict(openapi.document())


@schemathesis.serializer("application/x-ndjson")
def as_it_is(_: Any, value: Any) -> bytes:
    return str(value).encode(errors="replace")


def excluded(case: Case[Any]) -> list[Any]:
    """Leave out of the checks what is told in its place in a batch, and in a page what no schema can tell."""
    if case.media_type == "text/html":
        return OF_THE_BODY
    return [negative_data_rejection] if case.path == BATCH else []


@schema.parametrize()
@settings(max_examples=examples(30), deadline=None)
def test_the_application_keeps_the_contract(case: Case[Any]) -> None:
    case.call_and_validate(excluded_checks=excluded(case))


@running_schema.parametrize()
@settings(max_examples=examples(10), deadline=None)
def test_the_running_service_keeps_the_contract(server: Server, case: Case[Any]) -> None:
    response = case.call(base_url=f"http://127.0.0.1:{server.port}")

    # What was wrong in a line that is too long is not looked at, which the check does not take for a refusal.
    too_long = [negative_data_rejection] if response.status_code == 414 else []
    case.validate_response(response, excluded_checks=[*excluded(case), *too_long])


def test_the_committed_contract_is_the_one_in_force() -> None:
    assert COMMITTED.read_text() == openapi.as_yaml(), "run `make openapi`"


def test_the_contract_is_openapi() -> None:
    assert openapi.document()["openapi"] == "3.1.0"
    validate(openapi.document())


def contents(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each schema with each example that stands beside it."""
    if isinstance(node, list):
        for inner in node:
            yield from contents(inner)
    elif isinstance(node, dict):
        if "schema" in node:
            shown = node.get("examples", {"only": {"value": node.get("example")}})
            yield from ((node["schema"], example["value"]) for example in shown.values())
        for inner in node.values():
            yield from contents(inner)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_call_and_every_error_has_an_example(path: str, method: str, operation: dict[str, Any]) -> None:
    document = openapi.document()
    answers = [
        document["components"]["responses"][answer["$ref"].rsplit("/")[-1]] if "$ref" in answer else answer
        for answer in operation["responses"].values()
    ]
    bodies = [
        body
        for answer in [operation.get("requestBody", {"content": {}}), *answers]
        for body in answer["content"].values()
    ]

    assert len(bodies) >= 3, (path, method)
    assert all("example" in body or body.get("examples") for body in bodies)
    assert operation["summary"]


def test_every_example_fits_its_schema() -> None:
    document = openapi.document()
    shown = [(schema, example) for schema, example in contents(document) if example is not None]

    for fragment, example in shown:
        rooted = {"components": document["components"], **fragment}
        jsonschema_rs.validator_for(rooted).validate(example)

    assert len(shown) >= 25


def test_every_kind_of_problem_is_in_the_contract() -> None:
    responses = openapi.document()["components"]["responses"].values()

    shown = {name for answer in responses for name in answer["content"]["application/problem+json"]["examples"]}

    assert shown == set(problems.CATALOGUE)


def test_requests_refuse_unknown_fields_and_answers_may_grow() -> None:
    schemas = openapi.document()["components"]["schemas"]

    closed = {name for name, value in schemas.items() if value.get("additionalProperties") is False}

    assert closed == {"Article", "Batch"}


def test_everything_is_described() -> None:
    schemas = openapi.document()["components"]["schemas"]

    bare = [
        f"{name}.{field}"
        for name, value in schemas.items()
        for field, spec in value["properties"].items()
        if "description" not in spec
    ]

    assert bare == []


def test_every_route_is_in_the_contract(client: FlaskClient) -> None:
    rules = {rule.rule.replace("<", "{").replace(">", "}") for rule in client.application.url_map.iter_rules()}

    pages = {"/", "/page/{name}", "/samples/{name}.txt", "/docs/", "/docs/{path:name}"}

    assert rules - pages == set(openapi.document()["paths"])


def test_the_contract_knows_what_the_engine_answers() -> None:
    assert (set(SPEAKER_KINDS), set(QUOTATION_KINDS), set(BASES)) == (set(SpeakerKind), set(QuotationKind), set(Basis))


def test_the_example_holds_in_its_article() -> None:
    spans = [ANSWER["quotations"][0], ANSWER["quotations"][1]["role"], ANSWER["quotations"][1]["location"]]

    assert all(ARTICLE[span["start"] : span["end"]] == span["text"] for span in spans)

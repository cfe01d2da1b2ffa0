"""``POST /v1/quotations``: what the engine found comes out as the contract has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fakes import FakeEngine
from flask.testing import FlaskClient

from schemas import OffsetUnit
from service import engine
from service.answers import render
from service.engine import Answer, Basis, Quotation, QuotationKind, Span, Speaker, SpeakerKind
from service.examples import ARTICLE

SAID = "“Rain is coming,” said Ann Example. “Soon”."
ANN_EXAMPLE = {"text": "Ann Example", "start": 23, "end": 34}


def ask(client: FlaskClient, **fields: Any) -> Any:
    response = client.post("/v1/quotations", json=fields)
    assert response.status_code == 200
    return response.get_json()


def test_an_article_is_answered_with_its_quotations(client: FlaskClient) -> None:
    first, second = ask(client, text=SAID)["quotations"]

    assert first == {
        "id": "q1",
        "text": "Rain is coming,",
        "start": 1,
        "end": 16,
        "kind": "statement",
        "continues": None,
        "co_speakers": [],
        "speaker": {"id": "s1", "name": "Ann Example", "kind": "person", "mention": ANN_EXAMPLE},
        "role": None,
        "location": None,
        "cue": {"text": "said", "start": 18, "end": 22},
        "confidence": 0.9,
        "nested": [],
    }
    assert (second["text"], second["speaker"]) == ("Soon", None)


def test_the_speakers_are_listed(client: FlaskClient) -> None:
    assert ask(client, text=SAID)["speakers"] == [
        {
            "id": "s1",
            "name": "Ann Example",
            "kind": "person",
            "role": None,
            "mentions": [ANN_EXAMPLE],
            "quotations": ["q1"],
        }
    ]


def test_plain_text_gets_the_same_answer(client: FlaskClient) -> None:
    plain = client.post("/v1/quotations", data=SAID.encode(), content_type="text/plain; charset=UTF-8")

    assert plain.get_json() == ask(client, text=SAID)


def test_the_same_request_gets_the_same_bytes(client: FlaskClient) -> None:
    first, second = (client.post("/v1/quotations", json={"text": SAID}).data for _ in range(2))

    assert first == second


def test_the_id_comes_back(client: FlaskClient) -> None:
    assert ask(client, text="Words.", id="a/1")["id"] == "a/1"
    assert ask(client, text="Words.", id=None)["id"] is None


@pytest.mark.parametrize(("least", "texts"), [(0, ["Rain is coming,", "Soon"]), (0.5, ["Rain is coming,"]), (1, [])])
def test_quotations_below_the_confidence_are_left_out(client: FlaskClient, least: float, texts: list[str]) -> None:
    answer = ask(client, text=SAID, min_confidence=least)

    assert [quotation["text"] for quotation in answer["quotations"]] == texts
    assert [speaker["id"] for speaker in answer["speakers"]] == (["s1"] if texts else [])


def test_options_may_stand_in_the_address(client: FlaskClient) -> None:
    address = "/v1/quotations?offsets=utf8&min_confidence=0.5&id=a"
    answer = client.post(address, data=SAID.encode(), content_type="text/plain").get_json()

    assert (answer["id"], answer["offsets"], len(answer["quotations"])) == ("a", "utf8", 1)
    assert answer["quotations"][0]["start"] == 3


def test_a_field_of_the_body_wins_over_the_address(client: FlaskClient) -> None:
    answer = client.post("/v1/quotations?offsets=utf8&id=a", json={"text": SAID, "offsets": "utf16"}).get_json()

    assert (answer["id"], answer["offsets"]) == ("a", "utf16")


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("a byte order mark", "\ufeff"),
        ("NUL", "\x00"),
        ("Windows line ends", "A line.\r\n\r\n"),
        ("a letter in two parts", "e\u0301"),
        ("emoji", "👩‍🚒"),
    ],
)
def test_nothing_of_the_text_is_changed(client: FlaskClient, name: str, before: str) -> None:
    text = before + SAID
    plain = client.post("/v1/quotations", data=text.encode(), content_type="text/plain").get_json()

    assert plain == ask(client, text=text), name
    assert plain["quotations"][0]["start"] == len(before) + 1


def test_json_may_begin_with_a_byte_order_mark(client: FlaskClient) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"text": SAID}).encode()

    assert client.post("/v1/quotations", data=body, content_type="application/json").get_json() == ask(
        client, text=SAID
    )


def test_the_longest_article_and_the_largest_body_are_taken(client: FlaskClient) -> None:
    longest = client.post("/v1/quotations", data=b"x" * 400, content_type="text/plain")
    largest = client.post("/v1/quotations", data=b'{"text": "a"}'.ljust(50_000), content_type="application/json")

    assert (longest.status_code, largest.status_code) == (200, 200)


def test_everything_that_an_engine_can_find_is_written() -> None:
    text = ARTICLE.replace("Ann Example", "Ann \n Example")
    ann, she, words = (Span(text.index(s), text.index(s) + len(s)) for s in ("Ann \n Example", "She", "a relief"))
    place = Span(0, len("EXAMPLETON, England"))
    quotation = Quotation(
        "q1",
        words,
        QuotationKind.FRAGMENT,
        2 / 3,
        continues="q0",
        speaker="s1",
        mention=she,
        co_speakers=("s2",),
        role=she,
        location=engine.Location(place, Basis.DATELINE, "GB"),
        cue=she,
        nested=(engine.NestedQuotation(words, "s2"),),
    )
    speakers = (
        Speaker("s1", ann, SpeakerKind.PERSON, she, (ann, she), ("q1",)),
        Speaker("s2", she, SpeakerKind.UNNAMED),
    )
    found = Answer((quotation,), speakers, (engine.Warning("unclosed_mark", "A mark is never closed.", words),))

    wire = render(text, found, unit=OffsetUnit.CODE_POINT, article_id="a")

    she_said = {"text": "She", "start": she.start, "end": she.end}
    inner = {"text": "a relief", "start": words.start, "end": words.end, "speaker": "s2", "mention": None}
    assert wire["quotations"] == [
        {
            "text": "a relief",
            "start": words.start,
            "end": words.end,
            "id": "q1",
            "kind": "fragment",
            "continues": "q0",
            "speaker": {"id": "s1", "name": "Ann Example", "kind": "person", "mention": she_said},
            "co_speakers": ["s2"],
            "role": she_said,
            "location": {"text": "EXAMPLETON, England", "start": 0, "end": 19, "basis": "dateline", "country": "GB"},
            "cue": she_said,
            "confidence": 0.6667,
            "nested": [inner],
        }
    ]
    assert wire["speakers"][0]["mentions"][0]["text"] == "Ann \n Example"
    assert wire["warnings"] == [
        {"code": "unclosed_mark", "detail": "A mark is never closed.", "start": words.start, "end": words.end}
    ]


def test_about_tells_versions_limits_and_units(client: FlaskClient) -> None:
    about = client.get("/v1/about").get_json()

    assert about["model"] == {"version": "fake", "checksum": FakeEngine.model_checksum}
    assert (
        about["limits"].items() >= {"max_body_bytes": 50_000, "max_characters": 400, "deadline_seconds": 10.0}.items()
    )
    assert about["offsets"] == ["code_point", "utf16", "utf8"]

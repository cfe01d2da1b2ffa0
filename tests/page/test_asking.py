"""How an article gets into the page, what goes wrong in words, and what can be taken away."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from servers import ROOT, Server
from visitor import Visitor

from service.engine import Engine
from service.keys import entry

pytestmark = pytest.mark.slow

COUNCIL = (ROOT / "seeds/06-town-council.txt").read_text()
SHORT = "“We will rebuild,” said Ann Example, the mayor."
KEY = "an-example-key-for-tests"
DROP = """([target, name, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name));
  target.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
RUN_BY = ("sh", "bash")
HOSTILE = (
    "“It's $(id) `id` $HOME !! \\n \\\\ %s %d 'quoted'' \"twice\",” said Ann O'Example; # & | > <\n\n"
    "\t“Tabs,\x9b and 🦜,” she said. “\u2028 we go on,” she said.\n“We go on,” she said.\n"
)


@pytest.fixture
def visitor(server: Server, browser: Browser) -> Iterator[Visitor]:
    with Visitor.at(server, browser) as visiting:
        yield visiting


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a service that asks for a key."""
    with Server.start(tmp_path_factory.mktemp("guarded"), API_KEYS=entry("newsroom", KEY)) as running:
        yield running


def test_the_samples_are_those_of_the_project(visitor: Visitor) -> None:
    buttons = visitor.page.locator("#samples button")
    names = buttons.evaluate_all("buttons => buttons.map(({dataset}) => dataset.sample)")
    assert len(names) > 4

    for button, name in zip(buttons.all(), names, strict=True):
        button.click()
        expect(visitor.heading).to_be_visible()
        assert visitor.article.text_content() == (ROOT / f"seeds/{name}.txt").read_text()
        assert visitor.marks()
        visitor.page.get_by_role("button", name="Another article").click()


def test_no_mouse_is_needed(visitor: Visitor) -> None:
    press, focused = visitor.page.keyboard.press, visitor.page.locator(":focus")

    def tab_to(attribute: str, value: str) -> None:
        for _ in range(40):
            press("Tab")
            if focused.get_attribute(attribute) == value:
                return
        raise AssertionError(f"Tab does not reach {attribute}={value}")

    answer = Engine.load().extract(COUNCIL)
    joint = next(quotation for quotation in answer.quotations if quotation.co_speakers)
    both = [speaker for speaker in answer.speakers if speaker.id in (joint.speaker, *joint.co_speakers)]

    tab_to("id", "text")
    visitor.page.keyboard.insert_text(COUNCIL)
    press("Control+Enter")
    expect(visitor.heading).to_be_focused()
    tab_to("data-speaker", both[0].id)
    press("Space")
    assert visitor.shown() == set(both[0].quotations)
    press("Space")
    tab_to("data-id", joint.id)
    expect(visitor.card.get_by_role("heading")).to_have_text("".join(f"{s.id[1:]}{s.name.of(COUNCIL)}" for s in both))
    press("Escape")
    expect(visitor.card).to_be_hidden()
    press("Shift+Tab")
    tab_to("data-id", joint.id)
    expect(visitor.card).to_be_visible()


@pytest.mark.parametrize("how", ["chosen", "dropped"])
def test_a_file_can_be_read(visitor: Visitor, tmp_path: Path, how: str) -> None:
    give(visitor, tmp_path, how, "\ufeff“Hi 🦜,” said Ann Example.\r\n".encode())

    expect(visitor.page.locator("#text")).to_have_value("“Hi 🦜,” said Ann Example.\n")
    visitor.send()
    expect(visitor.heading).to_have_text("1 quotation by 1 speaker")


@pytest.mark.parametrize("how", ["chosen", "dropped"])
@pytest.mark.parametrize(
    ("content", "told"), [(b"\xff\xfe\x00 PDF", "cannot be read as text"), (b"a" * 100_001, "too large")]
)
def test_a_file_that_is_no_article_is_told_of(
    visitor: Visitor, tmp_path: Path, how: str, content: bytes, told: str
) -> None:
    give(visitor, tmp_path, how, content)

    assert told in visitor.error()


def give(visitor: Visitor, folder: Path, how: str, content: bytes) -> None:
    expect(visitor.page.locator("#count")).to_contain_text("of 50,000")  # the limits are known
    if how == "chosen":
        (folder / "article.txt").write_bytes(content)
        visitor.page.get_by_label("Open a text file").set_input_files(folder / "article.txt")
    else:
        form = visitor.page.locator("#ask").element_handle()
        visitor.page.evaluate(DROP, [form, "article.txt", list(content)])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is no article yet"),
        (" \n\t ", "There is no article yet"),
        ("\u200b" * 3, "0 quotations"),
        ("a" * 50_001, "The article is too long: this service reads 50,000 characters."),
    ],
    ids=["empty", "blank", "nothing to see", "too long"],
)
def test_what_is_no_article_is_told_of(visitor: Visitor, text: str, told: str) -> None:
    if told == "0 quotations":
        assert visitor.read(text)["quotations"] == []
        expect(visitor.heading).to_contain_text("No quotations")
        return
    visitor.page.locator("#text").fill(text)
    visitor.send()

    assert told in visitor.error()
    expect(visitor.page.locator("#text")).to_be_focused()


def test_the_services_own_limit_is_told_where_the_page_does_not_know_it(server: Server, browser: Browser) -> None:
    with Visitor.at(server, browser) as visitor:
        visitor.page.route("**/v1/about", lambda route: route.abort())
        visitor.page.reload()
        visitor.page.locator("#text").fill("a" * 50_001)
        visitor.send()

        assert visitor.error() == (
            "The article is too long. The article has 50001 characters; at most 50000 are allowed."
        )


PROBLEM = {"title": "The service is busy", "detail": "All workers are busy and the queue is full."}


@pytest.mark.parametrize(
    ("status", "headers", "body", "told"),
    [
        (503, {"Retry-After": "7"}, PROBLEM, "The service is busy. Try again in 7 seconds."),
        (503, {"Retry-After": "1"}, PROBLEM, "The service is busy. Try again in a second."),
        (504, {}, {"title": "The article took too long", "detail": "Send it in parts."}, "took too long. Send it in"),
        (422, {}, {"title": "No", "errors": [{"detail": "The text is empty."}]}, "No. The text is empty."),
        (502, {}, None, "The service answered with status 502."),
        (None, {}, None, "The service cannot be reached. Check the connection and try again."),
    ],
)
def test_an_error_is_told_in_words(
    visitor: Visitor, status: int | None, headers: dict[str, str], body: object, told: str
) -> None:
    def answer(route: Route) -> None:
        if status is None:
            route.abort("internetdisconnected")
        else:
            route.fulfill(status=status, headers=headers, body="<p>Gateway</p>" if body is None else json.dumps(body))

    visitor.page.route("**/v1/quotations", answer)
    visitor.paste(SHORT)
    visitor.send()

    assert told in visitor.error()
    visitor.page.unroute("**/v1/quotations")
    visitor.send()  # what was pasted is still there
    expect(visitor.heading).to_have_text("1 quotation by 1 speaker")


def test_a_key_is_asked_for_where_the_service_wants_one(guarded: Server, browser: Browser) -> None:
    with Visitor.at(guarded, browser) as visitor:
        field = visitor.page.get_by_label("API key")
        visitor.paste(SHORT)
        expect(field).to_be_hidden()
        visitor.send()
        assert visitor.error() == "This service asks for a key. Enter yours and try again."
        expect(field).to_be_focused()
        for wrong, told in (("an-unknown-key-for-tests", "does not know this key"), ("ключ", "This is no key")):
            field.fill(wrong)
            visitor.send()
            expect(visitor.page.get_by_role("alert")).to_contain_text(told)
        field.fill(KEY)
        field.press("Enter")
        expect(visitor.heading).to_have_text("1 quotation by 1 speaker")

        visitor.page.get_by_text("The same with curl").click()
        visitor.page.get_by_role("button", name="Copy the command").click()
        expect(visitor.page.get_by_text("Copied.")).to_be_visible()
        command = visitor.clipboard()

    assert KEY not in command
    assert len(run("sh", command, API_KEY=KEY)["quotations"]) == 1
    assert run("sh", command, API_KEY="wrong")["status"] == 401


def run(shell: str, command: str, **environ: str) -> Any:
    ended = subprocess.run(
        (shell, "-c", command), capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", **environ}
    )
    return json.loads(ended.stdout)


@pytest.mark.parametrize("text", [COUNCIL, HOSTILE], ids=["a sample", "what a shell might take as its own"])
@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "no clipboard"])
def test_the_command_gives_the_answer_that_is_shown(
    server: Server, browser: Browser, text: str, clipboard: bool
) -> None:
    with Visitor.at(server, browser) as visitor:
        answer = visitor.read(text)
        if not clipboard:  # as over plain HTTP
            visitor.page.evaluate("Object.defineProperty(navigator, 'clipboard', { get: () => undefined })")
        copied = []
        for summary, button in (("The same with curl", "Copy the command"), ("The answer in JSON", "Copy the answer")):
            visitor.page.get_by_text(summary).click()
            visitor.page.get_by_role("button", name=button).click()
            copied.append(pasted(visitor) if not clipboard else visitor.clipboard())

    command, shown = copied
    assert json.loads(shown) == answer
    assert [run(shell, command) for shell in RUN_BY] == [answer] * len(RUN_BY)
    assert not any(character in command for character in "\t\x9b")


def pasted(visitor: Visitor) -> str:
    """Return what the clipboard holds, by pasting it into a field made for that."""
    visitor.page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))")
    field = visitor.page.locator("#pasted")
    field.press("Control+v")
    text = field.input_value()
    field.evaluate("field => field.remove()")
    return text

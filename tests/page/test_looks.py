"""The page fits every screen, and those who see, hear or move otherwise can use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from servers import ROOT, Server
from visitor import Visitor

pytestmark = pytest.mark.slow

EMOJI = (ROOT / "seeds/15-emoji.txt").read_text()
LONG_WORDS = f"“{'a' * 500} it is,” said Ann {'Example' * 30}. https://example.org/{'path/' * 60}\n\n"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def states(visitor: Visitor, text: str) -> Iterator[str]:
    """Bring the page, as it is at first, from one state to the next; yield the state's name."""
    yield "at first"
    visitor.send()
    visitor.error()
    yield "an error"
    visitor.read(text)
    yield "marks"
    visitor.speaker("Bea Salonga").click()
    yield "filtered"
    for summary in visitor.page.locator("summary").all():
        summary.click()
    yield "for programs"


@pytest.mark.parametrize("width", [320, 360, 768, 959, 960, 1280, 2560])
def test_nothing_is_wider_than_the_screen(server: Server, browser: Browser, width: int) -> None:
    with Visitor.at(server, browser, viewport={"width": width, "height": 740}) as visitor:
        too_wide = {state: visitor.page.evaluate(TOO_WIDE) for state in states(visitor, LONG_WORDS + EMOJI)}

    assert list(too_wide.values()) == [0] * 5, too_wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_against_it(
    server: Server, browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    size = {"width": width, "height": 740}
    with Visitor.at(server, browser, viewport=size, color_scheme=scheme, reduced_motion="reduce") as visitor:
        for state in states(visitor, EMOJI):
            found = Axe().run(visitor.page)
            assert found.violations_count == 0, f"{state}: {found.generate_report()}"
            assert len(found.response["passes"]) > 15
        visitor.complaints.clear()  # what the page's policy says of axe's own ways


@pytest.mark.parametrize(("scheme", "darker"), [("light", False), ("dark", True)])
def test_the_page_is_dark_where_the_reader_likes_it_so(
    server: Server, browser: Browser, scheme: Literal["light", "dark"], darker: bool
) -> None:
    lightness = "getComputedStyle(document.body).%s.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0)"
    with Visitor.at(server, browser, color_scheme=scheme) as visitor:
        ground, ink = (visitor.page.evaluate(lightness % name) for name in ("backgroundColor", "color"))

    assert (ground < ink) is darker


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_where_the_reader_does_not_like_it(
    server: Server, browser: Browser, motion: Literal["reduce", "no-preference"], moves: bool
) -> None:
    moving = "[...document.querySelectorAll('*')].some(e => getComputedStyle(e).transitionDuration !== '0s')"
    with Visitor.at(server, browser, reduced_motion=motion) as visitor:
        visitor.read(EMOJI)

        assert visitor.page.evaluate(moving) is moves


def test_who_hears_the_page_is_told_who_said_it(server: Server, browser: Browser) -> None:
    with Visitor.at(server, browser) as visitor:
        answer = visitor.read(EMOJI)
        first = answer["quotations"][0]
        mark = visitor.page.get_by_role("button", name=first["text"])
        place = f"; place: {first['location']['text']}" if first["location"] else ""

        expect(mark).to_have_attribute(
            "aria-description", f"Said by Bea Salonga{place}; confidence {round(first['confidence'] * 100)} %"
        )
        visitor.speaker("Corazon Salonga").click()
        expect(mark).to_have_count(0)  # mere text, as long as others are chosen


def test_on_a_phone_the_card_can_be_put_away_and_hides_nothing(server: Server, browser: Browser) -> None:
    with Visitor.at(server, browser, viewport={"width": 360, "height": 740}, has_touch=True) as visitor:
        answer = visitor.read(EMOJI)
        expect(visitor.card).to_be_hidden()
        for quotation in answer["quotations"]:
            visitor.mark(quotation["id"]).tap()
            expect(visitor.card).to_contain_text(f"“{quotation['text']}”")
            box, card = visitor.mark(quotation["id"]).bounding_box(), visitor.card.bounding_box()
            assert box is not None
            assert card is not None
            assert box["y"] < card["y"]
            visitor.card.get_by_role("button", name="Close").tap()
            expect(visitor.card).to_be_hidden()

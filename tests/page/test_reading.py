"""An article pasted into the page comes back with its quotations marked, as the service's answer has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from servers import ROOT, Server
from visitor import Mark, Visitor

pytestmark = pytest.mark.slow

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
COUNCIL, BATHS, FERRY, COURT = (
    (ROOT / "seeds" / f"{name}.txt").read_text() for name in ("06-town-council", "02-baths", "01-ferry", "03-court")
)
ODD = {
    "emoji before and inside": "🦜🦜 “Come home 😭, Kevin 👩‍👩‍👧,” said Bea Salonga, 15. 🔥 “We miss you,” she said.",
    "right to left": "“שלום לכולם,” said Mayor Dana Levi. “السلام عليكم,” she said.\n\nثم “we go on,” said Omar.",
    "markup": "“<img src=x onerror=alert(1)> & <b>bold</b>,” said Ann Example. <script>document.title = 'run'</script>",
    "no quotation": "Nothing was said.",
    "one long word": f"“{'a' * 3000} we will,” said Ann Example.",
    "lines and tabs": "\n\n\t“We\twill\nrebuild,” said Ann Example.\n\n\n",
}


@pytest.fixture
def visitor(server: Server, browser: Browser) -> Iterator[Visitor]:
    with Visitor.at(server, browser) as visiting:
        yield visiting


@pytest.mark.parametrize(
    "text",
    [*(path.read_text() for path in SEEDS), *ODD.values()],
    ids=[*(path.stem for path in SEEDS), *ODD],
)
def test_the_marks_stand_where_the_service_says(visitor: Visitor, text: str) -> None:
    answer = visitor.read(text)

    assert visitor.article.text_content() == text
    assert visitor.marks() == [Mark(q["start"], q["end"], q["text"]) for q in answer["quotations"]]
    assert visitor.marks("nested") == [
        Mark(n["start"], n["end"], n["text"]) for q in answer["quotations"] for n in q["nested"]
    ]
    assert visitor.page.title() == "Quote attribution"  # no script of an article has run


def test_the_page_has_no_way_to_read_a_string_as_markup(visitor: Visitor) -> None:
    tried = "try { document.body.innerHTML = '<b>a</b>'; 'done' } catch (error) { error.name }"

    assert visitor.page.evaluate(tried) == "TypeError"
    visitor.complaints.clear()  # Chromium has told of the attempt


def test_each_speaker_is_listed_with_role_and_count(visitor: Visitor) -> None:
    answer = visitor.read(COUNCIL)

    rows = visitor.page.locator("#speakers button").all_inner_texts()

    assert [row.split() for row in rows] == [
        [
            str(number),
            *speaker["name"].split(),
            *(speaker["role"]["text"].split() if speaker["role"] else ()),
            str(len(speaker["quotations"])),
            "quotations" if len(speaker["quotations"]) > 1 else "quotation",
        ]
        for number, speaker in enumerate(answer["speakers"], 1)
    ]


def test_a_mark_has_the_numbers_of_those_who_said_it(visitor: Visitor) -> None:
    answer = visitor.read(COUNCIL)
    numbers = {speaker["id"]: str(number) for number, speaker in enumerate(answer["speakers"], 1)}
    together = next(q for q in answer["quotations"] if q["co_speakers"])
    labels = "marks => Object.fromEntries(marks.map(mark => [mark.dataset.id, mark.dataset.label]))"

    assert visitor.page.locator("mark.quotation").evaluate_all(labels) == {
        q["id"]: "+".join(numbers[who] for who in (q["speaker"]["id"], *q["co_speakers"])) for q in answer["quotations"]
    }
    names = {speaker["id"]: speaker["name"] for speaker in answer["speakers"]}
    both = "".join(numbers[who] + names[who] for who in (together["speaker"]["id"], *together["co_speakers"]))
    visitor.mark(together["id"]).hover()
    expect(visitor.card.get_by_role("heading")).to_have_text(both)


def test_speakers_chosen_leave_their_marks_alone(visitor: Visitor) -> None:
    answer = visitor.read(COUNCIL)
    of = {speaker["name"]: set(speaker["quotations"]) for speaker in answer["speakers"]}
    bev, ron = visitor.speaker("Bev"), visitor.speaker("Ron Castellano")

    bev.click()
    assert (visitor.shown(), bev.get_attribute("aria-pressed")) == (of["Bev"], "true")
    expect(visitor.card.get_by_role("heading")).to_contain_text("Bev")  # what is explained is among those shown
    shown = f"{len(of['Bev'])} of {len(answer['quotations'])} quotations shown."
    expect(visitor.page.get_by_text(shown)).to_be_visible()
    ron.click()
    assert visitor.shown() == of["Bev"] | of["Ron Castellano"]
    bev.click()
    assert (visitor.shown(), bev.get_attribute("aria-pressed")) == (of["Ron Castellano"], "false")
    ron.click()
    assert visitor.shown() == {quotation["id"] for quotation in answer["quotations"]}


def test_the_doubtful_can_be_left_out(visitor: Visitor) -> None:
    answer = visitor.read(BATHS)

    visitor.page.get_by_label("Confidence of at least").fill("0.9")

    sure = {quotation["id"] for quotation in answer["quotations"] if quotation["confidence"] >= 0.9}
    assert visitor.shown() == sure
    assert 0 < len(sure) < len(answer["quotations"])


@pytest.mark.parametrize("how", ["hover", "focus", "click", "tap"])
def test_a_mark_that_is_pointed_at_is_explained(server: Server, browser: Browser, how: str) -> None:
    with Visitor.at(server, browser, has_touch=True) as visitor:
        answer = visitor.read(COURT)
        quotation = next(q for q in reversed(answer["quotations"]) if q["role"] and q["location"] and q["cue"])

        visitor.page.keyboard.press("Tab")  # what is focused then is focused by the keyboard
        getattr(visitor.mark(quotation["id"]), how)()

        expect(visitor.card).to_contain_text(f"“{quotation['text']}”")
        told = visitor.card.inner_text().replace("\n", " ")

    for value in (quotation["speaker"]["name"], *(quotation[part]["text"] for part in ("role", "location", "cue"))):
        assert value in told
    assert f"Named as {quotation['speaker']['mention']['text']}" in told
    assert f"{round(quotation['confidence'] * 100)} %" in told
    assert ("from the dateline" in told) is (quotation["location"]["basis"] == "dateline")


def test_the_country_is_told_where_the_words_do_not_name_it(visitor: Visitor) -> None:
    answer = visitor.read("PARIS — “We will rebuild,” said Mayor Ann Example on Monday.")

    assert answer["quotations"][0]["location"]["country"] == "FR"
    expect(visitor.card).to_contain_text("France; from the dateline")


def test_what_the_service_points_to_is_underlined_in_the_article(visitor: Visitor) -> None:
    answer = visitor.read(FERRY)
    underlined = "Object.fromEntries([...CSS.highlights].map(([name, ranges]) => [name, [...ranges].map(String)]))"

    visitor.page.keyboard.press("Tab")
    for quotation in answer["quotations"]:
        visitor.mark(quotation["id"]).focus()
        spans = {name: quotation[name] for name in ("role", "location", "cue")}
        spans["mention"] = quotation["speaker"]["mention"]
        expected = {name: [span["text"]] if span else [] for name, span in spans.items()}
        assert visitor.page.evaluate(underlined) == expected | {"warning": []}


def test_a_quotation_that_goes_on_is_shown_as_one(visitor: Visitor) -> None:
    answer = visitor.read(BATHS)
    first, second = answer["quotations"][:2]
    assert second["continues"] == first["id"]

    visitor.mark(second["id"]).hover()

    current = visitor.page.locator("mark.current")
    assert current.all_text_contents() == [first["text"], second["text"]]
    expect(visitor.card).to_contain_text(f"“{first['text']}” … “{second['text']}”")


def test_quotations_inside_are_told(visitor: Visitor) -> None:
    answer = visitor.read(BATHS)
    outer = next(quotation for quotation in answer["quotations"] if quotation["nested"])

    visitor.page.locator("mark.nested").first.hover()

    expect(visitor.card).to_contain_text("Quoted inside")
    expect(visitor.card.get_by_role("listitem").first).to_contain_text(outer["nested"][0]["text"])


def test_odd_marks_are_told(visitor: Visitor) -> None:
    text = (ROOT / "seeds/13-flood-odd-marks.txt").read_text()
    [warning] = visitor.read(text)["warnings"]

    expect(visitor.page.get_by_role("region", name="Odd marks")).to_contain_text(warning["detail"])


def test_another_article_can_follow(visitor: Visitor) -> None:
    visitor.read(FERRY)

    visitor.page.get_by_role("button", name="Another article").click()
    answer = visitor.read(COUNCIL)  # pasted over the first, which is selected

    assert visitor.article.text_content() == COUNCIL
    assert len(visitor.marks()) == len(answer["quotations"])


def test_a_long_article_is_marked_and_can_be_read(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "\n\n".join((COUNCIL, FERRY, BATHS) * 16)[:100_000]
    folder = tmp_path_factory.mktemp("long")
    with Server.start(folder, DEADLINE_SECONDS="100") as server, Visitor.at(server, browser) as visitor:
        answer = visitor.read(text)
        last = answer["quotations"][-1]

        assert visitor.marks() == [Mark(q["start"], q["end"], q["text"]) for q in answer["quotations"]]
        assert len(answer["quotations"]) > 400
        visitor.mark(last["id"]).hover()
        expect(visitor.card).to_contain_text(last["text"])

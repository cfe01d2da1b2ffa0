"""The articles that were written to measure on: how they are read, and that they say what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.written import MarkupError, written

ARTICLE = """# The head tells how they are marked up.
######## ARTICLE w-1
s1 = Ann Roe | Roe ## vet of the zoo | vet ## Novi ## stated
s2 = a boy ## - ## - ## none
----
“⟦m1 s1|Two,⟧” said {m1:Ann Roe, vet of the zoo,} in Novi, of “⟪Ark⟫”. “⟦- s2|One.⟧”

######## ARTICLE w-2
----
Nobody spoke.
"""


def test_a_written_article_is_read_with_its_answers(tmp_path: Path) -> None:
    path = tmp_path / "articles.txt"
    path.write_text(ARTICLE, encoding="utf8")

    first, second = written(path)

    text = "“Two,” said Ann Roe, vet of the zoo, in Novi, of “Ark”. “One.”\n"
    assert first == {
        "id": "w-1",
        "text": text,
        "quotations": [
            {
                "start": 1,
                "end": 5,
                "text": "Two,",
                "mention": {"start": 12, "end": 36, "text": "Ann Roe, vet of the zoo,"},
                "speaker": ["Ann Roe", "Roe"],
                "role": ["vet of the zoo", "vet"],
                "location": ["Novi"],
                "basis": "stated",
            },
            {
                "start": text.index("One"),
                "end": text.index("One") + 4,
                "text": "One.",
                "mention": None,
                "speaker": ["a boy"],
                "role": None,
                "location": None,
                "basis": "none",
            },
        ],
    }
    assert second == {"id": "w-2", "text": "Nobody spoke.\n", "quotations": []}


@pytest.mark.parametrize(
    "body", ["“⟦m1 s1|Two”", "“Two⟧”", "“⟦m1 s1|Two}”", "“⟦m1 s1|Two⟧” he said", "“⟦- s9|Two⟧”"],
)  # fmt: skip
def test_markup_that_does_not_fit_together_is_told(tmp_path: Path, body: str) -> None:
    path = tmp_path / "articles.txt"
    path.write_text(f"######## ARTICLE w-1\ns1 = Roe ## - ## - ## none\n----\n{body}\n", encoding="utf8")

    with pytest.raises(MarkupError, match="w-1"):
        list(written(path))


def test_the_articles_say_what_is_in_them() -> None:
    articles = list(written())
    assert len({article["id"] for article in articles}) == len(articles) > 500
    for article in articles:
        for quotation in article["quotations"]:
            wordings = (*(quotation["role"] or ()), *(quotation["location"] or ()))
            assert [words for words in wordings if words not in article["text"]] == [], article["id"]
            assert quotation["speaker"], article["id"]
            assert (quotation["location"] is None) == (quotation["basis"] == "none"), article["id"]

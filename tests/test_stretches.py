"""Which tokens belong to a marked stretch."""

from __future__ import annotations

import pytest

from service.engine import Engine, Span
from service.engine.layout import OUTSIDE, lay_out
from service.engine.text import tokenize


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Ann said: “⟦We ran.⟧” Bo left.", "“ We ran . ”"),
        ("Ann said: “⟦We ran.⟧\n\nBo left.", "“ We ran ."),
        ("Ann said: ⟦We ran.⟧” Bo left.", ": We ran . ”"),
        ("⟦We ran.⟧", "We ran ."),
    ],
)
def test_a_stretch_holds_its_marks_and_no_word_beside_it(text: str, held: str) -> None:
    span = Span(text.index("⟦"), text.index("⟧") - 1)
    tokens = tokenize(text.replace("⟦", "").replace("⟧", ""))

    layout = lay_out(tokens, Engine.load().model.tagger.tag(tokens), [span])

    assert " ".join(word for word, inside in zip(tokens.words, layout.inside, strict=True) if inside != OUTSIDE) == held

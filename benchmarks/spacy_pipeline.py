"""A spaCy pipeline of the architecture of the small English model, to compare speeds with.

It is not trained: how long it takes to read does not hang on the weights. Its label sets are as
large as those of the trained model, since the widths of the last layers do hang on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import spacy  # type: ignore[import-not-found] # no part of the project
from spacy.language import Language  # type: ignore[import-not-found] # as above
from spacy.training import Example  # type: ignore[import-not-found] # as above

_TAGS = [f"TAG{number}" for number in range(50)]
_RELATIONS = ["ROOT", *(f"rel{number}" for number in range(44))]
_ENTITIES = [f"ENT{number}" for number in range(18)]
_WIDTH = 96


def load() -> Callable[[str], object]:
    """Return the pipeline's way to read an article."""
    nlp: Language = spacy.blank("en")
    nlp.max_length = 10_000_000
    nlp.add_pipe("tok2vec", config={"model": _tok2vec()})
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": _WIDTH, "upstream": "tok2vec"}
    nlp.add_pipe("tagger", config={"model": {"tok2vec": listener}})
    nlp.add_pipe("parser", config={"min_action_freq": 1, "model": {"tok2vec": listener}})
    nlp.add_pipe("ner", config={"model": {"tok2vec": _tok2vec()}})  # its own, as in the trained model
    nlp.initialize(lambda: list(_examples(nlp)))
    read: Callable[[str], object] = nlp
    return read


def _tok2vec() -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": _WIDTH,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [5000, 1000, 2500, 2500],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": _WIDTH,
            "depth": 4,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    }


def _examples(nlp: Language) -> Iterator[Example]:
    """Yield sentences of two words that between them bear every label."""
    for number in range(max(len(_TAGS), len(_RELATIONS), len(_ENTITIES))):
        relation, entity = _RELATIONS[1 + number % 44], _ENTITIES[number % 18]
        for heads in ([1, 1], [0, 0]):
            deps = [relation, "ROOT"] if heads[0] else ["ROOT", relation]
            annotations = {
                "words": ["Ann", "speaks"],
                "tags": [_TAGS[number % 50], _TAGS[0]],
                "heads": heads,
                "deps": deps,
                "entities": [f"U-{entity}", "O"],
            }
            yield Example.from_dict(nlp.make_doc("Ann speaks"), annotations)

"""The labels of the tagger's four tasks, in the order of its weights."""

POS = (
    "NN", "NNS", "NNP", "PRP", "PRP$", "DT", "JJ", "VB", "VBD", "VBZ", "VBP", "VBG", "VBN", "MD", "IN", "TO",
    "CC", "CD", "RB", "WP", "WDT", "WRB", "POS", "RP", "PUNCT", "X",
)  # fmt: skip
ENTITY_TYPES = ("PER", "ORG", "LOC", "NORP", "MISC")
ENTITY = ("O", *(f"{prefix}-{kind}" for kind in ENTITY_TYPES for prefix in "BI"))
SOURCE = ("O", "B-SOURCE", "I-SOURCE", "B-CUE", "I-CUE")
NOUN_KINDS = ("other", "person", "organization", "place", "time", "event", "object", "abstract")


def tag_numbers(*names: str) -> frozenset[int]:
    """Return the numbers of some parts of speech."""
    return frozenset(POS.index(name) for name in names)


FINITE = tag_numbers("VBD", "VBZ", "VBP", "MD")

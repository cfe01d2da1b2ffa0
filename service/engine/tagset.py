"""The labels of the tagger's six tasks, in the order of its weights."""

POS = (
    "NN", "NNS", "NNP", "PRP", "PRP$", "DT", "JJ", "VB", "VBD", "VBZ", "VBP", "VBG", "VBN", "MD", "IN", "TO",
    "CC", "CD", "RB", "WP", "WDT", "WRB", "POS", "RP", "PUNCT", "X",
)  # fmt: skip
ENTITY_TYPES = ("PER", "ORG", "LOC", "NORP", "MISC")
ENTITY = ("O", *(f"{prefix}-{kind}" for kind in ENTITY_TYPES for prefix in "BI"))
SOURCE = ("O", "B-SOURCE", "I-SOURCE", "B-CUE", "I-CUE")
SPEAKER = ("O", "B-SPEAKER", "I-SPEAKER")  # whom the clause of a direct quotation names
NOUN_KINDS = ("other", "person", "organization", "place", "time", "event", "object", "abstract")
# What a word is to its head in the sentence, "<" where the head stands before it, ">" after.
RELATION = (
    "other", "root", "subject<", "subject>", "object<", "object>", "modifier<", "modifier>", "apposition",
    "possessive", "compound", "conjunct", "quoted<", "quoted>", "clause<", "clause>",
)  # fmt: skip
SUBJECT_OF_EARLIER, SUBJECT_OF_LATER = RELATION.index("subject<"), RELATION.index("subject>")


def tag_numbers(*names: str) -> frozenset[int]:
    """Return the numbers of some parts of speech."""
    return frozenset(POS.index(name) for name in names)


FINITE = tag_numbers("VBD", "VBZ", "VBP", "MD")
NOUNS = tag_numbers("NN", "NNS", "NNP")
VERBS = FINITE | tag_numbers("VBN", "VB", "VBG")
NOUN_PHRASE = NOUNS | tag_numbers("DT", "PRP$", "JJ", "CD", "VBN", "VBG", "POS")

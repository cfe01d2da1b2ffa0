"""What the training code reads and how it judges answers; training itself needs its own environment."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from service.engine import Span
from service.engine.deadline import Deadline
from service.engine.marks import pair_marks
from service.engine.tagset import ENTITY, SPEAKER
from service.engine.text import paragraphs
from training import gold, lessons
from training.annotated import ANNOTATIONS, CorpusError, annotated, digest
from training.corpora import UNKNOWN, jsonl
from training.names import is_same_name, is_same_place, word_f1
from training.sources import Sources
from training.speaking import speaking

SHARED = Path(__file__).parents[2] / "shared"


@pytest.mark.parametrize(
    ("answer", "accepted", "same"),
    [
        ("Ann Example", ["Ann Example"], True),
        ("Example", ["Ann Example"], True),
        ("Mayor Ann Example", ["Ann Example"], True),
        ("José Núñez", ["Jose Nunez"], True),
        ("Ann", ["Ann Example"], False),
        ("Bea Example", ["Ann Example"], False),
        ("the police", ["police"], True),
    ],
)
def test_names_are_compared_as_a_reader_would(answer: str, accepted: list[str], same: bool) -> None:
    assert is_same_name(answer, accepted) == same


@pytest.mark.parametrize(
    ("answer", "accepted", "same"),
    [
        ("Novi", ["Novi, Michigan"], True),
        ("outside London", ["London"], True),
        ("York", ["New York"], True),
        ("Oman", ["Romania"], False),
    ],
)
def test_places_are_compared_by_whole_words(answer: str, accepted: list[str], same: bool) -> None:
    assert is_same_place(answer, accepted) == same


def test_wordings_are_compared_without_small_words() -> None:
    assert word_f1("the mayor of Exampleton", "mayor of Exampleton") == 1.0
    assert word_f1("mayor", "harbour master") == 0.0


def test_marks_of_the_texts_of_our_own_are_those_that_the_engine_pairs() -> None:
    """But for the closing comma or point, which the engine takes as part of a title."""
    articles = gold.snippets(gold.WRITTEN)
    assert len(articles) > 80
    for article in articles:
        stretches, _ = pair_marks(article.text, paragraphs(article.text), Deadline())
        found = {s.span.of(article.text).rstrip(".,") for s in stretches}
        wanted = {
            s.of(article.text).rstrip(".,") for s in (*(q.span for q in article.quotations), *article.distractors)
        }
        assert found == wanted, article.text


def test_the_tagger_learns_whom_quotations_are_credited_to_and_nothing_of_what_they_say() -> None:
    text = "“Ann lied,” Mayor Bo Li said."
    quotation = gold.GoldQuotation(Span(0, 11), Span(text.index("Bo"), text.index(" said")))
    [labelled] = speaking([gold.GoldArticle("example-1", text, (quotation,), ())])
    told = dict(zip(labelled.tokens.words, labelled.speaker, strict=True))
    first, following = SPEAKER.index("B-SPEAKER"), SPEAKER.index("I-SPEAKER")
    assert told["Ann"] == told["lied"] == UNKNOWN
    assert (told["Mayor"], told["Bo"], told["Li"], told["said"]) == (0, first, following, 0)
    assert set(labelled.pos) == set(labelled.entity) == {UNKNOWN}


def test_the_tagger_learns_names_of_speakers_with_a_role_as_names_of_people() -> None:
    text = (
        "“No,” said Mayor Bo Li of Novi. Li and Ann Li left Li Hall. “Yes,” said Novi United, and “yes,” said Eva Roe."
    )
    no, yes, too = (Span(text.index(words), text.index(words) + len(words)) for words in ("No,", "Yes,", "yes,"))
    quotations = (
        gold.GoldQuotation(no, None, ("Bo Li", "Li"), ("Mayor",)),
        gold.GoldQuotation(yes, None, ("Novi United",)),
        gold.GoldQuotation(too, None, ("Eva Roe", "Roe")),
    )
    [labelled] = speaking([gold.GoldArticle("example-1", text, quotations, ())])
    first, following = ENTITY.index("B-PER"), ENTITY.index("I-PER")
    known = [(word, mark) for word, mark in zip(labelled.tokens.words, labelled.entity, strict=True) if mark != UNKNOWN]
    assert known == [("Bo", first), ("Li", following), ("Li", first)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora are not here")
def test_no_annotated_article_repeats_one_that_is_measured_on() -> None:
    sources = Sources.below(SHARED)
    measured = [record["text"] for path in sources.measured for record in jsonl(path)]
    known = frozenset[str]().union(*map(_runs, measured))
    for article in annotated(sources.unlabelled, sources.worldwide):
        own = _runs(article.text)
        assert len(own & known) < 0.15 * max(len(own), 10), article.id


def _runs(text: str) -> frozenset[str]:
    """Return all runs of ten words."""
    words = text.lower().split()
    return frozenset(" ".join(words[at : at + 10]) for at in range(len(words) - 9))


@pytest.mark.parametrize(
    ("text", "words", "mention"),
    [
        ("“Two,” he said. “⟦Three.⟧” He left.", "he", "he"),
        ("“⟦Two,⟧” Roe said. Roe left.", "Roe", "Roe said"),
        ("Roe left. “⟦Two,⟧” Roe said.", "Roe", "Roe said"),
        ("Roe met “Roe and Li.” Roe said: “⟦Two.⟧”", "Roe", "Roe said"),
        ("“⟦Two for Roe,⟧” said the boy.\n\nRoe left.", "Roe", "Roe left"),
        ("“⟦Two,⟧” said Roebuck, but not Roe.", "Roe", "Roe."),
    ],
)
def test_a_mention_is_looked_for_in_the_clause_of_its_quotation(text: str, words: str, mention: str) -> None:
    span = Span(text.index("⟦"), text.index("⟧") - 1)
    text = text.replace("⟦", "").replace("⟧", "")
    others = [Span(*match.span()) for match in re.finditer("(?<=“)[^”]*(?=”)", text) if match.start() != span.start]
    anywhere = Span(text.index(words), text.index(words) + len(words))
    quotations = (gold.GoldQuotation(span, anywhere), *map(gold.GoldQuotation, others))

    article = gold.with_mentions_in_clauses(gold.GoldArticle("a", text, quotations, ()))

    found = article.quotations[0].mention
    assert found is not None
    assert text[found.start :].startswith(mention)
    assert found.of(text) == words


def test_an_excerpt_is_an_article_of_its_own() -> None:
    text = "One.\n\n“Two,” said Ann.\n\nThree."
    start = text.index("Two")
    quotation = gold.GoldQuotation(Span(start, start + 4), Span(text.index("Ann"), text.index("Ann") + 3))
    article = gold.GoldArticle("a", text, (quotation,), ())
    excerpts = [e for e in gold.excerpts(article, 1) if e.quotations]
    assert [e.text for e in excerpts] == ["“Two,” said Ann."]
    assert excerpts[0].quotations[0].span.of(excerpts[0].text) == "Two,"
    mention = excerpts[0].quotations[0].mention
    assert mention is not None
    assert mention.of(excerpts[0].text) == "Ann"


@pytest.mark.parametrize(
    ("article", "outlet"),
    [
        ("worldwide-kenya_nation_2", "kenya_nation"),
        ("worldwide-mail_and_guardian_17", "mail_and_guardian"),
        ("wikinews-A_B_2", "wikinews-A_B_2"),
    ],
)
def test_the_outlet_is_known_by_the_id(article: str, outlet: str) -> None:
    assert lessons.outlet(article) == outlet


def test_an_outlet_is_in_one_fold() -> None:
    folds = {
        outlet: {lessons.fold_of(f"worldwide-{outlet}_{n}") for n in range(9)} for outlet in ("a_b", "c", "d", "e")
    }
    assert {len(own) for own in folds.values()} == {1}
    assert set.union(*folds.values()) <= set(range(lessons.FOLDS))
    assert len(set.union(*folds.values())) > 1


TEXT = "“Two,” said Ann Example, a vet, in Novi. She called it “new”."


def corpora(folder: Path, text: str) -> tuple[Path, Path, Path]:
    """Write a corpus of one article twice, as a record and as a file, and annotations of both."""
    unlabelled, newswire, annotations = folder / "unlabelled.jsonl.gz", folder / "original", folder / "annotations"
    unlabelled.write_bytes(gzip.compress(json.dumps({"id": "abp-1", "text": text}).encode()))
    newswire.mkdir()
    (newswire / "a_b_1.txt").write_text(f"where it stood\n\n{text}", encoding="utf8")

    def at(words: str) -> list[int]:
        return [TEXT.index(words), TEXT.index(words) + len(words)]

    source = {"speaker": [at("Ann Example")], "role": [at("vet")], "location": [at("Novi")], "basis": "stated"}
    own = {
        "sha256": digest(TEXT),
        "sources": [source, {"speaker": [], "role": [], "location": [], "basis": "none"}],
        "quotations": [[*at("Two,"), *at("Ann Example"), 0], [*at("new"), None, None, 1]],
        "distractors": [at("it")],
    }
    lines = [json.dumps({"id": name, **own}) for name in ("abp-1", "worldwide-a_b_1")]
    annotations.write_text("\n".join(lines), encoding="utf8")
    return unlabelled, folder, annotations


def test_annotations_are_laid_over_the_articles_of_the_corpora(tmp_path: Path) -> None:
    one, other = annotated(*corpora(tmp_path, TEXT))

    assert (one.id, other.id, one.text, other.text) == ("abp-1", "worldwide-a_b_1", TEXT, TEXT)
    said, unknown = one.quotations
    assert said.mention is not None
    assert (said.span.of(TEXT), said.mention.of(TEXT)) == ("Two,", "Ann Example")
    assert (said.speaker, said.role, said.location, said.basis) == (("Ann Example",), ("vet",), ("Novi",), "stated")
    assert (unknown.span.of(TEXT), unknown.mention, unknown.speaker, unknown.role) == ("new", None, None, None)
    assert [span.of(TEXT) for span in one.distractors] == ["it"]
    assert one.quotations == other.quotations


def test_annotations_of_another_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="abp-1"):
        list(annotated(*corpora(tmp_path, TEXT + " More.")))


def test_annotations_hold_no_word_of_an_article() -> None:
    allowed = {"id", "sha256", "sources", "quotations", "distractors"}
    for record in jsonl(ANNOTATIONS):
        assert set(record) == allowed
        values = [record["quotations"], record["distractors"], *(own[k] for own in record["sources"] for k in own)]
        words = [value for value in values if isinstance(value, str)]
        assert set(words) <= {"stated", "scene", "dateline", "none"}

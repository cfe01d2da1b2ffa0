"""The engine: text in, attributed quotations out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .answer import Answer
from .assembly import Findings, assemble, spoken_mentions, warnings
from .attribution import attribute, find_co_speakers
from .confidence import Claims, abstain, judge_speakers
from .deadline import Deadline
from .gazetteer import Gazetteer
from .lexicons import Lexicons
from .location import Locator
from .marks import pair_marks
from .mentions import find_mentions
from .nested import find_nested
from .quotations import lay_out_quotations
from .role import find_speaker_roles
from .role_candidates import RoleFinder
from .speakers import Resolved, Resolver, find_entities
from .text import tokenize
from .weights import Model, load_model


@dataclass(frozen=True, slots=True)
class Engine:
    """Finds quotations and who said them; immutable and safe to share between threads."""

    model: Model
    lexicons: Lexicons
    gazetteer: Gazetteer

    @classmethod
    def load(cls) -> Engine:
        """Load the weights that ship with the package; raise ModelError when they do not fit."""
        return cls(load_model(), Lexicons.load(), Gazetteer.load())

    @property
    def model_version(self) -> str:
        """The version of the weights."""
        return self.model.version

    @property
    def model_checksum(self) -> str:
        """The SHA-256 of the weights."""
        return self.model.checksum

    def extract(self, text: str, deadline: Deadline = Deadline()) -> Answer:
        """Return the quotations of ``text``; raise DeadlineExceeded when time runs out."""
        tokens = tokenize(text, deadline)
        marked, strays = pair_marks(text, tokens.paragraphs, deadline)
        marked = [stretch for stretch in deadline.watch(marked) if tokens.within(stretch.span)]
        oddities = warnings(marked, strays)
        if not marked:
            return Answer(warnings=oddities)
        tags = self.model.tagger.tag(tokens, deadline)
        layout, quoting = lay_out_quotations(tokens, tags, marked, self.model.quotation, deadline)
        quoted = list(quoting)
        if not quoted:
            return Answer(warnings=oddities)
        mentions = find_mentions(tokens, tags, self.lexicons, deadline)
        attributions = attribute(layout, mentions, self.model.attribution, deadline)
        entities = find_entities(layout, mentions, self.lexicons, deadline)
        resolver = Resolver.of(layout, mentions, entities, self.lexicons, deadline)
        resolved = resolver.resolve([a.mention for a in attributions], self.model.coreference, deadline)
        claims = Claims(layout, mentions, entities, attributions, resolved, list(quoting.values()))
        confidence = judge_speakers(claims, self.model.confidence, deadline)
        resolved = abstain(resolved, confidence)
        spoken = spoken_mentions(attributions, resolved)
        finder = RoleFinder.of(layout, mentions, self.lexicons)
        roles = find_speaker_roles(finder, entities, spoken, self.model.role, deadline)
        locator = Locator(self.gazetteer, self.lexicons, self.model.location)
        locations = locator.locate(layout, mentions, entities, attributions, resolved, deadline)
        nested = find_nested(tokens, tags, mentions, quoted, self.model, deadline)
        inner = [r.entity for r in resolver.resolve([n.mention for n in nested], self.model.coreference, deadline)]
        joint = _joint(resolver, resolved, find_co_speakers(layout, mentions, deadline.watch(attributions)))
        answer = assemble(
            Findings(
                layout, mentions, entities, attributions, resolved, joint, roles, locations, nested, inner, confidence,
                self.lexicons,
            ),
            deadline,
        )  # fmt: skip
        return replace(answer, warnings=oddities)


def _joint(resolver: Resolver, resolved: Sequence[Resolved], joined: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the entities behind the mentions joined to each source, where that has a speaker."""
    return [
        tuple(resolver.by_mention[other] for other in others) if answer.entity is not None else ()
        for answer, others in zip(resolved, joined, strict=True)
    ]

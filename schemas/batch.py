"""Many articles in one call."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields

from .growing import GrowingSchema
from .problem import ProblemSchema
from .request import ArticleSchema, OptionsSchema


class BatchOptionsSchema(OptionsSchema):
    """How to answer all articles of a batch that do not say so themselves."""

    class Meta(OptionsSchema.Meta):
        """An `id` names one article."""

        exclude = ("id",)


class AnyArticle(fields.Nested):
    """An article in the contract; it is read later, by itself, for its mistakes are not those of the batch."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value


class BatchSchema(Schema):
    """Several articles."""

    class Meta:
        """Refuse what is not known."""

        unknown = RAISE

    error_messages = {
        "unknown": "There is no such field; leave it out.",
        "type": "The body must be a JSON object with the articles in its field `articles`.",
    }

    articles = fields.List(
        AnyArticle(ArticleSchema),
        required=True,
        metadata={
            "description": "The articles; at most `max_batch_articles` of `/v1/about`. One that does not fit its "
            "schema gets a problem in its place, and the others are answered."
        },
        error_messages={
            "required": "The articles are missing; give them as a list.",
            "null": "This must be a list, not null.",
            "invalid": "This must be a list.",
        },
    )


class ArticleProblemSchema(ProblemSchema):
    """Why one article of a batch was not answered."""

    id = fields.String(
        required=True, allow_none=True, metadata={"description": "The article's `id`; null where it has none."}
    )


RESULTS = ("Answer", "ArticleProblem")  # as the contract names their schemas; a problem has a `status`


class BatchAnswerSchema(GrowingSchema):
    """What became of each article."""

    results = fields.List(
        fields.Raw(metadata={"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in RESULTS]}),
        required=True,
        metadata={"description": "An answer or a problem for each article, in the order of the articles."},
    )

"""The wire format: what the service reads and what it answers.

Requests refuse fields that they do not know; answers may grow new ones.
"""

from .about import AboutSchema, LimitsSchema, ProbeSchema
from .answer import AnswerSchema
from .batch import ArticleProblemSchema, BatchAnswerSchema, BatchOptionsSchema, BatchSchema
from .problem import ProblemSchema, ProblemTypeSchema
from .request import TEXT_LIMITS, ArticleSchema, OffsetUnit, OptionsSchema

__all__ = [
    "TEXT_LIMITS",
    "AboutSchema",
    "AnswerSchema",
    "ArticleProblemSchema",
    "ArticleSchema",
    "BatchAnswerSchema",
    "BatchOptionsSchema",
    "BatchSchema",
    "LimitsSchema",
    "OffsetUnit",
    "OptionsSchema",
    "ProbeSchema",
    "ProblemSchema",
    "ProblemTypeSchema",
]

"""Quotation extraction and attribution, free of any web framework.

>>> from service.engine import Engine
>>> answer = Engine.load().extract('“We will rebuild,” said Ann Example.')
>>> [q.span for q in answer.quotations]
[Span(start=1, end=17)]
"""

from .answer import (
    Answer,
    Basis,
    Location,
    NestedQuotation,
    Quotation,
    QuotationKind,
    Span,
    Speaker,
    SpeakerKind,
    Warning,
)
from .deadline import Deadline, DeadlineExceeded
from .pipeline import Engine
from .weights import ModelError

__all__ = [
    "Answer",
    "Basis",
    "Deadline",
    "DeadlineExceeded",
    "Engine",
    "Location",
    "ModelError",
    "NestedQuotation",
    "Quotation",
    "QuotationKind",
    "Span",
    "Speaker",
    "SpeakerKind",
    "Warning",
]

"""Many articles on one machine: ``quote-attribution batch``.

The way of an article: inputs, chunks, processes, parts, output. Each chunk becomes a part, a file of its own that is
whole or not there; in the end the parts are joined. So a run can be killed at any moment and goes on where it was.
"""

from __future__ import annotations


class BatchError(Exception):
    """Something that the user can put right; the message is one line."""

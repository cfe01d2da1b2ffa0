"""``python -m service`` is ``quote-attribution``."""

from .cli import main

main()

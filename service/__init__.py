"""Quote attribution over HTTP: who said it, as what, and where."""

__version__ = "0.1.0"

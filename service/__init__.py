"""Quote attribution over HTTP: who said it, as what, and where."""

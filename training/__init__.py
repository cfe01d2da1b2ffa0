"""Rebuilds the weights from the public corpora; never imported by the running service."""

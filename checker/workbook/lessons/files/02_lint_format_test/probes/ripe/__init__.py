"""Ripe berries: files for a linter to look at."""

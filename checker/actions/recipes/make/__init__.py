"""What `make` starts: the recipes of its goals and of all they need, read from the Makefile."""

from checker.actions.recipes.make.goals import started

__all__ = ["started"]

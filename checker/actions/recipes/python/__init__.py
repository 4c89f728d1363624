"""Python files of a repository followed by their syntax tree alone, for the commands they would start."""

from checker.actions.recipes.python.reading import Reading
from checker.actions.recipes.python.scripts import commands_of_script
from checker.actions.recipes.python.values import Function, Symbol, text_of, truth, words_of

__all__ = [
    "Function",
    "Reading",
    "Symbol",
    "commands_of_script",
    "text_of",
    "truth",
    "words_of",
]

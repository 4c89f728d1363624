"""What is known of tools and actions: which of the seven activities each does, where to, and what only looks so."""

from checker.actions.catalogue.actions import commands_of_action, of_action
from checker.actions.catalogue.entries import Entry, Form, entries, lookup, suggest
from checker.actions.catalogue.tools import near_misses, of_command, settings_of_command

__all__ = [
    "Entry",
    "Form",
    "commands_of_action",
    "entries",
    "lookup",
    "near_misses",
    "of_action",
    "of_command",
    "settings_of_command",
    "suggest",
]

"""What is known of a tool or an action, and how much is known in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from checker.actions.activity import KINDS
from checker.actions.catalogue import Entry, Form
from checker.grading import Json
from checker.report.console import WIDEST, rendered
from checker.report.json import dumped


def as_text(entries: Sequence[Entry], *, width: int = 80, colour: bool = False) -> str:
    """Return entries for the terminal."""
    parts: list[RenderableType] = [_entry(entry) for entry in entries]
    return rendered(parts, max(40, min(width, WIDEST)), colour=colour)


def as_json(entries: Sequence[Entry]) -> str:
    """Return entries as a JSON document."""
    facts: list[Json] = [
        {
            "name": entry.name,
            "about": entry.about,
            "source": entry.source,
            "also": list(entry.also),
            "action": entry.is_action,
            "does": [
                {"kind": form.kind, "call": form.call, "target": form.target, "note": form.note}
                for form in entry.does
            ],
        }
        for entry in entries
    ]
    return dumped(facts, indent=2) + "\n"


def counts(entries: Sequence[Entry]) -> dict[str, Json]:
    """Return how many tools and actions do each kind of activity."""
    kinds = Counter(kind for entry in entries for kind in entry.kinds)
    return {
        "entries": len(entries),
        "actions": sum(entry.is_action for entry in entries),
        "tools": sum(not entry.is_action for entry in entries),
        "kinds": {kind: kinds[kind] for kind in KINDS},
    }


def counts_as_text(entries: Sequence[Entry], *, width: int = 80, colour: bool = False) -> str:
    """Return the counts for the terminal, with a few names for each kind."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(ratio=1)
    for kind in KINDS:
        names = [entry.name for entry in entries if kind in entry.kinds]
        shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
        table.add_row(Text(kind, "cyan"), str(len(names)), Text(shown, "dim"))
    actions = sum(entry.is_action for entry in entries)
    title = f"{len(entries)} entries: {len(entries) - actions} tools, {actions} actions"
    hint = Text("checker catalogue NAME tells what is known of one", "dim")
    parts: list[RenderableType] = [Text(title, "bold"), table, hint]
    return rendered(parts, max(40, min(width, WIDEST)), colour=colour)


def _entry(entry: Entry) -> RenderableType:
    title = Text(entry.name, "bold")
    if entry.also:
        title.append(f"  also {', '.join(entry.also)}", "not bold dim")
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for form in entry.does:
        table.add_row(Text(f"  {form.kind}", "cyan"), _form(form))
    if not entry.does:
        table.add_row(Text("  nothing that is graded", "dim"), "")
    return Group(title, Text(f"  {entry.about}"), table, Text(f"  source: {entry.source}", "dim"))


def _form(form: Form) -> Text:
    text = Text(form.call or "when it is called")
    if form.target:
        text.append(f" → {form.target}", "green")
    if form.masks:
        text.append(f"  cannot fail with {' or '.join(form.masks)}", "yellow")
    if form.note:
        text.append(f"  {form.note}", "dim")
    return text

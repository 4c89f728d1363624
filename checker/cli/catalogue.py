"""`checker catalogue`: what is known of a tool or an action."""

from __future__ import annotations

import click

from checker.cli.output import colour, refuse, show, width


@click.command()
@click.argument("name", default="")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def catalogue(name: str, form: str) -> None:
    """Tell what is known of a tool or action, such as ruff or docker/build-push-action."""
    from checker.actions.catalogue import entries, lookup, suggest
    from checker.report import catalogue as report
    from checker.report.json import dumped

    if not name:
        known = entries()
        if form == "json":
            show(dumped(report.counts(known), indent=2) + "\n")
        else:
            show(report.counts_as_text(known, width=width(), colour=colour()))
        return
    found = lookup(name)
    if not found:
        close = " or ".join(suggest(name))
        hint = f"did you mean {close}?" if close else "`checker catalogue` lists what there is"
        refuse(ValueError(f"nothing is known of {name!r}; {hint}"))
    show(
        report.as_json(found)
        if form == "json"
        else report.as_text(found, width=width(), colour=colour())
    )

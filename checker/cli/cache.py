"""`checker cache`: the answers of services that are kept between grades."""

from __future__ import annotations

import os

import click

from checker.cli.output import refuse, show


@click.group()
def cache() -> None:
    """Show or forget the answers that are kept, so that GitHub need not be asked again.

    They lie in a folder of yours; CHECKER_CACHE names another one.
    """


@cache.command("show")
def show_() -> None:
    """Tell how much is kept, and where."""
    from checker.http import cache as kept

    place = kept.folder(os.environ)
    try:
        size = kept.size(place)
    except ValueError as error:
        refuse(error)
    show(f"{place}: {_amount(size.answers, size.bytes)}")


@cache.command()
def clear() -> None:
    """Forget everything."""
    from checker.http import cache as kept

    place = kept.folder(os.environ)
    try:
        size = kept.clear(place)
    except ValueError as error:
        refuse(error)
    show(f"{place}: {_amount(size.answers, size.bytes)} forgotten")


def _amount(answers: int, size: int) -> str:
    return f"{answers} answer{'' if answers == 1 else 's'}, {size / 1_000_000:.1f} MB"

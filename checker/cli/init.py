"""`checker init`: the first `homework.yml`, with what the checkout lets guess."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from checker.cli.output import refuse, say


@click.command(
    epilog="""\b
Examples:
  checker init
  checker init --pypi my-library --image me/app --student "Иванов Иван"
  checker init path/to/repository --force"""
)
@click.argument("path", metavar="[FOLDER]", default=".", type=click.Path())
@click.option("--pypi", metavar="NAME", help="The library's name on PyPI.")
@click.option("--image", metavar="USER/NAME", help="The image on Docker Hub.")
@click.option("--student", metavar="NAME", help='Who you are: "Surname Name" or surname_name.')
@click.option("--force", is_flag=True, help="Write over a homework.yml that is there.")
def init(path: str, pypi: str | None, image: str | None, student: str | None, force: bool) -> None:
    """Write a homework.yml: it tells the grader what the library, the image and you are called.

    What no option says is asked at a terminal, with a guess to accept; elsewhere the guess is taken.
    """
    from checker import statements
    from checker.services.homework import FILES, KEYS
    from checker.target import Target

    folder = Path(path)
    there = next(
        (
            folder / name
            for name in FILES
            if (folder / name).is_symlink() or (folder / name).exists()
        ),
        None,
    )
    given = {"package": pypi, "image": image, "student": student}
    try:
        if there and not force:
            refuse(ValueError(f"{there} is there already; --force writes over it"))
        reasons = statements.guessed(Target(folder=path))
        names = {
            key: _name(key, value, getattr(reasons, key), KEYS[key]) for key, value in given.items()
        }
        text = statements.text(**names, reasons=reasons)
        file = there or folder / FILES[0]
        try:
            if force:
                file.unlink(missing_ok=True)  # a link out of the folder goes, not what it leads to
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            raise ValueError(f"{file}: {error.strerror}; expected a folder to write into") from None
    except ValueError as error:
        refuse(error)
    say(f"{file}: written; look at it, commit it, and `checker grade {path}` reads it")


def _name(key: str, given: str | None, guess: object, read: Callable[[str], str]) -> str:
    """Return the name an option gives, else the answer to a question, else the guess."""
    if given is not None:
        return read(given) if given.strip() else ""
    name, why = getattr(guess, "name", ""), getattr(guess, "why", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return name

    def checked(text: str) -> str:
        try:
            return read(text) if text.strip() else ""
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    hint = f" ({why})" if why else " (Enter leaves it out)"
    answer: str = click.prompt(f"{key}{hint}", default=name, value_proc=checked)
    return answer

"""What a student can state in `homework.yml`: what a checkout lets guess of it, and the file's text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from checker.actions.activity import Activities
from checker.chain.references import reference
from checker.evidence import Evidence
from checker.services.homework import Homework
from checker.services.names import guesses
from checker.services.naming import library_names
from checker.services.repository import Repository
from checker.target import Target

_PLAIN = re.compile(r"[a-z][a-z0-9./_-]*")
_NO_TEXT = frozenset("null true false yes no on off y n".split())
"""Words that YAML takes for something else than a text."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A name, and where it comes from, as a sentence part; both empty where nothing lets guess."""

    name: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    """The three names, each with its reason."""

    package: Guess = Guess()
    image: Guess = Guess()
    student: Guess = Guess()


def guessed(target: Target) -> Statements:
    """Return what a checkout says or lets guess. Raises ValueError when there is no such folder."""
    return Evidence(target).call(_guessed)


def text(package: str, image: str, student: str, reasons: Statements) -> str:
    """Return a `homework.yml`; a name that is empty becomes a comment to fill in."""
    lines = ["# What the grader cannot always read elsewhere. Every line may be left out."]
    for key, value, guess, about, example in (
        ("package", package, reasons.package, "The library's name on PyPI", "my-library"),
        ("image", image, reasons.image, "The image on Docker Hub, user/name", "me/app"),
        (
            "student",
            student,
            reasons.student,
            "The name of your folder in the class's bucket, surname_name",
            "ivanov_ivan",
        ),
    ):
        why = f" ({guess.why})" if guess.why and guess.name == value else ""
        lines += ["", f"# {about}{why}."]
        lines.append(f"{key}: {_scalar(value)}" if value else f"# {key}: {example}")
    return "\n".join(lines) + "\n"


def _guessed(repository: Repository, activities: Activities, homework: Homework) -> Statements:
    names = [one for one in library_names(repository.files) if one.normal]
    package = Guess(names[0].name, f"from {names[0].place}") if names else Guess()
    image = _image(repository, activities)
    who = guesses(repository.full_name)
    student = Guess(who[0].student, who[0].why) if who else Guess()
    said = {
        name: Guess(getattr(homework, name))
        for name in ("package", "image", "student")
        if getattr(homework, name)
    }
    found = {"package": package, "image": image, "student": student}
    return Statements(**{**found, **said})


def _image(repository: Repository, activities: Activities) -> Guess:
    owner = repository.full_name.partition("/")[0]
    for activity in activities.of("image-push"):
        if activity.target != "dockerhub":
            continue
        for written in (one for found in activity.destinations.values() for one in found):
            read = reference(written, "", owner)
            if read is not None and (owner or not read.guess):
                where = f"from {activity.place.file}, line {activity.place.line}"
                return Guess(read.name, f"{where}; {read.guess}" if read.guess else where)
    return Guess()


def _scalar(value: str) -> str:
    is_plain = _PLAIN.fullmatch(value) and value not in _NO_TEXT
    return value if is_plain else json.dumps(value, ensure_ascii=False)

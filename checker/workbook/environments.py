"""Four environments: what each is for, which rows of people it may hold, and images that are delivered to them."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from checker.workbook import shell
from checker.workbook.programs import run
from checker.workbook.refusal import WorkbookError
from checker.workbook.registry import manifest
from checker.workbook.unpacking import unpacked

ENVIRONMENTS = ("development", "test", "staging", "prod")
"""In the order in which a release goes through them."""
QUESTIONS = ("data", "users", "deploys", "lifespan", "purpose")
ANSWERS: Mapping[str, Sequence[str]] = {
    "data": ("seed", "seed", "anonymised", "private"),
    "users": ("engineers", "machines", "team", "end users"),
    "deploys": ("constantly", "per commit", "per pull request", "per release"),
    "lifespan": ("recreated often", "one test run", "long", "for ever"),
    "purpose": ("local testing", "automated tests", "sandbox for a release", "customers"),
}
"""By question, the answer of each environment: the table of the seminar."""

Row = Mapping[str, Any]

NAMED = ("name", "email", "phone")
"""Columns that say who somebody is."""
BORN, PLACE = "born", "village"
"""Together they say it too: few people of a village were born on one day."""
MEASURED = ("diameter_mm", "weight_g", "berry")
"""What a model learns from."""

_WORDS = re.compile(r"[0-9a-f]{32,128}")
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
_BUILD_SECONDS = 120
_RUN_SECONDS = 20
PROGRAM = "app/service.py"
"""What an image is to hold, by its path in it."""
_REFERENCE = re.compile(r"[^@\s]+@(sha256:[0-9a-f]{64})")


def people(kind: str) -> list[dict[str, Any]]:
    """Return rows of pickers and their berries: `seed`, which is made up, or `private`, which we take for real ones."""
    random = Random(31 if kind == "private" else 30)  # noqa: S311 - a seed makes it repeatable; it keeps no secret
    names = {
        "seed": ("Test One", "Test Two", "Test Three"),
        "private": ("Vera Sidorova", "Oleg Morozov", "Anna Lebedeva", "Ilya Sokolov", "Daria Popova"),
    }[kind]  # fmt: skip
    rows = []
    for number, name in enumerate(names):
        login = name.lower().replace(" ", ".")
        rows.append(
            {
                "name": name,
                "email": f"{login}@{'example.com' if kind == 'seed' else 'forest.example'}",
                "phone": f"+7 900 {random.randint(100, 999)}-{random.randint(10, 99)}-{10 + number}",
                "born": f"{random.randint(1950, 2004)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
                "village": random.choice(("Sosnovka", "Berezovo")),
                "diameter_mm": round(random.uniform(11, 20), 1),
                "weight_g": round(random.uniform(0.8, 3.5), 2),
                "berry": random.choice(("blueberry", "cranberry", "gooseberry")),
            }
        )
    return rows


def kind_of(rows: object) -> tuple[str, str]:
    """Say what rows are, and which column says so.

    `seed` · `private` · `anonymised`, or in between: `named` (somebody's name, address or number is in it), `hashed`
    (its plain digest is, which whoever knows the address finds again), `born` (day of birth and village are), `useless`
    (rows or measurements are missing or changed), `none` (no rows at all).
    """
    if not isinstance(rows, Sequence) or isinstance(rows, (str, bytes)) or not rows:
        return "none", ""
    given = [dict(one) for one in list(rows)[:100] if isinstance(one, Mapping)]
    if given == people("seed"):
        return "seed", ""
    private = people("private")
    if given == private:
        return "private", ""
    written = [{str(name): str(value) for name, value in one.items()} for one in given]
    everything = "\n".join(value for one in written for value in one.values()).lower()
    for column in NAMED:
        if any(str(one[column]).lower() in everything for one in private):
            return "named", column
    hashes = set(_WORDS.findall(everything))
    for column in NAMED:
        if any(hashes & _digests(str(one[column])) for one in private):
            return "hashed", column
    if any(str(one[BORN]) in everything for one in private) and PLACE in given[0]:
        return "born", BORN
    measured = [tuple(one.get(column) for column in MEASURED) for one in given]
    if sorted(map(str, measured)) != sorted(
        str(tuple(one[column] for column in MEASURED)) for one in private
    ):
        return "useless", ", ".join(MEASURED)
    return "anonymised", ""


def _digests(value: str) -> set[str]:
    forms = (value, value.lower(), value.strip().lower())
    return {
        hashlib.new(one, form.encode(), usedforsecurity=False).hexdigest()
        for one in _ALGORITHMS
        for form in forms
    }


@dataclass(frozen=True, slots=True)
class Delivery:
    """An image that an environment was given, with the rows it works on."""

    environment: str
    image: str
    kind: str
    """What `kind_of` says of the rows."""
    column: str = ""
    failed: str = ""
    """Why what is in the image did not name each row's berry; empty when it did."""


@dataclass
class Workshop:
    """What a student's function is given: images are really built and pushed; environments unpack and run them."""

    name: str
    """Of the image: `petrov_ivan/berries`."""
    registry: str
    docker: Callable[[str], tuple[int, str]]
    """Runs commands as the student, in the folder; returns status and output."""
    built: list[str] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def build(self) -> str:
        """Build the image, push it, and return its whole name: `petrov_ivan/berries@sha256:…`."""
        if len(self.built) >= 2 * len(ENVIRONMENTS):
            raise RuntimeError(f"{len(self.built)} images were built, and that is enough")
        tag = f"{self.name}:build-{len(self.built) + 1}"
        status, said = self.docker(f"docker build --quiet -t {tag} . && docker push {tag}")
        if status:
            raise RuntimeError(f"the build failed: {said[-300:]}")
        _, digest = manifest(self.registry, self.name, tag.rpartition(":")[2])
        self.built.append(digest)
        return f"{self.name}@{digest}"

    def deploy(self, environment: object, image: object, rows: object) -> None:
        """Give an environment an image, by digest, and rows to work on."""
        if not isinstance(environment, str) or environment not in ENVIRONMENTS:
            raise ValueError(f"{environment!r} is none of {', '.join(ENVIRONMENTS)}")
        found = _REFERENCE.fullmatch(image) if isinstance(image, str) else None
        if found is None:
            raise ValueError(f"{str(image)[:80]!r} names no digest; deploy what build() returned")
        kind, column = kind_of(rows)
        with tempfile.TemporaryDirectory(prefix=f"{environment}-") as place:
            try:
                folder = unpacked(self.registry, self.name, found[1], Path(place))
            except WorkbookError as error:
                raise ValueError(str(error)) from None
            failed = "" if kind in {"none", "useless"} else _run(folder, rows)
        self.deliveries.append(Delivery(environment, found[1], kind, column, failed))


def _run(folder: Path, rows: object) -> str:
    """Run what was unpacked on the rows of an environment; returns why that failed, empty when it did not."""
    assert isinstance(rows, Sequence)
    diameters = [str(one.get("diameter_mm")) for one in rows if isinstance(one, Mapping)]
    (folder / "rows.txt").write_text("\n".join(diameters) + "\n", encoding="utf-8")
    ran = run(["python", "-I", PROGRAM, "rows.txt"], folder, seconds=_RUN_SECONDS)
    named = ran.text.split()
    if ran.status:
        return ran.text.strip().rpartition("\n")[2] or f"it ended with {ran.status}"
    return "" if len(named) == len(diameters) else f"{len(diameters)} rows, {len(named)} answers"


def docker(variables: Mapping[str, str], folder: Path) -> Callable[[str], tuple[int, str]]:
    """Return what runs commands in a folder with the student's `docker`, logged in."""
    login = 'echo "$DOCKERHUB_TOKEN" | docker login -u "$DOCKERHUB_USERNAME" --password-stdin'
    is_in = False

    def commands(words: str) -> tuple[int, str]:
        nonlocal is_in
        whole = words if is_in else f"{login} > /dev/null && {words}"
        ended = shell.run(f"set -e; {whole}", folder, variables, _BUILD_SECONDS)
        is_in = is_in or ended.status == 0
        return ended.status, ended.text

    return commands


def answer(table: Mapping[str, Any], question: str, environment: str) -> str:
    """Return what a table says, a list of four answers for each question; empty for nothing."""
    answers = table.get(question)
    if not isinstance(answers, (list, tuple)):
        return ""
    said = dict(zip(ENVIRONMENTS, answers, strict=False)).get(environment)
    return "" if said is None else str(said)[:60]


def wrong_cell(table: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return the first cell of a table that is wrong, as environment, question and what it says; None for none."""
    for question in QUESTIONS:
        for environment, right in zip(ENVIRONMENTS, ANSWERS[question], strict=True):
            if (said := answer(table, question, environment)) != right:
                return environment, question, said
    return None


def is_open(table: Mapping[str, Any]) -> bool:
    """Say whether nothing of a table is filled in."""
    return not any(answer(table, one, where) for one in QUESTIONS for where in ENVIRONMENTS)

"""What a student states in `homework.yml`: the library's name, the image's name, and who they are.

The file is somebody else's: it is read as a stream of YAML events, so that neither nesting nor aliases cost anything,
and only a flat mapping of words is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checker.evidence import provides
from checker.services.names import surname_name
from checker.services.repository import Repository
from checker.target import Target, image, package

FILES = ("homework.yml", "homework.yaml")
"""Where it may lie: at the repository's root."""
LARGEST = 20_000
"""Characters that are read; three names need a hundredth of that."""
GIVEN = "given for this grade"
"""The place of what the command line or a roster says, which goes before what the repository says."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be used, and why, in one sentence part; the others still count."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Homework:
    """The names a student or a teacher states; empty where neither does."""

    package: str = ""
    """The library's name on the package index."""
    image: str = ""
    """`user/name` on Docker Hub."""
    student: str = ""
    """`surname_name`."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where each was said, by the field's name: `homework.yml, line 2`."""
    problems: tuple[Problem, ...] = ()


@provides
def homework(target: Target, repository: Repository) -> Homework:
    """Return what is stated: what was given for this grade goes before what the repository says."""
    said = in_repository(repository)
    given = {name: getattr(target, name) for name in KEYS if getattr(target, name)}
    return Homework(
        **{name: given.get(name) or getattr(said, name) for name in KEYS},
        places={**said.places, **dict.fromkeys(given, GIVEN)},
        problems=said.problems,
    )


def in_repository(repository: Repository) -> Homework:
    """Return what a repository's `homework.yml` says; nothing where there is none."""
    for file in FILES:
        text = repository.files.text(file)
        if text is not None:
            return read(text, file)
    return Homework()


def read(text: str, file: str = FILES[0]) -> Homework:
    """Read a `homework.yml`. Never raises: what is wrong is in `problems`, one for each line."""
    problems: list[Problem] = []
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    try:
        for line, key, value in _pairs(text):
            if key not in KEYS:
                known = ", ".join(KEYS)
                problems.append(Problem(file, line, f"`{key[:40]}` is none of {known}"))
            elif key in found:
                problems.append(Problem(file, line, f"`{key}` stands twice"))
            elif value:
                try:
                    found[key] = KEYS[key](value)
                    places[key] = f"{file}, line {line}"
                except ValueError as error:
                    problems.append(Problem(file, line, f"`{key}`: {error}"))
    except _NotFlatError as error:
        problems.append(Problem(file, error.line, error.reason))
    return Homework(**found, places=places, problems=tuple(problems[:10]))


KEYS: Mapping[str, Callable[[str], str]] = {
    "package": package,
    "image": image,
    "student": surname_name,
}
"""What can be stated, and the function that reads it or raises ValueError."""


class _NotFlatError(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def _pairs(text: str) -> list[tuple[int, str, str]]:
    """Return line, key and value of each pair of a flat mapping; raises _NotFlatError."""
    import yaml

    if len(text) > LARGEST:
        raise _NotFlatError(1, f"the file is longer than {LARGEST:,} characters")
    words: list[tuple[int, str]] = []
    opened = 0
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.MappingStartEvent) and not opened:
                opened = line
            elif isinstance(event, yaml.ScalarEvent) and opened:
                plain = event.style is None
                words.append((line, _word(event.value, plain=plain)))
            elif isinstance(event, yaml.ScalarEvent) and not event.value:
                pass  # a file of comments
            elif isinstance(event, yaml.NodeEvent):
                raise _NotFlatError(line, f"expected lines such as `package: my-library`, {_NAMES}")
            elif isinstance(event, yaml.DocumentStartEvent) and opened:
                raise _NotFlatError(line, "a second document begins; one is expected")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        said = getattr(error, "problem", None) or "it cannot be parsed"
        raise _NotFlatError(line, f"the file is not valid YAML ({str(said)[:200]})") from None
    keys, values = words[::2], words[1::2]
    return [(line, key, value) for (line, key), (_, value) in zip(keys, values, strict=True)]


_NAMES = "with package, image and student"


def _word(value: str, *, plain: bool) -> str:
    return "" if plain and value in {"~", "null", "Null", "NULL"} else value.strip()

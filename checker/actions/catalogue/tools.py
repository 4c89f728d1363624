"""Commands: what a program that a step starts does, and what is only printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from re import Pattern

from checker.actions.activity import Effect, Kind, NearMiss
from checker.actions.catalogue import call
from checker.actions.catalogue.destinations import variable_name
from checker.actions.catalogue.effects import effects, kinds_of
from checker.actions.catalogue.entries import NO_TEXTS, Entry, index
from checker.actions.command import Command
from checker.services.repository import Files

MAX_ECHO = 2_000
"""Characters of a printed text that are searched for commands."""
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_PYTHON_VALUES = frozenset({"-W", "-X", "-Q", "--check-hash-based-pycs"})
_ENDINGS = (".exe", ".cmd", ".bat")
_SPOKEN = 60


def of_command(command: Command, files: Files | None = None) -> tuple[Effect | NearMiss, ...]:
    """Return what a command does of the seven, and what it only looks like doing; nothing for an unknown program.

    `files` is where images of compose files and addresses of named indexes are looked up.
    """
    if not command.argv:
        return ()
    entry, words, script = _program(command.argv)
    if entry is not None:
        made = call.of_words(words, entry.values, command.env, command.stdin)
        return effects(entry, made, files, command.cwd)
    if script and _is_named_test(script):
        return (Effect("test", "script", note="a script of the project's own named test"),)
    return ()


def settings_of_command(command: Command) -> Mapping[str, str]:
    """Return what a command sets for later ones of its job, as the variables that would set the same.

    `poetry config pypi-token.pypi TOKEN` is `{"POETRY_PYPI_TOKEN_PYPI": "TOKEN"}`.
    """
    entry, words, _ = _program(command.argv) if command.argv else (None, (), "")
    if entry is None or not entry.sets:
        return NO_TEXTS
    arguments = call.of_words(words, entry.values).arguments
    for shape, variable in entry.sets.items():
        expected = shape.split()
        if len(expected) > len(arguments):
            continue
        name = _fits(expected, arguments)
        if name is not None:
            return {variable.replace("{NAME}", variable_name(name)): arguments[len(expected) - 1]}
    return NO_TEXTS


def near_misses(echoes: tuple[Command, ...]) -> tuple[NearMiss, ...]:
    """Return what printed texts pretend to do: `echo "twine upload dist/*"` starts nothing."""
    found: dict[Kind, NearMiss] = {}
    for echo in echoes:
        text = " ".join(echo.argv[1:])[:MAX_ECHO]
        words = tuple(word.strip("\"'`.,:;!()[]{}") for word in text.split())
        for at, word in enumerate(words):
            entry = index().programs.get(_base(word))
            # "build", "black" and "test" are words of a sentence, unless the text begins with them.
            if entry is None or (entry.everyday and at):
                continue
            for kind in kinds_of(of_command(Command(words[at:], env=echo.env))):
                said = text if len(text) <= _SPOKEN else f"{text[:_SPOKEN].rstrip()} …"
                why = f'{echo.argv[0]} prints "{said}" and starts nothing'
                found.setdefault(kind, NearMiss(kind, why))
    return tuple(found.values())


def renamed(found: tuple[Effect | NearMiss, ...], tool: str) -> tuple[Effect | NearMiss, ...]:
    """Return the effects as those of an action that runs the tool."""
    return tuple(replace(one, tool=tool) if isinstance(one, Effect) else one for one in found)


def _program(argv: tuple[str, ...]) -> tuple[Entry | None, tuple[str, ...], str]:
    """Return the entry, the words after the program, and the name of the script that is started, if it is one."""
    known = index()
    whole = argv[0].replace("\\", "/").lower()
    base = _base(argv[0])
    found = known.programs.get(whole) or known.programs.get(base)
    if found is not None and (whole in found.names or _is_installed(whole, base)):
        return found, argv[1:], ""
    if base in _SHELLS:
        script = next((word for word in argv[1:] if not word.startswith("-")), "")
        return None, (), script
    if not _python().fullmatch(base):
        return None, (), argv[0] if "/" in whole or "." in base else ""
    words = iter(enumerate(argv[1:], start=1))
    for at, word in words:
        if word in _PYTHON_VALUES:
            next(words, None)
        elif word.startswith("-") and not word.startswith("--") and word.endswith("m"):
            module = argv[at + 1] if at + 1 < len(argv) else ""
            entry = known.modules.get(module) or known.modules.get(module.removesuffix(".__main__"))
            return entry, argv[at + 2 :], "" if entry else f"{module.replace('.', '/')}.py"
        elif word in {"-c", "-"}:
            return None, (), ""
        elif not word.startswith("-"):
            return known.programs.get(_base(word)), argv[at + 1 :], word
    return None, (), ""


def _is_installed(path: str, base: str) -> bool:
    """Say whether a path leads to the program of that name: `.venv/bin/ruff` does, `scripts/build` does not."""
    folder = path.rpartition("/")[0]
    if not folder or base.endswith((".py", "w")):
        return True  # ./setup.py, ./mvnw: kept in the project, and known by these names
    return path.startswith(("/", "~", "⟦", "$")) or folder.endswith(
        ("/bin", "/.bin", "env/scripts")
    )


def _is_named_test(script: str) -> bool:
    """Say whether a script's name says that it tests: test_api.py, run-tests.sh, tests/run.py; not load_test_x.py."""
    folder, _, name = script.replace("\\", "/").lower().rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not dot or "⟧" in ending:
        stem, ending = name, ""
    if ending not in {"", "py", "sh", "bash", "ps1", "bat", "cmd", "js", "mjs", "ts"}:
        return False
    if _test_name().fullmatch(stem):
        return True
    return folder.rpartition("/")[2] in {"test", "tests"} and stem in {
        "run",
        "runall",
        "run_all",
        "run-all",
        "all",
    }


def _fits(expected: list[str], arguments: tuple[str, ...]) -> str | None:
    """Return the `{name}` of a shape like `config pypi-token.{name} {value}`, None when the arguments are not of it."""
    name: str | None = ""
    for shape, word in zip(expected, arguments, strict=False):
        before, slot, after = shape.partition("{name}")
        if not slot and shape not in {word, "{value}", "{any}"}:
            return None
        if slot:
            if (
                not word.startswith(before)
                or not word.endswith(after)
                or len(word) <= len(before) + len(after)
            ):
                return None
            name = word[len(before) : len(word) - len(after)]
    return name


def _base(word: str) -> str:
    name = word.replace("\\", "/").rpartition("/")[2].lower()
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name


@cache
def _python() -> Pattern[str]:
    import re

    return re.compile(r"(python|pypy|py|pythonw|python-)(\d+(\.\d+)*)?(-?⟦[^⟦⟧]*⟧)?")


@cache
def _test_name() -> Pattern[str]:
    import re

    return re.compile(
        r"(run|ci|do|all|unit|integration|smoke|e2e|py)?[-_]?(all|unit|integration|smoke|ci|e2e)?[-_]?tests?([-_].+)?"
        r"|.+[-_]tests?([-_]runner)?|runtests?"
    )

"""One spelling for a command: `.venv/bin/python -W error -m pytest` is `pytest`, `sudo tox` is `tox`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace

from checker.actions.command import Command, has_hole
from checker.actions.recipes.descent import Descent
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import inside

_PYTHON = re.compile(r"^(?:python|pypy)[0-9.]*[td]?$|^py$")
_PYTHON_VALUED = frozenset({"-W", "-X", "--check-hash-based-pycs"})
_HOLE_PREFIX = re.compile(r"^(?:⟦[^⟦⟧]*⟧/?)+(?=[\w.])")
_INSTALLED = re.compile(r"^.*(?:bin|Scripts)[/\\]([\w.+-]+?)(?:\.exe)?$")
_MAX_ROUNDS = 8

_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset("-u -g -h -p -C -T -U -D -R --user --group --prompt --chdir".split()),
    "doas": frozenset({"-u", "-C"}),
    "time": frozenset({"-f", "-o", "--format", "--output"}),
    "nice": frozenset({"-n", "--adjustment"}),
    "ionice": frozenset({"-c", "-n", "-p"}),
    "nohup": frozenset(),
    "command": frozenset(),
    "exec": frozenset({"-a"}),
    "builtin": frozenset(),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "setsid": frozenset(),
    "unbuffer": frozenset(),
    "catchsegv": frozenset(),
    "dbus-run-session": frozenset({"--config-file"}),
    "xvfb-run": frozenset("-n -s -e -f -p -w --server-num --server-args --error-file".split()),
    "dotenv": frozenset({"-f", "--file", "-e", "-p"}),
    "chronic": frozenset(),
    "tini": frozenset(),
    "dumb-init": frozenset(),
}
"""Programs that start the rest of their words -> their options that take a value."""
_ONE_OPERAND = {"timeout": frozenset({"-k", "-s", "--kill-after", "--signal"})}
_OTHER_NAMES = {
    "poethepoet": "poe",
    "sphinx": "sphinx-build",
    "pytest_watch": "ptw",
    "IPython": "ipython",
}
_KEPT_MODULES = frozenset(sys.stdlib_module_names | {"build"})
"""Modules that have no command of their own name: they stay `python -m …`."""


def normal(command: Command, place: Descent) -> Command:
    """Return a command without what merely leads to its program; `python -m tool` becomes `tool`."""
    argv: Sequence[str] = command.argv
    env = dict(command.env)
    for _ in range(_MAX_ROUNDS):
        changed = _step(argv, env, command.cwd, place)
        if changed is None:
            break
        argv = changed
    if tuple(argv) == command.argv:
        return command
    return replace(command, argv=tuple(argv), env=env if env != command.env else command.env)


def _step(
    argv: Sequence[str], env: dict[str, str], cwd: str, place: Descent
) -> Sequence[str] | None:
    if not argv:
        return None
    program, rest = argv[0], argv[1:]
    short = _short(program, rest, cwd, place)
    if short != program:
        return [short, *rest]
    if program == "env":
        return _env(rest, env)
    if program in _WRAPPERS and rest:
        return _wrapped(program, rest, env)
    if program in _ONE_OPERAND:
        options = leading(rest, _ONE_OPERAND[program])
        return options.rest[1:] or None
    if is_python(program):
        return _module(argv, cwd, place)
    return None


def is_python(program: str) -> bool:
    """Say whether a program is a Python interpreter."""
    return _PYTHON.match(program) is not None


def _short(program: str, rest: Sequence[str], cwd: str, place: Descent) -> str:
    """Return a program's bare name where its path leads out of the repository's own files."""
    if has_hole(program) and not _HOLE_PREFIX.match(program):
        asks_module = rest[:1] == ["-m"] or tuple(rest[:1]) == ("-m",)
        return "python" if asks_module else program
    bare = program.replace("\\", "/")
    if "/" not in bare and not has_hole(bare):
        return bare.removesuffix(".exe")
    if place.is_file(inside(cwd, bare)):
        return program
    stripped = _HOLE_PREFIX.sub("", bare)
    installed = _INSTALLED.match(bare)
    if installed and (bare.startswith(("/", "⟦", ".", "~", "$")) or "/" in bare):
        return installed[1]
    return stripped if "/" not in stripped else program


def _env(words: Sequence[str], env: dict[str, str]) -> Sequence[str] | None:
    options = leading(words, {"-u", "--unset", "-C", "--chdir", "-S", "--split-string"})
    rest = list(options.rest)
    while rest and re.match(r"^\w+=", rest[0]):
        name, _, value = rest.pop(0).partition("=")
        env[name] = value
    return rest or None


def _wrapped(program: str, words: Sequence[str], env: dict[str, str]) -> Sequence[str] | None:
    rest = list(leading(words, _WRAPPERS[program]).rest)
    if program == "dotenv" and rest[:1] == ["run"]:
        rest = rest[1:]
    while program in {"sudo", "doas"} and rest and re.match(r"^\w+=", rest[0]):
        name, _, value = rest.pop(0).partition("=")
        env[name] = value
    if program == "command" and any(word in {"-v", "-V"} for word in words[:1]):
        return None
    return rest[rest[:1] == ["--"] :] or None


def python_words(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Split an interpreter's words into what it runs (`-m mod`, `-c`, a script, `-`) and its arguments.

    The first part is `-m mod`, `-c`, the script's path, or `` when the interpreter reads its input;
    for `-c` the arguments start with the text.
    """
    at = 0
    while at < len(words):
        word = words[at]
        if word in _PYTHON_VALUED:
            at += 2
        elif word == "-m":
            return f"-m {words[at + 1] if at + 1 < len(words) else ''}", tuple(words[at + 2 :])
        elif word == "-c":
            return "-c", tuple(words[at + 1 :])
        elif word.startswith("-") and word != "-" and not word.startswith("--"):
            letters = word[1:]
            if letters[-1:] in {"m", "c"} and letters[:-1].isalpha() and letters[:1] not in "WX":
                if letters[-1] == "c":
                    return "-c", tuple(words[at + 1 :])
                return f"-m {words[at + 1] if at + 1 < len(words) else ''}", tuple(words[at + 2 :])
            at += 1
        elif word.startswith("--"):
            at += 1
        else:
            return ("" if word == "-" else word), tuple(words[at + 1 :])
    return "", ()


def _module(argv: Sequence[str], cwd: str, place: Descent) -> Sequence[str] | None:
    what, arguments = python_words(argv[1:])
    module = what.removeprefix("-m ").strip()
    if not what.startswith("-m ") or not module:
        return None
    top = module.partition(".")[0]
    where = module.replace(".", "/")
    known = any(place.is_file(inside(cwd, f"{where}{end}")) for end in (".py", "/__main__.py"))
    if known or top in _KEPT_MODULES or "." in module.removesuffix(".__main__") or has_hole(module):
        kept = ["python", "-m", module, *arguments]
        return None if kept == list(argv) else kept
    name = module.removesuffix(".__main__")
    return [_OTHER_NAMES.get(name, name.replace("_", "-")), *arguments]

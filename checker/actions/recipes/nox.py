"""What `nox` starts: the sessions of a noxfile, followed by its syntax tree alone."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from glob import escape

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.paths import WORKSPACE, joined, parent
from checker.actions.recipes.python import Function, Reading, Symbol, text_of, truth, words_of
from checker.actions.recipes.python.expressions import NOT_MINE, Call, Stop
from checker.actions.recipes.python.values import MAX_SHOWN, shown
from checker.documents import python_tree

_MANY = {"-s", "-e", "--session", "--sessions", "-p", "--python", "--pythons", "-t", "--tags"}
_VALUED = (
    "-f --noxfile -k --keywords -P --force-python --extra-python --extra-pythons --envdir "
    "-db --default-venv-backend -fb --force-venv-backend --report --verbose-format"
).split()
_ONLY_SHOWS = {"-l", "--list", "--list-sessions", "--version", "-h", "--help", "--install-only"}
_RUNS = {"run", "run_always", "run_install"}
_DECORATORS = {"nox.session", "session", "nox_poetry.session", "nox.registry.session_decorator"}
_MAX_SESSIONS = 60
_MAX_VARIANTS = 12  # versions, and likewise values of one parameter
_MAX_ALL = 1_000  # sessions with their versions and parameters
_MAX_KEYWORDS = 500
_A_STEP = 10  # units of effort


@dataclass(frozen=True, slots=True)
class _Variant:
    """A session with one Python version and one set of parameters."""

    function: Function
    name: str
    python: str = ""
    parameters: tuple[tuple[str, object], ...] = ()
    suffix: str = ""
    default: bool = True
    tags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

    @property
    def friendly(self) -> str:
        """The name as `nox --list` shows it: `tests-3.12(django='4.2')`."""
        return self._versioned + self.suffix

    @property
    def names(self) -> set[str]:
        """All names that it answers to, without blanks."""
        written = (self.name, self.friendly, self._versioned, self.name + self.suffix)
        return {_same(name) for name in written}

    @property
    def _versioned(self) -> str:
        return f"{self.name}-{self.python}" if self.python else self.name


@dataclass(slots=True)
class _Asked:
    """What a nox command asks for."""

    sessions: list[str] = field(default_factory=list)
    pythons: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    keywords: str = ""
    noxfile: str = ""
    posargs: tuple[str, ...] = ()
    only_shows: bool = False


def of_nox(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what the sessions of a nox command start; None without a noxfile or such a session."""
    asked = _asked(command.argv[1:])
    if asked.only_shows:
        return ()
    path = joined(command.cwd, asked.noxfile or "noxfile.py")
    text = place.text(".", path)
    if not text:
        return None
    run = _Run(command, place, path, asked)
    run.read(text)
    names = asked.sessions or command.env.get("NOXSESSION", "").replace(",", " ").split()
    chosen = run.chosen(names)
    if chosen is None:
        return None
    for variant in chosen[:_MAX_SESSIONS]:
        run.session(variant)
    place.effort.spend(_A_STEP * run.reading.steps + 10 * len(run.variants))
    return tuple(run.distinct())


def _hashable(command: Command) -> tuple[object, ...]:
    return (command.argv, command.cwd, command.masked, command.when)


def _asked(words: Sequence[str]) -> _Asked:
    asked = _Asked()
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            asked.posargs = tuple(words[at:])
            break
        name, sign, value = word.partition("=")
        if not sign and re.match(r"^-[sepkft].", word) and word not in _VALUED:
            name, sign, value = word[:2], "=", word[2:]
        if name in _ONLY_SHOWS:
            asked.only_shows = True
        elif name in _MANY:
            values = [value] if sign else []
            while not sign and at < len(words) and not words[at].startswith("-"):
                values.append(words[at])
                at += 1
            values = [part for given in values for part in given.split(",") if part]
            if name in {"-p", "--python", "--pythons"}:
                asked.pythons += values
            elif name in {"-t", "--tags"}:
                asked.tags += values
            else:
                asked.sessions += values
        elif name in _VALUED:
            if not sign:
                value = words[at] if at < len(words) else ""
                at += 1
            if name in {"-f", "--noxfile"}:
                asked.noxfile = value
            elif name in {"-k", "--keywords"}:
                asked.keywords = value
    return asked


def sessions_of(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the sessions of a noxfile as `nox --list` names them, and whether a bare `nox` runs them."""
    from checker.services.repository import Folder

    place = Descent(Folder({}), lambda _command, _place: None, lambda command, _place: command)
    run = _Run(Command(("nox",)), place, "noxfile.py", _Asked())
    run.read(text)
    selected = {variant.friendly for variant in run.chosen([]) or ()}
    return tuple((variant.friendly, variant.friendly in selected) for variant in run.variants)


class _Run:
    """One run of nox over one noxfile."""

    def __init__(self, command: Command, place: Descent, path: str, asked: _Asked) -> None:
        self.command = command
        self.place = place
        self.folder = parent(path)
        self.path = path
        self.asked = asked
        self.found: list[Command] = []
        self.variants: list[_Variant] = []
        self.named: dict[str, list[_Variant]] = {}
        self.done: set[str] = set()
        self.waiting: list[str] = []
        self.reading = Reading(self._call, env=dict(command.env))
        self.python = ""
        self.name = ""

    def read(self, text: str) -> None:
        """Read the noxfile: its sessions and its options."""
        scope = self.reading.module
        scope.names = {"__name__": "noxfile", "__file__": f"{WORKSPACE}/{self.path}"}
        self.reading.attributes["nox.options.sessions"] = None
        self.reading.run(python_tree(text), scope)
        functions = [value for value in scope.names.values() if isinstance(value, Function)]
        for function in sorted(dict.fromkeys(functions), key=lambda one: one.line):
            if len(self.variants) < _MAX_ALL:
                self.variants += _variants(function)
        for variant in self.variants:
            for name in variant.names:
                self.named.setdefault(name, []).append(variant)

    def chosen(self, names: Sequence[str]) -> list[_Variant] | None:
        """Return the sessions that are run, in order; None when a name is not there."""
        variants = self.variants
        found: list[_Variant] = []
        options = self.reading.attributes
        if names:
            for name in names[:_MAX_SESSIONS]:
                fitting = self.named.get(_same(name), [])
                if not fitting and "⟦" not in name:
                    return None
                found += fitting or [variant for variant in variants if _may_be(variant, name)]
        elif self.asked.keywords or self.asked.tags:
            found = list(variants)
        else:
            wanted = options.get("nox.options.sessions")
            if isinstance(wanted, (list, tuple)):
                wanted_names = [
                    item.name if isinstance(item, Function) else text_of(item) for item in wanted
                ]
                found = [v for name in wanted_names for v in self.named.get(_same(name), ())]
            else:
                found = [variant for variant in variants if variant.default]
        tags = self.asked.tags or (
            []
            if names or self.asked.keywords
            else list(words_of(options.get("nox.options.tags", [])))
        )
        if tags:
            found = [variant for variant in found if set(tags) & set(variant.tags)]
        if self.asked.keywords:
            found = [v for v in found if _fits_keywords(self.asked.keywords, v)]
        if self.asked.pythons:
            found = [v for v in found if v.python in self.asked.pythons]
        if not found and not variants:
            return None
        return list({variant.friendly: variant for variant in found}.values())

    def session(self, variant: _Variant) -> None:
        """Follow one session, after those it requires, and before those it notifies."""
        if variant.friendly in self.done:
            return
        self.done.add(variant.friendly)
        for name in variant.requires:
            self._sessions_named(name.replace("{python}", variant.python))
        self.python, self.name = variant.python, variant.name
        self.reading.cwd = "."
        self.reading.attributes.update(
            {
                "session.posargs": list(self.asked.posargs),
                "session.python": variant.python or None,
                "session.name": variant.friendly,
                "session.interactive": False,
            }
        )
        parameters = dict(variant.parameters)
        # A failure to follow one session must not hide the others.
        with contextlib.suppress(Stop, RecursionError):
            self.reading.apply(variant.function, [Symbol("session")], parameters)
        waiting, self.waiting = self.waiting, []
        for name in waiting:
            self._sessions_named(name)

    def _sessions_named(self, name: str) -> None:
        for variant in self.named.get(_same(name), ()):
            if len(self.done) < _MAX_SESSIONS:
                self.session(variant)

    def distinct(self) -> list[Command]:
        """Return what was found, the same command of several Python versions once."""
        found: dict[tuple[object, ...], Command] = {}
        for command in self.found:
            found.setdefault(_hashable(command), command)
        return list(found.values())

    def _call(self, call: Call) -> object:
        holder, _, method = call.name.rpartition(".")
        if holder != "session":
            return NOT_MINE
        if method in _RUNS:
            self._run(call)
            return True
        if method == "notify" and call.arguments:
            target = call.arguments[0]
            self.waiting.append(target.name if isinstance(target, Function) else text_of(target))
            return None
        if method in {"chdir", "cd"} and call.arguments:
            self.reading.cwd = text_of(call.arguments[0])
            return Symbol("directory")
        if method in {"error", "skip"}:
            raise Stop
        return Symbol(call.name + "()")

    def _run(self, call: Call) -> None:
        if not call.arguments or isinstance(call.arguments[0], Function):
            return
        codes = call.keywords.get("success_codes")
        masked = call.masked
        if isinstance(codes, (list, tuple)) and any(code != 0 for code in codes):
            masked = masked or f"success_codes={list(codes)}"
        env = call.keywords.get("env")
        given = {text_of(k): text_of(v) for k, v in env.items()} if isinstance(env, dict) else {}
        folder = joined(self.folder, call.cwd) if call.cwd != "." else self.folder
        started = child(
            self.command,
            words_of(call.arguments),
            cwd=folder,
            env={**call.env, **given},
            masked=masked,
            when=call.when,
        )
        self.found.append(started)


def _variants(function: Function) -> list[_Variant]:
    """Return a session function with each of its Python versions and parameters."""
    decorator = next((one for one in function.decorators if one.name in _DECORATORS), None)
    if decorator is None:
        return []
    keywords = decorator.keywords
    name = text_of(keywords.get("name") or function.name)[:MAX_SHOWN]
    versions = keywords.get("python", keywords.get("py", decorator.arguments[:1] or None))
    if (
        isinstance(versions, tuple)
        and len(versions) == 1
        and isinstance(versions[0], (list, tuple))
    ):
        versions = versions[0]
    pythons: list[object] = list(versions) if isinstance(versions, (list, tuple)) else [None]
    python_in_name = isinstance(versions, (list, tuple)) and bool(versions)
    if not isinstance(versions, (list, tuple)):
        pythons = [versions if isinstance(versions, str) else None]
    default = truth(keywords.get("default", True)) is not False
    tags = keywords.get("tags")
    requires = keywords.get("requires")
    found: list[_Variant] = []
    for python in pythons[:_MAX_VARIANTS] or [None]:
        for parameters, suffix in _parameters(function):
            found.append(
                _Variant(
                    function,
                    name,
                    text_of(python)[:MAX_SHOWN] if python is not None else "",
                    parameters,
                    suffix,
                    default,
                    words_of(tags) if isinstance(tags, (list, tuple)) else (),
                    words_of(requires) if isinstance(requires, (list, tuple)) else (),
                )
            )
    if not python_in_name:
        # One version leaves the session's name as it is.
        return [replace(variant, python="") for variant in found]
    return found


def _parameters(function: Function) -> list[tuple[tuple[tuple[str, object], ...], str]]:
    """Return the sets of parameters of `@nox.parametrize`, each with its suffix of the name."""
    sets: list[tuple[tuple[tuple[str, object], ...], list[str]]] = [((), [])]
    for decorator in function.decorators:
        if not decorator.name.endswith("parametrize") or len(decorator.arguments) < 2:
            continue
        names = [part.strip() for part in text_of(decorator.arguments[0]).split(",")]
        values = decorator.arguments[1]
        ids = decorator.keywords.get("ids")
        if not isinstance(values, (list, tuple)):
            values = [Symbol(names[0])]
        rows: list[tuple[tuple[tuple[str, object], ...], str]] = []
        for place, value in enumerate(values[:_MAX_VARIANTS]):
            items = value if isinstance(value, (list, tuple)) and len(names) > 1 else [value]
            pairs = tuple(zip(names, items, strict=False))
            label = ", ".join(f"{key}={shown(item)}" for key, item in pairs)
            if isinstance(ids, (list, tuple)) and place < len(ids):
                label = text_of(ids[place])[:MAX_SHOWN]
            rows.append((pairs, label))
        sets = [
            ((*before, *pairs), [*labels, label])
            for pairs, label in rows
            for before, labels in sets
        ][: _MAX_VARIANTS * 2]
    return [(pairs, f"({', '.join(labels)})" if labels else "") for pairs, labels in sets]


def _same(name: str) -> str:
    return name.replace(" ", "").replace('"', "'")


def _may_be(variant: _Variant, name: str) -> bool:
    return fnmatchcase(variant.friendly, "*".join(map(escape, re.split(r"⟦[^⟧]*⟧", name))))


def _fits_keywords(keywords: str, variant: _Variant) -> bool:
    """Say whether a `-k` expression of names, `not`, `and`, `or` fits a session."""
    for alternative in re.split(r"\bor\b", keywords[:_MAX_KEYWORDS]):
        words = [word for word in re.findall(r"[^\s()]+", alternative) if word != "and"]
        holds, negated = True, False
        for word in words:
            if word == "not":
                negated = True
                continue
            holds &= (word in variant.friendly or word in variant.tags) is not negated
            negated = False
        if holds:
            return True
    return False

"""A `tox` command: which environments it runs, and what each of them starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import escape
from itertools import islice, product

from checker.actions.command import Command, has_hole
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.options import Options, leading, scattered
from checker.actions.recipes.paths import joined
from checker.actions.recipes.tox.factors import expanded, holds, known_factors
from checker.actions.recipes.tox.settings import Reader, Settings, settings_of
from checker.actions.recipes.words import split
from checker.documents import listed, mapping, text_of

_VALUED = frozenset(
    "-e --env -c --conf --workdir --root -m -x --override --result-json --installpkg "
    "--install-pkg -f --skip-env --discover --hashseed --colored --runner --develop-pkg "
    "--default-runner --pkg-only -o_ --parallel-no-spinner_ --list-dependencies_ --stderr-color "
    "--force-dep --index-url -i".split()
)
_RUNS = frozenset({"run", "r", "run-parallel", "p", "legacy", "le"})
_OTHERS = frozenset(
    "config c list l devenv d depends de quickstart q schema man check-config help".split()
)
_ONLY_SHOWS = (
    "--notest --no-test --listenvs --listenvs-all --showconfig --version --help --devenv "
    "--sdistonly --pkg-only".split()
)
_PYTHON_FACTOR = re.compile(r"^(?:py|pypy|cpython|graalpy|jython|rustpython)[\d.]*t?$|^\d+\.\d+t?$")
_MAX_ENVS = 60
_MAX_LABELLED = 500  # environments asked for their labels
_MAX_LINES = 1_000
_MAX_FACTORS = 3_000
_MAX_FOUND = 2_000
_A_TEXT = 10  # units of effort to fill one in


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a tox command asks for."""

    folder: str
    options: Options
    posargs: tuple[str, ...]


def of_tox(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what the environments of a tox command start; None without a configuration."""
    words = command.argv[1:]
    before = leading(words, _VALUED)
    subcommand = before.rest[0] if before.rest else ""
    if subcommand in _OTHERS:
        return ()
    if subcommand in {"exec", "e"}:
        options = scattered(words, _VALUED)
        return (child(command, options.tail),) if options.tail else ()
    options = scattered(words, _VALUED | {"-f"})
    rest = options.rest[1:] if subcommand in _RUNS else options.rest
    if options.has(*_ONLY_SHOWS, "-l", "-a", "-n", "-h"):
        return ()
    folder = joined(command.cwd, options.last("--root")) if options.has("--root") else command.cwd
    settings = settings_of(place, folder, options.last("-c", "--conf"))
    if settings is None:
        return None
    # tox 3 took operands for positional arguments too; `-p auto` leaves its value among them.
    posargs = options.tail or tuple(word for word in rest if word not in {"auto", "all"})
    asked = _Asked(folder, options, posargs if not _numbers(posargs) else ())
    envs, when = _selected(settings, asked, command, place)
    if not envs:
        return None if when is None else ()
    found: dict[tuple[object, ...], Command] = {}
    for env in envs[:_MAX_ENVS]:
        if place.effort.exhausted or len(found) > _MAX_FOUND:
            break
        texts = settings.spent.texts
        for started in _commands(settings, env, command, asked.posargs, when or ""):
            # Two Python versions start the same: once is enough to know what is done.
            key = (started.argv, started.cwd, started.masked, tuple(started.env.items()))
            found.setdefault(key, started)
        place.effort.spend(100 + _A_TEXT * (settings.spent.texts - texts))
    return tuple(found.values())


def _numbers(words: tuple[str, ...]) -> bool:
    return bool(words) and all(word.isdecimal() for word in words)


def _selected(
    settings: Settings, asked: _Asked, command: Command, place: Descent
) -> tuple[tuple[str, ...], str | None]:
    """Return the environments that are run and what their choice depends on.

    No environments and None: what was asked for is not in the configuration.
    """
    options = asked.options
    skipped = command.env.get("TOX_SKIP_ENV", "") or options.last("--skip-env")
    named = ",".join(options.all("-e", "--env")) or command.env.get("TOXENV", "")
    labels = options.all("-m")
    when: str | None = ""
    if named and named != "ALL":
        envs, when = _named(settings, named)
    elif named == "ALL":
        envs = tuple(dict.fromkeys((*settings.listed_envs, *settings.named_envs)))
    elif labels:
        envs = _labelled(settings, labels)
        when = "" if envs else None
    else:
        envs, when = _default(settings, command.env, place.python)
    for factor in options.all("-f"):
        envs = tuple(env for env in envs if holds(factor, env))
    if skipped and not has_hole(skipped) and len(skipped) < 200:
        envs = tuple(env for env in envs if not _fits(skipped, env))
    return envs, when


def _fits(pattern: str, env: str) -> bool:
    """Say whether a skip pattern names an environment; only plain patterns, `.*` and `|` are read."""
    alternatives = pattern.strip("()").split("|")
    return any(
        env == choice or (choice.endswith(".*") and env.startswith(choice[:-2]))
        for choice in alternatives
    )


def _named(settings: Settings, named: str) -> tuple[tuple[str, ...], str | None]:
    every = dict.fromkeys((*settings.listed_envs, *settings.named_envs))
    factors = known_factors(tuple(every)) | _condition_factors(settings)
    found: dict[str, None] = {}
    when: str | None = ""
    for name in expanded(named):
        if has_hole(name):
            pattern = "*".join(map(escape, re.split(r"⟦[^⟧]*⟧", name)))
            fitting = [env for env in every if fnmatchcase(env, pattern)]
            found.update(dict.fromkeys(fitting or every))
            when = "which tox environment is asked for"
        elif name in every or all(
            factor in factors or _PYTHON_FACTOR.match(factor) for factor in name.split("-")
        ):
            found[name] = None
    return tuple(found), (when if found else None)


def _condition_factors(settings: Settings) -> frozenset[str]:
    """Return the factors that lines of [testenv] are conditional on: `-e cov` may exist by them alone."""
    found: set[str] = set()
    for name, keys in settings.sections.items():
        if name == "testenv":
            lines = (line for value in keys.values() for line in text_of(value).split("\n"))
            for line in islice(lines, _MAX_LINES):
                if len(found) < _MAX_FACTORS:
                    head, colon, _ = line.strip().partition(":")
                    if colon and re.match(r"^[\w {}.!,-]+$", head):
                        found.update(
                            part.lstrip("!") for env in expanded(head) for part in env.split("-")
                        )
    return frozenset(found)


def _labelled(settings: Settings, labels: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    every = dict.fromkeys((*settings.listed_envs, *settings.named_envs))
    core = settings.core("labels")
    table = core if isinstance(core, dict) else _pairs(text_of(core), "=")
    for label in labels[:_MAX_ENVS]:
        value = mapping(table).get(label)
        names = tuple(map(text_of, value)) if isinstance(value, list) else expanded(text_of(value))
        found.update(dict.fromkeys(names))
        for env in islice(every, _MAX_LABELLED):
            own, _ = Reader(settings, env, ()).raw("labels")
            written = (
                listed(own) if isinstance(own, list) else text_of(own).replace(",", " ").split()
            )
            if label in written:
                found[env] = None
    return tuple(found)


def _pairs(text: str, sign: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.split("\n"):
        name, given, value = line.partition(sign)
        if given:
            found[name.strip()] = value.partition("#")[0].strip()
    return found


def _default(
    settings: Settings, environ: Mapping[str, str], python: tuple[str, ...]
) -> tuple[tuple[str, ...], str | None]:
    every = settings.listed_envs or ("py",)
    actions, gh = settings.plugin.get("gh-actions"), settings.plugin.get("gh")
    versions = [keys for version in python if (keys := _version_keys(version))]
    if actions is not None:
        if len(versions) != len(python) or not python:
            return every, "the Python version"
        return _by_factors(settings, every, versions, environ), ""
    if gh is not None:
        table = gh.get("python")
        pairs = table if isinstance(table, dict) else _pairs(text_of(table), "=")
        if len(versions) != len(python) or not python:
            return every, "the Python version"
        for keys in versions:
            for key in keys:
                if key in pairs:
                    value = pairs[key]
                    if isinstance(value, list):
                        return tuple(map(text_of, value)), ""
                    return expanded(text_of(value)), ""
    return every, ""


def _version_keys(version: str) -> tuple[str, ...]:
    """Return the keys under which the plugins look a Python version up: `3.11`, then `3`."""
    found = re.match(r"^(pypy)?-?(\d+)\.(\d+)(t?)", version)
    if not found:
        return ()
    pypy, major, minor, threads = found.groups()
    lead = "pypy-" if pypy else ""
    more = (f"pypy{major}",) if pypy else ()
    return (f"{lead}{major}.{minor}{threads}", f"{lead}{major}{threads}", *more)


def _by_factors(
    settings: Settings,
    every: tuple[str, ...],
    versions: list[tuple[str, ...]],
    environ: Mapping[str, str],
) -> tuple[str, ...]:
    """Choose environments as tox-gh-actions does: those that have all factors of one combination."""
    table = settings.plugin["gh-actions"].get("python")
    pairs = mapping(table) if isinstance(table, dict) else _pairs(text_of(table), ":")
    groups: list[tuple[str, ...]] = []
    by_python: list[str] = []
    for keys in versions:
        key = next((key for key in keys if key in pairs), "")
        by_python += expanded(text_of(pairs[key])) if key else ()
    if by_python:
        groups.append(tuple(by_python))
    for variable, value in settings.plugin.get("gh-actions:env", {}).items():
        choices = _pairs(text_of(value), ":")
        given = environ.get(variable.upper(), environ.get(variable, ""))
        if given in choices:
            groups.append(expanded(choices[given]))
    combinations = [set("-".join(group).split("-")) for group in islice(product(*groups), 300)]
    factors = [(env, set(env.split("-"))) for env in every]
    return tuple(
        env
        for env, own in factors
        if any(one and "" not in one and one <= own for one in combinations)
    )


def _commands(
    settings: Settings, env: str, command: Command, posargs: tuple[str, ...], when: str
) -> list[Command]:
    reader = Reader(settings, env, posargs, command.env)
    folder = settings.folder
    changed = reader.text("changedir")
    if changed:
        folder = joined(folder, changed)
    more = _set_env(reader)
    outcome = "ignore_outcome" if reader.text("ignore_outcome").lower() in {"true", "1"} else ""
    found: list[Command] = []
    for key in ("commands_pre", "commands", "commands_post"):
        for words in _lines(reader, key):
            masked = outcome
            if words[0] == "-":
                masked, words = masked or "- prefix", words[1:]
            elif words[0] == "!":
                masked, words = masked or "! prefix", words[1:]
            elif words[0][:1] in {"-", "!"} and len(words[0]) > 1:
                masked = masked or f"{words[0][0]} prefix"
                words = [words[0][1:], *words[1:]]
            if words:
                found.append(child(command, words, cwd=folder, env=more, masked=masked, when=when))
    return found


def _lines(reader: Reader, key: str) -> list[list[str]]:
    value, section = reader.raw(key)
    found: list[list[str]] = []
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and item.get("replace") == "ref":
                of = [text_of(part) for part in listed(item.get("of"))]
                nested = reader._reference(of, text_of(item.get("env")), text_of(item.get("key")))
                lists = [part for part in listed(nested) if isinstance(part, list)]
                found += [reader.words(part, section) for part in lists]
            else:
                found.append(reader.words(listed(item), section))
    else:
        for line in reader.lines(key):
            found.append(list(split(line, comments=True)))
    return [words for words in found if words]


def _set_env(reader: Reader) -> dict[str, str]:
    value, section = reader.raw("setenv")
    if isinstance(value, dict):
        return {
            str(name): reader.put_in(text_of(item), section)
            for name, item in value.items()
            if not isinstance(item, (dict, list))
        }
    return _pairs("\n".join(reader.lines("setenv")), "=")

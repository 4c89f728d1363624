"""What `just` starts: recipes with their dependencies, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent
from checker.actions.recipes.options import assignments, leading
from checker.actions.recipes.paths import inside, joined, parent, upward
from checker.actions.recipes.runners import quoted
from checker.actions.recipes.scripts import shebang
from checker.actions.recipes.task_files.justfile import Expressions, Justfile, Recipe, justfile

_NAMES = ("justfile", "Justfile", "JUSTFILE", ".justfile")
_VALUED = frozenset(
    "-f --justfile -d --working-directory --shell --shell-arg --dotenv-path -E --dotenv-filename "
    "--color --chooser --list-heading --list-prefix --command-color --dump-format --set_".split()
)
_ONLY_SHOWS = (
    "-l --list --summary --show -s --dump --evaluate --variables --choose --fmt --check --init "
    "-e --edit --version -V -h --help --groups -n --dry-run --completions --changelog --man"
).split()
_MAX_RECIPES = 300
_MAX_DEPTH = 50  # recipes before and after one another
_MAX_LINES = 1_000  # in one run, however often a recipe is asked for


def of_just(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what the recipes of a just command start; None without a justfile or such a recipe."""
    words, sets = _without_sets(command.argv[1:])
    options = leading(words, _VALUED)
    if options.has(*_ONLY_SHOWS):
        return ()
    named = options.last("-f", "--justfile")
    if named:
        path = inside(command.cwd, named)
        text = place.text(".", path)
    else:
        found = (place.first(folder, _NAMES) for folder in upward(command.cwd))
        path, text = next((pair for pair in found if pair[0]), ("", ""))
    if not text:
        return None
    given, operands = assignments_first(options.rest)
    folder = parent(path)
    if options.has("-d", "--working-directory"):
        folder = joined(command.cwd, options.last("-d", "--working-directory"))
    file = _with_imports(justfile(text), place, parent(path))
    run = _Run(command, place, folder, file, {**sets, **given})
    if not operands:
        first = _first(file)
        operands = (first,) if first else ()
    if not operands or run.recipe(operands[0]) is None:
        return None
    run.all(operands)
    return tuple(run.found)


def _without_sets(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    kept: list[str] = []
    sets: dict[str, str] = {}
    at = 0
    while at < len(words):
        if words[at] == "--set":
            name, value = (*words[at + 1 : at + 3], "", "")[:2]
            sets[name] = value
            at += 3
        else:
            kept.append(words[at])
            at += 1
    return kept, sets


def assignments_first(words: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Split the `NAME=value` words at the front from the rest."""
    at = 0
    while at < len(words) and re.match(r"^[A-Za-z_][\w-]*=", words[at]):
        at += 1
    found, _ = assignments(words[:at])
    return found, tuple(words[at:])


def _first(file: Justfile) -> str:
    marked = next((name for name, one in file.recipes.items() if "default" in one.attributes), "")
    return marked or next(iter(file.recipes), "")


def _with_imports(file: Justfile, place: Descent, folder: str) -> Justfile:
    if not file.imports:
        return file
    whole = Justfile({}, dict(file.aliases), {}, set(file.exported), dict(file.settings))
    for name in file.imports[:20]:
        other = justfile(place.text(folder, name))
        whole.recipes.update(other.recipes)
        whole.variables.update(other.variables)
        whole.aliases = {**other.aliases, **whole.aliases}
    own = dict(file.recipes)
    whole.recipes = {**own, **{k: v for k, v in whole.recipes.items() if k not in own}}
    whole.variables.update(file.variables)
    return whole


class _Run:
    """One run of just."""

    def __init__(
        self,
        command: Command,
        place: Descent,
        folder: str,
        file: Justfile,
        given: Mapping[str, str],
    ) -> None:
        self.command = command
        self.place = place
        self.folder = folder
        self.file = file
        self.expressions = Expressions(file.variables, given, command.env)
        self.found: list[Command] = []
        self.done: set[tuple[str, ...]] = set()
        self.lines = 0
        self.depth = 0

    def recipe(self, name: str) -> Recipe | None:
        """Return a recipe by its name or alias."""
        return self.file.recipes.get(self.file.aliases.get(name, name))

    def all(self, words: Sequence[str]) -> None:
        """Run the recipes that words name, each with as many arguments as it takes."""
        at = 0
        while at < len(words):
            recipe = self.recipe(words[at])
            if recipe is None:
                return
            at += 1
            takes = len(recipe.parameters)
            if any(parameter.many for parameter in recipe.parameters):
                takes = len(words)
            self.run(recipe, words[at : at + takes])
            at += takes

    def run(self, recipe: Recipe, arguments: Sequence[str]) -> None:
        """Run a recipe once with these arguments, after its dependencies."""
        key = (recipe.name, *arguments)
        if key in self.done or len(self.done) > _MAX_RECIPES or self.lines > _MAX_LINES:
            return
        if self.depth > _MAX_DEPTH:
            return
        self.depth += 1
        self.done.add(key)
        scope = self._scope(recipe, arguments)
        for need in recipe.before:
            self._dependency(need, scope)
        if not any(mark in recipe.attributes for mark in ("windows", "macos")):
            self._lines(recipe, scope)
        for need in recipe.after:
            self._dependency(need, scope)
        self.depth -= 1

    def _dependency(self, need: tuple[str, ...], scope: Mapping[str, str]) -> None:
        recipe = self.recipe(need[0])
        if recipe is not None:
            self.run(recipe, [self.expressions.value(word, scope) for word in need[1:]])

    def _scope(self, recipe: Recipe, arguments: Sequence[str]) -> dict[str, str]:
        scope: dict[str, str] = {}
        rest = list(arguments)
        for parameter in recipe.parameters:
            if parameter.many and rest:
                scope[parameter.name] = " ".join(quoted(rest))
                rest = []
            elif rest:
                scope[parameter.name] = rest.pop(0)
            elif parameter.default is not None:
                scope[parameter.name] = self.expressions.value(parameter.default, scope)
            else:
                scope[parameter.name] = ""
        return scope

    def _lines(self, recipe: Recipe, scope: Mapping[str, str]) -> None:
        env = {
            name: self.expressions.lookup(name, scope)
            for name in self.file.variables
            if name in self.file.exported or self.file.settings.get("export") == "true"
        }
        env |= {one.name: scope[one.name] for one in recipe.parameters if one.exported}
        folder = self.folder
        for attribute in recipe.attributes:
            if attribute.startswith("working-directory"):
                folder = joined(folder, attribute.partition(":")[2].strip().strip("'\"()"))
            elif attribute == "no-cd":
                folder = self.command.cwd
        lines = _dedented(recipe.lines)
        if lines and lines[0].startswith("#!"):
            text = self.expressions.put_in("\n".join(lines).replace("\\\x00", "\\\n"), scope)
            program = " ".join(shebang(text).split()) or "sh"
            self._add(text, f"{program} {{0}}", folder, env, "")
            return
        for line in lines:
            self.lines += 1
            if self.lines > _MAX_LINES:
                return
            body = line.lstrip("@-")
            masked = "- prefix" if "-" in line[: len(line) - len(body)] else ""
            if body.strip() and not body.startswith("#"):
                text = self.expressions.put_in(body.replace("\\\x00", "\\\n"), scope)
                self._add(text, self._shell(), folder, env, masked)

    def _add(self, text: str, shell: str, folder: str, env: Mapping[str, str], masked: str) -> None:
        if shell.startswith("python"):
            from checker.actions.recipes.python import commands_of_script

            self.found += commands_of_script(text, self.command, self.place)
            return
        self.found += self.place.shell(
            text, self.command, shell=shell, cwd=folder, env=env, masked=masked
        )

    def _shell(self) -> str:
        """Return how a line is run: `sh -cu`, or what `set shell` says."""
        words = re.findall(r"""["']([^"']*)["']""", self.file.settings.get("shell", ""))
        if not words:
            return "sh {0}"
        flags = [word.replace("c", "") if re.match(r"^-\w+$", word) else word for word in words[1:]]
        return " ".join((words[0], *(flag for flag in flags if flag not in {"-", ""}), "{0}"))


def _dedented(lines: list[str]) -> list[str]:
    """Return a recipe's lines without the indentation of the first."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines]

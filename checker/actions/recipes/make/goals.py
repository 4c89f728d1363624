"""The goals of a `make` command made in order: prerequisites first, each once, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from checker.actions.command import Command, has_hole
from checker.actions.recipes.descent import Descent, both
from checker.actions.recipes.make.expansion import Variables
from checker.actions.recipes.make.makefile import Line, Makefile, Rule, parse
from checker.actions.recipes.options import Options, assignments, scattered
from checker.actions.recipes.paths import inside, joined

_NAMES = ("GNUmakefile", "makefile", "Makefile")
_VALUED = frozenset(
    "-C --directory -f --file --makefile -I --include-dir -o --old-file --assume-old "
    "-W --what-if --new-file --assume-new -E --eval".split()
)
_COUNTED = ("-j", "-l", "--jobs", "--load-average")
_ONLY_SHOWS = tuple(
    "-n --just-print --dry-run --recon -q --question -t --touch -v --version -h --help "
    "-p --print-data-base".split()
)
_MAX_LEVEL = 60
_MAX_TARGETS = 1_000
_MAX_GIVEN = 20_000
_MAX_EXPORTS = 300
_A_LINE = 5  # units of effort to read one


def started(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what the recipes of a make command start; None without a Makefile or a goal in it."""
    flags, inherited = _from_outer_make(command.env.get("MAKEFLAGS", ""))
    options, operands = _options(command.argv[1:])
    if options.has(*_ONLY_SHOWS):
        return ()
    folder = command.cwd
    for other in options.all("-C", "--directory"):
        folder = joined(folder, other)
    given, goals = assignments(operands)
    overrides = {**inherited, **given}
    makefile = _makefile(command, place, folder, options, overrides, goals)
    if makefile is None:
        return None
    wanted = goals or tuple(makefile.first_goal.split()[:1])
    if not wanted or not any(makefile.rules_of(goal) for goal in wanted):
        return None
    ignoring = "make -i" if options.has("-i", "--ignore-errors") or "i" in flags else ""
    run = _Run(command, place, folder, makefile, ignoring)
    if overrides or ignoring:
        words = " ".join(f"{name}={value}" for name, value in overrides.items())
        run.env["MAKEFLAGS"] = f"{'i' if ignoring else ''} -- {words}"
    for goal in wanted:
        run.make(goal, {}, "", 0)
    place.effort.spend(makefile.variables.spent + len(run.made))
    return tuple(run.found)


def _options(words: tuple[str, ...]) -> tuple[Options, tuple[str, ...]]:
    """Split make's words; the number after `-j` is a value only when it is a number."""
    kept: list[str] = []
    after = ""
    for word in words:
        if not (after in _COUNTED and word.replace(".", "").isdecimal()):
            kept.append(word)
        after = word
    options = scattered(kept, _VALUED)
    return options, options.rest + options.tail


def _from_outer_make(makeflags: str) -> tuple[str, dict[str, str]]:
    flags, _, words = makeflags.partition("--")
    given, _ = assignments(words[:_MAX_GIVEN].split())
    return flags.partition(" ")[0], given


def _makefile(
    command: Command,
    place: Descent,
    folder: str,
    options: Options,
    overrides: dict[str, str],
    goals: tuple[str, ...],
) -> Makefile | None:
    named = options.all("-f", "--file", "--makefile")
    names: tuple[str, ...]
    if named == ("-",):
        text, names = command.stdin, ("",)
    elif named:
        text, names = "\n".join(place.text(folder, name) for name in named), named
    else:
        path, text = place.first(folder, _NAMES)
        names = (path.rpartition("/")[2],)
    if not text:
        return None
    variables = Variables(
        command.env,
        place.github,
        overrides,
        inside(folder),
        exists=lambda path: _exists(place, folder, path),
    )
    variables.defined["MAKEFILE_LIST"] = (" ".join(names), False)
    makefile = parse(text, variables, lambda name: place.text(folder, name), goals)
    place.effort.spend(_A_LINE * makefile.lines)
    return makefile


def _exists(place: Descent, folder: str, path: str) -> bool:
    found = inside(folder, path)
    return bool(found) and (place.is_file(found) or place.is_folder(found))


@dataclass(slots=True)
class _Run:
    """One run of make: what has been made, and what that started."""

    command: Command
    place: Descent
    folder: str
    makefile: Makefile
    ignoring: str
    env: dict[str, str] = field(default_factory=dict)
    found: list[Command] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    exported: tuple[str, ...] | None = None

    def make(self, target: str, own: Mapping[str, str], when: str, level: int) -> None:
        """Make a target, its prerequisites first, with the variables that its caller set for it."""
        if target in self.made or level > _MAX_LEVEL or len(self.made) > _MAX_TARGETS:
            return
        if self.place.effort.exhausted:
            return
        self.made.add(target)
        rules = self.makefile.rules_of(target)
        if not rules:
            return
        own, exported = self._own_variables(target, own)
        for rule in rules:
            for need in rule.needs:
                self.make(need, own, both(when, rule.when), level + 1)
        recipes = [rule for rule in rules if rule.recipe]
        if not all(rule.double for rule in recipes):
            # The last recipe replaces earlier ones, unless a conditional leaves open which is read.
            recipes = [rule for rule in recipes if rule.when or rule is recipes[-1]]
        for rule in recipes:
            freshness = self._freshness(target, rules)
            if freshness != "up to date":
                self._recipe(target, rule, own, exported, both(when, freshness))

    def _own_variables(
        self, target: str, outer: Mapping[str, str]
    ) -> tuple[Mapping[str, str], dict[str, str]]:
        own = dict(outer)
        exported: dict[str, str] = {}
        variables = self.makefile.variables
        for name, operator, value, is_exported in self.makefile.of_target.get(target, ()):
            if name in variables.overrides:
                continue
            if operator == "?=" and variables.lookup(name, own):
                continue
            new = variables.expand(value, own)
            own[name] = f"{variables.lookup(name, own)} {new}" if operator == "+=" else new
            if is_exported or variables.exported.get(name):
                exported[name] = own[name]
        return own, exported

    def _freshness(self, target: str, rules: tuple[Rule, ...]) -> str:
        """Return what decides that a target is made: nothing when it is for certain."""
        if target in self.makefile.phony or not _exists(self.place, self.folder, target):
            return ""
        needs = [need for rule in rules for need in rule.needs]
        if not needs:
            return "up to date"
        if all(_exists(self.place, self.folder, need) for need in needs):
            return f"make finds `{target}` out of date"
        return ""

    def _recipe(
        self, target: str, rule: Rule, own: Mapping[str, str], exported: dict[str, str], when: str
    ) -> None:
        variables = self.makefile.variables
        scope = {**own, **_automatic(target, rule)}
        env = {**self._exports(own), **exported, **self.env}
        shell = self._shell(scope)
        lines = rule.recipe
        if self.makefile.one_shell:
            lines = [Line("\n".join(line.text for line in lines), lines[0].when)]
        for line in lines:
            text = variables.expand(line.text, scope)
            parts = [text] if self.makefile.one_shell else _unescaped_lines(text)
            for part in parts:
                body = part.lstrip(" \t@+-")
                prefix = part[: len(part) - len(body)]
                masked = self.ignoring or self._ignored(target) or ("- prefix" * ("-" in prefix))
                if body.strip():
                    self.found += self.place.shell(
                        body,
                        self.command,
                        shell=shell,
                        cwd=self.folder,
                        env=env,
                        masked=masked,
                        when=both(when, line.when),
                    )

    def _ignored(self, target: str) -> str:
        if self.makefile.ignore_all or target in self.makefile.ignored:
            return ".IGNORE"
        return ""

    def _shell(self, scope: Mapping[str, str]) -> str:
        variables = self.makefile.variables
        program = variables.lookup("SHELL", scope).strip() if "SHELL" in variables.defined else "sh"
        flags = [
            word
            for word in variables.lookup(".SHELLFLAGS", scope).split()
            if word != "-c" and not has_hole(word)
        ]
        flags = [word.removesuffix("c") if word.startswith("-") else word for word in flags]
        name = program.split()[-1].rpartition("/")[2] if program else "sh"
        return " ".join((name or "sh", *flags, "{0}"))

    def _exports(self, own: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that the recipes' programs find in their environment."""
        variables = self.makefile.variables
        found = {name: variables.lookup(name, own) for name in self._exported()}
        self.place.effort.spend(10 + 5 * len(found))
        return found

    def _exported(self) -> tuple[str, ...]:
        """Return the names of those variables; they are the same for all recipes."""
        if self.exported is None:
            variables = self.makefile.variables
            names = [name for name, given in variables.exported.items() if given]
            names += variables.overrides
            names += [name for name in variables.environment if name in variables.defined]
            if self.makefile.export_all:
                names += [name for name in variables.defined if name.replace("_", "a").isalnum()]
            self.exported = tuple(
                name
                for name in islice(dict.fromkeys(names), _MAX_EXPORTS)
                if variables.exported.get(name, True) and name not in {"SHELL", "MAKECMDGOALS"}
            )
        return self.exported


def _automatic(target: str, rule: Rule) -> dict[str, str]:
    from checker.actions.recipes.make.expansion import matches

    needs = [need for need in rule.needs if need]
    stem = (matches(rule.pattern, target) if rule.pattern else "") or ""
    folder, _, name = target.rpartition("/")
    return {
        "@": target,
        "<": needs[0] if needs else "",
        "^": " ".join(dict.fromkeys(needs)),
        "+": " ".join(needs),
        "?": " ".join(needs),
        "*": stem,
        "@D": folder or ".",
        "@F": name,
    }


def _unescaped_lines(text: str) -> list[str]:
    """Split an expanded recipe line where a `define` put several lines into it."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and (len(lines[-1]) - len(lines[-1].rstrip("\\"))) % 2:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    return lines

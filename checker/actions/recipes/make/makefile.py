"""A Makefile read line by line, as make does: rules, variables, conditionals and included files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from checker.actions.command import NOTHING, has_hole
from checker.actions.recipes.descent import both
from checker.actions.recipes.make.expansion import Variables, matches
from checker.actions.recipes.make.lines import (
    at_semicolon,
    logical_lines,
    operands,
    rule_colon,
    without_comment,
)

_MAX_LINES = 20_000  # of a Makefile with all that it includes
_MAX_TEXT = 400_000
_MAX_INCLUDES = 30
_MAX_RULES = 4_000
_MAX_PATTERNS = 200  # rules like `%.o: %.c`
_MAX_BRANCHES = 40  # conditionals inside one another

_ASSIGNMENT = re.compile(r"^\s*([^\s:#=!?+]+)\s*(:{0,3}=|\?=|\+=|!=)\s?[ \t]*(.*)$", re.DOTALL)
_DEFINE = re.compile(
    r"^\s*(?:(?:override|export)\s+)*define\s+([^\s=:?+!]+)\s*((?:[=:?+!]\S*)?)\s*$"
)
_CONDITION = re.compile(r"^\s*(ifeq|ifneq|ifdef|ifndef)\b\s*(.*)$", re.DOTALL)
_ELSE = re.compile(r"^\s*else\b\s*(.*)$", re.DOTALL)
_ENDIF = re.compile(r"^\s*endif\b")
_INCLUDE = re.compile(r"^\s*(?:-include|sinclude|include)\s+(.*)$")
_KEYWORD = re.compile(
    r"^\s*(export|unexport|override|private|undefine|vpath)\b[ \t]*(.*)$", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a recipe and what it depends on."""

    text: str
    when: str = ""


@dataclass(slots=True)
class Rule:
    """One rule: what it makes, from what, and how."""

    targets: tuple[str, ...]
    needs: tuple[str, ...]
    recipe: list[Line] = field(default_factory=list)
    double: bool = False
    when: str = ""
    pattern: str = ""
    """For a static pattern rule, the pattern that gives the stem."""


@dataclass(slots=True)
class Makefile:
    """All that make knows once it has read its files."""

    variables: Variables
    rules: list[Rule] = field(default_factory=list)
    phony: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    ignore_all: bool = False
    lines: int = 0
    """Lines read, with those of included files."""
    one_shell: bool = False
    export_all: bool = False
    of_target: dict[str, list[tuple[str, str, str, bool]]] = field(default_factory=dict)
    """Target -> its own variables: name, operator, value, exported."""
    _by_target: dict[str, list[Rule]] = field(default_factory=dict)
    _patterns: list[tuple[str, Rule]] = field(default_factory=list)

    def add(self, rule: Rule) -> None:
        """Take a rule in after those that stand before it."""
        self.rules.append(rule)
        for target in dict.fromkeys(rule.targets):
            self._by_target.setdefault(target, []).append(rule)
            if "%" in target and len(self._patterns) < _MAX_PATTERNS:
                self._patterns.append((target, rule))

    @property
    def first_goal(self) -> str:
        """The goal of a bare `make`."""
        chosen = self.variables.lookup(".DEFAULT_GOAL", NOTHING).strip()
        if chosen:
            return chosen
        for rule in self.rules:
            for target in rule.targets:
                if (not target.startswith(".") or "/" in target) and "%" not in target:
                    return target
        return ""

    def rules_of(self, target: str) -> tuple[Rule, ...]:
        """Return the rules that make a target, explicit ones before a pattern that fits."""
        found = tuple(self._by_target.get(target, ()))
        if any(rule.recipe for rule in found) or target in self.phony:
            return found
        for pattern, rule in self._patterns:
            stem = matches(pattern, target)
            if stem and rule.recipe:
                needs = tuple(need.replace("%", stem, 1) for need in rule.needs)
                return (*found, replace(rule, needs=needs, pattern=pattern))
        return found


@dataclass(slots=True)
class _Branch:
    """An open conditional: whether its present branch is read, and how it is described."""

    reads: bool | None  # None: only a run could tell
    taken: bool
    doubtful: bool
    text: str


def parse(
    text: str, variables: Variables, included: Callable[[str], str], goals: tuple[str, ...] = ()
) -> Makefile:
    """Read a Makefile with the variables it is given; `included` returns another file's text."""
    makefile = Makefile(variables)
    variables.defined.setdefault("MAKECMDGOALS", (" ".join(goals), False))
    _Reading(makefile, included).read(text)
    return makefile


class _Reading:
    """The state of make while it reads its files."""

    def __init__(self, makefile: Makefile, included: Callable[[str], str]) -> None:
        self.makefile = makefile
        self.variables = makefile.variables
        self.included = included
        self.includes = 0
        self.open_files: list[str] = []
        self.current: Rule | None = None
        self.branches: list[_Branch] = []
        self.length = 0

    def read(self, text: str) -> None:
        lines = iter(logical_lines(text))
        for line in lines:
            self.makefile.lines += 1
            self.length += len(line)
            if (
                len(self.makefile.rules) >= _MAX_RULES
                or self.makefile.lines > _MAX_LINES
                or self.length > _MAX_TEXT
            ):
                return
            self._line(line, lines)

    def _line(self, line: str, lines: Iterator[str]) -> None:
        if line.startswith("\t") and self.current is not None:
            if self._reads:
                body = line[1:].replace("\\\n\t", "\\\n")
                self.current.recipe.append(Line(body, self._when))
            return
        if "\\\n" in line:
            line = " ".join(part.strip(" \t") for part in line.split("\\\n"))
        if self._conditional(line) or not self._reads:
            return
        define = _DEFINE.match(line)
        if define:
            self._define(define[1], define[2], lines)
            return
        line = without_comment(line)
        if line.strip():
            self._statement(line)

    @property
    def _reads(self) -> bool:
        return all(branch.reads is not False for branch in self.branches)

    @property
    def _when(self) -> str:
        when = ""
        for branch in self.branches:
            if branch.reads is None:
                when = both(when, branch.text)
        return when

    def _conditional(self, line: str) -> bool:
        start = _CONDITION.match(line)
        if start:
            read = self._reads and len(self.branches) < _MAX_BRANCHES
            first = self._holds(start[1], start[2]) if read else False
            text = f"`{' '.join(line.split())}` holds in the Makefile"
            self.branches.append(_Branch(first, first is True, first is None, text))
            return True
        if _ENDIF.match(line):
            if self.branches:
                self.branches.pop()
            return True
        other = _ELSE.match(line)
        if other and self.branches:
            branch = self.branches.pop()
            outer_reads = self._reads
            nested = _CONDITION.match(other[1])
            holds: bool | None = False
            if outer_reads and not branch.taken:
                holds = self._holds(nested[1], nested[2]) if nested else True
            taken = branch.taken or holds is True
            if branch.doubtful and holds is True:
                holds = None
            text = branch.text.replace(" holds in", " does not hold in")
            if nested:
                text = f"`{' '.join(other[1].split())}` holds in the Makefile"
            self.branches.append(_Branch(holds, taken, branch.doubtful or holds is None, text))
            return True
        return False

    def _holds(self, word: str, condition: str) -> bool | None:
        if word in {"ifdef", "ifndef"}:
            name = self.variables.expand(without_comment(condition)).strip()
            known = self.variables.is_defined(name)
            return known if known is None or word == "ifdef" else not known
        left, right = operands(condition)
        left, right = self.variables.expand(left), self.variables.expand(right)
        if has_hole(left) or has_hole(right):
            return None
        return (left == right) is (word == "ifeq")

    def _define(self, name: str, operator: str, lines: Iterator[str]) -> None:
        body: list[str] = []
        level = 1
        for line in lines:
            if re.match(r"^\s*define\b", line):
                level += 1
            elif re.match(r"^\s*endef\b", line):
                level -= 1
                if not level:
                    break
            body.append(line)
        self.variables.assign(name, operator or "=", "\n".join(body), NOTHING)

    def _statement(self, line: str) -> None:
        include = _INCLUDE.match(line)
        if include:
            self._include(include[1])
            return
        keyword = _KEYWORD.match(line)
        if keyword and not re.match(r"^\s*[:=+?!]", keyword[2]):
            self._keyword(keyword[1], keyword[2])
            return
        colon = rule_colon(line)
        assignment = _ASSIGNMENT.match(line)
        if assignment and (colon < 0 or assignment.start(2) <= colon):
            self.current = None
            self.variables.assign(assignment[1], assignment[2], assignment[3], NOTHING)
        elif colon >= 0:
            self._rule(line, colon)

    def _keyword(self, word: str, rest: str) -> None:
        if word in {"override", "private"}:
            self._statement(rest)
        elif word == "export":
            assignment = _ASSIGNMENT.match(rest)
            if assignment:
                self.variables.assign(assignment[1], assignment[2], assignment[3], NOTHING)
                self.variables.exported[assignment[1]] = True
            elif rest.strip():
                for name in self.variables.expand(rest).split():
                    self.variables.exported[name] = True
            else:
                self.makefile.export_all = True
        elif word == "unexport":
            for name in self.variables.expand(rest).split():
                self.variables.exported[name] = False
        elif word == "undefine":
            self.variables.defined.pop(self.variables.expand(rest).strip(), None)

    def _include(self, names: str) -> None:
        for name in self.variables.expand(names).split():
            if name in self.open_files or self.includes >= _MAX_INCLUDES:
                continue
            self.includes += 1
            self.open_files.append(name)
            outer, self.branches = self.branches, []
            self.read(self.included(name))
            self.branches = outer
            self.open_files.pop()
            self.current = None

    def _rule(self, line: str, colon: int) -> None:
        double = line.startswith("::", colon)
        head, rest = line[:colon].rstrip("&"), line[colon + 1 + double :]
        targets = tuple(self.variables.expand(head).split())
        own = _ASSIGNMENT.match(re.sub(r"^\s*(?:override\s+|private\s+)*", "", rest))
        exported = rest.split()[:1] == ["export"]
        if exported:
            own = _ASSIGNMENT.match(rest.strip().removeprefix("export"))
        if own and targets:
            for target in targets:
                self.makefile.of_target.setdefault(target, []).append(
                    (own[1], own[2], own[3], exported)
                )
            self.current = None
            return
        needs, semicolon, recipe = at_semicolon(rest)
        needs = self.variables.expand(needs)
        pattern, sign, after = needs.partition(":")
        if not sign or "%" not in pattern:
            pattern, after = "", needs
        rule = Rule(
            targets,
            tuple(word for word in after.replace("|", " ").split()),
            double=double,
            when=self._when,
            pattern=pattern.strip(),
        )
        if semicolon and recipe.strip():
            rule.recipe.append(Line(recipe.strip(), self._when))
        self.current = rule
        self._special(rule)
        if targets:
            self.makefile.add(rule)

    def _special(self, rule: Rule) -> None:
        for target in rule.targets:
            if target == ".PHONY":
                self.makefile.phony.update(rule.needs)
            elif target == ".IGNORE":
                self.makefile.ignored.update(rule.needs)
                self.makefile.ignore_all |= not rule.needs
            elif target == ".ONESHELL":
                self.makefile.one_shell = True

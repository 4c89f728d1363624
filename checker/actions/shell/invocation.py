"""One simple command: its words expanded, its redirections followed, its program written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from checker.actions.command import has_hole, hole
from checker.actions.shell import expansion
from checker.actions.shell.builtins import BUILTINS
from checker.actions.shell.channels import Channels, Started
from checker.actions.shell.limits import COMMAND_LIMIT, VALUE_LIMIT, Exhausted
from checker.actions.shell.nested import shell_call
from checker.actions.shell.parameters import lookup, source_of
from checker.actions.shell.parsing import parse
from checker.actions.shell.state import DONE, Fate, Mask, Outcome, Value, merged
from checker.actions.shell.streams import is_filter, printed
from checker.actions.shell.tree import Assignment, Node, Redirect, Sequence, Simple
from checker.actions.shell.wrappers import stripped

_MENTION = re.compile(r"\$\{?[#!]?([A-Za-z_]\w*|\?)|(?<![\w$])([A-Za-z_]\w*)")
_LIST_LIMIT = 1000
_VARIABLES_LIMIT = 1000
_SET_OUTPUT = re.compile(r"^::set-output name=([\w-]+)::(.*)$", re.MULTILINE)
_OUTER_ONLY = frozenset({"GITHUB_OUTPUT", "GITHUB_ENV"})


class Invocation(Channels):
    """What a shell does with one simple command."""

    def run(self, sequence: Sequence, fate: Fate) -> Outcome:
        """Follow commands one after the other."""
        raise NotImplementedError

    def node(self, node: Node, fate: Fate) -> Outcome:
        """Follow one command of any kind."""
        raise NotImplementedError

    # -- shells within the shell ----------------------------------------------------------------

    def isolated(
        self, body: Callable[[Fate], Outcome], ignored: Mask | None, mask: Mask | None
    ) -> Outcome:
        """Follow commands in a subshell, of which only what it writes remains.

        `mask` is what swallows the subshell's own failure.
        """
        outer, inner = self.state, self.state.fork()
        inner.on_exit = inner.on_return = mask
        self.state = inner
        outcome = body(Fate(ignored, mask))
        inner, self.state = self.state, outer
        outer.outputs_file = inner.outputs_file
        outer.environment_file = inner.environment_file
        outer.captured = inner.captured
        if inner.jump:
            return Outcome(False, inner.last.masks) if inner.failing else inner.last
        return outcome

    def captured(self, body: Sequence, text: str) -> str:  # noqa: ARG002 - the other reader names it
        """Start the commands of a `$(…)` and return what they print."""
        before = self.state.stdout, self.state.captured
        mask = self._substitution_mask
        self.state.stdout, self.state.captured = "capture", ""

        def inside(fate: Fate) -> Outcome:
            if not self.state.posix and self.state.errexit:
                self.state.errexit = False
                self.state.lenient = "$(…) does not inherit set -e"
            return self.run(body, fate)

        self.budget.spend()
        self._substituted = self.isolated(inside, None, mask)
        self._substitution_mask = mask
        found = self.state.captured
        self.state.stdout, self.state.captured = before
        return found

    def script(self, text: str, fate: Fate) -> Outcome:
        """Follow a text of commands in this very shell."""
        self.budget.spend(1 + len(text) // 64)
        self.budget.depth += 1
        line, outcome = self.line, DONE
        if self.budget.depth <= 40:
            outcome = self.run(parse(text, self.budget, line), fate)
        self.budget.depth -= 1
        self.line = line
        return outcome

    # -- simple commands ------------------------------------------------------------------------

    def simple(self, node: Simple, fate: Fate) -> Outcome:
        """Follow one simple command."""
        state = self.state
        self.line = line = node.place.line
        if not node.words:
            self._substitution_mask, self._substituted = state.verdict(fate), DONE
            if node.redirects:
                self.streams(node.redirects)
            for assignment in node.assignments:
                self.assign(assignment)
            return self._substituted
        self._substitution_mask = Mask(f"{node.words[0].text} $(…)")
        argv: list[str] = []
        for word in node.words:
            argv += expansion.fields(self, word)
        before = state.stdout, state.stdin
        if node.redirects:
            state.stdout, state.stdin = self.streams(node.redirects)
        if not argv:
            for assignment in node.assignments:
                self.assign(assignment)
            outcome = DONE
        else:
            prefix = self._prefix(node.assignments)
            self.line = line
            outcome = self.invoke(tuple(argv), node, fate, prefix)
        self.state.stdout, self.state.stdin = before
        return outcome

    def _prefix(self, assignments: tuple[Assignment, ...]) -> dict[str, str]:
        """Return the variables that stand before a command."""
        return {
            assignment.name: expansion.text(self, assignment.values[0])
            for assignment in assignments
            if assignment.values and not assignment.array
        }

    def assign(self, assignment: Assignment) -> None:
        """Follow `NAME=value` in any of its forms."""
        state, name = self.state, assignment.name
        text = " ".join(word.text for word in assignment.values)
        taints = self.tainted(text) if "$" in text else ()
        value: Value
        if assignment.array:
            listed: list[str] = []
            for word in assignment.values:
                listed += expansion.fields(self, word)
            if len(listed) > _LIST_LIMIT:
                self.budget.complain(f"a list keeps only its first {_LIST_LIMIT} items")
            value = tuple(listed[:_LIST_LIMIT])
        else:
            value = expansion.text(self, assignment.values[0])
        old = lookup(state, name) if assignment.append else None
        if assignment.subscript:
            value = _with_item(state.variables.get(name), assignment.subscript, value, name)
        elif isinstance(old, tuple) or (isinstance(value, tuple) and assignment.append):
            first = (old,) if isinstance(old, str) else old or ()
            value = (*first, *((value,) if isinstance(value, str) else value or ()))[:_LIST_LIMIT]
        elif isinstance(old, str) and isinstance(value, str):
            value = old + value if len(old) + len(value) <= VALUE_LIMIT else hole(name)
        if len(state.variables) < _VARIABLES_LIMIT or name in state.variables:
            state.assign(name, value)
        if taints:
            state.taints[name] = taints

    def tainted(self, text: str) -> tuple[Mask, ...]:
        """Return the masks of the programs whose failure a text's variables remember."""
        bare = "((" in text
        found: list[Mask] = []
        for mention in _MENTION.finditer(text):
            name = mention[1] or (mention[2] if bare else "")
            found += self.state.last.masks if name == "?" else self.state.taints.get(name, ())
        return merged(found)

    def tested(self, truth: bool | None, text: str, fate: Fate) -> Outcome:
        """Return the outcome of a test; one that looks at a failure passes it on."""
        masks = self.tainted(text) if "$" in text or "((" in text else ()
        if masks and truth is None and self.state.verdict(fate) is None:
            for mask in masks:
                mask.lift(None)
        return Outcome(truth, masks)

    def invoke(
        self, argv: tuple[str, ...], node: Simple, fate: Fate, prefix: dict[str, str]
    ) -> Outcome:
        """Start what the words say: a function, a builtin or a program."""
        name = argv[0]
        if name in self.state.functions:
            return self._call(self.state.functions[name], argv, fate, prefix)
        builtin = BUILTINS.get(name)
        if builtin is None:
            return self._program(argv, node, fate, prefix)
        if not prefix:
            return builtin(self, argv, node, fate)
        variables, exported = self.state.variables, self.state.exported
        kept = {name: (variables.get(name), name in variables) for name in prefix}
        for variable, value in prefix.items():
            self.state.assign(variable, value)
        outcome = builtin(self, argv, node, fate)
        self._restore({n: (v, p) for n, (v, p) in kept.items() if n not in exported or p})
        return outcome

    def _call(
        self, body: Node, argv: tuple[str, ...], fate: Fate, prefix: dict[str, str]
    ) -> Outcome:
        state = self.state
        arguments, guard, on_return = state.arguments, state.guard, state.on_return
        mask = state.verdict(fate)
        state.arguments, state.on_return = argv[1:], mask
        self.locals.append({})
        for name, value in prefix.items():
            self.declare_local(name)
            state.assign(name, value)
            state.export(name)
        outcome = self.node(body, Fate(fate.ignored, mask))
        state = self.state
        if state.jump == "return":
            state.jump = ""
            outcome = Outcome(False, state.last.masks) if state.failing else state.last
            state.guard = guard
        self._restore(self.locals.pop())
        state.arguments, state.on_return = arguments, on_return
        return outcome

    def declare_local(self, name: str) -> None:
        """Let a variable get its old value back when the function ends."""
        if self.locals:
            variables = self.state.variables
            self.locals[-1].setdefault(name, (variables.get(name), name in variables))

    def _restore(self, kept: dict[str, tuple[Value, bool]]) -> None:
        for name, (value, present) in kept.items():
            self.state.assign(name, value)
            if not present:
                del self.state.variables[name]

    # -- programs -------------------------------------------------------------------------------

    def _program(
        self, argv: tuple[str, ...], node: Simple, fate: Fate, prefix: dict[str, str]
    ) -> Outcome:
        found = stripped(argv)
        if found.argv != argv and found.argv[0] in BUILTINS:
            return BUILTINS[found.argv[0]](self, found.argv, node, fate)
        variables = {**prefix, **found.env}
        argv = self._fed(argv, found.argv)
        call = shell_call(argv, self.state.stdin)
        if call:
            mask = self.state.verdict(fate)

            def inside(own: Fate) -> Outcome:
                state = self.state
                for name, value in variables.items():
                    state.assign(name, value)
                    state.export(name)
                kept = state.exported | _OUTER_ONLY | {"GITHUB_WORKSPACE"}
                state.variables = {
                    n: v for n, v in state.variables.items() if n in kept or n.startswith("GITHUB_")
                }
                state.functions, state.arguments = {}, call.arguments
                state.variables["0"] = call.name
                state.errexit, state.pipefail = call.errexit, call.pipefail
                state.lenient, state.posix = call.lenient, call.posix
                state.stdin = None
                return self.script(call.text, own)

            return self.isolated(inside, None, mask)
        return self.started(argv, fate, variables)

    def _fed(self, written: tuple[str, ...], argv: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words of a program that `xargs` starts, with its input where that is known."""
        stdin = self.state.stdin
        plain = "xargs" in written and not {"-I", "-n", "-L"} & {word[:2] for word in written}
        if not plain or argv[-1:] != (hole("xargs"),) or stdin is None or has_hole(stdin):
            return argv
        return (*argv[:-1], *stdin.split()[:_LIST_LIMIT])

    def started(
        self, argv: tuple[str, ...], fate: Fate, variables: Mapping[str, str] | None = None
    ) -> Outcome:
        """Write down a program that starts here."""
        state = self.state
        mask = state.verdict(fate)
        self.budget.spend(len(state.exported) // 32)
        environment = state.environment()
        if variables:
            environment = MappingProxyType({**environment, **variables})
        if len(self.commands) >= COMMAND_LIMIT:
            raise Exhausted(f"only the first {COMMAND_LIMIT} programs are written down")
        self.commands.append(
            Started(argv, self.line, state.cwd, environment, mask, state.when, state.stdin or "")
        )
        if argv[0] == "find":
            self._found_files(argv, fate)
        if argv[0] == "tee":
            self._tee(argv)
        if state.stdout != "terminal":
            text = printed(argv, state.stdin, self.budget.match)
            if text is None:
                known = state.stdin is not None and has_hole(state.stdin) and is_filter(argv[0])
                text = source_of(state.stdin or "") if known else hole(" ".join(argv)[:200])
                text += "\n"
            self.print(text)
        return Outcome(None, (mask,) if mask else ())

    def _found_files(self, argv: tuple[str, ...], fate: Fate) -> None:
        """Write down the program that `find -exec` starts."""
        for at, word in enumerate(argv):
            if word in {"-exec", "-execdir", "-ok"}:
                rest = argv[at + 1 :]
                stop = next((n for n, end in enumerate(rest) if end in {";", "+"}), len(rest))
                command = tuple(hole("find") if w == "{}" else w for w in rest[:stop])
                mask = Mask("find -exec … \\;")
                own = fate if rest[stop : stop + 1] == ("+",) else Fate(mask, mask)
                if command:
                    self.started(stripped(command).argv, own)
                return

    def _tee(self, argv: tuple[str, ...]) -> None:
        before = self.state.stdout
        for word in argv[1:]:
            self.state.stdout = self.destination(word)
            if self.state.stdout in {"output", "env"}:
                self.print(self.state.stdin or "")
        self.state.stdout = before

    # -- redirections ---------------------------------------------------------------------------

    def streams(self, redirects: tuple[Redirect, ...]) -> tuple[str, str | None]:
        """Return where output goes and what input is, after redirections."""
        stdout, stdin = self.state.stdout, self.state.stdin
        for redirect in redirects:
            operator = redirect.operator
            if redirect.document:
                stdin = expansion.text(self, redirect.document.body)
                continue
            target = expansion.text(self, redirect.target)
            if operator == "<<<":
                stdin = target + "\n"
            elif operator in {"<", "<>", "<&"}:
                stdin = None
            elif redirect.descriptor in {"", "1"}:
                if operator == ">&" and target in {"1", "-"}:
                    continue
                stdout = (
                    "terminal" if operator == ">&" and target == "2" else (self.destination(target))
                )
        return stdout, stdin


def _with_item(old: Value, subscript: str, value: Value, name: str) -> Value:
    """Return a list with one item replaced."""
    items = list((old,) if isinstance(old, str) else old or ())
    if subscript.isdecimal() and isinstance(value, str) and len(subscript) < 4:
        items += [""] * (int(subscript) + 1 - len(items))
        items[int(subscript)] = value
        return tuple(items)
    return hole(name)

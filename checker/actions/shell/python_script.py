"""`shell: python`: the programs that a Python script starts with `subprocess` and `os.system`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from checker.actions.command import Command, Script, hole
from checker.actions.shell.limits import COMMAND_LIMIT, STEP_LIMIT, TEXT_LIMIT
from checker.actions.shell.line import split_line

_STARTING = frozenset(
    f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")
) | {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
_CHECKING = frozenset({"subprocess.check_call", "subprocess.check_output"})
_PASSING = frozenset({"sys.exit", "exit", "quit", "SystemExit"})
_DEPTH_LIMIT = 60
_CHARACTERS_A_STEP = 100
_PARTS_LIMIT = 200  # of an f-string
_BITS_LIMIT = 128  # Python itself refuses to write a very long number out

ShellReader = Callable[[str], Script]


def read_python(text: str, env: Mapping[str, str], cwd: str, shell_reader: ShellReader) -> Script:
    """Return what a Python script would start; texts for a shell go to `shell_reader`."""
    try:
        tree = ast.parse(text[:TEXT_LIMIT].replace("\0", ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as reason:
        return Script(problems=(f"not readable as Python: {str(reason)[:120]}",))
    walk = _Walk(text, MappingProxyType(dict(env)), cwd, shell_reader)
    for statement in tree.body:
        walk.visit(statement, "", "", 0)
    return Script(
        tuple(walk.commands[:COMMAND_LIMIT]),
        echoes=tuple(walk.echoes[:COMMAND_LIMIT]),
        cut=walk.steps > STEP_LIMIT or len(walk.commands) > COMMAND_LIMIT or len(text) > TEXT_LIMIT,
    )


class _Walk:
    def __init__(
        self, text: str, env: Mapping[str, str], cwd: str, shell_reader: ShellReader
    ) -> None:
        self.lines = text.split("\n")
        self.env = env
        self.cwd = cwd
        self.shell_reader = shell_reader
        self.names: dict[str, str] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.values: dict[str, ast.expr] = {}
        self.commands: list[Command] = []
        self.echoes: list[Command] = []
        self.steps = 0

    def visit(self, node: ast.AST, when: str, masked: str, depth: int) -> None:
        """Follow a statement or expression, outer parts before inner ones."""
        self.steps += 1
        if depth > _DEPTH_LIMIT or self.steps > STEP_LIMIT or len(self.commands) > COMMAND_LIMIT:
            return
        if isinstance(node, ast.FunctionDef):
            self.functions[node.name] = node
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                self.names[alias.asname or alias.name] = module + alias.name
            return
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            self.values[node.targets[0].id] = node.value
        if isinstance(node, ast.Call):
            self._call(node, when, masked, depth)
            return
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            self._branches(node, when, masked, depth)
            return
        if isinstance(node, ast.Try) and node.handlers:
            for statement in node.body:
                self.visit(statement, when, masked or "except", depth + 1)
            for statement in (*node.orelse, *node.finalbody):
                self.visit(statement, when, masked, depth + 1)
            return
        for child in ast.iter_child_nodes(node):
            self.visit(child, when, masked, depth + 1)

    def _branches(
        self, node: ast.If | ast.IfExp | ast.While, when: str, masked: str, depth: int
    ) -> None:
        self.visit(node.test, when, masked, depth + 1)
        line = self.lines[node.test.lineno - 1] if node.test.lineno <= len(self.lines) else ""
        test = line[node.test.col_offset : node.test.end_col_offset].strip()[:120]
        main = "__name__" in test
        inner = when if main else f"{when} and if {test}" if when else f"if {test}"
        other = f"{when} and not ({test})" if when else f"not ({test})"
        bodies = (node.body, node.orelse)
        for body, words in zip(bodies, (inner, other), strict=True):
            for statement in body if isinstance(body, list) else [body]:
                self.visit(statement, words[:300], masked, depth + 1)

    def _call(self, node: ast.Call, when: str, masked: str, depth: int) -> None:
        name = self._name(node.func)
        passing = name in _PASSING
        inner = "passed on" if passing else "" if masked == "passed on" else masked
        for child in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.visit(child, when, inner, depth + 1)
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(receiver, ast.Call):
            checks = isinstance(node.func, ast.Attribute) and node.func.attr == "check_returncode"
            self.visit(receiver, when, "passed on" if checks else masked, depth + 1)
        if name == "print" and node.args:
            text = self._text(node.args[0])
            self.echoes.append(Command(("print", text), node.lineno, self.cwd, self.env))
        elif name in _STARTING and node.args:
            self._start(node, name, when, masked)
        elif name in self.functions:
            body = self.functions.pop(name)
            for statement in body.body:
                self.visit(statement, when, masked, depth + 1)

    def _name(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return f"{self.names.get(node.value.id, node.value.id)}.{node.attr}"
        return ""

    def _start(self, node: ast.Call, name: str, when: str, masked: str) -> None:
        options = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        checked = name in _CHECKING or _is_true(options.get("check"))
        if masked == "passed on":
            masked = ""
        elif not masked and not checked:
            masked = f"{name} without check" if name == "subprocess.run" else f"{name}(…)"
        cwd = self._text(options["cwd"]) if "cwd" in options else self.cwd
        given = self._resolved(node.args[0])
        if isinstance(given, ast.List | ast.Tuple):
            argv = tuple(self._text(item) for item in given.elts[:COMMAND_LIMIT])
            self.steps += (len(argv) + sum(map(len, argv))) // _CHARACTERS_A_STEP
            if argv:
                self.commands.append(Command(argv, node.lineno, cwd, self.env, masked, when))
            return
        text = self._text(given)
        self.steps += len(text) // _CHARACTERS_A_STEP
        through_shell = not name.startswith("subprocess.") or _is_true(options.get("shell"))
        if not through_shell:
            argv = split_line(text, {})
            if argv:
                self.commands.append(Command(argv, node.lineno, cwd, self.env, masked, when))
            return
        for command in self.shell_reader(text).commands:
            both = " and ".join(filter(None, (when, command.when)))
            swallowed = command.masked or masked
            self.commands.append(
                replace(command, line=node.lineno, cwd=cwd, masked=swallowed, when=both)
            )

    def _resolved(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Name):
            node = self.values.get(node.id, node)
        if isinstance(node, ast.Call) and self._name(node.func) == "shlex.split" and node.args:
            return ast.List([ast.Constant(word) for word in self._split(node.args[0])])
        return node

    def _split(self, node: ast.expr) -> tuple[str, ...]:
        text = self._text(node)
        self.steps += len(text) // _CHARACTERS_A_STEP
        return split_line(text, {})

    def _text(self, node: ast.expr) -> str:
        """Return the text of an expression; its unknown parts are holes."""
        if isinstance(node, ast.Name):
            node = self.values.get(node.id, node)
        if isinstance(node, ast.Constant):
            value = node.value
            if isinstance(value, int) and value.bit_length() > _BITS_LIMIT:
                return hole("number")
            return str(value)[:STEP_LIMIT]
        if isinstance(node, ast.JoinedStr):
            parts = [
                str(part.value) if isinstance(part, ast.Constant) else hole("expression")
                for part in node.values[:_PARTS_LIMIT]
            ]
            return "".join(parts)
        if isinstance(node, ast.Attribute) and self._name(node) == "sys.executable":
            return "python"
        if isinstance(node, ast.Name):
            return hole(node.id)
        return hole("expression")


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True

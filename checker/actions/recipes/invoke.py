"""What `invoke` starts: tasks of tasks.py or of a tasks package, with their pre- and post-tasks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import WORKSPACE, inside, joined, parent, upward
from checker.actions.recipes.python import Function, Reading, Symbol, text_of, truth
from checker.actions.recipes.python.expressions import NOT_MINE, Call, Stop
from checker.actions.recipes.python.values import Decorator, Module, Scope
from checker.documents import python_tree

_VALUED = frozenset(
    "-c --collection -r --search-root -f --config -T --command-timeout -F --list-format "
    "-D --list-depth --prompt-for-sudo-password".split()
)
_ONLY_SHOWS = (
    "-l",
    "--list",
    "-h",
    "--help",
    "-V",
    "--version",
    "-R",
    "--dry",
    "--print-completion-script",
)
_DECORATORS = {"invoke.task", "invoke.tasks.task", "task", "invocations.task", "nox.task"}
_CONTEXTS = ("c", "ctx", "context", "conn", "con", "_c", "_ctx", "cx")
_MAX_MODULES = 20
_MAX_DEPTH = 50  # tasks before and after one another
_MAX_WORDS = 1_000
_A_STEP = 10  # units of effort


@dataclass(eq=False)
class _Collection:
    """A namespace of tasks."""

    tasks: dict[str, Function] = field(default_factory=dict)
    inner: dict[str, _Collection] = field(default_factory=dict)
    default: str = ""

    def add(self, function: Function, name: str = "", *, default: bool = False) -> None:
        """Take a task in under its name and its aliases."""
        decorator = _task(function)
        keywords = decorator.keywords if decorator else {}
        own = name or text_of(keywords.get("name") or function.name)
        self.tasks[_dashed(own)] = function
        aliases = keywords.get("aliases")
        if isinstance(aliases, (list, tuple)):
            self.tasks.update({_dashed(text_of(alias)): function for alias in aliases})
        if default or truth(keywords.get("default", False)) is True:
            self.default = _dashed(own)

    def find(self, name: str) -> Function | None:
        """Return the task of a dotted name; a namespace stands for its default task."""
        *folders, last = _dashed(name).split(".")
        here = self
        for folder in folders:
            if folder not in here.inner:
                return None
            here = here.inner[folder]
        if last in here.tasks:
            return here.tasks[last]
        inner = here.inner.get(last)
        return inner.tasks.get(inner.default) if inner else None


def _dashed(name: str) -> str:
    return name.strip("_").replace("_", "-")


def _task(function: Function) -> Decorator | None:
    return next((one for one in function.decorators if one.name in _DECORATORS), None)


def of_invoke(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what the tasks of an invoke command start; None without such a task."""
    options = leading(command.argv[1:], _VALUED)
    if options.has(*_ONLY_SHOWS):
        return ()
    name = options.last("-c", "--collection", default="tasks")
    start = joined(command.cwd, options.last("-r", "--search-root") or ".")
    path = next(
        (
            file
            for folder in upward(start)
            for file in (inside(folder, f"{name}.py"), inside(folder, f"{name}/__init__.py"))
            if place.is_file(file)
        ),
        "",
    )
    if not path:
        return None
    run = _Run(command, place, path)
    collection = run.collection()
    wanted = _split_tasks(options.rest[:_MAX_WORDS], collection)
    if not options.rest and collection.default:
        wanted = [(collection.default, ())]
    if not wanted:
        return None
    masked = "invoke --warn-only" if options.has("-w", "--warn-only") else ""
    for task, words in wanted:
        function = collection.find(task)
        if function is not None:
            run.task(function, words, masked)
    place.effort.spend(_A_STEP * run.reading.steps)
    return tuple(run.found)


def _split_tasks(
    words: Sequence[str], collection: _Collection
) -> list[tuple[str, tuple[str, ...]]]:
    """Split words into tasks and their arguments; the name of a task starts the next one."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for word in words:
        if not word.startswith("-") and collection.find(word) is not None:
            found.append((word, ()))
        elif found:
            found[-1] = (found[-1][0], (*found[-1][1], word))
        else:
            return []
    return found


class _Run:
    """One run of invoke over one collection of tasks."""

    def __init__(self, command: Command, place: Descent, path: str) -> None:
        self.command = command
        self.place = place
        self.path = path
        self.package = parent(path) if path.endswith("/__init__.py") else ""
        self.folder = parent(self.package) if self.package else parent(path)
        self.found: list[Command] = []
        self.done: set[int] = set()
        self.modules: dict[str, Module] = {}
        self.collections: dict[str, _Collection] = {}
        self.masked = ""
        self.reading = Reading(self._call, imported=self._imported, env=dict(command.env))

    def collection(self) -> _Collection:
        """Read the tasks: the namespace the file names, else all its tasks."""
        scope = self.reading.module
        scope.names = {"__name__": "tasks", "__file__": f"{WORKSPACE}/{self.path}"}
        self.reading.run(python_tree(self.place.text(".", self.path)), scope)
        return self._of_scope(scope)

    def _of_scope(self, scope: Scope) -> _Collection:
        for name in ("ns", "namespace"):
            value = scope.names.get(name)
            if isinstance(value, Symbol) and value.name in self.collections:
                return self.collections[value.name]
        found = _Collection()
        for value in list(scope.names.values()):
            if isinstance(value, Function) and _task(value):
                found.add(value)
        return found

    def _imported(self, name: str) -> Module | None:
        """Read a module of the tasks package, or one beside tasks.py."""
        package = self.package.rpartition("/")[2]
        bare = name.lstrip(".")
        if package and bare.startswith(package + "."):
            bare = bare.removeprefix(package + ".")
        elif not name.startswith(".") and package:
            return None
        if not bare:
            return None
        if bare in self.modules:
            return self.modules[bare]
        base = self.package or self.folder
        where = bare.replace(".", "/")
        for file in (inside(base, f"{where}.py"), inside(base, f"{where}/__init__.py")):
            if self.place.is_file(file) and len(self.modules) < _MAX_MODULES:
                scope = Scope({"__name__": bare, "__file__": f"{WORKSPACE}/{file}"})
                module = self.modules[bare] = Module(bare.rpartition(".")[2], scope)
                self.reading.block(python_tree(self.place.text(".", file)).body, scope)
                return module
        return None

    def task(
        self, function: Function, words: Sequence[str], masked: str = "", depth: int = 0
    ) -> None:
        """Follow a task once, its pre-tasks before and its post-tasks after it."""
        if id(function) in self.done or depth > _MAX_DEPTH:
            return
        self.done.add(id(function))
        decorator = _task(function)
        keywords = decorator.keywords if decorator else {}
        before = list(decorator.arguments) if decorator else []
        pre, post = keywords.get("pre"), keywords.get("post")
        before += list(pre) if isinstance(pre, (list, tuple)) else []
        for other in before:
            if isinstance(other, Function):
                self.task(other, (), masked, depth + 1)
        self.masked = masked
        self.reading.cwd = "."
        with contextlib.suppress(Stop, RecursionError):
            self.reading.apply(function, [Symbol("ctx")], _bound(function, words))
        for other in post if isinstance(post, (list, tuple)) else ():
            if isinstance(other, Function):
                self.task(other, (), masked, depth + 1)

    def _call(self, call: Call) -> object:
        holder, _, method = call.name.rpartition(".")
        if holder == "invoke" and method in {"run", "sudo"}:
            self._run(call)
            return Symbol(call.name + "()")
        if method in {"Collection", "from_module"} and "ollection" in call.name:
            return self._new_collection(call)
        if call.name in {"invoke.call", "invoke.tasks.call", "call"} and call.arguments:
            return call.arguments[0]
        if holder in self.collections:
            self._add(self.collections[holder], method, call)
            return None
        if holder.rpartition(".")[2] in _CONTEXTS:
            return self._context(call, method)
        return NOT_MINE

    def _new_collection(self, call: Call) -> object:
        if call.name.endswith("from_module") and call.arguments:
            module = call.arguments[0]
            found = self._of_scope(module.scope) if isinstance(module, Module) else _Collection()
        else:
            found = _Collection()
            for argument in call.arguments:
                if isinstance(argument, Function):
                    found.add(argument)
                elif isinstance(argument, (Module, Symbol)):
                    self._add_collection(found, argument, "")
            for name, argument in call.keywords.items():
                if isinstance(argument, Function):
                    found.add(argument, name)
                else:
                    self._add_collection(found, argument, name)
        name = f"⟦collection {len(self.collections)}⟧"
        self.collections[name] = found
        first = call.arguments[0] if call.arguments else ""
        if isinstance(first, str) and first:
            name = f"{name}{first}"
            self.collections[name] = found
        return Symbol(name)

    def _add(self, collection: _Collection, method: str, call: Call) -> None:
        if not call.arguments:
            return
        first = call.arguments[0]
        given = call.keywords.get("name", call.arguments[1] if len(call.arguments) > 1 else "")
        name = text_of(given) if given else ""
        if method == "add_task" and isinstance(first, Function):
            default = truth(call.keywords.get("default", False)) is True
            collection.add(first, name, default=default)
        elif method == "add_collection":
            self._add_collection(collection, first, name)

    def _add_collection(self, collection: _Collection, value: object, name: str) -> None:
        if isinstance(value, Module):
            collection.inner[_dashed(name or value.name)] = self._of_scope(value.scope)
        elif isinstance(value, Symbol) and value.name in self.collections:
            own = value.name.partition("⟧")[2]
            collection.inner[_dashed(name or own)] = self.collections[value.name]

    def _context(self, call: Call, method: str) -> object:
        if method in {"run", "sudo"}:
            self._run(call)
            return Symbol(call.name + "()")
        if method == "cd" and call.arguments:
            self.reading.cwd = joined(self.reading.cwd, text_of(call.arguments[0]))
            return Symbol("directory")
        return NOT_MINE

    def _run(self, call: Call) -> None:
        text = text_of(call.arguments[0] if call.arguments else call.keywords.get("command", ""))
        warn = truth(call.keywords.get("warn", False)) is True
        masked = call.masked or self.masked or ("warn=True" if warn and not call.used else "")
        env = call.keywords.get("env")
        given = {text_of(k): text_of(v) for k, v in env.items()} if isinstance(env, dict) else {}
        self.found += self.place.shell(
            text,
            self.command,
            shell="bash {0}",
            cwd=joined(self.folder, call.cwd) if call.cwd != "." else self.folder,
            env={**call.env, **given},
            masked=masked,
            when=call.when,
        )


def _bound(function: Function, words: Sequence[str]) -> dict[str, object]:
    """Bind a task's flags and operands to its parameters."""
    arguments = function.node.args
    names = [argument.arg for argument in (*arguments.args[1:], *arguments.kwonlyargs)]
    flags = dict(_flags(words, names))
    bound: dict[str, object] = {}
    operands = [word for word in words if not word.startswith("-")]
    without_default = names[: max(0, len(arguments.args) - 1 - len(arguments.defaults))]
    for name, value in flags.items():
        bound[name] = value
        if value in operands:
            operands.remove(value)
    for name in without_default:
        if name not in bound and operands:
            bound[name] = operands.pop(0)
    return {name: True if value == "" else value for name, value in bound.items() if name in names}


def _flags(words: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, object]]:
    short: dict[str, str] = {}
    for name in names:
        short.setdefault(name[:1], name)
    for place, word in enumerate(words):
        if not word.startswith("-") or word in {"-", "--"}:
            continue
        name, sign, value = word.lstrip("-").partition("=")
        name = name.replace("-", "_")
        if not word.startswith("--") and name in short:
            name = short[name]
        if name.startswith("no_") and name[3:] in names:
            yield name[3:], False
            continue
        following = words[place + 1] if place + 1 < len(words) else "-"
        if sign:
            yield name, value
        elif following.startswith("-"):
            yield name, True
        else:
            yield name, following

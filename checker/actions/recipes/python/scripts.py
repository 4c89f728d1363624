"""Scripts in Python: the programs they start with subprocess, and the tools they call as libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, both, child
from checker.actions.recipes.paths import WORKSPACE, inside, joined, parent
from checker.actions.recipes.python import values as v
from checker.actions.recipes.python.expressions import NOT_MINE, Call, Stop
from checker.actions.recipes.python.reading import Reading
from checker.actions.recipes.python.values import Module, Scope, Symbol
from checker.documents import python_tree

_MAX_MODULES = 10
_MAX_WORDS = 100  # of a command line that argparse would read
_A_STEP = 10  # units of effort

_RUNS = {
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "asyncio.create_subprocess_exec",
}
_RUNS_SHELL = {
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
    "commands.getoutput",
}
_RUNS_WORDS = {
    "os.execlp": 1,
    "os.execl": 1,
    "os.spawnlp": 2,
    "os.spawnl": 2,
}
_RUNS_LIST = {"os.execvp": 1, "os.execv": 1, "os.spawnvp": 2, "os.spawnv": 2, "os.execvpe": 1}
_RAISES = {"subprocess.check_call", "subprocess.check_output"}
_LIBRARIES: dict[str, tuple[str, ...]] = {
    "pytest.main": ("pytest",),
    "pytest.console_main": ("pytest",),
    "nose.main": ("nosetests",),
    "nose.run": ("nosetests",),
    "nox.main": ("nox",),
    "nox.__main__.main": ("nox",),
    "tox.cmdline": ("tox",),
    "tox.run.main": ("tox",),
    "pylint.lint.Run": ("pylint",),
    "pylint.run_pylint": ("pylint",),
    "flake8.main.cli.main": ("flake8",),
    "mypy.api.run": ("mypy",),
    "black.main": ("black",),
    "isort.main.main": ("isort",),
    "twine.commands.upload.main": ("twine", "upload"),
    "twine.commands.upload.upload": ("twine", "upload"),
    "twine.commands.check.main": ("twine", "check"),
    "twine.cli.dispatch": ("twine",),
    "build.__main__.main": ("python", "-m", "build"),
    "pre_commit.main.main": ("pre-commit",),
    "coverage.cmdline.main": ("coverage",),
    "runpy.run_module": ("python", "-m"),
    "runpy.run_path": ("python",),
}
"""Functions that are a tool's command line -> the words before their list of arguments."""
_RETURN_STATUS = frozenset(
    "pytest.main nose.run mypy.api.run flake8.main.cli.main twine.cli.dispatch pre_commit.main.main "
    "coverage.cmdline.main tox.run.main".split()
)
"""Those of them that hand their status back; the others end the program or raise."""
_UNITTEST = ("python", "-m", "unittest")


def commands_of_script(
    text: str, command: Command, place: Descent, path: str = "", arguments: tuple[str, ...] = ()
) -> tuple[Command, ...]:
    """Return what a Python script would start, `path` from the repository's root, `""` for `-c`."""
    return _Script(command, place, path, arguments).commands(text)


class _Script:
    """One run of a script."""

    def __init__(
        self, command: Command, place: Descent, path: str, arguments: tuple[str, ...]
    ) -> None:
        self.command = command
        self.place = place
        self.path = path
        self.found: list[Command] = []
        self.modules: dict[str, Module] = {}
        self.suite: tuple[str, ...] = ()
        self.reading = Reading(self._call, imported=self._imported, env=dict(command.env))
        file = f"{WORKSPACE}/{path}" if path else "-c"
        self.names: dict[str, object] = {"__name__": "__main__", "__file__": file}
        self.arguments = [path or "-c", *arguments]

    def commands(self, text: str) -> tuple[Command, ...]:
        self.reading.attributes |= {"sys.argv": list(self.arguments), "os.sep": "/"}
        self.reading.run(python_tree(text), Scope(dict(self.names)))
        self.place.effort.spend(_A_STEP * self.reading.steps + len(text))
        return tuple(self.found)

    def _imported(self, name: str) -> Module | None:
        """Read a module that lies beside the script: its functions may start programs."""
        if not self.path or name.startswith("."):
            return None
        if name in self.modules:
            return self.modules[name]
        where = name.replace(".", "/")
        folder = parent(self.path)
        for candidate in (f"{where}.py", f"{where}/__init__.py"):
            file = inside(folder, candidate)
            if len(self.modules) < _MAX_MODULES and self.place.is_file(file):
                scope = Scope({"__name__": name, "__file__": f"{WORKSPACE}/{file}"})
                module = self.modules[name] = Module(name, scope)
                self.reading.block(python_tree(self.place.text(".", file)).body, scope)
                return module
        return None

    def _call(self, call: Call) -> object:
        first = call.arguments[0] if call.arguments else call.keywords.get("args", "")
        if call.name in _RUNS or call.name in _RUNS_SHELL:
            self._subprocess(call, first)
            return Symbol(call.name + "()")
        if call.name in _RUNS_LIST:
            return self._replaced(call, _RUNS_LIST[call.name])
        if call.name in _RUNS_WORDS:
            return self._replaced(call, _RUNS_WORDS[call.name])
        if call.name in _LIBRARIES:
            words = v.words_of(first) if isinstance(first, (list, tuple, str)) and first else ()
            masked = self._ignored(call) if call.name in _RETURN_STATUS else ""
            self._start((*_LIBRARIES[call.name], *words), call, masked)
            return Symbol(call.name + "()")
        if call.name.endswith(".add_argument"):
            self._argument(call)
        return self._unittest(call, first)

    def _argument(self, call: Call) -> None:
        """Bind what argparse will find for an option: its value on the command line, else its default."""
        names = [v.text_of(name) for name in call.arguments]
        long = next((name for name in names if name.startswith("--")), "".join(names[:1]))
        name = v.text_of(call.keywords.get("dest") or long.lstrip("-").replace("-", "_"))
        action = call.keywords.get("action")
        words = self.arguments[1:_MAX_WORDS]
        value = call.keywords.get("default", False if action == "store_true" else None)
        if not long.startswith("-"):
            value = Symbol(name)  # which operand it is depends on all the others
        for place, word in enumerate(words):
            option, sign, given = word.partition("=")
            if option in names and long.startswith("-"):
                following = words[place + 1] if place + 1 < len(words) else ""
                value = True if action == "store_true" else given if sign else following
        parser = "argparse.ArgumentParser()"
        self.reading.attributes[f"{parser}.parse_args().{name}"] = value

    def _replaced(self, call: Call, skipped: int) -> object:
        """Start the program that takes this one's place (exec) or runs beside it (spawn)."""
        self._start(v.words_of(call.arguments[skipped:]), call, "")
        if call.name.startswith("os.exec"):
            raise Stop
        return Symbol(call.name + "()")

    def _unittest(self, call: Call, first: object) -> object:
        if call.name in {"unittest.main", "unittest.TestProgram"}:
            arguments = call.keywords.get("argv")
            words = v.words_of(arguments)[1:] if isinstance(arguments, (list, tuple)) else ()
            self._start((*_UNITTEST, *words), call, "")
            raise Stop
        if call.name in {
            "unittest.TestLoader().discover",
            "unittest.defaultTestLoader.discover",
        }:
            start = call.keywords.get("start_dir", first)
            self.suite = ("discover", v.text_of(start))
            return Symbol(call.name + "()")
        if call.name in {"unittest.TextTestRunner().run", "xmlrunner.XMLTestRunner().run"}:
            self._start((*_UNITTEST, *self.suite), call, self._ignored(call))
            return Symbol(call.name + "()")
        return NOT_MINE

    def _subprocess(self, call: Call, first: object) -> None:
        in_shell = call.name in _RUNS_SHELL or v.truth(call.keywords.get("shell", False)) is True
        counts = call.name in _RAISES or v.truth(call.keywords.get("check", False)) is True
        masked = "" if counts else self._ignored(call)
        if in_shell and not isinstance(first, (list, tuple)):
            self.found += [
                _placed(started, call, masked)
                for started in self.place.shell(
                    v.text_of(first), self.command, cwd=self._cwd(call), env=self._env(call)
                )
            ]
        elif isinstance(first, (list, tuple)):
            self._start(v.words_of(first), call, masked)
        elif isinstance(first, str) and first and call.name != "asyncio.create_subprocess_exec":
            self._start(tuple(v.shell_words(first)), call, masked)
        elif call.name == "asyncio.create_subprocess_exec":
            self._start(v.words_of(call.arguments), call, masked)

    def _ignored(self, call: Call) -> str:
        return "" if call.used else f"{call.name}(…) whose result nobody looks at"

    def _start(self, words: tuple[str, ...], call: Call, masked: str) -> None:
        if words and words[0]:
            argv = words if words[0] != "sys.executable" else ("python", *words[1:])
            started = child(self.command, argv, cwd=self._cwd(call), env=self._env(call))
            self.found.append(_placed(started, call, masked))

    def _cwd(self, call: Call) -> str:
        base = joined(self.command.cwd, call.cwd)
        given = call.keywords.get("cwd")
        return base if given is None else joined(base, v.text_of(given))

    def _env(self, call: Call) -> Mapping[str, str]:
        given = call.keywords.get("env")
        more = (
            {v.text_of(name): v.text_of(value) for name, value in given.items()}
            if isinstance(given, dict)
            else {}
        )
        return {**call.env, **more}


def _placed(command: Command, call: Call, masked: str) -> Command:
    return replace(
        command,
        masked=call.masked or masked or command.masked,
        when=both(call.when, command.when),
    )

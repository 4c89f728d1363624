"""Scripts of the repository and of the command line: `./run.sh`, `bash -c`, `source`, `python x.py`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.normal import is_python, python_words
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import inside
from checker.actions.recipes.python import commands_of_script

SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash"})
_SHELL_VALUED = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"})
_MAX_ARGUMENTS = 200


def of_shell(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `bash -c text`, `bash script` or a shell fed with a here-document starts."""
    program, words = command.argv[0], command.argv[1:]
    options = leading([word for word in words if not word.startswith("+")], _SHELL_VALUED)
    shell = " ".join((program, *_settings(options.pairs), "{0}"))
    if options.has("-c"):
        if not options.rest:
            return None
        text, arguments = options.rest[0], options.rest[2:]
    elif options.rest and not options.has("-s"):
        text, arguments = place.text(command.cwd, options.rest[0]), options.rest[1:]
    else:
        text, arguments = command.stdin, options.rest
    if not text:
        return None
    return place.shell(with_arguments(text, arguments), command, shell=shell)


def of_source(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `source file` starts; the file runs under the settings of the shell that reads it."""
    if len(command.argv) < 2:
        return None
    text = place.text(command.cwd, command.argv[1])
    if not text:
        return None
    return place.shell(with_arguments(text, command.argv[2:]), command, shell="bash {0}")


def of_file(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what a script of the repository starts, read as its first line says."""
    path = inside(command.cwd, command.argv[0])
    text = place.text(".", path)
    if not text:
        return None
    arguments = command.argv[1:]
    interpreter = shebang(text) or ("python" if path.endswith(".py") else "sh")
    program, *settings = interpreter.split()
    if is_python(program):
        return commands_of_script(text, command, place, path, arguments) or None
    if program in {"uv", "pipx"} or (program == "poetry" and "run" in settings):
        return (child(command, ("python", command.argv[0], *arguments)),)
    if program == "make":
        return (child(command, ("make", "-f", command.argv[0], *arguments)),)
    if program not in SHELLS:
        return None
    shell = " ".join((program, *_settings(leading(settings, _SHELL_VALUED).pairs), "{0}"))
    return place.shell(with_arguments(text, arguments), command, shell=shell)


def of_python(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what a Python script, `-c` text or here-document starts; None when it starts nothing."""
    what, arguments = python_words(command.argv[1:])
    path = ""
    if what.startswith("-m "):
        where = what[3:].replace(".", "/")
        found = (inside(command.cwd, f"{where}{end}") for end in (".py", "/__main__.py"))
        path = next((file for file in found if place.is_file(file)), "")
        text = place.text(".", path) if path else ""
    elif what == "-c":
        text, arguments = (arguments[0] if arguments else ""), arguments[1:]
    elif not what:
        text = command.stdin
    elif what.rpartition("/")[2] == "setup.py":
        return None
    else:
        path = inside(command.cwd, what)
        text = place.text(".", path)
    if not text:
        return None
    return commands_of_script(text, command, place, path, arguments) or None


def shebang(text: str) -> str:
    """Return the interpreter of a script and its options, without folders: `bash -e`."""
    if not text.startswith("#!"):
        return ""
    words = text[2:].partition("\n")[0].split()
    names = [word.rpartition("/")[2] for word in words]
    if names[:1] == ["env"]:
        names = [name for name in names[1:] if name != "-S"]
    return " ".join(names)


def with_arguments(text: str, arguments: Sequence[str]) -> str:
    """Return a shell text whose `$1`, `$2`, `$@` are bound, as the shell itself would bind them."""
    return f"set -- {shlex.join(arguments[:_MAX_ARGUMENTS])}\n{text}"


def _settings(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return the options that decide whether a script goes on after a failure."""
    kept = [name for name, _ in pairs if name in {"-e", "-u", "-x"}]
    kept += [f"-o {value}" for name, value in pairs if name == "-o"]
    return kept

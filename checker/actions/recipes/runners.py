"""Programs that start the command given to them: `uv run`, `poetry run`, `pipx run`, `npx`, `coverage run`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import inside, joined
from checker.documents import listed, mapping, text_of, toml_document, within

# Options that take a value, from `uv run --help` and `uv tool run --help` (uv 0.13).
_UV = frozenset(
    "--extra --no-extra --group --no-group --only-group --env-file --with --with-editable "
    "--with-requirements --package --no-editable-package --python -p --index --default-index "
    "--index-url -i --extra-index-url --find-links -f --upgrade-package -P --upgrade-group "
    "--reinstall-package --index-strategy --keyring-provider --resolution --prerelease "
    "--fork-strategy --exclude-newer --exclude-newer-package --link-mode --config-setting -C "
    "--config-settings-package --no-build-isolation-package --no-build-package "
    "--no-binary-package --refresh-package --no-sources-package --color --allow-insecure-host "
    "--python-platform --directory --project --config-file --cache-dir --from --constraints "
    "--overrides --torch-backend -w --prerelease-package".split()
)
_PIPX = frozenset("--spec --python --pip-args --index-url -i --with --backend".split())
_CONDA = frozenset("-n --name -p --prefix --cwd -a --attach -e --env".split())
_NPX = frozenset("-p --package -w --workspace --cache --userconfig".split())
_POETRY = frozenset("-C --directory -P --project".split())
_COVERAGE = frozenset(
    "--source --source-pkgs --rcfile --omit --include --concurrency --context --data-file "
    "--debug --save-signal".split()
)
_MAX_CHAIN = 60
_VERSION = re.compile(r"(?<=.)(?:@|[=<>~!]=?).*$")


def of_uv(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `uv run …` or `uv tool run …` starts."""
    options = leading(command.argv[1:], _UV)
    folder = joined(command.cwd, options.last("--directory")) if options.has("--directory") else ""
    words = options.rest
    if words[:1] == ("run",):
        return _uv_run(command, words[1:], folder)
    if words[:2] in {("tool", "run"), ("x", "run")}:
        return of_uvx(child(command, ("uvx", *words[2:]), cwd=folder), place)
    return None


def _uv_run(command: Command, words: Sequence[str], folder: str) -> tuple[Command, ...] | None:
    options = leading(_module_last(words), _UV)
    if options.has("--directory"):
        folder = joined(folder or command.cwd, options.last("--directory"))
    rest = options.rest
    if options.has("-m", "--module") and rest:
        argv: tuple[str, ...] = ("python", "-m", *rest)
    elif (
        (options.has("-s", "--script", "--gui-script") and rest)
        or rest[:1] == ("-",)
        or (rest and rest[0].endswith((".py", ".pyw")))
    ):
        argv = ("python", *rest)
    elif rest:
        argv = rest
    else:
        return None
    return (child(command, argv, cwd=folder, stdin=command.stdin),)


def _module_last(words: Sequence[str]) -> list[str]:
    """Return the words with `-mname` apart, so that `-m` is a flag before its module."""
    return [
        part
        for word in words
        for part in (("-m", word[2:]) if re.match(r"^-m\w", word) else (word,))
    ]


def of_uvx(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `uvx tool@version …` starts."""
    del place
    options = leading(command.argv[1:], _UV | {"-c", "-b"})
    return _tool(command, options.rest)


def of_pipx(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `pipx run tool==version …` starts."""
    if command.argv[1:2] != ("run",):
        return None
    rest = leading(command.argv[2:], _PIPX).rest
    if rest and rest[0].endswith(".py") and place.is_file(inside(command.cwd, rest[0])):
        return (child(command, ("python", *rest)),)
    return _tool(command, rest)


def _tool(command: Command, words: Sequence[str]) -> tuple[Command, ...] | None:
    if not words:
        return None
    name = _VERSION.sub("", words[0]) or words[0]
    name = name.partition("[")[0] or name
    if name == "build":
        return (child(command, ("python", "-m", "build", *words[1:])),)
    return (child(command, (name, *words[1:]), stdin=command.stdin),)


def of_npx(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `npx package@version …` or `bunx …` starts."""
    options = leading(command.argv[1:], _NPX | {"-c", "--call"})
    text = options.last("-c", "--call")
    if text:
        return place.shell(text, command)
    return _tool(command, options.rest)


def of_poetry(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `poetry run …` or `poetry poe …` starts; an entry point of the project stays a leaf."""
    options = leading(command.argv[1:], _POETRY)
    folder = command.cwd
    if options.has("-C", "--directory"):
        folder = joined(folder, options.last("-C", "--directory"))
    words = options.rest
    if words[:1] == ("run",) and leading(words[1:], ()).rest:
        started = leading(words[1:], ()).rest
        if started[0].endswith(".py") and not place.is_file(inside(folder, started[0])):
            return None
        return (child(command, started, cwd=folder, stdin=command.stdin),)
    if words[:1] in {("poe",), ("poethepoet",)}:
        return (child(command, ("poe", *words[1:]), cwd=folder),)
    return None


def of_pipenv(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `pipenv run …` starts, through the Pipfile's scripts."""
    words = leading(command.argv[1:], {"--python", "--pypi-mirror"}).rest
    if words[:1] != ("run",):
        return None
    words = leading(words[1:], ()).rest
    if not words:
        return None
    _, text = place.first(command.cwd, ("Pipfile",))
    script = mapping(within(toml_document(text), "scripts")).get(words[0])
    call = mapping(script).get("call")
    if call:
        return None
    line = text_of(mapping(script).get("cmd", script)) if script is not None else ""
    if not line:
        return (child(command, words, stdin=command.stdin),)
    return place.shell(" ".join((line, *quoted(words[1:]))), command)


def of_conda(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `conda run -n env …` (or mamba, micromamba) starts."""
    del place
    words = leading(command.argv[1:], _CONDA).rest
    if words[:1] != ("run",):
        return None
    options = leading(words[1:], _CONDA)
    folder = joined(command.cwd, options.last("--cwd")) if options.has("--cwd") else ""
    return (
        (child(command, options.rest, cwd=folder, stdin=command.stdin),) if options.rest else None
    )


def of_coverage(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `coverage run …` starts."""
    del place
    words = leading(command.argv[1:], _COVERAGE).rest
    if words[:1] != ("run",):
        return None
    options = leading(words[1:], _COVERAGE)
    if options.has("-m", "--module") and options.rest:
        return (child(command, ("python", "-m", *options.rest)),)
    return (child(command, ("python", *options.rest)),) if options.rest else None


def of_rye(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `rye run …` starts, through [tool.rye.scripts]."""
    if command.argv[1:2] != ("run",):
        return None
    words = leading(command.argv[2:], {"--pyproject"}).rest
    if not words:
        return None
    _, text = place.first(command.cwd, ("pyproject.toml",))
    script = within(toml_document(text), "tool", "rye", "scripts").get(words[0])
    table = mapping(script)
    if "chain" in table:
        chain = listed(table["chain"])[:_MAX_CHAIN]
        return tuple(child(command, ("rye", "run", *text_of(name).split())) for name in chain)
    if "call" in table:
        return None
    line = table.get("cmd", script)
    if isinstance(line, list):
        return (child(command, (*map(text_of, line), *words[1:])),)
    if not text_of(line):
        return (child(command, words),)
    return place.shell(" ".join((text_of(line), *quoted(words[1:]))), command)


def of_xargs(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return the program that xargs starts with words nobody can know."""
    del place
    valued = frozenset("-n -P -I -L -d -a -s -E --max-args --max-procs --delimiter".split())
    rest = leading(command.argv[1:], valued).rest
    return (child(command, rest),) if rest else None


def quoted(words: Sequence[str]) -> list[str]:
    """Return words as a shell would have to be given them; a hole is a word as it is."""
    return [word if re.match(r"^[\w⟦⟧@%+=:,./-]+$", word) else _quote(word) for word in words]


def _quote(word: str) -> str:
    return "'" + word.replace("'", "'\"'\"'") + "'"


def of_pixi(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `pixi run …` starts, through the workspace's tasks and what they depend on."""
    valued = frozenset("-e --environment --manifest-path -x --frozen-lock --color".split())
    words = leading(command.argv[1:], valued).rest
    if words[:1] != ("run",):
        return None
    words = leading(words[1:], valued).rest
    if not words:
        return None
    tasks = _pixi_tasks(place, command.cwd)
    if words[0] not in tasks:
        return (child(command, words),) if len(words) > 1 or not tasks else None
    task = tasks[words[0]]
    table = {"depends-on": task} if isinstance(task, list) else mapping(task)
    needs = table.get("depends-on", table.get("depends_on", []))
    started = [
        child(command, ("pixi", "run", text_of(mapping(need).get("task", need))))
        for need in (needs if isinstance(needs, list) else [needs])
    ]
    line = table.get("cmd", "") if table else task
    text = " ".join(map(text_of, line)) if isinstance(line, list) else text_of(line)
    env = {str(name): text_of(value) for name, value in mapping(table.get("env")).items()}
    folder = joined(command.cwd, text_of(table.get("cwd", ""))) if table.get("cwd") else ""
    if text:
        whole = " ".join((text, *quoted(words[1:])))
        started += place.shell(whole, command, shell="sh -e {0}", cwd=folder, env=env)
    return tuple(started)


def _pixi_tasks(place: Descent, folder: str) -> dict[str, object]:
    path, text = place.first(folder, ("pixi.toml", "pyproject.toml"))
    document = toml_document(text)
    if path.endswith("pyproject.toml"):
        document = within(document, "tool", "pixi")
    tasks = dict(mapping(within(document, "tasks")))
    for feature in mapping(within(document, "feature")).values():
        for name, task in mapping(mapping(feature).get("tasks")).items():
            tasks.setdefault(name, task)
    return tasks

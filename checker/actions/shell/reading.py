"""A script in any of GitHub's shells to what it would start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from checker.actions.command import Script
from checker.actions.shell.dialect import Dialect, dialect
from checker.actions.shell.interpreter import Interpreter
from checker.actions.shell.limits import TEXT_LIMIT, Budget, Exhausted
from checker.actions.shell.parsing import parse
from checker.actions.shell.state import Condition, Fate, Mask, State

_A_STEP = 30  # units of effort
_A_SCRIPT = 150


def read_script(
    text: str, shell: str, env: Mapping[str, str], cwd: str, known: Mapping[str, str]
) -> Script:
    """Return what a script would start."""
    script = _read(text, shell, env, cwd, known)
    return replace(script, work=script.work + _A_SCRIPT + min(len(text), TEXT_LIMIT) // 2)


def _read(
    text: str, shell: str, env: Mapping[str, str], cwd: str, known: Mapping[str, str]
) -> Script:
    found = dialect(shell)
    if found.language == "shell":
        return _shell_script(text, found, State(env, known, cwd))
    if found.language == "powershell":
        from checker.actions.shell.powershell import read_powershell

        return read_powershell(text, env, cwd, known)
    if found.language == "cmd":
        from checker.actions.shell.batch import read_batch

        return read_batch(text, env, cwd, known)
    if found.language == "python":
        from checker.actions.shell.python_script import read_python

        plain = Dialect("shell", lenient="sh -c without -e", posix=True)
        budget = Budget()
        script = read_python(
            text,
            env,
            cwd,
            lambda inner: _shell_script(inner, plain, State(env, known, cwd), budget),
        )
        return replace(script, work=budget.spent * _A_STEP, cut=script.cut or budget.cut)
    return Script(problems=(f"`shell: {shell[:80]}` is not a shell this reader knows",))


def _shell_script(text: str, found: Dialect, state: State, budget: Budget | None = None) -> Script:
    state.errexit, state.pipefail, state.posix = found.errexit, found.pipefail, found.posix
    state.lenient = found.lenient
    budget = budget or Budget()
    walk = Interpreter(state, budget)
    try:
        budget.spend(len(text) // 1024)
        walk.run(parse(text, budget), Fate())
        _traps(walk)
    except Exhausted as reason:
        budget.complain(str(reason), cut=True)
    except RecursionError:
        budget.complain("the script is nested too deeply to be read to its end", cut=True)
    state = walk.state
    return Script(
        commands=tuple(started.command() for started in walk.commands),
        outputs=MappingProxyType(state.outputs_file.values),
        env=MappingProxyType(state.environment_file.values),
        echoes=tuple(started.command() for started in walk.echoes),
        problems=tuple(budget.problems),
        cut=budget.cut,
        work=budget.spent * _A_STEP,
    )


def _traps(walk: Interpreter) -> None:
    """Follow what was to be done when the script ends or a command fails."""
    for signal, text in walk.traps.items():
        if text and text != "-":
            walk.state.jump = ""
            if signal == "ERR":
                walk.state.require(Condition("a command fails", ""))
            walk.script(text, Fate(None, Mask(f"trap {signal}")))

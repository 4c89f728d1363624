"""Which programs a `run:` script would start, read with the shell's own grammar; nothing is executed.

The walk is an abstract interpretation: variables, branches, loops, functions and subshells are
followed as bash follows them, a value that cannot be known is a hole, and each program carries what
would become of its failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from checker.actions.command import NOTHING, Script

__all__ = ["read", "words"]

_CACHE_SIZE = 1024
_CACHED_LENGTH = 16 * 1024
"""Longer scripts are read anew each time, so that the cache stays small."""
_WORKSPACE = "GITHUB_WORKSPACE"

Items = tuple[tuple[str, str], ...]


def read(
    text: str,
    *,
    shell: str = "bash",
    env: Mapping[str, str] = NOTHING,
    cwd: str = ".",
    known: Mapping[str, str] = NOTHING,
) -> Script:
    """Return what a script would start; never raises, and bounds its own work.

    `shell` is GitHub's value (`""` when none is given), `env` the variables given to programs,
    `known` the runner's own, which expand but are not listed with the programs. `cwd` is relative to
    the repository's root. Holes may stand anywhere in the text.
    """
    # What a text does not name cannot matter to it, save the folder that `$PWD` lies in.
    named = ((name, value) for name, value in known.items() if name in text or name == _WORKSPACE)
    arguments = (text, shell, tuple(env.items()), cwd, tuple(named))
    return _read(*arguments) if len(text) > _CACHED_LENGTH else _remembered(*arguments)


def words(text: str, env: Mapping[str, str] = NOTHING) -> tuple[str, ...]:
    """Return one command line split as a shell splits it, for hooks and tables; never raises.

    Operators, braces and patterns are left as written, `$(…)` becomes a hole.
    """
    from checker.actions.shell.line import split_line

    return split_line(text, env)


def _read(text: str, shell: str, env: Items, cwd: str, known: Items) -> Script:
    from checker.actions.shell.reading import read_script

    return read_script(text, shell, dict(env), cwd, dict(known))


_remembered = lru_cache(maxsize=_CACHE_SIZE)(_read)

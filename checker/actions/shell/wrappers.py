"""Programs that only start another one: `sudo`, `env`, `timeout`, `xargs` and their like."""

from __future__ import annotations

import re
from typing import NamedTuple

from checker.actions.command import hole

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)


class Wrapper(NamedTuple):
    """How to find the program behind a wrapper."""

    valued: frozenset[str]
    """Options followed by a value of their own."""
    operands: int = 0
    """Words of its own before the program."""
    assigns: bool = False
    """Whether `NAME=value` may stand before the program."""


def _valued(options: str) -> frozenset[str]:
    return frozenset(options.split())


# Options as in the manual pages of sudo 1.9, GNU coreutils 9, util-linux 2.38, findutils 4.9, expect.
_WRAPPERS = {
    "sudo": Wrapper(
        _valued("-u -g -h -p -C -D -R -T -U -r -t --user --group --host --prompt --chdir"), 0, True
    ),
    "doas": Wrapper(_valued("-u -C")),
    "env": Wrapper(_valued("-u -C --unset --chdir"), 0, True),
    "time": Wrapper(_valued("-f -o --format --output")),
    "timeout": Wrapper(_valued("-k -s --kill-after --signal"), 1),
    "gtimeout": Wrapper(_valued("-k -s --kill-after --signal"), 1),
    "nice": Wrapper(_valued("-n --adjustment")),
    "ionice": Wrapper(_valued("-c -n --class --classdata")),
    "nohup": Wrapper(frozenset()),
    "setsid": Wrapper(frozenset()),
    "stdbuf": Wrapper(_valued("-i -o -e --input --output --error")),
    "unbuffer": Wrapper(frozenset()),
    "taskset": Wrapper(frozenset(), 1),
    "xvfb-run": Wrapper(_valued("-n -s -e -f -p -w --server-num --server-args --error-file")),
    "catchsegv": Wrapper(frozenset()),
    "dbus-run-session": Wrapper(frozenset()),
    "xargs": Wrapper(
        _valued("-I -L -n -P -s -a -d -E --max-args --max-procs --max-lines --arg-file --delimiter")
    ),
}


class Stripped(NamedTuple):
    """The program behind the wrappers, and the variables they give it."""

    argv: tuple[str, ...]
    env: dict[str, str]


def stripped(argv: tuple[str, ...]) -> Stripped:
    """Return what is really started; the wrapper itself where nothing follows it."""
    env: dict[str, str] = {}
    tail: tuple[str, ...] = ()
    while argv:
        name = argv[0].rsplit("/", 1)[-1] if argv[0].startswith(("/usr/bin/", "/bin/")) else argv[0]
        wrapper = _WRAPPERS.get(name)
        if wrapper is None:
            break
        at = _program(argv, wrapper, env)
        if at >= len(argv):
            break
        if name == "xargs":
            tail = (hole("xargs"),)
        argv = argv[at:]
    return Stripped(argv + tail, env)


def _program(argv: tuple[str, ...], wrapper: Wrapper, env: dict[str, str]) -> int:
    """Return where the program stands among the words of a wrapper."""
    at, operands = 1, wrapper.operands
    while at < len(argv):
        word = argv[at]
        if word == "--":
            at += 1
        elif len(word) > 1 and word[0] == "-":
            at += 2 if word in wrapper.valued else 1
        elif wrapper.assigns and (found := _ASSIGNMENT.fullmatch(word)):
            env[found[1]] = found[2]
            at += 1
        elif operands:
            operands -= 1
            at += 1
        else:
            break
    return at

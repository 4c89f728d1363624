"""Shells started by a shell: `bash -c text`, `sh <<EOF`, `echo text | bash`."""

from __future__ import annotations

from typing import NamedTuple

_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh", "/bin/bash", "/bin/sh", "/usr/bin/bash"})
_POSIX = frozenset({"sh", "dash", "/bin/sh"})
_VALUED = frozenset({"--rcfile", "--init-file", "-O", "+O"})


class Options(NamedTuple):
    """What the words of a call to a shell set."""

    errexit: bool
    pipefail: bool
    lenient: str
    posix: bool
    command: bool
    standard_input: bool
    rest: tuple[str, ...]


class ShellCall(NamedTuple):
    """The script that a started shell reads, and how it reads it."""

    text: str
    name: str
    """What `$0` is."""
    arguments: tuple[str, ...]
    errexit: bool
    pipefail: bool
    lenient: str
    posix: bool


def options(argv: tuple[str, ...]) -> Options:
    """Read the options of a call such as `bash --noprofile -eo pipefail {0}`."""
    errexit = pipefail = command = standard_input = False
    at = 1
    while at < len(argv):
        word = argv[at]
        if word in _VALUED:
            at += 2
            continue
        if word in {"--", "-"}:
            at += 1
            break
        if len(word) < 2 or word[0] not in "-+":
            break
        at += 1
        if word.startswith("--"):
            continue
        switched = word[0] == "-"
        for letter in word[1:]:
            if letter == "e":
                errexit = switched
            elif letter == "c":
                command = True
            elif letter == "s":
                standard_input = True
            elif letter == "o" and at < len(argv):
                errexit = switched if argv[at] == "errexit" else errexit
                pipefail = switched if argv[at] == "pipefail" else pipefail
                at += 1
    posix = argv[0] in _POSIX
    lenient = f"{argv[0]}{' -c' if command else ''} without -e"
    return Options(errexit, pipefail, lenient, posix, command, standard_input, argv[at:])


def shell_call(argv: tuple[str, ...], stdin: str | None) -> ShellCall | None:
    """Return the script a shell is given in its words or its input; None for any other program."""
    if argv[0] not in _SHELLS:
        return None
    found = options(argv)
    if found.command:
        if not found.rest:
            return None
        text, name, arguments = found.rest[0], "".join(found.rest[1:2]), found.rest[2:]
    elif stdin is not None and (found.standard_input or not found.rest):
        text, name, arguments = stdin, argv[0], found.rest
    else:
        return None
    return ShellCall(
        text, name or argv[0], arguments, found.errexit, found.pipefail, found.lenient, found.posix
    )

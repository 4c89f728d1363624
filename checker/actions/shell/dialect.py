"""What GitHub's `shell:` means: which language the script is in, and whether failures stop it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from checker.actions.command import has_hole
from checker.actions.shell.nested import options

Language = Literal["shell", "powershell", "cmd", "python", ""]


class Dialect(NamedTuple):
    """A language and the options its interpreter is started with."""

    language: Language
    errexit: bool = False
    pipefail: bool = False
    lenient: str = ""
    """Why a failure in the middle does not stop the script, when errexit is off."""
    posix: bool = False


# GitHub docs, "Workflow syntax", `jobs.<job_id>.steps[*].shell`, read 2026-11: without `shell:` the
# runner uses `bash -e {0}`, with `shell: bash` `bash --noprofile --norc -eo pipefail {0}`.
_BUILT_IN = {
    "": Dialect("shell", errexit=True),
    "bash": Dialect("shell", errexit=True, pipefail=True),
    "sh": Dialect("shell", errexit=True, posix=True),
    "pwsh": Dialect("powershell"),
    "powershell": Dialect("powershell"),
    "cmd": Dialect("cmd"),
    "python": Dialect("python"),
}
_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh", "ash"})


def dialect(shell: str) -> Dialect:
    """Return what a `shell:` value means; the language is empty when it is not one we read."""
    words = tuple(shell.split())
    if not words:
        return _BUILT_IN[""]
    if has_hole(shell):
        return Dialect("")
    name = words[0].rsplit("/", 1)[-1].lower().removesuffix(".exe")
    if len(words) == 1:
        return _BUILT_IN.get(name, Dialect(""))
    if name in {"pwsh", "powershell", "cmd"}:
        return _BUILT_IN[name]
    if name.startswith("python"):
        return _BUILT_IN["python"]
    for at, word in enumerate(words):
        if word.rsplit("/", 1)[-1] in _SHELLS:
            found = options((word.rsplit("/", 1)[-1], *words[at + 1 :]))
            return Dialect(
                "shell", found.errexit, found.pipefail, f"shell: {shell.strip()}", found.posix
            )
    return Dialect("")

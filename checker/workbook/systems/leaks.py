"""Lines of pipelines that give a secret away, whatever the system."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from checker.actions.tokens import tokens_in
from checker.workbook.systems.pipeline import Leak

_SECRET = re.compile(r"\$\{\{[^}]{0,200}?\bsecrets\.([A-Za-z_]\w*)")
_ALL = re.compile(r"^\s*(printenv|env|export\s+-p|set)\s*$|^\s*printenv\b|\b(ba)?sh\s+-\w*x")
_TRACE = re.compile(r"^\s*set\s+(-\w*x|-o\s+xtrace)")
_PRINTS = re.compile(r"(^|[;&|]\s*|\bdo\s+|\bthen\s+)(echo|printf|cat\s*<<<|tee)\b")


def github_secrets(*texts: str) -> frozenset[str]:
    """Return the names of the secrets that texts of a workflow read, save the token that GitHub gives."""
    names = (found for text in texts for found in _SECRET.findall(text))
    return frozenset(name for name in names if name.upper() != "GITHUB_TOKEN")


def literals(text: str) -> Iterator[Leak]:
    """Yield the lines of a file that hold a token itself."""
    for one in tokens_in(text.splitlines()):
        yield Leak(one.line, "literal", f"{one.service}: {one.shown}")


def printed(script: str, first: int, names: Collection[str]) -> Iterator[Leak]:
    """Yield the lines of a script, which begins in a line of its file, that print one of these variables.

    Encoded or cut into pieces it passes every masking of logs, so what follows the variable does not matter.
    """
    traced = False
    for number, line in enumerate(script.splitlines(), first):
        bare = line.split(" #")[0]
        traced = traced or bool(_TRACE.search(bare))
        used = next((one for one in names if re.search(rf"\$\{{?{re.escape(one)}\b", bare)), "")
        expression = _SECRET.search(bare)
        name = used or (expression[1] if expression else "")
        goes_out = ">" not in bare or "/dev/std" in bare
        if names and _ALL.search(bare):
            yield Leak(number, "printed", min(names))
        elif name and ((_PRINTS.search(bare) and goes_out and "| twine" not in bare) or traced):
            piped = re.search(r"\|\s*(docker|podman|helm|gh|crane|skopeo)\b", bare)
            if not piped:
                yield Leak(number, "printed", name)

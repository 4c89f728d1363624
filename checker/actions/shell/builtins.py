"""Commands that the shell itself carries out; none of them is a program."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from checker.actions.command import has_hole, hole
from checker.actions.shell import conditions, expansion
from checker.actions.shell.arithmetic import calculate
from checker.actions.shell.parameters import lookup
from checker.actions.shell.scanner import ansi
from checker.actions.shell.state import DONE, FAILED, Fate, Mask, Outcome
from checker.actions.shell.streams import formatted
from checker.actions.shell.tree import Simple

if TYPE_CHECKING:
    from checker.actions.shell.invocation import Invocation

Words = tuple[str, ...]
Builtin = Callable[["Invocation", Words, Simple, Fate], Outcome]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNKNOWN = Outcome()


def _nothing(_shell: Invocation, _words: Words, _node: Simple, _fate: Fate) -> Outcome:
    return DONE


def _failure(_shell: Invocation, _words: Words, _node: Simple, _fate: Fate) -> Outcome:
    return FAILED


def _unknown(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    if shell.state.stdout == "capture":
        shell.print(hole(" ".join(words)[:200]) + "\n")
    return _UNKNOWN


def _echo(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    at, newline, escapes = 1, "\n", False
    while at < len(words) and re.fullmatch(r"-[neE]+", words[at]):
        newline = "" if "n" in words[at] else newline
        escapes = "e" in words[at]
        at += 1
    text = " ".join(words[at:])
    shell.echoed(words, (ansi(text) if escapes else text) + newline)
    return DONE


def _printf(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    if words[1:2] == ("-v",) and len(words) > 3:
        shell.state.assign(words[2], formatted(words[3], words[4:]))
        return DONE
    if words[1:2] == ("--",):
        words = (words[0], *words[2:])
    shell.echoed(words, formatted(words[1], words[2:]) if len(words) > 1 else "")
    return DONE


def _test(shell: Invocation, words: Words, node: Simple, fate: Fate) -> Outcome:
    inside = words[1:-1] if words[0] == "[" and words[-1] == "]" else words[1:]
    return shell.tested(conditions.test(shell, inside), node.place.text, fate)


def _cd(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    targets = [word for word in words[1:] if word == "-" or not word.startswith("-")]
    target = targets[0] if targets else ""
    state = shell.state
    if target == "-":
        state.cwd, state.stack = (*state.stack, hole("OLDPWD"))[0], (state.cwd,)
    else:
        state.stack = (state.cwd, *state.stack[1:])
        state.cwd = shell.folder(target)
    return DONE


def _pushd(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    state = shell.state
    targets = [word for word in words[1:] if not word.startswith(("-", "+"))]
    if targets:
        state.stack = (state.cwd, *state.stack)[:50]
        state.cwd = shell.folder(targets[0])
    elif state.stack:
        state.cwd, state.stack = state.stack[0], (state.cwd, *state.stack[1:])
    return DONE


def _popd(shell: Invocation, _words: Words, _node: Simple, _fate: Fate) -> Outcome:
    state = shell.state
    if not state.stack:
        return FAILED
    state.cwd, state.stack = state.stack[0], state.stack[1:]
    return DONE


def _pwd(shell: Invocation, _words: Words, _node: Simple, _fate: Fate) -> Outcome:
    shell.print(f"{lookup(shell.state, 'PWD')}\n")
    return DONE


def _declare(shell: Invocation, words: Words, node: Simple, _fate: Fate) -> Outcome:
    """Follow `export`, `declare`, `typeset`, `local` and `readonly`."""
    state = shell.state
    flags = "".join(word[1:] for word in words[1:] if word.startswith("-"))
    exporting = (words[0] == "export" and "n" not in flags) or "x" in flags
    local = words[0] in {"local", "declare", "typeset"} and "g" not in flags
    assigned = [word.partition("=") for word in words[1:] if not word.startswith(("-", "+"))]
    names = [name for name, _, _ in assigned if _NAME.fullmatch(name)]
    names += [assignment.name for assignment in node.declared]
    if local:
        for name in names:
            shell.declare_local(name)
    for name, equals, value in assigned:
        if equals and _NAME.fullmatch(name):
            state.assign(name, value)
    for assignment in node.declared:
        shell.assign(assignment)
        if "A" in flags:
            state.assign(assignment.name, hole(assignment.name))
    if exporting and "f" not in flags:
        for name in names:
            state.export(name)
    return DONE


def _unset(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    for word in words[1:]:
        if words[1] == "-f":
            shell.state.functions.pop(word, None)
        elif _NAME.fullmatch(word):
            shell.state.assign(word, None)
    return DONE


def _set(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    state = shell.state
    at = 1
    while at < len(words):
        word = words[at]
        if word == "--" or word[:1] not in {"-", "+"}:
            state.arguments = words[at + (word == "--") :]
            break
        at += 1
        on = word[0] == "-"
        for letter in word[1:]:
            option = {"e": "errexit"}.get(letter, "")
            if letter == "o" and at < len(words):
                option = words[at]
                at += 1
            if option == "errexit":
                state.errexit, state.lenient = on, "set +e"
            elif option == "pipefail":
                state.pipefail = on
    return DONE


def _shift(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    count = int(words[1]) if words[1:] and re.fullmatch(r"\d{1,4}", words[1]) else 1
    if count > len(shell.state.arguments):
        return FAILED
    shell.state.arguments = shell.state.arguments[count:]
    return DONE


def _read(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    names: list[str] = []
    options = ""
    at = 1
    whole = False
    while at < len(words):
        word = words[at]
        if word.startswith("-") and len(word) > 1:
            options += word[1:]
            if word[-1] in "dptnNui":
                at += 1
                whole = whole or (word[-1] == "d" and words[at : at + 1] == ("",))
        else:
            names.append(word)
        at += 1
    state = shell.state
    names = [name for name in names if _NAME.fullmatch(name)] or ["REPLY"]
    text = state.stdin
    if text is None or has_hole(text):
        pieces = [hole(name) for name in names]
    else:
        line = text if whole else text.split("\n", 1)[0]
        separators = expansion.separator(state)
        if "a" in options:
            pieces = expansion.split(line, separators)
        elif separators:
            pieces = re.split(f"[{re.escape(separators)}]", line.strip(), maxsplit=len(names) - 1)
        else:
            pieces = line.split(None, len(names) - 1)
            pieces = [*pieces[:-1], pieces[-1].rstrip()] if pieces else []
        pieces += [""] * (len(names) - len(pieces))
    if "a" in options:
        state.assign(names[0], tuple(pieces))
        return _UNKNOWN
    for name, piece in zip(names, pieces, strict=False):
        state.assign(name, piece)
    return _UNKNOWN


def _mapfile(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    name = words[-1] if len(words) > 1 and _NAME.fullmatch(words[-1]) else "MAPFILE"
    text = shell.state.stdin
    known = text is not None and not has_hole(text) and len(text) < 8192
    lines = tuple((text or "").removesuffix("\n").split("\n"))
    shell.state.assign(name, lines if known else (hole(name),))
    return DONE


def _eval(shell: Invocation, words: Words, _node: Simple, fate: Fate) -> Outcome:
    mask = shell.state.verdict(fate)
    return shell.script(" ".join(words[1:]), Fate(fate.ignored, mask))


def _exit(shell: Invocation, words: Words, node: Simple, _fate: Fate) -> Outcome:
    """Follow `exit` and `return`, which may pass on a failure noted earlier."""
    state = shell.state
    value = words[1] if len(words) > 1 else "$?"
    beyond = state.on_return if words[0] == "return" else state.on_exit
    noted: tuple[Mask, ...] = ()
    if re.fullmatch(r"\d{1,9}", value):
        state.last = DONE if int(value) % 256 == 0 else FAILED
    else:
        text = node.words[1].text if len(node.words) > 1 else "$?"
        noted = shell.tainted(text)
        for mask in noted:
            mask.lift(beyond)
        if len(words) > 1 and text != "$?":
            state.last = Outcome(None, noted)
    state.end(words[0], failing=state.last.succeeded is False or bool(noted))
    return state.last


def _jump(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    shell.state.end(words[0], failing=False)
    return DONE


def _trap(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    rest = [word for word in words[1:] if word != "--"]
    for signal in rest[1:]:
        if signal in {"EXIT", "0", "ERR"}:
            shell.traps["EXIT" if signal == "0" else signal] = rest[0]
    return DONE


def _wait(shell: Invocation, words: Words, _node: Simple, fate: Fate) -> Outcome:
    if len(words) == 1:
        return DONE
    if shell.state.verdict(fate) is None:
        for mask in shell.background:
            mask.lift(None)
    return Outcome(None, tuple(shell.background))


def _command(shell: Invocation, words: Words, node: Simple, fate: Fate) -> Outcome:
    """Follow `command` and `builtin`, which pass functions over."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        if set(words[at][1:]) & {"v", "V"}:
            return _unknown(shell, words, node, fate)
        at += 1
    rest = words[at:]
    if not rest:
        return DONE
    functions, shell.state.functions = shell.state.functions, {}
    outcome = shell.invoke(rest, node, fate, {})
    shell.state.functions = functions
    return outcome


def _exec(shell: Invocation, words: Words, node: Simple, _fate: Fate) -> Outcome:
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] == "-a" else 1
    if at >= len(words):
        return DONE
    mask = shell.state.on_exit
    outcome = shell.invoke(words[at:], node, Fate(mask, mask), {})
    shell.state.last = outcome
    shell.state.end("exit", failing=outcome.succeeded is False)
    return outcome


def _let(shell: Invocation, words: Words, _node: Simple, _fate: Fate) -> Outcome:
    value = calculate(words[-1], lambda name: str(lookup(shell.state, name) or ""))
    name = re.match(r"[A-Za-z_]\w*", words[-1])
    if name and "=" in words[-1]:
        shell.state.assign(name[0], hole(name[0]))
        return _UNKNOWN
    return _UNKNOWN if value is None else Outcome(value != 0)


BUILTINS: dict[str, Builtin] = {
    **dict.fromkeys((":", "true", "shopt", "alias", "unalias", "ulimit", "umask"), _nothing),
    **dict.fromkeys(("jobs", "fg", "bg", "disown", "kill", "dirs", "times", "history"), _nothing),
    **dict.fromkeys(("enable", "complete", "bind", "suspend"), _nothing),
    **dict.fromkeys(("type", "hash", "getopts", "caller"), _unknown),
    **dict.fromkeys(("export", "declare", "typeset", "local", "readonly"), _declare),
    **dict.fromkeys(("[", "test"), _test),
    **dict.fromkeys(("exit", "return"), _exit),
    **dict.fromkeys(("break", "continue"), _jump),
    **dict.fromkeys(("command", "builtin"), _command),
    **dict.fromkeys(("mapfile", "readarray"), _mapfile),
    "cd": _cd,
    "echo": _echo,
    "eval": _eval,
    "exec": _exec,
    "false": _failure,
    "let": _let,
    "popd": _popd,
    "printf": _printf,
    "pushd": _pushd,
    "pwd": _pwd,
    "read": _read,
    "set": _set,
    "shift": _shift,
    "trap": _trap,
    "unset": _unset,
    "wait": _wait,
}

"""What a few well-known programs print, where their input is known."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from checker.actions.command import has_hole
from checker.actions.shell.parameters import each_known, replaced
from checker.actions.shell.patterns import Slots, Spend, Unsupported, regex
from checker.actions.shell.scanner import ansi

_INPUT_LIMIT = 8192
_LINES_LIMIT = 200
_FIELD = re.compile(r"\s*\{\s*print\s+\$(\d{1,3}|NF)\s*;?\s*\}\s*")
_FORMAT = re.compile(r"%(%|-?\d{0,3}[sd])")

Arguments = tuple[str, ...]


def printed(argv: Arguments, stdin: str | None, spend: Spend) -> str | None:
    """Return what a program prints for known words and input; None when nobody can know.

    Where the input has unknown parts, the answer may be one hole with the name of the first.
    """
    if argv[0] in _SIMPLE:
        return None if any(map(has_hole, argv)) else _SIMPLE[argv[0]](argv[1:])
    if argv[0] == "cat" and argv[1:] in {(), ("-",)}:
        return stdin
    if stdin is None or len(stdin) > _INPUT_LIMIT:
        return None
    if argv[0] == "tr" and not any(map(has_hole, argv)):
        return _translated(argv[1:], stdin)
    filtering = _FILTERS.get(argv[0])
    if (filtering is None and argv[0] != "sed") or has_hole(stdin):
        return None
    lines = stdin.removesuffix("\n").split("\n")
    if len(lines) > _LINES_LIMIT or any(map(has_hole, argv)):
        return None
    try:
        made = filtering(argv[1:], lines) if filtering else _sed(argv[1:], lines, spend)
    except Unsupported:
        return None
    return None if made is None else "".join(line + "\n" for line in made)


def formatted(template: str, arguments: Arguments) -> str:
    """Return what `printf` prints; the format is used again while arguments are left."""
    text = ""
    waiting = list(arguments)
    for _ in range(_LINES_LIMIT):
        before = len(waiting)

        def value(found: re.Match[str]) -> str:
            if found[1] == "%":
                return "%"
            word = waiting.pop(0) if waiting else ""
            if found[1].endswith("d"):
                word = word or "0"
            width = int(found[1][:-1] or 0)
            return word.ljust(-width) if width < 0 else word.rjust(width)

        text += _FORMAT.sub(value, ansi(template))
        if not waiting or len(waiting) == before:
            break
    return text


def _options(arguments: Arguments, taking: str) -> tuple[dict[str, str], list[str]]:
    """Return options and the other words; options named in `taking` have a value."""
    options: dict[str, str] = {}
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if len(word) > 1 and word[0] == "-" and word[1] != "-":
            if word[1] in taking:
                options[word[1]] = word[2:] or (waiting.pop(0) if waiting else "")
            else:
                options.update(dict.fromkeys(word[1:], ""))
        else:
            rest.append(word)
    return options, rest


def _translated(arguments: Arguments, text: str) -> str | None:
    options, sets = _options(arguments, "")
    expanded = [_characters(ansi(one)) for one in sets]
    if options == {"d": ""} and len(expanded) == 1:
        return each_known(text, dict.fromkeys(map(ord, expanded[0])))
    if options or len(expanded) != 2 or not expanded[0] or not expanded[1]:
        return None
    source, target = expanded
    target = target.ljust(len(source), target[-1])[: len(source)]
    return each_known(text, dict(zip(map(ord, source), target, strict=True)))


def _characters(text: str) -> str:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    names = {"upper": alphabet.upper(), "lower": alphabet, "digit": "0123456789"}
    names |= {"space": " \t\n\v\f\r", "blank": " \t", "alpha": alphabet.upper() + alphabet}
    text = re.sub(r"\[:([a-z]+):\]", lambda found: names.get(found[1], found[0]), text)
    spans = re.compile(r"([ -~])-([ -~])")
    return spans.sub(lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), text)


def _cut(arguments: Arguments, lines: list[str]) -> list[str] | None:
    options, rest = _options(arguments, "dfc")
    wanted = re.fullmatch(r"(\d{0,4})(-?)(\d{0,4})", options.get("f") or options.get("c") or "")
    if rest or not wanted or not (wanted[1] or wanted[3]):
        listed = re.fullmatch(r"\d{1,3}(,\d{1,3})+", options.get("f", ""))
        if rest or not listed:
            return None
        numbers = sorted({int(number) for number in listed[0].split(",")})
    else:
        numbers = []
    delimiter = options.get("d", "\t")
    made = []
    for line in lines:
        pieces = list(line) if "c" in options else line.split(delimiter)
        joint = "" if "c" in options else delimiter
        if joint and len(pieces) == 1:
            made.append(line)
        elif numbers:
            made.append(joint.join(pieces[n - 1] for n in numbers if 0 < n <= len(pieces)))
        else:
            assert wanted
            first = int(wanted[1] or 1)
            last = int(wanted[3]) if wanted[3] else len(pieces) if wanted[2] else first
            made.append(joint.join(pieces[max(first, 1) - 1 : last]))
    return made


def _sed(arguments: Arguments, lines: list[str], spend: Spend) -> list[str] | None:
    options, rest = _options(arguments, "e")
    extended = "E" in options or "r" in options
    script = options["e"] if "e" in options else rest.pop(0) if rest else ""
    if rest or set(options) - {"E", "r", "e"} or arguments.count("-e") > 1:
        return None
    waiting = script.strip()
    while waiting:
        if waiting[0] != "s" or len(waiting) < 4:
            return None
        mark = re.escape(waiting[1])
        part = rf"((?:\\.|(?!{mark}).)*)"
        found = re.compile(rf"s{mark}{part}{mark}{part}{mark}(g?)\s*(?:;\s*|$)").match(waiting)
        if not found:
            return None
        escaped = "\\" + waiting[1]
        code = regex(found[1].replace(escaped, waiting[1]), basic=not extended)
        if code is None or re.search(r"\\[a-zA-Z0]", found[2]):
            return None
        template = found[2].replace(escaped, waiting[1])
        lines = [
            replaced(code, line, _filled(template, line), spend, everywhere=bool(found[3]))
            for line in lines
        ]
        waiting = waiting[found.end() :]
    return lines


def _filled(template: str, line: str) -> Callable[[tuple[int, int, Slots]], str]:
    r"""Return what replaces a match: `&` and `\\1` stand for its parts."""

    def fill(found: tuple[int, int, Slots]) -> str:
        start, stop, slots = found

        def piece(mark: re.Match[str]) -> str:
            if mark[0] == "&":
                return line[start:stop]
            if not mark[1].isdecimal():
                return mark[1]
            number = 2 * int(mark[1])
            return line[slots[number] : slots[number + 1]] if number + 1 < len(slots) else ""

        return re.sub(r"\\(.)|&", piece, template)

    return fill


def _awk(arguments: Arguments, lines: list[str]) -> list[str] | None:
    options, rest = _options(arguments, "F")
    found = _FIELD.fullmatch(rest[0]) if len(rest) == 1 else None
    separator = options.pop("F", " ")
    if options or not found or len(separator) != 1:
        return None
    made = []
    for line in lines:
        pieces = line.split() if separator == " " else line.split(separator)
        number = len(pieces) if found[1] == "NF" else int(found[1])
        made.append(line if number == 0 else "".join(pieces[number - 1 : number]))
    return made


def _head(arguments: Arguments, lines: list[str]) -> list[str] | None:
    number = _count(arguments)
    return None if number is None else lines[:number]


def _tail(arguments: Arguments, lines: list[str]) -> list[str] | None:
    number = _count(arguments)
    return None if number is None else lines[-number:] if number else []


def _count(arguments: Arguments) -> int | None:
    found = re.fullmatch(r"(?:-n\s*)?-?(\d{1,4})|", " ".join(arguments))
    return None if not found else int(found[1] or 10)


def _xargs(arguments: Arguments, lines: list[str]) -> list[str] | None:
    return None if arguments else [" ".join(" ".join(lines).split())]


def _basename(arguments: Arguments) -> str | None:
    names = [word for word in arguments if word != "--"]
    if not names or names[0].startswith("-") or len(names) > 2:
        return None
    name = posixpath.basename(names[0].rstrip("/"))
    return (name if len(names) == 1 or name == names[1] else name.removesuffix(names[1])) + "\n"


def _dirname(arguments: Arguments) -> str | None:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        return None
    return (posixpath.dirname(arguments[0].rstrip("/")) or ".") + "\n"


def _seq(arguments: Arguments) -> str | None:
    if not 1 <= len(arguments) <= 2 or not all(re.fullmatch(r"\d{1,6}", a) for a in arguments):
        return None
    first = int(arguments[0]) if len(arguments) == 2 else 1
    last = min(int(arguments[-1]), first + 1000)
    return "".join(f"{number}\n" for number in range(first, last + 1))


_SIMPLE: dict[str, Callable[[Arguments], str | None]] = {
    "basename": _basename,
    "dirname": _dirname,
    "seq": _seq,
}
_FILTERS: dict[str, Callable[[Arguments, list[str]], list[str] | None]] = {
    "awk": _awk,
    "cut": _cut,
    "gawk": _awk,
    "head": _head,
    "tail": _tail,
    "xargs": _xargs,
}
_OPAQUE = frozenset({"cat", "grep", "egrep", "jq", "rev", "sort", "tee", "tr", "uniq", "yq"})


def is_filter(name: str) -> bool:
    """Say whether a program's output is made of its input."""
    return name in _FILTERS or name in _OPAQUE or name == "sed"

"""Hostile scripts: none raises, none takes long, and what was left unread is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.actions.shell import read, words
from tests.watchdog import watchdog

SHELLS = ("bash", "pwsh", "cmd", "python")
HOSTILE = {
    "a megabyte": "pip install x\npytest\n" * 50_000,
    "nested substitutions": "echo " + "$( " * 20_000 + "x" + " )" * 20_000,
    "unclosed substitutions": "$(" * 100_000,
    "nested subshells": "(" * 10_000 + "a" + ")" * 10_000,
    "nested subshells apart": "( " * 10_000 + "a" + " )" * 10_000,
    "nested groups": "{ " * 50_000,
    "nested ifs": "if a; then " * 20_000,
    "nested tests": "[[ " + "( " * 50_000,
    "nested defaults": "echo " + "${a:-" * 50_000,
    "backticks": "`a " * 50_000,
    "quotes": "'\"`" * 30_000,
    "open pipes": "a | " * 50_000,
    "open chain": "a && " * 50_000 + "b",
    "chain of tests": "[ -f x ] && " * 10_000 + "b",
    "a million words": "for x in " + "a " * 1_000_000 + "; do unit $x; done",
    "a million braces": "lint {1..1000000}",
    "braces to a power": "lint " + "{a,b}" * 40,
    "functions for ever": "f() { g; g; }\ng() { f; f; }\nf",
    "a function in itself": "f() { lint; f; }\nf",
    "a function in substitutions": "f() { echo $(f) $(f); }\nf",
    "doubling": "a=xxxxxxxxxx\n" + "a=$a$a\n" * 100 + "lint $a",
    "loops in loops": "for a in {1..60}; do for b in {1..60}; do for c in {1..60}; do lint $a; done; done; done",
    "branches": "if [ -f $x ]; then a=$y; fi\n" * 5000,
    "variables and branches": "".join(f"v{n}=1\n" for n in range(1000))
    + "[ -f x ] && a=$y\n" * 5000,
    "eval in eval": 'c=\'eval "$c"\'\neval "$c"',
    "bash in bash": 'c=\'bash -c "$c"; lint\'\nexport c\nbash -c "$c"',
    "slow pattern": "x=" + "a" * 5000 + "\n" + "y=${x%%*a*a*a*b}\n" * 2000,
    "slow case": "x=" + "a" * 5000 + "\n" + "case $x in *a*a*a*b) lint;; esac\n" * 2000,
    "slow prefix": "x=" + "a" * 5000 + "\n" + "y=${x##*a*a*a*b}\n" * 2000,
    "slow replacement": "x=" + "a" * 140 + "\n" + "y=${x//*a*a*b/}\n" * 3000,
    "slow test": "x=" + "a" * 60_000 + "\n" + '[ "$x" = "⟦h⟧$x" ] && lint\n' * 2000,
    "slow lines": "x=$(cat <<E | sed -E 's/(a?){30}(a|aa)*b//'\n"
    + ("a" * 39 + "\n") * 199
    + "E\n)\nlint $x",
    "slow regex": "x=" + "a" * 300 + "\n" + "[[ $x =~ (a|aa)*b ]] && lint\n" * 2000,
    "slow sed": "x=" + "a" * 8000 + "\n" + "y=$(echo $x | sed 's/a*b//g')\n" * 2000,
    "growing capture": "x=a\n" + "x=$(echo $x$x | tr a b)\n" * 3000,
    "growing folder": "cd aaaaaaaa\nlint\n" * 2000,
    "many elifs": "if [ -f a ]; then b;" + " elif [ -f c ]; then d;" * 5000 + " fi",
    "many cases": "case $x in " + "a) b;; " * 20_000 + "esac",
    "noted failures": "lint || rc=$?\n" * 5000 + "exit $rc",
    "long sum": "x=$((1" + "+1" * 40_000 + "))\nlint $x",
    "deep sum": "(( " + "(" * 3000 + "1" + ")" * 3000 + " ))",
    "here-documents": "".join(f"bash <<E{n}\nlint\nE{n}\n" for n in range(3000)),
    "open here-documents": "a <<E\n" * 30_000,
    "here-strings of PowerShell": '@"\n' * 80_000,
    "big output": "cat <<EOF >> $GITHUB_OUTPUT\n" + "a=b\n" * 60_000 + "EOF\n",
    "nul bytes": "\0" * 100_000 + "lint",
    "half characters": "lint \ud800 $'\\ud800' \udfff",
    "odd holes": "⟦" * 5000 + "lint ⟦a⟧ $⟦x⟧ ${⟦x⟧} $((⟦x⟧)) ⟧",
    "unary operators of Python": "-" * 60_000 + "1",
    "long sum of Python": "a" + "+a" * 30_000,
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_script_is_read_within_bounds(text: str, shell: str) -> None:
    with watchdog(30):
        found = read(text, shell=shell)
        split = words(text)
    assert len(found.commands) <= 1000
    assert len(found.echoes) <= 1000
    assert len(found.problems) <= 20
    assert sum(len(command.text) for command in found.commands) < 20_000_000
    assert len(split) <= 40_000


SAID = {
    "too long": ("pip install x\npytest\n" * 50_000, "only the first 128 KiB"),
    "too deep": ("( " * 99 + "a" + " )" * 99, "nested deeper than 40 levels"),
    "too many rounds": ("for x in {1..100}; do lint; done", "only 64 rounds of a loop"),
    "too many words": ("lint {1..1000000}", "makes too many words and is left as written"),
    "too much work": (
        "for a in {1..60}; do for b in {1..60}; do for c in {1..60}; do :; done; done; done",
        "more than 20000 steps",
    ),
    "too many programs": (
        "for a in {1..60}; do for b in {1..60}; do lint; done; done",
        "first 1000 programs",
    ),
    "a value too long": ("a=xxxxxxxxxx\n" + "a=$a$a\n" * 20, "longer than 64 KiB"),
    "a function in itself": ("f() { f; }\nf", "nested deeper than 40 levels is not followed"),
}


@pytest.mark.parametrize(("text", "sentence"), SAID.values(), ids=SAID.keys())
def test_what_was_left_unread_is_said(text: str, sentence: str) -> None:
    assert any(sentence in problem for problem in read(text).problems)


def test_a_loop_keeps_its_first_rounds() -> None:
    found = read("for x in {1..100}; do lint $x; done")
    assert [command.argv[1] for command in found.commands] == [str(n) for n in range(1, 65)]


PIECES = (
    "if", "then", "fi", "else", "elif", "for x in", "do", "done", "case x in", "esac", "while", "$(",
    ")", "((", "))", "{", "}", "[[", "]]", "[", "]", "`", "${", "$", "&&", "||", "|", "&", ";", ";;",
    "<", ">", "<<E", "E", "<<<", "'", '"', "\\", "\n", " ", "a", "x=1", "#", "⟦h⟧", "*", "!", "f()",
    "echo", ">> $GITHUB_OUTPUT", "exit", "set +e", "eval", "bash -c", "xargs", "find . -exec", "=~",
    "cd ..", "trap", "${a%%*}", "$((1/0))", "printf '%", "read", "local", "é", "\0", "\r",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from((" ", "", "\n")))
def test_no_text_raises(pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    for shell in SHELLS:
        read(text, shell=shell)
    words(text)

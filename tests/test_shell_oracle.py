"""The shell reader against the real bash: which programs start, where, and whether a failure counts.

The scripts are this test's own. Every program they name is a stub on PATH that writes down how it was
called; one that is told to fails. Nothing of a repository is ever run.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from checker.actions.command import has_hole
from checker.actions.shell import read

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(
        shutil.which("bash") is None or os.name == "nt", reason="needs a POSIX system with bash"
    ),
]

STUBS = ("lint", "unit", "build", "push", "ship", "tool")
TOOLS = ("sed", "tr", "cut", "awk", "head", "tail", "seq", "basename", "dirname", "cat", "tee")
OTHERS = (
    "sh",
    "bash",
    "env",
    "xargs",
    "timeout",
    "nice",
    "nohup",
    "sleep",
    "find",
    "true",
    "false",
)
STUB = r"""#!/bin/sh
between="$(printf '\037')"
line="${0##*/}"
called="$line"
for word in "$@"; do line="$line$between$word"; called="$called $word"; done
printf '%s\036%s\036%s\035' "$line" "${PWD#"$ORACLE_ROOT"}" "$V" >> "$ORACLE_LOG"
[ "$called" != "$ORACLE_FAIL" ]
"""
KNOWN = {"GITHUB_REF": "refs/tags/v1.2.3", "GITHUB_REF_NAME": "v1.2.3", "GITHUB_REF_TYPE": "tag"}
ENV = {"NAME": "demo", "EMPTY": "", "WORDS": "one two  three", "V": "out"}
SHELLS = {
    "": ("bash", "-e"),
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
    "sh": ("sh", "-e"),
    "bash {0}": ("bash",),
}


class Call(NamedTuple):
    """One start of a program: words, folder, and the variable V it was given."""

    words: tuple[str, ...]
    folder: str
    variable: str


class Oracle:
    """A folder to run a script in, with stubs for programs."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "work"
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.outputs = folder / "outputs"
        for inside in ("sub/deep", "other"):
            (self.root / inside).mkdir(parents=True)
        self.bin.mkdir()
        for name in STUBS:
            stub = self.bin / name
            stub.write_text(STUB)
            stub.chmod(stub.stat().st_mode | stat.S_IXUSR)
        for name in (*TOOLS, *OTHERS):
            found = shutil.which(name)
            if found:
                (self.bin / name).symlink_to(found)

    def run(self, script: str, shell: str, failing: str = "") -> tuple[int, list[Call]]:
        """Run a script of this test with the stubs; return its status and the calls."""
        for file in (self.log, self.outputs):
            file.write_text("")
        path = self.root.parent / "script.sh"
        path.write_text(script)
        env = {
            "PATH": str(self.bin),
            "ORACLE_LOG": str(self.log),
            "ORACLE_ROOT": str(self.root),
            "ORACLE_FAIL": failing,
            "GITHUB_OUTPUT": str(self.outputs),
            "GITHUB_WORKSPACE": str(self.root),
            **KNOWN,
            **ENV,
        }
        done = subprocess.run(
            [*SHELLS[shell], str(path)],
            cwd=self.root,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        )
        return done.returncode, [_call(line) for line in self.log.read_text().split("\x1d")[:-1]]

    def written(self) -> dict[str, str]:
        """Return the simple `name=value` lines of the last run's output file."""
        lines = self.outputs.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


def _call(line: str) -> Call:
    words, folder, variable = line.split("\x1e")
    return Call(tuple(words.split("\x1f")), folder.lstrip("/") or ".", variable)


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    return Oracle(tmp_path_factory.mktemp("oracle"))


def expected_to_start(when: str) -> bool:
    """Say whether a command starts where every program succeeds."""
    return all(condition.endswith("succeeds") for condition in when.split(" and ") if condition)


def agree(oracle: Oracle, script: str, shell: str) -> None:
    """Compare what we read with what bash does: first all going well, then with each program failing."""
    workspace = {"GITHUB_WORKSPACE": str(oracle.root), "GITHUB_OUTPUT": str(oracle.outputs)}
    found = read(script, shell=shell, env=ENV, known={**KNOWN, **workspace})
    assert not found.problems
    ours = [command for command in found.commands if command.argv[0] in STUBS]
    certain = [command for command in ours if expected_to_start(command.when)]
    expected = [Call(c.argv, c.cwd, c.env.get("V", "")) for c in certain]
    status, calls = oracle.run(script, shell)
    if "|" in script or "&" in script:
        expected, calls = sorted(expected), sorted(calls)
    assert expected == calls
    if not any(map(has_hole, found.outputs.values())):
        assert dict(found.outputs) == oracle.written()
    for command in certain:
        same = [other.masked for other in ours if other.argv == command.argv]
        if status or len(set(map(bool, same))) > 1:
            continue
        failed, _ = oracle.run(script, shell, " ".join(command.argv))
        assert (failed != 0) == (not command.masked), (command.argv, command.masked, failed)


QUOTING = {
    "plain words": "lint -q --x=1 a/b.py 3.10",
    "single quotes": "lint 'a b' 'c\"d' ''",
    "double quotes": 'lint "a b" "c\'d" "" "$NAME x"',
    "glued": "lint a'b c'\"d $NAME\"e",
    "escapes": 'lint a\\ b \\$NAME \\"x \\\\ "\\$NAME \\" \\\\ \\n"',
    "ansi": "lint $'a\\tb' $'it\\'s' $'\\x41\\101'",
    "continued line": "lint a \\\n  b \\\n  c",
    "comment": "lint a # lint b\n# lint c\nlint d#e '#f'",
    "splitting": "lint $WORDS \"$WORDS\" x$WORDS'y'",
    "empty expansion": 'lint $EMPTY "$EMPTY" x$EMPTY',
    "braces": "lint {a,b}c x{1..3} {a,b}{c,d} \"{a,b}\" {a} {} a{b,'c d'}",
    "padded range": "lint {01..03} {3..1} {a..c} {1..7..3}",
    "nested braces": "lint {a,{b,c}d}e",
    "brackets": "lint '.[dev]' \"x>=1\" pkg==1.0 a=b",
    "several on a line": "lint a; unit b;build c",
    "assignment before": "V=here lint a\nlint b",
    "two assignments": 'A=\nA=1 V=$NAME lint a\nlint "$A"x',
    "redirections": "lint a > file 2>&1\nlint b 2> /dev/null c\n> file lint d",
    "number argument": "lint 2 >file 3",
}
EXPANSION = {
    "default": 'lint "${EMPTY:-x}" "${EMPTY-y}" "${NAME:-z}" ${NAME:+p q} "${EMPTY:+r}"',
    "nested default": 'lint "${EMPTY:-${NAME:-x}}" "${EMPTY:-"a b"}"',
    "assign default": ': "${EMPTY:=filled}"\nlint "$EMPTY"',
    "prefix": 'lint "${GITHUB_REF#refs/tags/}" "${GITHUB_REF##*/}" "${GITHUB_REF#*/}" ${GITHUB_REF_NAME#v}',
    "suffix": 'F=a.tar.gz\nlint "${F%.gz}" "${F%.*}" "${F%%.*}" "${F%x}"',
    "replace": 'lint "${GITHUB_REF/refs/x}" "${GITHUB_REF//\\//-}" "${GITHUB_REF//[a-s]/}" "${NAME/#d/D}" "${NAME/%o/O}"',
    "upper and lower": 'lint "${NAME^^}" "${NAME^}" "${NAME,,}"\nU=ABC\nlint "${U,,}" "${U,}"',
    "substring": 'lint "${GITHUB_REF:5}" "${GITHUB_REF:0:4}" "${GITHUB_REF: -5}" "${GITHUB_REF:5:-2}" "${#NAME}"',
    "arithmetic": "N=3\nlint $((1+2*3)) $((N*2)) $(( (N+1) % 2 )) $((N>2)) $((7/2)) $((-7/2))",
    "array": 'A=(x "y z" $NAME)\nlint "${A[@]}" ${A[1]} "${#A[@]}" "${A[0]}" ${A[@]}\nA+=(w)\nlint "${A[@]:1:2}" "${A[*]}"',
    "positional": 'set -- a "b c"\nlint "$@" $# "$1" "$*" $@\nshift\nlint "$@"',
    "indirect": 'K=NAME\nlint "${!K}"',
    "append": "A=x\nA+=y\nlint $A",
    "unset": 'unset NAME\nlint "${NAME:-gone}" "$NAME"',
    "substitution": 'lint "$(echo hi there)" $(echo a b) x$(echo c)y `echo d`',
    "nested substitution": 'lint "$(echo "$(echo "$NAME")")"',
    "substitution with filters": "T=$(echo \"$GITHUB_REF\" | sed 's/^refs.tags.v//')\nlint $T $(echo a/b/c | cut -d/ -f2) "
    "$(basename $GITHUB_REF) $(echo $NAME | tr a-z A-Z) $(echo x-y | tr -d -) $(echo a,b,c | awk -F, '{print $3}')",
    "sed groups": "lint $(echo v1.2.3 | sed -E 's/v([0-9]+)\\.([0-9]+).*/\\2-\\1/') $(echo aXbX | sed 's/X/-/g')",
    "printf": 'lint "$(printf "%s-%s" a b)" "$(printf "%s\\n" a b)"\nprintf -v Z "%02d" 7 || true\nlint a',
    "here-string": 'read -r A B <<< "$WORDS"\nlint "$A" "$B"',
    "other separator": 'IFS=. read -r A B C <<< "1.2.3"\nlint "$A" "$B" "$C"',
    "dirname": 'lint "$(dirname a/b/c.py)" "$(dirname x)"',
    "cat a document": 'X=$(cat <<EOF\na $NAME\nit\'s\nEOF\n)\nlint "$X"',
    "quoted document": "X=$(cat <<'EOF'\na $NAME `b`\nEOF\n)\nlint \"$X\"",
    "head": "lint $(seq 5 | head -n 2) $(seq 3 | tail -1)",
    "word with operators": 'lint "$(echo "a;b|c&d")" \'x && y\'',
}
CONTROL = {
    "and": "lint a && unit b\nbuild c",
    "and at the end": "build c\nlint a && unit b",
    "three ands": "lint a && unit b && build c",
    "or": "lint a || unit b\nbuild c",
    "or true": "lint a || true\nunit b",
    "or echo": 'lint a || echo "failed"',
    "or exit": "lint a || exit 1\nunit b || exit 0",
    "or group": "lint a || { echo bad; exit 1; }\nunit b || { echo bad; }",
    "or subshell": "lint a || (echo bad; exit 3)\nunit b || (echo bad)\nbuild c || (echo bad; false)",
    "or false": "lint a || false\nunit b || :",
    "and or": "lint a && unit b || true\nbuild c || push d && ship e",
    "not": "! lint a\nunit b",
    "if": 'if [ "$GITHUB_REF_TYPE" = tag ]; then lint a; else unit b; fi',
    "elif": 'if [ "$NAME" = x ]; then lint a; elif [ "$NAME" = demo ]; then unit b; else build c; fi',
    "if program": "if lint a; then unit b; fi\nif unit c; then :; else exit 1; fi",
    "if not program": "if ! lint a; then exit 1; fi\nif ! unit b; then echo bad; fi",
    "brackets": '[[ $GITHUB_REF == refs/tags/* ]] && lint a\n[[ $NAME == x* ]] || unit b\n[[ $GITHUB_REF =~ ^refs/tags/v([0-9]+)\\. ]] && lint "${BASH_REMATCH[1]}"',
    "bracket logic": '[[ -n $NAME && ( $NAME == a || $NAME == demo ) && ! -z "$NAME" ]] && lint a\nunit b',
    "test logic": '[ "$NAME" = demo -a -n "$NAME" ] && lint a\n[ 3 -gt 2 ] && unit b\ntest -z "$EMPTY" && build c\n[ "$NAME" != x ]',
    "case": 'case "$GITHUB_REF" in refs/heads/*) lint a;; refs/tags/v[0-9]*) unit b;; *) build c;; esac',
    "case alternatives": "case $NAME in a|demo) lint a ;; *) unit b ;; esac\ncase x in (y) lint y;; esac",
    "case falls": "case a in a) lint a;& b) lint b;; c) lint c;; esac",
    "for": 'for x in a "b c" $WORDS; do lint "$x"; done',
    "for braces": "for v in 3.{8..10}; do lint $v; done",
    "for nothing": "for x in $EMPTY; do lint $x; done\nunit",
    "for break": "for x in a b c; do [ $x = b ] && break; lint $x; done\nunit end",
    "for continue": "for x in a b c; do if [ $x = b ]; then continue; fi; lint $x; done",
    "function": 'f() { lint "$@"; unit "$1"; }\nf a "b c"\nf',
    "function local": "g() { local NAME=inner; lint $NAME; return 0; lint no; }\ng\nlint $NAME",
    "function redefined": "f() { lint a; }\nf() { lint b; }\nf\nfunction h { unit h; }\nh",
    "function unused": "f() { lint a; }\nunit b",
    "subshell": "(cd sub && lint a; NAME=x)\nlint $NAME",
    "folders": 'cd sub\nlint a\ncd deep\nlint b\ncd ../..\nlint c\ncd "$GITHUB_WORKSPACE/other"\nlint d\ncd -\nlint e',
    "stack": "pushd sub > /dev/null\nlint a\npushd deep >/dev/null\nlint b\npopd > /dev/null\nlint c\npopd >/dev/null\nlint d",
    "exit": "lint a\nexit 0\nunit b",
    "exit in branch": 'if [ "$NAME" = demo ]; then lint a; exit 0; fi\nunit b',
    "exit in subshell": "(lint a; exit 0; lint b)\nunit c",
    "while": "while false; do lint a; done\nuntil true; do lint b; done\nunit c",
    "while true": "while true; do lint a; break; done\nunit b",
    "eval": 'C="lint a \'b c\'"\neval "$C"\neval unit x y',
    "script in words": 'bash -c "lint a; unit b"\nsh -c \'lint "$1" "$0"\' zero one\nbash -ec "lint c; unit d"',
    "script in document": "bash <<EOF\nlint a $NAME\nunit b\nEOF\nbash -s -- x <<'EOF'\nlint \"$1\"\nEOF",
    "piped script": "echo 'lint a' | bash\nprintf 'unit b\\n' | sh -e",
    "wrappers": "env V=1 lint a\ntimeout 10 lint b\nnice -n 5 lint c\nnohup lint d\ntime lint e\ncommand lint f\ntimeout -k 5 10s env V=2 lint g",
    "exec": "lint a\nexec lint b\nunit c",
    "export": "export V=new\nlint a\nV=changed\nlint b\nexport NAME2=x\nunset V\nlint c",
    "background": "lint a &\nwait",
    "waiting": "lint a &\npid=$!\nwait $pid",
    "multi-line pipeline": "lint a |\n  tee log |\n  cat > /dev/null",
    "group": "{ lint a; unit b; } > file\n{ cd sub; lint c; }\nlint d",
    "loop into pipe": "for x in a b; do lint $x; done | cat",
    "test as statement": '[ "$NAME" = demo ]\nlint a',
    "failing test ends it": 'lint a\n[ "$NAME" = other ]\nunit b',
    "false ends it": "lint a\nfalse\nunit b",
    "function by status": "ok() { return 0; }\nbad() { return 1; }\nok && lint a\nbad || unit b\nif bad; then lint c; fi",
    "arithmetic condition": "N=3\n(( N > 2 )) && lint a\nif (( N == 4 )); then unit b; fi\nbuild c",
    "find exec": "find sub -maxdepth 0 -exec lint x \\;\nunit b",
    "done twice": "for x in 1 2; do for y in a b; do lint $x$y; done; done",
    "trap": "trap 'unit bye' EXIT\nlint a",
}
FAILURE = {
    "set +e": "set +e\nlint a\nunit b",
    "set +e and back": "set +e\nlint a\nset -e\nunit b\nbuild c",
    "status kept": "set +e\nlint a\nrc=$?\nunit b\nexit $rc",
    "status tested": "set +e\nlint a\nrc=$?\nset -e\nunit b\nif [ $rc -ne 0 ]; then exit 1; fi",
    "status noted by or": "rc=0\nlint a || rc=$?\nunit b || rc=$?\nexit $rc",
    "flag noted by or": "failed=0\nlint a || failed=1\nunit b || failed=1\n[ $failed -eq 0 ]",
    "flag noted by if": 'bad=\nif ! lint a; then bad=1; fi\nunit b\n[ -z "$bad" ] || exit 1',
    "flag never used": "lint a || failed=1\nunit b",
    "two statuses": "set +e\nlint a; A=$?\nunit b; B=$?\nexit $((A || B))",
    "pipe": "lint a | tee log\nunit b",
    "pipe at the end": "unit b\nlint a | cat",
    "pipefail": "set -o pipefail\nlint a | tee log\nunit b",
    "pipe of group": "{ lint a; unit b; } | tee log",
    "and in the middle": "lint a && echo ok\nunit b",
    "and last of function": "f() { lint a && echo ok; }\nf\nunit b",
    "and last of group": "{ lint a && echo ok; }\nunit b",
    "and last of subshell": "( lint a && echo ok )\nunit b",
    "and last of branch": "if true; then lint a && echo ok; fi\nunit b",
    "substitution in assignment": "X=$(lint a)\nunit b",
    "substitution in words": 'echo "$(lint a)"\nunit b',
    "substitution exported": "export X=$(lint a)\nunit b",
    "inside a substitution": "X=$(lint a; unit b)\nbuild c",
    "subshell fails": "(lint a; unit b)\nbuild c",
    "subshell under or": "(lint a; unit b) || true\nbuild c",
    "function under or": "f() { lint a; unit b; }\nf || true\nbuild c",
    "function under if": "f() { lint a; unit b; }\nif f; then build c; fi",
    "function fails": "f() { lint a; unit b; }\nf\nbuild c",
    "or return": "f() { lint a || return 1; unit b || return 0; }\nf\nbuild c",
    "negated group": "! { lint a; unit b; }\nbuild c",
    "loop": "for x in a b; do lint $x; done\nunit c",
    "loop under set +e": "set +e\nfor x in a b; do lint $x; done",
    "loop with or": "for x in a b; do lint $x || exit 1; done",
    "words of bash -c": 'bash -c "lint a; unit b"\nbuild c',
    "bash -c under or": 'bash -ec "lint a; unit b" || true\nbuild c',
    "bash -e in set +e": 'set +e\nbash -ec "lint a; unit b"\nbuild c',
    "eval with and": "eval 'lint a && echo ok'\nunit b",
    "exit with status": "lint a || exit $?\nunit b || { code=$?; echo $code; exit $code; }",
    "exit without words": "set +e\nlint a\nexit",
    "exit zero": "set +e\nlint a\nexit 0",
    "nested or": "lint a || unit b || true\nbuild c",
    "background forgets": "lint a &\nwait\nunit b",
    "elif programs": "if lint a; then echo 1; elif unit b; then echo 2; else exit 1; fi",
    "until": "lint z\nuntil lint a; do exit 1; done",
    "set -euo pipefail": "set -euo pipefail\nlint a | cat\nunit b",
    "errexit by name": "set +o errexit\nlint a\nset -o errexit\nunit b",
    "in a case": "case $NAME in demo) lint a || true; unit b;; esac",
    "xargs": "echo x | xargs lint\nunit b",
    "process substitution": "cat <(lint a) > /dev/null\nunit b",
}
OUTPUT = {
    "outputs": 'echo "tag=${GITHUB_REF_NAME#v}" >> $GITHUB_OUTPUT\necho name=$NAME >> "$GITHUB_OUTPUT"\necho \'q=1\' >> ${GITHUB_OUTPUT}',
    "outputs by tee": 'echo "a=b" | tee -a "$GITHUB_OUTPUT"\nlint x',
    "outputs of a group": '{ echo "a=1"; echo "b=$NAME"; } >> "$GITHUB_OUTPUT"',
    "outputs by printf": 'printf "a=%s\\n" "$NAME" >> $GITHUB_OUTPUT\nprintf "b=1\\nc=2\\n" >> $GITHUB_OUTPUT',
    "outputs by document": "cat >> $GITHUB_OUTPUT <<EOF\na=$NAME\nb=2\nEOF",
    "outputs in a branch": 'if [ "$GITHUB_REF_TYPE" = tag ]; then echo "v=$GITHUB_REF_NAME" >> $GITHUB_OUTPUT; else echo "v=dev" >> $GITHUB_OUTPUT; fi',
    "outputs in a subshell": '(echo "a=1" >> $GITHUB_OUTPUT)\necho "x=$(echo y)" >> $GITHUB_OUTPUT',
    "outputs by function": 'put() { echo "$1=$2" >> "$GITHUB_OUTPUT"; }\nput a b\nput c "$NAME"',
    "last one counts": 'echo "a=1" >> $GITHUB_OUTPUT\necho "a=2" >> $GITHUB_OUTPUT',
}
TABLES = (QUOTING, EXPANSION, CONTROL, FAILURE, OUTPUT)
BASH = {**QUOTING, **EXPANSION, **CONTROL, **FAILURE, **OUTPUT}
EVERYWHERE = {**FAILURE, **{name: CONTROL[name] for name in ("and", "or", "if", "for", "function")}}
NOT_POSIX = {"pipefail", "set -euo pipefail", "process substitution"}


@pytest.mark.parametrize("script", BASH.values(), ids=BASH.keys())
def test_bash_starts_what_we_read(oracle: Oracle, script: str) -> None:
    agree(oracle, script, "")


@pytest.mark.parametrize("shell", ["bash", "bash {0}"])
@pytest.mark.parametrize("script", EVERYWHERE.values(), ids=EVERYWHERE.keys())
def test_failures_count_as_the_shells_options_say(oracle: Oracle, script: str, shell: str) -> None:
    agree(oracle, script, shell)


@pytest.mark.parametrize(
    "script",
    [s for n, s in EVERYWHERE.items() if n not in NOT_POSIX],
    ids=[n for n in EVERYWHERE if n not in NOT_POSIX],
)
def test_sh_starts_what_we_read(oracle: Oracle, script: str) -> None:
    agree(oracle, script, "sh")

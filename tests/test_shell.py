"""What the shell reader says beyond what running bash can show: holes, conditions, masks in words."""

from __future__ import annotations

import subprocess
import sys

import pytest

from checker.actions.command import Command, Script, hole
from checker.actions.shell import read, words


def lines(script: Script) -> list[str]:
    return [command.text for command in script.commands]


def only(text: str, shell: str = "", **variables: str) -> Command:
    (command,) = read(text, shell=shell, env=variables).commands
    return command


UNKNOWN = {
    "an unset name": ('tool "$NAME"', ("tool", "⟦NAME⟧")),
    "glued to known text": ("tool a${NAME}b", ("tool", "a⟦NAME⟧b")),
    "a hole in the text": ("tool ⟦secrets.USER⟧/app:1", ("tool", "⟦secrets.USER⟧/app:1")),
    "a hole as the program": ("⟦matrix.command⟧ -q", ("⟦matrix.command⟧", "-q")),
    "an unknown program": ("$RUN tests", ("⟦RUN⟧", "tests")),
    "a default nobody can decide": ("tool ${NAME:-x}", ("tool", "⟦NAME⟧")),
    "a trimmed hole": ("T=⟦github.ref⟧\ntool ${T#refs/tags/}", ("tool", "⟦github.ref⟧")),
    "a hole after a known prefix": ("T=v⟦inputs.n⟧\ntool ${T#v}", ("tool", "⟦inputs.n⟧")),
    "a hole in lower case": ("T=Me/⟦a⟧\ntool ${T,,}", ("tool", "me/⟦a⟧")),
    "the time": ("tool $(date +%s)", None),
    "a pattern is left": ("tool src/*.py ~/x", ("tool", "src/*.py", "~/x")),
    "arithmetic on a hole": ("tool $((N + 1))", ("tool", "⟦N_1⟧")),
}


@pytest.mark.parametrize(("text", "argv"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_cannot_be_known_is_a_hole(text: str, argv: tuple[str, ...] | None) -> None:
    assert read(text).commands[-1].argv == (argv or ("tool", "⟦date_s⟧"))


def test_a_program_in_a_substitution_is_started_and_names_the_hole() -> None:
    found = read('pylint --fail-under=8 $(git ls-files "*.py")', shell="")
    assert lines(found) == ["git ls-files *.py", "pylint --fail-under=8 ⟦git_ls-files_.py⟧"]
    assert [command.masked for command in found.commands] == ["pylint $(…)", ""]


def test_what_a_filter_makes_of_a_hole_keeps_its_name() -> None:
    found = read("T=$(echo ⟦github.ref_name⟧ | sed 's/^v//')\ntool $T")
    assert found.commands[-1].argv == ("tool", "⟦github.ref_name⟧")


def test_the_runners_own_variables_expand_but_are_not_given() -> None:
    (command,) = read(
        "X=1 tool $GITHUB_REF_NAME $V", env={"V": "2"}, known={"GITHUB_REF_NAME": "v1"}
    ).commands
    assert command.argv == ("tool", "v1", "2")
    assert command.env == {"V": "2", "X": "1"}


WHEN = {
    "a test": ("if [ -f x ]; then tool; fi", ["[ -f x ]"]),
    "its opposite": ("if [ -f x ]; then :; else tool; fi", ["not [ -f x ]"]),
    "elif": (
        "if [ -f x ]; then :; elif [[ -d y ]]; then tool; fi",
        ["not [ -f x ] and [[ -d y ]]"],
    ),
    "and": ("[ -f x ] && tool", ["[ -f x ]"]),
    "or": ("[ -f x ] || tool", ["not [ -f x ]"]),
    "the left of or is a program": ("first || tool", ["", "`first` fails"]),
    "and after a program is what one expects": ("first && tool", ["", ""]),
    "and after a question": ("grep -q x y && tool", ["", "`grep -q x y` succeeds"]),
    "command -v": ("command -v poetry && tool", ["`command -v poetry` succeeds"]),
    "an unknown case": ("case $X in a) tool;; esac", ["`$X` is a"]),
    "while": ("while read -r line; do tool; done < f", ["while read -r line"]),
    "a hole compared": ('[ "⟦secrets.T⟧" != "" ] && tool', ['[ "⟦secrets.T⟧" != "" ]']),
    "after a possible end": ("if [ -f x ]; then exit 0; fi\ntool", ["not [ -f x ]"]),
    "after a possible failure": ("if [ -f x ]; then exit 1; fi\ntool", [""]),
    "after or exit": ("[ -f x ] || exit 0\ntool", ["[ -f x ]"]),
    "nested": ("if [ -f x ]; then if [ -f y ]; then tool; fi; fi", ["[ -f x ] and [ -f y ]"]),
    "an if on a program": ("if first; then tool; fi", ["", "`first` succeeds"]),
    "an if on its failure": ("if ! first; then tool; fi", ["", "`first` fails"]),
}


@pytest.mark.parametrize(("text", "when"), WHEN.values(), ids=WHEN.keys())
def test_a_condition_nobody_can_decide_is_said(text: str, when: list[str]) -> None:
    assert [command.when for command in read(text, shell="").commands] == when


DECIDED = {
    "a hole that cannot be equal": '[ "v⟦a⟧" = x1 ]',
    "a hole with text is not empty": '[ -z "v⟦a⟧" ]',
    "an empty text": '[ -n "" ]',
    "numbers": "[ 3 -gt 4 ]",
    "a regular expression": "[[ 1.2 =~ ^v[0-9]+ ]]",
}


@pytest.mark.parametrize("test", DECIDED.values(), ids=DECIDED.keys())
def test_a_branch_certainly_not_taken_starts_nothing(test: str) -> None:
    assert lines(read(f"if {test}; then tool; else other; fi")) == ["other"]


MASKS = {
    "or true": ("tool || true", "|| true"),
    "or a message": ('tool || echo "never mind"', '|| echo "never mind"'),
    "a pipe": ("tool | tee log.txt", "| tee log.txt (no pipefail)"),
    "set +e": ("set +e\ntool\necho", "set +e"),
    "in the background": ("tool &\nwait", "&"),
    "in a condition": ("if tool; then echo; fi", "if tool"),
    "in a loop's condition": ("while tool; do sleep 1; done", "while tool"),
    "negated": ("! tool", "!"),
    "before and, in the middle": ("tool && echo fine\necho", "&& echo fine"),
    "in words": ('echo "$(tool)"', "echo $(…)"),
    "in bash -c": ('bash -c "tool; echo"', "bash -c without -e"),
}


@pytest.mark.parametrize(("text", "masked"), MASKS.values(), ids=MASKS.keys())
def test_what_swallows_a_failure_is_quoted(text: str, masked: str) -> None:
    assert read(text, shell="").commands[0].masked == masked


SHELLS = {
    "none given": ("", "", "| cat (no pipefail)"),
    "bash": ("bash", "", ""),
    "sh": ("sh", "", "| cat (no pipefail)"),
    "without -e": ("bash {0}", "shell: bash {0}", "| cat (no pipefail)"),
    "a login shell": ("bash -l {0}", "shell: bash -l {0}", "| cat (no pipefail)"),
    "a login shell with -e": ("bash -el {0}", "", "| cat (no pipefail)"),
    "as GitHub writes it": ("bash --noprofile --norc -eo pipefail {0}", "", ""),
    "through another program": ("micromamba run -n x bash -e {0}", "", "| cat (no pipefail)"),
}


@pytest.mark.parametrize(("shell", "middle", "pipe"), SHELLS.values(), ids=SHELLS.keys())
def test_the_shells_own_options_decide(shell: str, middle: str, pipe: str) -> None:
    assert read("tool\necho done", shell=shell).commands[0].masked == middle
    assert read("tool | cat", shell=shell).commands[0].masked == pipe


@pytest.mark.parametrize("shell", ["perl {0}", "⟦inputs.shell⟧", "node"])
def test_an_unknown_shell_is_a_problem_and_starts_nothing(shell: str) -> None:
    found = read("tool", shell=shell)
    assert not found.commands
    assert shell in found.problems[0]


FOLDERS = {
    "down": ("cd a/b\ntool", "a/b"),
    "back up": ("cd a/b && cd .. && tool", "a"),
    "in a subshell only": ("(cd a)\ntool", "."),
    "from the workspace": ('cd "$GITHUB_WORKSPACE/a"\ntool', "a"),
    "its own folder": ('cd "$(pwd)/a"\ntool', "a"),
    "unknown": ("cd $WHERE\ntool", "⟦WHERE⟧"),
    "outside": ("cd ../other\ntool", "⟦outside_.._other⟧"),
    "absolute": ("cd /tmp/x\ntool", "⟦outside_tmp_x⟧"),
    "home": ("cd\ntool", "⟦HOME⟧"),
    "pushd": ("pushd a\npushd b\npopd\ntool", "a"),
}


@pytest.mark.parametrize(("text", "folder"), FOLDERS.values(), ids=FOLDERS.keys())
def test_folders_are_followed(text: str, folder: str) -> None:
    assert only(text).cwd == folder


def test_the_first_folder_is_the_steps() -> None:
    (command,) = read("cd src\ntool", cwd="package").commands
    assert command.cwd == "package/src"


WRAPPED = {
    "sudo": "sudo -E -u me tool x",
    "env": "env -i A=1 tool x",
    "timeout": "timeout -k 5 10m tool x",
    "several": "sudo env A=1 nice -n 10 timeout 5 nohup tool x",
    "a display": "xvfb-run -a --server-args='-screen 0' tool x",
    "buffering": "stdbuf -o L tool x",
    "time": "time -p tool x",
    "GNU time": "/usr/bin/time -v tool x",
    "exec": "exec tool x",
    "command": "command tool x",
    "a shell's words": 'bash -lc "tool x"',
    "a shell in sudo": "sudo bash -c 'tool x'",
    "eval": 'eval "tool x"',
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED.keys())
def test_the_program_behind_a_wrapper_is_named(text: str) -> None:
    assert only(text).argv == ("tool", "x")


def test_a_wrapper_alone_is_the_program() -> None:
    assert lines(read("sudo -v\nenv\ntimeout 5")) == ["sudo -v", "env", "timeout 5"]


def test_xargs_feeds_what_nobody_knows() -> None:
    assert read("git ls-files | xargs -n 1 flake8").commands[1].argv == ("flake8", hole("xargs"))


def test_find_starts_what_it_executes() -> None:
    assert lines(read("find . -name '*.py' -exec black {} +"))[1] == "black ⟦find⟧"


def test_a_script_file_stays_a_command() -> None:
    assert lines(read("bash -e scripts/test.sh a\n. .venv/bin/activate\n./run.sh")) == [
        "bash -e scripts/test.sh a",
        ". .venv/bin/activate",
        "./run.sh",
    ]


NOTHING_STARTED = {
    "comments": "# tool\n  # twine upload",
    "builtins": "set -e; cd x; export A=1; B=2; : tool; true; [ -f x ]; unset B; trap - EXIT",
    "a function never called": "f() { tool; }",
    "text": 'echo "tool"; printf "%s" tool',
    "after the end": "exit 0\ntool",
    "false": "if false; then tool; fi",
}


@pytest.mark.parametrize("text", NOTHING_STARTED.values(), ids=NOTHING_STARTED.keys())
def test_what_starts_nothing_is_not_listed(text: str) -> None:
    assert not read(text).commands


def test_mock_publishing_shows_among_the_echoes() -> None:
    found = read('echo "docker push me/app:1"\nprintf "twine upload %s\\n" dist\necho kept > log')
    assert [echo.text for echo in found.echoes] == [
        "echo docker push me/app:1",
        "printf twine upload %s\\n dist",
    ]
    assert not found.commands


def test_a_password_on_standard_input_is_seen() -> None:
    command = only('echo "⟦secrets.TOKEN⟧" | docker login -u me --password-stdin')
    assert command.stdin == "⟦secrets.TOKEN⟧\n"
    assert only('docker login --password-stdin <<< "$P"', P="x").stdin == "x\n"


OUTPUTS = {
    "plain": ('echo "tag=v1" >> $GITHUB_OUTPUT', {"tag": "v1"}),
    "the old way": ('echo "::set-output name=tag::v1"', {"tag": "v1"}),
    "a block": ('{ echo "a<<END"; echo x; echo y; echo END; } >> "$GITHUB_OUTPUT"', {"a": "x\ny"}),
    "a block with a program": (
        'echo "a<<END" >> $GITHUB_OUTPUT\ncat file >> $GITHUB_OUTPUT\necho END >> $GITHUB_OUTPUT',
        {"a": "⟦cat_file⟧"},
    ),
    "under an open condition": ("[ -f x ] && echo a=1 >> $GITHUB_OUTPUT", {"a": "⟦a⟧"}),
    "differing": (
        "if [ -f x ]; then echo a=1 >> $GITHUB_OUTPUT; else echo a=2 >> $GITHUB_OUTPUT; fi",
        {"a": "⟦a⟧"},
    ),
    "the same either way": (
        "if [ -f x ]; then echo a=1 >> $GITHUB_OUTPUT; else echo a=1 >> $GITHUB_OUTPUT; fi",
        {"a": "1"},
    ),
    "another file": ("echo a=1 >> notes.txt", {}),
    "with spaces and signs": ('echo "a=b = c << d" >> $GITHUB_OUTPUT', {"a": "b = c << d"}),
}


@pytest.mark.parametrize(("text", "outputs"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_outputs_are_read(text: str, outputs: dict[str, str]) -> None:
    assert read(text).outputs == outputs


def test_variables_for_later_steps_are_read() -> None:
    found = read(
        "cat >> $GITHUB_ENV <<EOF\nA=$X\nB=2\nEOF\necho /opt/bin >> $GITHUB_PATH", env={"X": "1"}
    )
    assert found.env == {"A": "1", "B": "2"}
    assert not found.outputs


def test_lines_count_from_the_start_of_the_text() -> None:
    found = read("tool a\n\n# note\nif true; then\n  tool b\nfi\ntool \\\n  c\nX=$(\ntool d)\n")
    assert [(command.argv[1], command.line) for command in found.commands] == [
        ("a", 1),
        ("b", 5),
        ("c", 7),
        ("d", 10),
    ]


def test_windows_line_ends_and_nul_bytes_are_dropped() -> None:
    assert lines(read("tool a\r\ntool \0b\r\n")) == ["tool a", "tool b"]


BROKEN = {
    "an open quote": "tool a\necho 'never closed\n",
    "an open if": "tool a\nif true; then\n",
    "a stray fi": "tool a\nfi\n",
    "a stray bracket": "tool a\n)\n",
    "PowerShell": "tool a\n(Get-Item x).Length | y\n",
    "an open substitution": "tool a\necho $(echo\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_shell_is_a_problem_and_the_rest_is_read(text: str) -> None:
    found = read(text)
    assert lines(found)[0] == "tool a"
    assert "not readable as shell: line" in found.problems[0]


def test_a_script_goes_on_after_what_cannot_be_read() -> None:
    assert lines(read("tool a\n( ) ;; x\ntool b")) == ["tool a", "tool b"]


SPLIT = {
    "plain": ("pytest -q  tests", ("pytest", "-q", "tests")),
    "quotes": ("""a 'b c' "d e" f\\ g ''""", ("a", "b c", "d e", "f g", "")),
    "variables": ("run $A '$A' \"$A x\"", ("run", "1", "$A", "1 x")),
    "unknown": ("run ${B} $(cmd x)", ("run", "⟦B⟧", "⟦cmd_x⟧")),
    "several words": ("run $W!", ("run", "p", "q!")),
    "operators stay": ("a && b | c>=1 {posargs}", ("a", "&&", "b", "|", "c>=1", "{posargs}")),
    "an open quote": ("a 'b c", ("a", "'b", "c")),
    "nothing": ("  ", ()),
}


@pytest.mark.parametrize(("text", "expected"), SPLIT.values(), ids=SPLIT.keys())
def test_a_line_is_split_as_a_shell_splits_it(text: str, expected: tuple[str, ...]) -> None:
    assert words(text, {"A": "1", "W": "p q"}) == expected


def test_importing_the_reader_loads_no_grammar() -> None:
    code = "import sys, checker.actions.shell as s; print('checker.actions.shell.grammar' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

"""Shell scripts made at random for comparing readers with the real bash: no two calls are alike."""

from __future__ import annotations

import random

WORDS = (
    '"$NAME"', "$NAME", "'a b'", "x{1,2}", '"${EMPTY:-none}"', "${GITHUB_REF##*/}", "$((1 + 2))",
    "$(echo $WORDS)", '"$(echo "$V" | tr a-z A-Z)"', "${NAME:1:2}", "$WORDS", '""', "a\\ b",
    "${GITHUB_REF_NAME#v}", "`echo q`", "$EMPTY", "$'t\\tb'", '"${LIST[@]}"', "${#LIST[@]}",
)  # fmt: skip
TESTS = (
    '[ "$NAME" = demo ]', '[ -z "$NAME" ]', "[[ $GITHUB_REF == refs/tags/* ]]", "true", "false",
    "[[ $NAME =~ ^d.m ]]", '[ "$GITHUB_REF_TYPE" != tag ]', "(( 3 > 2 ))", "[ 1 -eq 2 ]",
    '[ -n "$EMPTY" ] || [ "$V" = out ]', "[[ -n $NAME && -z $EMPTY ]]",
)  # fmt: skip
MASKS = (
    "|| true", "|| echo bad", "|| rc=$?", "|| failed=1", "|| { echo bad; exit 1; }", "|| exit 1",
    "|| :", "| cat", "| tee log", "&& echo good", "|| (echo no; false)", "|| { rc=$?; exit $rc; }",
)  # fmt: skip
ENDS = (
    "", "", "", "exit $rc", '[ "$failed" = 0 ]', "exit 0", "if [ $rc -ne 0 ]; then exit 1; fi",
    "test $failed -eq 0 || exit 2", "exit $((rc + failed))",
)  # fmt: skip
DEPTH_LIMIT = 3


class Maker:
    """One script in the making."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.calls = 0
        self.functions: list[str] = []

    def script(self) -> str:
        """Return a whole script."""
        lines = ["rc=0", "failed=0", "LIST=(p 'q r')"]
        lines += [self.statement(0) for _ in range(self.random.randint(1, 6))]
        lines.append(self.random.choice(ENDS))
        return "\n".join(lines) + "\n"

    def call(self, *, program: bool = False) -> str:
        """Return the call of a program or, unless one is asked for, of a function or an echo."""
        if not program and self.functions and self.random.random() < 0.2:
            return self.random.choice(self.functions)
        if not program and self.random.random() < 0.1:
            return "echo said"
        self.calls += 1
        words = [self.random.choice(WORDS) for _ in range(self.random.choice((0, 0, 0, 1, 2)))]
        name = self.random.choice(("lint", "unit", "build"))
        return " ".join((name, str(self.calls), *words))

    def block(self, depth: int) -> str:
        """Return one to three statements on lines of their own."""
        return "\n".join(self.statement(depth) for _ in range(self.random.randint(1, 3)))

    def statement(self, depth: int) -> str:
        """Return a statement of any kind."""
        plain = ("call", "call", "masked", "chain", "setting", "assignment", "negated")
        nested = (
            "if",
            "if program",
            "for",
            "case",
            "subshell",
            "group",
            "function",
            "bash",
            "while",
        )
        kinds = plain if depth >= DEPTH_LIMIT else (*plain, *nested)
        kind = self.random.choice(kinds)
        if kind == "call":
            return self.call()
        if kind == "masked":
            return f"{self.call(program=True)} {self.random.choice(MASKS)}"
        if kind == "chain":
            calls = [self.call(program=True) for _ in range(self.random.randint(2, 4))]
            if self.random.random() < 0.3:
                calls[0] = self.random.choice(TESTS)
            joints = [self.random.choice((" && ", " && ", " || ", " | ")) for _ in calls[1:]] + [""]
            return "".join(call + joint for call, joint in zip(calls, joints, strict=True))
        if kind == "setting":
            return self.random.choice(("set +e", "set -e", "set -o pipefail", "set +o pipefail"))
        if kind == "assignment":
            return self.random.choice(
                ("NAME=demo", "V=$NAME", "export V=x$V", f"X=$({self.call()})", "cd .", "rc=$?")
            )
        if kind == "negated":
            return f"! {self.call()} || true"
        return self.nested(kind, depth + 1)

    def nested(self, kind: str, depth: int) -> str:
        """Return a statement that holds others."""
        body = self.block(depth)
        if kind == "if":
            other = f"\nelse\n{self.block(depth)}" if self.random.random() < 0.5 else ""
            return f"if {self.random.choice(TESTS)}; then\n{body}{other}\nfi"
        if kind == "if program":
            ends = self.random.choice(("exit 1", "echo bad", "failed=1", "rc=1"))
            if self.random.random() < 0.5:
                return f"if ! {self.call()}; then {ends}; fi"
            return f"if {self.call()}; then echo good; else {ends}; fi"
        if kind == "for":
            return f"for item in a b; do\n{body}\nlint loop $item\ndone"
        if kind == "case":
            return f"case $NAME in\n  x*) unit never ;;\n  demo|y)\n{body}\n  ;;\n  *) lint never ;;\nesac"
        if kind == "subshell":
            masked = self.random.choice(("", "", " || true", " | cat"))
            return f"(cd $GITHUB_WORKSPACE/sub && lint in{depth}.{self.calls}\n{body}\n){masked}"
        if kind == "group":
            return f"{{\n{body}\n}}{self.random.choice(('', '', ' || true', ' > file', ' | cat'))}"
        if kind == "while":
            return f"while true; do\n{body}\nbreak\ndone"
        if kind == "bash":
            flag = self.random.choice(("-c", "-ec"))
            return f"bash {flag} 'lint in {self.calls} $0' zero"
        name = f"f{self.calls}"
        made = f"{name}() {{\n{body}\n}}"
        if depth == 1:
            self.functions.append(name)
        return made

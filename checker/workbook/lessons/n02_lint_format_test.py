"""Lesson 02: findings cleared, ruff told what matters, tests that kill mutants, tests of a model, and a hook."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.documents import MAX_TEXT
from checker.workbook import hooks
from checker.workbook.exercise import Attempt, exercise, read
from checker.workbook.mutants import Change, Suite, suites
from checker.workbook.outcome import Outcome, correct, unattempted, wrong
from checker.workbook.programs import run
from checker.workbook.training import FAULTS, broken, trainer
from checker.workbook.weighing import results, tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from checker.workbook.lab import Lab

FILES = Path(__file__).parent / "files" / "02_lint_format_test"


def given(path: str) -> str:
    """Return a file as the lesson gives it; students may have changed theirs."""
    return (FILES / path).read_text(encoding="utf-8")


def _own(at: Attempt, path: str) -> str:
    """Return a file of this lesson as the student has it."""
    folder, _, file = path.partition("/")
    return read(at.lab.scratch(folder), file)


# Five findings, q1

RULES = "B,E7,F"


@exercise("q1")
def findings(at: Attempt) -> Outcome:
    """Judge whether ruff finds nothing more in weights.py, and it does what it did."""
    text = _own(at, "weights/weights.py")
    if not text.strip() or text == given("weights/weights.py"):
        return unattempted()
    with tempfile.TemporaryDirectory(prefix="workbook-") as made:
        file = Path(made) / "weights.py"
        file.write_text(text, encoding="utf-8")
        left = _found(file, "--isolated", "--ignore-noqa", "--select", RULES)
        shown = _found(file, "--isolated", "--select", RULES)
        if syntax := next((one for one in left if one["code"] in {None, "invalid-syntax"}), None):
            return wrong("no_python", line=_line(syntax), what=syntax["message"])
        if len(shown) < len(left):
            return wrong("silenced", line=_line(left[0]), rule=left[0]["code"])
        if left:
            rules = tuple(f"{one['code']} ({_line(one)})" for one in left)
            return wrong("left", count=len(left), rules=rules)
        return _unchanged(file)


def _unchanged(file: Path) -> Outcome:
    """Return whether a file gives the results that the lesson's does, on all inputs."""
    inputs = list(tables())
    before = results(FILES / "weights" / "weights.py", inputs)
    after = results(file, inputs)
    if isinstance(after, str):
        return wrong("does_not_run", error=after)
    differ = [at for at in range(len(inputs)) if before[at] != after[at]]
    if not differ:
        return correct(inputs=len(inputs))
    first = differ[0]
    facts = {
        "count": len(differ), "inputs": len(inputs), "table": json.dumps(inputs[first][0]),
        "before": before[first], "after": after[first],
    }  # fmt: skip
    if set(after) == {"AttributeError"}:
        return wrong("function_gone")
    if all(after[at] in {"IndexError", "ValueError", "TypeError"} for at in differ):
        return wrong("narrowed", **facts)
    more = sum(_counts(after[at]) == _counts(before[at]) + 1 for at in differ)
    if more > len(differ) / 2:  # the others are tables without headings
        return wrong("header", **facts)
    return wrong("changed", **facts)


def _counts(result: str) -> int:
    """Return the number of unusable lines of a result; a large one for what is none."""
    number = result.rpartition(",")[2].strip(" )")
    return int(number) if number.isdecimal() and len(number) < 9 else -(10**9)


def _found(file: Path, *options: str) -> list[dict[str, Any]]:
    """Return ruff's findings."""
    words = ["ruff", "check", "--no-fix", "--exit-zero", "--output-format=json", *options, file.name]  # fmt: skip
    ran = run(words, file.parent, seconds=30)
    return [one for one in json.loads(ran.text) if isinstance(one, dict)]


def _line(finding: Mapping[str, Any]) -> int:
    return int(finding["location"]["row"])


# What a linter looks at, q2

PROBES: Mapping[str, bool] = {
    "ripe/unused.py": True,
    "ripe/shared.py": True,
    "ripe/untold.py": True,
    "ripe/too_wide.py": True,
    "ripe/wide.py": False,
    "tests/test_ripe.py": False,
}
"""Whether ruff has to find something."""


@exercise("q2")
def settings(at: Attempt) -> Outcome:
    """Judge a pyproject.toml by what ruff finds with it in six files."""
    text = _own(at, "probes/pyproject.toml")
    if not text.strip():
        return unattempted()
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return wrong("no_toml", what=str(error))
    tool = document.get("tool")
    if not isinstance(tool, dict) or "ruff" not in tool:
        return wrong("no_table", tables=tuple(document))
    with tempfile.TemporaryDirectory(prefix="workbook-") as made:
        folder = Path(made).resolve() / "project"
        shutil.copytree(FILES / "probes", folder)
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        words = ["ruff", "check", "--no-fix", "--exit-zero", "--output-format=json", "."]
        ran = run(words, folder, seconds=30)
        found = _by_file(ran.text, folder)
    if found is None:
        return wrong("refused", what=_refusal(ran.text))
    for path, is_red in PROBES.items():
        if is_red and not found.get(path):
            return wrong(f"misses_{Path(path).stem}", file=path)
    for path, is_red in PROBES.items():
        if not is_red and found.get(path):
            return wrong(f"cries_{Path(path).stem}", file=path, rule=found[path][0])
    return correct(count=len(PROBES))


def _by_file(text: str, folder: Path) -> Mapping[str, list[str]] | None:
    """Return ruff's rules by file; None when it printed something else."""
    start = text.find("[\n") if not text.startswith("[") else 0
    try:
        findings = json.loads(text[max(start, 0) :])
    except json.JSONDecodeError:
        return None
    found: dict[str, list[str]] = {}
    for one in findings:
        path = Path(one["filename"]).relative_to(folder).as_posix()
        found.setdefault(path, []).append(str(one["code"]))
    return found


def _refusal(text: str) -> str:
    """Return the line of ruff's refusal that says most."""
    lines = [line.strip(" |^-") for line in text.splitlines() if line.strip(" |^-")]
    telling = (line for line in reversed(lines) if re.search(r"(?i)expected|unknown", line))
    return next(telling, lines[-1] if lines else "")


# Tests that kill mutants, q3

MUTANTS = (
    Change("border", "share >= needed", "share > needed"),
    Change("count", ") / len(truth)", ")"),
    Change("equal", "one == other", "one != other"),
    Change("lengths", "if len(truth) != len(guesses):", "if False:"),
    Change("empty", "return 0.0", "return 1.0"),
    Change("needed", "needed=0.8", "needed=0.9"),
)
RIGHT = "right"


@exercise("q3")
def killing(at: Attempt) -> Outcome:
    """Judge tests by the mutants of scores.py that they find."""
    tests = _own(at, "scores/test_scores.py")
    if not tests.strip() or tests == given("scores/test_scores.py"):
        return unattempted()
    if outcome := _unsound(suites("scores", {RIGHT: given("scores/scores.py")}, tests)[RIGHT]):
        return outcome
    found = scored(tests)
    alive = [one.id for one in MUTANTS if found[one.id].state == "passed"]
    if alive:
        killed = len(MUTANTS) - len(alive)
        return wrong(f"lives_{alive[0]}", killed=killed, all=len(MUTANTS))
    return correct(killed=len(MUTANTS), tests=len(found[RIGHT].passed))


def scored(tests: str) -> Mapping[str, Suite]:
    """Run tests of scores.py on it, and on each mutant."""
    source = given("scores/scores.py")
    return suites("scores", {RIGHT: source, **{one.id: one.applied(source) for one in MUTANTS}}, tests)  # fmt: skip


def _unsound(suite: Suite) -> Outcome | None:
    """Return why tests say nothing: they fail on the right program, or do not run."""
    match suite.state:
        case "empty":
            return wrong("no_tests")
        case "broken":
            return wrong("broken", error=suite.said)
        case "endless":
            return wrong("endless")
        case "failed":
            return wrong("red_on_right", test=suite.red, error=suite.said)
    return None


def kill_map(lab: Lab) -> tuple[Figure, dict[str, object]]:
    """Draw which of the student's tests kills which mutant; return the figure and its facts."""
    return drawn(scored(read(lab.scratch("scores"), "test_scores.py")), lab.text)


def drawn(
    found: Mapping[str, Suite], label: Callable[[str], str]
) -> tuple[Figure, dict[str, object]]:
    """Draw tests by mutants: a mark where a test fails on a mutant."""
    from matplotlib.figure import Figure

    tests = list(found[RIGHT].passed)[:20]
    ids = [one.id for one in MUTANTS]
    kills = [[found[id].passed.get(test) is False for id in ids] for test in tests]
    figure = Figure(figsize=(7, 1.2 + 0.34 * max(len(tests), 1)), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(
        [[1.0 if one else 0.0 for one in row] for row in kills] or [[0.0] * len(ids)],
        cmap="Greens", vmin=0, vmax=1.6, aspect="auto",
    )  # fmt: skip
    for row, marks in enumerate(kills):
        for column, is_killed in enumerate(marks):
            axes.text(column, row, "✗" if is_killed else "·", ha="center", va="center")
    axes.set_xticks(range(len(ids)), [label(f"mutant_{id}") for id in ids], fontsize=8)
    axes.set_yticks(range(len(tests)), [test[:40] for test in tests], fontsize=8, family="monospace")  # fmt: skip
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    alive = [id for id in ids if found[id].state == "passed"]
    names = "; ".join(label(f"mutant_{id}").replace("\n", " ") for id in alive)
    killed = len(ids) - len(alive)
    return figure, {
        "tests": len(found[RIGHT].passed),
        "killed": killed,
        "all": len(ids),
        "alive": names or "–",
    }


# Tests of a model, q4

_ORDER = "order = np.random.default_rng(seed).permutation(len(rows))"
_PARTS = "test, train = order[:tested], order[tested:]"
_ANOTHER = "np.random.default_rng(seed + 1).permutation(len(rows))"
_SHARES = "return nearness / nearness.sum(axis=1, keepdims=True)"
BUGS = (
    Change("shape", _SHARES, f"return ({_SHARES.removeprefix('return ')}).squeeze()"),
    Change("range", _SHARES, "return nearness"),
    Change("determinism", _ORDER, "order = np.random.default_rng().permutation(len(rows))"),
    Change("leakage", _PARTS, f"test, train = order[:tested], {_ANOTHER}[tested:]"),
)  # fmt: skip
"""What is wrong, by the kind of test that has to see it."""
OTHER = (
    Change("float32", "np.exp(-distances)", "np.exp(-distances.astype(np.float32))"),
    Change("order", _ORDER, "order = np.random.default_rng([seed, 1]).permutation(len(rows))"),
)
"""Other right ways: less exact numbers, another order of rows."""


@exercise("q4")
def model_tests(at: Attempt) -> Outcome:
    """Judge tests of a model: green on two right programs, red on four with a bug."""
    tests = _own(at, "berries/test_berries.py")
    if not tests.strip():
        return unattempted()
    source = given("berries/berries.py")
    other = OTHER[1].applied(OTHER[0].applied(source))
    if outcome := _unsound(suites("berries", {RIGHT: source}, tests)[RIGHT]):
        return outcome
    variants = {RIGHT: source, "other": other, **{bug.id: bug.applied(source) for bug in BUGS}}
    found = suites("berries", variants, tests)
    if found["other"].state != "passed":
        return wrong("too_strict", test=found["other"].red, error=found["other"].said)
    for bug in BUGS:
        if found[bug.id].state == "passed":
            seen = sum(found[one.id].state != "passed" for one in BUGS)
            return wrong(f"misses_{bug.id}", seen=seen, all=len(BUGS))
    return correct(tests=len(found[RIGHT].passed), all=len(BUGS))


# Smoke training, q5

SECONDS = 2.0


@exercise("q5")
def smoke(at: Attempt, function: object) -> Outcome:
    """Judge a function that says within two seconds whether a training still learns, and repeats itself."""
    if function is None:
        return unattempted()
    if not callable(function):
        return wrong("no_function", kind=type(function).__name__)
    source = given("training/training.py")
    called = at.call(function, trainer(source), seconds=SECONDS)
    if called.timed_out:
        return wrong("too_slow", seconds=SECONDS)
    if called.error:
        return wrong("raises", error=called.error)
    if called.value is None:
        return unattempted()
    if _truth(called.value) is None:
        return wrong("no_bool", kind=type(called.value).__name__)
    if not _truth(called.value):
        return wrong("sound_fails")
    for fault in FAULTS:
        called = at.call(function, trainer(broken(fault, source)), seconds=SECONDS)
        if called.timed_out:
            return wrong("too_slow", seconds=SECONDS)
        # A smoke test may also say no by an exception, as `assert` does.
        if not called.error and _truth(called.value) is not False:
            return wrong(f"passes_{fault.id}")
    return correct(faults=len(FAULTS))


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return bool(value) if type(value).__name__ in {"bool", "bool_"} else None


# A hook, q6


@exercise("q6")
def hook(at: Attempt) -> Outcome:
    """Judge a pre-commit configuration: pre-commit takes it, and it stops a lint error and an unformatted file."""
    import yaml

    text = at.file(hooks.CONFIG)
    if not text.strip():
        return unattempted()
    try:
        if len(text) > MAX_TEXT:
            return wrong("no_yaml", where=1, what="a megabyte of text")
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        return wrong("no_yaml", where=mark.line + 1 if mark else 1, what=problem or "")
    if what := hooks.refused(text):
        return wrong("refused", what=what)
    found = hooks.hooks(document)
    gates = {gate for one in found for gate in one.gates}
    for gate in ("lint", "format"):
        if gate not in gates:
            return wrong(f"no_{gate}", ids=tuple(one.id for one in found))
    if moving := next((one for one in found if one.is_moving), None):
        return wrong("moving", rev=moving.rev, repo=moving.repo)
    elsewhere = {gate for one in found if not one.runs_here for gate in one.gates}
    ran = hooks.tried(document, at.lab.homework)
    if ran[hooks.SOUND].status:
        return wrong("red_on_sound", said=_last(ran[hooks.SOUND].text))
    for gate in ("lint", "format"):
        if ran[gate].status == 0 and gate not in elsewhere:
            return wrong(f"lets_through_{gate}")
    return correct(hooks=tuple(one.id for one in found))


def _last(text: str) -> str:
    """Return what the first failing hook said, on one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    start = next((at for at, line in enumerate(lines) if line.endswith("Failed")), 0)
    return " · ".join(lines[start : start + 4])

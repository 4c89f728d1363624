"""Lesson 02: what its checks say to right answers of all kinds, and to strange ones."""

import pytest

from checker.workbook import Lab, hooks
from checker.workbook.exercise import Attempt, checks
from checker.workbook.lessons import n02_lint_format_test as lesson
from checker.workbook.mutants import suites
from checker.workbook.programs import run
from checker.workbook.texts import catalogue
from checker.workbook.weighing import INPUTS, results, tables

SLUG = "02_lint_format_test"


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path))
    return Lab(SLUG, "en")


@pytest.fixture
def judged(lab):
    """Give a function that has answers judged: the kind of outcome, or the reason of a wrong one."""

    def judge(id, *answers):
        outcome = checks(SLUG)[id](Attempt(lab), *answers)
        keys = (outcome.kind, outcome.reason) if outcome.reason else (outcome.kind,)
        if outcome.kind != "unattempted":
            for language in ("en", "ru"):
                assert catalogue(SLUG, language).message(id, *keys, **outcome.facts).text
        return outcome.reason or outcome.kind

    return judge


def written(lab, path, text):
    folder, _, file = path.partition("/")
    (lab.scratch(folder) / file).write_text(text, encoding="utf-8")


# q1

TIDY = """
import csv


def read_weights(text, unit="g", known=("g", "kg")):
    if unit not in known:
        raise ValueError(unit)
    rows = csv.reader(text.splitlines())
    next(rows, None)
    weights, unusable = [], 0
    for row in rows:
        try:
            weights.append(float(row[1]) * (1000 if unit == "kg" else 1))
        except (IndexError, ValueError):
            unusable += 1
    return weights, unusable
"""


def changed(old, new, text=TIDY):
    assert old in text
    return text.replace(old, new)


TIDY_IN_OTHER_WAYS = {
    "another reader": TIDY,
    "all exceptions": changed("(IndexError, ValueError)", "Exception"),
    "their common kind": changed("(IndexError, ValueError)", "(LookupError, ValueError)"),
    "None as default": changed('known=("g", "kg")', "known=None").replace("    if unit", '    known = known or ["g", "kg"]\n    if unit'),
    "an underscore": changed("    next(rows", "    _ = next(rows"),
    "a slice": changed("    next(rows, None)\n", "").replace("in rows:", "in list(rows)[1:]:"),
    "no loop of its own": changed("weights, unusable = [], 0", "weights = []\n    unusable = 0"),
    "prints": changed("    next(rows", "    print(text)\n    next(rows"),
}  # fmt: skip


@pytest.mark.parametrize("text", TIDY_IN_OTHER_WAYS.values(), ids=TIDY_IN_OTHER_WAYS)
def test_findings_are_cleared_in_many_ways(lab, judged, text):
    written(lab, "weights/weights.py", text)
    assert judged("q1") == "correct"


SPOILED = {
    "nothing done": (lesson.given("weights/weights.py"), "unattempted"),
    "emptied": ("\n", "unattempted"),
    "a quote left open": (changed('"g", "kg"', '"g", "kg'), "no_python"),
    "a comment for each": (changed("    next(", "    header = next(").replace("None)\n", "None)  # noqa: F841\n"), "silenced"),
    "one left": (changed("(IndexError, ValueError)", "").replace("except :", "except:"), "left"),
    "another name": (changed("def read_weights", "def weights"), "function_gone"),
    "headings counted": (changed("    next(rows, None)\n", ""), "header"),
    "short lines raise": (changed("(IndexError, ValueError)", "ValueError"), "narrowed"),
    "many raises": (changed("(IndexError, ValueError)", "IndexError"), "narrowed"),
    "kilograms forgotten": (changed("(1000 if unit == \"kg\" else 1)", "1"), "changed"),
    "raises when loaded": (TIDY + "\nraise SystemExit(3)\n", "does_not_run"),
    "raises an error when loaded": (TIDY + "\nread_weights()\n", "does_not_run"),
    "never ends": (TIDY.replace("    rows =", "    while text:\n        pass\n    rows ="), "does_not_run"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), SPOILED.values(), ids=SPOILED)
def test_what_a_clean_up_spoiled_is_named(lab, judged, text, reason, monkeypatch):
    if "while" in text:
        monkeypatch.setattr("checker.workbook.weighing.SECONDS", 2)
    written(lab, "weights/weights.py", text)
    assert judged("q1") == reason


def test_the_tables_hold_what_scales_write():
    inputs = list(tables())
    found = results(lesson.FILES / "weights" / "weights.py", inputs)
    assert len(inputs) == INPUTS == len(found)
    assert inputs == list(tables())
    assert "ValueError" in found
    assert any(one.endswith(", 0)") for one in found)
    assert any("nan" in one for one in found)
    assert any(not text.strip() for text, _ in inputs)


def test_five_findings_are_given():
    found = lesson._found(lesson.FILES / "weights" / "weights.py", "--isolated", "--select", lesson.RULES)  # fmt: skip
    assert sorted(one["code"] for one in found) == ["B006", "E713", "E722", "F401", "F841"]


# q2

SETTINGS = {
    "tables": '[tool.ruff]\nline-length = 100\n[tool.ruff.lint]\nselect = ["B", "D", "E", "F"]\n[tool.ruff.lint.per-file-ignores]\n"tests/*" = ["D"]\n',
    "dots": 'tool.ruff.line-length = 100\ntool.ruff.lint.select = ["B", "D", "E", "F"]\ntool.ruff.lint.per-file-ignores = {"tests/**" = ["D"]}\n',
    "added": '[tool.ruff]\nline-length = 119\n[tool.ruff.lint]\nextend-select = ["D103", "E501"]\nper-file-ignores = {"test_*.py" = ["D"]}\n',
    "single rules": '[tool.ruff]\nline-length = 97\nlint.select = ["F401", "B006", "D103", "E501"]\nlint.per-file-ignores = {"**/test_*.py" = ["D103"]}\n',
    "pydocstyle": '[tool.ruff]\nline-length = 100\n[tool.ruff.lint]\nselect = ["F", "B", "E", "W", "I", "UP", "D", "SIM"]\npydocstyle.convention = "google"\nper-file-ignores."tests/*.py" = ["D"]\n',
    "only the library": '[tool.ruff]\nline-length = 100\nextend-exclude = ["tests"]\nlint.select = ["B", "D", "E", "F"]\n',
    "all": '[tool.ruff]\nline-length = 110\n[tool.ruff.lint]\nselect = ["ALL"]\nignore = ["ANN", "CPY"]\npreview = true\nper-file-ignores = {"tests/*" = ["D", "INP", "S101", "ARG"]}\n',
    "pycodestyle": '[tool.ruff]\nlint.select = ["B", "D", "E", "F"]\nlint.pycodestyle.max-line-length = 100\nlint.per-file-ignores = {"tests/*" = ["D"]}\n',
}  # fmt: skip


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
def test_settings_are_written_in_many_ways(lab, judged, text):
    written(lab, "probes/pyproject.toml", text)
    assert judged("q2") == "correct"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("\n", "unattempted", id="nothing"),
        pytest.param("[tool.ruff", "no_toml", id="no TOML"),
        pytest.param("[a]\n" * 2, "no_toml", id="a table twice"),
        pytest.param("a = " + "[" * 5000, "no_toml", id="deep"),
        pytest.param("line-length = 100\n", "no_table", id="no table"),
        pytest.param("tool = 5\n", "no_table", id="no tool"),
        pytest.param("[ruff]\nline-length = 100\n", "no_table", id="a table elsewhere"),
        pytest.param('[tool.ruff]\nline-length = "long"\n', "refused", id="a word for a number"),
        pytest.param('[tool.ruff]\nselct = ["F"]\n', "refused", id="misspelt"),
        pytest.param("[tool.ruff]\nline-length = 100\n", "misses_untold", id="too little"),
        pytest.param('[tool.ruff]\nlint.select = ["D"]\n', "misses_unused", id="one family"),
        pytest.param('[tool.ruff]\nlint.select = ["F"]\n', "misses_shared", id="another family"),
        pytest.param('[tool.ruff]\nlint.select = ["ALL"]\n', "cries_wide", id="all"),
        pytest.param('[tool.ruff]\nexclude = ["ripe"]\n', "misses_unused", id="library excluded"),
    ],
)
def test_what_settings_lack_is_named(lab, judged, text, reason):
    written(lab, "probes/pyproject.toml", text)
    assert judged("q2") == reason


def test_only_the_files_given_are_looked_at(lab, judged):
    (lab.scratch("probes") / "ripe" / "unused.py").write_text("", encoding="utf-8")
    written(lab, "probes/pyproject.toml", SETTINGS["tables"])
    assert judged("q2") == "correct"


# q3

IMPORT = "import pytest\nfrom scores import accuracy, verdict\n\n\n"
ONE_TEST = """def test_scores():
    assert accuracy(["a", "b", "b", "a"], ["a", "b", "b", "b"]) == 0.75
    assert accuracy([], []) == 0
    with pytest.raises(ValueError):
        accuracy(["a", "b"], ["a"])
    assert verdict(0.8) == "good"
"""
KILLING = {
    "one test": IMPORT + ONE_TEST,
    "a class": IMPORT + "class TestScores:\n" + "".join(f"    {line}\n" for line in ONE_TEST.replace("()", "(self)", 1).splitlines()),
    "unittest": "import unittest\nimport scores\n\n\nclass ScoresTest(unittest.TestCase):\n    def test_it(self):\n        self.assertAlmostEqual(scores.accuracy('abc', 'abd'), 2 / 3)\n        self.assertEqual(scores.accuracy('', ''), 0)\n        self.assertRaises(ValueError, scores.accuracy, 'a', '')\n        self.assertEqual([scores.verdict(0.8), scores.verdict(0.1)], ['good', 'weak'])\n",
    "a table": IMPORT + "@pytest.mark.parametrize(('share', 'word'), [(0.8, 'good'), (0.79, 'weak'), (0.85, 'good')])\ndef test_verdict(share, word):\n    assert verdict(share) == word\n\n\n@pytest.mark.parametrize(('truth', 'guesses', 'share'), [('aab', 'aaa', 2 / 3), ('', '', 0), ('a', 'b', 0)], ids=['two of three', 'none', 'b a d'])\ndef test_accuracy(truth, guesses, share):\n    assert accuracy(truth, guesses) == pytest.approx(share)\n\n\ndef test_lengths():\n    with pytest.raises(ValueError):\n        accuracy('ab', 'abc')\n",
    "a star": "from scores import *\n\n" + ONE_TEST.replace("    with pytest.raises(ValueError):\n        accuracy([\"a\", \"b\"], [\"a\"])\n", "    try:\n        accuracy('ab', 'a')\n    except ValueError:\n        pass\n    else:\n        raise AssertionError\n"),
    "at loading": IMPORT + "assert verdict(0.8) == 'good'\n\n\n" + ONE_TEST,
}  # fmt: skip


@pytest.mark.parametrize("text", KILLING.values(), ids=KILLING)
def test_mutants_are_killed_in_many_ways(lab, judged, text):
    written(lab, "scores/test_scores.py", text)
    assert judged("q3") == "correct"


WITHOUT = {
    "lives_border": ('verdict(0.8) == "good"', 'verdict(0.85) == "good"'),
    "lives_count": (' == 0.75', ' > 0.5'),
    "lives_lengths": ("ValueError", "TypeError"),
    "lives_empty": ("([], []) == 0", '(["b"], ["a"]) == 0'),
    "lives_needed": ('verdict(0.8) == "good"', 'verdict(0.8, 0.8) == "good"'),
}  # fmt: skip


@pytest.mark.parametrize(("reason", "change"), WITHOUT.items(), ids=WITHOUT)
def test_each_survivor_has_its_own_message(lab, judged, reason, change):
    text = changed(*change, IMPORT + ONE_TEST)
    if reason == "lives_lengths":
        text = text.replace('accuracy(["a", "b"], ["a"])', "accuracy(5, 5)")
    written(lab, "scores/test_scores.py", text)
    assert judged("q3") == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("\n", "unattempted", id="nothing"),
        pytest.param(lesson.given("scores/test_scores.py"), "unattempted", id="as given"),
        pytest.param("x = 1\n", "no_tests", id="no test"),
        pytest.param("def check():\n    assert True\n", "no_tests", id="another name"),
        pytest.param("def test_x(:\n", "broken", id="no Python"),
        pytest.param("import nowhere\n\ndef test_x():\n    pass\n", "broken", id="no module"),
        pytest.param("raise SystemExit(0)\n", "broken", id="an exit"),
        pytest.param("import os\nos._exit(0)\n", "no_tests", id="the process's end"),
        pytest.param("def test_x():\n    assert False\n", "red_on_right", id="always red"),
        pytest.param("def test_x(thing):\n    pass\n", "red_on_right", id="no such fixture"),
        pytest.param("def test_x():\n    while True: pass\n", "endless", id="endless"),
        pytest.param("def test_x():\n    import os\n    while True: os.write(1, b'x' * 9999)\n\nimport pytest\npytestmark = pytest.mark.usefixtures('capsys')\n", "endless", id="flood"),
        pytest.param("import pytest\n\n@pytest.mark.skip\ndef test_x():\n    pass\n", "lives_border", id="skipped"),
        pytest.param("def test_x():\n    assert True\n", "lives_border", id="always green"),
    ],
)  # fmt: skip
def test_tests_that_say_nothing_are_told_so(lab, judged, text, reason, monkeypatch):
    if reason == "endless":
        monkeypatch.setattr("checker.workbook.mutants.SECONDS", 2)
    written(lab, "scores/test_scores.py", text)
    assert judged("q3") == reason


def test_the_tests_given_kill_two_of_six_and_run_every_line(lab):
    found = lesson.scored(lesson.given("scores/test_scores.py"))
    killed = [one.id for one in lesson.MUTANTS if found[one.id].state != "passed"]
    assert found[lesson.RIGHT].state == "passed"
    assert killed == ["equal", "lengths"]
    folder = lab.scratch("scores")
    words = ["python", "-m", "coverage", "run", "--include=scores.py", "-m", "pytest", "-q", "."]
    assert run(words, folder).status == 0
    assert "100%" in run(["python", "-m", "coverage", "report"], folder).text


def test_the_line_of_text_says_what_the_map_shows(lab):
    written(lab, "scores/test_scores.py", KILLING["a table"].replace("'a', 'b', 0", "'ab', 'ab', 1"))  # fmt: skip
    figure, facts = lesson.kill_map(lab)
    axes = figure.axes[0]
    marks = [text.get_text() for text in axes.texts]
    columns = [marks[column :: len(lesson.MUTANTS)] for column in range(len(lesson.MUTANTS))]
    killed = sum("✗" in column for column in columns)
    rows = [text.get_text() for text in axes.get_yticklabels()]
    shades = axes.images[0].get_array()
    assert (facts["killed"], facts["all"], facts["tests"]) == (killed, 6, len(rows)) == (6, 6, 7)
    assert facts["alive"] == "–"
    assert [mark == "✗" for mark in marks] == [bool(one) for one in shades.flatten()]


def test_a_map_without_tests_is_drawn_too(lab):
    written(lab, "scores/test_scores.py", "x = 1\n")
    _, facts = lesson.kill_map(lab)
    assert facts["tests"] == 0


@pytest.mark.parametrize("change", [*lesson.MUTANTS, *lesson.BUGS, *lesson.OTHER, *lesson.FAULTS])
def test_each_change_has_its_place(change):
    sources = [lesson.given(f"{one}/{one}.py") for one in ("scores", "berries", "training")]
    assert sum(source.count(change.old) == 1 for source in sources) == 1


# q4

MODEL = """import numpy as np
from berries import KINDS, fit, predict, split, table

ROWS, TRUTH = table()
OLD, OLD_TRUTH, NEW, _ = split(ROWS, TRUTH, 0.3, 5)
CENTRES = fit(OLD, OLD_TRUTH)


"""
PROPERTIES = {
    "shape": "def test_shape():\n    for count in (1, 2, len(NEW)):\n        assert predict(CENTRES, NEW[:count]).shape == (count, 3)\n\n\n",
    "range": "def test_range():\n    assert np.allclose(predict(CENTRES, NEW).sum(axis=1), 1)\n\n\n",
    "determinism": "def test_determinism():\n    assert (split(ROWS, TRUTH, 0.3, 5)[0] == OLD).all()\n\n\n",
    "leakage": "def test_leakage():\n    assert not any((row == OLD).all(axis=1).any() for row in NEW)\n\n\n",
}  # fmt: skip
MODEL_TESTS = {
    "four": MODEL + "".join(PROPERTIES.values()),
    "leakage by unique": MODEL + "".join(PROPERTIES.values()).replace("    assert not any((row == OLD).all(axis=1).any() for row in NEW)", "    assert len(np.unique(np.vstack([OLD, NEW]), axis=0)) == len(ROWS)"),
    "shape of one berry": MODEL + "".join(PROPERTIES.values()).replace("(1, 2, len(NEW))", "[1]"),
    "range by hand": MODEL + "".join(PROPERTIES.values()).replace("np.allclose(predict(CENTRES, NEW).sum(axis=1), 1)", "all(abs(sum(row) - 1) < 1e-4 for row in predict(CENTRES, NEW).tolist())"),
    "one test": "import numpy as np\nfrom berries import *\n\n\ndef test_all():\n    a, b = split(*table()), split(*table())\n    assert str(a) == str(b)\n    p = predict(fit(*a[:2]), a[2][3:4])\n    assert p.ndim == 2\n    assert round(float(p.sum()), 3) == 1\n    assert not set(a[0][:, 0]) & set(a[2][:, 0])\n",
}  # fmt: skip


@pytest.mark.parametrize("text", MODEL_TESTS.values(), ids=MODEL_TESTS)
def test_properties_of_a_model_are_tested_in_many_ways(lab, judged, text):
    written(lab, "berries/test_berries.py", text)
    assert judged("q4") == "correct"


@pytest.mark.parametrize("kind", PROPERTIES)
def test_each_bug_that_gets_through_is_named(lab, judged, kind):
    kept = "".join(text for one, text in PROPERTIES.items() if one != kind)
    written(lab, "berries/test_berries.py", MODEL + kept)
    assert judged("q4") == f"misses_{kind}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("\n", "unattempted", id="nothing"),
        pytest.param("import berries\n", "no_tests", id="no test"),
        pytest.param("from berries import nothing\n", "broken", id="no such name"),
        pytest.param(MODEL + "def test_x():\n    assert predict(CENTRES, NEW).shape == (3, 27)\n", "red_on_right", id="turned round"),
        pytest.param(MODEL + "def test_x():\n    assert predict(CENTRES, NEW).dtype == 'float64'\n", "too_strict", id="64 bits"),
        pytest.param(MODEL + "def test_x():\n    assert (NEW[0] == ROWS[np.random.default_rng(5).permutation(90)[0]]).all()\n", "too_strict", id="this order"),
    ],
)  # fmt: skip
def test_tests_of_another_model_are_told_so(lab, judged, text, reason):
    written(lab, "berries/test_berries.py", text)
    assert judged("q4") == reason


# q5


def falls(losses):
    return losses[-1] < losses[0]


def by_assert(train):
    first = train(berries=200, steps=2_000, seed=1)
    assert first == train(berries=200, steps=2_000, seed=1)
    assert first[-1] < first[0]
    return True


def by_numpy(train):
    import numpy as np

    first, again = (train(berries=100, steps=5_000, seed=3) for _ in range(2))
    return np.allclose(first, again) and np.mean(first[5:]) < np.mean(first[:1])


def by_all_questions(train):
    runs = [train(200, 3_000, 0.1, 4) for _ in range(3)]
    return all(run == runs[0] for run in runs) and falls(runs[0])


def by_another_seed(train):
    runs = [train(berries=300, steps=3_000, seed=seed) for seed in (1, 1, 2)]
    return runs[0] == runs[1] != runs[2] and all(map(falls, runs))


def by_its_sum(train):
    runs = [train(berries=300, steps=3_000, seed=0) for _ in range(2)]
    return sum(runs[0]) == sum(runs[1]) and min(runs[0]) * 2 < 2 * runs[0][0]


@pytest.mark.parametrize("function", [by_assert, by_numpy, by_all_questions, by_another_seed, by_its_sum])  # fmt: skip
def test_a_smoke_training_is_written_in_many_ways(judged, function):
    assert judged("q5", function) == "correct"


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param(None, "unattempted", id="nothing"),
        pytest.param(lambda _: None, "unattempted", id="the starter"),
        pytest.param(True, "no_function", id="what it returned"),
        pytest.param(lambda: True, "raises", id="no parameter"),
        pytest.param(lambda _: 1 / 0, "raises", id="an error"),
        pytest.param(lambda train: train(steps=2_000), "no_bool", id="losses"),
        pytest.param(lambda _: 1, "no_bool", id="a number"),
        pytest.param(lambda train: falls(train()), "too_slow", id="everything"),
        pytest.param(lambda _: False, "sound_fails", id="always no"),
        pytest.param(lambda _: True, "passes_climbs", id="always yes"),
        pytest.param(lambda train: train(200, 2000, 0.1, 1) == train(200, 2000, 0.1, 1), "passes_climbs", id="repeats only"),
        pytest.param(lambda train: train(200, 2000, 0.1, 1)[-1] < 0.69, "passes_unseeded", id="a limit"),
        pytest.param(lambda train: train(200, 2000, 0.1, 1)[-1] < 1, "passes_stands", id="a loose limit"),
        pytest.param(lambda train: str(train(200, 2000, 0.1, 1)) == str(train(200, 2000, 0.1, 1)) and not train(200, 2000, 0.1, 1)[-1] >= train(200, 2000, 0.1, 1)[0], "passes_nan", id="not more"),
    ],
)  # fmt: skip
def test_what_a_smoke_training_lets_pass_is_named(judged, function, reason):
    assert judged("q5", function) == reason


# q6

RUFF = "repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit\n  rev: v0.17.6\n  hooks:\n  - id: ruff-check\n  - id: ruff-format\n"
LOCAL = "repos:\n- repo: local\n  hooks:\n  - {id: lint, name: lint, entry: ruff check, language: system, types: [python]}\n  - {id: format, name: format, entry: ruff format --check ., language: system, pass_filenames: false}\n"
CONFIGS = {
    "ruff": RUFF,
    "the older id": RUFF.replace("ruff-check", "ruff"),
    "mending": RUFF.replace("- id: ruff-check", "- id: ruff-check\n    args: [--fix, --exit-non-zero-on-fix]"),
    "a commit": RUFF.replace("v0.17.6", "a" * 40),
    "local": LOCAL,
    "local, by python": LOCAL.replace("language: system", "language: python").replace("entry: ruff check", "entry: python -m ruff check"),
    "more hooks": "default_stages: [pre-commit]\n" + RUFF + "- repo: https://github.com/pre-commit/pre-commit-hooks\n  rev: v6.0.0\n  hooks:\n  - id: trailing-whitespace\n",
    "black and flake8": "repos:\n- repo: https://github.com/psf/black\n  rev: 26.1.0\n  hooks:\n  - id: black\n- repo: https://github.com/PyCQA/flake8\n  rev: 7.3.0\n  hooks:\n  - id: flake8\n",
    "a comment and an anchor": "# hooks\nx-rev: &rev v0.17.6\n" + RUFF.replace("v0.17.6", "*rev"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("text", CONFIGS.values(), ids=CONFIGS)
def test_hooks_are_written_in_many_ways(lab, judged, text):
    (lab.homework / hooks.CONFIG).write_text(text, encoding="utf-8")
    assert judged("q6") == "correct"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("\n", "unattempted", id="nothing"),
        pytest.param("repos: [", "no_yaml", id="no YAML"),
        pytest.param("a: *b", "no_yaml", id="no such anchor"),
        pytest.param("repos: !!python/object:os.system x", "no_yaml", id="a tag of Python's"),
        pytest.param("5", "refused", id="a number"),
        pytest.param("repos: 5", "refused", id="no list"),
        pytest.param(RUFF.replace("  rev: v0.17.6\n", ""), "refused", id="no version"),
        pytest.param(RUFF.replace("  - id: ruff-format\n", ""), "no_format", id="no format"),
        pytest.param(RUFF.replace("  - id: ruff-check\n", ""), "no_lint", id="no linter"),
        pytest.param(RUFF.replace("v0.17.6", "HEAD"), "moving", id="a moving version"),
        pytest.param(RUFF.replace("- id: ruff-check", "- id: ruff-check\n    args: [--exit-zero]"), "lets_through_lint", id="no status"),
        pytest.param(RUFF.replace("- id: ruff-check", "- id: ruff-check\n    stages: [manual]"), "lets_through_lint", id="another stage"),
        pytest.param(RUFF.replace("- id: ruff-format", "- id: ruff-format\n    files: ^src/"), "lets_through_format", id="other files"),
        pytest.param("exclude: campfire\n" + RUFF, "lets_through_lint", id="excluded"),
        pytest.param(LOCAL.replace("entry: ruff check", "entry: ruff check --select ALL"), "red_on_sound", id="too strict"),
        pytest.param(LOCAL.replace("ruff format --check .", "ruff format --nothing"), "red_on_sound", id="no such option"),
    ],
)  # fmt: skip
def test_what_is_wrong_about_hooks_is_named(lab, judged, text, reason):
    (lab.homework / hooks.CONFIG).write_text(text, encoding="utf-8")
    assert judged("q6") == reason


def test_hooks_are_tried_on_a_copy(lab, judged):
    (lab.homework / hooks.CONFIG).write_text(RUFF, encoding="utf-8")
    before = (lab.homework / "campfire" / "centroids.py").read_bytes()
    assert judged("q6") == "correct"
    assert (lab.homework / "campfire" / "centroids.py").read_bytes() == before


# Running programs


def test_a_program_that_does_not_end_is_ended(tmp_path):
    ran = run(["python", "-c", "while True: pass"], tmp_path, seconds=0.5)
    assert ran.timed_out


def test_variants_are_run_side_by_side_and_remembered():
    tests = "from one import x\n\n\ndef test_x():\n    assert x == 1\n"
    found = suites("one", {"right": "x = 1\n", "wrong": "x = 2\n"}, tests)
    assert {name: suite.state for name, suite in found.items()} == {"right": "passed", "wrong": "failed"}  # fmt: skip
    assert found["wrong"].red == "test_x"
    assert suites("one", {"right": "x = 1\n"}, tests)["right"] is found["right"]

"""Lesson 01: what its checks say to right answers of all kinds, and to strange ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.workbook import Lab
from checker.workbook.exercise import Attempt, checks
from checker.workbook.lessons import n01_three_questions as lesson
from checker.workbook.texts import catalogue
from checker.workbook.waiting import noticing, within_days
from solutions.book.source import SOURCES, read

SLUG = "01_three_questions"


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """Give a function that has answers judged: the kind of outcome, or the reason of a wrong one."""
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path))
    lab = Lab(SLUG, "en")

    def judge(id, *answers):
        outcome = checks(SLUG)[id](Attempt(lab), *answers)
        keys = (outcome.kind, outcome.reason) if outcome.reason else (outcome.kind,)
        if outcome.kind != "unattempted":
            for language in ("en", "ru"):
                assert catalogue(SLUG, language).message(id, *keys, **outcome.facts).text
        return outcome.reason or outcome.kind

    return judge


class Odd:
    """Raises whatever is asked of it."""

    def __repr__(self):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


# q1


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Петров Иван", "petrov_ivan"),
        ("Петров Иван Сергеевич", "petrov_ivan"),
        ("Иван Сергеевич Петров", "petrov_ivan"),
        ("Хохлов Юрий", "khokhlov_iurii"),
        ("Хохлов Юрий", "khokhlov_yuriy"),
        ("Хохлов Юрий", "hohlov_yuri"),
        ("Щербакова Юлия", "scherbakova_yulia"),
        ("Алексеев Алексей", "alexeev_alexey"),
        ("Васильева Софья", "vasilieva_sofya"),
        ("Римская-Корсакова Юлия", "rimskaya-korsakova_yuliya"),
        ("Ли Цзян", "li_tszian"),
        ("Smith John", "smith_john"),
        ("van der Berg, Jan", "van-der-berg_jan"),
        ("petrov_ivan", "petrov_ivan"),
    ],
)
def test_names_are_spelled_in_many_ways(judged, name, prefix):
    assert judged("q1", name, prefix) == "correct"


@pytest.mark.parametrize(
    ("prefix", "reason"),
    [
        pytest.param(None, "unattempted", id="the starter"),
        pytest.param("", "unattempted", id="nothing"),
        pytest.param(5, "no_text", id="a number"),
        pytest.param(["petrov_ivan"], "no_text", id="a list"),
        pytest.param("petrоv_ivan", "cyrillic", id="a letter that looks like a Latin one"),
        pytest.param("petrov_ivan/", "slash", id="a path"),
        pytest.param("petrov_ivan ", "space", id="a blank behind"),
        pytest.param("petrov\nivan", "space", id="a line"),
        pytest.param("PETROV_IVAN", "capitals", id="capitals"),
        pytest.param("petrov.ivan", "character", id="a dot"),
        pytest.param("pétrov_ivan", "character", id="an accent"),
        pytest.param("petrov", "one_word", id="a surname"),
        pytest.param("petrov-ivan", "hyphen", id="a hyphen"),
        pytest.param("petrov__ivan", "shape", id="two underscores"),
        pytest.param("_petrov_ivan", "shape", id="an underscore in front"),
        pytest.param("petrov_ivan-", "shape", id="a hyphen at the end"),
        pytest.param("ivan_petrov", "name_first", id="the name first"),
        pytest.param("petrov_ivan_sergeevich", "patronymic", id="a patronymic"),
        pytest.param("sidorov_petr", "another_name", id="somebody else"),
        pytest.param("a" * 40 + "_b", "long", id="a long one"),
        pytest.param("a_" * 500_000, "long", id="a very long one"),
    ],
)
def test_what_is_wrong_about_a_prefix_is_named(judged, prefix, reason):
    assert judged("q1", "Петров Иван", prefix) == reason


@pytest.mark.parametrize("name", [None, 5, "", "Иван", "Иван Сергеевич", "!!! ???", "х" * 5000])
def test_a_name_that_is_none_is_said_to_be_none(judged, name):
    assert judged("q1", name, "petrov_ivan") in {"no_name", "no_text"}


def test_what_all_three_places_take_is_what_the_campus_and_the_grader_take():
    names = ["petrov_ivan", "petrov_ivan_", "Petrov_Ivan", "petrov ivan", "петров_иван", "a" * 256]
    assert [lesson._takes(name) for name in names] == [
        (True, True), (False, False), (True, False), (False, False), (False, False), (False, False),
    ]  # fmt: skip


# q2

RIGHT = tuple(lesson.BOXES.values())


@pytest.mark.parametrize(
    "answers",
    [
        RIGHT,
        tuple(reversed_ for reversed_ in (letters[::-1] for letters in RIGHT)),
        tuple(letters.upper() for letters in RIGHT),
        tuple(", ".join(letters) for letters in RIGHT),
        tuple(list(letters) for letters in RIGHT),
        tuple(set(letters) for letters in RIGHT),
        tuple(tuple(letters) for letters in RIGHT),
        tuple(f"({'; '.join(letters)})." for letters in RIGHT),
    ],
)
def test_letters_are_written_in_many_ways(judged, answers):
    assert judged("q2", *answers) == "correct"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        pytest.param(("", "", "", "", ""), "unattempted", id="the starter"),
        pytest.param((None,) * 5, "unattempted", id="nothing"),
        pytest.param(RIGHT[:4], "five", id="four answers"),
        pytest.param(("bgkm", "aeh", "ci", "djn", 5), "no_letters", id="a number"),
        pytest.param(("bgkm", "aeh", "ci", "djn", [1, 2]), "no_letters", id="numbers"),
        pytest.param(("bgkm", "aeh", "ci", "djn", {"f": 1}), "no_letters", id="a dict"),
        pytest.param(("bgkm", "aeh", "ci", "djn", Odd()), "no_letters", id="an odd object"),
        pytest.param(("bgkm", "aeh", "сi", "djn", "fl"), "unknown", id="a Cyrillic letter"),
        pytest.param(("bgkz", "aeh", "ci", "djn", "fl"), "unknown", id="no such letter"),
        pytest.param(("bgkma", "aeh", "ci", "djn", "fl"), "twice", id="in two boxes"),
        pytest.param(("bgkma", "eh", "ci", "djn", "fl"), "delivered_is_not_checked", id="a in CI"),
        pytest.param(("gkm", "aehb", "ci", "djn", "fl"), "checked_is_not_delivered", id="b in CD"),
        pytest.param(("bgkm", "ae", "cih", "djn", "fl"), "pipeline_is_not_run", id="h trains"),
        pytest.param(("bgkm", "aehc", "i", "djn", "fl"), "run_is_not_pipeline", id="c delivers"),
        pytest.param(("bgkm", "ae", "ci", "djnh", "fl"), "pipeline_is_not_model", id="h serves"),
        pytest.param(("bgkm", "aeh", "c", "djni", "fl"), "registered_is_not_deployed", id="i serves"),
        pytest.param(("bgkm", "aeh", "ci", "dj", "fln"), "elsewhere", id="n watches"),
        pytest.param(("x" * 10_000, "", "", "", ""), "no_letters", id="a flood"),
    ],
)  # fmt: skip
def test_each_confusion_has_its_own_message(judged, answers, reason):
    assert judged("q2", *answers) == reason


# q3 and q4


@pytest.mark.parametrize("day", lesson.WEEK)
def test_ci_sh_finds_what_the_lesson_says(tmp_path, day):
    folder = copy(day, tmp_path)
    commands = (folder / "ci.sh").read_text(encoding="utf-8")
    assert "python -m build --wheel --no-isolation" in commands
    done = subprocess.run(["sh", "ci.sh"], cwd=folder, env=path(), capture_output=True, text=True, check=False)  # fmt: skip
    out = done.stdout
    good = "All checks passed!" in out and "accuracy 0.90" in out
    found = ("Successfully built" in out, "4 passed" in out, good)
    assert found == lesson.WEEK[day]
    assert done.returncode == (0 if all(found) else 1)
    assert "error" in out


@pytest.mark.parametrize(
    "answers",
    [
        (1, 2, 3),
        ("1", "2", "3"),
        ("builds", "tests", "good"),
        ("Build", "TEST", "good enough"),
        ("builds?", "tests?", "good-enough?"),
        ("сборка", "тесты", "качество"),
    ],
)
def test_questions_are_named_in_many_ways(judged, answers):
    assert judged("q3", *answers) == "correct"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((None, None, None), "unattempted"),
        ((1, None, None), "open"),
        ((1, 2), "three"),
        ((True, 2, 3), "unknown"),
        ((1.0, 2, 3), "unknown"),
        (("red", 2, 3), "unknown"),
        ((1, 2, Odd()), "unknown"),
        ((3, 2, 3), "tuesday"),
        ((1, 1, 3), "wednesday"),
        ((1, 2, 1), "thursday"),
    ],
)
def test_a_misread_log_is_named(judged, answers, reason):
    assert judged("q3", *answers) == reason


def copy(day, folder):
    import shutil

    return Path(shutil.copytree(lesson.given_files() / day, folder / day))


def path():
    return os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def says_yes(folder, *module, **more):
    command = [sys.executable, "-m", *module]
    return (
        subprocess.run(command, cwd=folder, capture_output=True, check=False, **more).returncode
        == 0
    )


def good(folder):
    return says_yes(folder, "ruff", "check", ".") and says_yes(folder, "gate")


def as_words(repo):
    answers = says_yes(repo, "build", "-wn"), says_yes(repo, "pytest"), good(repo)
    return ["yes" if one else "no" for one in answers]


def by_shell(repo):
    commands = "python -m build -wn", "python -m pytest -q", "ruff check . && python gate.py"
    return tuple(
        not subprocess.run(["sh", "-c", one], cwd=repo, env=path(), capture_output=True, check=False).returncode
        for one in commands
    )  # fmt: skip


def by_exceptions(repo):
    def ask(*module):
        try:
            subprocess.run(
                [sys.executable, "-m", *module], cwd=repo, capture_output=True, check=True
            )
        except subprocess.CalledProcessError:
            return False
        return True

    tests = ask("pytest", "--exitfirst")
    return {3: ask("ruff", "check") and ask("gate"), 2: tests, 1: ask("hatchling", "build")}


def by_moving_there(repo):
    os.chdir(repo)
    return {"builds": says_yes(".", "build", "-wn"), "tests": says_yes(".", "pytest"), "good enough": good(".")}  # fmt: skip


def in_russian(repo):
    builds = says_yes(repo, "pip", "wheel", "--no-build-isolation", "--no-deps", "-w", "d", ".")
    return {"сборка": builds, "тесты": says_yes(repo, "pytest"), "качество": good(repo)}


RIGHT_FUNCTIONS = [as_words, by_shell, by_exceptions, by_moving_there]


@pytest.mark.slow
@pytest.mark.parametrize("function", RIGHT_FUNCTIONS, ids=lambda one: one.__name__)
def test_the_questions_are_asked_in_many_ways(judged, function):
    here = Path.cwd()
    assert judged("q4", function) == "correct"
    assert Path.cwd() == here


def answering(**changed):
    """Give a function that answers as `ci.sh` does, but for what is changed by day."""
    marks = {
        "thursday": lambda repo: "(131, True)" in (repo / "gate.py").read_text(),
        "tuesday": lambda repo: not (repo / "README.md").exists(),
        "wednesday": lambda repo: "sugar > border" in (repo / "ripe/__init__.py").read_text(),
        "friday": lambda repo: "import os" in (repo / "ripe/__init__.py").read_text(),
    }

    def answer(repo):
        day = next((day for day, is_it in marks.items() if is_it(repo)), "monday")
        return changed.get(day, lesson.WEEK[day])

    return answer


def raises(_):
    raise SystemExit(1)


def floods(_):
    while True:
        sys.stdout.write("x" * 10_000)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param(None, "unattempted", id="nothing"),
        pytest.param(lambda _: None, "unattempted", id="the starter"),
        pytest.param({"builds": True}, "no_function", id="what it returned"),
        pytest.param(lambda _: [].sort(), "nothing", id="no return"),
        pytest.param(lambda: (1, 2, 3), "raises", id="no parameter"),
        pytest.param(raises, "raises", id="an exit"),
        pytest.param(floods, "raises", id="a flood"),
        pytest.param(lambda repo: repo + "/x", "raises", id="takes the path for a text"),
        pytest.param(lambda _: True, "not_three", id="one answer"),
        pytest.param(lambda _: (0, 1, 0), "not_three", id="statuses"),
        pytest.param(lambda _: Odd(), "not_three", id="an odd object"),
        pytest.param(lambda _: {"a": 1, "b": 2, "c": 3}, "not_three", id="other names"),
        pytest.param(lambda _: (True, True, True), "always_yes", id="always yes"),
        pytest.param(lambda _: (True, False, True), "same_everywhere", id="the same"),
        pytest.param(lambda repo: tuple(not one for one in answering()(repo)), "upside_down", id="upside down"),
        pytest.param(answering(monday=(True, False, True)), "sound_is_refused", id="a sound day"),
        pytest.param(answering(tuesday=(True, True, True)), "compiles_is_no_build", id="compiles"),
        pytest.param(answering(tuesday=(False, False, False)), "stops_early", id="stops"),
        pytest.param(answering(wednesday=(True, True, True)), "tests_are_not_asked", id="no tests"),
        pytest.param(answering(wednesday=(True, False, False)), "stops_early", id="stops later"),
        pytest.param(answering(thursday=(True, True, True)), "gate_is_not_asked", id="no gate"),
        pytest.param(answering(friday=(True, True, True)), "ruff_is_not_asked", id="no ruff"),
        pytest.param(answering(friday=(False, True, False)), "differs", id="something else"),
        pytest.param(answering(), "correct", id="right"),
    ],
)  # fmt: skip
def test_what_is_wrong_about_a_function_is_named(judged, function, reason):
    assert judged("q4", function) == reason


# q5


@pytest.mark.parametrize(
    ("longest", "better"),
    [(3, "interval"), (3.0, "interval"), (3, " Interval "), (3, "интервал"), (3, "INTERVAL")],
)
def test_the_reading_is_written_in_many_ways(judged, longest, better):
    assert judged("q5", longest, better) == "correct"


@pytest.mark.parametrize(
    ("longest", "better", "reason"),
    [
        (None, None, "unattempted"),
        (None, "interval", "no_number"),
        ("3", "interval", "no_number"),
        (True, "interval", "no_number"),
        (float("nan"), "interval", "no_interval"),
        (float("inf"), "interval", "no_interval"),
        (3.6, "interval", "no_interval"),
        pytest.param(10**400, "interval", "no_interval", id="huge"),
        (0, "interval", "no_interval"),
        (6, "interval", "interval_is_no_wait"),
        (9, "interval", "half_is_read"),
        (4, "interval", "too_long"),
        (2, "interval", "not_the_longest"),
        (3, "tests", "tests"),
        (3, None, "which"),
        (3, Odd(), "which"),
    ],
)
def test_a_wrong_reading_is_named(judged, longest, better, reason):
    assert judged("q5", longest, better) == reason


def cells(key):
    """Return what a cell of the lesson defines."""
    lesson_source = read(SOURCES / f"{SLUG}.py")
    names = {}
    exec(next(cell.text for cell in lesson_source.cells if cell.key == key), names)  # noqa: S102
    return names


simulated = cells("simulate")["days_to_notice"]


@pytest.mark.parametrize("every", [1, 3, 4, 10, 20])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_simulation_agrees_with_what_is_worked_out(every, share):
    waits = simulated(every)
    assert waits[int(share * len(waits))] == pytest.approx(within_days(every, share), rel=0.05)


def test_the_simulation_gives_the_answers_that_are_asked_for():
    nine = {every: simulated(every)[3600] for every in range(1, 21)}
    assert max(every for every, days in nine.items() if days <= lesson.WITHIN) == 3
    assert simulated(5)[3600] < simulated(10, catch=1.0)[3600]


def test_the_line_of_text_says_what_the_picture_shows():
    waits = {every: simulated(every) for every in range(1, 21)}
    figure, facts = noticing(waits, str)
    nine, half = figure.axes[0].lines
    assert list(nine.get_xdata()) == list(half.get_xdata()) == list(range(1, 21))
    assert facts == {
        "shortest": 1,
        "longest": 20,
        "half_shortest": half.get_ydata()[0],
        "nine_shortest": nine.get_ydata()[0],
        "half_longest": half.get_ydata()[-1],
        "nine_longest": nine.get_ydata()[-1],
    }
    assert {text.get_text() for text in figure.axes[0].texts} == {"chart_nine", "chart_half"}

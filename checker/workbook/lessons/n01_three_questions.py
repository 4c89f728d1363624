"""Lesson 01: one's own prefix, what CI, CD and CT are, and the three questions asked of a small library."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from checker.services.names import surname_name
from checker.target import package, student
from checker.workbook.calling import Called
from checker.workbook.display import show, table
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.outcome import Outcome, correct, unattempted, wrong
from checker.workbook.spelling import is_spelling
from checker.workbook.waiting import within_days

if TYPE_CHECKING:
    from checker.workbook.lab import Lab


def _is_nothing(answer: object) -> bool:
    return answer is None or (isinstance(answer, str) and not answer.strip())


# The prefix, q1

_IMAGE = re.compile(r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*")
"""A part of an image's name (distribution/reference, `path-component`)."""
LONGEST = 39
"""Characters of a login, on GitHub and on the campus."""


@exercise("q1")
def prefix(at: Attempt, name: object, prefix: object) -> Outcome:
    """Judge whether a prefix is the name's, and one that the bucket, the index and the registry all take."""
    if _is_nothing(prefix):
        return unattempted()
    if not isinstance(prefix, str) or not isinstance(name, str):
        kind = type(prefix if not isinstance(prefix, str) else name).__name__
        return wrong("no_text", kind=kind)
    try:
        expected = surname_name(name)
    except ValueError:
        return wrong("no_name", name=name)
    if found := _unfit(prefix):
        return found
    if is_spelling(prefix, name, expected):
        return correct(prefix=prefix, package=f"{prefix.replace('_', '-')}-ripe", passport=expected)
    surname, _, given = prefix.partition("_")
    if is_spelling(f"{given}_{surname}", name, expected):
        return wrong("name_first", prefix=prefix, expected=f"{given}_{surname}")
    if is_spelling("_".join(prefix.split("_")[:2]), name, expected):
        return wrong("patronymic", prefix=prefix, expected="_".join(prefix.split("_")[:2]))
    return wrong("another_name", prefix=prefix, name=name, expected=expected)


def _unfit(prefix: str) -> Outcome | None:
    """Return why no service, or not each of them, takes a prefix."""
    for number, letter in enumerate(prefix, 1):
        if "CYRILLIC" in unicodedata.name(letter, ""):
            return wrong("cyrillic", letter=letter, number=number, prefix=prefix)
    if prefix.endswith("/"):
        return wrong("slash", prefix=prefix)
    if re.search(r"\s", prefix):
        return wrong("space", prefix=prefix)
    if prefix != prefix.lower():
        return wrong("capitals", prefix=prefix)
    if strange := re.search(r"[^a-z0-9_-]", prefix):
        return wrong("character", character=strange[0], prefix=prefix)
    if "_" not in prefix:
        return wrong("hyphen" if "-" in prefix else "one_word", prefix=prefix)
    if len(prefix) > LONGEST:
        return wrong("long", length=len(prefix), longest=LONGEST)
    try:
        student(prefix)
    except ValueError:
        return wrong("shape", prefix=prefix)
    return None if _takes(prefix) == (True, True) else wrong("shape", prefix=prefix)


def _takes(name: str) -> tuple[bool, bool]:
    """Return whether a package index and an image registry take a name; a bucket takes any."""
    try:
        is_package = package(name) == name
    except ValueError:
        is_package = False
    return is_package, _IMAGE.fullmatch(name) is not None and len(name) <= 255


def shelves(lab: Lab, *names: str) -> None:
    """Show whether an index and a registry take a name, and what it is in an address of a bucket."""
    headings = [lab.text(f"shelves_{one}") for one in ("name", "package", "image", "bucket")]
    rows = [
        (name, *("✓" if taken else "✗" for taken in _takes(name)), f"{quote(name)}/")
        for name in names
    ]
    show(table(headings, rows))


# Five boxes, q2

BOXES: Mapping[str, str] = {
    "ci": "bgkm",
    "pipeline_cd": "aeh",
    "training": "ci",
    "model_cd": "djn",
    "monitoring": "fl",
}
"""The fourteen actions of the notebook, by letter."""
_CONFUSED = {
    ("ci", "pipeline_cd"): "delivered_is_not_checked",
    ("pipeline_cd", "ci"): "checked_is_not_delivered",
    ("training", "ci"): "smoke_is_not_training",
    ("training", "pipeline_cd"): "pipeline_is_not_run",
    ("pipeline_cd", "training"): "run_is_not_pipeline",
    ("pipeline_cd", "model_cd"): "model_is_not_pipeline",
    ("model_cd", "pipeline_cd"): "pipeline_is_not_model",
    ("model_cd", "training"): "registered_is_not_deployed",
    ("training", "monitoring"): "trigger_is_not_training",
}
"""(box given, right box) -> the message of that confusion."""


@exercise("q2")
def boxes(at: Attempt, *given: object) -> Outcome:
    """Judge into which of five boxes each of fourteen actions was put."""
    if all(map(_is_nothing, given)):
        return unattempted()
    if len(given) != len(BOXES):
        return wrong("five", count=len(given))
    put: dict[str, str] = {}
    for box, answer in zip(BOXES, given, strict=True):
        letters = _letters(answer)
        if letters is None:
            return wrong("no_letters", box=at.lab.text(box), kind=type(answer).__name__)
        for letter in letters:
            if letter not in "".join(BOXES.values()):
                return wrong("unknown", letter=letter)
            if put.setdefault(letter, box) != box:
                return wrong(
                    "twice", letter=letter, one=at.lab.text(put[letter]), other=at.lab.text(box)
                )
    right = {letter: box for box, letters in BOXES.items() for letter in letters}
    fits = sum(put.get(letter) == box for letter, box in right.items())
    for letter in sorted(put):
        if put[letter] != right[letter]:
            reason = _CONFUSED.get((put[letter], right[letter]), "elsewhere")
            return wrong(reason, letter=letter, box=at.lab.text(put[letter]), fits=fits)
    if left := sorted(set(right) - set(put)):
        return wrong("left", letters=left, fits=fits)
    return correct(count=len(right))


def _letters(answer: object) -> list[str] | None:
    """Return the letters of `"abc"`, `"a, b, c"` or a collection of letters; None for anything else."""
    if answer is None:
        return []
    if isinstance(answer, (list, tuple, set, frozenset)) and len(answer) < 100:
        parts = list(answer)
        if not all(isinstance(one, str) for one in parts):
            return None
        answer = " ".join(parts)
    if not isinstance(answer, str) or len(answer) > 500:
        return None
    return re.findall(r"[^\s,;.()\[\]'\"]", unicodedata.normalize("NFKC", answer).lower())


# The three questions, q3 and q4

QUESTIONS = ("builds", "tests", "good")
WEEK: Mapping[str, tuple[bool, bool, bool]] = {
    "monday": (True, True, True),
    "tuesday": (False, True, True),
    "wednesday": (True, False, True),
    "thursday": (True, True, False),
    "friday": (True, True, False),
}
"""What `ci.sh` finds on each day; a test runs it on all of them."""
_NAMES = {
    "builds": "1 build builds built собирается сборка",
    "tests": "2 test tests тест тесты тестирование",
    "good": "3 good good_enough quality хорош хорошо качество",
}
_MISREAD = {
    ("tuesday", "tests"): "word_error",
    ("tuesday", "good"): "tuesday",
    ("wednesday", "builds"): "wednesday",
    ("wednesday", "good"): "wednesday",
    ("thursday", "tests"): "warning",
    ("thursday", "builds"): "thursday",
}


@exercise("q3")
def logs(at: Attempt, *answers: object) -> Outcome:
    """Judge which question was answered with no in the logs of Tuesday, Wednesday and Thursday."""
    days = ("tuesday", "wednesday", "thursday")
    if all(map(_is_nothing, answers)):
        return unattempted()
    if len(answers) != len(days):
        return wrong("three", count=len(answers))
    for day, answer in zip(days, answers, strict=True):
        said = _question(answer)
        if _is_nothing(answer):
            return wrong("open", day=at.lab.text(day))
        if not said:
            return wrong("unknown", day=at.lab.text(day), answer=answer)
        if said != QUESTIONS[WEEK[day].index(False)]:
            return wrong(_MISREAD[day, said], day=at.lab.text(day))
    return correct()


def _question(answer: object) -> str:
    """Return the question that a number or a word means; empty for none."""
    if isinstance(answer, bool) or not isinstance(answer, (int, str)):
        return ""
    word = re.sub(r"[\s-]+", "_", str(answer).strip().lower().rstrip("?.!"))
    return next((question for question, names in _NAMES.items() if word in names.split()), "")


@exercise("q4")
def three_questions(at: Attempt, function: object) -> Outcome:
    """Judge a function that answers the three questions for a folder, on five days of a library."""
    if function is None:
        return unattempted()
    if not callable(function):
        return wrong("no_function", kind=type(function).__name__)
    found: dict[str, tuple[bool, ...]] = {}
    for day, called in _asked(at, function):
        if called.timed_out:
            return wrong("endless", day=at.lab.text(day))
        if called.error:
            return wrong("raises", day=at.lab.text(day), error=called.error)
        if called.value is None:
            return unattempted() if _is_bare(function) else wrong("nothing")
        answers = three(called.value)
        if answers is None:
            return wrong("not_three", value=_shown(called.value))
        found[day] = answers
    return _compared(at, found)


def _asked(at: Attempt, function: Callable[..., object]) -> Iterable[tuple[str, Called]]:
    """Call a function with a copy of each day's folder; the copies' names say nothing."""
    week = at.lab.scratch("week")
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="workbook-") as made:
        for number, day in enumerate(WEEK, 1):
            copy = Path(made).resolve() / f"library-{number}"
            shutil.copytree(given_files() / day, copy)
            try:
                yield day, at.call(function, copy, seconds=60)
            finally:
                os.chdir(here if here.is_dir() else week)


def given_files() -> Path:
    """Return the five days as the lesson gives them; students may have changed theirs."""
    return Path(__file__).parent / "files" / "01_three_questions" / "week"


def _compared(at: Attempt, found: Mapping[str, tuple[bool, ...]]) -> Outcome:
    """Return the most telling difference between a function's answers and those of `ci.sh`."""
    answers = set(found.values())
    if answers == {(True, True, True)}:
        return wrong("always_yes")
    if len(answers) == 1:
        return wrong("same_everywhere")
    if all(tuple(not one for one in found[day]) == WEEK[day] for day in WEEK):
        return wrong("upside_down")
    telling: Sequence[tuple[str, int, str]] = (
        ("monday", 0, "sound_is_refused"),
        ("monday", 1, "sound_is_refused"),
        ("monday", 2, "sound_is_refused"),
        ("tuesday", 0, "compiles_is_no_build"),
        ("tuesday", 1, "stops_early"),
        ("tuesday", 2, "stops_early"),
        ("wednesday", 1, "tests_are_not_asked"),
        ("wednesday", 2, "stops_early"),
        ("thursday", 2, "gate_is_not_asked"),
        ("friday", 2, "ruff_is_not_asked"),
    )
    for day, question, reason in telling:
        if found[day][question] != WEEK[day][question]:
            return wrong(reason, day=at.lab.text(day), question=at.lab.text(QUESTIONS[question]))
    for day, right in WEEK.items():
        if found[day] != right:
            return wrong("differs", day=at.lab.text(day), said=found[day], right=right)
    return correct()


def three(value: object) -> tuple[bool, ...] | None:
    """Return three answers from a mapping or a sequence of them; None for anything else."""
    if isinstance(value, Mapping) and len(value) == 3:
        named = {_question(key): one for key, one in value.items()}
        value = [named[one] for one in QUESTIONS] if set(named) == set(QUESTIONS) else None
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        return None
    answers = [_yes(one) for one in value]
    return None if None in answers else tuple(one is True for one in answers)


def _yes(value: object) -> bool | None:
    """Return whether an answer means yes; None for what is neither yes nor no."""
    if isinstance(value, bool):
        return value
    if type(value).__name__ in {"bool_", "bool"}:  # numpy's
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    return True if word in {"yes", "да"} else False if word in {"no", "нет"} else None


def _is_bare(function: object) -> bool:
    """Say whether a function does nothing yet: it names nothing in its body."""
    code = getattr(function, "__code__", None)
    return code is not None and not code.co_names


def _shown(value: object) -> str:
    try:
        return repr(value)[:200]
    except Exception:  # noqa: BLE001 - a student's own class
        return type(value).__name__


# Reading the simulation, q5

WITHIN = 6
"""Days within which nine of ten defects have to be noticed."""


@exercise("q5")
def reading(at: Attempt, longest: object, better: object) -> Outcome:
    """Judge what was read off the simulation: the longest interval, and what shortens the wait more."""
    if longest is None and better is None:
        return unattempted()
    if isinstance(longest, bool) or not isinstance(longest, (int, float)):
        return wrong("no_number", kind=type(longest).__name__)
    if not 1 <= longest <= 20 or longest != int(longest):  # nor is NaN
        return wrong("no_interval", longest=longest)
    right = max(every for every in range(1, 21) if within_days(every, 0.9) <= WITHIN)
    wait = within_days(int(longest), 0.9)
    facts = {"longest": int(longest), "wait": wait, "within": WITHIN}
    if longest == WITHIN:
        return wrong("interval_is_no_wait", **facts)
    if longest == max(every for every in range(1, 21) if within_days(every, 0.5) <= WITHIN):
        return wrong("half_is_read", **facts)
    if longest > right:
        return wrong("too_long", **facts)
    if longest < right:
        return wrong("not_the_longest", **facts)
    word = better.strip().lower() if isinstance(better, str) else ""
    if word in {"tests", "test", "тесты"}:
        return wrong("tests", tests=within_days(10, 0.9, 1.0), interval=within_days(5, 0.9))
    if word not in {"interval", "интервал", "intervals"}:
        return wrong("which", better=better)
    return correct(tests=within_days(10, 0.9, 1.0), interval=within_days(5, 0.9))

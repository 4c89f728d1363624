"""Lesson 05, publish a library: what is inside a wheel, what an index answers, and a workflow that publishes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.workbook import distributions
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.homework import library
from checker.workbook.judging import Complaint
from checker.workbook.outcome import Outcome, correct, skipped, unattempted, wrong
from checker.workbook.publishing import complaint, distrust, publishing
from checker.workbook.versions import raise_version, stated

if TYPE_CHECKING:
    from checker.workbook.lab import Lab

PACKAGE = "campfire"
"""What the library is imported as."""
EVERYBODYS = frozenset({"campfire", "campfire-centroids"})
"""Names that everybody in a class has in mind."""

ATTEMPTS = {
    "a wrong token": 403,
    "the right token": 200,
    "same version, new code": 400,
    "the same files again": 200,
    "a raised version": 200,
}
"""What an index answers to five uploads, one after the other."""
SECOND_PUSH = {
    "pull_request, 1.0.0": "400",
    "pull_request, 1.0.0.dev<run>": "200",
    "merge": "not asked",
    "tag": "not asked",
}
"""What an index answers when a pull request is pushed to a second time, by when a workflow publishes what version."""
_OTHERWISE = frozenset({"no_authority", "github_token", "public_variable", "unreadable"})
"""What q6 says in words of its own."""


def answered(said: object) -> int:
    """Return what an index answered to an upload, from what twine said; 0 when it was not asked."""
    text = str(getattr(said, "text", said))
    if found := re.search(r"HTTPError: (\d{3})\b", text):
        return int(found[1])
    uploaded = re.search(r"^Uploading \S+\.(whl|tar\.gz)", text, re.MULTILINE)
    return 200 if getattr(said, "status", 1) == 0 and uploaded else 0


def called(folder: Path) -> str:
    """Return what a folder's library is called on an index, as the grader reads it; empty when nothing says so."""
    from checker.services.checkout import checkout
    from checker.services.naming import library_names

    found = library_names(checkout(folder).files)
    return found[0].normal if found else ""


def free_version(lab: Lab, folder: Path) -> str:
    """Raise a library's version until the index has no release of it; return it, empty when no file states one."""
    try:
        _, version = stated(folder)
    except LookupError:
        return ""
    taken = {file.version for file in lab.package(called(folder) or library(lab.me)).files}
    first = version
    while version in taken:
        version = raise_version(folder)
    if version != first:
        lab.say("taken", taken=first, version=version)
    return version


def is_ready(lab: Lab, id: str) -> bool:
    """Say whether an exercise is solved in this session, so that nothing unjudged is sent out; tell when it is not."""
    if lab.outcome(id).kind == "correct":
        return True
    lab.say("first", exercise=id)
    return False


@exercise("q1")
def wheel(at: Attempt, pyproject: object, built: object = None) -> Outcome:
    """Judge what is inside the wheel that the student's `pyproject.toml` makes."""
    if not _tried(pyproject):
        return unattempted()
    if problem := _no_toml(pyproject):
        return problem
    dist = at.lab.scratch("rehearsal") / "dist"
    found = distributions.wheels(dist)
    if not found:
        return _not_built(built, dist)
    made = found[0]
    if made.tests:
        return wrong("tests_inside", files=_few(made.tests), count=len(made.tests))
    if made.data:
        return wrong("data_inside", files=_few(made.data), count=len(made.data))
    if f"{PACKAGE}/__init__.py" not in made.files:
        return wrong("library_missing", files=_few(made.own) or "–")
    if beside := made.beside(PACKAGE):
        return wrong("strays_inside", files=_few(beside))
    if _normal(made.name) in EVERYBODYS:
        return wrong("everybodys_name", name=made.name, own=_library(at))
    if "+" in made.version:
        return wrong("local_version", version=made.version)
    return correct(wheel=made.path.name, own=len(made.own), about=len(made.about))


@exercise("q2")
def metadata(at: Attempt, pyproject: object, checked: object = None) -> Outcome:
    """Judge what the wheel says of itself: by twine, and by what a stranger wants to know."""
    if not _tried(pyproject):
        return unattempted()
    if problem := _no_toml(pyproject):
        return problem
    dist = at.lab.scratch("rehearsal") / "dist"
    found = distributions.wheels(dist)
    if not found:
        return _not_built(checked, dist)
    made = found[0]
    inside = [*made.tests, *made.data, *made.beside(PACKAGE)]
    if inside or f"{PACKAGE}/__init__.py" not in made.files:
        return wrong("wheel_changed", files=_few(inside) or "–")
    for gap in distributions.gaps(made):
        facts = {"name": made.name, "summary": made.first("summary")[:60]}
        return wrong(gap, **facts)
    said = str(getattr(checked, "text", ""))
    if getattr(checked, "status", 0):
        return wrong("twine_warns", said=_last(said, "WARNING", "ERROR"))
    return correct(fields=len(made.fields), summary=made.first("summary"))


@exercise("q3")
def answers(at: Attempt, predicted: object, happened: object = None) -> Outcome:
    """Judge predictions of what an index answers, against what it did answer."""
    if not isinstance(predicted, Mapping):
        return unattempted() if predicted is None else wrong("no_table")
    given = {name: _status(predicted.get(name)) for name in ATTEMPTS}
    if not any(predicted.get(name) is not None for name in ATTEMPTS):
        return unattempted()
    seen = happened if isinstance(happened, Mapping) else {}
    real = {name: seen.get(name) for name in ATTEMPTS}
    if not all(isinstance(one, int) and one for one in real.values()):
        return skipped("not_asked")
    if missing := [name for name, one in given.items() if one is None]:
        return wrong("row_open", attempt=missing[0])
    for name, status in given.items():
        if status == real[name]:
            continue
        known = {
            ("a wrong token", 401): "asks_who",
            ("a wrong token", 200): "lets_anybody_in",
            ("same version, new code", 200): "overwrites",
            ("the same files again", 400): "same_bytes",
        }
        facts = {"attempt": name, "predicted": status, "real": real[name]}
        return wrong(known.get((name, status or 0), "differs"), **facts)
    if real != ATTEMPTS:
        return skipped("other_story", attempt=next(n for n in ATTEMPTS if real[n] != ATTEMPTS[n]))
    return correct()


@exercise("q4")
def clean_install(at: Attempt, commands: object, said: object = None) -> Outcome:
    """Judge whether a new environment has the library, and has it from the index."""
    if not _tried(commands):
        return unattempted()
    if not isinstance(commands, str):
        return wrong("no_text", kind=type(commands).__name__)
    name = _library(at)
    places = _site_packages(at.lab.scratch("clean"))
    text = str(getattr(said, "text", ""))
    found = [info for place in places for info in _installed(place, name)]
    if not found:
        if re.search(rf"install\b.*\s{PACKAGE}(?:[=<>~!\s]|$)", commands):
            return wrong("import_name", name=name)
        if not places:
            return wrong("no_environment")
        return wrong("not_installed", name=name, said=_last(text, "ERROR", "error"))
    info = found[0]
    if (info / "direct_url.json").is_file():
        return wrong("from_folder", name=name)
    if f"site-packages/{PACKAGE}" not in text.replace("\\", "/"):
        return wrong("not_imported")
    version = info.name.removesuffix(".dist-info").rpartition("-")[2]
    return correct(name=name, version=version)


@exercise("q5")
def workflow(at: Attempt, publish: object, second_push: object = None) -> Outcome:
    """Judge the workflow by what the grader says of it, and what is said of a second push."""
    folder = at.lab.homework
    found = publishing(folder)
    if not _tried(publish) and not found.uploads:
        return unattempted()
    if publish is not None and not isinstance(publish, str):
        return wrong("no_text", kind=type(publish).__name__)
    if problem := complaint(found):
        return _said(problem)
    if not isinstance(second_push, Mapping):
        return wrong("no_table")
    for design, right in SECOND_PUSH.items():
        value = _word(second_push.get(design))
        if not value:
            return wrong("row_open", design=design)
        if value != right:
            known = {
                ("pull_request, 1.0.0", "200"): "push_overwrites",
                ("pull_request, 1.0.0.dev<run>", "400"): "dev_clashes",
                ("merge", "400"): "not_merged_yet",
                ("merge", "200"): "not_merged_yet",
                ("tag", "400"): "not_tagged_yet",
                ("tag", "200"): "not_tagged_yet",
            }
            return wrong(known.get((design, value), "no_answer"), design=design, given=value)
    upload = found.uploads[0]
    return correct(where=f"{upload.place.file}:{upload.place.line}", tool=upload.tool)


@exercise("q6")
def trusted(at: Attempt, publish: object) -> Outcome:
    """Judge whether the workflow publishes as itself, with no token and no more rights than it needs."""
    if not _tried(publish):
        return unattempted()
    if not isinstance(publish, str):
        return wrong("no_text", kind=type(publish).__name__)
    found = publishing(at.lab.homework)
    problem = complaint(found)
    if problem and problem[0] not in _OTHERWISE:
        reason, facts = problem
        return wrong("broken", what=at.lab.texts.message("q5", "wrong", reason, **facts).text)
    if problem := distrust(found) or problem:
        return _said(problem)
    upload = found.uploads[0]
    return correct(where=f"{upload.place.file}:{upload.place.line}", job=upload.place.job)


def _said(problem: Complaint) -> Outcome:
    reason, facts = problem
    return skipped(reason, **facts) if reason == "unreadable" else wrong(reason, **facts)


def _tried(answer: object) -> bool:
    return not (answer is None or (isinstance(answer, str) and not answer.strip()))


def _no_toml(text: object) -> Outcome | None:
    """Return what keeps an answer from being TOML; None when nothing does."""
    if not isinstance(text, str):
        return wrong("no_text", kind=type(text).__name__)
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return wrong("not_toml", what=str(error) or "it is nested too deep")
    return None


def _not_built(built: object, dist: Path) -> Outcome:
    """Return why there is no wheel."""
    text = str(getattr(built, "text", ""))
    if "Unable to determine which files to ship" in text:
        return wrong("nothing_chosen")
    if "Multiple top-level packages" in text:
        return wrong("several_packages")
    if distributions.sdists(dist):
        return wrong("sdist_only")
    return wrong("build_failed", said=_last(text, "ERROR", "Error", "error"))


def _last(text: str, *marks: str) -> str:
    """Return the last line with one of the marks, else the last line; a dash when there is none."""
    lines = [line.strip(" ×╰─>│·*") for line in text.splitlines() if line.strip()]
    marked = [line for line in lines if any(mark in line for mark in marks)]
    return (marked or lines or ["–"])[-1][:300]


def _few(files: Any, most: int = 3) -> str:
    """Return the first of some files, and how many more there are."""
    listed = list(files)
    shown = ", ".join(f"`{one}`" for one in listed[:most])
    return shown + (f" (+{len(listed) - most})" if len(listed) > most else "")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _library(at: Attempt) -> str:
    """Return what the student's library is called, by the wheel they made; else as the class agreed."""
    found = distributions.wheels(at.lab.scratch("rehearsal") / "dist")
    return _normal(found[0].name) if found and found[0].name else library(at.lab.me)


def _status(value: object) -> int | None:
    """Return a status from 100 to 599 that somebody wrote as a number or as text; 0 for anything else."""
    if value is None:
        return None
    try:
        found = int(str(value).strip()[:3]) if isinstance(value, (int, str)) else 0
    except ValueError:
        return 0
    return found if 100 <= found <= 599 else 0


def _word(value: object) -> str:
    """Return what somebody says of a push: `400`, `200`, `not asked`; a text as it is, empty for nothing."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    return " ".join(str(value).lower().split())[:60] if isinstance(value, str) else "?"


def _site_packages(folder: Path) -> list[Path]:
    """Return the folders of installed packages of the environments in a folder, at most two below it."""
    marks = [
        *folder.glob("pyvenv.cfg"),
        *folder.glob("*/pyvenv.cfg"),
        *folder.glob("*/*/pyvenv.cfg"),
    ]
    found: list[Path] = []
    for mark in sorted(marks)[:10]:
        found += mark.parent.glob("lib/python3*/site-packages")
        found += mark.parent.glob("Lib/site-packages")
    return found


def _installed(place: Path, name: str) -> list[Path]:
    infos = sorted(place.glob("*.dist-info"))[:5_000]
    return [one for one in infos if _normal(one.name.partition("-")[0]) == name]

"""The builder's commands: python -m solutions.book COMMAND."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from solutions.book.notebook import KINDS
from solutions.book.source import LANGUAGES, ROOT, Lesson, SourceError, read, sources

_LESSONS = click.argument("lessons", nargs=-1, metavar="[NN]...")
_JOBS = click.option(
    "--jobs", default=2, show_default=True, metavar="N", help="So many at the same time."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def book() -> None:
    """Make the notebooks of solutions/src, and prove what they promise."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # worlds end on the way out


@book.command()
@_LESSONS
@click.option("--lang", type=click.Choice(LANGUAGES), multiple=True, help="This language alone.")
@click.option("--kind", type=click.Choice(KINDS), multiple=True, help="This kind alone.")
@click.option("--no-execute", is_flag=True, help="Leave the outputs empty; takes a second.")
@click.option("--check", is_flag=True, help="Write nothing; say what would change, and end with 1.")
@_JOBS
def build(
    lessons: Sequence[str],
    lang: Sequence[str],
    kind: Sequence[Any],
    *,
    no_execute: bool,
    check: bool,
    jobs: int,
) -> None:
    """Make notebooks: for students and solved, English and Russian, executed."""
    from solutions.book import building

    found = _read(lessons)
    wanted = building.editions(found, lang or LANGUAGES, kind or KINDS)
    failures = 0
    for lesson in found:
        path = building.ANSWERS / f"{lesson.slug}.json"
        if not check:
            building.write_answers(lesson)
        elif not path.is_file() or path.read_text("utf-8") != building.answers_text(lesson):
            failures += 1
            click.echo(f"{_short(path)} would change")
    for number, one in enumerate(building.build(wanted, execute=not no_execute, jobs=jobs), 1):
        state = "failed" if not one.text else _settle(one, check=check)
        head = f"[{number}/{len(wanted)}] {one.edition.name}"
        click.echo(f"{head}  {one.seconds:.1f} s  {state}")
        for problem in one.problems:
            click.echo(problem, err=True)
        failures += bool(one.problems) or (check and state != "as it was")
    if failures:
        sys.exit(1)


@book.command()
@_LESSONS
@_JOBS
def prove(lessons: Sequence[str], jobs: int) -> None:
    """Answer every exercise not at all, wrongly in each way, and rightly; say what came of it."""
    from concurrent.futures import ThreadPoolExecutor

    from solutions.book import proving
    from solutions.book.execution import RunFailed

    def attempt(lesson: Lesson) -> tuple[Any, ...] | str:
        try:
            return proving.prove(lesson)
        except RunFailed as error:
            return f"{lesson.slug}: {error}"

    lines: list[proving.Proved] = []
    failures = []
    found = _read(lessons)
    with ThreadPoolExecutor(jobs) as pool:
        for came in pool.map(attempt, found):
            if isinstance(came, str):
                failures.append(came)
                continue
            for one in came:
                mark = "✓" if one.holds else "✗"
                click.echo(
                    f"{mark} {one.where:40} {one.answer:12} {one.expected:44} {one.seconds:5.1f} s"
                )
                if not one.holds:
                    click.echo(f"    came out as {one.seen}")
            lines += came
    for failure in failures:
        click.echo(failure, err=True)
    wrong = sum(one.answer not in {"solved", "unsolved"} for one in lines)
    exercises = len({(one.lesson, one.exercise) for one in lines if one.exercise})
    held = sum(one.holds for one in lines)
    click.echo(
        f"{exercises} exercises, {wrong} wrong answers, {held} of {len(lines)} outcomes as expected"
    )
    if failures or held < len(lines):
        sys.exit(1)


@book.command()
@_LESSONS
def check(lessons: Sequence[str]) -> None:
    """Say, without running anything, what is wrong: languages, links, snippets, leaks, what is not built."""
    from solutions.book.checking import QUESTIONS

    problems = 0
    for lesson in _read(lessons):
        for name, question in QUESTIONS.items():
            for said in question(lesson):
                problems += 1
                click.echo(f"{name}: {said}")
    click.echo(f"{problems} problems" if problems else "nothing to say against it")
    if problems:
        sys.exit(1)


@book.command()
def counts() -> None:
    """Count exercises, proofs, snippets by parser, pictures, words, seconds."""
    from solutions.book import counting

    lessons = _read(())
    for line in counting.table(lessons):
        click.echo(line)


@book.command()
@click.argument("lesson", metavar="NN")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--all", "every", is_flag=True, help="All that are stale.")
def stamp(lesson: str, keys: Sequence[str], *, every: bool) -> None:
    """Say that Russian texts translate the English ones as they are now; without keys, list the stale ones."""
    from solutions.book import stamping

    (found,) = _read([lesson])
    stale = stamping.stale(found)
    known = {english.key for english, _ in found.pairs}
    if unknown := [key for key in keys if key not in known]:
        sys.exit(
            f"{found.slug} has no text of the key {unknown[0]!r}; it has: {', '.join(sorted(known))}"
        )
    if not keys and not every:
        if not stale:
            click.echo("every translation names its English text")
            return
        lines = {english.key: found.at(russian) for english, russian in found.pairs}
        click.echo("\n".join(f"{lines[key]}: {key}" for key in stale))
        sys.exit(
            f"{len(stale)} to read; then: python -m solutions.book stamp {lesson} KEY... (or --all)"
        )
    changed = stamping.stamp(found, stale if every else keys)
    click.echo(f"stamped: {', '.join(changed) or 'nothing; they were so already'}")


def _settle(one: Any, *, check: bool) -> str:
    from solutions.book import building

    if check:
        path = one.edition.place
        same = path.is_file() and path.read_text("utf-8") == one.text
        return "as it was" if same else "would change"
    return "written" if building.write(one) else "as it was"


def _read(lessons: Sequence[str]) -> list[Lesson]:
    """Return the lessons asked for; without any asked for, all. Ends the command for a source that is not in order."""
    problems, found = [], []
    try:
        paths = sources(lessons)
    except SourceError as error:
        sys.exit(str(error))
    for path in paths:
        try:
            found.append(read(path))
        except SourceError as error:
            problems.append(str(error))
    if problems:
        sys.exit("\n".join(problems))
    if not found:
        sys.exit("solutions/src holds no lesson yet")
    return found


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    book(prog_name="python -m solutions.book")

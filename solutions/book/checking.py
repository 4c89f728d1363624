"""What can be said of a lesson without running it: languages, links, snippets, leaks, what is built and what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from solutions.book import catalogues, comparing, languages, leaks, links, notebook, snippets
from solutions.book.building import ANSWERS, answers_text
from solutions.book.execution import objections
from solutions.book.notebook import KINDS
from solutions.book.source import LANGUAGES, Lesson

Question = Callable[[Lesson], Iterator[str]]


def broken_snippets(lesson: Lesson) -> Iterator[str]:
    """Yield snippets that their parsers refuse, and deliberate breakage that they do not."""
    problems, _ = snippets.objections(of(lesson), snippets.PARSERS)
    yield from problems


def of(lesson: Lesson) -> tuple[snippets.Snippet, ...]:
    """Return the snippets of a lesson's texts, messages and hints."""
    return (*snippets.in_lesson(lesson), *catalogues.snippets(lesson.slug))


def catalogue(lesson: Lesson) -> Iterator[str]:
    """Yield what is wrong about a lesson's messages."""
    yield from catalogues.unequal(lesson.slug)
    yield from catalogues.unfit(lesson)


def unbuilt(lesson: Lesson) -> Iterator[str]:
    """Yield what is not as the source makes it: notebooks, their outputs aside, and the answers."""
    for kind in KINDS:
        for language in LANGUAGES:
            path = notebook.place(lesson.slug, language, kind)
            name = path.relative_to(path.parents[2]).as_posix()
            if not path.is_file():
                yield f"{name} is missing; expected make notebooks ARGS={lesson.slug[:2]}"
            elif said := comparing.differs(lesson, language, kind, path.read_text("utf-8")):
                yield f"{name} is not built from its source: {said}"
    path = ANSWERS / f"{lesson.slug}.json"
    if not path.is_file() or path.read_text("utf-8") != answers_text(lesson):
        yield f"{path.name} is not built from its source"


def unfit_outputs(lesson: Lesson) -> Iterator[str]:
    """Yield warnings and errors that are stored, and what would differ from run to run."""
    import nbformat

    for kind in KINDS:
        for language in LANGUAGES:
            path = notebook.place(lesson.slug, language, kind)
            if path.is_file():
                found = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
                for said in objections(lesson, found):
                    yield f"{language} {kind}: {said}"


QUESTIONS: dict[str, Question] = {
    "languages": languages.out_of_step,
    "messages": catalogue,
    "links": links.dead,
    "snippets": broken_snippets,
    "built": unbuilt,
    "outputs": unfit_outputs,
    "leaks": leaks.leaked,
}
"""By name, what yields the problems of a lesson."""

"""The page a student sees first: the lessons in their order, the short path through them, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping

from checker.workbook.lessons import LESSONS
from checker.workbook.refusal import WorkbookError
from checker.workbook.texts import Catalogue, catalogue

STAR = "★"


def lessons(language: str) -> tuple[Catalogue, ...]:
    """Return the lessons that there are, in their order."""
    found = []
    for slug in LESSONS:
        try:
            found.append(catalogue(slug, language))
        except WorkbookError:
            continue
    return tuple(found)


def overview(language: str, standing: Mapping[tuple[str, str], str] | None = None) -> str:
    """Return the overview as Markdown.

    `standing` is how each exercise stands, by lesson and exercise (`Journal.standing`); without it nothing is said of
    progress, as on a page that is the same for all.
    """
    words = catalogue("overview", language)
    there = lessons(language)
    facts = {
        "lessons": len(there),
        "exercises": sum(len(one.exercises) for one in there),
        "minutes": sum(one.minutes for one in there),
    }
    parts = [
        f"# {words.title}",
        words.message("about", **facts).text,
        _table(words, there, standing),
        words.message("how").text,
        f"## {words.message('path_title').text}",
        words.message("path", minutes=_path_minutes(there), star=STAR).text,
        _path(there),
        words.message("more").text,
    ]
    return "\n\n".join(parts) + "\n"


def _table(
    words: Catalogue,
    there: tuple[Catalogue, ...],
    standing: Mapping[tuple[str, str], str] | None,
) -> str:
    names = ["number", "lesson", "minutes", "exercises"]
    names += ["done"] if standing is not None else []
    rows = [[words.message("columns", name).text for name in names]]
    rows.append([":--" if name == "lesson" else "--:" for name in names])
    for one in there:
        row = [
            one.name.partition("_")[0],
            f"[{one.title}]({one.name}.ipynb)",
            str(one.minutes),
            str(len(one.exercises)),
        ]
        if standing is not None:
            done = sum(standing.get((one.name, id)) == "correct" for id in one.exercises)
            mark = " ✓" if done == len(one.exercises) else ""
            row.append(f"{done}{mark}")
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _starred(one: Catalogue) -> list[str]:
    return [id for id in one.exercises if one.value(id, "star")]


def _path_minutes(there: tuple[Catalogue, ...]) -> int:
    return sum(int(one.value(id, "minutes") or 0) for one in there for id in _starred(one))


def _path(there: tuple[Catalogue, ...]) -> str:
    return "\n".join(
        f"- **{one.title}**: " + ", ".join(f"{id} {one.value(id, 'title')}" for id in _starred(one))
        for one in there
        if _starred(one)
    )

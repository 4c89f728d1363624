"""What the Lab shows, in the words of its catalogue: outcomes, hints, solutions, progress, capabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checker.workbook.capabilities import CAPABILITIES
from checker.workbook.display import Shown, above, card, pre, table
from checker.workbook.lessons import LESSONS
from checker.workbook.outcome import Outcome
from checker.workbook.refusal import WorkbookError
from checker.workbook.texts import Catalogue, Message, catalogue

MARKS = {"correct": "✓", "wrong": "✗", "unattempted": "○", "skipped": "–"}
_TONES = {"correct": "good", "wrong": "bad", "unattempted": "open", "skipped": "quiet"}
STAR = "★"


def header(texts: Catalogue, words: Catalogue, lacking: Sequence[str]) -> Shown:
    """Return what a lesson is called, how long it takes, and what is lacking for it here."""
    starred = tuple(id for id in texts.exercises if texts.value(id, "star"))
    facts = {"minutes": texts.minutes, "exercises": len(texts.exercises)}
    body: list[Message] = [words.message("header", "about", **facts)]
    if starred:
        body.append(words.message("header", "path", exercises=starred))
    body += [words.message("caps", name, "without") for name in lacking]
    return card("note", texts.name.partition("_")[0], texts.title, *body)


def outcome(texts: Catalogue, words: Catalogue, id: str, found: Outcome) -> Shown:
    """Return what came of a check."""
    if found.kind == "unattempted":
        body = words.message("outcome", "how_to_begin")
    elif found.kind == "correct":
        body = texts.message(id, "correct", **found.facts)
    else:
        body = texts.message(id, found.kind, found.reason, **found.facts)
    said = words.message("outcome", found.kind).text
    title = f"{_name(texts, id)}: {said}"
    return card(_TONES[found.kind], MARKS[found.kind], title, body)


def stumbled(texts: Catalogue, words: Catalogue, id: str, error: str) -> Shown:
    """Return that a check could not judge an answer, which counts for nothing."""
    body = words.message("outcome", "stumbled", error=error)
    return card("open", "?", _name(texts, id), body)


def hint(texts: Catalogue, words: Catalogue, id: str, number: int, count: int) -> Shown:
    """Return a hint."""
    title = words.message("hint", "title", number=number, count=count).text
    return card("note", "→", f"{_name(texts, id)}: {title}", texts.message(id, f"hint{number}"))


def solution(texts: Catalogue, words: Catalogue, id: str, code: str) -> Shown:
    """Return a solution."""
    title = words.message("solution", "title").text
    return card("note", "→", f"{_name(texts, id)}: {title}", pre(code.strip("\n")))


def reset(texts: Catalogue, words: Catalogue, id: str, starter: str, kept: Sequence[str]) -> Shown:
    """Return the starter, and what files of the student's are kept."""
    body: list[Shown | Message] = [words.message("reset", "starter"), pre(starter.strip("\n"))]
    if kept:
        body.append(words.message("reset", "kept", files=tuple(kept)))
    return card("note", "↺", _name(texts, id), *body)


def progress(texts: Catalogue, words: Catalogue, standing: Mapping[tuple[str, str], str]) -> Shown:
    """Return how a lesson and all lessons stand."""
    here = []
    for id in texts.exercises:
        kind = standing.get((texts.name, id), "unattempted")
        star = STAR if texts.value(id, "star") else ""
        here.append((MARKS[kind], id, star, _title(texts, id), words.message("outcome", kind).text))
    lessons = []
    for slug in LESSONS:
        try:
            one = catalogue(slug, texts.language)
        except WorkbookError:
            continue
        kinds = [standing.get((slug, id), "unattempted") for id in one.exercises]
        counted = words.message(
            "progress", "counted", correct=kinds.count("correct"), all=len(kinds)
        ).text
        skipped = kinds.count("skipped")
        more = words.message("progress", "skipped", skipped=skipped).text if skipped else ""
        lessons.append((slug.partition("_")[0], one.title, counted, more))
    headings = [words.message("progress", name).text for name in ("here", "all")]
    tables = (table([""] * 5, here), table([""] * 4, lessons))
    return above(
        *(card("note", "·", title, one) for title, one in zip(headings, tables, strict=True))
    )


def caps(words: Catalogue, found: Mapping[str, bool]) -> Shown:
    """Return what is needed for what, and, where `found` says it, whether it is here."""
    rows = []
    for name in CAPABILITIES:
        texts = [words.message("caps", name, which).text for which in ("what", "use", "without")]
        mark = [MARKS["correct" if found[name] else "wrong"]] if found else []
        rows.append((*mark, *texts))
    columns = ["here"] if found else []
    columns += ["what", "use", "without"]
    headings = [words.message("caps", "headings", name).text for name in columns]
    return card("note", "·", words.message("caps", "title").text, table(headings, rows))


def _title(texts: Catalogue, id: str) -> str:
    return str(texts.value(id, "title") or "")


def _name(texts: Catalogue, id: str) -> str:
    title = _title(texts, id)
    return f"{id} · {title}" if title else id

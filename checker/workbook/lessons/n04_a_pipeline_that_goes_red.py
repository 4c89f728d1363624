"""Lesson 04: whether a pipeline can go red, and what it gives away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from checker.services.checkout import Tree
from checker.workbook import specimens
from checker.workbook.auditing import audit
from checker.workbook.exercise import Attempt, exercise, read
from checker.workbook.gates import Weakness, weaknesses
from checker.workbook.outcome import Outcome, correct, skipped, unattempted, wrong
from checker.workbook.securing import holes
from checker.workbook.specimens import CHANGES, SPECIMENS, truth

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from checker.workbook.lab import Lab
    from checker.workbook.pictures.tile_map import Tiles

CI = ".github/workflows/ci.yml"
IMAGE = ".github/workflows/image.yml"
GAUNTLET = ("unused-import", "format", "failing-test")
"""The faults that a homework's own pipeline has to stop: one for each of its gates."""

STAMP = "berry-tools/stamp"
RELEASE = "cb1bf8b25f01040034f6ea61f3abde8a53d730b1"
"""The commit of v1.2.0 in `stamp/day_one.txt`."""
TAG_OBJECT = "82d3f5c9d76e5bc8c57138dcfe271246a3f1ce09"
FIRST_RELEASE = "8a518d2fa246846bba6a9a25d21c88090b91f96d"
MOVED = "e134646d70da0e31e116a01bfcc04cfb063c4869"
"""Where `stamp/day_two.txt` moves the tags."""

_LOG = specimens.FOLDER.parent / "log" / "run.log"
_STATES = {"red": "failure", "green": "success", "none": "skipped"}


def predictions(red: object) -> dict[str, frozenset[str]]:
    """Return the workflows that were predicted, each with the changes said to make it red.

    Words may be separated as people like. Raises ValueError with the odd word, or with the kind of thing that is none.
    """
    if not isinstance(red, Mapping):
        raise ValueError(_said(red))  # noqa: TRY004 - what cannot be read is told in one way
    found: dict[str, frozenset[str]] = {}
    for key, value in red.items():
        name = _said(key).strip().lower().removesuffix(".yml").replace("-", "_")
        if name not in SPECIMENS:
            raise ValueError(_said(key))
        if value is None or value is ...:
            continue
        items = value if isinstance(value, list | tuple | set | frozenset) else [value]
        words = [word for item in items for word in re.findall(r"[^\s,;]+", _said(item).lower())]
        words = [word for word in words if word not in {"none", "nothing", "and"}]
        if odd := next((word for word in words if word not in CHANGES), ""):
            raise ValueError(odd)
        found[name] = frozenset(words)
    return found


def colours(specimen: str) -> frozenset[str]:
    """Return the changes that really made a workflow's run red."""
    return frozenset(change for change, colour in truth()[specimen].items() if colour == "red")


@exercise("q1")
def colours_are_foreseen(at: Attempt, red: object) -> Outcome:
    """Judge which changes turn which of the eight workflows red, by what their runs did."""
    if _is_nothing(red):
        return unattempted()
    try:
        said = predictions(red)
    except ValueError as error:
        return wrong(
            "unknown", word=str(error), known=", ".join(CHANGES), workflows=", ".join(SPECIMENS)
        )
    if not said:
        return unattempted()
    right = sum(
        (change in said[one]) == (change in colours(one)) for one in said for change in CHANGES
    )
    if open_ones := [one for one in SPECIMENS if one not in said]:
        return wrong("open", missing=", ".join(open_ones), count=len(open_ones))
    faults = frozenset(specimens.FAULTS)
    if all(said[one] & faults == faults - colours(one) for one in SPECIMENS):
        return wrong("inverted")
    if any("good" in changes for changes in said.values()):
        return wrong("good_is_red", workflow=next(one for one in SPECIMENS if "good" in said[one]))
    for one in SPECIMENS:
        if said[one] != colours(one):
            return wrong(
                one, right=right, cells=len(SPECIMENS) * len(CHANGES), said=_words(said[one])
            )
    return correct(cells=right)


def colour_map(lab: Lab, red: object) -> tuple[Figure, dict[str, object]]:
    """Draw what the runs did, as far as it was predicted; returns the figure and the facts of its text twin."""
    from checker.workbook.pictures.tile_map import Words, tile_map

    states = {"failure": "red", "success": "green", "skipped": "none", "": "unknown"}
    meanings = {state: lab.text(f"map_{name}") for state, name in states.items()}
    tiles, facts = colour_tiles(red)
    return tile_map(tiles, Words(lab.text("map_title"), meanings, lab.text("map_surprise"))), facts


def colour_tiles(red: object) -> tuple[Tiles, dict[str, object]]:
    """Return the tiles of that map, and the facts."""
    from checker.workbook.pictures.tile_map import Tiles

    try:
        said = predictions(red)
    except ValueError:
        said = {}
    states = {
        (one, change): _STATES[truth()[one][change]]
        for one in SPECIMENS
        if one in said
        for change in CHANGES
    }
    surprises = frozenset(
        (one, change) for one, change in states if (change in said[one]) != (change in colours(one))
    )
    tiles = Tiles(SPECIMENS, tuple(CHANGES), states, surprises)
    counts = tiles.counts
    return tiles, {
        "cells": len(SPECIMENS) * len(CHANGES),
        "predicted": len(states),
        "right": len(states) - len(surprises),
        "red": counts["failure"],
        "green": counts["success"],
        "none": counts["skipped"],
        "surprises": len(surprises),
    }


@exercise("q2")
def three_are_repaired(at: Attempt) -> Outcome:
    """Judge by the grader's own reading whether each gate of the repaired pipeline can stop a pull request."""
    folder = at.lab.scratch("tired")
    text = read(folder, CI)
    given = (specimens.FOLDER.parent / "tired.yml").read_text(encoding="utf-8")
    files = Tree(folder)
    if not files.names(".github/workflows") or text.split() == given.split():
        return unattempted()
    found = weaknesses(files)
    return _weak(found[0]) if found else correct()


@exercise("q3")
def own_pipeline_survives(at: Attempt, expected: object, proof: object) -> Outcome:
    """Judge the student's own pipeline by what it really did with each fault, and the prediction by the red steps."""
    from checker.prove import Proof

    if _is_nothing(expected):
        return unattempted()
    if not isinstance(expected, Mapping) or not all(isinstance(one, str) for one in expected):
        return wrong("no_table", kind=type(expected).__name__)
    if odd := [one for one in expected if one not in GAUNTLET]:
        return wrong("unknown_fault", fault=odd[0], known=", ".join(GAUNTLET))
    if missing := [one for one in GAUNTLET if one not in expected]:
        return wrong("too_few", missing=", ".join(missing))
    if proof is None and not at.lab.has("act"):
        weak = weaknesses(Tree(at.lab.homework))
        return _weak(weak[0]) if weak else skipped("no_act")
    if not isinstance(proof, Proof):
        return wrong("no_proof")
    if not proof.ran:
        return wrong("nothing_runs")
    if proof.baseline:
        return wrong("red_already", steps=", ".join(proof.baseline))
    outcomes = {one.fault.id: one for one in proof.outcomes if one.path}
    if missing := [one for one in GAUNTLET if one not in outcomes]:
        return wrong("not_planted", missing=", ".join(missing))
    for id, one in outcomes.items():
        if one.unfinished:
            return wrong("cut_off", fault=id)
        if not one.caught:
            return wrong(
                "got_through",
                fault=id,
                gate=one.fault.gate,
                file=one.path,
                line=one.line,
            )
    for id in GAUNTLET:
        if not _names(expected[id], outcomes[id].caught):
            return wrong(
                "surprise",
                fault=id,
                said=_said(expected[id]),
                really=", ".join(outcomes[id].caught),
            )
    return correct(faults=len(outcomes))


@exercise("q4")
def nothing_is_given_away(at: Attempt) -> Outcome:
    """Judge the mended workflow: five holes by their own rules, then whatever else zizmor finds."""
    folder = at.lab.scratch("image")
    text = read(folder, IMAGE)
    given = specimens.FOLDER.parent / "image"
    if not text or text.split() == (given / IMAGE).read_text(encoding="utf-8").split():
        return unattempted()
    if MOVED in text:
        return wrong("moved_pin")
    found = holes(text)
    if found:
        return wrong(found[0].name, line=found[0].line, what=found[0].what, left=len(found))
    told = audit(text, given / ".github" / "zizmor.yml")
    if told is None:
        return skipped("no_zizmor")
    if told:
        return wrong(
            "zizmor", audit=told[0].audit, line=told[0].line, what=told[0].what, left=len(told)
        )
    return correct()


@exercise("q5")
def the_pin_is_the_commit(at: Attempt, uses: object) -> Outcome:
    """Judge whether `uses` names the commit of the release, in full."""
    if _is_nothing(uses):
        return unattempted()
    text = _said(uses).strip().removeprefix("- ").removeprefix("uses:").strip().strip("\"'")
    line, _, comment = text.partition("#")
    action, at_sign, ref = line.strip().partition("@")
    ref = ref.strip().lower()
    if not at_sign or action.strip().lower() != STAMP:
        return wrong("other_action", said=text, wanted=STAMP)
    for reason, commit in (
        ("tag_object", TAG_OBJECT),
        ("moved", MOVED),
        ("first_release", FIRST_RELEASE),
    ):
        if ref == commit:
            return wrong(reason)
    if ref == RELEASE:
        return correct(note=at.lab.text("commented" if comment.strip() else "uncommented"))
    if re.fullmatch(r"[0-9a-f]{4,39}", ref) and RELEASE.startswith(ref):
        return wrong("short", digits=len(ref))
    if re.fullmatch(r"[0-9a-f]{40}", ref):
        return wrong("no_such_commit", ref=ref)
    return wrong("can_move", ref=ref)


@exercise("q6")
def the_first_error_is_found(at: Attempt, line: object) -> Outcome:
    """Judge whether a line of the log is the first that tells of the cause."""
    if _is_nothing(line):
        return unattempted()
    lines = _LOG.read_text(encoding="utf-8").splitlines()
    if isinstance(line, bool) or not re.fullmatch(r"\s*-?\d{1,9}\s*", _said(line)):
        return wrong("no_number", said=_said(line))
    number = int(_said(line))
    if not 0 < number <= len(lines):
        return wrong("outside", number=number, lines=len(lines))
    said = lines[number - 1]
    where = {"number": number, "said": said.strip()[:100] or "·"}
    first = next(place for place, one in enumerate(lines, 1) if one.startswith("tar: "))
    if said.startswith("tar: "):
        return correct(number=first)
    if first - 5 < number < first:
        return wrong("announced", **where)
    if "PASSED" in said or "no syntax error" in said:
        return wrong("only_a_word", **where)
    if "exit code" in said or said.startswith("====="):
        return wrong("last_word", **where)
    if number > first:
        return wrong("consequence", **where)
    return wrong("not_an_error", **where)


def _weak(one: Weakness) -> Outcome:
    facts = {"gate": one.gate, "what": one.what, "file": one.file, "line": one.line}
    return wrong(one.why, **facts)


def _names(said: object, caught: tuple[str, ...]) -> bool:
    """Say whether somebody names a step that failed: by its name or command, with or without its job."""
    wanted = _plain(_said(said))
    really = [_plain(one) for one in caught] + [_plain(one.partition(": ")[2]) for one in caught]
    return bool(wanted) and any(wanted == one for one in really)


def _plain(step: str) -> str:
    return " ".join(step.casefold().split()).removeprefix("run ").replace(": run ", ": ")


def _is_nothing(answer: object) -> bool:
    """Say whether an answer is the starter's empty one; no method of a student's own object is asked."""
    return answer is None or (type(answer) in {str, dict, list, tuple, set, int} and not answer)


def _said(value: object) -> str:
    """Return a text or number as it was written, and of anything else only its kind."""
    if isinstance(value, str):
        return str.__str__(value)[:1000]
    return str(value) if type(value) in {int, float} else f"({type(value).__name__})"


def _words(changes: frozenset[str]) -> str:
    return ", ".join(one for one in CHANGES if one in changes) or "–"

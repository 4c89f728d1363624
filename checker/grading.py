"""Evidence into a grade: each criterion judged, points counted, gaps named."""

from __future__ import annotations

from dataclasses import dataclass

from checker import __version__
from checker.evidence import Evidence
from checker.rubric.criterion import Criterion
from checker.rubric.notices import Notice, notices
from checker.rubric.scheme import TITLES, Rubric
from checker.rubric.verdict import Outcome, Seen, Verdict
from checker.services.repository import Repository
from checker.target import Target

SCHEMA_VERSION = 1
"""Raised when a field of `Grade.as_json` changes its meaning or disappears."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_OPEN = (Outcome.UNKNOWN, Outcome.PENDING)


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion with its verdict."""

    criterion: Criterion
    verdict: Verdict

    @property
    def points(self) -> float:
        """Points earned."""
        return self.criterion.points if self.verdict.outcome is Outcome.MET else 0


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the homework: its criteria, judged."""

    id: str
    title: str
    lines: tuple[Line, ...]

    @property
    def points(self) -> float:
        """Points earned."""
        return sum(line.points for line in self.lines)

    @property
    def of(self) -> float:
        """Points that can be earned."""
        return sum(line.criterion.points for line in self.lines)


@dataclass(frozen=True, slots=True)
class Gap:
    """Why some criteria could not be graded."""

    reason: str
    ids: tuple[str, ...]
    points: float


@dataclass(frozen=True)
class Grade:
    """What one repository earned, and all that a report says about it."""

    name: str
    ref: str
    """The branch that was graded; empty for a folder's working tree."""
    chosen: str
    """Why that branch, in one sentence; empty when it was asked for."""
    default_branches: tuple[str, ...]
    items: tuple[Item, ...]
    notices: tuple[Notice, ...]
    rubric: Rubric
    page: str = ""
    """The repository's address for people; empty for a folder."""
    commit: str = ""
    """The commit that was graded; empty for a folder's working tree."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """All criteria with their verdicts, in the rubric's order."""
        return tuple(line for item in self.items for line in item.lines)

    @property
    def points(self) -> float:
        """Points earned."""
        return sum(line.points for line in self.lines)

    @property
    def of(self) -> float:
        """Points that can be earned."""
        return self.rubric.of

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be graded, a gap for each reason."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            if line.verdict.outcome in _OPEN:
                found.setdefault(line.verdict.reason, []).append(line)
        return tuple(
            Gap(
                reason,
                tuple(line.criterion.id for line in lines),
                sum(line.criterion.points for line in lines),
            )
            for reason, lines in found.items()
        )

    @property
    def not_graded(self) -> float:
        """Points that could not be graded."""
        return sum(gap.points for gap in self.gaps)

    @property
    def unmet(self) -> tuple[Line, ...]:
        """The criteria that are not met."""
        return tuple(line for line in self.lines if line.verdict.outcome is Outcome.NOT_MET)

    @property
    def outcome(self) -> Outcome:
        """Not met when anything is not met; else unknown when anything is open; else met."""
        if self.unmet:
            return Outcome.NOT_MET
        return Outcome.UNKNOWN if self.gaps else Outcome.MET

    @property
    def summary(self) -> str:
        """The grade in one line: `22 of 30; 3 could not be graded: a folder shows no runs`."""
        text = f"{number(self.points)} of {number(self.of)}"
        if self.gaps:
            reasons = "; ".join(gap.reason for gap in self.gaps)
            text += f"; {number(self.not_graded)} could not be graded: {reasons}"
        return text

    def as_json(self) -> dict[str, Json]:
        """Return the grade as plain JSON."""
        return {
            "schema_version": SCHEMA_VERSION,
            "checker": __version__,
            "repository": self.name,
            "url": self.page,
            "ref": self.ref,
            "commit": self.commit,
            "chosen": self.chosen,
            "default_branches": list(self.default_branches),
            "outcome": self.outcome.value,
            "points": whole(self.points),
            "of": whole(self.of),
            "not_graded": whole(self.not_graded),
            "summary": self.summary,
            "gaps": [
                {"reason": gap.reason, "criteria": list(gap.ids), "points": whole(gap.points)}
                for gap in self.gaps
            ],
            "notices": [
                {"text": one.text, "advice": one.advice, "seen": [_seen(seen) for seen in one.seen]}
                for one in self.notices
            ],
            "items": [_item(item) for item in self.items],
        }


def grade(target: Target, rubric: Rubric, **given: object) -> Grade:
    """Judge a target by a rubric. Raises ValueError when there is no such folder or branch.

    `given` is evidence that is already there and need not be made.
    """
    evidence = Evidence(target, **{"accepted": rubric.accepted, **given})
    repository = evidence.call(_repository)
    items: dict[str, list[Line]] = {}
    for criterion in rubric.criteria:
        line = Line(criterion, criterion.judge(evidence))
        items.setdefault(criterion.item, []).append(line)
    return Grade(
        repository.name,
        repository.ref,
        repository.chosen,
        repository.default_branches,
        tuple(Item(id, TITLES.get(id, id), tuple(lines)) for id, lines in items.items()),
        evidence.call(notices),
        rubric,
    )


def number(points: float) -> str:
    """Return points as a person writes them: `3`, `2.5`."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def whole(points: float) -> float:
    """Return points as an integer where they are one."""
    return int(points) if points == int(points) else round(points, 6)


def _repository(repository: Repository) -> Repository:
    return repository


def _item(item: Item) -> dict[str, Json]:
    return {
        "id": item.id,
        "title": item.title,
        "points": whole(item.points),
        "of": whole(item.of),
        "criteria": [_line(line) for line in item.lines],
    }


def _line(line: Line) -> dict[str, Json]:
    verdict = line.verdict
    return {
        "id": line.criterion.id,
        "statement": line.criterion.statement,
        "outcome": verdict.outcome.value,
        "points": whole(line.points),
        "of": whole(line.criterion.points),
        "reason": verdict.reason,
        "seen": [_seen(seen) for seen in verdict.seen],
        "notes": list(verdict.notes),
        "advice": line.criterion.advice if verdict.outcome is Outcome.NOT_MET else "",
    }


def _seen(seen: Seen) -> dict[str, Json]:
    return {"text": seen.text, "file": seen.file, "line": seen.line, "url": seen.url}

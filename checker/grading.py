"""Evidence into a grade: each criterion judged, points counted, gaps named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from checker import __version__
from checker.chain import HandedIn, Moments
from checker.evidence import Evidence, Unavailable
from checker.http import Http
from checker.rubric.criterion import Criterion
from checker.rubric.flags import flags_of
from checker.rubric.lateness import IN_TIME, Lateness, lateness
from checker.rubric.notices import Notice, notices
from checker.rubric.scheme import TITLES, Rubric
from checker.rubric.verdict import Outcome, Seen, Verdict
from checker.services.github.model import Project
from checker.services.repository import Folder, Repository
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
    at: datetime | None = None
    """When its evidence came to be; None when that is not known."""
    lateness: Lateness = IN_TIME

    @property
    def points(self) -> float:
        """Points earned, less for evidence that came late."""
        met = self.verdict.outcome is Outcome.MET
        return self.criterion.points * self.lateness.share if met else 0

    @property
    def late(self) -> str:
        """`late by 1 min: 50 %`; empty for what is in time and for what earns nothing anyway."""
        return self.lateness.late if self.verdict.outcome is Outcome.MET else ""


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
    def counted(self) -> tuple[Line, ...]:
        """The lines that make the points and the outcome: all but those of a bonus, unless there are no others."""
        return tuple(line for line in self.lines if not line.criterion.bonus) or self.lines

    @property
    def points(self) -> float:
        """Points earned, without those of a bonus."""
        return sum(line.points for line in self.lines if not line.criterion.bonus)

    @property
    def of(self) -> float:
        """Points that can be earned, without those of a bonus."""
        return self.rubric.of

    @property
    def bonus(self) -> float:
        """Points earned on top."""
        return sum(line.points for line in self.lines if line.criterion.bonus)

    @property
    def score(self) -> str:
        """The points: `22 of 30`, `30 of 30 + 3`."""
        more = f" + {number(self.bonus)}" if self.bonus else ""
        return f"{number(self.points)} of {number(self.of)}{more}"

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be graded, a gap for each reason; of a bonus its own line says why."""
        found: dict[str, list[Line]] = {}
        for line in self.counted:
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
        if any(line in self.counted for line in self.unmet):
            return Outcome.NOT_MET
        return Outcome.UNKNOWN if self.gaps else Outcome.MET

    @property
    def summary(self) -> str:
        """The grade in one line: `22 of 30; 3 could not be graded: a folder shows no runs`."""
        text = self.score
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
            "bonus": whole(self.bonus),
            "not_graded": whole(self.not_graded),
            "summary": self.summary,
            "gaps": [
                {"reason": gap.reason, "criteria": list(gap.ids), "points": whole(gap.points)}
                for gap in self.gaps
            ],
            "notices": [
                {
                    "text": one.text,
                    "advice": one.advice,
                    "flag": one.is_flag,
                    "seen": [_seen(seen) for seen in one.seen],
                }
                for one in self.notices
            ],
            "items": [_item(item) for item in self.items],
        }


def grade(
    target: Target,
    rubric: Rubric,
    *,
    http: Http | None = None,
    as_of: datetime | None = None,
    **given: object,
) -> Grade:
    """Judge a target by a rubric. Raises ValueError when there is no such folder, repository or branch.

    `http` is the door to the services, which a repository needs and a folder does not; `as_of` passes over whatever
    came later; `given` is evidence that is already there and need not be made. What comes on top is judged when the
    door knows of an MLflow server.
    """
    if as_of is not None and (target.folder or as_of.tzinfo is None):
        what = (
            "a folder does not tell what it held earlier" if target.folder else "it has no offset"
        )
        raise ValueError(f"it cannot be graded as of {as_of.isoformat()}: {what}")
    if "tracked" not in given and (http is None or not http.addresses.mlflow):
        rubric = _without_bonus(rubric)
    moments = Moments(as_of, tuple(deadline.at for deadline in rubric.deadlines))
    known: dict[str, object] = {"accepted": rubric.accepted, "moments": moments, **given}
    evidence = Evidence(target, **(known if http is None else {**known, "http": http}))
    asked = [criterion.function for criterion in rubric.criteria]
    hints = (notices, *flags_of(asked))
    if http is not None:
        dated = (_handed_in,) if rubric.deadlines else ()
        evidence.gather([*asked, *hints, *dated, _repository, _project])
    handed_in = evidence.call(_handed_in).at if rubric.deadlines else None
    items: dict[str, list[Line]] = {}
    for criterion in rubric.criteria:
        verdict = criterion.judge(evidence)
        at = handed_in if criterion.level == "configured" else verdict.at
        line = Line(criterion, verdict, at, lateness(at, rubric.deadlines))
        items.setdefault(criterion.item, []).append(line)
    found = tuple(Item(id, TITLES.get(id, id), tuple(lines)) for id, lines in items.items())
    repository = evidence.call(_repository)
    project = evidence.call(_project)
    return Grade(
        repository.name,
        repository.ref,
        repository.chosen,
        repository.default_branches,
        found,
        (*_notices(evidence, hints), *_about_deadlines(found, rubric)),
        rubric,
        project.url if project else "",
        project.head if project else "",
    )


def _without_bonus(rubric: Rubric) -> Rubric:
    """Return the rubric without what only an MLflow server can show. Raises ValueError when nothing is left."""
    left = rubric.without_bonus
    if rubric.criteria and not left.criteria:
        ids = ", ".join(one.id for one in rubric.criteria)
        raise ValueError(f"{ids}: no MLflow server was named; name it with --mlflow URL")
    return left


def _notices(
    evidence: Evidence, hints: Iterable[Callable[..., tuple[Notice, ...]]]
) -> Iterator[Notice]:
    """Return what to know about the repository as a whole, as far as its evidence can be had."""
    for function in hints:
        with suppress(Unavailable):
            yield from evidence.call(function)


def _about_deadlines(items: tuple[Item, ...], rubric: Rubric) -> Iterator[Notice]:
    """Return which evidence is newer than a deadline, and of which nobody knows how old it is."""
    met = [line for item in items for line in item.lines if line.verdict.outcome is Outcome.MET]
    if late := [line.criterion.id for line in met if line.late]:
        yield Notice(
            f"Evidence of {', '.join(late)} is newer than the deadline.",
            "Each line says by how much, and what share of its points remains.",
            is_flag=True,
        )
    timeless = [line.criterion.id for line in met if line.at is None and line.criterion.points]
    if rubric.deadlines and timeless:
        yield Notice(
            f"No deadline is applied to {', '.join(timeless)}.",
            "When their evidence came to be is not known, and nobody is late by a guess.",
        )


def number(points: float) -> str:
    """Return points as a person writes them: `3`, `2.5`."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def whole(points: float) -> float:
    """Return points as an integer where they are one."""
    return int(points) if points == int(points) else round(points, 6)


def _repository(target: Target, repository: Repository | Unavailable) -> Repository:
    """Return what is graded; its name alone when it could not be had."""
    if isinstance(repository, Unavailable):
        return Repository(target.repository or target.folder, Folder({}), (), target.ref)
    return repository


def _project(project: Project | Unavailable) -> Project | None:
    return None if isinstance(project, Unavailable) else project


def _handed_in(handed_in: HandedIn) -> HandedIn:
    return handed_in


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
        "level": line.criterion.level,
        "statement": line.criterion.statement,
        "outcome": verdict.outcome.value,
        "points": whole(line.points),
        "of": whole(line.criterion.points),
        "bonus": line.criterion.bonus,
        "at": line.at.isoformat() if line.at else None,
        "late": line.late,
        "share": whole(line.lateness.share),
        "reason": verdict.reason,
        "seen": [_seen(seen) for seen in verdict.seen],
        "notes": list(verdict.notes),
        "advice": line.criterion.advice if verdict.outcome is Outcome.NOT_MET else "",
    }


def _seen(seen: Seen) -> dict[str, Json]:
    return {"text": seen.text, "file": seen.file, "line": seen.line, "url": seen.url}

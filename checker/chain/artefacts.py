"""What came out into the world: releases and image tags, each with the run it came from where that can be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from checker.chain.executions import Execution
from checker.chain.times import SKEW, VISIBLE


@dataclass(frozen=True, slots=True)
class Artefact:
    """A release on an index, or a tag of an image."""

    name: str
    """`homework 1.2.3`, `me/homework:1.2.3`."""
    url: str
    run: str = ""
    """Address of the run it came from; empty when it came from none that is known."""
    event: str = ""
    """What started that run, by the names of `checker.actions.events`; empty when nobody can tell."""
    by: str = ""
    """How the run is known, in words: `its provenance names the run`."""
    at: datetime | None = None
    """When it arrived, by the index's or registry's clock."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A library on one index, or an image in one registry, and whether it is this repository's."""

    name: str
    place: str
    """`PyPI`, `TestPyPI`, `Docker Hub`."""
    url: str
    artefacts: tuple[Artefact, ...] = ()
    """Newest first; nothing ever arrived where there are none."""
    tie: str = ""
    """What ties it to the repository, in words; empty when nothing but its name does."""
    foreign: str = ""
    """Why it is somebody else's, in words; empty when nothing says so."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that a step has just sent and that nobody can see yet."""

    reason: str
    url: str


def within(execution: Execution, moment: datetime | None) -> bool:
    """Say whether a moment lies inside a step's time, give or take what clocks may differ."""
    if moment is None or execution.started is None or execution.ended is None:
        return False
    return execution.started - SKEW <= moment <= execution.ended + SKEW


def nearest(executions: Iterable[Execution], moment: datetime | None) -> Execution | None:
    """Return the step that a moment lies inside, successful ones first, then the one that ended closest to it."""
    found = [one for one in executions if within(one, moment)]
    if moment is None:
        return None
    return min(
        found, key=lambda one: (one.conclusion != "success", _apart(one, moment)), default=None
    )


def awaited(
    executions: Iterable[Execution], now: datetime | None, what: str, place: str
) -> Awaited | None:
    """Return the step that sends something now, or did so recently that it need not be visible; else None."""
    for one in executions:
        if not one.conclusion:
            return Awaited(
                f"{what} is not on {place} yet, and the step that sends it has not ended",
                one.address,
            )
        if (
            one.conclusion == "success"
            and one.ended
            and now
            and one.ended <= now < one.ended + VISIBLE
        ):
            minutes = max(1, int((now - one.ended) / timedelta(minutes=1)))
            ago = f"{minutes} minute{'s' if minutes > 1 else ''} ago"
            return Awaited(
                f"{what} is not on {place} yet, and the step that sent it ended {ago}", one.address
            )
    return None


def by_time(execution: Execution) -> str:
    """Return in words how a run is known by the time alone."""
    return f"it arrived while `{execution.step or execution.tool}` of the run was running"


def _apart(execution: Execution, moment: datetime) -> timedelta:
    return abs(moment - execution.ended) if execution.ended else timedelta.max

"""How verdicts choose among activities and quote them: the best one, its place, its conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from checker.actions.activity import Activities, Activity, Kind, Missed
from checker.actions.workflows import Workflows
from checker.rubric.verdict import Seen, Verdict, not_met, unknown

CHANGE = ("push", "branch-push", "pull-request", "merge")
"""The events on which code changes."""
PROPOSAL = ("pull-request", "merge")
"""A pull request to the default branch, opened or merged."""
TAG = ("tag",)

_TITLES = {
    "push": "a push to the default branch",
    "branch-push": "a push to another branch",
    "pull-request": "a pull request",
    "merge": "a merged pull request",
    "tag": "a pushed tag",
    "release": "a release",
    "manual": "a manual start",
    "schedule": "a schedule",
}


def title(event: str) -> str:
    """Return an event as words: `a pushed tag`."""
    return _TITLES.get(event, event)


def events_of(activity: Activity, events: Iterable[str] = tuple(_TITLES)) -> str:
    """Return those of the events on which an activity may run, as words."""
    on = [event for event in events if activity.on(event)]
    words = []
    if {"push", "branch-push"} <= set(on):
        words = ["every push and pull request" if "pull-request" in on else "every push"]
        on = [event for event in on if event not in CHANGE]
    elif "push" in on and "merge" in on:  # the push that a merge causes
        on.remove("merge")
    return _listed([*words, *map(title, on)])


def running(activities: Iterable[Activity], *events: str) -> tuple[Activity, ...]:
    """Return the activities that may run on one of the events, the best evidence first.

    Certain before conditional, one that can fail before a masked one, more events before fewer.
    """

    def rank(activity: Activity) -> tuple[bool, bool, int]:
        return (
            activity.on(*events).value != "yes",
            bool(activity.masked),
            -sum(bool(activity.on(event)) for event in events),
        )

    return tuple(sorted((one for one in activities if one.on(*events)), key=rank))


def quote(*activities: Activity) -> tuple[Seen, ...]:
    """Return the lines that show the activities."""
    return tuple(
        dict.fromkeys(Seen(one.seen, one.place.file, one.place.line) for one in activities)
    )


def name(activity: Activity) -> str:
    """Return the tool, and the command a person wrote when that is another."""
    outer = activity.via[0] if len(activity.via) > 1 else ""
    return f"{activity.tool} (through {outer})" if outer else activity.tool


def more(activities: tuple[Activity, ...]) -> str:
    """Return a hint at the other places that do the same; empty when there are none."""
    others = len({(one.place.file, one.place.line) for one in activities}) - 1
    if others < 1:
        return ""
    return f" (and in {others} more place{'s' if others > 1 else ''})"


def remarks(activity: Activity, *events: str) -> tuple[str, ...]:
    """Return what to know about an activity: on what it depends, and the catalogue's notes."""
    answer = activity.on(*events)
    condition = f"it depends on {answer.why}" if answer.value == "depends" else ""
    return tuple(dict.fromkeys(note for note in (condition, *activity.notes) if note))


def absent(
    kind: Kind,
    nothing: str,
    events: tuple[str, ...],
    activities: Activities,
    workflows: Workflows,
    counts: Callable[[Activity], bool] = lambda _: True,
) -> Verdict:
    """Return why something is not met: it runs on other events, only looks so, or is not there.

    `nothing` says in words what nothing does: `no step runs a linter`.
    """
    elsewhere = [one for one in activities.of(kind) if counts(one)]
    if elsewhere:
        return _never(elsewhere, events)
    missed = [one for one in activities.missed if one.near.kind == kind]
    if missed:
        return not_met(f"{nothing}: {missed[0].near.why}", _places(missed))
    return none(nothing, activities, workflows)


def none(nothing: str, activities: Activities, workflows: Workflows) -> Verdict:
    """Return that nothing does it; unknown where what nobody can read may do it.

    That is a workflow of another repository, or what is too much to be followed.
    """
    called = [one for one in activities.unread if not one.uses or "/.github/workflows/" in one.uses]
    if called:
        seen = tuple(
            Seen(f"uses: {one.uses}" if one.uses else "", one.place.file, one.place.line)
            for one in called
        )
        return unknown(f"{nothing} as far as can be read, but {called[0].why}", seen[:3])
    notes = tuple(dict.fromkeys(one.why for one in activities.unread))
    return not_met(nothing + _unread(workflows), (), notes[:3])


def _never(elsewhere: list[Activity], events: tuple[str, ...]) -> Verdict:
    best = max(elsewhere, key=lambda one: sum(map(bool, one.events.values())))
    why = best.on(*events).why
    when = events_of(best)
    wanted = "when code changes" if events == CHANGE else f"on {_listed(map(title, events), 'or')}"
    reason = f"{name(best)} runs on {when}, not {wanted}" if when else f"{name(best)} never runs"
    return not_met(f"{reason}: {why}" if why else reason, quote(best))


def _unread(workflows: Workflows) -> str:
    """Return a hint at files that look like workflows and that GitHub does not run; else nothing."""
    if broken := [workflow for workflow in workflows.all if workflow.errors]:
        return f" ({broken[0].path} is not valid, so GitHub does not run it)"
    if workflows.stray and not workflows.all:
        return f" ({workflows.stray[0].path} lies where GitHub never looks)"
    return ""


def _places(missed: Iterable[Missed]) -> tuple[Seen, ...]:
    return tuple(dict.fromkeys(Seen(one.seen, one.place.file, one.place.line) for one in missed))[
        :3
    ]


def _listed(words: Iterable[str], conjunction: str = "and") -> str:
    *start, last = [*words] or [""]
    return f"{', '.join(start)} {conjunction} {last}" if start else last

"""How verdicts judge what ran: the step that decides, what its success is worth, and why nobody can tell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from checker.actions.activity import Kind
from checker.chain import Artefact, Execution, Executions, Moments
from checker.evidence import Unavailable
from checker.rubric.findings import title
from checker.rubric.verdict import Seen, Verdict, met, not_met, pending, unknown


def shown(execution: Execution) -> Seen:
    """Return a step as something that was seen: its name, how it ended, and the page that shows it."""
    name = execution.step or execution.kind
    return Seen(f"{name}: {execution.conclusion or 'not ended'}", url=execution.address)


def success_notes(execution: Execution) -> tuple[str, ...]:
    """Return what to know about a step that succeeded: what of its success is in doubt, and of its event."""
    doubt = f"its success proves little: {execution.doubt}" if execution.doubt else ""
    return tuple(note for note in (doubt, execution.remark) if note)


def latest(*moments: datetime | None) -> datetime | None:
    """Return the latest of some moments; None when one of them is not known."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) and known else None


def unproven(kind: Kind, events: Collection[str], executions: Executions) -> Verdict | None:
    """Return why nobody can tell that no run did something; None when it is certain."""
    for one in executions.unseen:
        if (kind in one.kinds or not one.kinds) and (one.event in events or not one.event):
            return unknown(f"a run may have done it, and {one.why}", (Seen("run", url=one.run),))
    gap = executions.gaps.get(kind)
    return unknown(f"no run with such a step is seen, and {gap}") if gap else None


def ran(
    kind: Kind,
    step: str,
    events: Collection[str],
    wanted: str,
    history: Executions | Unavailable,
    accepts: Callable[[Execution], bool],
    delivered: Iterable[Artefact],
    moments: Moments,
    *,
    awaits: bool,
) -> Verdict:
    """Judge whether a step of a kind succeeded in a run on one of some events.

    `step` and `wanted` are words for reasons: `publishing`, `a pull request to master`. What came out (`delivered`)
    proves a success that something may swallow; `awaits` says that it may not be visible yet.
    """
    came = [one for one in delivered if one.run and one.event in events]
    if isinstance(history, Unavailable):
        return _by_what_came(came, moments) or unknown(str(history))
    all_of = [one for one in history.of(kind) if accepts(one)]
    found = [one for one in all_of if one.event in events]
    good = [one for one in found if one.conclusion == "success"]
    proven = [one for one in good if not one.doubt or _made(one, came)]
    if proven:
        best = moments.best(proven)
        return met(f"the {step} step succeeded", (shown(best),), success_notes(best), best.ended)
    if proof := _by_what_came(came, moments):
        return proof
    if good:
        reason = f"the {step} step ended as success, which proves nothing: {good[0].doubt}"
        judge = pending if awaits else unknown
        return judge(reason, (shown(good[0]),))
    if running := [one for one in found if not one.conclusion]:
        return pending(f"the {step} step has not ended", (shown(running[0]),))
    if found:
        worst = min(found, key=lambda one: one.conclusion == "skipped")
        how = "was skipped" if worst.conclusion == "skipped" else f"ended as {worst.conclusion}"
        remark = f"; {worst.remark}" if worst.remark else ""
        return not_met(f"the {step} step {how}{remark}", (shown(worst),))
    if open_ := unproven(kind, events, history):
        return open_
    if not all_of:
        return not_met(f"no run for {wanted} has a {step} step")
    other = min(all_of, key=lambda one: one.conclusion != "success")
    if not other.event:
        why = other.remark or "the event that started its run is not known"
        return unknown(f"whether {wanted} started the run cannot be told: {why}", (shown(other),))
    on = "a push to the default branch with no pull request behind it"
    on = on if other.event == "push" else title(other.event)
    reason = f"no run for {wanted} has a {step} step; one ran on {on}"
    return not_met(reason, (shown(other),))


def _by_what_came(came: list[Artefact], moments: Moments) -> Verdict | None:
    """Return that a run did it whose work is there; None when there is none."""
    if not came:
        return None
    made = moments.best(came)
    seen = (Seen(made.name, url=made.url), Seen("its run", url=made.run))
    return met(f"{made.name} came from such a run: {made.by}", seen, made.notes, made.at)


def _made(execution: Execution, artefacts: Iterable[Artefact]) -> bool:
    return any(_run(one.run) == _run(execution.run) for one in artefacts)


def _run(address: str) -> str:
    """Return the address of a run without its attempt."""
    return address.partition("/attempts/")[0]

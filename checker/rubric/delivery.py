"""How verdicts judge what came out: that it is there, that it is the student's, and which run it came from."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from checker.chain import Artefact, Awaited, Listing, Moments
from checker.evidence import Unavailable
from checker.rubric.findings import title
from checker.rubric.verdict import Seen, Verdict, met, not_met, pending, unknown


def arrived(
    listings: Iterable[Listing],
    gaps: Collection[Unavailable],
    awaited: Awaited | None,
    moments: Moments,
    absent: Verdict,
    remedy: str,
) -> Verdict:
    """Judge whether something is there and the student's own: best evidence first.

    `absent` is the verdict when nothing is there for certain, `remedy` what ties it to the repository from now on.
    """
    there = [one for one in listings if one.artefacts]
    if tied := [one for one in there if one.tie]:
        candidates = [(one, artefact) for one in tied for artefact in one.artefacts]
        best = moments.best([artefact for _, artefact in candidates])
        home = next(one for one, artefact in candidates if artefact is best)
        reason = f"{best.name} is on {home.place}: {home.tie}"
        return met(reason, (Seen(best.name, url=best.url),), (*best.notes, *home.notes), best.at)
    if gaps:
        return unknown(str(next(iter(gaps))))
    if awaited:
        return pending(awaited.reason, (Seen("the step", url=awaited.url),))
    if loose := [one for one in there if not one.foreign]:
        one = loose[0]
        reason = (
            f"{one.name} is on {one.place}, and nothing but its name ties it to this repository"
        )
        seen = (Seen(one.artefacts[0].name, url=one.artefacts[0].url),)
        return unknown(f"{reason}; {remedy}", seen)
    if there:
        one = there[0]
        reason = f"{one.name} on {one.place} is somebody else's: {one.foreign}"
        return not_met(reason, (Seen(one.name, url=one.url),))
    return absent


def came_from(
    listings: Iterable[Listing],
    events: Collection[str],
    wanted: str,
    gaps: Collection[Unavailable],
    awaited: Awaited | None,
    moments: Moments,
    unseen: str,
    absent: Verdict,
) -> Verdict:
    """Judge whether something that is there came from a run on one of some events.

    `wanted` is words for the events, `unseen` why there may be runs that nobody can see; empty when there are none.
    """
    there = [artefact for one in listings if not one.foreign for artefact in one.artefacts]
    if made := [one for one in there if one.run and one.event in events]:
        best = moments.best(made)
        seen = (Seen(best.name, url=best.url), Seen("its run", url=best.run))
        return met(
            f"{best.name} came from a run for {wanted}: {best.by}", seen, best.notes, best.at
        )
    if gaps:
        return unknown(str(next(iter(gaps))))
    if awaited:
        return pending(awaited.reason, (Seen("the step", url=awaited.url),))
    if not there:
        return absent
    return _otherwise(there, wanted, unseen)


def _otherwise(there: list[Artefact], wanted: str, unseen: str) -> Verdict:
    """Return where things came from instead, as far as anybody can tell."""
    known = [one for one in there if one.run]
    if known:
        one = next((one for one in known if not one.event), known[0])
        seen = (Seen(one.name, url=one.url), Seen("its run", url=one.run))
        if not one.event:
            return unknown(f"{one.name} came from a run, and what started it cannot be told", seen)
        return not_met(f"{one.name} came from a run on {title(one.event)}, not for {wanted}", seen)
    one = there[0]
    place = (Seen(one.name, url=one.url),)
    if unseen:
        return unknown(f"which run {one.name} came from cannot be seen: {unseen}", place)
    if not one.at:
        return unknown(f"when {one.name} arrived is not told, so no run can be matched", place)
    when = f"{one.at:%Y-%m-%d %H:%M} UTC"
    return not_met(f"{one.name} arrived at {when}, and no such run was publishing then", place)

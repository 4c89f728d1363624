"""Credentials written into files, taken out of everything that may be printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from checker.actions.activity import Activities, Activity, Missed, Place, Unread
from checker.actions.command import has_hole

Clean = Callable[[str], str]


def is_literal(credential: str) -> bool:
    """Say whether a credential stands in the file itself: given, and no part of it is unknown."""
    return bool(credential) and not has_hole(credential)


def shortened(credential: str) -> str:
    """Return as much of a credential as its owner needs to find it: three characters."""
    kept = credential.removesuffix("…")[:3]
    return f"{kept}…" if len(credential) > 3 else "…"


def redacted(activities: Activities) -> Activities:
    """Return the same activities with each literal credential shortened wherever it is quoted."""
    written = {item.credential for item in activities.found if is_literal(item.credential)}
    secrets = {credential for credential in written if shortened(credential) != credential}
    if not secrets:
        return activities
    pattern = _pattern(secrets)

    def clean(text: str) -> str:
        return pattern.sub(lambda match: shortened(match[0]), text)

    return Activities(
        tuple(_activity(activity, clean) for activity in activities.found),
        tuple(_missed(missed, clean) for missed in activities.missed),
        tuple(
            Unread(clean(one.uses), _place(one.place, clean), clean(one.why))
            for one in activities.unread
        ),
    )


def _pattern(secrets: Iterable[str]) -> re.Pattern[str]:
    """Match any of the credentials, the longest first; very short ones only as whole words."""
    parts = (
        re.escape(secret) if len(secret) > 3 else rf"(?<!\w){re.escape(secret)}(?!\w)"
        for secret in sorted(secrets, key=lambda secret: (-len(secret), secret))
    )
    return re.compile("|".join(parts))


def _activity(activity: Activity, clean: Clean) -> Activity:
    return replace(
        activity,
        place=_place(activity.place, clean),
        seen=clean(activity.seen),
        via=tuple(map(clean, activity.via)),
        credential=clean(activity.credential),
        masked=clean(activity.masked),
        destinations={
            event: tuple(map(clean, words)) for event, words in activity.destinations.items()
        },
        notes=tuple(map(clean, activity.notes)),
    )


def _missed(missed: Missed, clean: Clean) -> Missed:
    return Missed(
        replace(missed.near, why=clean(missed.near.why)),
        _place(missed.place, clean),
        clean(missed.seen),
    )


def _place(place: Place, clean: Clean) -> Place:
    return replace(place, step=clean(place.step))

"""Credentials written into files, taken out of everything that may be printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from checker.actions.activity import Activities, Activity, Missed, Place, Unread
from checker.actions.command import has_hole


def is_literal(credential: str) -> bool:
    """Say whether a credential stands in the file itself: given, and no part of it is unknown."""
    return bool(credential) and not has_hole(credential)


def shortened(credential: str) -> str:
    """Return as much of a credential as its owner needs to find it: three characters."""
    kept = credential.removesuffix("…")[:3]
    return f"{kept}…" if len(credential) > 3 else "…"


@dataclass(frozen=True)
class Redaction:
    """Knows the credentials that stand in a repository's files, and shortens them in any text."""

    secrets: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Redaction({len(self.secrets)} credentials)"

    def clean(self, text: str) -> str:
        """Return a text with each credential shortened to its first characters."""
        return self._pattern.sub(lambda match: shortened(match[0]), text) if self.secrets else text

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Match any of the credentials, the longest first; very short ones only as whole words."""
        parts = (
            re.escape(secret) if len(secret) > 3 else rf"(?<!\w){re.escape(secret)}(?!\w)"
            for secret in sorted(self.secrets, key=lambda secret: (-len(secret), secret))
        )
        return re.compile("|".join(parts))

    def activities(self, activities: Activities) -> Activities:
        """Return the same activities, clean wherever they quote a file."""
        if not self.secrets:
            return activities
        return Activities(
            tuple(map(self._activity, activities.found)),
            tuple(map(self._missed, activities.missed)),
            tuple(map(self._unread, activities.unread)),
        )

    def _activity(self, activity: Activity) -> Activity:
        return replace(
            activity,
            place=self._place(activity.place),
            seen=self.clean(activity.seen),
            via=self._texts(activity.via),
            credential=self.clean(activity.credential),
            masked=self.clean(activity.masked),
            destinations={
                event: self._texts(texts) for event, texts in activity.destinations.items()
            },
            notes=self._texts(activity.notes),
        )

    def _missed(self, missed: Missed) -> Missed:
        near = replace(missed.near, why=self.clean(missed.near.why))
        return Missed(near, self._place(missed.place), self.clean(missed.seen))

    def _unread(self, unread: Unread) -> Unread:
        return Unread(self.clean(unread.uses), self._place(unread.place), self.clean(unread.why))

    def _place(self, place: Place) -> Place:
        return replace(place, step=self.clean(place.step))

    def _texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self.clean, texts))


def redaction_of(activities: Activities) -> Redaction:
    """Find the credentials that activities take from the files themselves."""
    written = {one.credential for one in activities.found if is_literal(one.credential)}
    return Redaction(frozenset(secret for secret in written if shortened(secret) != secret))

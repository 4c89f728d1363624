"""Whether an upload or a login is authorised as it should be: by a secret, never by a literal."""

from __future__ import annotations

from checker.actions.activity import Activity
from checker.actions.command import holes
from checker.actions.redaction import is_literal, shortened
from checker.rubric.findings import name, quote
from checker.rubric.verdict import Verdict, met, not_met, unknown

_GITHUB_ONLY = {"secrets.GITHUB_TOKEN", "github.token"}


def authorised(activities: tuple[Activity, ...], *, identity: bool = False) -> Verdict:
    """Judge how at least one activity is authorised; a literal in any of them is enough to fail.

    `identity`: an identity token (trusted publishing) will do where no credential is given.
    """
    if literal := [one for one in activities if is_literal(one.credential)]:
        one = literal[0]
        reason = f"the credential of {name(one)} stands in the file: `{shortened(one.credential)}`"
        return not_met(f"{reason}; revoke it and use a secret", quote(one))
    for one in activities:
        if secret := _secret(one):
            return met(f"{name(one)} takes the secret {secret}", quote(one))
        if identity and one.id_token and not one.credential:
            return met(f"{name(one)} uses trusted publishing (`id-token: write`)", quote(one))
    one = activities[0]
    sources = holes(one.credential)
    if not sources:
        lacking = "no password and no `id-token: write`" if identity else "no password"
        return not_met(f"{name(one)} has {lacking}", quote(one))
    source = sources[0]
    if source in _GITHUB_ONLY:
        return not_met(f"{name(one)} takes {source}, which opens GitHub only", quote(one))
    if source.startswith("vars."):
        return not_met(
            f"{name(one)} takes {source}, which anybody may read; use a secret", quote(one)
        )
    reason = f"the credential of {name(one)} comes from {source}, which only a run can tell"
    return unknown(reason, quote(one))


def _secret(activity: Activity) -> str:
    """Return the first of an activity's sources that is a secret which can open the door."""
    opens_github = activity.target in {"ghcr", "other"}
    for source in holes(activity.credential):
        if source in _GITHUB_ONLY and not opens_github:
            continue
        if source.startswith("secrets.") or source in _GITHUB_ONLY:
            return source.removeprefix("secrets.")
    return ""

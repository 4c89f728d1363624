"""IMG: a pushed tag builds an image and pushes it to Docker Hub under the tag's name."""

from __future__ import annotations

import re
from dataclasses import replace

from checker.actions.activity import Activities, Activity
from checker.actions.command import has_hole, holes
from checker.actions.workflows import Workflows
from checker.chain import Executions, Moments, Pushed
from checker.evidence import Unavailable
from checker.rubric.accepted import Accepted
from checker.rubric.authority import authorised
from checker.rubric.criterion import criterion
from checker.rubric.delivery import arrived, came_from
from checker.rubric.findings import (
    TAG,
    absent,
    events_of,
    more,
    name,
    none,
    quote,
    remarks,
    running,
)
from checker.rubric.runs import ran
from checker.rubric.verdict import Outcome, Seen, Verdict, met, not_met, unknown

VERSION = "1.2.3"
"""What an image's tag has to hold when the tag `v1.2.3` is pushed."""

_BRANCHES = ("push", "branch-push", "pull-request", "merge")
_FIXED = re.compile(r"secrets\.|vars\.|matrix\.|github\.(sha|run_|repository|actor|workflow)")
"""Sources nobody can know whose value is, for certain, not the tag that was pushed."""
_WANTED = "a pushed tag"
_NOWHERE = "nothing is pushed to Docker Hub"


@criterion("IMG1", points=3)
def a_pushed_tag_pushes_an_image(
    activities: Activities, workflows: Workflows, accepted: Accepted
) -> Verdict:
    """A pushed tag builds an image and pushes it to Docker Hub.

    Write `.github/workflows/image.yml`, and store your Docker Hub name and an access token under
    *Settings → Secrets and variables → Actions*. Then `git tag v1.2.3 && git push origin v1.2.3`.

    ```yaml
    name: Image
    on:
      push:
        tags: ["v*"]
    permissions:
      contents: read
    jobs:
      image:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v7
            with:
              persist-credentials: false
          - uses: docker/setup-buildx-action@v4
          - uses: docker/login-action@v4
            with:
              username: ${{ secrets.DOCKERHUB_USERNAME }}
              password: ${{ secrets.DOCKERHUB_TOKEN }}
          - uses: docker/metadata-action@v6
            id: meta
            with:
              images: ${{ secrets.DOCKERHUB_USERNAME }}/homework
              tags: type=semver,pattern={{version}}
          - uses: docker/build-push-action@v7
            with:
              push: true
              tags: ${{ steps.meta.outputs.tags }}
              labels: ${{ steps.meta.outputs.labels }}
    ```
    """
    everything = activities.of("image-push")
    found = running(filter(accepted.registry, everything), *TAG)
    if found:
        best = found[0]
        notes = remarks(best, *TAG)
        if best.target != "dockerhub":
            notes = (f"{_registry(best)} is accepted by this rubric", *notes)
        if best.masked:
            notes = (f"a failed push stays unseen: `{best.masked}`", *notes)
        reason = f"{name(best)} pushes to {_registry(best)} on a pushed tag{more(found)}"
        return met(reason, quote(best), notes)
    if refused := running((one for one in everything if not accepted.registry(one)), *TAG):
        best = refused[0]
        reason = f"{name(best)} pushes to {_registry(best)}, which this rubric does not accept"
        return not_met(reason, quote(best))
    return absent("image-push", _NOWHERE, TAG, activities, workflows, accepted.registry)


@criterion("IMG2", points=1)
def login_is_authorised_by_secrets(
    activities: Activities, workflows: Workflows, accepted: Accepted
) -> Verdict:
    """The login is authorised by secrets.

    Make an access token on Docker Hub (*Account settings → Personal access tokens*), store it as a
    secret, and log in before you push. A password that was ever written into a file is public:
    change it.

    ```yaml
    - uses: docker/login-action@v4
      with:
        username: ${{ secrets.DOCKERHUB_USERNAME }}
        password: ${{ secrets.DOCKERHUB_TOKEN }}
    ```
    """
    pushed = _pushed(activities, accepted)
    if not pushed:
        return none(_NOWHERE, activities, workflows)
    logins = [
        login
        for login in activities.of("registry-login")
        if accepted.registry(login) and any(_opens(login, push) for push in pushed)
    ]
    keys = [*logins, *(push for push in pushed if push.credential)]
    if not keys:
        return not_met(f"no step logs in before {name(pushed[0])} pushes", quote(pushed[0]))
    return authorised(tuple(keys))


@criterion("IMG3", points=1)
def image_tag_follows_the_git_tag(
    activities: Activities, workflows: Workflows, accepted: Accepted
) -> Verdict:
    """The image's tag follows the git tag.

    Take the name of the tag that was pushed, not a fixed word such as `latest`:

    ```yaml
    - uses: docker/metadata-action@v6
      id: meta
      with:
        images: ${{ secrets.DOCKERHUB_USERNAME }}/homework
        tags: type=semver,pattern={{version}}
    - uses: docker/build-push-action@v7
      with:
        push: true
        tags: ${{ steps.meta.outputs.tags }}
    ```
    """
    there = [one for one in activities.of("image-push") if accepted.registry(one)]
    if not there:
        return none(_NOWHERE, activities, workflows)
    pushed = running(there, *TAG)
    if not pushed:
        return not_met(f"no image is pushed on a tag, only on {events_of(there[0]) or 'nothing'}")
    verdicts = [_follows(push) for push in pushed]
    for outcome in ("MET", "UNKNOWN", "NOT_MET"):
        for verdict in verdicts:
            if verdict.outcome.name == outcome:
                return verdict
    raise AssertionError("each push has a verdict")


@criterion("IMG4", points=2, level="ran")
def pushing_ran_and_succeeded(
    pushed: Pushed, history: Executions | Unavailable, accepted: Accepted, moments: Moments
) -> Verdict:
    """A run for a tag happened and its pushing step succeeded.

    Push a tag, `git tag v1.2.3 && git push origin v1.2.3`, and look at the run in the *Actions*
    tab. A tag that existed before the workflow did starts nothing: push a new one.
    """
    return ran(
        "image-push",
        "pushing",
        TAG,
        _WANTED,
        history,
        accepted.registry,
        [one for listing in pushed.listings for one in listing.artefacts],
        moments,
        awaits=pushed.awaited is not None,
    )


@criterion("IMG5", points=1, level="delivered")
def tag_is_on_docker_hub(
    pushed: Pushed, activities: Activities, accepted: Accepted, moments: Moments
) -> Verdict:
    """That tag is on Docker Hub.

    The repository on Docker Hub must be public, and its name the one that the workflow pushes to.
    Where that name is a secret, say it in `homework.yml`: `image: user/name`.
    """
    verdict = arrived(
        pushed.listings,
        (*pushed.gaps, *pushed.blind),
        pushed.awaited,
        moments,
        _nowhere(pushed, activities, accepted),
        "push it from the workflow, or give it the label `org.opencontainers.image.source`",
    )
    guess = () if verdict.outcome is Outcome.MET else (pushed.names.guess,)
    notes = (*guess, *pushed.moved) if pushed.listings else ()
    return replace(verdict, notes=(*verdict.notes, *filter(None, notes)))


@criterion("IMG6", points=2, level="delivered")
def image_came_from_that_run(
    pushed: Pushed, activities: Activities, accepted: Accepted, moments: Moments
) -> Verdict:
    """The image there came from that run.

    Let the workflow push, not your own machine. `docker/build-push-action` records the run in the
    image; without that the time of the push has to lie inside the pushing step.
    """
    return came_from(
        pushed.listings,
        TAG,
        _WANTED,
        (*pushed.gaps, *pushed.blind),
        pushed.awaited,
        moments,
        pushed.unseen,
        _nowhere(pushed, activities, accepted),
    )


def _nowhere(pushed: Pushed, activities: Activities, accepted: Accepted) -> Verdict:
    """Return what it means that Docker Hub shows no such tag."""
    elsewhere = [
        one
        for one in activities.of("image-push")
        if accepted.registry(one) and one.target != "dockerhub"
    ]
    if elsewhere:
        reason = f"this rubric accepts {_registry(elsewhere[0])}, which cannot be asked from here"
        return unknown(reason, quote(elsewhere[0]))
    names = pushed.names
    remedy = "write `image: user/name` into homework.yml"
    if not names.names:
        if names.unread:
            source = holes(names.unread[0])[0] if holes(names.unread[0]) else names.unread[0]
            return unknown(
                f"the image's name comes from {source}, which is not known here; {remedy}"
            )
        return not_met(_NOWHERE)
    if not names.is_tagged:
        return not_met("no tag was ever pushed, so no image can follow one")
    seen = tuple(Seen(one.name, url=one.url) for one in pushed.listings)
    if pushed.missing:
        reason = f"there is no {pushed.missing[0]} on Docker Hub"
    else:
        reason = f"no tag of {names.names[0]} on Docker Hub follows a git tag"
    return (
        unknown(f"{reason}, but {names.guess}; {remedy}", seen)
        if names.guess
        else not_met(reason, seen)
    )


def _pushed(activities: Activities, accepted: Accepted) -> tuple[Activity, ...]:
    """Return the pushes to judge: those on a tag, else those on any event."""
    there = [one for one in activities.of("image-push") if accepted.registry(one)]
    return running(there, *TAG) or tuple(one for one in there if one.on(*one.events))


def _opens(login: Activity, push: Activity) -> bool:
    """Say whether a login comes first in the job that pushes, to the same registry."""
    before, after = login.place, push.place
    return (
        (before.file, before.job) == (after.file, after.job)
        and before.line <= after.line
        and login.target == push.target
        and any(login.on(event) and push.on(event) for event in push.events)
    )


def _follows(push: Activity) -> Verdict:
    """Judge the image's tags on the pushed tag `v1.2.3`."""
    tags = [_tag(reference) for reference in push.destinations.get("tag", ())]
    seen = quote(push)
    fixed = {_tag(word) for event in _BRANCHES for word in push.destinations.get(event, ())}
    if following := [tag for tag in tags if VERSION in tag and tag not in fixed]:
        return met(f"tag v{VERSION} gives the image's tag `{following[0]}`", seen)
    if not tags:
        return unknown("the image's name cannot be read without running the workflow", seen)
    sources = [source for tag in tags for source in holes(tag)]
    if unreadable := [source for source in sources if not _FIXED.match(source)]:
        reason = f"the image's tag comes from {unreadable[0]}, which only a run can tell"
        return unknown(reason, seen)
    written = ", ".join(f"`{tag}`" if not has_hole(tag) else holes(tag)[0] for tag in tags[:3])
    return not_met(f"the image's tag is {written}, whatever tag is pushed", seen)


def _tag(reference: str) -> str:
    """Return the tag part of an image reference: `latest` when there is none."""
    last = reference.rpartition("/")[2].partition("@")[0]
    tag = last.partition(":")[2]
    if not tag and last.startswith("⟦") and last.endswith("⟧") and last == reference:
        return last  # the whole reference is one unknown value
    return tag or "latest"


def _registry(activity: Activity) -> str:
    known = {"dockerhub": "Docker Hub", "ghcr": "GitHub's registry"}
    return known.get(activity.target or "", "another registry")

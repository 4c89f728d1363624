"""Releases; one of a tag that is not there makes the tag."""

from __future__ import annotations

from checker.campus.forge.changes import settle
from checker.campus.forge.git import NOTHING, GitError
from checker.campus.forge.rest.call import REPO, Answer, Call, Pages, Refused, invalid, not_found
from checker.campus.store import Release

PAGES = Pages()


@PAGES.get(f"{REPO}/releases")
def listing(call: Call) -> Answer:
    """Return the releases, newest first; drafts for those who may write."""
    return call.paged(_visible(call), call.threads.release)


@PAGES.get(f"{REPO}/releases/latest")
def latest(call: Call) -> Answer:
    """Return the newest release that is neither a draft nor a prerelease."""
    found = [one for one in _visible(call) if not one.draft and not one.prerelease]
    if not found:
        raise not_found()
    return Answer(call.threads.release(found[0]))


@PAGES.get(f"{REPO}/releases/tags/{{tag:path}}")
def by_tag(call: Call) -> Answer:
    """Return the release of a tag."""
    for found in _visible(call):
        if found.tag == call.params["tag"] and not found.draft:
            return Answer(call.threads.release(found))
    raise not_found()


@PAGES.get(f"{REPO}/releases/{{id}}")
def one(call: Call) -> Answer:
    """Return a release."""
    return Answer(call.threads.release(_release(call)))


@PAGES.post(f"{REPO}/releases")
def create(call: Call) -> Answer:
    """Make a release, and its tag when there is none."""
    row, bare = call.must_write(), call.bare
    tag, draft = call.needed("tag_name", "Release", most=250), call.flag("draft")
    prerelease = call.flag("prerelease")
    with bare.locked():
        sha = bare.resolve(f"refs/tags/{tag}")
        is_new = not sha
        if is_new:
            sha = bare.revision(call.text("target_commitish", row.default_branch, most=250))
        if not sha:
            raise invalid("Release", "target_commitish")
        now = call.site.now
        release = Release(
            row.id,
            tag,
            sha,
            call.asker.login,
            now,
            call.text("name", most=1_000),
            call.text("body", most=125_000),
            0.0 if draft else now,
            draft,
            prerelease,
        )
        if call.site.store.one(Release, repository=row.id, tag=tag):
            raise invalid("Release", "tag_name", code="already_exists")
        if is_new and not draft:
            _tag(call, tag, sha)
        with call.events() as events, call.site.store.together() as change:
            release = change.add(release)
            for action in () if draft else _actions(prerelease):
                change.add(events.release(action, release))
    return Answer(call.threads.release(release), 201)


@PAGES.patch(f"{REPO}/releases/{{id}}")
def update(call: Call) -> Answer:
    """Change a release; a draft that is published gets its tag."""
    call.must_write()
    with call.bare.locked():
        was = _release(call)
        draft = call.flag("draft") if "draft" in call.json else was.draft
        prerelease = call.flag("prerelease") if "prerelease" in call.json else was.prerelease
        published = was.draft and not draft
        if published and not call.bare.resolve(f"refs/tags/{was.tag}"):
            _tag(call, was.tag, was.sha)
        changes = {
            "name": call.text("name", was.name, most=1_000),
            "body": call.text("body", was.body, most=125_000),
            "draft": draft,
            "prerelease": prerelease,
            "published": call.site.now if published else was.published,
        }
        with call.events() as events, call.site.store.together() as change:
            release = change.change(was, **changes)
            actions = _actions(prerelease) if published else () if draft else ("edited",)
            for action in actions:
                change.add(events.release(action, release))
    return Answer(call.threads.release(release))


@PAGES.delete(f"{REPO}/releases/{{id}}")
def delete(call: Call) -> Answer:
    """Take a release away; its tag stays."""
    call.must_write()
    release = _release(call)
    with call.events() as events, call.site.store.together() as change:
        change.remove(release)
        if not release.draft:
            change.add(events.release("deleted", release))
    return Answer(b"", 204)


def _actions(prerelease: bool) -> tuple[str, ...]:
    """Return the activities of a release that comes out (GitHub's page on webhook events, 2026-11)."""
    return ("created", "published", "prereleased" if prerelease else "released")


def _tag(call: Call, tag: str, sha: str) -> None:
    try:
        call.bare.git("check-ref-format", f"refs/tags/{tag}")
        call.bare.update(f"refs/tags/{tag}", sha, NOTHING)
    except GitError:
        raise Refused(422, f"{tag[:100]} is no name for a tag") from None
    settle(call.site, call.repository, call.asker.login)


def _visible(call: Call) -> list[Release]:
    found = call.site.store.find(Release, newest=True, repository=call.repository.id)
    writes = call.asker.may_write(call.repository)
    return [one for one in found if writes or not one.draft]


def _release(call: Call) -> Release:
    number = call.number("id")
    found = next((one for one in _visible(call) if one.id == number), None)
    if found is None:
        raise not_found()
    return found

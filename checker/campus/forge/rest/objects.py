"""Git's own objects: references, commits, folders, files, annotated tags."""

from __future__ import annotations

import re

from checker.campus.forge.changes import settle
from checker.campus.forge.git import NOTHING, Conflict, GitError
from checker.campus.forge.rest.call import REPO, Answer, Call, Pages, Refused, invalid, not_found

PAGES = Pages()
MAX_ENTRIES = 100_000
_REF = re.compile(r"refs/(?:heads|tags)/.+")


@PAGES.get(f"{REPO}/git/ref/{{ref:path}}")
def ref(call: Call) -> Answer:
    """Return one reference: `heads/main`."""
    name = f"refs/{call.params['ref']}"
    sha = call.bare.refs(name).get(name)
    if sha is None:
        raise not_found()
    with call.history() as history:
        return Answer(history.git_ref(name, sha))


@PAGES.get(f"{REPO}/git/refs")
@PAGES.get(f"{REPO}/git/matching-refs/{{ref:path}}")
def refs(call: Call) -> Answer:
    """Return the references whose names begin so."""
    start = f"refs/{call.params.get('ref', '')}"
    found = [one for one in call.bare.refs().items() if one[0].startswith(start)]
    with call.history() as history:
        return call.paged(found, lambda one: history.git_ref(*one))


@PAGES.post(f"{REPO}/git/refs")
def create_ref(call: Call) -> Answer:
    """Make a branch or a tag."""
    row, bare = call.must_write(), call.bare
    name, sha = call.needed("ref", "Reference"), call.needed("sha", "Reference", most=40)
    _check(call, name, sha)
    with bare.locked():
        if bare.refs(name).get(name):
            raise Refused(422, "Reference already exists")
        _update(call, name, sha, NOTHING)
        settle(call.site, row, call.asker.login)
    with call.history() as history:
        return Answer(history.git_ref(name, sha), 201)


@PAGES.patch(f"{REPO}/git/refs/{{ref:path}}")
def update_ref(call: Call) -> Answer:
    """Move a branch or a tag; backwards only with `force`."""
    row, bare = call.must_write(), call.bare
    name, sha = f"refs/{call.params['ref']}", call.needed("sha", "Reference", most=40)
    _check(call, name, sha)
    with bare.locked():
        old = bare.refs(name).get(name)
        if old is None:
            raise Refused(422, "Reference does not exist")
        if not call.flag("force") and not bare.is_ancestor(old, sha):
            raise Refused(422, "Update is not a fast forward")
        _update(call, name, sha, old)
        settle(call.site, row, call.asker.login)
    with call.history() as history:
        return Answer(history.git_ref(name, sha))


@PAGES.delete(f"{REPO}/git/refs/{{ref:path}}")
def delete_ref(call: Call) -> Answer:
    """Delete a branch or a tag."""
    row, bare = call.must_write(), call.bare
    name = f"refs/{call.params['ref']}"
    with bare.locked():
        if _REF.fullmatch(name) is None or not bare.refs(name).get(name):
            raise Refused(422, "Reference does not exist")
        if name == f"refs/heads/{row.default_branch}":
            raise Refused(422, "Cannot delete the default branch")
        _update(call, name, NOTHING, None)
        settle(call.site, row, call.asker.login)
    return Answer(b"", 204)


@PAGES.get(f"{REPO}/git/trees/{{sha:path}}")
def tree(call: Call) -> Answer:
    """Return a folder; with `recursive` all below it."""
    bare, name = call.bare, call.params["sha"]
    if not bare.refs():
        raise Refused(409, "Git Repository is empty.")
    sha = bare.resolve(bare.revision(name) or name, "tree")
    if not sha:
        raise not_found()
    with call.history() as history:
        if call.query.get("recursive"):
            walk = history.objects.walk(sha, most=MAX_ENTRIES + 1)
        else:
            walk = ((one.name, one) for one in history.objects.entries(sha))
        found = [history.tree_entry(*one) for one in walk]
        return Answer(
            {
                "sha": sha,
                "url": f"{history.page}/git/trees/{sha}",
                "tree": found[:MAX_ENTRIES],
                "truncated": len(found) > MAX_ENTRIES,
            }
        )


@PAGES.get(f"{REPO}/git/blobs/{{sha}}")
def blob(call: Call) -> Answer:
    """Return a file by its id."""
    sha = _object(call, "blob")
    with call.history() as history:
        if "raw" in call.accept:
            kind = {"Content-Type": "application/vnd.github.raw+json; charset=utf-8"}
            return Answer(history.objects.data(sha), headers=kind)
        return Answer(history.blob(sha))


@PAGES.get(f"{REPO}/git/commits/{{sha}}")
def commit(call: Call) -> Answer:
    """Return a commit by its id."""
    sha = _object(call, "commit")
    with call.history() as history:
        return Answer(history.git_commit(sha))


@PAGES.get(f"{REPO}/git/tags/{{sha}}")
def tag(call: Call) -> Answer:
    """Return an annotated tag by its id."""
    sha = _object(call, "tag")
    with call.history() as history:
        return Answer(history.git_tag(sha))


def _object(call: Call, kind: str) -> str:
    sha = call.params["sha"]
    if re.fullmatch(r"[0-9a-f]{40}", sha) is None or call.bare.resolve(sha, kind) != sha:
        raise not_found()
    return sha


def _check(call: Call, name: str, sha: str) -> None:
    if _REF.fullmatch(name) is None:
        raise Refused(
            422, f"Reference name must start with 'refs/heads/' or 'refs/tags/': {name[:100]}"
        )
    kind = "commit" if name.startswith("refs/heads/") else "object"
    if re.fullmatch(r"[0-9a-f]{40}", sha) is None or not call.bare.resolve(sha, kind):
        raise invalid("Reference", "sha", "Object does not exist")


def _update(call: Call, name: str, new: str, old: str | None) -> None:
    try:
        call.bare.git("check-ref-format", name)
        call.bare.update(name, new, old)
    except Conflict as error:
        raise Refused(422, f"Reference update failed: {error}") from None
    except GitError as error:
        raise Refused(422, f"{name[:100]} is no name for a reference") from error

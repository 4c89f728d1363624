"""Files of a repository: read, put, taken away, and all of them as an archive."""

from __future__ import annotations

import base64
import binascii
import tempfile

from checker.campus.forge.changes import author, settle
from checker.campus.forge.git import NOTHING
from checker.campus.forge.git.objects import Entry, Objects
from checker.campus.forge.git.writing import changed, commit
from checker.campus.forge.rest.call import (
    REPO,
    Answer,
    Call,
    Download,
    Page,
    Pages,
    Refused,
    invalid,
    not_found,
)
from checker.campus.forge.shapes.history import History

PAGES = Pages()
MAX_FILE = 25_000_000
"""Bytes of a file that is put."""


@PAGES.get(f"{REPO}/contents")
@PAGES.get(f"{REPO}/contents/{{path:path}}")
def get(call: Call) -> Answer:
    """Return a folder's entries, or a file with what is in it; as it is when `raw` is asked for."""
    path = call.params.get("path", "").strip("/")
    ref = call.query.get("ref") or call.repository.default_branch
    sha = call.bare.revision(ref)
    if not sha:
        if path or call.bare.refs():
            raise Refused(404, f"No commit found for the ref {ref[:100]}")
        raise Refused(404, "This repository is empty.")
    with call.history() as history:
        objects = history.objects
        tree = objects.tree_of(sha)
        entry = objects.at(tree, path) if path else None
        if path and entry is None:
            raise not_found()
        if entry is None or entry.kind == "tree":
            above = f"{path}/" if path else ""
            entries = objects.entries(entry.oid if entry else tree)
            return Answer([history.content(above + one.name, one, ref) for one in entries])
        if "raw" in call.accept and entry.kind == "blob":
            return Answer(objects.data(entry.oid), headers=_RAW)
        if entry.kind == "commit":
            return Answer(history.content(path, entry, ref))
        return Answer(history.file(path, entry, ref))


@PAGES.get(f"{REPO}/readme")
def readme(call: Call) -> Answer:
    """Return the README."""
    ref = call.query.get("ref") or call.repository.default_branch
    sha = call.bare.revision(ref)
    with call.history() as history:
        for entry in history.objects.entries(history.objects.tree_of(sha)) if sha else ():
            if entry.kind == "blob" and entry.name.lower().partition(".")[0] == "readme":
                if "raw" in call.accept:
                    return Answer(history.objects.data(entry.oid), headers=_RAW)
                return Answer(history.file(entry.name, entry, ref))
    raise not_found()


@PAGES.put(f"{REPO}/contents/{{path:path}}")
def put(call: Call) -> Answer:
    """Make or change a file; `sha` says which one is changed, so that nobody's change is lost."""
    text = call.json.get("content")
    if not isinstance(text, str):
        raise invalid("Content", "content", code="missing_field")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(422, "content is not valid Base64") from None
    if len(data) > MAX_FILE:
        raise Refused(422, f"content is larger than {MAX_FILE // 1_000_000} MB")
    return _write(call, data)


@PAGES.delete(f"{REPO}/contents/{{path:path}}")
def delete(call: Call) -> Answer:
    """Take a file away."""
    return _write(call, None)


def _write(call: Call, data: bytes | None) -> Answer:
    row, bare = call.must_write(), call.bare
    path = call.params["path"].strip("/")
    branch = call.text("branch", row.default_branch, most=250)
    message = call.needed("message", "Content", most=65_536)
    given = call.text("sha", most=64)
    with bare.locked():
        start = bare.resolve(f"refs/heads/{branch}")
        if not start and bare.refs("refs/heads/"):
            raise Refused(404, f"Branch {branch} not found")
        with Objects(bare) as objects:
            old = _file(objects, objects.tree_of(start), path) if start else None
        if old is None and data is None:
            raise not_found()
        if old is not None and not given:
            raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
        if (old.oid if old else "") != given:
            raise Refused(409, f"{path} does not match {given}")
        try:
            tree = changed(bare, start, path, data)
        except ValueError as error:
            raise Refused(422, str(error)) from None
        parents = (start,) if start else ()
        sha = commit(bare, tree, parents, f"{message}\n", author(call.asker.login, call.site.now))
        bare.update(f"refs/heads/{branch}", sha, start or NOTHING)
        settle(call.site, row, call.asker.login)
    with Objects(bare) as objects:
        history = History(call.accounts, row, objects)
        entry = objects.at(objects.tree_of(sha), path) if data is not None else None
        content = history.file(path, entry, branch) if entry else None
        if content:
            del content["content"], content["encoding"]
        told = {"content": content, "commit": history.git_commit(sha)}
    return Answer(told, 200 if old else 201)


def _file(objects: Objects, tree: str, path: str) -> Entry | None:
    """Return the file at a path; None when there is nothing. Raises Refused where no file can be."""
    names = path.split("/")
    for length in range(1, len(names) + 1):
        entry = objects.at(tree, "/".join(names[:length]))
        if entry is None:
            return None
        if (entry.kind == "tree") is (length == len(names)):
            raise Refused(
                422, f"{path} cannot be a file: {'/'.join(names[:length])} is in its place"
            )
    return entry


@PAGES.get(f"{REPO}/tarball")
@PAGES.get(f"{REPO}/tarball/{{ref:path}}")
def tarball(call: Call) -> Answer:
    """Lead to the archive of a commit."""
    sha = call.bare.revision(call.params.get("ref") or "HEAD")
    if not sha:
        raise not_found()
    to = f"{call.site.url}/_codeload/{call.repository.full_name}/legacy.tar.gz/{sha}"
    return Answer(b"", 302, {"Location": to})


def codeload(call: Call) -> Download:
    """Return a commit's files as GitHub packs them: one folder at the top."""
    sha = call.bare.revision(call.params["ref"])
    if not sha:
        raise not_found()
    top = f"{call.repository.owner}-{call.repository.name}-{sha[:7]}"
    file = tempfile.TemporaryFile(dir=call.bare.path)  # noqa: SIM115 - who sends it closes it
    try:
        call.bare.git("archive", "--format=tar.gz", f"--prefix={top}/", sha, into=file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Download(file, "application/x-gzip", f"{top}.tar.gz")


_RAW = {"Content-Type": "application/vnd.github.raw+json; charset=utf-8"}
PAGES.append(Page("GET", "/_codeload/{owner}/{repo}/legacy.tar.gz/{ref:path}", codeload, base=""))

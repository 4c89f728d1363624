"""The workflow files as they were at the commits that runs ran on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from checker.evidence import Unavailable
from checker.http.page import Http
from checker.services.github import queries
from checker.services.github.fields import Fields
from checker.services.github.files import Fetched
from checker.services.github.graphql import Reply, ask
from checker.services.github.model import Project, Run
from checker.services.github.objects import note
from checker.services.github.questions import RAW, rest
from checker.services.repository import MAX_TEXT, decode

Texts = dict[str, str]
"""Path of a workflow file -> its text."""

BATCH = 25
"""Commits of one request."""
MAX_CALLED = 5
"""Workflows of the same repository that one may call, read one by one."""
_CALLED = re.compile(r"""uses:[ \t]{0,9}["']?\./(\.github/workflows/[^\s"'@/]{1,100}\.ya?ml)""")


def texts_of(project: Project, runs: Iterable[Run], http: Http) -> dict[str, Texts | None]:
    """Return the workflow files by commit; None for those that could not be read.

    With a token all files of 25 commits are one request. Without one each run costs a request: its own file is read,
    and those that it calls; at the graded commit nothing, because its files are read anyway.
    """
    if not http.has_token:
        return _read(project, runs, http)
    found: dict[str, Texts | None] = {}
    shas = sorted({run.sha for run in runs})
    for start in range(0, len(shas), BATCH):
        found |= _ask(project, shas[start : start + BATCH], http)
    return found


def at_commit(commit: Fields | None) -> Texts | None:
    """Return the workflow files of a commit as GraphQL told it; None when one of them could not be read."""
    if commit is None:
        return None
    file = commit.sub("workflows")
    folder = file and file.sub("object")
    found: Texts = {}
    for entry in folder.subs("entries") if folder else ():
        name, blob = entry.text("name"), entry.sub("object")
        if blob is None or not name.endswith((".yml", ".yaml")):
            continue
        told = Fetched()
        note(blob, told)
        text = told.texts.get(blob.text("oid"))
        if text is None:
            return None
        found[f"{queries.WORKFLOWS}/{name}"] = text
    return found


def is_lost(reply: Reply, *path: str | int) -> bool:
    """Say whether an error, and not absence, is why something is missing."""
    problem = reply.problem(*path)
    return problem is not None and problem.kind != "NOT_FOUND"


def _ask(project: Project, shas: Sequence[str], http: Http) -> dict[str, Texts | None]:
    owner, _, name = project.full_name.partition("/")
    variables = {"owner": owner, "name": name, **{f"o{n}": sha for n, sha in enumerate(shas)}}
    asked = f"the workflow files of {project.full_name} at the commits of its runs"
    try:
        reply = ask(http, queries.texts(len(shas)), variables, asked)
    except Unavailable:
        return {}
    repository = reply.data.sub("repository")
    found: dict[str, Texts | None] = {}
    for number, sha in enumerate(shas):
        commit = repository and repository.sub(f"o{number}")
        is_there = bool(commit) and not is_lost(reply, "repository", f"o{number}")
        found[sha] = at_commit(commit) if is_there else None
    return found


def _read(project: Project, runs: Iterable[Run], http: Http) -> dict[str, Texts | None]:
    found: dict[str, Texts | None] = {}
    for run in runs:
        if run.sha == project.head or not run.workflow.startswith(f"{queries.WORKFLOWS}/"):
            continue
        known = found.setdefault(run.sha, {})
        if known is None or run.workflow in known:
            continue
        try:
            known |= _file_and_called(project.full_name, run, http)
        except Unavailable:
            found[run.sha] = None
    return found


def _file_and_called(full_name: str, run: Run, http: Http) -> Texts:
    """Return a run's own workflow file and those of the repository that it calls."""
    found: Texts = {}
    waiting = [run.workflow]
    while waiting and len(found) <= MAX_CALLED:
        path = waiting.pop()
        asked = f"{path} of {full_name} at {run.sha[:7]}"
        page = rest(
            http,
            f"{full_name}/contents/{path}",
            asked,
            {"ref": run.sha},
            keep="forever",
            accept=RAW,
            largest=2 * MAX_TEXT,
        )
        if page.status == 404:
            continue
        text = decode(page.body) if page.ok else None
        if text is None:
            raise Unavailable(asked, f"GitHub answered {page.status} for {path}")
        found[path] = text
        waiting += [one for one in _CALLED.findall(text) if one not in found]
    return found

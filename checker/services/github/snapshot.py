"""A repository at one moment: what GitHub knows of it, and the files of the branch that is graded."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from checker.evidence import Unavailable
from checker.http.failures import Overloaded
from checker.http.page import Http
from checker.services.github import queries
from checker.services.github.choice import Choice, choose
from checker.services.github.fields import Fields
from checker.services.github.graphql import Reply, ask
from checker.services.github.model import Branch, Project
from checker.services.github.objects import Objects, files_of
from checker.services.github.project import candidates, project_of
from checker.services.repository import Files, Folder, Repository
from checker.target import Target

_SHA = re.compile(r"[0-9a-f]{7,64}")


_NEEDED = {"branches": "branches", "tags": "tags", "open": "pull requests", "done": "pull requests"}
"""What a grade would be wrong without, by its name in the query."""


@dataclass(frozen=True)
class Snapshot:
    """A repository as GitHub describes it, and the files of the branch that is graded."""

    project: Project
    repository: Repository


def snapshot(target: Target, http: Http) -> Snapshot:
    """Describe a repository and read the files of the branch that is graded.

    With a token that is one GraphQL request, and one more when the branch is not the default one and was not asked
    for. Raises Unavailable when GitHub does not show the repository, ValueError when it has no such branch.
    """
    reply = _ask(target, http)
    found = reply.data.sub("repository")
    if found is None:
        raise _missing(target.repository, reply)
    project = project_of(found, target.repository)
    source = Objects(project.full_name, http)
    if target.ref:
        commit = _asked_for(target, found, project)
        choice = Choice(target.ref, commit.text("oid"))
        files: Files = files_of(commit, source)
    elif target.pull_request:
        branch, commit = _head_of_pull(target, found, project)
        choice = Choice(branch, commit.text("oid"))
        files = files_of(commit, source)
    else:
        default = found.sub("defaultBranchRef")
        head = default.sub("target") if default else None
        if head is None:
            return _empty(project, target)
        ours = files_of(head, source)
        has = any(name.endswith((".yml", ".yaml")) for name in ours.names(queries.WORKFLOWS))
        default_one = Branch(
            project.default_branch, head.text("oid"), head.time("committedDate"), has
        )
        choice = choose(default_one, project.branches, candidates(found))
        files = ours if choice.sha == default_one.sha else files_at(project, choice.sha, http)
    repository = Repository(
        name=project.full_name,
        files=files,
        default_branches=default_branches(target, project),
        ref=choice.ref,
        chosen=choice.why,
        full_name=project.full_name,
    )
    return Snapshot(replace(project, head=choice.sha), repository)


def files_at(project: Project, sha: str, http: Http) -> Files:
    """Return the files of a commit."""
    owner, _, name = project.full_name.partition("/")
    asked = f"the files of {project.full_name} at {sha[:7]}"
    variables = {"owner": owner, "name": name, "oid": sha}
    reply = ask(http, queries.files(), variables, asked)
    repository = reply.data.sub("repository")
    commit = repository and repository.sub("commit")
    if not commit or commit.text("__typename") != "Commit":
        raise Unavailable(asked, f"GitHub has no commit {sha[:7]} in {project.full_name} any more")
    return files_of(commit, Objects(project.full_name, http))


def default_branches(target: Target, project: Project) -> tuple[str, ...]:
    """Return the branch that homework is merged into."""
    name = target.default_branch or project.default_branch
    return (name,) if name else ("main", "master")


def _ask(target: Target, http: Http) -> Reply:
    """Ask for everything at once; for less of the listing when that was too much."""
    owner, _, name = target.repository.partition("/")
    variables: dict[str, object] = {"owner": owner, "name": name}
    is_sha = bool(_SHA.fullmatch(target.ref))
    if target.ref:
        variables |= {"branch": f"refs/heads/{target.ref}", "tag": f"refs/tags/{target.ref}"}
    elif target.pull_request:
        variables["number"] = target.pull_request
    if is_sha:
        variables["commit"] = target.ref
    asked = f"the repository {target.repository}"

    def at(levels: int) -> Reply:
        is_pull = bool(target.pull_request and not target.ref)
        text = queries.snapshot(ref=bool(target.ref), sha=is_sha, pull=is_pull, levels=levels)
        return ask(http, text, variables, asked)

    try:
        reply = at(queries.LEVELS)
    except Overloaded:
        reply = at(1)
    found = reply.data.sub("repository")
    for key, what in _NEEDED.items():
        if found is not None and key not in found:
            lost = reply.problem("repository", key)
            why = lost.message if lost else "no reason given"
            raise Unavailable(asked, f"GitHub did not tell its {what}: {why}")
    return reply


def _missing(name: str, reply: Reply) -> Unavailable:
    problem = reply.problem("repository")
    if problem is None or problem.kind == "NOT_FOUND":
        return not_found(name)
    return Unavailable(f"the repository {name}", f"GitHub does not show {name}: {problem.message}")


def not_found(name: str) -> Unavailable:
    """Return the exception for a repository that does not exist or that the token may not see; GitHub tells no more."""
    return Unavailable(
        f"the repository {name}",
        f"GitHub has no repository {name}, or it is private and the token may not read it",
        "check the spelling, or ask its owner for access",
    )


def _asked_for(target: Target, found: Fields, project: Project) -> Fields:
    """Return the commit of the branch, tag or sha that was asked for. Raises ValueError when there is none."""
    for key in ("branch", "tag"):
        ref = found.sub(key)
        commit = ref and ref.sub("target")
        if commit and commit.text("__typename") == "Tag":
            commit = commit.sub("target")
        if commit and commit.text("__typename") == "Commit":
            return commit
    commit = found.sub("commit")
    if commit and commit.text("__typename") == "Commit":
        return commit
    raise unknown_ref(target, project)


def _head_of_pull(target: Target, found: Fields, project: Project) -> tuple[str, Fields]:
    """Return branch and commit of the pull request that was asked for. Raises ValueError when there is none."""
    pull = found.sub("pull")
    for node in pull.nodes("commits") if pull else ():
        commit = node.sub("commit")
        if commit is not None:
            assert pull is not None
            return pull.text("headRefName"), commit
    raise unknown_pull(target, project)


def unknown_pull(target: Target, project: Project) -> ValueError:
    """Return the exception for a pull request that does not exist, with those that do."""
    numbers = ", ".join(f"#{pull.number}" for pull in project.pull_requests[:10])
    return ValueError(
        f"{project.full_name} has no pull request #{target.pull_request}; it has: {numbers or 'none yet'}"
    )


def unknown_ref(target: Target, project: Project) -> ValueError:
    """Return the exception for a branch that does not exist, with those that do."""
    names = [branch.name for branch in project.branches[:10]]
    more = len(project.branches) - len(names)
    known = ", ".join(names) + (f" and {more} more" if more else "") if names else "none yet"
    tags = ", ".join(tag.name for tag in project.tags[:5])
    return ValueError(
        f"{project.full_name} has no branch, tag or commit {target.ref!r}; its branches are: {known}"
        + (f"; its newest tags: {tags}" if tags else "")
    )


def _empty(project: Project, target: Target) -> Snapshot:
    """Describe a repository without commits."""
    remark = f"{project.full_name} is empty: nothing was pushed to it yet"
    project = replace(project, remarks=(*project.remarks, remark))
    repository = Repository(
        project.full_name,
        Folder({}),
        default_branches(target, project),
        full_name=project.full_name,
    )
    return Snapshot(project, repository)

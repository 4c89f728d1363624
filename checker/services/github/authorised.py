"""A repository at one moment with a token: through GraphQL, all of an ordinary one in one request."""

from __future__ import annotations

from checker.evidence import Unavailable
from checker.http.failures import Overloaded
from checker.http.page import Http
from checker.services.github import queries
from checker.services.github.choice import Choice, choose
from checker.services.github.fields import Fields
from checker.services.github.files import Remote
from checker.services.github.graphql import Reply, ask
from checker.services.github.model import Branch, Project
from checker.services.github.objects import Objects, files_of
from checker.services.github.project import candidates, project_of
from checker.services.github.refs import SHA, unknown_pull, unknown_ref
from checker.services.github.refusals import blocked, not_found
from checker.target import Target

_NEEDED = {"branches": "branches", "tags": "tags", "open": "pull requests", "done": "pull requests"}
"""What a grade would be wrong without, by its name in the query."""


def describe(target: Target, http: Http) -> tuple[Project, Choice, Remote | None]:
    """Return a repository, the branch that is graded, and its files; None for a repository without commits.

    That costs one request, and one more when the branch is not the default one and was not asked for.
    """
    reply = _ask(target, http)
    found = reply.data.sub("repository")
    if found is None:
        raise _missing(target.repository, reply)
    project = project_of(found, target.repository)
    source = Objects(project.full_name, http)
    if target.ref:
        commit = _asked_for(target, found, project)
        return project, Choice(target.ref, commit.text("oid")), files_of(commit, source)
    if target.pull_request:
        branch, commit = _head_of_pull(target, found, project)
        return project, Choice(branch, commit.text("oid")), files_of(commit, source)
    default = found.sub("defaultBranchRef")
    head = default.sub("target") if default else None
    if head is None:
        return project, Choice("", ""), None
    files = files_of(head, source)
    has = any(name.endswith((".yml", ".yaml")) for name in files.names(queries.WORKFLOWS))
    ours = Branch(project.default_branch, head.text("oid"), head.time("committedDate"), has)
    choice = choose(ours, project.branches, candidates(found))
    if choice.sha != ours.sha:
        files = files_at(project, choice.sha, http)
    return project, choice, files


def files_at(project: Project, sha: str, http: Http) -> Remote:
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


def _ask(target: Target, http: Http) -> Reply:
    """Ask for everything at once; for less of the listing when that was too much."""
    owner, _, name = target.repository.partition("/")
    variables: dict[str, object] = {"owner": owner, "name": name}
    is_sha = bool(SHA.fullmatch(target.ref))
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
        return not_found(name, has_token=True)
    if "access blocked" in problem.message.lower():
        return blocked(f"the repository {name}", name)
    return Unavailable(f"the repository {name}", f"GitHub does not show {name}: {problem.message}")


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

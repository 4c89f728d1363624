"""A repository at one moment: what GitHub knows of it, and the files of the branch that is graded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checker.http.page import Http
from checker.services.github import anonymous, authorised
from checker.services.github.model import Project
from checker.services.github.refs import default_branches
from checker.services.repository import Files, Folder, Repository
from checker.target import Target


@dataclass(frozen=True)
class Snapshot:
    """A repository as GitHub describes it, and the files of the branch that is graded."""

    project: Project
    repository: Repository


def snapshot(target: Target, http: Http) -> Snapshot:
    """Describe a repository and read the files of the branch that is graded.

    Raises Unavailable when GitHub does not show the repository, ValueError when it has no such branch.
    """
    describe = authorised.describe if http.has_token else anonymous.describe
    project, choice, files = describe(target, http)
    if files is None:
        remark = f"{project.full_name} is empty: nothing was pushed to it yet"
        project = replace(project, remarks=(*project.remarks, remark), default_branch="")
    elif files.cut:
        remark = (
            f"only a part of {project.full_name}'s files was listed: there are too many of them"
        )
        project = replace(project, remarks=(*project.remarks, remark))
    repository = Repository(
        name=project.full_name,
        files=Folder({}) if files is None else files,
        default_branches=default_branches(target, project),
        ref=choice.ref,
        chosen=choice.why,
        full_name=project.full_name,
    )
    return Snapshot(replace(project, head=choice.sha), repository)


def files_at(project: Project, sha: str, http: Http) -> Files:
    """Return the files of a commit. Raises Unavailable when GitHub does not show it any more."""
    read = authorised.files_at if http.has_token else anonymous.files_at
    return read(project, sha, http)

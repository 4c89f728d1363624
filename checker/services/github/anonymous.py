"""A repository at one moment without a token: through REST, in as few of the 60 requests an hour as possible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from checker.evidence import Unavailable
from checker.http.failures import RateLimited
from checker.http.page import Http, Page
from checker.services.github import flat, pages
from checker.services.github.archive import MAX_PACKED, Archive, unpack
from checker.services.github.choice import Candidate, Choice, choose
from checker.services.github.fields import Fields, objects, said
from checker.services.github.files import Remote
from checker.services.github.model import Branch, Project, PullRequest
from checker.services.github.queries import WORKFLOWS
from checker.services.github.questions import PUBLIC, rest
from checker.services.github.refs import SHA, unknown_pull, unknown_ref
from checker.services.github.refusals import refused
from checker.services.repository import Files
from checker.target import Target

MAX_PULLS = 5
"""Open pull requests that are looked into for workflows."""
MAX_BRANCHES = 10
"""Branches that are looked into for workflows."""

_ON_RELEASE = re.compile(
    r"""^[ \t]{0,40}(?:-[ \t]{0,9})?release[ \t]{0,9}:?\s?$|^["']?on["']?[ \t]{0,9}:.*\brelease\b""",
    re.MULTILINE,
)


def describe(target: Target, http: Http) -> tuple[Project, Choice, Archive | Remote | None]:
    """Return a repository, the branch that is graded, and its files; None for a repository without commits.

    That costs five requests when the default branch has workflows, and a sixth when these start on releases.
    """
    about = pages.about(target.repository, http)
    project, name = about.project, about.project.full_name
    branches, more_branches = pages.branches(name, http)
    if not branches:
        return project, Choice("", ""), None
    tags, more_tags = pages.tags(name, http)
    pulls, more_pulls = pages.pulls(name, http)
    project = replace(
        project,
        branches=branches,
        tags=tags,
        pull_requests=tuple(sorted(pulls, key=lambda pull: -pull.number)),
    )
    reader = _Reader(project, about.kilobytes, http)
    if target.ref:
        choice = Choice(target.ref, _asked_for(target, reader))
    elif target.pull_request:
        choice = _head_of_pull(target, reader)
    else:
        choice = _choose(reader, pulls)
    files = reader.files(choice.sha)
    releases = pages.releases(name, http) if _starts_on_releases(files) else ()
    remarks = (
        *project.remarks,
        *more_branches,
        *more_tags,
        *more_pulls,
        *reader.remarks,
        *_left(about.page),
    )
    return replace(project, releases=releases, remarks=remarks), choice, files


def files_at(project: Project, sha: str, http: Http, kilobytes: int = 0) -> Archive | Remote:
    """Return the files of a commit: from its archive or, when that is too large, file after file."""
    name = project.full_name
    if kilobytes * 1000 <= MAX_PACKED:
        try:
            page = _archive(name, sha, http)
        except RateLimited:
            raise
        except Unavailable:
            pass  # the archive may be too large; the listing tells whether GitHub is there
        else:
            found = unpack(page.body)
            if found is None:
                raise page.unavailable("gave an archive that cannot be unpacked")
            return found
    return flat.files_of(name, sha, http)


class _Reader:
    """Looks into the commits of one repository."""

    def __init__(self, project: Project, kilobytes: int, http: Http) -> None:
        self.project = project
        self.http = http
        self.remarks: list[str] = []
        self._kilobytes = kilobytes
        self._read: dict[str, Archive | Remote] = {}

    def files(self, sha: str) -> Archive | Remote:
        """Return the files of a commit, read once."""
        if sha not in self._read:
            self._read[sha] = files_at(self.project, sha, self.http, self._kilobytes)
        return self._read[sha]

    def page(self, path: str, asked: str, keep: str = "fresh", **query: object) -> Page | None:
        """Return a page about the repository; None when there is no such thing."""
        name = self.project.full_name
        page = rest(self.http, f"{name}/{path}", f"{asked} of {name}", query, keep=keep)
        if page.status in {404, 422}:
            return None
        if not page.ok:
            raise refused(page, name, asked)
        return page

    def has_workflows(self, sha: str) -> bool:
        """Say whether a commit has workflows, by a page that is smaller than its files."""
        page = self.page(f"contents/{WORKFLOWS}", "the workflows", "forever", ref=sha)
        if page is None or not isinstance(page.json(), list):
            return False
        return any(_is_workflow(one.text("name")) for one in objects(page))

    def commit(self, ref: str) -> tuple[str, datetime | None] | None:
        """Return a commit's id and when it was made; None when there is none."""
        keep = "forever" if len(ref) == 40 and SHA.fullmatch(ref) else "fresh"
        page = self.page(f"commits/{ref}", "a commit", keep, per_page=1)
        if page is None:
            return None
        found = Fields(page.json(), page)
        inner = found.sub("commit")
        committer = inner.sub("committer") if inner else None
        return found.text("sha"), committer.time("date") if committer else None

    def branch(self, name: str) -> Branch | None:
        """Return a branch, among those that were listed or by its name."""
        for branch in self.project.branches:
            if branch.name == name:
                return branch
        if len(self.project.branches) < pages.PER_PAGE:
            return None
        found = self.commit(f"heads/{name}")
        return Branch(name, *found) if found else None


def _choose(reader: _Reader, pulls: Sequence[PullRequest]) -> Choice:
    """Choose the branch by the rules of `choice.choose`, looking into no more branches than that takes."""
    project = reader.project
    default = reader.branch(project.default_branch)
    if default is None:
        name = said(project.default_branch)
        raise Unavailable(
            f"the branch {name} of {project.full_name}",
            f"GitHub shows no branch {name}, the default one of {project.full_name}",
            f"name the branch to grade: {project.full_name}@BRANCH",
        )
    has = any(_is_workflow(name) for name in reader.files(default.sha).names(WORKFLOWS))
    default = replace(default, has_workflows=has)
    if has:
        return choose(default, (), ())
    ours = [pull for pull in pulls if pull.state == "open" and pull.base == default.name]
    for pull in ours[:MAX_PULLS]:
        if reader.has_workflows(pull.head_sha):
            candidate = Candidate(pull.number, pull.head, pull.head_sha, pull.base, True)
            return choose(default, (), (candidate,))
    others = [branch for branch in project.branches if branch.name != default.name]
    found = [
        replace(branch, has_workflows=True)
        for branch in others[:MAX_BRANCHES]
        if reader.has_workflows(branch.sha)
    ]
    if len(found) > 1:
        made = [(reader.commit(branch.sha) or ("", None))[1] for branch in found]
        found = [replace(branch, committed=time) for branch, time in zip(found, made, strict=True)]
    if len(others) > MAX_BRANCHES:
        reader.remarks.append(
            f"without a token only {MAX_BRANCHES} of {len(others)} branches were looked into for workflows;"
            f" name the one to grade: {project.full_name}@BRANCH"
        )
    return choose(default, found, ())


def _asked_for(target: Target, reader: _Reader) -> str:
    """Return the commit of the branch, tag or commit that was asked for. Raises ValueError when there is none."""
    branch = reader.branch(target.ref)
    if branch is not None:
        return branch.sha
    for tag in reader.project.tags:
        if tag.name == target.ref:
            return tag.sha
    if SHA.fullmatch(target.ref) or len(reader.project.tags) >= pages.PER_PAGE:
        found = reader.commit(target.ref)
        if found is not None:
            return found[0]
    raise unknown_ref(target, reader.project)


def _head_of_pull(target: Target, reader: _Reader) -> Choice:
    """Return the head of the pull request that was asked for. Raises ValueError when there is none."""
    number = target.pull_request
    for pull in reader.project.pull_requests:
        if pull.number == number:
            return Choice(pull.head, pull.head_sha)
    page = reader.page(f"pulls/{number}", "a pull request")
    if page is None:
        raise unknown_pull(target, reader.project)
    pull = pages.pull_of(Fields(page.json(), page))
    return Choice(pull.head, pull.head_sha)


def _archive(name: str, sha: str, http: Http) -> Page:
    """Return a commit's archive; it comes from another host, which gets no credential."""
    host = urlsplit(http.addresses.github or PUBLIC).hostname or ""
    page = rest(
        http,
        f"{name}/tarball/{sha}",
        f"the files of {name} at {sha[:7]}",
        keep="forever",
        accept="*/*",
        largest=MAX_PACKED,
        redirects=(f"codeload.{host.removeprefix('api.')}",),
    )
    if not page.ok:
        raise refused(page, name, "files")
    return page


def _starts_on_releases(files: Files) -> bool:
    paths = (f"{WORKFLOWS}/{name}" for name in files.names(WORKFLOWS) if _is_workflow(name))
    return any(_ON_RELEASE.search(files.text(path) or "") for path in paths)


def _is_workflow(name: str) -> bool:
    return name.endswith((".yml", ".yaml"))


def _left(page: Page) -> Iterator[str]:
    """Say what no token means, with the requests that were left when the repository was asked for."""
    left, limit = (page.headers.get(f"x-ratelimit-{one}", "") for one in ("remaining", "limit"))
    told = f": {left} of {limit} requests an hour were left" if left.isdecimal() else ""
    yield (
        f"GitHub was asked without a token{told if len(told) < 80 else ''}; with one, all branches are compared and the"
        " times of tags are known"
    )

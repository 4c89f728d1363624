"""The pages of one repository, as GitHub's REST API answers them."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from tests.standins.github.contents import Contents
from tests.standins.github.git import Blob, Entry, Link, Submodule, Tree
from tests.standins.github.repo import Repo
from tests.standins.github.runs import Attempt, Run
from tests.standins.github.view import revision
from tests.standins.server import Answer, Call


class Refused(Exception):
    """An answer that ends a request early."""

    def __init__(self, status: int, message: str, **more: object) -> None:
        super().__init__(message)
        self.answer = Answer({"message": message, "status": str(status), **more}, status)


class Pages:
    """The REST pages of one repository."""

    def __init__(self, api: str, repo: Repo, call: Call) -> None:
        self.api = api
        self.repo = repo
        self.call = call
        self.shapes = Contents(api)

    def answer(self, path: str) -> Answer:
        """Return the page at a path below the repository's own."""
        routes: tuple[tuple[str, Callable[..., Answer]], ...] = (
            ("", self.itself),
            (r"/branches", self.branches),
            (r"/tags", self.tags),
            (r"/pulls", self.pulls),
            (r"/pulls/(\d+)", self.pull),
            (r"/releases", self.releases),
            (r"/commits/(.+)", self.commit),
            (r"/contents/(.+)", self.contents),
            (r"/git/trees/(.+)", self.tree),
            (r"/tarball/(.+)", self.tarball),
            (r"/actions/runs", self.runs),
            (r"/actions/runs/(\d+)", self.run),
            (r"/actions/runs/(\d+)/attempts/(\d+)", self.run),
            (r"/actions/runs/(\d+)/jobs", self.jobs),
            (r"/actions/runs/(\d+)/attempts/(\d+)/jobs", self.jobs),
            (r"/git/blobs/([0-9a-f]{40})", self.blob),
        )
        for pattern, page in routes:
            found = re.fullmatch(pattern, path)
            if found is not None:
                return page(*found.groups())
        raise not_found()

    def itself(self) -> Answer:
        """Return the repository."""
        return Answer(self.shapes.repository(self.repo))

    def branches(self) -> Answer:
        """Return the branches by name."""
        return self._list(sorted(self.repo.branches), self.shapes.branch)

    def tags(self) -> Answer:
        """Return the tags, the last name first."""
        return self._list(sorted(self.repo.tags, reverse=True), self.shapes.tag)

    def pulls(self) -> Answer:
        """Return pull requests, the one updated last first."""
        query = self.call.query
        assert (query["sort"], query["direction"]) == ("updated", "desc")
        states = {"open", "closed"} if query["state"] == "all" else {query["state"]}
        found = [pull for pull in self.repo.pulls.values() if pull.state in states]
        found.sort(key=lambda pull: pull.updated, reverse=True)
        return self._list(found, self.shapes.pull)

    def pull(self, number: str) -> Answer:
        """Return a pull request."""
        if int(number) not in self.repo.pulls:
            raise not_found()
        return Answer(self.shapes.whole_pull(self.repo, self.repo.pulls[int(number)]))

    def releases(self) -> Answer:
        """Return the releases, newest first."""
        found = sorted(self.repo.releases, key=lambda one: one.created, reverse=True)
        return self._list(found, self.shapes.release)

    def commit(self, ref: str) -> Answer:
        """Return a commit by its id or the name of a branch or tag."""
        sha = revision(self.repo, ref.removeprefix("heads/"))
        if not sha:
            raise Refused(422, f"No commit found for SHA: {ref}")
        return Answer(self.shapes.commit(self.repo, sha))

    def contents(self, path: str) -> Answer:
        """Return a folder's entries, or a file's bytes."""
        sha = revision(self.repo, self.call.query.get("ref", "HEAD"))
        found = self.repo.objects.at(self.repo.commit(sha).tree, path) if sha else None
        if found is None:
            raise not_found()
        thing = found[1]
        if isinstance(thing, Tree):
            entries = (
                self.shapes.content(self.repo, f"{path}/{one.name}", one) for one in thing.entries
            )
            return Answer(list(entries))
        assert isinstance(thing, Blob)
        assert "raw" in self.call.headers.get("accept", "")
        return Answer(thing.data, headers={"Content-Type": "application/vnd.github.raw+json"})

    def tree(self, ref: str) -> Answer:
        """Return the listing of a whole commit."""
        if not self.repo.branches:
            raise Refused(409, "Git Repository is empty.")
        sha = revision(self.repo, ref)
        if not sha:
            raise not_found()
        assert self.call.query.get("recursive") == "1"
        tree = self.repo.commit(sha).tree
        entries = [self.shapes.entry(self.repo, path, one) for path, one in self._walk(tree, "")]
        url = f"{self.api}/repos/{self.repo.full_name}/git/trees/{tree}"
        most = self.repo.world.most_entries
        listed = entries[:most] if most else entries
        return Answer(
            {"sha": tree, "url": url, "tree": listed, "truncated": len(listed) < len(entries)}
        )

    def _walk(self, tree: str, prefix: str) -> Iterator[tuple[str, Entry]]:
        thing = self.repo.objects[tree]
        assert isinstance(thing, Tree)
        for entry in thing.entries:
            yield f"{prefix}{entry.name}", entry
            if entry.kind == "tree":
                yield from self._walk(entry.oid, f"{prefix}{entry.name}/")

    def tarball(self, ref: str) -> Answer:
        """Lead to where archives are."""
        sha = revision(self.repo, ref)
        if not sha:
            raise not_found()
        to = f"{self.api}/_codeload/{self.repo.full_name}/legacy.tar.gz/{sha}"
        return Answer(b"", 302, {"Location": to})

    def runs(self) -> Answer:
        """Return the runs, newest first."""
        if not self.repo.actions:
            raise not_found()
        query = self.call.query
        found = [
            run
            for run in reversed(self.repo.runs)
            if query.get("head_sha", run.sha) == run.sha
            and query.get("branch", run.branch) == run.branch
            and query.get("event", run.event) == run.event
        ]
        page, headers = self._page(found)
        runs = [self.shapes.run(self.repo, run) for run in page]
        return Answer({"total_count": len(found), "workflow_runs": runs}, headers=headers)

    def run(self, id: str, attempt: str = "") -> Answer:
        """Return one run, in an attempt."""
        run, chosen = self._attempt(id, attempt)
        return Answer(self.shapes.run(self.repo, run, chosen))

    def jobs(self, id: str, attempt: str = "") -> Answer:
        """Return the jobs of an attempt."""
        run, chosen = self._attempt(id, attempt)
        page, headers = self._page(chosen.jobs)
        jobs = [self.shapes.job(self.repo, run, chosen, job) for job in page]
        return Answer({"total_count": len(chosen.jobs), "jobs": jobs}, headers=headers)

    def blob(self, oid: str) -> Answer:
        """Return a file's bytes."""
        thing = self.repo.objects.get(oid)
        if not isinstance(thing, Blob):
            raise not_found()
        assert "raw" in self.call.headers.get("accept", "")
        return Answer(thing.data, headers={"Content-Type": "application/vnd.github.raw+json"})

    def _attempt(self, id: str, number: str) -> tuple[Run, Attempt]:
        for run in self.repo.runs:
            if str(run.id) == id:
                for attempt in run.attempts:
                    if attempt.number == int(number or run.newest.number):
                        return run, attempt
        raise not_found()

    def _list(self, found: Sequence[Any], shape: Callable[[Repo, Any], Any]) -> Answer:
        page, headers = self._page(found)
        return Answer([shape(self.repo, one) for one in page], headers=headers)

    def _page(self, found: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str]]:
        """Return the asked page of a list, and the header that leads to the next one."""
        size, number = int(self.call.query.get("per_page", 30)), int(self.call.query.get("page", 1))
        if not 1 <= size <= 100:
            size = 100
        part = found[size * (number - 1) : size * number]
        if size * number >= len(found):
            return part, {}
        path = re.sub(r"^.*?/repos/[^/]+/[^/]+", "", self.call.path)
        query = urlencode({**self.call.query, "page": number + 1})
        url = f"{self.api}/repositories/{self.repo.id}{quote(path)}?{query}"
        return part, {"Link": f'<{url}>; rel="next"'}


def codeload(repo: Repo, sha: str) -> Answer:
    """Return a commit's archive, as `git archive` makes it: one top folder, the commit's time on each file."""
    commit, packed = repo.commit(sha), io.BytesIO()
    top = f"{repo.owner}-{repo.name}-{sha[:7]}"
    comment = {"comment": sha}
    with tarfile.open(
        fileobj=packed, mode="w:gz", format=tarfile.PAX_FORMAT, pax_headers=comment
    ) as tar:
        for path, content in sorted(commit.files.items()):
            if isinstance(content, Submodule):
                continue
            member = tarfile.TarInfo(f"{top}/{path}")
            member.mtime = int(commit.at.timestamp())
            if isinstance(content, Link):
                member.type, member.linkname = tarfile.SYMTYPE, content.target
                tar.addfile(member)
                continue
            data = content.encode() if isinstance(content, str) else content
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return Answer(packed.getvalue(), headers={"Content-Type": "application/x-gzip"})


def not_found() -> Refused:
    """Return GitHub's answer for what does not exist or may not be seen."""
    return Refused(404, "Not Found", documentation_url="https://docs.github.com/rest")

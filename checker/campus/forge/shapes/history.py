"""Commits, branches, tags, folders and files."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from checker.campus.forge.git.objects import Entry, Objects, Signature, signature, text
from checker.campus.forge.shapes import Json
from checker.campus.forge.shapes.accounts import Accounts
from checker.campus.store import Repository

_UNSIGNED = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}
_LARGEST = 1_000_000
"""Bytes of a file that is given with its page; GitHub's bound as well."""


@dataclass(frozen=True)
class History:
    """Makes JSON of a repository's objects."""

    accounts: Accounts
    repository: Repository
    objects: Objects

    @property
    def page(self) -> str:
        """The repository's address in the API."""
        return self.accounts.page(self.repository)

    @property
    def html(self) -> str:
        """The repository's page for people."""
        return self.accounts.html(self.repository)

    def git_commit(self, sha: str) -> Json:
        """Return a commit as git knows it."""
        found = self.objects.commit(sha)
        tree = text(found.tree)
        return {
            "sha": sha,
            "node_id": f"C_{sha}",
            "url": f"{self.page}/git/commits/{sha}",
            "html_url": f"{self.html}/commit/{sha}",
            "author": _who(signature(found.author, found.author_time)),
            "committer": _who(signature(found.committer, found.commit_time)),
            "message": text(found.message).rstrip("\n"),
            "tree": {"sha": tree, "url": f"{self.page}/git/trees/{tree}"},
            "parents": self._parents(map(text, found.parents), git=True),
            "verification": _UNSIGNED,
        }

    def commit(self, sha: str) -> Json:
        """Return a commit as GitHub knows it."""
        git = self.git_commit(sha)
        inner = {
            key: git[key] for key in ("author", "committer", "message", "tree", "verification")
        }
        url = f"{self.page}/commits/{sha}"
        return {
            "sha": sha,
            "node_id": f"C_{sha}",
            "url": url,
            "html_url": git["html_url"],
            "comments_url": f"{url}/comments",
            "commit": {**inner, "url": git["url"], "comment_count": 0},
            "author": self._account(git["author"]["email"]),
            "committer": self._account(git["committer"]["email"]),
            "parents": self._parents(one["sha"] for one in git["parents"]),
        }

    def event_commit(self, sha: str) -> Json:
        """Return a commit as a push event tells it."""
        git = self.git_commit(sha)
        people = {
            role: {"name": git[role]["name"], "email": git[role]["email"]}
            for role in ("author", "committer")
        }
        return {
            "id": sha,
            "tree_id": git["tree"]["sha"],
            "distinct": True,
            "message": git["message"],
            "timestamp": git["committer"]["date"],
            "url": git["html_url"],
            **people,
        }

    def branch(self, name: str, sha: str) -> Json:
        """Return a branch as lists hold it."""
        return {
            "name": name,
            "commit": {"sha": sha, "url": f"{self.page}/commits/{sha}"},
            "protected": False,
        }

    def whole_branch(self, name: str, sha: str) -> Json:
        """Return a branch's own page."""
        url = f"{self.page}/branches/{quote(name)}"
        return {
            "name": name,
            "commit": self.commit(sha),
            "_links": {"self": url, "html": f"{self.html}/tree/{quote(name)}"},
            "protected": False,
            "protection": {},
            "protection_url": f"{url}/protection",
        }

    def tag(self, name: str, sha: str) -> Json:
        """Return a tag; `sha` may be an annotated tag's, and its commit is told."""
        commit = self.objects.peel(sha)
        tail = f"refs/tags/{quote(name)}"
        return {
            "name": name,
            "commit": {"sha": commit, "url": f"{self.page}/commits/{commit}"},
            "zipball_url": f"{self.page}/zipball/{tail}",
            "tarball_url": f"{self.page}/tarball/{tail}",
            "node_id": f"REF_{name}",
        }

    def git_ref(self, name: str, sha: str) -> Json:
        """Return a reference: `refs/heads/main`."""
        found = self.objects.get(sha)
        kind = text(found.type_name) if found is not None else "commit"
        return {
            "ref": name,
            "node_id": f"REF_{name}",
            "url": f"{self.page}/git/{quote(name)}",
            "object": {"type": kind, "sha": sha, "url": f"{self.page}/git/{kind}s/{sha}"},
        }

    def git_tag(self, sha: str) -> Json:
        """Return an annotated tag."""
        from dulwich.objects import Tag

        found = self.objects.get(sha)
        assert isinstance(found, Tag)
        kind, target = found.object[0].type_name.decode(), text(found.object[1])
        tagger = signature(found.tagger or b"", found.tag_time or 0)
        return {
            "node_id": f"TAG_{sha}",
            "tag": text(found.name),
            "sha": sha,
            "url": f"{self.page}/git/tags/{sha}",
            "message": text(found.message),
            "tagger": _who(tagger),
            "object": {"type": kind, "sha": target, "url": f"{self.page}/git/{kind}s/{target}"},
            "verification": _UNSIGNED,
        }

    def tree_entry(self, path: str, entry: Entry) -> Json:
        """Return an entry of a git tree."""
        kind = entry.kind
        found: Json = {"path": path, "mode": f"{entry.mode:06o}", "type": kind, "sha": entry.oid}
        if kind == "commit":
            return found
        if kind == "blob":
            found["size"] = self.objects.size(entry.oid)
        return {**found, "url": f"{self.page}/git/{kind}s/{entry.oid}"}

    def content(self, path: str, entry: Entry, ref: str) -> Json:
        """Return a file, folder or link as a folder's listing holds it."""
        is_folder = entry.kind == "tree"
        kind = {"tree": "dir", "commit": "submodule"}.get(entry.kind, "file")
        git = f"{self.page}/git/{'trees' if is_folder else 'blobs'}/{entry.oid}"
        url = f"{self.page}/contents/{quote(path)}?ref={quote(ref)}"
        html = f"{self.html}/{'tree' if is_folder else 'blob'}/{quote(ref)}/{quote(path)}"
        raw = f"{self.html}/raw/{quote(ref)}/{quote(path)}"
        return {
            "type": "symlink" if entry.is_link else kind,
            "size": self.objects.size(entry.oid) if entry.kind == "blob" else 0,
            "name": path.rpartition("/")[2],
            "path": path,
            "sha": entry.oid,
            "url": url,
            "git_url": git,
            "html_url": html,
            "download_url": raw if entry.kind == "blob" else None,
            "_links": {"self": url, "git": git, "html": html},
        }

    def file(self, path: str, entry: Entry, ref: str) -> Json:
        """Return a file with what is in it; a large one without."""
        data = self.objects.data(entry.oid)
        large = len(data) > _LARGEST
        told = {
            "encoding": "none" if large else "base64",
            "content": "" if large else base64.encodebytes(data).decode(),
        }
        return {**self.content(path, entry, ref), "type": "file", **told}

    def blob(self, sha: str) -> Json:
        """Return a file's bytes by its id."""
        data = self.objects.data(sha)
        return {
            "sha": sha,
            "node_id": f"B_{sha}",
            "size": len(data),
            "url": f"{self.page}/git/blobs/{sha}",
            "content": base64.encodebytes(data).decode(),
            "encoding": "base64",
        }

    def _parents(self, shas: Iterable[str], *, git: bool = False) -> list[Json]:
        where = "git/commits" if git else "commits"
        return [
            {
                "sha": sha,
                "url": f"{self.page}/{where}/{sha}",
                "html_url": f"{self.html}/commit/{sha}",
            }
            for sha in shas
        ]

    def _account(self, email: str) -> Json | None:
        login = email.partition("@")[0]
        return self.accounts.user(login) if self.accounts.site.login_id(login) else None


def _who(one: Signature) -> Json:
    return {"name": one.name, "email": one.email, "date": f"{one.at:%Y-%m-%dT%H:%M:%SZ}"}

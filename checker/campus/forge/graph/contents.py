"""A repository's branches, tags, commits and files as GraphQL tells them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from checker.campus.forge.git import Bare
from checker.campus.forge.git.objects import Entry, Objects, signature, text
from checker.campus.forge.shapes import Json, time

CUT = 512_000
"""Bytes of a text that GraphQL gives."""
_OID = re.compile(r"[0-9a-f]{40}")
Item = TypeVar("Item")


class Contents:
    """A repository's branches, tags and objects, as GraphQL tells them."""

    def __init__(self, bare: Bare, objects: Objects) -> None:
        self.bare = bare
        self.objects = objects

    def ref(self, qualified_name: str) -> Json | None:
        """Return a branch or a tag; None when there is none."""
        if not qualified_name.startswith(("refs/heads/", "refs/tags/")):
            return None
        sha = self.bare.refs(qualified_name).get(qualified_name)
        return None if sha is None else self._ref(qualified_name, sha)

    def refs(
        self,
        ref_prefix: str,
        first: int | None = None,
        order_by: Mapping[str, str] | None = None,
    ) -> Json | None:
        """Return the branches or the tags."""
        if ref_prefix not in {"refs/heads/", "refs/tags/"}:
            return None
        found = list(self.bare.refs(ref_prefix).items())
        if order_by and order_by["field"] == "TAG_COMMIT_DATE":
            found.sort(key=lambda one: self._committed(one[1]))
        if order_by and order_by["direction"] == "DESC":
            found.reverse()
        return connection(found, first, lambda one: self._ref(*one))

    def object(self, oid: str | None = None, expression: str | None = None) -> Json | None:
        """Return an object by its id, or by a name with perhaps a path behind a colon."""
        if oid is not None:
            return self.thing(oid)
        name, colon, path = (expression or "").partition(":")
        sha = self.bare.revision(name)
        if not sha or not colon:
            return self.thing(sha)
        tree = self.objects.tree_of(sha)
        entry = self.objects.at(tree, path) if path else None
        return self.thing(tree if not path else entry.oid if entry else "")

    def thing(self, oid: str) -> Json | None:
        """Return an object; None when there is none of this id."""
        from dulwich.objects import Blob, Commit, Tag, Tree

        found = self.objects.get(oid) if _OID.fullmatch(oid) else None
        known: Json = {"oid": oid, "id": f"O_{oid}"}
        if isinstance(found, Blob):
            return {**known, **_blob(found.data)}
        if isinstance(found, Tree):
            entries = self.objects.entries
            return {
                **known,
                "__typename": "Tree",
                "entries": lambda: [self._entry(one, one.name) for one in entries(oid)],
            }
        if isinstance(found, Tag):
            target = text(found.object[1])
            tagger = signature(found.tagger or b"", found.tag_time or 0)
            who = {"name": tagger.name, "email": tagger.email, "date": tagger.at.isoformat()}
            return {
                **known,
                "__typename": "Tag",
                "name": text(found.name),
                "message": text(found.message or b""),
                "tagger": who if found.tagger else None,
                "target": lambda: self.thing(target),
            }
        if isinstance(found, Commit):
            tree, message = text(found.tree), text(found.message)
            return {
                **known,
                "__typename": "Commit",
                "committedDate": time(max(1, min(found.commit_time, 2**37))),
                "message": message,
                "messageHeadline": message.partition("\n")[0],
                "tree": lambda: self.thing(tree),
                "file": lambda path: self._file(tree, path),
            }
        return None

    def pull_commit(self, sha: str) -> Json:
        """Return a commit of a pull request."""
        return {"id": f"PRC_{sha}", "commit": lambda: self.thing(sha)}

    def _ref(self, name: str, sha: str) -> Json:
        prefix = "refs/heads/" if name.startswith("refs/heads/") else "refs/tags/"
        return {
            "__typename": "Ref",
            "id": f"REF_{name}",
            "name": name.removeprefix(prefix),
            "prefix": prefix,
            "target": lambda: self.thing(sha),
        }

    def _committed(self, sha: str) -> int:
        commit = self.objects.peel(sha)
        return self.objects.commit(commit).commit_time if self.objects.is_commit(commit) else 0

    def _file(self, tree: str, path: str) -> Json | None:
        entry = self.objects.at(tree, path)
        return None if entry is None else self._entry(entry, path)

    def _entry(self, entry: Entry, path: str) -> Json:
        return {
            "__typename": "TreeEntry",
            "name": entry.name,
            "path": path,
            "type": entry.kind,
            "mode": entry.mode,
            "oid": entry.oid,
            "size": lambda: self.objects.size(entry.oid) if entry.kind == "blob" else 0,
            "object": lambda: self.thing(entry.oid),
        }


def _blob(data: bytes) -> Json:
    """Return a file: no text when it is binary, and not all of a long one."""
    binary = b"\0" in data
    return {
        "__typename": "Blob",
        "byteSize": len(data),
        "isBinary": binary,
        "isTruncated": len(data) > CUT,
        "text": None if binary else text(data[:CUT]),
    }


def connection(found: Sequence[Item], first: int | None, shape: Callable[[Item], Json]) -> Json:
    """Return a list as GraphQL gives it: so many of it, and how many there are."""
    from graphql import GraphQLError

    if first is None or not 1 <= first <= 100:
        raise GraphQLError(
            "You must provide a `first` or `last` value between 1 and 100 to properly paginate the connection.",
            extensions={"type": "MISSING_PAGINATION_BOUNDARIES"},
        )
    return {"totalCount": len(found), "nodes": [shape(one) for one in found[:first]]}


def not_found(message: str) -> Exception:
    """Return GitHub's error for what is not there."""
    from graphql import GraphQLError

    return GraphQLError(message, extensions={"type": "NOT_FOUND"})

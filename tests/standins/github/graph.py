"""GraphQL over the world, executed by graphql-core against the schema that GitHub publishes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    graphql_sync,
)

from tests.oracles import node_modules
from tests.standins.github.things import Token
from tests.standins.github.view import View, time
from tests.standins.github.world import World


class Exhausted(Exception):
    """The question was too large for GitHub."""


@cache
def schema() -> GraphQLSchema:
    """Return GitHub's published schema; it takes about two seconds the first time."""
    path = node_modules("github_schema") / "@octokit" / "graphql-schema" / "schema.graphql"
    built = build_schema(path.read_text(encoding="utf-8"), assume_valid=True)
    # What GitHub calls Int in `databaseId` is larger than GraphQL's Int; it sends it all the same.
    large = GraphQLScalarType("LargeInt", serialize=int)
    for kind in built.type_map.values():
        if isinstance(kind, GraphQLObjectType) and "databaseId" in kind.fields:
            kind.fields["databaseId"].type = large
    return built


class Graph:
    """Answers queries about a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.most = 0
        """Files and folders that one query may touch; 0 for any number. More is answered with 502, as GitHub does."""

    def answer(self, body: Mapping[str, Any], token: Token) -> dict[str, Any]:
        """Return the data and the errors of a query. Raises Exhausted when it touches too much."""
        view = View(self.world, token, self.most)
        root = {
            "rateLimit": {
                "cost": 1,
                "limit": token.limit,
                "remaining": token.limit - token.used,
                "used": token.used,
                "resetAt": time(self.world.now),
            },
            "repository": view.repository,
            "nodes": view.nodes,
        }
        done = graphql_sync(
            schema(),
            str(body.get("query")),
            root_value=root,
            variable_values=dict(body.get("variables") or {}),
            field_resolver=_field,
        )
        if view.exhausted:
            raise Exhausted
        content: dict[str, Any] = {"data": done.data}
        if done.errors:
            content["errors"] = [_error(error) for error in done.errors]
        return content


def _field(source: Any, info: GraphQLResolveInfo[Any], **given: Any) -> Any:
    """Return a field; one that the stand-in does not know is a mistake of the test, not an absence."""
    if info.field_name not in source:
        raise AssertionError(f"the stand-in knows no {info.parent_type.name}.{info.field_name}")
    value = source[info.field_name]
    if not callable(value):
        return value
    return value(**{re.sub("([A-Z])", r"_\1", name).lower(): one for name, one in given.items()})


def _error(error: GraphQLError) -> dict[str, Any]:
    if isinstance(error.original_error, AssertionError):
        raise error.original_error
    kind = (error.extensions or {}).get("type")
    found: dict[str, Any] = {"message": error.message}
    if kind:
        found["type"] = kind
    if error.path:
        found["path"] = error.path
    if error.locations:
        found["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return found

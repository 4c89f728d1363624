"""GraphQL executed by graphql-core, in bounds: a query may be long, but not touch everything many times over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from checker.campus.forge.graph.view import View
from checker.campus.forge.shapes import Json, time
from checker.campus.forge.site import Site

if TYPE_CHECKING:
    from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema

MAX_TOKENS = 20_000
"""Words and signs of a query."""
MAX_FIELDS = 1_000_000
"""Fields that one query may ask for, each time that it is met."""


@cache
def schema() -> GraphQLSchema:
    """Return what can be asked."""
    from graphql import build_schema

    text = resources.files(__package__).joinpath("schema.graphql").read_text(encoding="utf-8")
    return build_schema(text)


@dataclass(frozen=True)
class Graph:
    """Answers queries; `quota` is what is left of an hour's requests, as the headers tell it."""

    site: Site

    def answer(self, body: Mapping[str, Any], quota: Mapping[str, str]) -> Json:
        """Return the data and the errors of a query."""
        from graphql import GraphQLError, execute_sync, parse, validate

        text, variables = body.get("query"), body.get("variables") or {}
        if not isinstance(text, str) or not isinstance(variables, dict):
            return _refused("A query attribute must be specified and must be a string.")
        try:
            document = parse(text, max_tokens=MAX_TOKENS)
        except (GraphQLError, RecursionError) as error:
            return _refused(getattr(error, "message", "The query is nested too deeply."))
        problems = validate(schema(), document, max_errors=20)
        if problems:
            return {"errors": [_error(problem) for problem in problems]}
        with ExitStack() as stack:
            view = View(self.site, stack)
            done = execute_sync(
                schema(),
                document,
                root_value={
                    "nodes": view.nodes,
                    "repository": view.repository,
                    "rateLimit": lambda dry_run: _quota(quota),  # noqa: ARG005
                },
                variable_values=variables,
                operation_name=body.get("operationName"),
                field_resolver=_Resolver(),
                type_resolver=lambda value, *_: value["__typename"],
            )
        told: Json = {"data": done.data}
        if done.errors:
            told["errors"] = [_error(error) for error in done.errors[:100]]
        return told


class _Resolver:
    """Returns the field of a thing, counts it, and stops a query that asks for too many."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **given: Any) -> Any:
        from graphql import GraphQLError

        self.count += 1
        if self.count > MAX_FIELDS:
            kind = {"type": "RESOURCE_LIMITS_EXCEEDED"}
            raise GraphQLError("Resource limits for this query exceeded.", extensions=kind)
        value = source[info.field_name]
        if not callable(value):
            return value
        return value(**{re.sub("([A-Z])", r"_\1", key).lower(): one for key, one in given.items()})


def _quota(told: Mapping[str, str]) -> Json:
    def number(name: str) -> int:
        return int(told.get(f"X-RateLimit-{name}", "0"))

    return {
        "cost": 1,
        "limit": number("Limit"),
        "remaining": number("Remaining"),
        "used": number("Used"),
        "resetAt": time(number("Reset")),
    }


def _refused(message: str) -> Json:
    return {"errors": [{"message": message}]}


def _error(error: GraphQLError) -> Json:
    """Return an error in GitHub's shape; what went wrong within is told to the log alone."""
    from graphql import GraphQLError

    inner = error.original_error
    if inner is not None and not isinstance(inner, GraphQLError):
        raise inner
    told: Json = {"message": error.message}
    kind = (error.extensions or {}).get("type")
    if kind:
        told["type"] = kind
    if error.path:
        told["path"] = error.path
    if error.locations:
        told["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return told

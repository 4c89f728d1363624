"""The forge's GraphQL is a part of GitHub's, and every query of the grader's runs on it."""

from __future__ import annotations

from typing import Any

import graphql
import pytest

from checker.campus.forge.graph import answer
from checker.campus.forge.graph.answer import schema
from checker.campus.store import Repository
from checker.services.github import queries
from tests.forges import Clone, Running
from tests.oracles import node_modules
from tests.test_github_oracle import QUERIES


def fields(kind: Any) -> dict[str, Any]:
    return dict(getattr(kind, "fields", {}))


@pytest.mark.oracle
@pytest.mark.slow
def test_the_schema_is_a_part_of_github_s() -> None:
    path = node_modules("github_schema") / "@octokit" / "graphql-schema" / "schema.graphql"
    github = graphql.build_schema(path.read_text(encoding="utf-8"), assume_valid=True)
    ours = {
        name: kind
        for name, kind in schema().type_map.items()
        if not graphql.is_introspection_type(kind) and not graphql.is_specified_scalar_type(kind)
    }
    for name, kind in ours.items():
        theirs = github.type_map[name]
        assert type(kind) is type(theirs), name
        if isinstance(kind, graphql.GraphQLEnumType):
            assert set(kind.values) == set(theirs.values), name  # type: ignore[union-attr]
        for interface in getattr(kind, "interfaces", ()):
            assert interface.name in {one.name for one in theirs.interfaces}  # type: ignore[union-attr]
        for field, found in fields(kind).items():
            same = fields(theirs)[field]
            assert str(found.type) == str(same.type), f"{name}.{field}"
            for argument, given in getattr(found, "args", {}).items():
                assert str(given.type) == str(same.args[argument].type), (
                    f"{name}.{field}({argument})"
                )
                assert given.default_value == same.args[argument].default_value
            needed = {
                argument
                for argument, given in getattr(same, "args", {}).items()
                if graphql.is_required_argument(given)
            }
            assert needed <= set(getattr(found, "args", {})), f"{name}.{field}"


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_every_query_of_the_grader_is_valid(text: str) -> None:
    assert graphql.validate(schema(), graphql.parse(text)) == []


@pytest.fixture
def filled(running: Running, repository: Repository, clone: Clone) -> Repository:
    clone.commit(
        {"README.md": "# Hi\n", ".github/workflows/ci.yml": "on: push\n", "data.bin": "\0x"}
    )
    clone.git("tag", "v1")
    clone.git("tag", "--annotate", "v2", "--message", "Second")
    clone.push("HEAD", "v1", "v2")
    clone.git("checkout", "--quiet", "-b", "topic")
    clone.commit({"t.txt": "x"})
    clone.push()
    opened = {"title": "T", "head": "topic", "base": "main"}
    running.ask("POST", f"/repos/{repository.full_name}/pulls", running.anna, opened)
    return repository


def ask(running: Running, text: str, **variables: object) -> Any:
    url = f"{running.site.url}/api/graphql"
    reply = running.ask("POST", url, running.boris, {"query": text, "variables": variables})
    assert reply.status == 200, reply.body
    return reply.json


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_of_the_grader_runs(name: str, running: Running, filled: Repository) -> None:
    bare = running.site.bare(filled)
    head = bare.resolve("refs/heads/main")
    variables = {
        "owner": filled.owner,
        "name": filled.name,
        "oid": head,
        "branch": "refs/heads/main",
        "tag": "refs/tags/v2",
        "commit": head[:8],
        "number": 1,
        "ids": ["CS_1", "CS_x"],
        **{f"o{number}": head for number in range(40)},
    }
    declared = {
        found.variable.name.value
        for found in graphql.parse(QUERIES[name]).definitions[0].variable_definitions
    }  # type: ignore[union-attr]
    found = ask(running, QUERIES[name], **{key: variables[key] for key in declared})
    if name == "jobs":
        assert [error["type"] for error in found["errors"]] == ["NOT_FOUND", "NOT_FOUND"]
        return
    assert "errors" not in found
    assert found["data"]["repository"]


def test_a_repository_is_told_as_it_is(running: Running, filled: Repository) -> None:
    found = ask(running, queries.snapshot(), owner=filled.owner, name=filled.name)["data"]
    about = found["repository"]
    assert about["nameWithOwner"] == filled.full_name
    assert [ref["name"] for ref in about["branches"]["nodes"]] == ["main", "topic"]
    tags = {ref["name"]: ref["target"]["__typename"] for ref in about["tags"]["nodes"]}
    assert tags == {"v1": "Commit", "v2": "Tag"}
    assert [pull["number"] for pull in about["open"]["nodes"]] == [1]
    entries = {one["name"]: one for one in about["defaultBranchRef"]["target"]["tree"]["entries"]}
    assert entries["README.md"]["size"] == 5
    assert entries["data.bin"]["type"] == "blob"
    assert found["rateLimit"]["remaining"] > 0


def test_a_query_needs_a_token(running: Running) -> None:
    url = f"{running.site.url}/api/graphql"
    assert running.ask("POST", url, None, {"query": "{ __typename }"}).status == 401


def test_what_is_not_there_is_an_error_with_its_kind(running: Running) -> None:
    found = ask(running, queries.snapshot(), owner="nobody", name="nothing")
    assert found["data"]["repository"] is None
    assert found["errors"][0]["type"] == "NOT_FOUND"
    assert found["errors"][0]["path"] == ["repository"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{ nothing }",
        "{ " + "a: rateLimit { cost } " * 30_000 + "}",
        "{" * 10_000,
        "query A { __typename } query B { __typename }",
    ],
    ids=["empty", "broken", "unknown", "long", "deep", "two"],
)
def test_a_query_that_makes_no_sense_is_refused(text: str, running: Running) -> None:
    assert ask(running, text)["errors"]


def test_a_query_that_asks_for_too_much_is_ended(
    filled: Repository, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "MAX_FIELDS", 1_000)
    wide = " ".join(
        f'c{n}: object(expression: "HEAD") {{ ... on Commit {{ tree {{ entries {{ name }} }} }} }}'
        for n in range(300)
    )
    text = f"query($o: String!, $n: String!) {{ repository(owner: $o, name: $n) {{ {wide} }} }}"
    variables = {"o": filled.owner, "n": filled.name}
    found = answer.Graph(running.site).answer({"query": text, "variables": variables}, {})
    assert {error["type"] for error in found["errors"]} == {"RESOURCE_LIMITS_EXCEEDED"}

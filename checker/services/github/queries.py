"""The texts of our GraphQL queries. Names go in as variables, so a text is the same for every repository."""

from __future__ import annotations

WORKFLOWS = ".github/workflows"

LEVELS = 3
"""Levels of folders that are listed at once."""

KNOWN = (
    ".pre-commit-config.yaml",
    "Dockerfile",
    "GNUmakefile",
    "Justfile",
    "Makefile",
    "Pipfile",
    "Taskfile.yaml",
    "Taskfile.yml",
    "compose.yaml",
    "compose.yml",
    "docker-bake.hcl",
    "docker-compose.yaml",
    "docker-compose.yml",
    "hatch.toml",
    "homework.yml",
    "justfile",
    "makefile",
    "noxfile.py",
    "package.json",
    "pixi.toml",
    "poe_tasks.toml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "tasks.py",
    "tox.ini",
    "tox.toml",
)
"""Files at the root whose text is read with the first request."""

_TEXT = """
fragment Text on GitObject { __typename ... on Blob { oid byteSize isBinary isTruncated text } }
"""

_ABOUT = """
fragment About on Repository {
  databaseId nameWithOwner url
  owner { __typename login ... on User { databaseId } ... on Organization { databaseId } }
  createdAt pushedAt
  isPrivate isEmpty isArchived isDisabled isLocked lockReason
  parent { nameWithOwner }
  templateRepository { nameWithOwner }
  branches: refs(refPrefix: "refs/heads/", first: 50) {
    totalCount
    nodes { name target { ...Holds } }
  }
  tags: refs(refPrefix: "refs/tags/", first: 100, orderBy: { field: TAG_COMMIT_DATE, direction: DESC }) {
    totalCount
    nodes { name target { __typename oid ... on Tag { tagger { date } target { __typename oid } } } }
  }
  open: pullRequests(states: OPEN, first: 30, orderBy: { field: UPDATED_AT, direction: DESC }) {
    totalCount
    nodes { ...Pull headRef { target { ...Holds } } }
  }
  done: pullRequests(states: [MERGED, CLOSED], first: 60, orderBy: { field: UPDATED_AT, direction: DESC }) {
    totalCount
    nodes { ...Pull mergedAt mergeCommit { oid } }
  }
  releases(first: 30, orderBy: { field: CREATED_AT, direction: DESC }) {
    totalCount
    nodes { tagName isDraft url publishedAt author { login } }
  }
}
fragment Pull on PullRequest {
  number url state baseRefName headRefName headRefOid isCrossRepository createdAt author { login }
}
fragment Holds on GitObject {
  __typename oid
  ... on Commit {
    committedDate
    workflows: file(path: ".github/workflows") { object { ... on Tree { entries { name } } } }
  }
}
"""


def snapshot(
    *, ref: bool = False, sha: bool = False, pull: bool = False, levels: int = LEVELS
) -> str:
    """Return the query for all about a repository and the files of its default branch.

    With `ref` the files are those of the branch or tag of that name, with `sha` also of the commit that begins so;
    with `pull` of a pull request's head.
    """
    declared = "$owner: String!, $name: String!"
    files = "defaultBranchRef { name target { __typename oid ...Files } }"
    if ref:
        declared += ", $branch: String!, $tag: String!"
        files = """defaultBranchRef { name target { __typename oid } }
    branch: ref(qualifiedName: $branch) { target { __typename oid ...Files } }
    tag: ref(qualifiedName: $tag) {
      target { __typename oid ...Files ... on Tag { target { __typename oid ...Files } } }
    }"""
    if pull:
        declared += ", $number: Int!"
        files = """defaultBranchRef { name target { __typename oid } }
    pull: pullRequest(number: $number) {
      headRefName commits(last: 1) { nodes { commit { __typename oid ...Files } } }
    }"""
    if sha:
        declared += ", $commit: String!"
        files += "\n    commit: object(expression: $commit) { __typename oid ...Files }"
    return f"""query Snapshot({declared}) {{
  rateLimit {{ cost remaining resetAt }}
  repository(owner: $owner, name: $name, followRenames: true) {{
    ...About
    {files}
  }}
}}
{_ABOUT}{_files(levels)}{_TEXT}"""


def files(*, levels: int = LEVELS) -> str:
    """Return the query for the files of one commit."""
    return f"""query Files($owner: String!, $name: String!, $oid: GitObjectID!) {{
  rateLimit {{ cost remaining resetAt }}
  repository(owner: $owner, name: $name, followRenames: true) {{
    commit: object(oid: $oid) {{ __typename oid ...Files }}
  }}
}}
{_files(levels)}{_TEXT}"""


def objects(count: int) -> str:
    """Return the query for a number of files and folders by their object ids: `$o0`, `$o1` and on."""
    declared = "".join(f", $o{n}: GitObjectID!" for n in range(count))
    wanted = "\n    ".join(
        f"o{n}: object(oid: $o{n}) {{ ...Text ...Folder }}" for n in range(count)
    )
    return f"""query Objects($owner: String!, $name: String!{declared}) {{
  rateLimit {{ cost remaining resetAt }}
  repository(owner: $owner, name: $name, followRenames: true) {{
    {wanted}
  }}
}}
fragment Folder on GitObject {{ ... on Tree {{ oid {_entries(LEVELS)} }} }}
{_ENTRY}{_TEXT}"""


def texts(count: int) -> str:
    """Return the query for the workflow files of a number of commits: `$o0`, `$o1` and on."""
    declared = "".join(f", $o{n}: GitObjectID!" for n in range(count))
    wanted = "\n    ".join(f"o{n}: object(oid: $o{n}) {{ ...At }}" for n in range(count))
    return f"""query Texts($owner: String!, $name: String!{declared}) {{
  rateLimit {{ cost remaining resetAt }}
  repository(owner: $owner, name: $name, followRenames: true) {{
    {wanted}
  }}
}}
{_AT}{_TEXT}"""


_AT = """
fragment At on Commit {
  oid
  workflows: file(path: ".github/workflows") {
    object { __typename ... on Tree { entries { name object { ...Text } } } }
  }
}
"""

JOBS = f"""query Jobs($ids: [ID!]!) {{
  rateLimit {{ cost remaining resetAt }}
  nodes(ids: $ids) {{
    __typename
    ... on CheckSuite {{
      id
      commit {{ ...At }}
      workflowRun {{ databaseId }}
      checkRuns(first: 20, filterBy: {{ checkType: LATEST }}) {{
        totalCount
        nodes {{
          databaseId name status conclusion startedAt completedAt detailsUrl
          steps(first: 50) {{
            totalCount
            nodes {{ number name status conclusion startedAt completedAt }}
          }}
        }}
      }}
    }}
  }}
}}
{_AT}{_TEXT}"""
"""Jobs, steps and workflow files of runs, by the node ids of their check suites."""

_ENTRY = "fragment Entry on TreeEntry { name type mode oid size }\n"


def _entries(levels: int, *, texts: bool = False) -> str:
    """Return the selection of a folder's entries, so many levels deep, with or without their texts."""
    inside = f"... on Tree {{ {_entries(levels - 1, texts=texts)} }}" if levels > 1 else ""
    text = "...Text " if texts else ""
    return (
        f"entries {{ ...Entry object {{ {text}{inside} }} }}"
        if text or inside
        else "entries { ...Entry }"
    )


def _files(levels: int) -> str:
    """Return the fragment for a commit's listing, all of `.github`, and well-known files."""
    known = "\n  ".join(
        f'f{n}: file(path: "{path}") {{ object {{ ...Text }} }}' for n, path in enumerate(KNOWN)
    )
    return f"""
fragment Files on Commit {{
  committedDate
  tree {{ oid {_entries(levels)} }}
  github: file(path: ".github") {{ object {{ ... on Tree {{ {_entries(3, texts=True)} }} }} }}
  {known}
}}
{_ENTRY}"""

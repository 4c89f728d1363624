"""Branch, tag and path patterns: what they take, what GitHub refuses, and that none of them is slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.actions.filters import matches, validate


@pytest.mark.parametrize(
    ("pattern", "taken", "left"),
    [
        pytest.param("main", ["main"], ["mai", "mainx", "a/main", "MAIN"], id="a name is whole"),
        pytest.param("*", ["main", "v1.0", ""], ["feature/x", "/"], id="* stops at a slash"),
        pytest.param("**", ["main", "feature/x/y", ""], [], id="** does not"),
        pytest.param("feature/*", ["feature/x"], ["feature/x/y", "feature"], id="one level"),
        pytest.param("feature/**", ["feature/x", "feature/x/y"], ["feature"], id="all levels"),
        pytest.param("*-fix", ["hot-fix", "-fix"], ["fix", "a/hot-fix"], id="an end"),
        pytest.param("v*", ["v", "v1", "v1.2.3"], ["1v", "V1", "v1/rc"], id="a beginning"),
        pytest.param("v*.*.*", ["v1.2.3", "v..", "v1.2.3.4"], ["v1.2"], id="dots are dots"),
        pytest.param(
            "v[0-9]+.[0-9]+.[0-9]+",
            ["v1.2.3", "v10.20.30"],
            ["v1.2", "v1.2.3rc1", "vx.2.3", "v1x2.3", "v.2.3"],
            id="+ repeats a bracket",
        ),
        pytest.param("v[0-9].[0-9]", ["v1.2"], ["v10.2"], id="a bracket is one character"),
        pytest.param("[cC]at[1-3x]", ["cat1", "Catx"], ["bat1", "cat4", "cat-"], id="a list"),
        pytest.param("v?1", ["v1", "1"], ["vv1", "x1"], id="? takes one or none"),
        pytest.param("*.ya?ml", ["ci.yml", "ci.yaml"], ["ci.yaaml"], id="? after a letter"),
        pytest.param("go+gle", ["gogle", "gooogle"], ["ggle"], id="+ after a letter"),
        pytest.param(r"v\*", ["v*"], ["v1", r"v\*"], id="an escaped star"),
        pytest.param(r"c\+\+", ["c++"], ["c", "ccc"], id="an escaped plus"),
        pytest.param(r"\!x", ["!x"], ["x"], id="an escaped !"),
        pytest.param("a!b", ["a!b"], ["a"], id="! is only special at the start"),
        pytest.param("**.py", ["a.py", "src/deep/a.py"], ["a.pyc"], id="any folder, one ending"),
        pytest.param("**/a.md", ["a.md", "x/a.md", "x/y/a.md"], ["ba.md"], id="**/ is any folder"),
        pytest.param("docs/**/*.md", ["docs/a.md", "docs/x/y/a.md"], ["docs/a.txt"], id="inside"),
        pytest.param(
            "**/src/**", ["src/a", "x/src/y/a"], ["src", "xsrc/a"], id="a folder anywhere"
        ),
        pytest.param("a/**/b/**/c", ["a/b/c", "a/x/b/y/z/c"], ["a/c", "ab/c"], id="twice"),
        pytest.param("релиз/*", ["релиз/1"], ["релиз"], id="Cyrillic"),
        pytest.param("a+b?c", ["abc", "aaac"], ["bc", "abbc"], id="both quantifiers"),
        pytest.param("[a-c]?x", ["x", "bx"], ["abx", "dx"], id="? after a bracket"),
        pytest.param("(a|b)", ["(a|b)"], ["a"], id="no regular expressions"),
        pytest.param("^v$", ["^v$"], ["v"], id="no anchors"),
    ],
)
def test_a_pattern_takes_and_leaves(pattern: str, taken: list[str], left: list[str]):
    assert [name for name in taken if not matches([pattern], name)] == []
    assert [name for name in left if matches([pattern], name)] == []
    assert validate(pattern) == ""


@pytest.mark.parametrize(
    ("patterns", "name", "taken"),
    [
        pytest.param([], "main", False, id="an empty list takes nothing"),
        pytest.param(["a", "b"], "b", True, id="any will do"),
        pytest.param(["**", "!docs/**"], "docs/a", False, id="! takes away"),
        pytest.param(["**", "!docs/**"], "src/a", True, id="! takes only its own away"),
        pytest.param(["**", "!docs/**", "docs/keep"], "docs/keep", True, id="and a later one adds"),
        pytest.param(["!docs/**", "**"], "docs/a", True, id="order matters"),
        pytest.param(["!docs/**"], "src/a", False, id="only negative ones take nothing"),
        pytest.param(["!!x"], "!x", False, id="a second ! is a letter"),
        pytest.param(["**", "!!x"], "!x", False, id="a letter that is taken away"),
        pytest.param(["[", "main"], "main", True, id="a refused one does not hurt the others"),
        pytest.param(["**", "![", "!"], "main", True, id="a refused one takes nothing away"),
        pytest.param(("main",), "main", True, id="a tuple"),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns: list[str], name: str, taken: bool):
    assert matches(patterns, name) is taken


CHEAT_SHEET: list[tuple[list[str], str, str]] = [
    # GitHub Docs, "Workflow syntax", filter pattern cheat sheet (read November 2026): patterns,
    # names they take, and names that by the sheet's own words they do not.
    (["feature/*"], "feature/my-branch feature/your-branch", "feature feature/a/b"),
    (["feature/**"], "feature/beta-a/my-branch feature/your-branch feature/mona/the/octocat", "a"),
    (["main"], "main", "main2 releases/main"),
    (["releases/mona-the-octocat"], "releases/mona-the-octocat", "releases"),
    (["*"], "main releases", "releases/10"),
    (["**"], "all/the/branches every/tag", ""),
    (["*feature"], "mona-feature feature ver-10-feature", "feature-1 a/feature"),
    (["v2*"], "v2 v2.0 v2.9", "v1 v3"),
    (["v[12].[0-9]+.[0-9]+"], "v1.10.1 v2.0.0", "v3.0.0 v1.10 v1.x.1"),
    (["*"], "README.md server.rb", "docs/README.md"),
    (["*.jsx?"], "page.js page.jsx", "page.jsxx src/page.js"),
    (["**"], "all/the/files.md", ""),
    (["*.js"], "app.js index.js", "js/index.js"),
    (["**.js"], "index.js js/index.js src/js/app.js", "index.jsx"),
    (["docs/*"], "docs/README.md docs/file.txt", "docs/mona/octocat.txt"),
    (["docs/**"], "docs/README.md docs/mona/octocat.txt", "doc/README.md"),
    (["docs/**/*.md"], "docs/README.md docs/mona/hello-world.md docs/a/markdown/file.md", "a.md"),
    (["**/docs/**"], "docs/hello.md dir/docs/my-file.txt space/docs/plan/space.doc", "docs"),
    (["**/README.md"], "README.md js/README.md", "README.txt"),
    (["**/*src/**"], "a/src/app.js my-src/code/js/app.js", "src"),
    (["**/*-post.md"], "my-post.md path/their-post.md", "post.md"),
    (["**/migrate-*.sql"], "migrate-10909.sql db/migrate-v1.0.sql db/sept/migrate-v1.sql", "m.sql"),
    (["*.md", "!README.md"], "hello.md", "README.md docs/hello.md"),
    (["*.md", "!README.md", "README*"], "hello.md README.md README.doc", "docs/hello.md"),
    (["releases/**", "!releases/**-alpha"], "releases/10 releases/beta/mona", "releases/10-alpha releases/beta/3-alpha"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("patterns", "taken", "left"),
    CHEAT_SHEET,
    ids=[" ".join(row[0]) + f" {n}" for n, row in enumerate(CHEAT_SHEET)],
)
def test_githubs_own_examples_are_taken_and_left(patterns: list[str], taken: str, left: str):
    assert [name for name in taken.split() if not matches(patterns, name)] == []
    assert [name for name in left.split() if matches(patterns, name)] == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "empty"),
        ("!", "empty"),
        ("+a", "must follow"),
        ("?", "must follow"),
        ("*+", "must follow"),
        ("**?", "must follow"),
        ("**/+", "must follow"),
        ("a++", "must follow"),
        ("a?+", "must follow"),
        ("v[0-9", "no `]`"),
        ("a[]b", "empty"),
        ("[9-0]", "wrong way round"),
        ("[a-]", "no range"),
        ("[*-z]", "no range"),
        ("a\\", "nothing follows"),
        ("a" * 5_000, "longer"),
    ],
)
def test_a_refused_pattern_says_why_and_matches_nothing(pattern: str, why: str):
    assert why in validate(pattern)
    assert not matches([pattern], pattern)
    assert not matches([pattern], "a")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*a" * 2_000, "a" * 4_000 + "b"),
        ("a?" * 2_000, "a" * 4_000),
        ("[a]+" * 1_000, "a" * 4_000 + "b"),
        ("**/" * 1_300, "a/" * 2_000 + "b"),
        ("**a" * 1_300, "a/" * 2_000),
        ("**", "a" * 1_000_000),
    ],
)
def test_hostile_patterns_are_answered(pattern: str, name: str):
    assert matches([pattern], name) in {True, False}


pieces = st.sampled_from(
    ["a", "b", "/", "*", "**", "**/", "?", "+", "[ab]", "[a-c]", r"\*", ".", "!"]
)


def as_regex(pattern: str) -> str:
    """Translate a pattern the plain way: right, but slow on hostile ones."""
    special = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "+": "+", "?": "?"}
    found = re.findall(r"\*\*/|\*\*|[*+?]|\[[^\]]*\]|\\.|.", pattern, re.DOTALL)
    return "".join(
        special.get(piece) or (piece if piece.startswith("[") else re.escape(piece[-1]))
        for piece in found
    )


@given(st.lists(pieces, min_size=1, max_size=7).map("".join), st.text("abc/*.!", max_size=8))
def test_patterns_agree_with_their_translation_to_a_regular_expression(pattern: str, name: str):
    if pattern.startswith("!") or validate(pattern):
        assert not matches([pattern], name)
    else:
        assert matches([pattern], name) is bool(re.fullmatch(as_regex(pattern), name))


@given(st.lists(st.text(max_size=12), max_size=3), st.text(max_size=12))
def test_no_text_makes_a_pattern_raise(patterns: list[str], name: str):
    assert matches(patterns, name) in {True, False}

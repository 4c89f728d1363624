"""make: what its goals start."""

from __future__ import annotations

import pytest

from tests.descents import leaves, reached

LINT_AND_TEST = {
    "Makefile": """
        .PHONY: all lint test
        all: lint test
        lint:
        \truff check .
        test: lint
        \tpytest -q
        """
}


def make(line: str, text: str, **given: object) -> list[str]:
    return leaves(line, {"Makefile": text}, **given)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("make test", ["ruff check .", "pytest -q"], id="prerequisites-first"),
        pytest.param("make", ["ruff check .", "pytest -q"], id="first-target-is-the-goal"),
        pytest.param("make lint lint test", ["ruff check .", "pytest -q"], id="each-once"),
        pytest.param("make -j4 -k test", ["ruff check .", "pytest -q"], id="attached-number"),
        pytest.param("make -j 4 lint", ["ruff check ."], id="number-apart"),
        pytest.param("make -C . lint", ["ruff check ."], id="folder"),
        pytest.param("make -i lint", ["ruff check . | masked by make -i"], id="ignoring-errors"),
        pytest.param("gmake lint", ["ruff check ."], id="gmake"),
        pytest.param("make -n test", [], id="dry-run-starts-nothing"),
        pytest.param("make --version", [], id="version-starts-nothing"),
        pytest.param("make nothing", ["make nothing"], id="unknown-goal-stays"),
    ],
)
def test_a_goal_leads_to_its_recipes(line: str, expected: list[str]) -> None:
    assert leaves(line, LINT_AND_TEST) == expected


def test_make_without_a_makefile_stays_as_it_is() -> None:
    assert leaves("make test", {"README.md": ""}) == ["make test"]


def test_the_way_to_a_program_is_told_outermost_first() -> None:
    files = {"Makefile": "test:\n\t$(MAKE) -C sub check\n", "sub/Makefile": "check:\n\tpytest\n"}
    (leaf,) = reached("make test", files)
    assert leaf.via == ("make test", "make -C sub check")
    assert leaf.cwd == "sub"


@pytest.mark.parametrize(
    ("line", "text", "expected"),
    [
        pytest.param("make t", "R := pytest\nt:\n\t$(R) ${R}\n", ["pytest pytest"], id="simple"),
        pytest.param("make t", "A = $(B)\nB = x\nt:\n\tp $(A)\n", ["p x"], id="recursive"),
        pytest.param("make t", "A ?= 1\nA ?= 2\nt:\n\tp $(A)\n", ["p 1"], id="default"),
        pytest.param("make t", "A = 1\nA += 2\nt:\n\tp $(A)\n", ["p 1 2"], id="append"),
        pytest.param("make t A=9", "A = 1\nt:\n\tp $(A)\n", ["p 9"], id="command-line-wins"),
        pytest.param("make t", "t:\n\tp $$IT\n", ["p ⟦IT⟧"], id="dollar-for-the-shell"),
        pytest.param("make t", "t: a.txt\n\tp $@ $<\n", ["p t a.txt"], id="automatic"),
        pytest.param("make t", "t: X = 3\nt: u\nu:\n\tp $(X)\n", ["p 3"], id="of-the-target"),
        pytest.param("make t", "L = a.c b.c\nt:\n\tp $(L:.c=.o)\n", ["p a.o b.o"], id="reference"),
        pytest.param("make t", "t:\n\tp $(subst a,b,a-a)\n", ["p b-b"], id="subst"),
        pytest.param("make t", "t:\n\tp $(filter %.py,a.py b.c)\n", ["p a.py"], id="filter"),
        pytest.param("make t", "t:\n\tp $(if $(X),yes,no)\n", ["p no"], id="if"),
        pytest.param("make t", "t:\n\tp $(foreach d,a b,x/$(d))\n", ["p x/a x/b"], id="foreach"),
        pytest.param("make t", "f = -$(1)-\nt:\n\tp $(call f,x)\n", ["p -x-"], id="call"),
        pytest.param("make t", "t:\n\tp $(shell git x)\n", ["p ⟦shell_git_x⟧"], id="shell"),
        pytest.param(
            "make t", "P := $(shell which python3)\nt:\n\t$(P) -m pytest\n", ["pytest"], id="which"
        ),
        pytest.param("make t", "V = .venv\nt:\n\t$(V)/bin/pytest\n", ["pytest"], id="environment"),
        pytest.param("make t", "A = $(A)x\nt:\n\tp $(A)\n", ["p x"], id="refers-to-itself"),
        pytest.param(
            "make t",
            "define R\nruff check\npytest\nendef\nt:\n\t$(R)\n",
            ["ruff check", "pytest"],
            id="define",
        ),
    ],
)
def test_variables_and_functions_are_put_in(line: str, text: str, expected: list[str]) -> None:
    assert make(line, text) == expected


def test_an_exported_variable_reaches_the_program() -> None:
    text = "export A = 1\nB = 2\nt: export C = 3\nt:\n\tp\n"
    (leaf,) = reached("make t", {"Makefile": text})
    assert dict(leaf.env) == {"A": "1", "C": "3"}


def test_the_environment_gives_a_value_that_the_makefile_leaves_open() -> None:
    text = "A ?= 1\nB = 1\nt:\n\tp $(A) $(B)\n"
    assert make("make t", text, env={"A": "7", "B": "7"}) == ["p 7 1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("t:\n\t-pytest\n", ["pytest | masked by - prefix"], id="dash"),
        pytest.param("t:\n\t@pytest\n", ["pytest"], id="silent"),
        pytest.param("t:\n\t@-pytest\n", ["pytest | masked by - prefix"], id="silent-dash"),
        pytest.param(".IGNORE: t\nt:\n\tpytest\n", ["pytest | masked by .IGNORE"], id="ignored"),
        pytest.param(".IGNORE:\nt:\n\tpytest\n", ["pytest | masked by .IGNORE"], id="all-ignored"),
        pytest.param("t:\n\tpytest || true\n", ["pytest | masked by || true"], id="or-true"),
        pytest.param("t:\n\tpytest; ls\n", ["pytest | masked by no set -e", "ls"], id="semicolon"),
        pytest.param("t:\n\tpytest\n\tls\n", ["pytest", "ls"], id="a-line-each-counts"),
        pytest.param("t:\n\tpytest && ls\n", ["pytest", "ls"], id="and"),
        pytest.param("t:\n\tcd docs && make html\n", ["docs: make html"], id="cd"),
        pytest.param("t:\n\tcd docs\n\tmake html\n", ["make html"], id="cd-ends-with-its-line"),
        pytest.param(
            ".ONESHELL:\nt:\n\tcd docs\n\tmake html\n", ["docs: make html"], id="one-shell"
        ),
        pytest.param(
            ".ONESHELL:\nt:\n\tpytest\n\tls\n",
            ["pytest | masked by no set -e", "ls"],
            id="one-shell-goes-on",
        ),
        pytest.param(
            ".ONESHELL:\nSHELL = /bin/bash\n.SHELLFLAGS = -ec\nt:\n\tpytest\n\tls\n",
            ["pytest", "ls"],
            id="one-shell-with-e",
        ),
        pytest.param("t:\n\tpytest \\\n\t  -q\n", ["pytest -q"], id="continued"),
        pytest.param("t: ; pytest\n", ["pytest"], id="on-the-rule-line"),
        pytest.param("t::\n\ta\nt::\n\tb\n", ["a", "b"], id="double-colon"),
        pytest.param("t:\n\ta\nt:\n\tb\n", ["b"], id="last-recipe-wins"),
        pytest.param("a t:\n\tp $@\n", ["p t"], id="several-targets"),
        pytest.param("t: u-x\nu-%:\n\tp $*\n", ["p x"], id="pattern"),
        pytest.param("t: | u\nu:\n\tp\n", ["p"], id="order-only"),
        pytest.param("t: # why\n\tp # not\n", ["p"], id="comments"),
        pytest.param("t: t\n\tp\n", ["p"], id="needs-itself"),
    ],
)
def test_a_recipe_is_read_line_by_line(text: str, expected: list[str]) -> None:
    assert make("make t", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ifeq ($(A),1)\nX=a\nelse\nX=b\nendif\nt:\n\tp $(X)\n", ["p b"], id="decided"),
        pytest.param(
            "A=1\nifeq ($(A),1)\nX=a\nelse\nX=b\nendif\nt:\n\tp $(X)\n", ["p a"], id="held"
        ),
        pytest.param(
            "ifdef A\nX=a\nelse ifdef B\nX=b\nelse\nX=c\nendif\nt:\n\tp $(X)\n",
            ["p c"],
            id="else-if",
        ),
        pytest.param("ifneq ('$(A)', '')\nt:\n\ta\nelse\nt:\n\tb\nendif\n", ["b"], id="quotes"),
        pytest.param("t:\nifdef A\n\ta\nelse\n\tb\nendif\n", ["b"], id="inside-a-recipe"),
    ],
)
def test_a_conditional_is_decided_where_it_can_be(text: str, expected: list[str]) -> None:
    assert make("make t", text) == expected


def test_an_undecided_conditional_keeps_both_branches_with_their_condition() -> None:
    text = "t:\nifeq ($(shell uname),Darwin)\n\ta\nelse\n\tb\nendif\n"
    first, second = reached("make t", {"Makefile": text})
    assert (first.text, second.text) == ("a", "b")
    assert "ifeq ($(shell uname),Darwin)" in first.when
    assert "does not hold" in second.when


def test_a_target_that_exists_and_is_not_phony_is_up_to_date() -> None:
    files = {"Makefile": "test:\n\tpytest\n", "test/test_a.py": ""}
    assert leaves("make test", files) == []
    files["Makefile"] = ".PHONY: test\n" + files["Makefile"]
    assert leaves("make test", files) == ["pytest"]


def test_a_target_with_prerequisites_that_exist_depends_on_their_age() -> None:
    files = {"Makefile": "out.txt: in.txt\n\tp\n", "in.txt": "", "out.txt": ""}
    (leaf,) = reached("make out.txt", files)
    assert leaf.when == "make finds `out.txt` out of date"


@pytest.mark.parametrize(
    ("line", "files", "expected"),
    [
        pytest.param(
            "make t", {"Makefile": "include a.mk\n", "a.mk": "t:\n\tp\n"}, ["p"], id="include"
        ),
        pytest.param("make t", {"Makefile": "-include no.mk\nt:\n\tp\n"}, ["p"], id="absent"),
        pytest.param("make t", {"Makefile": "include Makefile\nt:\n\tp\n"}, ["p"], id="itself"),
        pytest.param("make -f x.mk", {"x.mk": "t:\n\tp\n"}, ["p"], id="file"),
        pytest.param(
            "make", {"GNUmakefile": "t:\n\ta\n", "Makefile": "t:\n\tb\n"}, ["a"], id="gnu-first"
        ),
        pytest.param(
            "make -C a -C b", {"a/b/Makefile": "t:\n\tp\n"}, ["a/b: p"], id="folders-add-up"
        ),
        pytest.param("make --directory=a", {"a/makefile": "t:\n\tp\n"}, ["a: p"], id="long-option"),
        pytest.param(
            "make", {"Makefile": ".DEFAULT_GOAL := u\nt:\n\ta\nu:\n\tb\n"}, ["b"], id="default-goal"
        ),
        pytest.param(
            "make t", {"Makefile": "t:\n\tmake t\n\tmake u\nu:\n\tp\n"}, ["p"], id="starts-itself"
        ),
        pytest.param("make -C .. t", {"Makefile": "t:\n\tp\n"}, ["make -C .. t"], id="outside"),
    ],
)
def test_files_and_folders_are_found_as_make_finds_them(
    line: str, files: dict[str, str], expected: list[str]
) -> None:
    assert leaves(line, files) == expected


def test_a_variable_of_the_command_line_reaches_an_inner_make() -> None:
    files = {"Makefile": "t:\n\t$(MAKE) u\nu:\n\tp $(A)\nA = 1\n"}
    assert leaves("make t A=5", files) == ["p 5"]


def test_what_is_only_printed_is_handed_on_as_printed() -> None:
    (leaf,) = reached("make publish", {"Makefile": "publish:\n\t@echo twine upload dist/*\n"})
    assert leaf.argv == ("echo", "twine", "upload", "dist/*")
    assert leaf.via == ("make publish",)

"""tox: which environments are run and what they start."""

from __future__ import annotations

import pytest

from checker.actions.recipes.tox.factors import expanded, holds
from tests.descents import leaves, reached

TWO = """
    [tox]
    envlist = py{39,310}-{a,b}, lint
    [testenv]
    commands =
        a: pytest {posargs:tests}
        b: pytest -k slow
        !a: ls
    [testenv:lint]
    commands = ruff check
"""


def tox(line: str, ini: str, **given: object) -> list[str]:
    return leaves(line, {"tox.ini": ini}, **given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("py{39,310}-{a,b}", ["py39-a", "py39-b", "py310-a", "py310-b"]),
        ("a,b\nc # why", ["a", "b", "c"]),
        ("py{,-x}", ["py", "py-x"]),
        ("py3{10-12}", ["py310", "py311", "py312"]),
    ],
)
def test_names_in_braces_are_written_out(text: str, expected: list[str]) -> None:
    assert list(expanded(text)) == expected


@pytest.mark.parametrize(
    ("condition", "env", "met"),
    [
        ("py39", "py39-a", True),
        ("py39", "py310-a", False),
        ("py39-a", "py39-a", True),
        ("py39-a", "py39-b", False),
        ("py39,py310", "py310", True),
        ("!py39", "py310", True),
        ("!py39", "py39", False),
        ("py{39,310}", "py310", True),
    ],
)
def test_a_condition_asks_for_factors(condition: str, env: str, *, met: bool) -> None:
    assert holds(condition, env) is met


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("tox", ["pytest tests", "pytest -k slow", "ls", "ruff check"], id="env-list"),
        pytest.param("tox -e lint", ["ls", "ruff check"][1:], id="one"),
        pytest.param("tox -e py39-a", ["pytest tests"], id="factors"),
        pytest.param("tox -e py39-a -- -x", ["pytest -x"], id="positional"),
        pytest.param("tox run -e lint", ["ruff check"], id="run"),
        pytest.param("tox -qq -p auto -e lint", ["ruff check"], id="parallel"),
        pytest.param("tox run-parallel -e lint", ["ruff check"], id="run-parallel"),
        pytest.param("tox -epy39-b", ["pytest -k slow", "ls"], id="attached"),
        pytest.param("python -m tox -e lint", ["ruff check"], id="module"),
        pytest.param("uvx --with tox-uv tox -e lint", ["ruff check"], id="uvx"),
        pytest.param("tox -l", [], id="list-starts-nothing"),
        pytest.param("tox config", [], id="config-starts-nothing"),
        pytest.param("tox --notest", [], id="notest-starts-nothing"),
        pytest.param("tox -e nope", ["tox -e nope"], id="unknown-stays"),
        pytest.param("tox -f a", ["pytest tests"], id="factor"),
        pytest.param("tox --skip-env py.*", ["ruff check"], id="skipped"),
        pytest.param("tox exec -e lint -- mypy src", ["mypy src"], id="exec"),
    ],
)
def test_a_command_chooses_its_environments(line: str, expected: list[str]) -> None:
    assert tox(line, TWO) == expected


def test_the_variable_toxenv_chooses_as_the_option_does() -> None:
    assert tox("tox", TWO, env={"TOXENV": "lint"}) == ["ruff check"]


def test_an_environment_that_nobody_knows_may_be_any_of_them() -> None:
    found = reached("tox -e ⟦matrix.env⟧", {"tox.ini": TWO})
    assert {leaf.when for leaf in found} == {"which tox environment is asked for"}
    assert len(found) == 4


def test_a_part_that_nobody_knows_leaves_those_that_fit() -> None:
    found = reached("tox -e py⟦version⟧-a", {"tox.ini": TWO})
    assert [leaf.text for leaf in found] == ["pytest tests"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("commands = - pytest", ["pytest | masked by - prefix"], id="dash"),
        pytest.param("commands = -pytest", ["pytest | masked by - prefix"], id="dash-attached"),
        pytest.param(
            "commands = pytest\nignore_outcome = true",
            ["pytest | masked by ignore_outcome"],
            id="outcome",
        ),
        pytest.param(
            "commands = pytest\nignore_errors = true", ["pytest"], id="errors-still-count"
        ),
        pytest.param("commands = pytest || true", ["pytest || true"], id="no-shell"),
        pytest.param("commands = pytest \\\n    -x", ["pytest -x"], id="continued"),
        pytest.param(
            "commands_pre = a\ncommands = b\ncommands_post = c", ["a", "b", "c"], id="order"
        ),
        pytest.param("commands = {envpython} -m pytest", ["pytest"], id="envpython"),
        pytest.param("commands = {envbindir}/pytest", ["pytest"], id="envbindir"),
        pytest.param("changedir = docs\ncommands = make html", ["docs: make html"], id="changedir"),
        pytest.param("changedir = {toxinidir}/docs\ncommands = p", ["docs: p"], id="toxinidir"),
        pytest.param("commands = p {env:X:1} {env:Y:}", ["p 1"], id="environment"),
        pytest.param("commands = p {[shared]where}", ["p src tests"], id="section"),
        pytest.param("commands = {[shared]all}", ["a", "b"], id="section-of-commands"),
        pytest.param("commands = p {envname}", ["p x"], id="name"),
        pytest.param("opts = -q\ncommands = p {[testenv:x]opts}", ["p -q"], id="own-section"),
        pytest.param("commands = bash -c 'pytest && ls'", ["pytest", "ls"], id="shell"),
        pytest.param("commands = p {posargs:{env:Z:src}}", ["p src"], id="nested"),
        pytest.param("commands =\n    # why\n    p", ["p"], id="comment"),
    ],
)
def test_commands_are_read_as_tox_reads_them(body: str, expected: list[str]) -> None:
    ini = "[tox]\n[shared]\nwhere = src tests\nall =\n    a\n    b\n[testenv:x]\n" + body
    assert leaves("tox -e x", {"tox.ini": ini}) == expected


def test_a_variable_of_setenv_reaches_the_program() -> None:
    ini = "[testenv]\nsetenv =\n    A = 1\n    py39: B = 2\ncommands = pytest\n"
    (leaf,) = reached("tox -e py39", {"tox.ini": ini})
    assert dict(leaf.env) == {"A": "1", "B": "2"}


def test_an_environment_takes_from_its_base() -> None:
    ini = "[testenv]\ncommands = pytest\n[testenv:cov]\ndeps = x\n[other]\ncommands = a\n[testenv:y]\nbase = other\n"
    assert leaves("tox -e cov", {"tox.ini": ini}) == ["pytest"]
    assert leaves("tox -e y", {"tox.ini": ini}) == ["a"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"setup.cfg": "[tox:tox]\nenvlist = x\n[testenv]\ncommands = p\n"},
            ["p"],
            id="setup.cfg",
        ),
        pytest.param({"setup.cfg": "[metadata]\n"}, ["tox"], id="setup.cfg-without"),
        pytest.param(
            {
                "pyproject.toml": '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenvlist = x\n[testenv]\ncommands = p\n"""\n'
            },
            ["p"],
            id="legacy",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.tox]\nenv_list = ["x"]\n[tool.tox.env_run_base]\ncommands = [["p", "a b"]]\n'
            },
            ["p a b"],
            id="native",
        ),
        pytest.param(
            {"tox.toml": 'env_list = ["x"]\n[env.x]\ncommands = [["-", "p"]]\n'},
            ["p | masked by - prefix"],
            id="tox.toml",
        ),
        pytest.param(
            {
                "tox.toml": 'env_list = [{ product = [["py312"], ["a", "b"]] }]\n[env_run_base]\ncommands = [["p", "{env_name}"]]\n'
            },
            ["p py312-a", "p py312-b"],
            id="product",
        ),
        pytest.param(
            {
                "tox.toml": 'env_list = ["x"]\n[env.x]\ncommands = [["p", { replace = "posargs", default = ["d", "e"], extend = true }]]\n'
            },
            ["p d e"],
            id="positional",
        ),
        pytest.param(
            {
                "tox.toml": 'env_list = ["x"]\n[env.y]\ncommands = [["p"]]\n[env.x]\ncommands = [{ replace = "ref", of = ["env", "y", "commands"], extend = true }]\n'
            },
            ["p"],
            id="reference",
        ),
        pytest.param({}, ["tox"], id="nothing"),
    ],
)
def test_the_configuration_may_stand_in_five_places(
    files: dict[str, str], expected: list[str]
) -> None:
    assert leaves("tox", files) == expected


def test_another_file_is_read_when_it_is_named() -> None:
    files = {"ci/tox.ini": "[tox]\nenvlist = x\n[testenv]\ncommands = p\n"}
    assert leaves("tox -c ci/tox.ini", files) == ["ci: p"]


def test_labels_name_groups_of_environments() -> None:
    ini = "[tox]\nlabels =\n    static = lint, type\n[testenv:{lint,type}]\ncommands = p {envname}\n[testenv:z]\nlabels = own\ncommands = q\n"
    assert leaves("tox run -m static", {"tox.ini": ini}) == ["p lint", "p type"]
    assert leaves("tox run -m own", {"tox.ini": ini}) == ["q"]


ACTIONS = """
    [tox]
    envlist = py{39,310}-{linux,mac}, lint
    [testenv]
    commands = p {envname}
    [gh-actions]
    python =
        3.9: py39
        3.10: py310, lint
    [gh-actions:env]
    PLATFORM =
        ubuntu-latest: linux
"""


@pytest.mark.parametrize(
    ("python", "env", "expected"),
    [
        pytest.param(("3.9",), {}, ["p py39-linux", "p py39-mac"], id="version"),
        pytest.param(("3.10.4",), {}, ["p py310-linux", "p py310-mac", "p lint"], id="patch"),
        pytest.param(("3.9",), {"PLATFORM": "ubuntu-latest"}, ["p py39-linux"], id="platform"),
        pytest.param(("3.13",), {}, [], id="not-in-the-table"),
        pytest.param(("3.9",), {"TOXENV": "lint"}, ["p lint"], id="asked-for"),
    ],
)
def test_tox_gh_actions_chooses_by_the_python_that_is_set_up(
    python: tuple[str, ...], env: dict[str, str], expected: list[str]
) -> None:
    assert tox("tox", ACTIONS, python=python, env=env) == expected


@pytest.mark.parametrize("python", [(), ("3.x",), ("⟦matrix.python⟧",)])
def test_an_unknown_python_leaves_all_environments_open(python: tuple[str, ...]) -> None:
    found = reached("tox", {"tox.ini": ACTIONS}, python=python)
    assert len(found) == 5
    assert {leaf.when for leaf in found} == {"the Python version"}


def test_tox_gh_takes_its_own_list_and_else_the_env_list() -> None:
    ini = "[tox]\nenvlist = a, b\n[testenv]\ncommands = p {envname}\n[gh]\npython =\n    3.11 = b, c\n"
    assert tox("tox", ini, python=("3.11",)) == ["p b", "p c"]
    assert tox("tox", ini, python=("3.9",)) == ["p a", "p b"]


def test_an_environment_that_runs_tox_again_ends() -> None:
    assert tox("tox -e x", "[testenv:x]\ncommands =\n    tox -e x\n    p\n") == ["p"]

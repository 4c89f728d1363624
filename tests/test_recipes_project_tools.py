"""hatch, pdm, poe, poetry, pipenv, rye and pixi: the scripts of a project's own file."""

from __future__ import annotations

import pytest

from tests.descents import leaves, reached

HATCH = """
[tool.hatch.envs.default.scripts]
test = "pytest {args:tests}"
cov = ["- coverage erase", "test -x", "coverage report"]
[tool.hatch.envs.default.env-vars]
A = "1"
[tool.hatch.envs.lint]
template = "default"
[tool.hatch.envs.lint.scripts]
all = ["style", "mypy; ls"]
style = "ruff check {args:.}"
[tool.hatch.envs.alone]
detached = true
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("hatch run test", ["pytest tests"], id="script"),
        pytest.param("hatch run test -k x", ["pytest -k x"], id="arguments"),
        pytest.param(
            "hatch run cov",
            ["coverage erase | masked by - prefix", "pytest -x", "coverage report"],
            id="list",
        ),
        pytest.param(
            "hatch run lint:all",
            ["ruff check .", "mypy | masked by no set -e", "ls"],
            id="environment",
        ),
        pytest.param("hatch run lint:test", ["pytest tests"], id="inherited"),
        pytest.param("hatch run alone:cov", ["cov"], id="detached"),
        pytest.param("hatch -e lint run style src", ["ruff check src"], id="option"),
        pytest.param("hatch env run -e lint -- style", ["ruff check ."], id="env-run"),
        pytest.param("hatch run +py=3.12 lint:style", ["ruff check ."], id="matrix"),
        pytest.param("hatch run python -m pytest -q", ["pytest -q"], id="command"),
        pytest.param("hatch fmt --check", ["hatch fmt --check"], id="fmt-stays"),
        pytest.param("hatch build", ["hatch build"], id="build-stays"),
        pytest.param("hatch test", ["hatch test"], id="test-stays"),
    ],
)
def test_hatch_runs_the_scripts_of_an_environment(line: str, expected: list[str]) -> None:
    assert leaves(line, {"pyproject.toml": HATCH}) == expected


def test_hatch_toml_goes_before_pyproject() -> None:
    files = {"hatch.toml": '[envs.default.scripts]\ntest = "p"\n', "pyproject.toml": HATCH}
    assert leaves("hatch run test", files) == ["p"]


def test_variables_of_a_hatch_environment_reach_the_program() -> None:
    (leaf,) = reached("hatch run lint:test", {"pyproject.toml": HATCH})
    assert dict(leaf.env) == {"A": "1"}


PDM = """
[tool.pdm.scripts]
_.env = { A = "1" }
lint = "ruff check"
test = { cmd = ["pytest", "{args}", "-q"] }
both = { composite = ["lint --fix", "test", "mypy src"] }
sh = { shell = "p; q" }
call = { call = "pkg:main" }
pre_test = "echo before"
post_test = { cmd = "p", env = { B = "2" }, working_dir = "sub" }
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("pdm run lint", ["ruff check"], id="run"),
        pytest.param("pdm lint --fix", ["ruff check --fix"], id="bare"),
        pytest.param(
            "pdm run -p . test -x", ["echo before", "pytest -x -q", "sub: p"], id="around"
        ),
        pytest.param(
            "pdm run both",
            ["ruff check --fix", "echo before", "pytest -q", "sub: p", "mypy src"],
            id="composite",
        ),
        pytest.param("pdm run sh", ["p | masked by no set -e", "q"], id="shell"),
        pytest.param("pdm run pytest -q", ["pytest -q"], id="command"),
        pytest.param("pdm build", ["pdm build"], id="build-stays"),
    ],
)
def test_pdm_runs_its_scripts(line: str, expected: list[str]) -> None:
    assert leaves(line, {"pyproject.toml": PDM}) == expected


POE = """
[tool.poe]
env = { E = "0" }
[tool.poe.tasks]
lint = "ruff check ${TARGET:-src}"
test = { cmd = "pytest", env = { A = "1" } }
all = ["lint", "test"]
sh = { shell = "p; q" }
deps = { cmd = "p", deps = ["lint"] }
ref = { ref = "lint --fix" }
seq = { sequence = [{ cmd = "a" }, { shell = "b" }, "lint"], ignore_fail = true }
soft = { cmd = "p", ignore_fail = true }
args = { cmd = "p ${name}", args = [{ name = "name", default = "d" }] }
sub = { cmd = "p", cwd = "docs" }
script = { script = "pkg.cli:main" }
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("poe lint", ["ruff check src"], id="cmd"),
        pytest.param("poe lint a", ["ruff check src a"], id="more-words"),
        pytest.param("poetry poe lint", ["ruff check src"], id="poetry-plugin"),
        pytest.param("poetry run poe lint", ["ruff check src"], id="poetry-run"),
        pytest.param("uv run poe lint", ["ruff check src"], id="uv-run"),
        pytest.param("python -m poethepoet lint", ["ruff check src"], id="module"),
        pytest.param("poe all", ["ruff check src", "pytest"], id="sequence"),
        pytest.param("poe sh", ["p | masked by no set -e", "q"], id="shell"),
        pytest.param("poe deps", ["ruff check src", "p"], id="dependencies"),
        pytest.param("poe ref", ["ruff check src --fix"], id="reference"),
        pytest.param(
            "poe seq",
            [f"{c} | masked by ignore_fail" for c in ("a", "b", "ruff check src")],
            id="mixed",
        ),
        pytest.param("poe soft", ["p | masked by ignore_fail"], id="soft"),
        pytest.param("poe args --name x", ["p x"], id="arguments"),
        pytest.param("poe args", ["p d"], id="default"),
        pytest.param("poe sub", ["docs: p"], id="folder"),
        pytest.param("poe script", ["python -m pkg.cli"], id="script"),
        pytest.param("poe nope", ["poe nope"], id="unknown-stays"),
    ],
)
def test_poe_runs_its_tasks(line: str, expected: list[str]) -> None:
    assert leaves(line, {"pyproject.toml": POE}) == expected


def test_poe_tasks_may_stand_in_a_file_of_their_own() -> None:
    assert leaves("poe t", {"poe_tasks.toml": '[tasks]\nt = "p"\n'}) == ["p"]
    files = {
        "pyproject.toml": '[tool.poe]\ninclude = "more.toml"\n',
        "more.toml": '[tool.poe.tasks]\nt = "p"\n',
    }
    assert leaves("poe t", files) == ["p"]
    assert leaves("poe -C sub t", {"sub/poe_tasks.toml": '[tasks]\nt = "p"\n'}) == ["sub: p"]


def test_tasks_that_refer_to_each_other_end() -> None:
    text = '[tool.poe.tasks]\na = ["b", { cmd = "p" }]\nb = ["a"]\n'
    assert set(leaves("poe a", {"pyproject.toml": text})) <= {"p"}


@pytest.mark.parametrize(
    ("line", "files", "expected"),
    [
        pytest.param(
            "pipenv run lint x",
            {"Pipfile": '[scripts]\nlint = "ruff check"\n'},
            ["ruff check x"],
            id="pipenv",
        ),
        pytest.param("pipenv run pytest", {"Pipfile": ""}, ["pytest"], id="pipenv-command"),
        pytest.param(
            "rye run t",
            {
                "pyproject.toml": '[tool.rye.scripts]\nt = { chain = ["a", "b"] }\na = "p"\nb = { cmd = ["q", "x"] }\n'
            },
            ["p", "q x"],
            id="rye",
        ),
        pytest.param("rye lint", {}, ["rye lint"], id="rye-lint-stays"),
        pytest.param(
            "pixi run t",
            {"pixi.toml": '[tasks]\nt = { cmd = "p", depends-on = ["a"] }\na = "q"\n'},
            ["q", "p"],
            id="pixi",
        ),
        pytest.param(
            "pixi run -e dev a",
            {"pyproject.toml": '[tool.pixi.feature.dev.tasks]\na = "q"\n'},
            ["q"],
            id="pixi-feature",
        ),
        pytest.param("poetry run mytool", {}, ["mytool"], id="poetry-entry-point"),
        pytest.param("poetry -C sub run pytest", {}, ["sub: pytest"], id="poetry-folder"),
        pytest.param(
            "poetry publish --build", {}, ["poetry publish --build"], id="poetry-publish-stays"
        ),
    ],
)
def test_other_project_tools_run_their_scripts(
    line: str, files: dict[str, str], expected: list[str]
) -> None:
    assert leaves(line, files) == expected

"""The catalogue says what tools and actions do, where to, what swallows a failure, and what only looks like it."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.actions import catalogue
from checker.actions.activity import Effect, NearMiss
from checker.actions.catalogue.destinations import image_target, index_of, registry_of
from checker.actions.catalogue.entries import read_entries
from checker.actions.command import NOTHING, Command
from checker.services.repository import Folder

DATA = Path(catalogue.__file__).with_name("data.yaml")
SECRET = "⟦secrets.TOKEN⟧"  # noqa: S105  # a hole, no password


def command(line: str, env: Mapping[str, str] = NOTHING, stdin: str = "") -> Command:
    return Command(tuple(shlex.split(line)), env=env, stdin=stdin)


def doing(line: str, env: Mapping[str, str] = NOTHING) -> list[Effect]:
    return [one for one in catalogue.of_command(command(line, env)) if isinstance(one, Effect)]


def missing(line: str) -> list[NearMiss]:
    return [one for one in catalogue.of_command(command(line)) if isinstance(one, NearMiss)]


def acting(
    uses: str, inputs: Mapping[str, str] = NOTHING, env: Mapping[str, str] = NOTHING
) -> list[Effect]:
    return [one for one in catalogue.of_action(uses, inputs, env) if isinstance(one, Effect)]


def kinds(line: str) -> list[str]:
    return [effect.kind for effect in doing(line)]


# ---------------------------------------------------------------- the data


def test_the_file_is_read_and_is_large_enough() -> None:
    assert len(catalogue.entries()) >= 170
    assert {kind for entry in catalogue.entries() for kind in entry.kinds} == {
        "lint", "test", "build", "publish", "image-build", "image-push", "registry-login",
    }  # fmt: skip


def test_each_entry_names_its_source_and_when_it_was_checked() -> None:
    for entry in catalogue.entries():
        assert re.search(r", 20\d\d-\d\d$", entry.source), (
            f"{entry.name}: `{entry.source}` ends in no year-month"
        )


def test_no_name_stands_for_two_entries() -> None:
    names = Counter(name.lower() for entry in catalogue.entries() for name in entry.names)
    assert not [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("- {name: x, about: y}", "entry 1, x: `source` is missing"),
        ("- {about: y, source: z}", "entry 1, without a name: `name` is missing"),
        (
            "- {name: x, about: y, source: z, kind: lent}",
            "entry 1, x: kind is lent; it is one of lint, test",
        ),
        (
            "- {name: x, about: y, source: z, kind: lint, msks: [-e]}",
            "unknown key `msks`; did you mean `masks`?",
        ),
        ("- {name: x, about: y, source: z, qqq: 1}", "unknown key `qqq`; known are name, about"),
        (
            "- {name: x, about: y, source: z, kind: lint, unless: [-e]}",
            "entry 1, x: `unless` is a mapping of texts",
        ),
        (
            "- {name: x, about: y, source: z, kind: lint, sub: {a: b}}",
            "entry 1, x: `sub` is a list of texts",
        ),
        ("- {name: x, about: y, source: z, does: lint}", "entry 1, x: `does` is a list of forms"),
        ("- {name: x, about: y, source: z, does: [{sub: a}]}", "entry 1, x: kind is missing"),
        (
            "- {name: x, about: y, source: z, kind: publish, target: npm}",
            "target is npm; it is one of pypi",
        ),
        (
            "- {name: x, about: y, source: z}\n- {name: y, also: [X], about: y, source: z}",
            "entry 2, y: the name x is taken",
        ),
        ("- {name: x, name: y}", "line 1: `name` is given twice"),
        ("- x", "entry 1: a mapping with name, about and source was expected"),
        ("name: x", "the catalogue is a list of entries"),
        ("- {name: x", "no YAML"),
        ("- &a {name: x}\n- *a", "line 2: neither an alias"),
    ],
    ids=lambda value: value[:40],
)
def test_a_mistake_in_an_entry_is_told_in_one_sentence(yaml: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        read_entries(yaml)


def test_a_new_linter_is_one_entry_of_data() -> None:
    (entry,) = read_entries(
        '- {name: snakelint, about: a linter, source: "docs: snakelint, 2026-11", kind: lint, masks: -q}'
    )
    assert entry.kinds == ("lint",)
    assert entry.does[0].masks == ("-q",)


# ---------------------------------------------------------------- lint


@pytest.mark.parametrize(
    "line",
    [
        "ruff check .",
        "ruff check --fix src",
        "ruff format --check",
        "ruff format --diff src",
        "ruff src",
        "flake8",
        "pylint src",
        "black --check .",
        "black src tests --check --diff",
        "isort --check-only --profile black .",
        "isort -c .",
        "yapf --diff -r src",
        "autopep8 --diff --exit-code -r src",
        "mypy",
        "mypy -p app",
        "pyright",
        "basedpyright src/",
        "ty check",
        "pyrefly check",
        "bandit -r src",
        "vulture src",
        "deptry .",
        "lint-imports",
        "pre-commit run --all-files",
        "codespell",
        "yamllint .github",
        "hadolint Dockerfile",
        "zizmor .",
        "djlint .",
        "sqlfluff lint models",
        "cargo clippy -- -D warnings",
        "cargo +nightly fmt --check",
        "npx-free prettier",
        "prettier --check .",
        "eslint src",
        "hatch fmt --check",
        "tox -e lint",
        "tox run -e py311-mypy",
        "npm run lint",
        "python -m flake8",
        "python3.11 -m mypy src",
        "py -3.12 -m ruff check",
        "python⟦matrix.python⟧ -m black --check .",
        "python -W error -m pylint src",
        "python -Im flake8",
        ".venv/bin/ruff check",
        "/opt/tools/flake8",
        ".venv\\\\Scripts\\\\ruff.exe check",
        "nbqa flake8 nb.ipynb",
        "nbqa black --check nb.ipynb",
        "uv format --check",
    ],
)
def test_these_lint(line: str) -> None:
    if line.startswith("npx-free"):
        assert missing("prettier --write .")
        return
    assert kinds(line) == ["lint"]


@pytest.mark.parametrize(
    "line",
    [
        "ruff --version",
        "ruff rule E501",
        "ruff clean",
        "flake8 --help",
        "pylint --generate-rcfile",
        "mypy --version",
        "pip-audit -r requirements.txt",
        "safety check",
        "twine check dist/*",
        "helm lint chart",
        "semgrep ci",
        "checkov -d .",
        "python -m compileall src",
        "python -m py_compile app.py",
        "check-manifest",
        "pre-commit install",
        "pip install flake8",
        "echo ruff check",
        "ty version",
        "scripts/black --check",
        "terraform apply",
        "tsc -p .",
    ],
)
def test_these_do_not_lint(line: str) -> None:
    assert not kinds(line)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("black .", "black reformats and never fails without --check"),
        ("black --diff .", "black reformats and never fails without --check"),
        ("isort .", "isort sorts and never fails without --check-only"),
        ("isort --diff .", "isort sorts and never fails without --check-only"),
        ("isort -rc .", "isort sorts and never fails without --check-only"),
        ("ruff format", "`ruff format` reformats and does not fail without --check"),
        ("yapf -i -r src", "yapf prints or rewrites and does not fail without --diff"),
        ("autopep8 --diff -r src", "autopep8 never fails without --exit-code"),
        ("radon cc src", "`radon` measures and never fails"),
        (
            "ruff check --add-noqa",
            "`ruff check --add-noqa` writes exceptions into the files and reports nothing",
        ),
    ],
    ids=lambda value: value[:30],
)
def test_a_formatter_that_cannot_fail_is_a_near_miss(line: str, why: str) -> None:
    assert not kinds(line)
    assert missing(line) == [NearMiss("lint", why)]


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("flake8 . --exit-zero --max-complexity=10", "--exit-zero"),
        ("ruff check -e .", "-e"),
        ("ruff check --exit-zero", "--exit-zero"),
        ("pylint --exit-zero src", "--exit-zero"),
        ("pylint --fail-under=0 src", "--fail-under=0"),
        ("pylint --fail-under 0 src", "--fail-under 0"),
        ("pylint --fail-under=8.0 src", ""),
        ("bandit -r src --exit-zero", "--exit-zero"),
        ("ty check --exit-zero", "--exit-zero"),
        ("xenon src", "not failing without --max-absolute"),
        ("xenon --max-absolute B src", ""),
        ("cppcheck src", "not failing without --error-exitcode"),
        ("cppcheck --error-exitcode=1 src", ""),
        ("cargo clippy -- --exit-zero", ""),
        ("pytest -x", ""),
        ("pytest --exitfirst", ""),
        ("robot --nostatusrc tests", "--nostatusrc"),
    ],
    ids=lambda value: value or "no",
)
def test_an_option_that_swallows_failures_is_told(line: str, masked: str) -> None:
    assert [effect.masked for effect in doing(line)] == [masked]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("flake8 . --select=E9,F63", "only the rules E9,F63"),
        ("flake8 . --select E9", "only the rules E9"),
        ("pylint --fail-under=8.0 src", "passes with a score of 8.0 of 10"),
        ("pylint a.py b.py", "checks 2 files only"),
        ("pylint --rcfile .pylintrc app/main.py", "checks one file only"),
        ("pylint a.py src", ""),
        ("pylint *.py", ""),
        ("pylint ⟦files⟧.py", ""),
        ("yamllint .", "checks YAML files"),
        ("ruff check --fix", "mends what it can first, only the rest fails"),
        (
            "pyupgrade --py311-plus a.py",
            "rewrites files, fails when it changed one; checks one file only",
        ),
    ],
    ids=lambda value: value or "no",
)
def test_what_a_teacher_should_know_is_noted(line: str, note: str) -> None:
    assert [effect.note for effect in doing(line)] == [note]


# ---------------------------------------------------------------- test and build


@pytest.mark.parametrize(
    "line",
    [
        "pytest", "py.test tests", "python -m pytest -q", "python -m unittest discover tests", "python -m doctest a.py",
        "nose2", "nosetests", "behave", "python setup.py test", "python manage.py test", "./manage.py test app", "tox",
        "tox -e py -- --version", "nox", "nox -s tests", "npm test", "npm run test", "yarn test", "jest", "vitest run",
        "cargo test --release", "go test ./...", "./mvnw -B verify", "ctest --output-on-failure", "hatch test",
        "python test_api.py", "python tests/run.py", "./tests/test-x.sh", "bash scripts/run_tests.sh", "scripts/test",
        "./run-tests", "python -m tests.run_tests", "sh ci/⟦matrix.kind⟧_test_runner.sh", "pytest --nbval nb.ipynb",
        "stestr run", "robot tests", "sphinx-build -b doctest docs out", "dotnet test",
    ],
)  # fmt: skip
def test_these_test(line: str) -> None:
    assert kinds(line) == ["test"]


@pytest.mark.parametrize(
    "line",
    [
        "pytest --version",
        "pytest --fixtures",
        "python -c 'import app'",
        "python app/main.py",
        "tox -l",
        "tox -e docs",
        "python scripts/check_test_class_order.py",
        "python tests/load_data.py",
        "coverage xml",
        "locust -f load.py",
        "papermill in.ipynb out.ipynb",
        "mvn -B clean",
        "npm ci",
        "cargo build",
        "test -f setup.py",
        "python -",
        "tests/data/test_input.json",
        "playwright install",
        "python",
    ],
)
def test_these_do_not_test(line: str) -> None:
    assert not kinds(line)


@pytest.mark.parametrize(
    "line",
    [
        "pytest --collect-only",
        "pytest --co -q",
        "cargo test --no-run",
        "tox --notest",
        "behave --dry-run",
        "ctest -N",
    ],
)
def test_listing_tests_is_a_near_miss(line: str) -> None:
    assert not kinds(line)
    assert [miss.kind for miss in missing(line)] == ["test"]


def test_a_plugin_makes_pytest_lint_too() -> None:
    assert kinds("pytest --flake8 --mypy src") == ["test", "lint"]


def test_a_script_of_the_project_says_so() -> None:
    (effect,) = doing("python test_api.py")
    assert (effect.tool, effect.note) == ("script", "a script of the project's own named test")


def test_a_runner_whose_definition_is_unknown_says_so() -> None:
    assert [effect.note for effect in doing("tox")] == ["its definition was not found"]


@pytest.mark.parametrize(
    "line",
    [
        "python -m build", "python -m build hw2/ --outdir dist", "pyproject-build", "poetry build", "flit build",
        "hatch build", "uv build", "pdm build", "maturin build --release", "python setup.py sdist bdist_wheel",
        "python setup.py -q bdist_wheel", "pip wheel .", "pip wheel --no-deps -w dist ./pkg", "cibuildwheel",
        "python -m pip wheel .[all]", "hatchling build",
    ],
)  # fmt: skip
def test_these_build(line: str) -> None:
    assert kinds(line) == ["build"]


@pytest.mark.parametrize(
    "line",
    ["pip wheel -r requirements.txt", "pip install .", "maturin develop", "python setup.py install", "scripts/build",
     "conda build recipe", "pyinstaller app.py", "uv sync", "uv build --list", "python -m build --help"],
)  # fmt: skip
def test_these_do_not_build(line: str) -> None:
    assert not kinds(line)


def test_cibuildwheel_tests_with_the_command_it_is_told() -> None:
    assert [
        e.kind for e in doing("cibuildwheel", {"CIBW_TEST_COMMAND": "pytest {project}/tests"})
    ] == ["build", "test"]


# ---------------------------------------------------------------- publish


@pytest.mark.parametrize(
    ("line", "env", "target", "credential"),
    [
        ("twine upload dist/*", {}, "pypi", ""),
        ("twine upload -u __token__ -p ⟦secrets.TOKEN⟧ dist/*", {}, "pypi", SECRET),
        ("twine upload dist/*", {"TWINE_PASSWORD": SECRET}, "pypi", SECRET),
        ("twine upload -r testpypi dist/*", {}, "testpypi", ""),
        ("twine upload -rtestpypi dist/*", {}, "testpypi", ""),
        ("twine upload --repository=testpypi dist/*", {}, "testpypi", ""),
        ("twine upload dist/*", {"TWINE_REPOSITORY": "testpypi"}, "testpypi", ""),
        (
            "twine upload dist/*",
            {"TWINE_REPOSITORY_URL": "https://test.pypi.example/legacy/"},
            "testpypi",
            "",
        ),
        (
            "twine upload --repository-url https://upload.pypi.example/legacy/ dist/*",
            {},
            "pypi",
            "",
        ),
        (
            "twine upload --repository-url https://nexus.company.example/repository/pypi/ dist/*",
            {},
            "other",
            "",
        ),
        ("twine upload -r nexus dist/*", {}, "other", ""),
        ("twine upload --repository-url ⟦vars.INDEX⟧ dist/*", {}, None, ""),
        ("python -m twine upload dist/*", {}, "pypi", ""),
        ("poetry publish --username=__token__ --password=⟦secrets.TOKEN⟧", {}, "pypi", SECRET),
        ("poetry publish", {"POETRY_PYPI_TOKEN_PYPI": SECRET}, "pypi", SECRET),
        (
            "poetry publish -r test-pypi",
            {"POETRY_PYPI_TOKEN_TEST_PYPI": SECRET},
            "testpypi",
            SECRET,
        ),
        (
            "poetry publish -r course",
            {"POETRY_REPOSITORIES_COURSE_URL": "https://test.pypi.example/legacy/"},
            "testpypi",
            "",
        ),
        ("uv publish", {"UV_PUBLISH_TOKEN": SECRET}, "pypi", SECRET),
        (
            "uv publish --token ⟦secrets.TOKEN⟧ --publish-url https://test.pypi.example/legacy/",
            {},
            "testpypi",
            SECRET,
        ),
        ("uv publish --index testpypi", {}, "testpypi", ""),
        ("hatch publish -r test -u __token__ -a ⟦secrets.TOKEN⟧", {}, "testpypi", SECRET),
        ("hatch publish", {"HATCH_INDEX_REPO": "main", "HATCH_INDEX_AUTH": SECRET}, "pypi", SECRET),
        ("maturin upload dist/*", {"MATURIN_PYPI_TOKEN": SECRET}, "pypi", SECRET),
        ("python setup.py sdist upload -r testpypi", {}, "testpypi", ""),
    ],
    ids=lambda value: str(value)[:50],
)
def test_where_an_upload_goes_and_what_authorises_it(
    line: str, env: dict[str, str], target: str | None, credential: str
) -> None:
    (effect,) = (effect for effect in doing(line, env) if effect.kind == "publish")
    assert (effect.target, effect.credential) == (target, credential)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("poetry publish --build", ["build", "publish"]),
        ("poetry publish", ["publish"]),
        ("pdm publish", ["build", "publish"]),
        ("pdm publish --no-build", ["publish"]),
        ("flit publish", ["build", "publish"]),
        ("hatch publish", ["publish"]),
        ("maturin publish", ["build", "publish"]),
        ("poetry -C hw2 publish", ["publish"]),
        ("poetry publish --dry-run --build", ["build"]),
        ("uv publish --dry-run", []),
        ("semantic-release publish", []),
        ("npm publish", []),
        ("cargo publish", []),
        ("twine check dist/*", []),
        ("twine upload --help", []),
    ],
)
def test_publishing_builds_first_only_where_the_tool_does(line: str, expected: list[str]) -> None:
    assert kinds(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "poetry publish --dry-run",
        "twine check dist/*",
        "uv publish --dry-run",
        "semantic-release publish",
    ],
)
def test_what_uploads_nothing_is_a_near_miss(line: str) -> None:
    assert [miss.kind for miss in missing(line)] == ["publish"]


def test_github_has_no_python_registry() -> None:
    (effect,) = doing("twine upload --repository-url https://pip.pkg.github.com/me dist/*")
    assert (effect.target, effect.note) == (
        "other",
        "GitHub has no Python registry: this upload fails",
    )


def test_files_that_are_there_already_are_noted() -> None:
    assert "on the index already" in doing("twine upload --skip-existing dist/*")[0].note


def test_uv_finds_the_address_of_an_index_in_pyproject() -> None:
    files = Folder(
        {
            "pyproject.toml": '[[tool.uv.index]]\nname = "course"\nurl = "https://x.example/simple"\npublish-url = "https://test.pypi.example/legacy/"\n'
        }
    )
    (effect,) = catalogue.of_command(command("uv publish --index course"), files)
    assert isinstance(effect, Effect)
    assert (effect.target, effect.destinations) == (
        "testpypi",
        ("https://test.pypi.example/legacy/",),
    )


@pytest.mark.parametrize(
    ("line", "sets"),
    [
        ("poetry config pypi-token.pypi ⟦secrets.TOKEN⟧", {"POETRY_PYPI_TOKEN_PYPI": SECRET}),
        ("poetry config --local pypi-token.test-pypi x", {"POETRY_PYPI_TOKEN_TEST_PYPI": "x"}),
        (
            "poetry config http-basic.pypi user ⟦secrets.TOKEN⟧",
            {"POETRY_HTTP_BASIC_PYPI_PASSWORD": SECRET},
        ),
        (
            "poetry config repositories.course https://test.pypi.example/legacy/",
            {"POETRY_REPOSITORIES_COURSE_URL": "https://test.pypi.example/legacy/"},
        ),
        ("poetry config virtualenvs.in-project true", {}),
        ("poetry build", {}),
        ("unknown config pypi-token.pypi x", {}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_setting_for_later_commands_is_read_as_the_variable_it_equals(
    line: str, sets: dict[str, str]
) -> None:
    assert dict(catalogue.settings_of_command(command(line))) == sets


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("", "pypi"),
        ("https://upload.pypi.example/legacy/", "pypi"),
        ("https://pypi.example/legacy/", "pypi"),
        ("https://test.pypi.example/legacy/", "testpypi"),
        ("test.pypi.example/legacy", "testpypi"),
        ("https://pypi.company.example/simple", "other"),
        ("https://pypi.fury.example.net/x", "other"),
        ("http://127.0.0.1:8091/", "other"),
        ("https://user:pw@test.pypi.example:443/legacy/", "testpypi"),
        ("pypi", "pypi"),
        ("PyPI", "pypi"),
        ("testpypi", "testpypi"),
        ("test_pypi", "testpypi"),
        ("artifactory", "other"),
        ("https://⟦vars.HOST⟧/legacy", None),
        ("⟦vars.REPOSITORY⟧", None),
        ("https://", "other"),
        ("://", "other"),
    ],
)
def test_an_index_is_known_by_its_address_or_name(address: str, target: str | None) -> None:
    assert index_of(address)[0] == target


# ---------------------------------------------------------------- images


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("user/app:1.0", "dockerhub"),
        ("docker.io/user/app", "dockerhub"),
        ("index.docker.io/user/app", "dockerhub"),
        ("registry.hub.docker.com/user/app", "dockerhub"),
        ("app:latest", "dockerhub"),
        ("ghcr.io/user/app:1", "ghcr"),
        ("GHCR.io/user/app", "ghcr"),
        ("quay.io/org/app", "other"),
        ("localhost/app", "other"),
        ("localhost:5000/app", "other"),
        ("1234.dkr.ecr.eu-west-1.amazonaws.com/app", "other"),
        ("⟦secrets.DOCKERHUB_USERNAME⟧/app:1", "dockerhub"),
        ("⟦secrets.DOCKER_USER⟧/⟦env.NAME⟧:⟦github.ref_name⟧", "dockerhub"),
        ("⟦github.repository⟧:latest", "dockerhub"),
        ("⟦secrets.ACCOUNT⟧.dkr.ecr.us-east-1.amazonaws.com/app", "other"),
        ("⟦secrets.NAME⟧.azurecr.io/app", "other"),
        ("⟦secrets.ECR_REGISTRY⟧/app", "other"),
        ("⟦steps.login-ecr.outputs.registry⟧/app", "other"),
        ("⟦ECR_registry⟧/app:1", "other"),
        ("⟦secrets.REGISTRY⟧/app", None),
        ("⟦env.REGISTRY_URL⟧/me/app", None),
        ("⟦env.IMAGE⟧", None),
        ("⟦env.IMAGE⟧:1.0", None),
        ("⟦secrets.X⟧/project/app", None),
        ("docker://user/app", "dockerhub"),
        ("⟦secrets.DOCKERHUB_REPO⟧:1", "dockerhub"),
        ("ghcr.io/⟦github.repository⟧:1", "ghcr"),
    ],
)
def test_an_image_goes_to_the_registry_its_name_says(reference: str, target: str | None) -> None:
    assert image_target(reference) == target


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("", "dockerhub"),
        ("docker.io", "dockerhub"),
        ("https://index.docker.io/v1/", "dockerhub"),
        ("ghcr.io", "ghcr"),
        ("https://ghcr.io", "ghcr"),
        ("quay.io", "other"),
        ("⟦secrets.REGISTRY⟧", None),
        ("⟦steps.login-ecr.outputs.registry⟧", "other"),
        ("⟦secrets.NAME⟧.azurecr.io", "other"),
        ("⟦vars.DOCKERHUB_REGISTRY⟧", "dockerhub"),
    ],
)
def test_a_login_is_for_the_registry_it_names(host: str, target: str | None) -> None:
    assert registry_of(host) == target


def images(line: str) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(effect.kind, effect.target, effect.destinations) for effect in doing(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("docker build -t me/app .", [("image-build", None, ("me/app",))]),
        ("docker image build --tag=me/app:1 .", [("image-build", None, ("me/app:1",))]),
        ("docker push me/app:1", [("image-push", "dockerhub", ("me/app:1",))]),
        ("docker push -a ghcr.io/me/app", [("image-push", "ghcr", ("ghcr.io/me/app",))]),
        ("docker image push me/app", [("image-push", "dockerhub", ("me/app",))]),
        (
            "docker buildx build --push -t me/app:1 -t ghcr.io/me/app:1 .",
            [
                ("image-build", None, ("me/app:1", "ghcr.io/me/app:1")),
                ("image-push", "dockerhub", ("me/app:1",)),
                ("image-push", "ghcr", ("ghcr.io/me/app:1",)),
            ],
        ),
        ("docker buildx build --load -t me/app .", [("image-build", None, ("me/app",))]),
        ("docker buildx build --push=false -t me/app .", [("image-build", None, ("me/app",))]),
        (
            "docker buildx build -o type=registry -t me/app .",
            [("image-build", None, ("me/app",)), ("image-push", "dockerhub", ("me/app",))],
        ),
        (
            "docker buildx build --output=type=image,name=me/app,push=true .",
            [("image-build", None, ("me/app",)), ("image-push", "dockerhub", ("me/app",))],
        ),
        (
            "docker buildx build --output=type=image,push=false -t me/app .",
            [("image-build", None, ("me/app",))],
        ),
        (
            "docker buildx imagetools create -t me/app:1 me/app@sha256:0",
            [("image-push", "dockerhub", ("me/app:1",))],
        ),
        (
            "docker --context ci buildx bake --push",
            [("image-build", None, ()), ("image-push", None, ())],
        ),
        ("docker tag app me/app", []),
        ("docker run me/app docker push me/app", []),
        (
            "podman push localimage docker://quay.io/me/app:1",
            [("image-push", "other", ("quay.io/me/app:1",))],
        ),
        ("buildah push me/app", [("image-push", "dockerhub", ("me/app",))]),
        ("buildah push me/app oci-archive:/tmp/app.tar", []),
        (
            "skopeo copy oci:out docker://ghcr.io/me/app",
            [("image-push", "ghcr", ("ghcr.io/me/app",))],
        ),
        ("skopeo copy docker://me/app dir:/tmp/app", []),
        (
            "/kaniko/executor --context . --destination=me/app:1",
            [("image-build", None, ("me/app:1",)), ("image-push", "dockerhub", ("me/app:1",))],
        ),
        ("/kaniko/executor --no-push -d me/app", [("image-build", None, ("me/app",))]),
        ("crane push app.tar ghcr.io/me/app", [("image-push", "ghcr", ("ghcr.io/me/app",))]),
        (
            "pack build me/app --publish",
            [("image-build", None, ("me/app",)), ("image-push", "dockerhub", ("me/app",))],
        ),
        ("heroku container:push web", [("image-build", None, ()), ("image-push", "other", ())]),
        ("docker login ghcr.io -u me -p x", [("registry-login", "ghcr", ("ghcr.io",))]),
        ("docker login -u me -p x", [("registry-login", "dockerhub", ())]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_image_commands_do_and_where_to(
    line: str, expected: list[tuple[str, str | None, tuple[str, ...]]]
) -> None:
    assert images(line) == expected


def test_a_push_that_an_unknown_value_decides_says_on_what_it_depends() -> None:
    (push,) = (
        e
        for e in doing("docker buildx build --push=⟦inputs.push⟧ -t me/app .")
        if e.kind == "image-push"
    )
    assert (push.depends, push.note) == ("inputs.push", "depends on inputs.push")


def test_an_image_without_a_user_is_refused_by_docker_hub() -> None:
    assert doing("docker push app")[0].note == "`app` names no user: Docker Hub refuses it"
    assert doing("docker push me/app")[0].note == ""


def test_a_login_with_a_password_from_standard_input_says_so() -> None:
    (effect,) = doing("docker login -u me --password-stdin")
    assert (effect.credential, effect.note) == ("", "password from standard input")
    fed = catalogue.of_command(command("docker login -u me --password-stdin", stdin=f"{SECRET}\n"))
    assert fed == (Effect("registry-login", "docker", "dockerhub", credential=SECRET),)


COMPOSE = "services:\n  web: {build: ., image: 'me/web:${TAG:-latest}'}\n  db: {image: ghcr.io/me/db:$VERSION}\n"


@pytest.mark.parametrize(
    ("line", "name", "expected"),
    [
        (
            "docker compose push",
            "compose.yaml",
            {"dockerhub": ("me/web:2",), "ghcr": ("ghcr.io/me/db:⟦env.VERSION⟧",)},
        ),
        ("docker compose -f ci/c.yml push web", "ci/c.yml", {"dockerhub": ("me/web:2",)}),
        (
            "docker-compose push db",
            "docker-compose.yml",
            {"ghcr": ("ghcr.io/me/db:⟦env.VERSION⟧",)},
        ),
        ("docker compose push", "elsewhere/compose.yaml", {None: ()}),
    ],
)
def test_compose_pushes_the_images_its_file_names(
    line: str, name: str, expected: dict[str | None, tuple[str, ...]]
) -> None:
    found = catalogue.of_command(command(line, {"TAG": "2"}), Folder({name: COMPOSE}))
    assert {e.target: e.destinations for e in found if isinstance(e, Effect)} == expected


@pytest.mark.parametrize(
    "text", ["[", "a: &a [*a]", "services: []", "services: {web: x}", "[" * 50_000], ids=range(5)
)
def test_a_compose_file_that_makes_no_sense_names_no_image(text: str) -> None:
    found = catalogue.of_command(command("docker compose push"), Folder({"compose.yaml": text}))
    assert [e.destinations for e in found if isinstance(e, Effect)] == [()]


# ---------------------------------------------------------------- actions


@pytest.mark.parametrize(
    ("uses", "inputs", "expected"),
    [
        ("psf/black@stable", {}, [("lint", "")]),
        ("psf/black@stable", {"options": "--check --verbose", "src": "./src"}, [("lint", "")]),
        ("psf/black@stable", {"options": "--verbose"}, []),
        ("PSF/Black@24.1", {}, [("lint", "")]),
        ("astral-sh/ruff-action@v3", {}, [("lint", "")]),
        ("astral-sh/ruff-action@v3", {"args": "check --exit-zero"}, [("lint", "--exit-zero")]),
        ("chartboost/ruff-action@v1", {"args": "format --check"}, [("lint", "")]),
        ("astral-sh/ruff-action@v3", {"args": "--version"}, []),
        ("isort/isort-action@v1", {}, [("lint", "")]),
        ("py-actions/flake8@v2", {"args": "--exit-zero"}, [("lint", "--exit-zero")]),
        ("reviewdog/action-flake8@v3", {}, [("lint", "not failing without fail_level: any")]),
        (
            "reviewdog/action-flake8@v3",
            {"fail_level": "none"},
            [("lint", "not failing without fail_level: any")],
        ),
        ("reviewdog/action-flake8@v3", {"fail_level": "any"}, [("lint", "")]),
        ("reviewdog/action-flake8@v3", {"fail_on_error": "true"}, [("lint", "")]),
        ("TrueBrain/actions-flake8@v2", {"only_warn": "1"}, [("lint", "only_warn: 1")]),
        (
            "rickstaa/action-black@v1",
            {"fail_on_error": "false"},
            [("lint", "not failing without fail_on_error")],
        ),
        ("oxsecurity/megalinter/flavors/python@v8", {}, [("lint", "")]),
        ("zizmorcore/zizmor-action@v0", {}, [("lint", "advanced-security: true")]),
        ("zizmorcore/zizmor-action@v0", {"advanced-security": "false"}, [("lint", "")]),
        (
            "wearerequired/lint-action@v2",
            {"flake8": "true", "continue_on_error": "false"},
            [("lint", "not failing without continue_on_error: true")],
        ),
        (
            "microsoft/action-python@v1",
            {"pytest": "true", "flake8": "true"},
            [("lint", ""), ("test", "")],
        ),
        ("github/codeql-action/analyze@v4", {}, []),
        ("aquasecurity/trivy-action@master", {}, []),
        ("actions/checkout@v5", {}, []),
        ("someone/unknown@v1", {"push": "true"}, []),
        ("", {}, []),
    ],
    ids=lambda value: str(value)[:44],
)
def test_what_actions_check_and_whether_they_can_fail(
    uses: str, inputs: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    found = catalogue.of_action(uses, inputs, {})
    assert [(e.kind, e.masked) for e in found if isinstance(e, Effect)] == expected


def test_super_linter_is_silenced_by_a_variable() -> None:
    assert (
        acting("super-linter/super-linter@v8", env={"DISABLE_ERRORS": "true"})[0].masked
        == "DISABLE_ERRORS=true"
    )
    assert acting("super-linter/super-linter@v8")[0].masked == ""


def test_an_effect_carries_the_name_of_the_action() -> None:
    assert [effect.tool for effect in acting("psf/black@stable")] == ["psf/black"]


def test_an_action_that_only_reformats_is_a_near_miss() -> None:
    assert catalogue.of_action("psf/black@stable", {"options": "--verbose"}, {}) == (
        NearMiss("lint", "black reformats and never fails without --check"),
    )


PUSH = "docker/build-push-action@v6"


@pytest.mark.parametrize(
    ("inputs", "pushed"),
    [
        ({"push": "true", "tags": "me/app:1"}, {"dockerhub": ("me/app:1",)}),
        (
            {"push": "True", "tags": "me/app:1,ghcr.io/me/app:1"},
            {"dockerhub": ("me/app:1",), "ghcr": ("ghcr.io/me/app:1",)},
        ),
        (
            {"push": "true", "tags": "me/app:1\nme/app:latest\n"},
            {"dockerhub": ("me/app:1", "me/app:latest")},
        ),
        ({"outputs": "type=registry", "tags": "me/app"}, {"dockerhub": ("me/app",)}),
        (
            {"outputs": "type=image,name=ghcr.io/me/app,push-by-digest=true,push=true"},
            {"ghcr": ("ghcr.io/me/app",)},
        ),
        (
            {"push": "true", "tags": "⟦steps.meta.outputs.tags⟧"},
            {None: ("⟦steps.meta.outputs.tags⟧",)},
        ),
        ({"push": "false", "tags": "me/app"}, {}),
        ({"tags": "me/app", "load": "true"}, {}),
        ({"outputs": "type=docker", "tags": "me/app"}, {}),
        ({"push": "", "tags": "me/app"}, {}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_build_push_action_pushes_only_when_told(
    inputs: dict[str, str], pushed: dict[str | None, tuple[str, ...]]
) -> None:
    found = catalogue.of_action(PUSH, inputs, {})
    assert "image-build" in [one.kind for one in found if isinstance(one, Effect)]
    assert {
        e.target: e.destinations for e in found if isinstance(e, Effect) and e.kind == "image-push"
    } == pushed


@pytest.mark.parametrize("inputs", [{}, {"push": "false"}], ids=["absent", "false"])
def test_an_image_that_stays_on_the_runner_is_a_near_miss(inputs: dict[str, str]) -> None:
    found = catalogue.of_action(PUSH, {"tags": "me/app", **inputs}, {})
    assert (
        NearMiss("image-push", "push: false builds the image and keeps it on the runner") in found
    )


def test_an_unknown_push_depends_on_its_value() -> None:
    (push,) = (
        e for e in acting(PUSH, {"push": "⟦vars.PUSH⟧", "tags": "me/app"}) if e.kind == "image-push"
    )
    assert push.depends == "vars.PUSH"


@pytest.mark.parametrize(
    ("uses", "inputs", "pushed"),
    [
        (
            "redhat-actions/push-to-registry@v2",
            {"registry": "quay.io/me", "image": "app", "tags": "latest v1"},
            {"other": ("quay.io/me/app:latest", "quay.io/me/app:v1")},
        ),
        (
            "redhat-actions/push-to-registry@v2",
            {"image": "me/app"},
            {"dockerhub": ("me/app:latest",)},
        ),
        (
            "redhat-actions/push-to-registry@v2",
            {"registry": "ghcr.io", "image": "ghcr.io/me/app"},
            {"ghcr": ("ghcr.io/me/app:latest",)},
        ),
        (
            "elgohr/Publish-Docker-Github-Action@v5",
            {"name": "me/app", "username": "u", "password": "p"},
            {"dockerhub": ("me/app",)},
        ),
        (
            "elgohr/Publish-Docker-Github-Action@v5",
            {"name": "me/app", "registry": "ghcr.io"},
            {"ghcr": ("ghcr.io/me/app",)},
        ),
        (
            "mr-smithers-excellent/docker-build-push@v6",
            {"image": "me/app", "registry": "docker.io"},
            {"dockerhub": ("docker.io/me/app",)},
        ),
        (
            "mr-smithers-excellent/docker-build-push@v6",
            {"image": "me/app", "pushImage": "false"},
            {},
        ),
        ("jwalton/gh-ecr-push@v2", {"image": "app:1"}, {"other": ("app:1",)}),
        ("macbre/push-to-ghcr@master", {"image_name": "me/app"}, {"ghcr": ("ghcr.io/me/app",)}),
        ("docker/bake-action@v6", {"push": "true"}, {None: ()}),
        (
            "docker/github-builder/.github/workflows/build.yml@v1",
            {"output": "image", "push": "true", "meta-images": "me/app"},
            {"dockerhub": ("me/app",)},
        ),
        ("docker/setup-buildx-action@v3", {}, {}),
        ("docker/metadata-action@v5", {"images": "me/app"}, {}),
    ],
    ids=lambda value: str(value)[:50],
)
def test_other_actions_that_push(
    uses: str, inputs: dict[str, str], pushed: dict[str | None, tuple[str, ...]]
) -> None:
    found = catalogue.of_action(uses, inputs, {})
    assert {
        e.target: e.destinations for e in found if isinstance(e, Effect) and e.kind == "image-push"
    } == pushed


@pytest.mark.parametrize(
    ("uses", "inputs", "target", "credential"),
    [
        ("docker/login-action@v3", {"username": "me", "password": SECRET}, "dockerhub", SECRET),
        ("docker/login-action@v3", {"registry": "ghcr.io", "password": SECRET}, "ghcr", SECRET),
        (
            "azure/docker-login@v2",
            {"login-server": "x.azurecr.io", "password": SECRET},
            "other",
            SECRET,
        ),
        ("aws-actions/amazon-ecr-login@v2", {}, "other", ""),
        (
            "redhat-actions/podman-login@v1",
            {"registry": "quay.io", "password": SECRET},
            "other",
            SECRET,
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_login_actions(uses: str, inputs: dict[str, str], target: str, credential: str) -> None:
    (effect,) = acting(uses, inputs)
    assert (effect.kind, effect.target, effect.credential) == ("registry-login", target, credential)


@pytest.mark.parametrize(
    ("uses", "inputs", "target", "credential"),
    [
        ("pypa/gh-action-pypi-publish@release/v1", {}, "pypi", ""),
        ("pypa/gh-action-pypi-publish@release/v1", {"password": SECRET}, "pypi", SECRET),
        ("pypa/gh-action-pypi-publish@v1.4.2", {"repository_url": "https://test.pypi.example/legacy/"}, "testpypi", ""),
        ("pypa/gh-action-pypi-publish@v1", {"repository-url": "https://test.pypi.example/legacy/"}, "testpypi", ""),
        ("JRubics/poetry-publish@v2", {"pypi_token": SECRET}, "pypi", SECRET),
        ("etils-actions/pypi-auto-publish@v1", {"pypi-token": SECRET}, "pypi", SECRET),
        ("celsiusnarhwal/poetry-publish@v2", {"repo": "testpypi", "token": SECRET}, "testpypi", SECRET),
        ("casperdcl/deploy-pypi@v2", {"password": SECRET, "build": "true"}, "pypi", SECRET),
        ("PyO3/maturin-action@v1", {"command": "upload", "args": "--skip-existing dist/*"}, "pypi", ""),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_actions_that_publish(
    uses: str, inputs: dict[str, str], target: str, credential: str
) -> None:
    found = catalogue.of_action(uses, inputs, {})
    (effect,) = (e for e in found if isinstance(e, Effect) and e.kind == "publish")
    assert (effect.target, effect.credential) == (target, credential)


def test_an_upload_without_a_password_is_trusted_publishing() -> None:
    assert acting("pypa/gh-action-pypi-publish@v1")[0].note == "no password: trusted publishing"
    assert acting("pypa/gh-action-pypi-publish@v1", {"password": SECRET})[0].note == ""


@pytest.mark.parametrize(
    ("uses", "inputs"),
    [
        ("python-semantic-release/python-semantic-release@v10", {"github_token": SECRET}),
        ("JRubics/poetry-publish@v2", {"poetry_publish_options": "--dry-run"}),
        ("casperdcl/deploy-pypi@v2", {"upload": "false"}),
        ("coveooss/pypi-publish-with-poetry@v1", {"dry-run": "true"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_actions_that_look_like_publishing_are_near_misses(
    uses: str, inputs: dict[str, str]
) -> None:
    found = catalogue.of_action(uses, inputs, {})
    assert [one.kind for one in found if isinstance(one, NearMiss)] == ["publish"]
    assert not [one for one in found if isinstance(one, Effect) and one.kind == "publish"]


@pytest.mark.parametrize(
    ("uses", "inputs", "texts"),
    [
        ("nick-fields/retry@v3", {"command": "pytest -q"}, ("pytest -q",)),
        ("nick-invision/retry@v2", {"command": "tox"}, ("tox",)),
        ("coactions/setup-xvfb@v1", {"run": "pytest\nruff check"}, ("pytest\nruff check",)),
        (
            "pre-commit/action@v3.0.1",
            {},
            ("pre-commit run --show-diff-on-failure --color=always --all-files",),
        ),
        ("actions-rs/cargo@v1", {"command": "test", "args": "--all"}, ("cargo test --all",)),
        ("addnab/docker-run-action@v3", {"image": "me/app", "run": "pytest"}, ("pytest",)),
        ("pavelzw/pytest-action@v2", {}, ("pytest ",)),
        (
            "classroom-resources/autograding-command-grader@v1",
            {"setup-command": "", "command": "pytest grade.py"},
            ("pytest grade.py",),
        ),
        ("Wandalen/wretry.action@v3", {"command": "pytest"}, ("pytest",)),
        (
            "Wandalen/wretry.action@v3",
            {"action": "nick-fields/retry@v3", "with": "command: tox\nmax: 3"},
            ("tox",),
        ),
        ("docker://python:3.12", {"args": "pytest -q"}, ("pytest -q",)),
        ("docker://python:3.12", {"entrypoint": "pytest", "args": "tests"}, ("pytest tests",)),
        ("docker://rhysd/actionlint:latest", {"args": "-color"}, ("actionlint -color",)),
        (
            "docker://ghcr.io/hadolint/hadolint:v2@sha256:0",
            {"args": "Dockerfile"},
            ("hadolint Dockerfile",),
        ),
        ("docker://alpine", {}, ()),
        ("nick-fields/retry@v3", {}, ()),
        ("actions/checkout@v5", {"run": "pytest"}, ()),
        ("someone/unknown@v1", {"run": "pytest"}, ()),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_commands_an_action_runs_for_its_caller(
    uses: str, inputs: dict[str, str], texts: tuple[str, ...]
) -> None:
    assert catalogue.commands_of_action(uses, inputs) == texts


def test_a_wrapped_action_is_read_with_its_own_inputs() -> None:
    inputs = {"action": "docker/build-push-action@v6", "with": "push: true\ntags: me/app:1"}
    found = catalogue.of_action("Wandalen/wretry.action@v3", inputs, {})
    assert [(e.kind, e.destinations) for e in found if isinstance(e, Effect)] == [
        ("image-build", ("me/app:1",)),
        ("image-push", ("me/app:1",)),
    ]


# ---------------------------------------------------------------- what is only printed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twine upload dist/*", ["publish"]),
        ("Would run: uv publish --token x", ["publish"]),
        ("docker push me/app:1", ["image-push"]),
        ("$ flake8 src", ["lint"]),
        ("Running `pytest` now", ["test"]),
        ("pytest && docker push me/app", ["test", "image-push"]),
        ("build finished", ["build"]),
        ("The build finished", []),
        ("all black and white", []),
        ("Linting repository", []),
        ("Hello, world", []),
        ("", []),
    ],
)
def test_printed_commands_are_near_misses(text: str, expected: list[str]) -> None:
    found = catalogue.near_misses((Command(("echo", text)),))
    assert [miss.kind for miss in found] == expected


def test_a_near_miss_quotes_what_is_printed() -> None:
    (miss,) = catalogue.near_misses((Command(("echo", "docker push me/app")),))
    assert miss.why == 'echo prints "docker push me/app" and starts nothing'


def test_a_long_text_is_cut_short() -> None:
    (miss,) = catalogue.near_misses((Command(("echo", "docker push me/app " + "x" * 500)),))
    assert len(miss.why) < 120


# ---------------------------------------------------------------- looking things up


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ruff", "ruff"), ("RUFF", "ruff"), ("py.test", "pytest"), ("docker/login-action@v3", "docker/login-action"),
        ("Docker/Login-Action", "docker/login-action"), ("importlinter.cli", "lint-imports"),
        ("actions/setup-python", "actions/setup-python"), ("github/codeql-action/analyze", "github/codeql-action/init"),
        ("docker://rhysd/actionlint:1.7", "actionlint"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_case_and_version(name: str, found: str) -> None:
    assert [entry.name for entry in catalogue.lookup(name)] == [found]


def test_an_unknown_name_finds_nothing_and_suggests_what_is_near() -> None:
    assert catalogue.lookup("flaek8") == ()
    assert "flake8" in catalogue.suggest("flaek8")
    assert catalogue.suggest("build-push-action")[0] == "docker/build-push-action"
    assert catalogue.suggest("zzzzzzzzz") == ()
    assert catalogue.suggest("") == ()


def test_a_form_says_how_its_call_looks() -> None:
    (entry,) = catalogue.lookup("poetry")
    assert [form.call for form in entry.does] == ["build", "publish, with --build", "publish"]


# ---------------------------------------------------------------- hostile input

WORDS = st.sampled_from(
    ["docker", "buildx", "build", "push", "--push", "-t", "--tag=", "-o", "--", "-", "", "twine", "upload", "-r", "python",
     "-m", "⟦", "⟧", "⟦x⟧", "://", "/", "-p", "ruff", "check", "compose", "skopeo", "copy", "poetry", "publish", "config",
     "pypi-token.", "echo", "\x00", "[", "*", "uv", "--index", "login", "--password-stdin", "setup.py", ".", "..", "\\"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=12),
    st.dictionaries(WORDS, WORDS, max_size=3),
)
def test_no_command_line_makes_it_raise(words: list[str], env: dict[str, str]) -> None:
    made = Command(tuple(words), env=env)
    catalogue.of_command(made, Folder({"compose.yaml": COMPOSE}))
    catalogue.settings_of_command(made)
    catalogue.near_misses((made,))


ACTIONS = st.sampled_from(
    [entry.name for entry in catalogue.entries() if entry.is_action] + ["docker://", "@", "a/b/c"]
)
INPUTS = st.sampled_from(
    [
        "push",
        "tags",
        "args",
        "options",
        "command",
        "run",
        "action",
        "with",
        "registry",
        "image",
        "name",
        "outputs",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    ACTIONS,
    st.dictionaries(
        st.one_of(INPUTS, st.text(max_size=5)), st.one_of(WORDS, st.text(max_size=30)), max_size=5
    ),
)
def test_no_inputs_make_it_raise(uses: str, inputs: dict[str, str]) -> None:
    catalogue.of_action(uses, inputs, {})
    catalogue.commands_of_action(uses, inputs)


def test_a_very_long_command_line_is_read_in_part() -> None:
    tags = tuple(f"--tag=me/app:{number}" for number in range(50_000))
    (build,) = catalogue.of_command(Command(("docker", "build", *tags, ".")))
    assert isinstance(build, Effect)
    assert 0 < len(build.destinations) <= 200

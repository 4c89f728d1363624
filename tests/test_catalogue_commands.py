"""What a command does: lint, test, build, publish, images; what masks it, and what only looks like it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import pytest

from checker.actions import catalogue
from checker.actions.activity import Effect, NearMiss
from checker.actions.catalogue.destinations import image_target, index_of, registry_of
from checker.actions.command import NOTHING, Command
from checker.services.repository import Folder

SECRET = "⟦secrets.TOKEN⟧"  # a hole, no password


def command(line: str, env: Mapping[str, str] = NOTHING, stdin: str = "") -> Command:
    return Command(tuple(shlex.split(line)), env=env, stdin=stdin)


def doing(line: str, env: Mapping[str, str] = NOTHING) -> list[Effect]:
    return [one for one in catalogue.of_command(command(line, env)) if isinstance(one, Effect)]


def missing(line: str) -> list[NearMiss]:
    return [one for one in catalogue.of_command(command(line)) if isinstance(one, NearMiss)]


def kinds(line: str) -> list[str]:
    return [effect.kind for effect in doing(line)]


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

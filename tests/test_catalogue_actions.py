"""What an action does itself, and what it runs for its caller."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from checker.actions import catalogue
from checker.actions.activity import Effect, NearMiss
from checker.actions.command import NOTHING

SECRET = "⟦secrets.TOKEN⟧"  # a hole, no password


def acting(
    uses: str, inputs: Mapping[str, str] = NOTHING, env: Mapping[str, str] = NOTHING
) -> list[Effect]:
    return [one for one in catalogue.of_action(uses, inputs, env) if isinstance(one, Effect)]


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
        ("wearerequired/lint-action@v2", {"flake8": "true"}, [("lint", "continue_on_error: true")]),
        (
            "wearerequired/lint-action@v2",
            {"flake8": "true", "continue_on_error": "false"},
            [("lint", "")],
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

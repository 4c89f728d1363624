"""Containers: what docker, podman and compose start, through the repository's Dockerfiles."""

from __future__ import annotations

import shlex

import pytest

from checker.actions.command import Command
from checker.actions.recipes import built_image
from tests.descents import leaves, reached

DOCKERFILE = """
    ARG BASE=python:3.12
    FROM $BASE AS base
    ENV MODE=test LEVEL="1 2"
    ARG TOOL=pytest
    WORKDIR /app
    COPY . .
    # a comment
    RUN pip install . && \\
        # inside
        ruff check .
    FROM base AS checks
    RUN ["mypy", "src"]
    WORKDIR tests
    RUN $TOOL -q
    FROM scratch AS unused
    RUN never
    FROM base
    COPY --from=checks /app/x /x
    RUN <<EOF
    set -e
    make all
    EOF
    ENTRYPOINT ["python", "-m"]
    CMD ["pytest", "-x"]
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "docker build -t me/app .",
            [
                "docker build -t me/app .",
                "pip install .",
                "ruff check .",
                "mypy src",
                "tests: pytest -q",
                "make all",
            ],
            id="all-that-the-last-stage-needs",
        ),
        pytest.param(
            "docker build --target base .",
            ["docker build --target base .", "pip install .", "ruff check ."],
            id="target",
        ),
        pytest.param(
            "docker buildx build --target checks --build-arg TOOL=p --push .",
            [
                "docker buildx build --target checks --build-arg TOOL=p --push .",
                "pip install .",
                "ruff check .",
                "mypy src",
                "tests: p -q",
            ],
            id="buildx",
        ),
        pytest.param(
            "podman build --target base .",
            ["podman build --target base .", "pip install .", "ruff check ."],
            id="podman",
        ),
        pytest.param(
            "docker build -f other/Dockerfile .",
            ["docker build -f other/Dockerfile .", "p"],
            id="file",
        ),
        pytest.param("docker build other", ["docker build other", "other: p"], id="context"),
        pytest.param(
            "docker build https://example.org/x.git",
            ["docker build https://example.org/x.git"],
            id="elsewhere",
        ),
        pytest.param("docker build nothing", ["docker build nothing"], id="absent-stays"),
    ],
)
def test_building_an_image_runs_its_run_lines(line: str, expected: list[str]) -> None:
    files = {"Dockerfile": DOCKERFILE, "other/Dockerfile": "FROM x\nRUN p\n", "tests/t.py": ""}
    assert leaves(line, files) == expected


def test_a_semicolon_in_a_run_line_hides_a_failure() -> None:
    assert leaves("docker build .", {"Dockerfile": "FROM x\nRUN pytest; ls\n"})[1:] == [
        "pytest | masked by no set -e",
        "ls",
    ]
    text = 'FROM x\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN pytest; ls\n'
    assert leaves("docker build .", {"Dockerfile": text})[1:] == ["pytest", "ls"]


def test_a_dockerfile_may_come_as_input() -> None:
    assert leaves("docker build -t x -", {}, stdin="FROM x\nRUN p\n") == [
        "docker build -t x -",
        "p",
    ]


def test_variables_of_an_image_reach_its_programs() -> None:
    found = reached("docker build .", {"Dockerfile": DOCKERFILE}, env={"STEP": "1"})
    assert dict(found[1].env) == {"MODE": "test", "LEVEL": "1 2", "TOOL": "pytest"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("docker build -t me/app:1 .", ("me/app:1", "Dockerfile|.")),
        ("docker build -f d/x.Dockerfile --tag=me/app sub", ("me/app", "d/x.Dockerfile|sub")),
        ("docker buildx build -t a . --push", ("a", "Dockerfile|.")),
        ("podman image build -t a .", ("a", "Dockerfile|.")),
        ("docker build .", None),
        ("docker push a", None),
        ("make", None),
    ],
)
def test_a_build_tells_the_image_it_makes(line: str, expected: tuple[str, str] | None) -> None:
    assert built_image(Command(tuple(shlex.split(line)))) == expected


IMAGE = {
    "Dockerfile": 'FROM x\nWORKDIR /code\nCOPY . /code\nENTRYPOINT ["bash", "run.sh"]\nCMD ["lint"]\n',
    "run.sh": "set -e\np $1\n",
    "sub/x": "",
}
BUILT = {"me/app": "Dockerfile|."}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("docker run --rm -it me/app", ["p lint"], id="command-of-the-image"),
        pytest.param(
            "docker run -e A=1 --name x me/app test", ["p test"], id="words-after-the-image"
        ),
        pytest.param("docker run --entrypoint pytest me/app -q", ["pytest -q"], id="entry-point"),
        pytest.param("docker run me/app:latest", ["p lint"], id="latest"),
        pytest.param(
            "docker run -d me/app",
            ["p lint | masked by docker run -d does not wait"],
            id="detached",
        ),
        pytest.param("docker exec -w /code box pytest", ["pytest"], id="exec"),
        pytest.param("podman run me/app", ["p lint"], id="podman"),
    ],
)
def test_running_an_image_of_the_job_starts_its_program(line: str, expected: list[str]) -> None:
    assert leaves(line, IMAGE, images=BUILT) == expected


def test_a_strange_image_keeps_its_command_beside_the_words() -> None:
    line = 'docker run --rm -v "$PWD":/src -w /src/sub python:3 python -m pytest -q'
    assert leaves(line, IMAGE) == [shlex.join(shlex.split(line)).replace("'", ""), "sub: pytest -q"]
    assert leaves("docker run hadolint/hadolint", IMAGE) == ["docker run hadolint/hadolint"]


COMPOSE = {
    "compose.yaml": """
        services:
          db: {image: postgres}
          app:
            build: {context: ., target: base}
            command: pytest -q
            environment: [A=1]
            depends_on: [db]
          tools:
            image: x
            profiles: [tools]
            entrypoint: [sh, -c]
        """,
    "Dockerfile": "FROM a AS base\nWORKDIR /app\nCOPY . .\nRUN ruff check\nFROM base\nRUN never\n",
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("docker compose run --rm app", ["pytest -q"], id="run"),
        pytest.param("docker-compose run app mypy", ["mypy"], id="words"),
        pytest.param("docker compose run tools 'p && q'", ["p", "q"], id="entry-point"),
        pytest.param("docker compose exec -T app mypy", ["mypy"], id="exec"),
        pytest.param("docker compose build", ["docker compose build", "ruff check"], id="build"),
        pytest.param(
            "docker compose up --abort-on-container-exit",
            ["docker compose up --abort-on-container-exit", "ruff check", "pytest -q"],
            id="up",
        ),
        pytest.param(
            "docker compose up -d app",
            [
                "docker compose up -d app",
                "ruff check",
                "pytest -q | masked by compose up -d does not wait",
            ],
            id="up-detached",
        ),
        pytest.param("docker compose down", ["docker compose down"], id="down-stays"),
        pytest.param("docker compose run nope", ["docker compose run nope"], id="unknown-stays"),
        pytest.param(
            "docker compose -f no.yml up", ["docker compose -f no.yml up"], id="absent-stays"
        ),
    ],
)
def test_compose_starts_its_services(line: str, expected: list[str]) -> None:
    assert leaves(line, COMPOSE) == expected


def test_variables_of_a_service_reach_its_program() -> None:
    (leaf,) = reached("docker compose run -e B=2 app", COMPOSE)
    assert dict(leaf.env) == {"A": "1", "B": "2"}

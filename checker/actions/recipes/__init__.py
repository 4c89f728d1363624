"""What a command starts in turn: make, tox, nox, task runners, containers and scripts, read and never run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from checker.actions.command import NOTHING, Command
from checker.actions.effort import Effort
from checker.actions.recipes.descent import Descent, Reader
from checker.actions.recipes.docker import built_image
from checker.actions.recipes.normal import is_python, normal
from checker.actions.recipes.scripts import SHELLS
from checker.services.repository import Files

__all__ = ["built_image", "started"]


def started(
    command: Command,
    files: Files,
    *,
    python: tuple[str, ...] = (),
    github: Mapping[str, str] = NOTHING,
    images: Mapping[str, str] = NOTHING,
    effort: Effort | None = None,
) -> tuple[Command, ...]:
    """Return the programs that a command leads to, outermost launcher first in each one's `via`.

    `effort` bounds the work, and tells afterwards whether something was left for it. `python` are the versions set
    up in the job (tox-gh-actions asks), `github` the runner's own variables, and `images` the images built earlier
    in the job, as `built_image` tells them. A command that launches nothing, or whose recipe is nowhere to be read,
    is returned as it is. Never raises.
    """
    return Descent(
        files, _reader, normal, python=python, github=github, images=images, effort=effort
    ).leaves(command)


@cache
def _readers() -> Mapping[str, Reader]:
    """Return what reads each launcher, by the name of its program."""
    from checker.actions.recipes import (
        compose,
        docker,
        invoke,
        make,
        nox,
        pre_commit,
        project_tools,
        runners,
        scripts,
        task_files,
        tox,
    )

    table: dict[Callable[..., tuple[Command, ...] | None], str] = {
        make.started: "make gmake",
        tox.of_tox: "tox",
        nox.of_nox: "nox",
        invoke.of_invoke: "invoke inv",
        pre_commit.of_pre_commit: "pre-commit prek",
        project_tools.of_hatch: "hatch",
        project_tools.of_pdm: "pdm",
        project_tools.of_poe: "poe",
        task_files.of_just: "just",
        task_files.of_task: "task go-task",
        task_files.of_npm: "npm yarn pnpm bun",
        docker.of_docker: "docker podman buildah nerdctl",
        compose.of_compose: "docker-compose podman-compose",
        runners.of_uv: "uv",
        runners.of_uvx: "uvx",
        runners.of_pipx: "pipx",
        runners.of_npx: "npx bunx pnpx",
        runners.of_poetry: "poetry",
        runners.of_pipenv: "pipenv",
        runners.of_conda: "conda mamba micromamba",
        runners.of_coverage: "coverage",
        runners.of_rye: "rye",
        runners.of_pixi: "pixi",
        runners.of_xargs: "xargs",
        scripts.of_source: "source .",
        scripts.of_shell: " ".join(SHELLS),
    }
    return {program: reader for reader, programs in table.items() for program in programs.split()}


def _reader(command: Command, place: Descent) -> Reader | None:
    """Choose what reads a command; a program given by its path is a script of the repository, if that has it."""
    from checker.actions.recipes import scripts

    program = command.argv[0] if command.argv else ""
    known = _readers().get(program)
    if known is not None:
        return known
    if is_python(program):
        return scripts.of_python
    if "/" in program or place.is_file(program):
        return scripts.of_file
    return None

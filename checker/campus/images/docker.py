"""A command named `docker` for the steps of workflows.

`python -m checker.campus.images.docker` knows build, buildx build, push, pull, tag, login, logout and images, with the
campus' registry (CAMPUS_REGISTRY) in Docker Hub's place. Images lie beside its settings, in DOCKER_CONFIG or ~/.docker;
it starts no containers.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from checker.campus.images.build import build
from checker.campus.images.order import BuildError, Order, Run
from checker.campus.images.reference import HUB, reference_of
from checker.campus.images.remote import Remote
from checker.campus.images.settings import Settings

_BUILDER = re.compile(
    r"(https?://[^/\s]+)/([^/\s]+/[^/\s]+)/actions/runs/(\d{1,18})(?:/attempts/(\d{1,6}))?"
)
_QUIET = ("version", "create", "use", "ls", "inspect", "rm", "prune", "stop")
"""Subcommands of buildx that prepare what needs no preparation here."""
# Options of `docker build` and `docker buildx build` (29) that change nothing here.
_PASSED_OVER = (
    "--add-host --allow --annotation --builder --build-context --cache-from --cache-to --cgroup-parent"
    " --network --no-cache-filter --progress --sbom --secret --shm-size --ssh --ulimit --memory -m --call"
).split()
_SWITCHES = (
    "--no-cache",
    "--pull",
    "--rm",
    "--force-rm",
    "--compress",
    "--squash",
    "--debug",
    "-D",
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BuildError(message)


class Docker:
    """The command, with the environment it was started in."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._settings = Settings(environment)

    def __call__(self, words: Sequence[str]) -> int:
        """Do what the words say and return the status to end with. Raises BuildError."""
        rest = list(words)
        while rest[:1] and rest[0] in {"image", "buildx", "builder", "container"} and len(rest) > 1:
            rest.pop(0)
        name, *given = rest or ["help"]
        match name:
            case "login":
                return self._login(given)
            case "logout":
                return self._logout(given)
            case "build" | "b":
                return self._build(given)
            case "push":
                return self._push(given)
            case "pull":
                return self._pull(given)
            case "tag":
                return self._tag(given)
            case "images" | "list":
                return self._images()
            case "run" | "exec" | "compose" | "start" | "up":
                raise BuildError(
                    f"docker {name} is not for the campus: it builds and pushes images, and runs none"
                )
            case "--version" | "-v":
                _say("Docker of the campus (builds and pushes; runs no containers)")
                return 0
            case "version" | "info":
                return 0
            case _ if name in _QUIET and "buildx" in words[:1]:
                return 0
        raise BuildError(
            f"docker {name[:60]} is not known on the campus; build, push, pull, tag, login, images are"
        )

    # Who asks

    def _login(self, given: list[str]) -> int:
        parser = _Parser(prog="docker login")
        parser.add_argument("-u", "--username", default="")
        parser.add_argument("-p", "--password", default="")
        parser.add_argument("--password-stdin", action="store_true")
        parser.add_argument("server", nargs="?", default="docker.io")
        said = parser.parse_args(given)
        password = sys.stdin.readline().rstrip("\r\n") if said.password_stdin else said.password
        if not said.username or not password:
            raise BuildError(
                "login needs a user and a password: echo $TOKEN | docker login -u USER --password-stdin"
            )
        self._check_server(said.server)
        Remote(self._settings.registry, said.username, password).check()
        self._settings.keep(said.username, password)
        _say("Login Succeeded")
        return 0

    def _logout(self, given: list[str]) -> int:
        self._check_server((given or ["docker.io"])[0])
        self._settings.keep("", "")
        _say("Removing login credentials")
        return 0

    def _check_server(self, server: str) -> None:
        host = server.removeprefix("https://").removeprefix("http://").partition("/")[0]
        if host not in {*HUB, self._settings.host}:
            raise BuildError(
                f"{host[:80]} is not on the campus; log in to Docker Hub's place: docker login -u USER"
            )

    # Images

    def _build(self, given: list[str]) -> int:
        said = _build_options(given)
        outputs = ",".join(said.output)
        push = said.push or "type=registry" in outputs or "push=true" in outputs
        login, password = self._settings.login
        say = (lambda _: None) if said.quiet else _say
        context = Path(said.context)
        file = said.file or "Dockerfile"
        # A path after -f is one from here, not from the context.
        dockerfile = os.path.relpath(file, context) if said.file else file
        order = Order(
            context,
            dockerfile,
            _pairs(said.label),
            _arguments(said.build_arg, self._environment),
            said.target,
            tuple(one for text in said.platform for one in text.split(",")) or (),
        )
        built = build(
            order,
            registry=self._settings.registry,
            tags=tuple(one for text in said.tag for one in text.split(",") if one),
            push=push,
            login=login,
            password=password,
            run=self._run(said),
            index=self._settings.index,
            layout=self._settings.images,
            say=say,
        )
        if said.quiet:
            _say(built.image_id)
        if said.iidfile:
            Path(said.iidfile).write_text(built.image_id, encoding="ascii")
        if said.metadata_file:
            facts = {
                "containerimage.config.digest": built.image_id,
                "containerimage.digest": built.digest,
                "image.name": ",".join(built.tags),
            }
            Path(said.metadata_file).write_text(json.dumps(facts), encoding="utf-8")
        return 0

    def _run(self, said: argparse.Namespace) -> Run | None:
        """Return the run that provenance is to name: its address is BuildKit's `builder-id`."""
        wanted = ",".join([*said.provenance, *said.attest])
        found = _BUILDER.search(wanted)
        if found is None or "disabled=true" in wanted:
            return None
        return Run(
            found[2],
            int(found[3]),
            int(found[4] or 1),
            self._environment.get("GITHUB_REF", ""),
            self._environment.get("GITHUB_SHA", ""),
            found[1],
        )

    def _push(self, given: list[str]) -> int:
        parser = _Parser(prog="docker push")
        parser.add_argument("-a", "--all-tags", action="store_true")
        parser.add_argument("-q", "--quiet", action="store_true")
        parser.add_argument("--platform", default="")
        parser.add_argument("name")
        said = parser.parse_args(given)
        wanted = reference_of(said.name, self._settings.host)
        names = [str(wanted)]
        if said.all_tags:
            names = [
                one for one, _ in self._settings.images.names() if one.startswith(f"{wanted.name}:")
            ]
        login, password = self._settings.login
        remote = Remote(self._settings.registry, login, password)
        for name in names:
            found = self._settings.images.find(name)
            if found is None:
                raise BuildError(f"An image does not exist locally with the tag: {name}")
            target = reference_of(name)
            remote.push(self._settings.images, found, target)
            _say(f"{target.reference}: digest: {found['digest']} size: {found['size']}")
        return 0

    def _pull(self, given: list[str]) -> int:
        wanted = reference_of(
            next((one for one in given if not one.startswith("-")), ""), self._settings.host
        )
        found = Remote(self._settings.registry).pull(self._settings.images, wanted, "linux/amd64")
        if found is None:
            raise BuildError(f"manifest for {wanted} not found: it is not in the campus' registry")
        self._settings.images.name(str(wanted), found)
        _say(f"Digest: {found['digest']}")
        return 0

    def _tag(self, given: list[str]) -> int:
        if len(given) != 2:
            raise BuildError("docker tag needs a source and a target")
        source, target = (reference_of(one, self._settings.host) for one in given)
        found = self._settings.images.find(str(source))
        if found is None:
            raise BuildError(f"No such image: {source}")
        self._settings.images.name(str(target), found)
        return 0

    def _images(self) -> int:
        _say(f"{'REPOSITORY':<40} {'TAG':<20} DIGEST")
        for name, descriptor in sorted(self._settings.images.names(), key=lambda item: item[0]):
            repository, _, tag = name.partition(":")
            _say(f"{repository:<40} {tag:<20} {descriptor['digest'][:19]}")
        return 0


def _build_options(given: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="docker build", allow_abbrev=False)
    parser.add_argument("-t", "--tag", action="append", default=[])
    parser.add_argument("-f", "--file", default="")
    parser.add_argument("--build-arg", action="append", default=[])
    parser.add_argument("--label", action="append", default=[])
    parser.add_argument("--target", default="")
    parser.add_argument("--platform", action="append", default=[])
    parser.add_argument("--push", action="store_true")
    parser.add_argument("--load", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("-o", "--output", action="append", default=[])
    parser.add_argument("--provenance", action="append", default=[])
    parser.add_argument("--attest", action="append", default=[])
    parser.add_argument("--iidfile", default="")
    parser.add_argument("--metadata-file", default="")
    for one in _PASSED_OVER:
        parser.add_argument(one, dest="passed_over", action="append")
    for one in _SWITCHES:
        parser.add_argument(one, dest="switched", action="store_true")
    parser.add_argument("context")
    said = parser.parse_args(given)
    if "://" in said.context or said.context == "-":
        raise BuildError(
            f"the context {said.context[:80]!r} is no folder; only folders are built here"
        )
    return said


def _pairs(given: Sequence[str]) -> dict[str, str]:
    return {one.partition("=")[0]: one.partition("=")[2] for one in given}


def _arguments(given: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return build arguments; one without a value takes it from the environment."""
    return {
        name: value if has_value else environment.get(name, "")
        for name, has_value, value in (one.partition("=") for one in given)
    }


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    """Run the command; return the status to end with."""
    try:
        return Docker(os.environ)(words)
    except BuildError as problem:
        sys.stderr.write(f"ERROR: {problem}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`docker build`: the image it names, the Dockerfile it reads, and what the RUN lines start."""

from __future__ import annotations

from collections.abc import Iterable

from checker.actions.command import Command, has_hole
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.docker.dockerfile import Build, Stage, reached, stages_of
from checker.actions.recipes.options import Options, assignments, leading, scattered
from checker.actions.recipes.paths import inside

# From `docker build --help` and `docker buildx build --help` (29).
_VALUED = frozenset(
    "-f --file -t --tag --target --build-arg --label --platform -o --output --cache-from "
    "--cache-to --progress --network --secret --ssh --add-host --annotation --attest --builder "
    "--build-context --cgroup-parent --iidfile --metadata-file --no-cache-filter --provenance_ "
    "--sbom_ --shm-size --ulimit --allow --call --isolation --memory -m --cpuset-cpus -c "
    "--cpu-shares --policy --format --layers_ --runroot --root --storage-driver -v --volume".split()
)
_GLOBAL = frozenset(
    "-H --host -c --context --config -l --log-level --root --runroot --log-driver".split()
)


def subcommand(command: Command) -> tuple[str, ...]:
    """Return the words of a docker command from its subcommand on, `image` and `builder` left out."""
    words = leading(command.argv[1:], _GLOBAL).rest
    if words[:1] in {("image",), ("builder",), ("container",), ("buildx",)} and len(words) > 1:
        rest = leading(words[1:], {"--builder"}).rest
        if words[0] == "buildx" and rest[:1] not in {("build",), ("b",)}:
            return words
        words = rest
    return words


def build_of(command: Command) -> Build | None:
    """Return what a command builds; None when it is no `docker build`."""
    words = subcommand(command)
    if words[:1] not in {("build",), ("bud",), ("b",)}:
        return None
    options: Options = scattered(words[1:], _VALUED)
    if not options.rest:
        return None
    context = command.cwd if options.rest[0] == "-" else inside(command.cwd, options.rest[0])
    given = options.last("-f", "--file")
    if given == "-" or options.rest[0] == "-":
        file = "-"
    elif given:
        file = inside(command.cwd, given)
    else:
        file = inside(context, "Dockerfile") if context else ""
    arguments, plain = assignments(options.all("--build-arg"))
    arguments |= {name: command.env[name] for name in plain if name in command.env}
    return Build(file, context, options.all("-t", "--tag"), options.last("--target"), arguments)


def built_image(command: Command) -> tuple[str, str] | None:
    """Return the tag a command gives to an image and its Dockerfile as `path|context`.

    None for anything but a `docker build` with a tag and a Dockerfile of the repository.
    """
    if not command.argv or command.argv[0] not in {"docker", "podman", "buildah", "nerdctl"}:
        return None
    build = build_of(command)
    if build is None or not build.tags or build.file in {"", "-"}:
        return None
    return build.tags[0], f"{build.file}|{build.context}"


def started_by_build(
    command: Command, place: Descent, build: Build, text: str
) -> tuple[Command, ...]:
    """Return what the RUN lines of the stages that are built start."""
    found: list[Command] = []
    place.effort.spend(len(text))
    for stage in reached(stages_of(text, build, place.is_folder), build.target):
        found += of_stage(stage, command, place)
    return tuple(found)


def of_stage(stage: Stage, command: Command, place: Descent) -> Iterable[Command]:
    """Return what the RUN lines of one stage start."""
    outer = child(command, ())
    outer = Command((), cwd=outer.cwd)  # the image doesn't see the step's variables
    for run in stage.runs:
        if run.words:
            yield child(outer, run.words, cwd=run.cwd, env=run.env)
        else:
            yield from place.shell(run.text, outer, shell=run.shell, cwd=run.cwd, env=run.env)


def dockerfile_text(command: Command, place: Descent, build: Build) -> str:
    """Return the Dockerfile of a build, or the Containerfile that podman looks for."""
    if build.file == "-":
        return command.stdin
    if has_hole(build.file):
        return ""
    text = place.text(".", build.file)
    if not text and build.file.endswith("Dockerfile"):
        text = place.text(".", build.file.removesuffix("Dockerfile") + "Containerfile")
    return text

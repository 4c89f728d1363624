"""The docker command line: `build`, `run`, `exec` and `compose`, for podman and nerdctl as well."""

from __future__ import annotations

from dataclasses import replace

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.docker.build import (
    build_of,
    dockerfile_text,
    started_by_build,
    subcommand,
)
from checker.actions.recipes.docker.dockerfile import Build, Stage, image_command, last, stages_of
from checker.actions.recipes.options import Options, assignments, leading
from checker.actions.recipes.paths import inside, parent
from checker.actions.recipes.words import split

# From `docker run --help` (29): the options that take a value.
_RUN_VALUED = frozenset(
    "--add-host --annotation -a --attach --blkio-weight --blkio-weight-device --cap-add --cap-drop "
    "--cgroup-parent --cgroupns --cidfile --cpu-count --cpu-percent --cpu-period --cpu-quota "
    "--cpu-rt-period --cpu-rt-runtime -c --cpu-shares --cpus --cpuset-cpus --cpuset-mems "
    "--detach-keys --device --device-cgroup-rule --device-read-bps --device-read-iops "
    "--device-write-bps --device-write-iops --dns --dns-option --dns-search --domainname "
    "--entrypoint -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval "
    "--health-retries --health-start-interval --health-start-period --health-timeout -h --hostname "
    "--ip --ip6 --ipc --isolation --kernel-memory -l --label --label-file --link --link-local-ip "
    "--log-driver --log-opt --mac-address -m --memory --memory-reservation --memory-swap "
    "--memory-swappiness --mount --name --network --net --network-alias --net-alias --oom-score-adj "
    "--pid --pids-limit --platform -p --publish --pull --restart --runtime --security-opt "
    "--shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user "
    "--userns --uts -v --volume --volume-driver --volumes-from -w --workdir --userns-mode".split()
)
_EXEC_VALUED = frozenset("--detach-keys -e --env --env-file -u --user -w --workdir".split())


def of_docker(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what a docker command starts: the command itself stays where it builds or runs an image."""
    words = subcommand(command)
    if not words:
        return None
    if words[0] == "compose":
        from checker.actions.recipes.compose import of_compose

        rewritten = replace(command, argv=("docker-compose", *words[1:]))
        started = of_compose(rewritten, place)
        if started is None:
            return None
        return tuple(command if one is rewritten else one for one in started)
    if words[0] in {"build", "bud", "b"}:
        build = build_of(command)
        text = "" if build is None else dockerfile_text(command, place, build)
        if build is None or not text:
            return None
        return (command, *started_by_build(command, place, build, text))
    if words[0] in {"run", "create"}:
        return _run(command, place, leading(words[1:], _RUN_VALUED))
    if words[0] == "exec":
        options = leading(words[1:], _EXEC_VALUED)
        return _exec(command, options) if len(options.rest) > 1 else None
    return None


def _exec(command: Command, options: Options) -> tuple[Command, ...]:
    env, _ = assignments(options.all("-e", "--env"))
    detached = "docker exec -d" if options.has("-d", "--detach") else ""
    return (child(command, options.rest[1:], env=env, masked=detached, stdin=command.stdin),)


def _run(command: Command, place: Descent, options: Options) -> tuple[Command, ...] | None:
    if not options.rest:
        return None
    image, words = options.rest[0], options.rest[1:]
    env, plain = assignments(options.all("-e", "--env"))
    env |= {name: command.env[name] for name in plain if name in command.env}
    masked = "docker run -d does not wait" if options.has("-d", "--detach") else ""
    entrypoint = options.last("--entrypoint")
    stage, context = built_stage(image, command, place)
    workdir = options.last("-w", "--workdir")
    folder = mounted(command, options, workdir or (stage.workdir if stage else ""))
    if stage is not None:
        argv = image_command(stage, words, entrypoint)
        if not argv:
            return None
        cwd = folder or stage.place(context, workdir)
        given = {**stage.env, **env}
        outer = Command((), cwd=cwd)
        return (child(outer, argv, env=given, masked=masked, stdin=command.stdin),)
    argv = (*split(entrypoint), *words) if entrypoint else words
    if not argv:
        return None
    outer = Command((), cwd=folder or command.cwd)
    # A strange image may have an entry point of its own: the command stays as it is beside its words.
    return (command, child(outer, argv, env=env, masked=masked, stdin=command.stdin))


def built_stage(image: str, command: Command, place: Descent) -> tuple[Stage | None, str]:
    """Return the last stage of an image that was built earlier in the job, and its context."""
    del command
    known = place.images.get(image) or place.images.get(f"{image}:latest")
    if not known and image.endswith(":latest"):
        known = place.images.get(image.removesuffix(":latest"))
    if not known:
        return None, ""
    file, _, context = known.partition("|")
    path = inside(".", file)
    context = context or parent(path)
    stages = stages_of(place.text(".", path), Build(path, context), place.is_folder)
    return last(stages), context


def mounted(command: Command, options: Options, workdir: str) -> str:
    """Return the folder of the repository that is mounted at a container's folder; `""` for none."""
    pairs: list[tuple[str, str]] = []
    for volume in options.all("-v", "--volume"):
        outer, _, rest = volume.partition(":")
        pairs.append((outer, rest.partition(":")[0]))
    for mount in options.all("--mount"):
        fields = dict(part.partition("=")[::2] for part in mount.split(","))
        outer = fields.get("source", fields.get("src", ""))
        inner = fields.get("target", fields.get("dst", fields.get("destination", "")))
        pairs.append((outer, inner))
    for outer, inner in pairs:
        where = inner.rstrip("/")
        if inner and (workdir == where or workdir.startswith(where + "/")):
            found = inside(command.cwd, outer)
            if found:
                return inside(found, workdir[len(where) :].lstrip("/")) or found
    return ""

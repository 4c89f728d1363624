"""What `docker compose run`, `up`, `exec` and `build` start: the services of a compose file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.docker.build import of_stage
from checker.actions.recipes.docker.commands import built_stage, mounted
from checker.actions.recipes.docker.dockerfile import Build, Stage, last, reached, stages_of
from checker.actions.recipes.options import Options, assignments, leading, scattered
from checker.actions.recipes.paths import inside, joined, parent
from checker.actions.recipes.words import split
from checker.documents import listed, mapping, text_of, yaml_document

_NAMES = tuple(
    f"{stem}{end}" for stem in ("compose", "docker-compose") for end in (".yaml", ".yml")
)
_GLOBAL = frozenset(
    "-f --file -p --project-name --profile --env-file --ansi --progress --parallel "
    "--project-directory -H --host -c --context".split()
)
_RUN_VALUED = frozenset(
    "-e --env --entrypoint -l --label --name -p --publish -u --user -v --volume -w --workdir "
    "--cap-add --cap-drop --env-from-file --pull".split()
)
_EXEC_VALUED = frozenset("-e --env --index -u --user -w --workdir".split())
_UP_VALUED = frozenset(
    "--attach --exit-code-from --no-attach --pull --scale -t --timeout --wait-timeout".split()
)
_BUILD_VALUED = frozenset(
    "--build-arg --builder -m --memory --progress --ssh --provenance_".split()
)
_MAX_SERVICES = 40
_A_SERVICE = 300  # units of effort


def of_compose(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what a compose command starts; the command itself stays where it builds or starts images."""
    before = leading(command.argv[1:], _GLOBAL)
    words = before.rest
    if not words:
        return None
    project = _project(command, place, before)
    if project is None:
        return None
    if words[0] == "run":
        options = leading(words[1:], _RUN_VALUED)
        return project.run(options)
    if words[0] == "exec":
        options = leading(words[1:], _EXEC_VALUED)
        env, _ = assignments(options.all("-e", "--env"))
        if len(options.rest) < 2:
            return None
        service = mapping(project.services.get(options.rest[0]))
        folder = project.folder_of(service, options.last("-w", "--workdir"))
        return (child(command, options.rest[1:], cwd=folder, env=env, stdin=command.stdin),)
    if words[0] == "build":
        options = scattered(words[1:], _BUILD_VALUED)
        return (command, *project.builds(options.rest))
    if words[0] == "up":
        return (command, *project.up(scattered(words[1:], _UP_VALUED)))
    return None


def _project(command: Command, place: Descent, options: Options) -> _Project | None:
    named = options.all("-f", "--file")
    folder = command.cwd
    services: dict[str, Any] = {}
    files = [inside(command.cwd, name) for name in named]
    if not files:
        path, _ = place.first(command.cwd, _NAMES)
        files = [path]
        override = path.replace(".y", ".override.y") if path else ""
        files += [override] if place.is_file(override) else []
    for path in files[:10]:
        document = mapping(yaml_document(place.text(".", path)))
        for name, service in mapping(document.get("services")).items():
            services[str(name)] = {**mapping(services.get(str(name))), **mapping(service)}
    if not services:
        return None
    folder = parent(files[0])
    if options.has("--project-directory"):
        folder = joined(command.cwd, options.last("--project-directory"))
    return _Project(command, place, folder, services)


@dataclass(slots=True)
class _Project:
    """The services of a compose project."""

    command: Command
    place: Descent
    folder: str
    services: Mapping[str, Any]
    seen: set[str] = field(default_factory=set)

    def run(self, options: Options) -> tuple[Command, ...] | None:
        """Return what `compose run service …` starts."""
        service = mapping(self.services.get(options.rest[0])) if options.rest else {}
        if not service:
            return None
        env, _ = assignments(options.all("-e", "--env"))
        masked = "compose run -d does not wait" if options.has("-d", "--detach") else ""
        started = self._service(
            service, options.rest[1:], env, options.last("--entrypoint"), masked, options
        )
        return tuple(started) or None

    def builds(self, names: tuple[str, ...]) -> Iterator[Command]:
        """Return what the RUN lines of these services' images start; of all when none is named."""
        for name in (names or tuple(self.services))[:_MAX_SERVICES]:
            if self.place.effort.exhausted:
                return
            service = mapping(self.services.get(name))
            for stage in self._stages(service)[1]:
                yield from of_stage(stage, self.command, self.place)

    def up(self, options: Options) -> Iterator[Command]:
        """Return what services start that are brought up, with those they depend on."""
        deciding = options.last("--exit-code-from")
        if options.has("-d", "--detach", "--wait"):
            masked = "compose up -d does not wait"
        elif deciding or options.has("--abort-on-container-exit", "--abort-on-container-failure"):
            masked = ""
        else:
            masked = "compose up without --exit-code-from"
        names = options.rest or tuple(
            name for name, service in self.services.items() if not mapping(service).get("profiles")
        )
        if options.has("--build") or any("build" in mapping(s) for s in self.services.values()):
            yield from self.builds(tuple(name for name in self._with_needs(names)))
        for name in self._with_needs(names):
            if self.place.effort.exhausted:
                return
            own = masked
            if deciding and name != deciding:
                own = f"compose up --exit-code-from {deciding}"
            yield from self._service(mapping(self.services.get(name)), (), {}, "", own, Options())

    def _with_needs(self, names: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[str, None] = {}

        def visit(name: str, depth: int) -> None:
            if name in found or depth > 10 or name not in self.services:
                return
            needs = mapping(self.services[name]).get("depends_on")
            for need in needs if isinstance(needs, (list, dict)) else ():
                visit(text_of(need), depth + 1)
            found[name] = None

        for name in names[:_MAX_SERVICES]:
            visit(name, 0)
        return tuple(found)

    def _stages(self, service: Mapping[str, Any]) -> tuple[Stage | None, tuple[Stage, ...], str]:
        """Return a service's image by its last stage, the stages built for it, and its context."""
        build = service.get("build")
        if build is None:
            stage, context = built_stage(text_of(service.get("image")), self.command, self.place)
            return stage, (), context
        table = mapping(build) or {"context": text_of(build)}
        context = inside(self.folder, text_of(table.get("context")) or ".")
        file = text_of(table.get("dockerfile")) or "Dockerfile"
        text = text_of(table.get("dockerfile_inline")) or self.place.text(context, file)
        given = mapping(table.get("args"))
        if isinstance(table.get("args"), list):
            given, _ = assignments(map(text_of, table["args"]))
        arguments = {str(name): text_of(value) for name, value in given.items()}
        target = text_of(table.get("target"))
        build = Build(file, context, (), target, arguments)
        stages = stages_of(text, build, self.place.is_folder)
        self.place.effort.spend(_A_SERVICE + len(text) // 8)
        return last(stages, target), reached(stages, target), context

    def folder_of(self, service: Mapping[str, Any], workdir: str = "") -> str:
        """Return the folder of the repository that a service starts in."""
        stage, _, context = self._stages(service)
        where = workdir or text_of(service.get("working_dir"))
        where = where or (stage.workdir if stage else "")
        volumes = tuple(
            (
                "-v",
                text_of(volume)
                or f"{mapping(volume).get('source')}:{mapping(volume).get('target')}",
            )
            for volume in listed(service.get("volumes"))
        )
        here = Command((), cwd=self.folder)
        found = mounted(here, Options(volumes), where)
        return found or (stage.place(context, where) if stage else self.folder)

    def _service(
        self,
        service: Mapping[str, Any],
        words: tuple[str, ...],
        env: Mapping[str, str],
        entrypoint: str,
        masked: str,
        options: Options,
    ) -> Iterator[Command]:
        stage, _, _ = self._stages(service)
        given = service.get("environment")
        own: dict[str, str] = dict(stage.env) if stage else {}
        if isinstance(given, list):
            own |= assignments(map(text_of, given))[0]
        else:
            own |= {str(name): text_of(value) for name, value in mapping(given).items()}
        front = _words(entrypoint or service.get("entrypoint"))
        rest = list(words) or _words(service.get("command"))
        if not front and stage is not None:
            front = list(stage.entrypoint)
            rest = rest or list(stage.command)
        argv = (*front, *rest)
        if argv:
            folder = self.folder_of(service, options.last("-w", "--workdir"))
            outer = Command((), cwd=folder)
            yield child(outer, argv, env={**own, **env}, masked=masked)


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [text_of(word) for word in value]
    return list(split(text_of(value).replace("$$", "$")))

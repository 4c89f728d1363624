"""Images built without running anything: files are copied, settings are set, and what would have run is named.

The layers are true OCI layers. RUN is not executed; a base image that cannot be had is stood in for by a small one that
says so in its labels. Both are said to whoever watches the build.
"""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.actions.recipes.docker.dockerfile import instructions
from checker.campus.images import wording
from checker.campus.images.files import Context, Layer, Writer
from checker.campus.images.layout import CONFIG, MANIFEST, Descriptor, Layout
from checker.campus.images.order import BuildError, Order, Say

STAND_IN = "campus.stand-in-for"
"""The label of a base that is not what its name says."""

Base = Callable[[str, str], Descriptor | None]
"""Finds a base image by its name and a platform; None when it cannot be had."""

_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


@dataclass
class _Stage:
    name: str
    config: dict[str, Any]
    layers: list[Layer] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    args: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The variables, by name."""
        return dict(one.partition("=")[::2] for one in self.config.get("Env") or ())

    @property
    def folder(self) -> str:
        """The working directory."""
        return str(self.config.get("WorkingDir") or "/")


class ByHand:
    """One build."""

    def __init__(self, order: Order, layout: Layout, base: Base, say: Say, platform: str) -> None:
        self._order = order
        self._layout = layout
        self._base = base
        self._say = say
        self._platform = platform
        self._context = Context(order)
        self._stages: list[_Stage] = []
        self._outside: dict[str, str] = {}
        self.notes: list[str] = []

    def build(self) -> Descriptor:
        """Return the image. Raises BuildError."""
        steps = instructions(self._order.text())
        for name, written, document in steps:
            text = wording.joined(written)
            if name == "FROM":
                if self._stages and self._is_target(self._stages[-1]):
                    break
                self._from(text)
            elif not self._stages:
                if name != "ARG":
                    raise BuildError(f"{self._order.dockerfile}: {name} stands before FROM")
                self._outside.update(self._argument(text, self._outside))
            else:
                self._follow(self._stages[-1], name, text, document)
        if not self._stages:
            raise BuildError(f"{self._order.dockerfile} has no FROM")
        if self._order.target and not self._is_target(self._stages[-1]):
            raise BuildError(f"{self._order.dockerfile} has no stage {self._order.target[:80]!r}")
        return self._image(self._stages[-1])

    def _is_target(self, stage: _Stage) -> bool:
        return bool(self._order.target) and stage.name.lower() == self._order.target.lower()

    def _from(self, text: str) -> None:
        _, rest = wording.flags(text)
        named = wording.filled(rest, {**self._outside, **self._order.build_args}).split()
        if not named:
            raise BuildError(f"{self._order.dockerfile}: FROM names no image")
        name = named[2] if len(named) > 2 and named[1].lower() == "as" else str(len(self._stages))
        self._say(f"FROM {named[0]}")
        earlier = next((one for one in self._stages if one.name.lower() == named[0].lower()), None)
        if earlier is not None:
            config = {**earlier.config}
            self._stages.append(_Stage(name, config, [*earlier.layers], [*earlier.history]))
        elif named[0].lower() == "scratch":
            self._stages.append(_Stage(name, {"Env": [_PATH]}))
        else:
            self._stages.append(self._based(name, named[0]))

    def _based(self, name: str, image: str) -> _Stage:
        found = self._base(image, self._platform)
        if found is None:
            self._note(
                f"{image} cannot be had here: a small base that holds nothing stands in for it"
            )
            stage = _Stage(name, {"Env": [_PATH], "Labels": {STAND_IN: image}})
            text = f"This stands in for {image}, which could not be had.\n"
            with Writer(self._layout) as writer:
                writer.text("/etc/campus-stand-in", text.encode())
                return self._add(stage, writer.done(), f"a stand-in for {image}")
        manifest = self._layout.json(found)
        config = self._layout.json(manifest["config"])
        diffs = config.get("rootfs", {}).get("diff_ids", [])
        layers = [Layer(one, diff) for one, diff in zip(manifest["layers"], diffs, strict=True)]
        return _Stage(
            name, dict(config.get("config") or {}), layers, list(config.get("history") or [])
        )

    def _follow(self, stage: _Stage, name: str, text: str, document: str) -> None:
        values = {**stage.args, **stage.env}
        config = stage.config
        match name:
            case "RUN":
                self._note(f"not executed: RUN {text[:200]}")
                return
            case "ADD" | "COPY":
                self._copy(stage, name, text, document, values)
                return
            case "ARG":
                stage.args.update(self._argument(text, values))
                return
            case "ENV":
                merged = {**stage.env, **wording.pairs(text, values)}
                config["Env"] = [f"{key}={value}" for key, value in merged.items()]
            case "LABEL":
                config["Labels"] = {**(config.get("Labels") or {}), **wording.pairs(text, values)}
            case "WORKDIR":
                where = wording.filled(wording.unquoted(text), values)
                config["WorkingDir"] = posixpath.normpath(posixpath.join(stage.folder, where))
                with Writer(self._layout) as writer:
                    writer.folder(config["WorkingDir"])
                    self._add(stage, writer.done(), f"WORKDIR {config['WorkingDir']}")
                return
            case "EXPOSE" | "VOLUME":
                key = "ExposedPorts" if name == "EXPOSE" else "Volumes"
                given = wording.exec_form(text) or wording.words(wording.filled(text, values))
                ports = (one if name == "VOLUME" or "/" in one else f"{one}/tcp" for one in given)
                config[key] = {**(config.get(key) or {}), **{one: {} for one in ports}}
            case "USER":
                config["User"] = wording.filled(wording.unquoted(text), values)
            case "STOPSIGNAL":
                config["StopSignal"] = text
            case "CMD" | "ENTRYPOINT":
                key = "Cmd" if name == "CMD" else "Entrypoint"
                config[key] = wording.exec_form(text) or ["/bin/sh", "-c", text]
                if name == "ENTRYPOINT":
                    config["Cmd"] = None
            case "MAINTAINER" | "SHELL":
                pass
            case _:
                self._note(f"not heeded: {name} {text[:200]}")
                return
        stage.history.append({"created_by": f"{name} {text[:500]}", "empty_layer": True})
        self._say(f"{name} {text[:200]}")

    def _argument(self, text: str, values: Mapping[str, str]) -> dict[str, str]:
        found = {}
        for word in wording.words(text):
            name, has_default, default = word.partition("=")
            given = self._order.build_args.get(name, self._outside.get(name))
            if given is not None or has_default:
                found[name] = given if given is not None else wording.filled(default, values)
        return found

    def _copy(
        self, stage: _Stage, name: str, text: str, document: str, values: Mapping[str, str]
    ) -> None:
        options, rest = wording.flags(text)
        if document:
            raise BuildError(f"{name} of a here-document needs buildah 1.33 or Docker: {text[:80]}")
        given = wording.exec_form(rest) or wording.words(rest)
        given = [wording.filled(one, values) for one in given]
        if len(given) < 2:
            raise BuildError(f"{name} needs a source and a destination: {text[:120]}")
        sources, target = given[:-1], given[-1]
        where = posixpath.normpath(posixpath.join(stage.folder, target))
        into = target.endswith("/") or len(sources) > 1 or target in {".", "./"}
        with Writer(self._layout) as writer:
            for source in sources:
                if "from" in options:
                    self._copy_from(writer, options["from"], source, where, into=into)
                elif "://" in source or (name == "ADD" and source.endswith(_ARCHIVES)):
                    self._note(f"not executed: ADD {source[:200]}")
                else:
                    self._copy_local(writer, source, where, _mode(options), into=into)
            self._add(stage, writer.done(), f"{name} {text[:500]}")
        self._say(f"{name} {text[:200]}")

    def _copy_local(
        self, writer: Writer, pattern: str, where: str, mode: int | None, *, into: bool
    ) -> None:
        context = self._context
        for named in context.sources(pattern):
            source = context.real(named)
            source = "" if source == "." else source
            if context.is_folder(source):
                writer.folder(where)
                for one in context.below(source):
                    inner = one[len(source) :].lstrip("/")
                    if inner:
                        writer.copy(context.root / one, posixpath.join(where, inner), mode)
            else:
                end = posixpath.join(where, posixpath.basename(named)) if into else where
                writer.copy(context.root / source, end, mode)

    def _copy_from(
        self, writer: Writer, origin: str, source: str, where: str, *, into: bool
    ) -> None:
        """Copy from an earlier stage what its layers hold."""
        names = {one.name.lower(): one for one in self._stages[:-1]}
        names |= {str(number): one for number, one in enumerate(self._stages[:-1])}
        stage = names.get(origin.lower()) or self._based(origin, origin)
        wanted = posixpath.normpath("/" + source).strip("/")
        count = 0
        for layer in stage.layers:
            path = self._layout.path(layer.descriptor["digest"])
            with tarfile.open(path, "r:*") as archive:
                for one in archive:
                    name = posixpath.normpath("/" + one.name).strip("/")
                    inner = name[len(wanted) :].strip("/") if wanted else name
                    if name != wanted and wanted and not name.startswith(f"{wanted}/"):
                        continue
                    if posixpath.basename(name).startswith(".wh."):
                        continue
                    end = posixpath.join(where, inner) if inner else where
                    if not inner and into and not one.isdir():
                        end = posixpath.join(where, posixpath.basename(name))
                    writer.member(one, end, archive.extractfile(one) if one.isreg() else None)
                    count += 1
        if not count:
            writer.folder(where if into else posixpath.dirname(where))
            self._note(f"not there, as nothing was run: COPY --from={origin} {source[:200]}")

    def _add(self, stage: _Stage, layer: Layer, said: str) -> _Stage:
        stage.layers.append(layer)
        stage.history.append({"created_by": said})
        return stage

    def _image(self, stage: _Stage) -> Descriptor:
        system, _, architecture = self._platform.partition("/")
        config = dict(stage.config)
        config["Labels"] = {**(config.get("Labels") or {}), **self._order.labels}
        kept = {key: value for key, value in config.items() if value}
        content = {
            "created": "1970-01-01T00:00:00Z",
            "architecture": architecture.partition("/")[0],
            "os": system,
            "config": kept,
            "rootfs": {"type": "layers", "diff_ids": [one.diff_id for one in stage.layers]},
            "history": stage.history,
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self._layout.put_json(content, CONFIG),
            "layers": [one.descriptor for one in stage.layers],
        }
        return self._layout.put_json(manifest, MANIFEST)

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)
            self._say(f"WARNING: {sentence}")


def _mode(options: Mapping[str, str]) -> int | None:
    given = options.get("chmod", "")
    try:
        return int(given, 8) & 0o7777 if given else None
    except ValueError:
        return None

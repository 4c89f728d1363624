"""Names that a project's own files give: the images of a compose file, the indexes of pyproject.toml."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cache
from re import Match, Pattern
from typing import Any

from checker.actions.command import has_hole, hole
from checker.documents import toml_document, yaml_document
from checker.services.repository import Files

_COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def composed_images(
    files: Files,
    cwd: str,
    chosen: tuple[str, ...],
    services: tuple[str, ...],
    env: Mapping[str, str],
) -> Iterator[str]:
    """Yield the images that compose files name for these services (for all when none is named), in order."""
    names = (
        chosen
        or tuple(name for name in _COMPOSE_FILES if files.text(_inside(cwd, name)) is not None)[:1]
    )
    for name in names:
        for service, image in _images(files.text(_inside(cwd, name)) or ""):
            if not services or service in services:
                yield _variable().sub(lambda match: _value(match, env), image)


def declared_url(files: Files, cwd: str, table: str, name: str) -> str:
    """Return the upload address that a table of pyproject.toml (`tool.uv.index`) gives a name, empty when none."""
    if has_hole(cwd):
        return ""
    found: Any = toml_document(files.text(_inside(cwd, "pyproject.toml")) or "")
    for key in table.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    for row in found if isinstance(found, list) else ():
        if isinstance(row, dict) and row.get("name") == name:
            return str(row.get("publish-url") or row.get("url") or "")
    return ""


def _inside(cwd: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(cwd, name))


def _images(text: str) -> Iterator[tuple[str, str]]:
    read = yaml_document(text)
    services = read.get("services") if isinstance(read, dict) else None
    for name, row in services.items() if isinstance(services, dict) else ():
        image = row.get("image") if isinstance(row, dict) else None
        if image and isinstance(image, str):
            yield str(name), image


@cache
def _variable() -> Pattern[str]:
    import re

    return re.compile(r"\$\{(\w+)(?::?-([^}]*))?[^}]*\}|\$(\w+)")


def _value(match: Match[str], env: Mapping[str, str]) -> str:
    name = match[1] or match[3]
    return env.get(name) or match[2] or hole(f"env.{name}")

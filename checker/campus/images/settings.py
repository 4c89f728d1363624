"""What a step of a workflow finds around it: the registry, the login it left there, the images it built, its run."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.campus.images.layout import Layout
from checker.campus.images.order import BuildError, Run
from checker.campus.place import write

HUB_KEY = "https://index.docker.io/v1/"
"""The name under which clients keep a login at Docker Hub."""


@dataclass(frozen=True)
class Settings:
    """The environment of a step, as docker's clients read it."""

    environment: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Where docker's clients keep their settings."""
        home = Path(self.environment.get("HOME", "/")) / ".docker"
        return Path(self.environment.get("DOCKER_CONFIG") or home)

    @property
    def registry(self) -> str:
        """The campus' registry. Raises BuildError outside of a campus."""
        if not self.environment.get("CAMPUS_REGISTRY"):
            raise BuildError(
                "CAMPUS_REGISTRY is not set: images are built in workflows of a campus"
            )
        return self.environment["CAMPUS_REGISTRY"]

    @property
    def host(self) -> str:
        """The registry's `host:port`; empty outside of a campus."""
        return self.environment.get("CAMPUS_REGISTRY", "").rpartition("//")[2]

    @property
    def index(self) -> str:
        """The package index that pip is to use while an image is built; empty for its own."""
        return self.environment.get("PIP_INDEX_URL", "")

    @property
    def images(self) -> Layout:
        """The images that were built."""
        return Layout(self.folder / "campus-images")

    @property
    def login(self) -> tuple[str, str]:
        """The login and password kept for Docker Hub's place; empty for none."""
        auths = self.content().get("auths", {})
        found = auths.get(HUB_KEY) or auths.get("docker.io") or auths.get(self.host) or {}
        try:
            login, _, password = base64.b64decode(found.get("auth", "")).decode().partition(":")
        except ValueError:
            return "", ""
        return login, password

    @property
    def run(self) -> Run | None:
        """The run of the workflow; None outside of one."""
        found = self.environment
        number, attempt = found.get("GITHUB_RUN_ID", ""), found.get("GITHUB_RUN_ATTEMPT", "")
        if not number.isdecimal() or not found.get("GITHUB_REPOSITORY"):
            return None
        return Run(
            found["GITHUB_REPOSITORY"],
            int(number),
            int(attempt) if attempt.isdecimal() else 1,
            found.get("GITHUB_REF", ""),
            found.get("GITHUB_SHA", ""),
            found.get("GITHUB_SERVER_URL") or "https://github.com",
        )

    def content(self) -> dict[str, Any]:
        """Return the file of settings; empty when there is none."""
        try:
            return dict(json.loads((self.folder / "config.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def keep(self, login: str, password: str) -> None:
        """Keep a login where all clients look; forget it when empty."""
        content = self.content()
        auths = {key: value for key, value in content.get("auths", {}).items() if key != HUB_KEY}
        if login:
            secret = base64.b64encode(f"{login}:{password}".encode()).decode()
            auths[HUB_KEY] = {"auth": secret}
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(self.folder / "config.json", json.dumps({**content, "auths": auths}, indent=1))

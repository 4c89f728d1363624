"""What is to be built, and of which run of a workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Say = Callable[[str], None]
"""Called with each line for whoever watches the build."""


class BuildError(Exception):
    """What keeps an image from being built or pushed, in one sentence."""


@dataclass(frozen=True, slots=True)
class Run:
    """The run of a workflow that builds, as BuildKit's provenance names it."""

    repository: str
    """`owner/repo`."""
    id: int
    attempt: int = 1
    ref: str = ""
    """`refs/tags/v1.0.0`."""
    commit: str = ""
    server: str = "https://github.com"

    @property
    def url(self) -> str:
        """The run's address."""
        return f"{self.server}/{self.repository}/actions/runs/{self.id}/attempts/{self.attempt}"


@dataclass(frozen=True)
class Order:
    """An image to build."""

    context: Path
    dockerfile: str = "Dockerfile"
    """Relative to the context, or absolute."""
    labels: Mapping[str, str] = field(default_factory=dict)
    build_args: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    platforms: Sequence[str] = ()
    """`linux/amd64`; this machine's when empty."""

    @property
    def file(self) -> Path:
        """The Dockerfile's place."""
        return self.context / self.dockerfile

    def text(self) -> str:
        """Return the Dockerfile. Raises BuildError."""
        try:
            data = self.file.read_bytes()
        except OSError as error:
            raise BuildError(f"{self.dockerfile} cannot be read: {error.strerror}") from None
        if len(data) > 1_000_000:
            raise BuildError(f"{self.dockerfile} is longer than a Dockerfile may be (1 MB)")
        return data.decode("utf-8", "replace")

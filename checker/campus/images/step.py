"""What steps of workflows call: an image built and pushed as the step's login, with its run in the provenance."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from checker.campus.images.build import Built, build
from checker.campus.images.order import Order, Say
from checker.campus.images.settings import Settings


def build_and_push(
    *,
    context: Path,
    dockerfile: Path | str = "Dockerfile",
    tags: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    push: bool = False,
    build_args: Mapping[str, str] | None = None,
    target: str = "",
    platforms: Sequence[str] = (),
    provenance: bool = True,
    environment: Mapping[str, str] | None = None,
    say: Say = print,
) -> Built:
    """Build an image and, when wanted, push it under all its tags; `dockerfile` is relative to the context or absolute.

    Registry, login, package index and run are those of the step's environment. Without `push` the image waits for the
    command `docker push`. Raises BuildError.
    """
    settings = Settings(os.environ if environment is None else environment)
    # Provenance names the file; where the checkout lies is nobody's business.
    file = os.path.relpath(dockerfile, context) if Path(dockerfile).is_absolute() else dockerfile
    order = Order(
        context,
        str(file),
        dict(labels or {}),
        dict(build_args or {}),
        target,
        tuple(platforms),
    )
    login, password = settings.login
    return build(
        order,
        registry=settings.registry,
        tags=tags,
        push=push,
        login=login,
        password=password,
        run=settings.run if provenance else None,
        index=settings.index,
        layout=settings.images,
        say=say,
    )

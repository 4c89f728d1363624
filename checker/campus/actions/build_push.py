"""docker/build-push-action: the image is built on this machine, and pushed to the registry of the campus."""

from __future__ import annotations

import csv
import json
import os
import sys

from checker.campus.actions.said import (
    Refused,
    fail,
    flag,
    given,
    hand_on,
    lines,
    say,
    workspace,
)
from checker.campus.images.order import BuildError
from checker.campus.images.step import build_and_push


def build() -> None:
    """Build what the inputs say. Raises Refused."""
    context = given("context", ".")
    if context.startswith(("http://", "https://", "git@")) or "#" in context:
        raise Refused(
            f"the campus builds from folders of the checkout only, not from {context[:200]}"
        )
    folder = (workspace() / context).resolve()
    file = workspace() / given("file") if given("file") else folder / "Dockerfile"
    if not file.is_file():
        raise Refused(
            f"failed to read dockerfile: open {given('file', 'Dockerfile')}: no such file or directory;"
            " check the repository out first, or set `context` and `file`"
        )
    tags = _listed("tags")
    push = flag("push") or "type=registry" in given("outputs")
    if push and not tags:
        raise Refused("tag is needed when pushing to registry")
    asked = [one.strip() for one in given("platforms").split(",") if one.strip()]
    if not os.environ.get("CAMPUS_REGISTRY"):
        raise Refused("there is no registry here, so no image is built")
    try:
        built = build_and_push(
            context=folder,
            dockerfile=file,
            tags=tags,
            labels=_pairs("labels"),
            push=push,
            build_args=_pairs("build-args"),
            target=given("target"),
            platforms=asked,
            provenance=given("provenance").lower() != "false",
            say=say,
        )
    except BuildError as error:
        raise Refused(str(error)) from None
    told = {"containerimage.digest": built.digest, "image.name": ",".join(tags)}
    hand_on({"digest": built.digest, "imageid": built.image_id, "metadata": json.dumps(told)})


def _listed(name: str) -> tuple[str, ...]:
    """Return a list of lines, each of which may hold several values with commas between them."""
    return tuple(cell.strip() for row in csv.reader(lines(name)) for cell in row if cell.strip())


def _pairs(name: str) -> dict[str, str]:
    return {key.strip(): value for key, _, value in (one.partition("=") for one in lines(name))}


if __name__ == "__main__":
    try:
        build()
    except Refused as error:
        fail(str(error))
        sys.exit(1)

"""Images without Docker: built with buildah or by hand, pushed to the campus' registry, by a command named `docker`."""

from checker.campus.images.build import Built, build
from checker.campus.images.order import BuildError, Order, Run
from checker.campus.images.step import build_and_push, command

__all__ = ["BuildError", "Built", "Order", "Run", "build", "build_and_push", "command"]

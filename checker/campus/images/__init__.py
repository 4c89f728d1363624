"""Images without Docker: built with buildah or by hand, pushed to the campus' registry, by a command named `docker`."""

from checker.campus.images.build import Built, build_and_push
from checker.campus.images.order import BuildError, Order, Run

__all__ = ["BuildError", "Built", "Order", "Run", "build_and_push"]

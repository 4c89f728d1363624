"""What containers start: `docker run` and `exec`, and the RUN lines of an image that is built."""

from checker.actions.recipes.docker.build import built_image
from checker.actions.recipes.docker.commands import of_docker

__all__ = ["built_image", "of_docker"]

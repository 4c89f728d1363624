"""Docker Hub: an image's tags, when they were pushed, and what an image says of the run that built it."""

from checker.services.dockerhub.hub import image_of

__all__ = ["image_of"]

"""Docker Hub: an image's tags, when they were pushed, and what an image says of the run that built it."""

from checker.services.dockerhub.hub import image_of
from checker.services.dockerhub.origin import origin_of

__all__ = ["image_of", "origin_of"]

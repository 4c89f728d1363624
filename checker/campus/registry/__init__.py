"""The image registry: skopeo, buildah, podman and docker push to it and pull from it; Docker Hub's API is beside it."""

from checker.campus.registry.listing import Image, Tag, images
from checker.campus.registry.part import Registry

__all__ = ["Image", "Registry", "Tag", "images"]

"""Images without Docker: built with buildah or by hand, pushed to the campus' registry, by a command named `docker`."""

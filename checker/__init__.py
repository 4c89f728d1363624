"""Grade CI/CD homework: what a repository would do, what it did, and what came out into the world."""

__version__ = "0.1.0"

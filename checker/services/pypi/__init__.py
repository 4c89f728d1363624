"""PyPI and TestPyPI: a library's files, what its metadata links to, and what its signatures say of the run."""

from checker.services.pypi.index import package_of

__all__ = ["package_of"]

"""PyPI and TestPyPI: a library's files, what its metadata links to, and what its signatures say of the run."""

from checker.services.pypi.index import package_of
from checker.services.pypi.links import with_links
from checker.services.pypi.provenance import provenance_of

__all__ = ["package_of", "provenance_of", "with_links"]

"""The package index: uploads with a token each, PyPI's pages for pip, uv and the grader, a stock for offline days."""

from checker.campus.index.files import Package, Version
from checker.campus.index.part import Index
from checker.campus.index.shelf import packages
from checker.campus.index.wheels import Stock, stock

__all__ = ["Index", "Package", "Stock", "Version", "packages", "stock"]

"""The workbook's side of a notebook: `Lab` checks, hints, keeps the student's files and works on the campus."""

from checker.workbook.lab import Lab

__all__ = ["Lab"]

"""The rubric: a module a homework item, a function a criterion.

Importing the package registers all criteria, in the order in which reports show them.
"""

from checker.rubric import ci, library, image, ml  # noqa: I001 - the order of the report
from checker.rubric.criterion import Criterion, criteria
from checker.rubric.verdict import Outcome, Seen, Verdict

__all__ = ["Criterion", "Outcome", "Seen", "Verdict", "ci", "criteria", "image", "library", "ml"]

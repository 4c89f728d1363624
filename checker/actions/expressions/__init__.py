"""The `${{ }}` language of GitHub Actions, with a value for what nobody can know without running."""

from checker.actions.expressions.error import ExpressionError
from checker.actions.expressions.evaluate import Judgement, evaluate, judge
from checker.actions.expressions.interpolate import interpolate
from checker.actions.expressions.parser import is_condition_with_status, references, validate
from checker.actions.expressions.values import UNKNOWN, Partial, Unknown, to_text, truthy

__all__ = [
    "UNKNOWN",
    "ExpressionError",
    "Judgement",
    "Partial",
    "Unknown",
    "evaluate",
    "interpolate",
    "is_condition_with_status",
    "judge",
    "references",
    "to_text",
    "truthy",
    "validate",
]

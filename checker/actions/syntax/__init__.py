"""Workflow and action files read as GitHub reads them: YAML with line numbers into types."""

from checker.actions.syntax.document import Problem, Text
from checker.actions.syntax.model import (
    Action,
    Defaults,
    Input,
    Job,
    Json,
    Matrix,
    Permissions,
    Step,
    Trigger,
    Workflow,
)
from checker.actions.syntax.workflow import read_action, read_workflow

__all__ = [
    "Action",
    "Defaults",
    "Input",
    "Job",
    "Json",
    "Matrix",
    "Permissions",
    "Problem",
    "Step",
    "Text",
    "Trigger",
    "Workflow",
    "read_action",
    "read_workflow",
]

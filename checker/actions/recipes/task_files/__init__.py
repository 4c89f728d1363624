"""What task runners with a file of their own start: just, task, npm and its kin."""

from checker.actions.recipes.task_files.just import of_just
from checker.actions.recipes.task_files.npm import of_npm
from checker.actions.recipes.task_files.taskfile import of_task

__all__ = ["of_just", "of_npm", "of_task"]

"""Grade CI/CD homework: what a repository would do, what it did, and what came out into the world.

>>> import checker
>>> checker.grade("homework").summary            # doctest: +SKIP
'17 of 30; 13 could not be graded: a folder shows no runs'
>>> checker.explain("homework", event="tag")     # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from checker.explanation import Explanation
    from checker.grading import Grade

__version__ = "0.1.0"
__all__ = ["__version__", "explain", "grade"]


def grade(
    path: str | os.PathLike[str],
    *,
    ref: str = "",
    default_branch: str = "",
    rubric: str | os.PathLike[str] = "",
) -> Grade:
    """Grade a folder by the default rubric or by a rubric file.

    Raises ValueError, with one sentence, for a folder, branch or rubric file that cannot be read.
    """
    from checker import grading
    from checker.rubric import scheme, settings
    from checker.target import Target

    target = Target(folder=str(path), ref=ref, default_branch=default_branch)
    return grading.grade(target, settings.load(rubric) if rubric else scheme.default())


def explain(
    path: str | os.PathLike[str],
    *,
    event: str = "",
    default_branch: str = "",
    branch: str = "feature",
    tag: str = "v1.2.3",
    actor: str = "",
) -> Explanation:
    """Say what the workflows of a folder would do, on all events and in full on one of them.

    Raises ValueError, with one sentence, for a folder or event that does not exist.
    """
    from checker import explanation
    from checker.actions.events import Names
    from checker.target import Target

    target = Target(folder=str(path), default_branch=default_branch)
    return explanation.explain(target, Names(branch=branch, tag=tag, actor=actor), event)

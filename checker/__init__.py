"""Grade CI/CD homework: what a repository would do, what it did, and what came out into the world.

>>> import checker
>>> checker.grade("homework").summary                        # doctest: +SKIP
'17 of 30; 13 could not be graded: a folder shows no runs'
>>> checker.grade("me/homework", token="...").summary        # doctest: +SKIP
'30 of 30'
>>> checker.explain("homework", event="tag")                 # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from datetime import datetime

    from checker.explanation import Explanation
    from checker.grading import Grade
    from checker.http import Http
    from checker.target import Target

__version__ = "0.1.0"
__all__ = ["__version__", "explain", "grade"]


def grade(
    path: str | os.PathLike[str],
    *,
    ref: str = "",
    default_branch: str = "",
    rubric: str | os.PathLike[str] = "",
    package: str = "",
    image: str = "",
    student: str = "",
    as_of: datetime | None = None,
    token: str = "",
    http: Http | None = None,
) -> Grade:
    """Grade a folder, or a repository on GitHub (`owner/repo`), by the default rubric or by a rubric file.

    A folder of that name goes before a repository. `http` is the door to the services; without it a repository is
    asked for with `token`, nothing is kept between grades, and the environment plays no part. A service that does not
    answer raises nothing: what depends on it is unknown. Raises ValueError, with one sentence, for a folder, branch,
    name or rubric file that cannot be read.
    """
    from checker import grading
    from checker.rubric import scheme, settings

    target = _target(path, ref, default_branch, package=package, image=image, student=student)
    used = settings.load(rubric) if rubric else scheme.default()
    if target.folder or http is not None:
        return grading.grade(target, used, http=http, as_of=as_of)
    from checker.http.live import Live

    with Live(token=token) as door:
        return grading.grade(target, used, http=door, as_of=as_of)


def explain(
    path: str | os.PathLike[str],
    *,
    event: str = "",
    default_branch: str = "",
    branch: str = "feature",
    tag: str = "v1.2.3",
    actor: str = "",
    token: str = "",
    http: Http | None = None,
) -> Explanation:
    """Say what the workflows of a folder or repository would do, on all events and in full on one of them.

    Raises ValueError, with one sentence, for a folder or event that does not exist, and Unavailable
    (`checker.evidence`) when GitHub does not show the repository.
    """
    from checker import explanation
    from checker.actions.events import Names

    target = _target(path, "", default_branch)
    names = Names(branch=branch, tag=tag, actor=actor)
    if target.folder or http is not None:
        return explanation.explain(target, names, event, http)
    from checker.http.live import Live

    with Live(token=token) as door:
        return explanation.explain(target, names, event, door)


def _target(path: str | os.PathLike[str], ref: str, default_branch: str, **stated: str) -> Target:
    from pathlib import Path

    from checker.target import Target, target

    text = str(path)
    read = target(text, ref=ref, default_branch=default_branch, **stated) if text else None
    if read is not None and read.repository and not Path(text).exists():
        return read
    return Target(folder=text, ref=ref, default_branch=default_branch, **stated)  # type: ignore[arg-type]

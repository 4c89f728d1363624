"""One pipeline as four systems write it: GitHub Actions, GitLab CI/CD, Jenkins and OpenShift Pipelines (Tekton)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checker.workbook.systems.pipeline import Pipeline

SYSTEMS: Mapping[str, str] = {
    "github": "GitHub Actions",
    "gitlab": "GitLab CI/CD",
    "jenkins": "Jenkins",
    "tekton": "OpenShift Pipelines",
}
"""The systems by the name they are read by, and what they are called."""


def read(system: str, text: object) -> Pipeline:
    """Read a file of one of `SYSTEMS` as a pipeline.

    Raises ValueError, with the line, for a text that the system would refuse, or that cannot be read here.
    """
    if system not in SYSTEMS:
        raise ValueError(f"there is no system {system!r}; there are {', '.join(SYSTEMS)}")
    if not isinstance(text, str):
        raise ValueError(f"a file is a text, and this is a {type(text).__name__}")  # noqa: TRY004
    return _reader(system)(text)


def _reader(system: str) -> Callable[[str], Pipeline]:
    from checker.workbook.systems import github, gitlab, jenkins, tekton

    readers = {
        "github": github.read,
        "gitlab": gitlab.read,
        "jenkins": jenkins.read,
        "tekton": tekton.read,
    }
    return readers[system]

"""What the forge and the runner know, in one SQLite file that both of them read and write."""

from checker.campus.store.rows import (
    Event,
    Issue,
    Job,
    PullRequest,
    Release,
    Repository,
    Run,
    Secret,
    Step,
)
from checker.campus.store.store import Store

__all__ = [
    "Event",
    "Issue",
    "Job",
    "PullRequest",
    "Release",
    "Repository",
    "Run",
    "Secret",
    "Step",
    "Store",
]

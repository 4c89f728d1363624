"""What the forge and the runner know, in one SQLite file that both of them read and write."""

from checker.campus.store.rows import (
    Comment,
    Event,
    Issue,
    Job,
    PullRequest,
    Ref,
    Release,
    Repository,
    Run,
    Secret,
    Step,
)
from checker.campus.store.store import Store, git_folder

__all__ = [
    "Comment",
    "Event",
    "Issue",
    "Job",
    "PullRequest",
    "Ref",
    "Release",
    "Repository",
    "Run",
    "Secret",
    "Step",
    "Store",
    "git_folder",
]

"""GitHub: a repository's files, branches, tags, pull requests and releases, its runs and their jobs."""

from checker.services.github.records import attempt_of, records_of
from checker.services.github.runs import runs_of
from checker.services.github.snapshot import Snapshot, files_at, snapshot

__all__ = ["Snapshot", "attempt_of", "files_at", "records_of", "runs_of", "snapshot"]

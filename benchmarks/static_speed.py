"""How long a folder of repositories takes: python benchmarks/static_speed.py CORPUS [RUNS].

All of ours: every repository, every workflow, all eight events, in one call of the command; on Linux it
reads them on all processors. zizmor: in one call too, offline. repo-review: a process a
repository, which is how it is meant to be called. `checker, one processor` is ours kept to a single one.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from clock import program, race, report


def main() -> None:
    """Measure and print."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} CORPUS [RUNS]   (CORPUS: a folder of repositories)")
    corpus = Path(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    if not corpus.is_dir():
        sys.exit(f"{corpus} is no folder.")
    folders = sorted(str(path) for path in corpus.iterdir() if path.is_dir())
    if not folders:
        sys.exit(f"{corpus} holds no repositories: it has no folders.")
    zizmor = [program("zizmor"), "--offline", "--quiet", "--no-progress", "--no-exit-codes"]
    ours = [program("checker"), "explain", *folders, "--format", "jsonl"]
    contenders = {
        "checker explain (8 events)": [ours],
        "zizmor": [[*zizmor, "--format", "json", *folders]],
        "repo-review": [[program("repo-review"), "--format", "json", path] for path in folders],
    }
    if found := shutil.which("taskset"):
        contenders["checker, one processor"] = [[found, "--cpu-list", "0", *ours]]
    report(f"{len(folders)} repositories, median of {runs} runs", race(contenders, runs))


if __name__ == "__main__":
    main()

"""How many requests a grade costs, and how long it waits: python benchmarks/live_requests.py [RUNS].

The reference homework is graded against stand-ins on loopback that count what they are asked. Cold is a grade with
nothing kept, warm the same again with the answers kept on disk; without a token GraphQL is closed. The naive client
asks GitHub's REST API for each thing by itself, as one would by hand, and so do its questions to PyPI and Docker Hub.

The time is of a whole grade where every answer takes 100 ms. It cannot be less than its longest chain of questions
that need each other's answers: the repository (its workflows name the library), the library's files, what it links to.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).parent.parent))

from checker import grading
from checker.rubric.scheme import default
from checker.target import target
from tests.standins.outside import Outside

NAME = "ivanova/campfire"
LATENCY = 0.1
CHAIN = 3
"""Questions of the longest chain."""
PLAN = {"GitHub": 3, "PyPI": 2, "Docker Hub": 1}
"""What a cold grade with a token is meant to cost."""


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with Outside().running() as outside, tempfile.TemporaryDirectory() as folder:
        outside.complete()
        token = outside.github.token()
        cache = Path(folder)
        found = {
            "cold, with a token": _asked(outside, token, cache),
            "warm": _asked(outside, token, cache),
            "cold, without a token": _asked(outside, "", None),
            "naive client": _naive(outside, token),
        }
        billed = _billed(outside, token, cache)
        outside.answer_after(LATENCY)
        times = [_timed(outside, token) for _ in range(runs + 1)][1:]
    print(f"{'requests for one grade':<26}{'GitHub':>8}{'PyPI':>8}{'Docker Hub':>12}{'all':>6}")
    for name, counts in {**found, "planned, cold": Counter(PLAN)}.items():
        cells = [counts[one] for one in PLAN]
        print(f"{name:<26}{cells[0]:>8}{cells[1]:>8}{cells[2]:>12}{sum(cells):>6}")
    print(f"warm requests that GitHub's REST limit counts: {billed}")
    median = statistics.median(times)
    ratio = median / (CHAIN * LATENCY)
    print(
        f"a grade at {LATENCY * 1000:.0f} ms an answer: {median * 1000:.0f} ms,"
        f" {ratio:.2f} × its longest chain of {CHAIN}"
        f"   ({min(times) * 1000:.0f}–{max(times) * 1000:.0f}, {runs} runs)"
    )
    print(json.dumps({"requests": found, "billed warm": billed, "seconds": times, "chain": CHAIN}))


def _asked(outside: Outside, token: str, cache: Path | None) -> Counter[str]:
    before = outside.counts
    grade = grading.grade(target(NAME), default(), http=outside.door(token, cache=cache))
    if grade.points != grade.of:
        sys.exit(f"the reference homework earned {grade.summary}; nothing was measured")
    return outside.counts - before


def _billed(outside: Outside, token: str, cache: Path) -> int:
    door = outside.door(token, cache=cache)
    grading.grade(target(NAME), default(), http=door)
    return door.counts["GitHub"].billed


def _timed(outside: Outside, token: str) -> float:
    door = outside.door(token)
    start = time.perf_counter()
    grading.grade(target(NAME), default(), http=door)
    return time.perf_counter() - start


def _naive(outside: Outside, token: str) -> Counter[str]:
    """Ask for each thing by itself, and for nothing that is not needed."""
    before = outside.counts
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    api = f"{outside.addresses.github}/repos/{NAME}"
    files = ("pyproject.toml", "Dockerfile", "Makefile", "tox.ini", "setup.cfg", "setup.py")
    raw = {"Accept": "application/vnd.github.raw+json"}
    flows = [f".github/workflows/{name}.yml" for name in ("ci", "publish", "image")]
    for path in (
        "",
        "/git/trees/HEAD?recursive=1",
        "/pulls?state=all&sort=updated&direction=desc",
        "/tags",
        "/releases",
    ):
        session.get(api + path, timeout=10)
    for path in (*flows, *files):
        session.get(f"{api}/contents/{path}", headers=raw, timeout=10)
    found = session.get(f"{api}/actions/runs", timeout=10).json()
    for run in found["workflow_runs"]:
        session.get(f"{api}/actions/runs/{run['id']}/jobs", timeout=10)
    session.headers.pop("Authorization")
    library = "campfire-centroids"
    for address in (f"/simple/{library}/", f"/pypi/{library}/json"):
        session.get(outside.addresses.pypi + address, timeout=10)
    image = f"{outside.addresses.dockerhub}/v2/namespaces/ivanova/repositories/campfire"
    for address in (image, f"{image}/tags"):
        session.get(address, timeout=10)
    session.close()
    return outside.counts - before


if __name__ == "__main__":
    main()

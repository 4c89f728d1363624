"""A small GitHub on loopback, for tests: fill a `World`, serve it with `GitHub`, and look at what was asked.

github = GitHub()
repo = github.world.repository("ivanova/hw", {".github/workflows/ci.yml": CI})
repo.run(fails="pytest")
with github.running():
    door = Live(Addresses(github=github.url), github.world.token())
"""

from tests.standins.github.git import Link, Submodule
from tests.standins.github.repo import Repo
from tests.standins.github.runs import Job, Run, Step, derived, job
from tests.standins.github.service import GitHub
from tests.standins.github.things import Pull
from tests.standins.github.world import World

__all__ = [
    "GitHub",
    "Job",
    "Link",
    "Pull",
    "Repo",
    "Run",
    "Step",
    "Submodule",
    "World",
    "derived",
    "job",
]

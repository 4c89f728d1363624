"""The whole outside world of a homework on loopback: GitHub, PyPI, TestPyPI and Docker Hub, by one clock.

with outside() as world:
    repo = world.github.repository("ivanova/hw", files)
    world.pypi.upload("hw", "1.2.3", at=world.now, by="ivanova/hw")
    grade = world.grade("ivanova/hw")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from checker import grading
from checker.grading import Grade
from checker.http import Addresses
from checker.http.live import Live
from checker.rubric.scheme import Rubric, default
from checker.rubric.settings import read
from checker.target import target
from solutions.variants import REFERENCE
from tests.standins.github import GitHub, Repo, Run, World
from tests.standins.hub import Hub
from tests.standins.image import Build
from tests.standins.index import Index
from tests.standins.server import Answer, Call, Server

CI, PUBLISH, IMAGE = (f".github/workflows/{name}.yml" for name in ("ci", "publish", "image"))
LIBRARY = "campfire-centroids"


def homework(**changed: str | None) -> dict[str, str]:
    """Return the files of the reference homework; `changed` replaces workflows by their file's name (None: none)."""
    found = (path for path in sorted(REFERENCE.rglob("*")) if path.is_file())
    kept = (path for path in found if not any("cache" in part for part in path.parts))
    files = {
        path.relative_to(REFERENCE).as_posix(): path.read_text(encoding="utf-8") for path in kept
    }
    given = {f".github/workflows/{name}.yml": text for name, text in changed.items()}
    return {path: text for path, text in (files | given).items() if text is not None}


def step_time(run: Run, word: str) -> datetime:
    """Return a moment inside the step of a run's newest attempt whose name holds a word."""
    for job in run.newest.jobs:
        for step in job.steps:
            if word in step.name.lower() and step.started is not None:
                return step.started + timedelta(seconds=1)
    raise AssertionError(f"no step of {run.workflow} is called {word}")


class Outside:
    """What a student does in it changes the stand-ins; `grade` asks them as the grader asks the real ones."""

    def __init__(self) -> None:
        self.service = GitHub()
        self.pypi = Index()
        self.testpypi = Index()
        self.dockerhub = Hub()
        self.down: dict[str, int] = {}
        """Service -> status it answers with: `PyPI`, `TestPyPI`, `Docker Hub`."""
        self._servers: dict[str, Server] = {}
        self._stack = ExitStack()

    @property
    def github(self) -> World:
        """GitHub's repositories."""
        return self.service.world

    @property
    def now(self) -> datetime:
        """The time by everybody's clock."""
        return self.github.now

    @property
    def addresses(self) -> Addresses:
        """Where the services are."""
        hub = self._servers["Docker Hub"].url
        return Addresses(
            github=self.service.url,
            pypi=self._servers["PyPI"].url,
            testpypi=self._servers["TestPyPI"].url,
            dockerhub=hub,
            registry=hub,
        )

    @property
    def asked(self) -> list[str]:
        """What was asked of all of them: `GitHub POST /graphql`."""
        lines = [f"GitHub {line}" for line in self.service.lines]
        for name, server in self._servers.items():
            lines += [f"{name} {call.line}" for call in server.calls]
        return lines

    @property
    def counts(self) -> Counter[str]:
        """How many requests each of them was asked so far."""
        github = Counter({"GitHub": len(self.service.calls)})
        return github + Counter({name: len(one.calls) for name, one in self._servers.items()})

    def answer_after(self, seconds: float) -> None:
        """Let all of them wait so long before each answer."""
        for one in (self.service.server, *self._servers.values()):
            one.latency = seconds

    def grade(
        self,
        text: str,
        *,
        rubric: Rubric | str | None = None,
        token: str | None = None,
        as_of: datetime | None = None,
        package: str = "",
        image: str = "",
        **given: Any,
    ) -> Grade:
        """Grade a repository over the network, with a token of a teacher's unless told otherwise (`""`: none).

        `rubric` may be the text of a rubric file.
        """
        how = read(rubric, "rubric.yml") if isinstance(rubric, str) else rubric or default()
        wanted = target(text, package=package, image=image)
        return grading.grade(wanted, how, http=self.door(token), as_of=as_of, **given)

    def door(self, token: str | None = None, **how: Any) -> Live:
        """Return the live door to all of it, with a token of a teacher's unless told otherwise (`""`: none)."""
        value = self.github.token() if token is None else token
        live = Live(self.addresses, value, sleep=lambda _: None, **how)
        self._stack.callback(live.close)
        return live

    def publish(self, run: Run, name: str = LIBRARY, version: str = "0.1.0", **more: Any) -> None:
        """Let PyPI receive a release in the middle of a run's publishing step."""
        self.pypi.upload(name, version, at=step_time(run, "publish"), **more)

    def push_image(self, run: Run, name: str, tag: str = "0.1.0", *, told: bool = True) -> None:
        """Let Docker Hub receive an image in the middle of a run's pushing step; `told` adds its provenance."""
        build = Build(run.head_repository, run.id) if told else None
        self.dockerhub.push(name, tag, at=step_time(run, "push"), run=build)

    def complete(self, name: str = "ivanova/campfire") -> Repo:
        """Let a student do the whole homework well: a merged pull request, a release, a tag, an image."""
        repo = self.github.repository(name, {"README.md": "# Campfire\n"})
        repo.push("homework", homework())
        pull = repo.pull_request("homework")
        repo.run(CI, "pull_request", "homework")
        repo.merge(pull)
        repo.run(CI)
        self.publish(repo.run(PUBLISH, "pull_request", "homework"))
        repo.tag("v0.1.0")
        self.push_image(repo.run(IMAGE, branch="v0.1.0"), f"{repo.owner}/campfire")
        return repo

    @contextmanager
    def running(self) -> Iterator[Outside]:
        """Serve for the length of a `with` block."""
        with self._stack as stack:
            stack.enter_context(self.service.running())
            for name, handle in (
                ("PyPI", self.pypi),
                ("TestPyPI", self.testpypi),
                ("Docker Hub", self.dockerhub),
            ):
                server = Server(self._or_down(name, handle), clock=self._seconds)
                self._servers[name] = stack.enter_context(server)
            yield self

    def _seconds(self) -> float:
        return self.now.timestamp()

    def _or_down(self, name: str, handle: Any) -> Any:
        def answer(call: Call) -> Answer:
            return Answer("", self.down[name]) if name in self.down else handle(call)

        return answer


@contextmanager
def outside() -> Iterator[Outside]:
    """Serve an empty world."""
    with Outside().running() as world:
        yield world

"""The whole outside world of a homework on loopback: GitHub, PyPI, TestPyPI and Docker Hub, by one clock.

with outside() as world:
    repo = world.github.repository("ivanova/hw", files)
    world.pypi.upload("hw", "1.2.3", at=world.now, by="ivanova/hw")
    grade = world.grade("ivanova/hw")
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

from checker import grading
from checker.grading import Grade
from checker.http import Addresses
from checker.http.live import Live
from checker.rubric.scheme import Rubric, default
from checker.target import target
from tests.standins.github import GitHub, World
from tests.standins.hub import Hub
from tests.standins.index import Index
from tests.standins.server import Answer, Call, Server


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

    def grade(
        self,
        text: str,
        *,
        rubric: Rubric | None = None,
        token: str | None = None,
        as_of: datetime | None = None,
        package: str = "",
        image: str = "",
        **given: Any,
    ) -> Grade:
        """Grade a repository over the network, with a token of a teacher's unless told otherwise (`""`: none)."""
        value = self.github.token() if token is None else token
        door = Live(self.addresses, value, sleep=lambda _: None)
        try:
            wanted = target(text, package=package, image=image)
            return grading.grade(wanted, rubric or default(), http=door, as_of=as_of, **given)
        finally:
            door.close()

    @contextmanager
    def running(self) -> Iterator[Outside]:
        """Serve for the length of a `with` block."""
        with ExitStack() as stack:
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

"""The forge as tests use it: a real one, in its own process, with students and git clients."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.campus.forge.part import Forge
from checker.campus.forge.site import Site
from checker.campus.people import Person
from checker.campus.place import Place
from checker.campus.store import Event, Repository

GIT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Anna",
    "GIT_AUTHOR_EMAIL": "ivanova_anna@users.noreply.localhost",
    "GIT_COMMITTER_NAME": "Anna",
    "GIT_COMMITTER_EMAIL": "ivanova_anna@users.noreply.localhost",
}


@dataclass(frozen=True)
class Reply:
    """An answer of the forge."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Clone:
    """A student's clone of a repository."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", url)

    def git(
        self, *words: str, check: bool = True, data: str = ""
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env=GIT,
            input=data,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0 or not check, done.stderr
        return done

    def commit(self, files: Mapping[str, str], message: str = "Work") -> str:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD").stdout.strip()

    def push(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.git("push", "--quiet", "origin", *(words or ("HEAD",)), check=check)


class Running:
    """A forge in its own process, and what tests do with it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = Place.open(root / "campus")
        self.site = Site.of(self.place)
        self.process: subprocess.Popen[bytes] | None = None
        self.anna = self.site.people.join("ivanova_anna", "Ivanova Anna")
        self.boris = self.site.people.join("petrov_boris", "Petrov Boris")
        self._clones = 0

    @property
    def teacher(self) -> Person:
        return self.site.people.teacher

    def start(self) -> None:
        part = Forge()
        assert part.missing() == ""
        self.process = subprocess.Popen(part.command(self.place), stdin=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not part.answers(self.place):
            assert time.monotonic() < until, "the forge does not answer"
            assert self.process.poll() is None, "the forge ended"

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
            self.process = None

    def url(self, person: Person | None, full_name: str) -> str:
        who = f"{person.login}:{person.token}@" if person else ""
        return f"{self.site.url}/{full_name}.git".replace("//", f"//{who}", 1)

    def repository(self, name: str = "hw", owner: Person | None = None) -> Repository:
        return self.site.create(owner or self.anna, name)

    def clone(self, full_name: str, person: Person | None = None) -> Clone:
        self._clones += 1
        folder = self.root / f"clone-{self._clones}"
        return Clone(folder, self.url(person or self.anna, full_name))

    def events(self, repository: Repository) -> tuple[Event, ...]:
        return self.site.store.find(Event, repository=repository.id)

    def ask(
        self,
        method: str,
        path: str,
        person: Person | None = None,
        content: object = None,
        **headers: str,
    ) -> Reply:
        """Ask the API (`/repos/...`), or with a whole address anything."""
        url = path if path.startswith("http") else self.site.api + path
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if person is not None:
            given["Authorization"] = f"Bearer {person.token}"
        body = None
        if content is not None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            given.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(url, body, given, method=method)  # noqa: S310
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
        try:
            with opener.open(request, timeout=30) as found:
                return Reply(found.status, dict(found.headers), found.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), error.read())


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


@contextmanager
def forge(root: Path) -> Iterator[Running]:
    """Serve a forge for the length of a `with` block."""
    running = Running(root)
    running.start()
    try:
        yield running
    finally:
        running.stop()
        running.site.store.close()


IS_WINDOWS = sys.platform == "win32"

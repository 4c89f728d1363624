"""What a student does on a forge, with git and with GitHub's API: push, open a pull request, merge it, tag."""

from __future__ import annotations

import base64
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

PATIENCE = 600.0
"""Seconds after which a run that has not ended is an error."""

BECOMES = 15.0
"""Seconds after which a push that has not become a run will not."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Desk:
    """A student's checkout, and the forge it is pushed to.

    `variables` are those of `checker campus env`: CAMPUS_GIT, CHECKER_GITHUB_URL, CHECKER_GITHUB_TOKEN.
    """

    folder: Path
    login: str
    repository: str
    variables: Mapping[str, str]
    say: Say

    @property
    def full_name(self) -> str:
        """`login/repository`."""
        return f"{self.login}/{self.repository}"

    def begin(self, secrets: Mapping[str, str]) -> None:
        """Make the repository on the forge, with secrets, and push a README to its default branch."""
        self.ask("POST", "/user/repos", {"name": self.repository})
        for name, value in secrets.items():
            self._keep_secret(name, value)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", f"{self.variables['CAMPUS_GIT']}/{self.full_name}.git")
        self.git("add", "README.md")
        self.git("commit", "--quiet", "--message=Begin")
        self.git("push", "--quiet", "origin", "main")

    def propose(self, branch: str) -> int:
        """Push all files on a branch, open a pull request of it, and return its number."""
        self.git("checkout", "--quiet", "-b", branch)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=Homework")
        self.git("push", "--quiet", "origin", branch)
        pull = self.repo("POST", "/pulls", {"title": "Homework", "head": branch, "base": "main"})
        self.say("opened a pull request")
        return int(pull["number"])

    def merge(self, number: int) -> None:
        """Merge a pull request, and have what it made."""
        self.repo("PUT", f"/pulls/{number}/merge", {})
        self.git("checkout", "--quiet", "main")
        self.git("pull", "--quiet", "origin", "main")
        self.say("merged it")

    def tag(self, name: str) -> None:
        """Tag the default branch and push the tag."""
        self.git("tag", name)
        self.git("push", "--quiet", "origin", name)
        self.say(f"pushed the tag {name}")

    def wait(self) -> None:
        """Wait until the commit of this checkout has runs, and none is under way. Raises TimeoutError."""
        commit = self.git("rev-parse", "HEAD")
        begun = time.monotonic()
        quiet = 0
        while (waited := time.monotonic() - begun) < PATIENCE:
            runs = self.repo("GET", "/actions/runs")["workflow_runs"]
            # A push needs a moment to become a run; nothing may run for it either.
            is_there = waited > BECOMES or any(run["head_sha"] == commit for run in runs)
            is_over = all(run["status"] == "completed" for run in runs)
            quiet = quiet + 1 if is_there and is_over else 0
            if quiet == 2:
                return
            time.sleep(0.5)
        raise TimeoutError(f"the runs of {self.full_name} have not ended after {PATIENCE:.0f} s")

    def runs(self) -> list[str]:
        """Return how each run ended, the oldest first: `CI on push: success`."""
        found = self.repo("GET", "/actions/runs")["workflow_runs"]
        return [f"{run['name']} on {run['event']}: {run['conclusion']}" for run in reversed(found)]

    def git(self, *words: str) -> str:
        """Run git in the checkout, with no settings but the student's, and return what it printed.

        Raises CalledProcessError.
        """
        own = {
            "GIT_AUTHOR_NAME": self.login,
            "GIT_AUTHOR_EMAIL": f"{self.login}@campus.invalid",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
        }
        own |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in own.items()}
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env={**os.environ, **own},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def repo(self, verb: str, path: str, content: object = None) -> Any:
        """Ask the forge's API about the repository."""
        return self.ask(verb, f"/repos/{self.full_name}{path}", content)

    def ask(self, verb: str, path: str, content: object = None) -> Any:
        """Ask the forge's API. Raises requests.HTTPError."""
        answer = requests.request(
            verb,
            self.variables["CHECKER_GITHUB_URL"] + path,
            json=content,
            headers={"Authorization": f"Bearer {self.variables['CHECKER_GITHUB_TOKEN']}"},
            timeout=60,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _keep_secret(self, name: str, value: str) -> None:
        from nacl.public import PublicKey, SealedBox

        key = self.repo("GET", "/actions/secrets/public-key")
        sealed = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(value.encode())
        content = {"encrypted_value": base64.b64encode(sealed).decode(), "key_id": key["key_id"]}
        self.repo("PUT", f"/actions/secrets/{name}", content)

"""What a student does on a forge, with git and with its API: push, propose, merge, tag, start by hand."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from checker.workbook.refusal import WorkbookError

_HELPER = '!f() { test "$1" = get && echo "password=$CHECKER_GITHUB_TOKEN"; }; f'
"""How git gets the token: from the environment, so that no file holds it."""


def identity(login: str) -> dict[str, str]:
    """Return the variables by which git works as a student, whatever the machine's own settings are."""
    who = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", login), ("EMAIL", f"{login}@campus.invalid"))
    }
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "LC_ALL": "C.UTF-8"}
    return {**who, **quiet, "GIT_CONFIG_GLOBAL": os.devnull}


@dataclass(frozen=True)
class Desk:
    """A student's checkout, and the repository on the forge that it is pushed to.

    `variables` are those of `checker campus env`: CHECKER_GITHUB_URL, CHECKER_GITHUB_TOKEN, CAMPUS_FORGE.
    """

    folder: Path
    login: str
    repository: str
    variables: Mapping[str, str] = field(repr=False)

    @property
    def full_name(self) -> str:
        """`login/repository`."""
        return f"{self.login}/{self.repository}"

    def prepare(self, secrets: Mapping[str, str]) -> None:
        """Make what is not there yet: the repository on the forge, its secrets, the checkout, the remote `origin`."""
        owned = {one["name"] for one in self.ask("GET", "/user/repos?per_page=100")}
        if self.repository not in owned:
            self.ask("POST", "/user/repos", {"name": self.repository})
        known = {one["name"] for one in self.repo("GET", "/actions/secrets")["secrets"]}
        for name in secrets.keys() - known:
            self.keep_secret(name, secrets[name])
        if not (self.folder / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
        if "origin" not in self.git("remote").split():
            self.git("remote", "add", "origin", self.address)
        self.git("remote", "set-url", "origin", self.address)
        self.git("config", "credential.helper", _HELPER)
        self.git(
            "config", "user.name", self.login
        )  # for a terminal, where the variables are not set
        self.git("config", "user.email", f"{self.login}@campus.invalid")
        if not self._tip("HEAD"):
            self.git("fetch", "--quiet", "origin")
            if self._tip("origin/main"):  # the folder is new, and its repository is not
                self.git("reset", "--quiet", "origin/main")

    @property
    def address(self) -> str:
        """Where the repository is cloned from, without a token."""
        forge = urlsplit(self.variables["CAMPUS_FORGE"])
        return f"{forge.scheme}://{self.login}@{forge.netloc}/{self.full_name}.git"

    def begin(self) -> None:
        """Give the forge a default branch where it has none: what was committed, else the README alone."""
        self.git("fetch", "--quiet", "origin")
        if self._tip("refs/remotes/origin/main"):
            return
        if not self._tip("HEAD"):
            self.commit("Begin", "README.md")
        self.git("push", "--quiet", "origin", "HEAD:refs/heads/main")

    def turn_to(self, branch: str) -> None:
        """Check a branch out, made from the present commit when it is new; changes come along."""
        if self.git("symbolic-ref", "--short", "-q", "HEAD").strip() != branch:
            known = bool(self._tip(f"refs/heads/{branch}"))
            self.git("checkout", "--quiet", *(() if known else ("-b",)), branch)

    def start_over(self, branch: str) -> None:
        """Check a branch out as the present commit, unless it is checked out; an earlier one of its name is left."""
        if self.git("symbolic-ref", "--short", "-q", "HEAD").strip() != branch:
            self.git("checkout", "--quiet", "-B", branch)

    def commit(self, message: str, *paths: str) -> bool:
        """Commit files, all that changed by default; says whether there was anything to commit."""
        self.git("add", *(paths or ("--all",)))
        if (
            self._tip("HEAD")
            and not self.git("status", "--porcelain", "--untracked-files=no").strip()
        ):
            return False
        self.git("commit", "--quiet", "--message", message)
        return True

    def push(self, branch: str) -> str:
        """Push a branch, with what the forge has of it before ours, and return its commit."""
        self.git("fetch", "--quiet", "origin")
        theirs = f"refs/remotes/origin/{branch}"
        if self._tip(theirs) and not self._is_ancestor(theirs, branch):
            self.git("merge", "--quiet", "--no-edit", theirs)
        self.git("push", "--quiet", "origin", branch)
        return self._tip(branch)

    def open(self, title: str, branch: str, base: str = "main") -> int:
        """Open a pull request of a branch, unless one is open, and return its number."""
        open_ = self.repo("GET", f"/pulls?head={self.login}:{branch}&base={base}")
        if open_:
            return int(open_[0]["number"])
        pull = self.repo("POST", "/pulls", {"title": title, "head": branch, "base": base})
        return int(pull["number"])

    def merge(self, number: int, base: str = "main") -> None:
        """Merge a pull request, and have what it made."""
        self.repo("PUT", f"/pulls/{number}/merge", {})
        self.git("checkout", "--quiet", base)
        self.git("fetch", "--quiet", "origin")
        self.git("merge", "--quiet", "--no-edit", f"origin/{base}")

    def tag(self, name: str) -> str:
        """Tag the present commit, unless that was done, push the tag, and return the commit."""
        there, here = self._tip(f"refs/tags/{name}^{{commit}}"), self._tip("HEAD")
        if there and there != here:
            raise WorkbookError(
                f"the tag {name} stands on an earlier commit; what was published under it stays: take the next version"
            )
        if not there:
            self.git("tag", name)
        self.git("push", "--quiet", "origin", f"refs/tags/{name}")
        return here

    def dispatch(self, file: str, inputs: Mapping[str, object], ref: str = "main") -> None:
        """Start a workflow by hand."""
        name = file.rpartition("/")[2]
        self.repo(
            "POST", f"/actions/workflows/{name}/dispatches", {"ref": ref, "inputs": dict(inputs)}
        )

    def keep_secret(self, name: str, value: str) -> None:
        """Keep a secret for the repository's workflows, sealed as the forge asks for it."""
        from nacl.public import PublicKey, SealedBox

        key = self.repo("GET", "/actions/secrets/public-key")
        sealed = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(value.encode())
        content = {"encrypted_value": base64.b64encode(sealed).decode(), "key_id": key["key_id"]}
        self.repo("PUT", f"/actions/secrets/{name}", content)

    def commit_of(self, revision: str) -> str:
        """Return the commit that a branch, tag or `HEAD~1` means; empty for what means none."""
        return self._tip(f"{revision}^{{commit}}")

    def git(self, *words: str) -> str:
        """Run git in the checkout and return what it printed. Raises WorkbookError with what git said."""
        done = self._run(*words)
        if done.returncode and words[0] != "symbolic-ref":
            said = (done.stderr.strip() or done.stdout.strip() or "it failed").splitlines()
            told = next((one for one in said if one.startswith(("fatal:", "error:"))), said[-1])
            raise WorkbookError(
                f"git {words[0]}: {told}".replace(self.variables["CHECKER_GITHUB_TOKEN"], "***")
            )
        return done.stdout

    def repo(self, verb: str, path: str, content: object = None) -> Any:
        """Ask the forge's API about the repository."""
        return self.ask(verb, f"/repos/{self.full_name}{path}", content)

    def ask(self, verb: str, path: str, content: object = None) -> Any:
        """Ask the forge's API. Raises WorkbookError with what it answered."""
        import requests

        try:
            answer = requests.request(
                verb,
                self.variables["CHECKER_GITHUB_URL"] + path,
                json=content,
                headers={"Authorization": f"Bearer {self.variables['CHECKER_GITHUB_TOKEN']}"},
                timeout=60,
            )
        except requests.RequestException as error:
            raise WorkbookError(
                f"the forge does not answer ({type(error).__name__}); checker campus status"
            ) from None
        if not answer.ok:
            raise WorkbookError(
                f"the forge refuses {verb} {path.partition('?')[0]}: {_told(answer)}"
            )
        return answer.json() if answer.content else None

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["git", *words],
                cwd=self.folder,
                env={**os.environ, **self.variables, **identity(self.login)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except FileNotFoundError:
            raise WorkbookError(
                "git is not installed, or the folder of the homework is gone"
            ) from None

    def _tip(self, revision: str) -> str:
        """Return the commit of a revision; empty for one that is not there."""
        done = self._run("rev-parse", "--quiet", "--verify", revision)
        return done.stdout.strip() if done.returncode == 0 else ""

    def _is_ancestor(self, one: str, other: str) -> bool:
        return self._run("merge-base", "--is-ancestor", one, other).returncode == 0


def _told(answer: Any) -> str:
    """Return what a refusal says: its message, and the first of its errors."""
    try:
        said = answer.json()
        errors = said.get("errors") or [{}]
        first = errors[0].get("message", "") if isinstance(errors[0], dict) else str(errors[0])
        return ": ".join(one for one in (str(said.get("message", "")), first) if one)
    except ValueError:
        return f"status {answer.status_code}"

"""actions/checkout: the repository at the run's commit, or at another ref, fetched from the campus."""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

from checker.campus.actions.said import Refused, fail, flag, given, hand_on, say, workspace

_SHA = re.compile(r"[0-9a-f]{40}")
_FETCHED = "refs/campus/fetched"
_SERVES = "git -c uploadpack.allowAnySHA1InWant=true upload-pack"


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it printed. Raises Refused with git's own words."""
    done = subprocess.run(
        ["git", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false", *words],
        cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise Refused(f"git {words[0]} failed: {done.stderr.strip()[-500:]}")
    return done.stdout.strip()


def check_out() -> None:
    """Fetch and check out what the inputs ask for. Raises Refused."""
    folder = (workspace() / given("path", ".")).resolve()
    if not folder.is_relative_to(workspace()):
        raise Refused(f"`path` {given('path')!r} is not under the workspace")
    own = os.environ["GITHUB_REPOSITORY"]
    name = given("repository", own)
    source, shown = _source(name, own)
    depth = given("fetch-depth", "1")
    if not depth.isdigit():
        raise Refused(f"`fetch-depth` must be a number, not {depth[:40]!r}")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "remote", "add", "origin", shown)
    ref = given("ref")
    wanted, local = _wanted(ref, source, name == own)
    fetch = ["fetch", "--quiet", "--no-recurse-submodules", "--upload-pack", _SERVES]
    if depth == "0":
        fetch += ["--tags", "--prune", source, "+refs/heads/*:refs/remotes/origin/*"]
    else:
        fetch += ["--depth", depth, *(["--tags"] if flag("fetch-tags") else ["--no-tags"]), source]
    git(folder, *fetch, f"+{wanted}:{_FETCHED}")
    git(folder, "update-ref", _kept(local), _FETCHED)
    if local.startswith("refs/heads/"):
        branch = local.removeprefix("refs/heads/")
        git(folder, "checkout", "--quiet", "--force", "-B", branch, _kept(local))
    else:
        git(folder, "checkout", "--quiet", "--force", "--detach", _kept(local))
    if given("persist-credentials").lower() != "false":
        _let_push(folder)
    commit = git(folder, "rev-parse", "HEAD")
    say(f"Checked {name} out at {commit} ({ref or os.environ.get('GITHUB_REF', '')})")
    hand_on({"ref": ref or os.environ.get("GITHUB_REF", ""), "commit": commit})


def _let_push(folder: Path) -> None:
    """Let git in later steps work with the job's token, from a file beside the repository, as the original does."""
    token, forge, beside = (
        given("token"), os.environ.get("CAMPUS_FORGE", ""), os.environ.get("RUNNER_TEMP", ""),
    )  # fmt: skip
    if not (token and forge and beside):
        return
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    settings = Path(beside) / f"git-credentials-{secrets.token_hex(8)}.config"
    with os.fdopen(os.open(settings, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(f'[http "{forge}/"]\n\textraheader = AUTHORIZATION: basic {basic}\n')
    git(folder, "config", "--local", "include.path", str(settings))


def _source(name: str, own: str) -> tuple[str, str]:
    """Return where to fetch from, and the address that steps see."""
    forge = os.environ.get("CAMPUS_FORGE", "https://github.com")
    shown = f"{forge}/{name}"
    if name == own:
        return Path(os.environ["CAMPUS_ORIGIN"]).as_uri(), shown
    if "CAMPUS_FORGE" not in os.environ:
        raise Refused(f"the repository {name[:100]!r} is not here; only {own} can be checked out")
    return f"{shown}.git", shown


def _wanted(ref: str, source: str, is_own: bool) -> tuple[str, str]:
    """Return what to fetch and the full name of the ref it is. Raises Refused when there is no such ref."""
    if not ref and is_own:
        return os.environ["GITHUB_SHA"], os.environ.get("GITHUB_REF", "")
    if _SHA.fullmatch(ref):
        return ref, ""
    told = git(Path.cwd(), "ls-remote", "--symref", source)
    refs = {line.partition("\t")[2] for line in told.splitlines() if "\t" in line}
    if not ref:
        head = next((line.split()[1] for line in told.splitlines() if line.startswith("ref:")), "")
        return head, head
    for full in (ref, f"refs/heads/{ref}", f"refs/tags/{ref}"):
        if full in refs and full.startswith("refs/"):
            return full, full
    raise Refused(f"a branch or tag with the name {ref[:100]!r} could not be found")


def _kept(local: str) -> str:
    """Return the ref under which a fetched one is kept."""
    if local.startswith("refs/heads/"):
        return "refs/remotes/origin/" + local.removeprefix("refs/heads/")
    if local.startswith("refs/pull/"):
        return "refs/remotes/pull/" + local.removeprefix("refs/pull/")
    return local if local.startswith("refs/tags/") else _FETCHED


if __name__ == "__main__":
    try:
        check_out()
    except Refused as error:
        fail(str(error))
        sys.exit(1)

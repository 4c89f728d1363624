"""The student's own homework repository: the reference library, without what the lessons have students write."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from checker.workbook.refusal import WorkbookError
from checker.workbook.work import KEPT

LIBRARY = "campfire"
_PYTHONS = '["3.11", "3.12", "3.13", "3.14"]'
_ONE = '["3.13"]'
"""One Python stands for the four of the reference, so that nobody has to wait."""
_GIVEN = ("campfire", "tests", "README.md", "pyproject.toml", ".gitignore")
_MADE = {
    3: (".github/workflows/ci.yml",),
    5: (".github/workflows/publish.yml",),
    6: ("Dockerfile", ".github/workflows/image.yml"),
}
"""What students make, by the lesson that has them make it."""


def reference() -> Path:
    """Return the folder of the reference homework: in the package, or in the checkout it is installed from."""
    package = Path(__file__).parent
    for folder in (package / "reference", package.parents[1] / "solutions" / "homework"):
        if (folder / "pyproject.toml").is_file():
            return folder
    raise WorkbookError(
        "the reference homework is not in this installation; install ml-cicd-workbook again"
    )


def library(login: str) -> str:
    """Return what a student's library is called on the index, where a name belongs to who has it first."""
    return f"{LIBRARY}-{login.replace('_', '-')}"


def prepare(folder: Path, login: str, lesson: int) -> Path:
    """Fill a folder with what the library needs and what lessons before this one would have made, where it is missing.

    Nothing that is there is touched, except that the library follows its student to another name.
    """
    source = reference()
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not (folder / "pyproject.toml").exists()
    earlier = tuple(path for made, paths in _MADE.items() if made < lesson for path in paths)
    for path in (*(_GIVEN if is_new else ()), *earlier):
        _copy(source / path, folder / path, login)
    if not (folder / ".git").exists() and shutil.which("git"):
        git(folder, "init", "--quiet", "--initial-branch=main")
        with (folder / ".git" / "info" / "exclude").open("a", encoding="utf-8") as excluded:
            excluded.write(f"*{KEPT}*\n.*_cache/\n")
    return folder


def follow(folder: Path, before: str, login: str) -> None:
    """Let the library and the commits of a homework go by another student's name."""
    project = folder / "pyproject.toml"
    if project.is_file():
        text = project.read_text(encoding="utf-8")
        changed = text.replace(f'"{library(before)}"', f'"{library(login)}"')
        if changed != text:
            project.write_text(changed, encoding="utf-8")


def original(path: str, login: str) -> str | None:
    """Return a file as the homework begins with it; None for one that students write."""
    file = reference() / path
    if path.split("/", maxsplit=1)[0] not in _GIVEN or not file.is_file():
        return None
    return own(path, file.read_text(encoding="utf-8"), login)


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it printed. Raises WorkbookError with what git said."""
    try:
        done = subprocess.run(
            ["git", *words],
            cwd=folder,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        raise WorkbookError("git is not installed, and the homework is a git repository") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise WorkbookError(f"git {words[0]}: {said[-1] if said else 'it failed'}")
    return done.stdout


def _copy(source: Path, target: Path, login: str) -> None:
    if source.is_dir():
        for one in sorted(source.rglob("*")):
            hidden = {"__pycache__", ".ruff_cache", ".pytest_cache"} & set(one.parts)
            if one.is_file() and not hidden:
                _copy(one, target / one.relative_to(source), login)
        return
    if target.exists() or not source.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text(encoding="utf-8")
    target.write_text(own(source.name, text, login), encoding="utf-8", newline="")


def own(name: str, text: str, login: str) -> str:
    """Return a file of the reference as a student has it: with a library of their name, and one Python to test on."""
    if name == "pyproject.toml":
        return text.replace('"campfire-centroids"', f'"{library(login)}"')
    return text.replace(_PYTHONS, _ONE) if name == "ci.yml" else text

"""Where a student's work lies: one folder with the journal, the homework, and a folder for each lesson."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from checker.workbook.journal import Journal
from checker.workbook.refusal import WorkbookError

FILES = Path(__file__).parent / "lessons" / "files"
KEPT = ".kept"
"""What an earlier version of a file is called with, and a number; no tool takes such a file for another."""


@dataclass(frozen=True)
class Work:
    """The folder of all of a student's work."""

    root: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Work:
        """Return the folder that CHECKER_WORK names, else `ml-cicd-workbook` in the home folder; made when new."""
        given = environment.get("CHECKER_WORK")
        root = Path(given).expanduser() if given else Path.home() / "ml-cicd-workbook"
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkbookError(
                f"{root} cannot be used: {error.strerror}; set CHECKER_WORK to a folder of yours"
            ) from None
        return cls(root.resolve())

    @property
    def journal(self) -> Journal:
        """What was tried so far."""
        return Journal(self.root / "journal.jsonl")

    def scratch(self, slug: str, name: str) -> Path:
        """Return a folder of a lesson, with the files that the lesson gives for it where they are not there yet."""
        folder = inside(self.root / slug, name)
        folder.mkdir(parents=True, exist_ok=True)
        given = FILES / slug / name
        for source in sorted(given.rglob("*")) if given.is_dir() else ():
            target = folder / source.relative_to(given)
            if source.is_file() and "__pycache__" not in source.parts and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        return folder


def inside(folder: Path, path: str) -> Path:
    """Return a path below a folder. Raises WorkbookError for one that leads elsewhere."""
    target = folder / path
    if not path or "\0" in path or not target.resolve().is_relative_to(folder.resolve()):
        raise WorkbookError(
            f"{path!r} is no path inside of {folder.name}; write one such as src/app.py"
        )
    return target


def write(file: Path, text: str) -> bool:
    """Write a text as a file, without the blank lines and the indentation around it; say whether that changed it."""
    content = textwrap.dedent(text).strip("\n") + "\n"
    try:
        if file.is_file() and file.read_text(encoding="utf-8", errors="replace") == content:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise WorkbookError(f"{file.name} cannot be written: {error.strerror}") from None
    return True


def given(slug: str, name: str, path: str) -> str | None:
    """Return a file that a lesson gives for one of its folders; None for one that students write."""
    file = FILES / slug / name / path
    return file.read_text(encoding="utf-8") if file.is_file() else None


def restore(file: Path, content: str | None) -> Path | None:
    """Make a file what it was, gone for None; returns where what stood there is kept, None when it was the same."""
    kept = None
    if file.is_file():
        if content is not None and file.read_bytes() == content.encode():
            return None
        beside = (file.with_name(f"{file.name}{KEPT}{number}") for number in count(1))
        kept = file.rename(next(one for one in beside if not one.exists()))
    if content is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="")
    return kept

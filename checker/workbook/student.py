"""Who works: the student's name, remembered between sessions, and their own repository."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from checker.services.names import surname_name
from checker.workbook import homework
from checker.workbook.refusal import WorkbookError
from checker.workbook.work import Work

ANYBODY = "Петров Иван"
"""Who works until somebody says their name."""
REPOSITORY = "homework"


@dataclass(frozen=True)
class Student:
    """The student of a folder of work."""

    work: Work

    @property
    def name(self) -> str:
        """As they wrote it."""
        try:
            return str(json.loads(self._file.read_text(encoding="utf-8"))["name"])
        except (OSError, ValueError, KeyError, TypeError):
            return ANYBODY

    @property
    def login(self) -> str:
        """`surname_name`: the login on the campus, the prefix in the bucket, the namespace of images."""
        try:
            return surname_name(self.name)
        except ValueError:  # somebody edited the file
            return surname_name(ANYBODY)

    @property
    def homework(self) -> Path:
        """Where their repository lies."""
        return self.work.root / REPOSITORY

    def become(self, name: str) -> None:
        """Remember a name. Raises WorkbookError for what is none."""
        try:
            login = surname_name(name)
        except ValueError as error:
            raise WorkbookError(str(error)) from None
        before = self.login
        self._file.write_text(
            json.dumps({"name": name}, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        if before != login:
            homework.follow(self.homework, before, login)

    @property
    def _file(self) -> Path:
        return self.work.root / "student.json"

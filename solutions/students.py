"""Five students and what they hand in: the reference homework, three with a mistake in it, and a mere README."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.workbook.homework import own
from solutions.variants import Variant, variants, write_reference


@dataclass(frozen=True)
class Student:
    """A student, the homework they hand in, and the criteria it does not meet."""

    name: str
    login: str
    title: str
    variant: str = ""
    """The faulty variant; empty for the reference."""
    begun: bool = True
    unmet: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write the homework to `folder/<login>` and return that path; a package's name can be had once.

        One Python stands for the four of the reference, so that nobody has to wait.
        """
        if not self.begun:
            target = folder / self.login
            target.mkdir(parents=True)
            (target / "README.md").write_text("# Homework\n\nSoon.\n", encoding="utf-8")
            return target
        if self.variant:
            target = _variant(self.variant).write(folder / "variants")
            target = target.rename(folder / self.login)
        else:
            target = write_reference(folder / self.login)
        for path in ("pyproject.toml", ".github/workflows/ci.yml"):
            file = target / path
            if file.exists():
                text = file.read_text(encoding="utf-8")
                file.write_text(own(file.name, text, self.login), encoding="utf-8")
        return target


STUDENTS = (
    Student("Иванова Анна", "ivanova_anna", "does all of it"),
    Student("Петров Борис", "petrov_boris", "lets no linter fail", "lint_masked", unmet=("CI3",)),
    Student(
        "Сидорова Вера",
        "sidorova_vera",
        "publishes when somebody makes a release",
        "publish_on_release",
        unmet=("LIB1", "LIB4", "LIB5", "LIB6"),
    ),
    Student(
        "Кузнецов Глеб",
        "kuznetsov_gleb",
        "pushes an image of every branch, and none of a tag",
        "image_every_branch",
        unmet=("IMG1", "IMG3", "IMG4", "IMG5", "IMG6"),
    ),
    Student("Орлова Дарья", "orlova_darya", "has a README so far", begun=False),
)


def _variant(name: str) -> Variant:
    return next(one for one in variants() if one.name == name)

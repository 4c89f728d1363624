"""What built distributions hold and say of themselves, read without unpacking them: they are students' files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MAX_FILES = 5_000
"""Files of a wheel that are listed."""
LONGEST_SUMMARY = 512
"""Characters of a summary that PyPI takes (packaging.python.org, Core metadata; read November 2026)."""

_DATA = re.compile(
    r"\.(csv|tsv|parquet|feather|arrow|npy|npz|pkl|pickle|joblib|h5|hdf5|ipynb|sqlite3?|zip)$",
    re.IGNORECASE,
)
_TESTS = re.compile(r"(^|/)(tests?/|test_[^/]+\.py$|[^/]+_test\.py$|conftest\.py$)")
_PLACEHOLDER = re.compile(r"example\.(com|org)|\bOWNER\b|<[^>]+>|\byour[-_ ]?name\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel: its files, and the fields of its metadata."""

    path: Path
    files: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By name in lower case."""
    description: str = ""

    def first(self, name: str) -> str:
        """Return a field; empty when it is not there."""
        return next(iter(self.fields.get(name, ())), "").strip()

    @property
    def name(self) -> str:
        """As the project writes it."""
        return self.first("name")

    @property
    def version(self) -> str:
        """As the project writes it."""
        return self.first("version")

    @property
    def own(self) -> tuple[str, ...]:
        """The files without those about the wheel itself."""
        return tuple(one for one in self.files if ".dist-info/" not in one)

    @property
    def about(self) -> tuple[str, ...]:
        """The files about the wheel itself, such as METADATA and RECORD."""
        return tuple(one for one in self.files if ".dist-info/" in one)

    @property
    def tests(self) -> tuple[str, ...]:
        """Files of tests, and what lies beside them."""
        return tuple(one for one in self.own if _TESTS.search(one))

    @property
    def data(self) -> tuple[str, ...]:
        """Tables, models and notebooks, tests' own left out."""
        return tuple(one for one in self.own if _DATA.search(one) and one not in self.tests)

    def beside(self, package: str) -> tuple[str, ...]:
        """Return the files that would lie beside a package, where every program of a user finds them."""
        inside = (f"{package}/", f"{package}.py")
        return tuple(
            one for one in self.own if not one.startswith(inside) and one.count(".data/") == 0
        )


def wheels(folder: Path) -> tuple[Wheel, ...]:
    """Return the wheels of a folder, the newest first; those that cannot be read are left out."""
    if not folder.is_dir():
        return ()
    there = [one for one in folder.glob("*.whl") if one.is_file()]
    paths = sorted(there, key=lambda one: (-one.stat().st_mtime, one.name))
    found = (read(path) for path in paths[:20])
    return tuple(one for one in found if one is not None)


def read(path: Path) -> Wheel | None:
    """Return a wheel; None for what is none."""
    from checker.campus.index.distribution import fields_of, metadata_of

    try:
        metadata = metadata_of(path)
        with zipfile.ZipFile(path) as archive:
            names = [one for one in archive.namelist() if not one.endswith("/")][:MAX_FILES]
    except (OSError, ValueError, zipfile.BadZipFile):
        return None
    fields = {name: tuple(values) for name, values in fields_of(metadata).items()}
    text = metadata.decode("utf-8", "replace").replace("\r\n", "\n")
    description = text.partition("\n\n")[2].strip() or next(iter(fields.get("description", ())), "")
    return Wheel(path, tuple(sorted(names)), fields, description)


def sdists(folder: Path) -> tuple[Path, ...]:
    """Return the sdists of a folder, in order."""
    return tuple(sorted(folder.glob("*.tar.gz"))) if folder.is_dir() else ()


def gaps(wheel: Wheel) -> Iterator[str]:
    """Yield what a stranger misses in the metadata, by name: `no_summary`, `no_readme` …; the worst first.

    `twine check --strict` looks at the README alone.
    """
    if not wheel.description or wheel.description == "UNKNOWN":
        yield "no_readme"
    if (
        not 0 < len(wheel.first("summary")) <= LONGEST_SUMMARY
        or wheel.first("summary") == "UNKNOWN"
    ):
        yield "no_summary"
    if not wheel.first("requires-python"):
        yield "any_python"
    licensed = wheel.first("license-expression") or wheel.first("license")
    classifiers = wheel.fields.get("classifier", ())
    if not licensed and not any(one.startswith("License ::") for one in classifiers):
        yield "no_licence"
    links = [one.partition(",")[2].strip() or one for one in wheel.fields.get("project-url", ())]
    links += [one for one in (wheel.first("home-page"),) if one]
    if not links:
        yield "no_link"
    elif all(_PLACEHOLDER.search(one) for one in links):
        yield "link_nowhere"
    if any(one.startswith("Private ::") for one in classifiers):
        yield "private"

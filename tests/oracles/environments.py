"""Python environments with other people's implementations, made by uv once for what they hold, outside of git."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tests.oracles import CACHE, HERE, INSTALL_SECONDS, missing

ROOT = HERE.parent.parent


def with_extra(extra: str) -> Path:
    """Return a Python of an environment that holds this checkout with an extra, at the versions that the tests name.

    Without uv or PyPI the test is skipped; on CI, where both are promised, it fails.
    """
    pins = HERE / extra / "constraints.txt"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"][extra]]
    known = "\n".join((*wanted, pins.read_text(encoding="utf-8"), sys.version))
    home = CACHE / f"{extra}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
    python = home / "bin" / "python"
    if not python.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=CACHE, prefix=f"{extra}-"))
        try:
            _install(work, extra, pins)
            if not python.exists():
                shutil.rmtree(home, ignore_errors=True)
                work.rename(home)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return python


def _install(work: Path, extra: str, pins: Path) -> None:
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv is None:
        missing("uv is not installed")
    python = work / "bin" / "python"
    for words in (
        ["venv", "--quiet", "--allow-existing", "--python", sys.executable, str(work)],
        ["pip", "install", "--quiet", "--python", str(python), "--constraint", str(pins),
         "--editable", f"{ROOT}[{extra}]"],
    ):  # fmt: skip
        done = subprocess.run(
            [str(uv), *words],
            env={**os.environ, "UV_SYSTEM_CERTS": "1"},
            capture_output=True,
            check=False,
            text=True,
            timeout=INSTALL_SECONDS,
        )
        if done.returncode:
            missing(f"uv {words[0]} failed: {done.stderr.strip()[-500:]}")

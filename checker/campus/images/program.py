"""The command `docker`, as the steps of a workflow find it."""

from __future__ import annotations

from pathlib import Path


def command(folder: Path) -> Path:
    """Write the command `docker` into a folder, to be put on PATH; CAMPUS_PYTHON runs it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "docker"
    path.write_text(
        "#!/bin/sh\n"
        "# An environment of the workflow's own is no concern of this command.\n"
        "unset PYTHONPATH PYTHONHOME\n"
        'exec "$CAMPUS_PYTHON" -P -m checker.campus.images.docker "$@"\n',
        encoding="ascii",
    )
    path.chmod(0o755)
    return path

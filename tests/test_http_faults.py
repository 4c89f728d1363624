"""Whatever a service or a network does wrong, one sentence says so, in time, in bounds, and without the token."""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import logging
import socket
import ssl
import sys
import traceback
import tracemalloc
from dataclasses import dataclass, replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checker.evidence import Unavailable
from checker.http import Addresses, Request
from checker.http.case import read
from checker.http.credentials import Token
from checker.http.failures import Overloaded, RateLimited
from checker.http.live import Live, Patience
from checker.http.replay import Recorder, Replay
from checker.target import Target
from tests.standins.faulty import FAULTS, Faulty
from tests.standins.server import Answer, Server

TOKEN = "github_pat_Planted0Secret"
HANDOUT = "eyPlanted1Handout"
SECRETS = (TOKEN, HANDOUT)

PATIENT = Patience(connect=5, idle=5, whole=10, tries=2, pause=0.001)
SHORT = replace(PATIENT, idle=0.1)
"""For answers that never come: no bytes in time."""
HASTY = replace(PATIENT, whole=0.4)
"""For answers that never end: bytes in time, and the whole too late."""


@dataclass(frozen=True)
class Expected:
    """What a fault becomes."""

    says: str
    asked: int = 2
    """How often the service is asked, with `tries=2`."""
    kind: type[Unavailable] = Unavailable
    patience: Patience = PATIENT


EXPECTED = {
    "time-out": Expected("did not answer in time", patience=SHORT),
    "connection reset": Expected("broke the connection off"),
    "reset within the body": Expected("broke the connection off"),
    "500": Expected("answered 500 Internal Server Error: try again later"),
    "502": Expected("answered 502 Bad Gateway"),
    "503": Expected("answered 503 Service Unavailable"),
    "504": Expected("answered 504 Gateway Timeout"),
    "429": Expected("limit of requests is reached: .*in about 10 min", 1, RateLimited),
    "403 primary": Expected("limit of requests is reached: .*after 2096-10-02 07:06 UTC", 1, RateLimited),
    "403 secondary": Expected("limit of requests is reached: .*in about 1 min", 1, RateLimited),
    "401": Expected("answered 401 Unauthorized", 1),
    "garbage": Expected("answered with something that is no HTTP"),
    "endless headers": Expected("answered with something that is no HTTP"),
    "endless header": Expected("answered with something that is no HTTP"),
    "a web page": Expected("answered with a web page", 1),
    "no JSON": Expected("answered with something that is no JSON", 1),
    "deep JSON": Expected("answered with something that is no JSON", 1),
    "cut": Expected("broke its answer off before the end"),
    "cut in a chunk": Expected("broke its answer off before the end"),
    "cut between chunks": Expected("broke its answer off before the end"),
    "cut gzip": Expected("answered with something that is no JSON", 1),
    "no gzip": Expected("answered with something that does not unpack"),
    "slow drip": Expected("did not answer in time", 1, patience=HASTY),
    "slow drip of headers": Expected("did not answer in time", 1, patience=HASTY),
    "slow drip of chunks": Expected("did not answer in time", 1, patience=HASTY),
    "redirect loop": Expected("redirects in a circle", 1),
    "redirects without end": Expected("redirected more than 5 times", 6),
    "redirect to another host": Expected(r"redirected to another host \(127.0.0.1\), which was not asked", 1),
    "10 GB": Expected("answered with more than 1 MB", 1),
    "10 GB in chunks": Expected("answered with more than 1 MB", 1),
    "gzip bomb": Expected("answered with more than 1 MB", 1),
    "echo in an error": Expected("answered 500 Internal Server Error"),
}  # fmt: skip
ANSWERED = {"echo", "echo in a refusal"}
"""Faults that are answers, and must not hold what they echo."""
UNREADABLE = {"a web page", "no JSON", "deep JSON", "cut gzip"}
"""Faults that are found when the page is read."""
OVERLOADS = {"502", "504", "time-out", "slow drip", "slow drip of headers", "slow drip of chunks"}
"""What says that a query was too large."""

SERVICES = {
    "GitHub REST": ("github", Request("GitHub", "/repos/me/homework", "the repository me/homework")),
    "GitHub GraphQL": (
        "github", Request("GitHub", "/graphql", "the runs of me/homework", body=b'{"query": "{viewer}"}'),
    ),
    "PyPI": ("pypi", Request("PyPI", "/simple/my-library/", "the library my-library")),
    "TestPyPI": ("testpypi", Request("TestPyPI", "/simple/my-library/", "the library my-library")),
    "Docker Hub": ("dockerhub", Request("Docker Hub", "/v2/namespaces/me/tags", "the image me/app")),
    "the registry": (
        "registry", Request("Docker Hub", "/v2/me/app/manifests/1", "the image me/app", bearer=HANDOUT),
    ),
}  # fmt: skip


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Make a certificate for 127.0.0.1, in a file that holds its key too."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "stand-in.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def tls(certificate, monkeypatch):
    """Give the server's side of TLS, and let the client trust it."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(autouse=True)
def _all_is_logged(caplog):
    caplog.set_level(logging.DEBUG)


class Scene:
    """A service that misbehaves, the door, a recorder before it, and all that they leave behind."""

    def __init__(self, tmp_path, server, service, patience=PATIENT):
        self.folder = tmp_path
        self.server = server
        setting, request = SERVICES[service]
        self.request = replace(request, url=server.url + request.url, largest=1_000_000)
        self.live = Live(
            Addresses(**{setting: server.url}),
            Token(TOKEN, "GITHUB_TOKEN"),
            cache=tmp_path / "cache",
            patience=patience,
            sleep=lambda _: None,
        )
        self.door = Recorder(self.live)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.live.close()

    def outcome(self, door=None):
        """Return what came: the content, or the exception."""
        try:
            return (door or self.door).get(self.request).json()
        except Unavailable as failure:
            return failure

    def case(self):
        """Save the case and return its file."""
        file = self.folder / "case.json"
        self.door.write(file, Target(repository="me/homework"))
        return file


def traces(folder, caplog, capsys, *objects):
    """Return as bytes all that could hold a secret: files, logs, what was printed, objects and exceptions."""
    found = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    found += [f"{one.getMessage()} {one.__dict__!r}".encode() for one in caplog.records]
    found += [text.encode() for text in capsys.readouterr()]
    for one in objects:
        found.append(f"{one!r} {one!s}".encode())
        if isinstance(one, BaseException):
            found.append("".join(traceback.format_exception(one)).encode())
    return b"\n".join(found)


def clean(content):
    return not any(secret.encode() in content for secret in SECRETS)


def test_each_fault_has_an_expectation():
    assert {*EXPECTED, *ANSWERED, "redirect without TLS"} == set(FAULTS)


@pytest.mark.parametrize("fault", EXPECTED)
@pytest.mark.parametrize("service", SERVICES)
def test_a_fault_is_an_outage_that_says_what_happened(service, fault, tmp_path, caplog, capsys):
    expected = EXPECTED[fault]
    kind = expected.kind
    asked = expected.asked
    if service == "GitHub GraphQL":
        kind = Overloaded if fault in OVERLOADS else kind
        if fault.startswith("redirect"):
            expected, asked = Expected("redirected what was posted"), 1
    with (
        Faulty() as elsewhere,
        Faulty(elsewhere=elsewhere.url) as server,
        Scene(tmp_path, server, service, expected.patience) as scene,
    ):
        server.breaks(".*", FAULTS[fault])
        failure = scene.outcome()
        assert type(failure) is kind
        assert failure.asked == scene.request.asked
        assert str(failure).startswith(scene.request.service)
        assert_says(failure, expected.says)
        assert len(server.calls) == asked
        assert elsewhere.calls == []
        replayed = scene.outcome(Replay(read(scene.case())))
        assert (type(replayed), str(replayed)) == (kind, str(failure))
        assert clean(traces(tmp_path, caplog, capsys, failure, scene.live, scene.request))
    if fault not in UNREADABLE:  # nothing behind it holds the request and its headers
        assert failure.__context__ is None
        assert failure.__cause__ is None


def assert_says(failure, pattern):
    with pytest.raises(type(failure), match=pattern):
        raise failure


@pytest.mark.parametrize("fault", sorted(ANSWERED))
@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_echoes_does_not_hold_the_token(service, fault, tmp_path, caplog, capsys):
    with Faulty() as server, Scene(tmp_path, server, service) as scene:
        server.breaks(".*", FAULTS[fault])
        content = scene.outcome()
        assert content["message"] == "you sent"
        sent = server.calls[0].headers.get("authorization", "")
        assert content.get("authorization", "") == ("Bearer ***" if sent else "")
        page = scene.door.get(scene.request)
        assert clean(traces(tmp_path, caplog, capsys, page, scene.case(), scene.live))


def longer(patience):
    """Return a patience that is long enough for an answer on a busy machine, too."""
    return replace(patience, idle=max(patience.idle, 1), whole=max(patience.whole, 1))


@pytest.mark.parametrize("fault", EXPECTED)
def test_what_heals_is_answered_by_the_same_door(fault, tmp_path):
    with (
        Faulty() as elsewhere,
        Faulty(elsewhere=elsewhere.url) as server,
        Scene(tmp_path, server, "PyPI", longer(EXPECTED[fault].patience)) as scene,
    ):
        server.breaks(".*", FAULTS[fault], times=EXPECTED[fault].asked)
        assert isinstance(scene.outcome(), Unavailable)
        if EXPECTED[fault].kind is not RateLimited:  # which is not asked again before its time
            assert scene.outcome() == {"ok": True}


@pytest.mark.parametrize("fault", [name for name in EXPECTED if EXPECTED[name].asked == 2])
def test_one_more_try_is_enough_for_what_happens_once(fault, tmp_path):
    patience = longer(EXPECTED[fault].patience)
    with Faulty() as server, Scene(tmp_path, server, "PyPI", patience) as scene:
        server.breaks(".*", FAULTS[fault], times=1)
        assert scene.outcome() == {"ok": True}


@pytest.mark.parametrize("service", SERVICES)
def test_a_refused_connection_is_an_outage(service, tmp_path, caplog, capsys):
    with Faulty() as server, Scene(tmp_path, server, service) as scene:
        server.refuse()
        failure = scene.outcome()
        assert_says(
            failure, rf"could not be reached at 127.0.0.1:{server.port}: the connection was refused"
        )
        assert type(failure) is Unavailable
        assert clean(traces(tmp_path, caplog, capsys, failure, scene.case()))


@pytest.mark.parametrize(
    "fault",
    ["slow drip", "slow drip of headers", "10 GB", "gzip bomb", "echo in an error", "time-out"],
)
def test_faults_are_no_different_over_tls(fault, tls, tmp_path, caplog, capsys):
    expected = EXPECTED[fault]
    with (
        Faulty(tls=tls) as server,
        Scene(tmp_path, server, "GitHub REST", expected.patience) as scene,
    ):
        assert scene.outcome() == {"ok": True}
        server.breaks(".*", FAULTS[fault])
        failure = scene.outcome()
        assert_says(failure, expected.says)
        assert clean(traces(tmp_path, caplog, capsys, failure, scene.case()))


def test_a_redirect_that_gives_up_tls_is_refused(tls, tmp_path, caplog, capsys):
    with Faulty(tls=tls) as server, Scene(tmp_path, server, "GitHub REST") as scene:
        server.breaks(".*", FAULTS["redirect without TLS"])
        failure = scene.outcome()
        assert_says(failure, "GitHub redirected to an address without TLS")
        assert len(server.calls) == 1
        assert clean(traces(tmp_path, caplog, capsys, failure, scene.case()))


def test_a_certificate_that_nobody_vouches_for_is_refused(tls, tmp_path, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with Faulty(tls=tls) as server, Scene(tmp_path, server, "GitHub REST") as scene:
        assert_says(
            scene.outcome(), "could not be trusted: the certificate of 127.0.0.1:.* was refused"
        )
        assert server.calls == []


def test_certificates_that_are_not_there_are_named_by_their_setting(tls, tmp_path, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with Faulty(tls=tls) as server, Scene(tmp_path, server, "GitHub REST") as scene:
        assert_says(scene.outcome(), "certificates .* does not exist: correct REQUESTS_CA_BUNDLE")
        assert server.calls == []


def test_a_name_that_nobody_knows_says_to_look_whether_one_is_online(tmp_path, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    url = "https://no-such-host.example/simple/my-library/"
    with Faulty() as server, Scene(tmp_path, server, "PyPI") as scene:
        scene.request = replace(scene.request, url=url)
        assert_says(
            scene.outcome(),
            "PyPI could not be reached: the name no-such-host.example was not found",
        )


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a full queue of connections takes more"
)
def test_a_host_that_takes_no_connection_is_waited_for_a_bounded_time():
    patience = replace(PATIENT, connect=0.1)
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as full,
        socket.create_connection(full.getsockname()),
    ):
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        query = Request("GitHub", f"{url}/graphql", "the runs", body=b"{}")
        with (
            Live(Addresses(github=url), TOKEN, patience=patience, sleep=lambda _: None) as live,
            pytest.raises(Unavailable, match="no connection in time") as outage,
        ):
            live.get(query)
    assert type(outage.value) is Unavailable  # nothing says that the query was too large


@pytest.mark.parametrize("fault", ["10 GB", "10 GB in chunks", "gzip bomb"])
def test_what_is_too_large_is_not_held_in_memory(fault, tmp_path):
    with Faulty() as server, Scene(tmp_path, server, "PyPI") as scene:
        server.breaks(".*", FAULTS[fault])
        tracemalloc.start()
        scene.outcome()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 40_000_000  # of which the server's own bomb takes ten


def test_what_http_client_would_print_is_not_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    with Faulty() as server, Scene(tmp_path, server, "GitHub REST") as scene:
        assert scene.outcome() == {"ok": True}
    assert server.calls[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert capsys.readouterr().out == ""


def test_the_traces_would_show_a_token(tmp_path, caplog, capsys):
    logging.getLogger("urllib3").debug("sent %s", TOKEN)
    assert not clean(traces(tmp_path, caplog, capsys))
    caplog.clear()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "file").write_text(HANDOUT, encoding="utf-8")
    assert not clean(traces(tmp_path, caplog, capsys))


def test_faults_are_switched_by_path_and_number_and_the_rest_is_passed_on():
    def handle(call):
        return Answer({"path": call.path, "query": call.query, "body": call.body.decode()})

    with (
        Server(handle) as upstream,
        Faulty(upstream.url) as front,
        Live(Addresses(github=front.url), patience=PATIENT, sleep=lambda _: None) as live,
    ):

        def outcome(path, body=b""):
            try:
                return live.get(Request("GitHub", front.url + path, "it", body=body)).json()
            except Unavailable as failure:
                return str(failure)

        front.breaks("/repos/.*", FAULTS["500"], times=2)
        front.breaks("/graphql", FAULTS["garbage"])
        assert "500" in outcome("/repos/me/homework")
        assert "no HTTP" in outcome("/graphql", b"{}")
        assert outcome("/repos/me/homework?a=%2F")["query"] == {"a": "/"}
        assert outcome("/other")["path"] == "/other"
        front.heal()
        assert outcome("/graphql", b'{"query": 1}')["body"] == '{"query": 1}'
    assert len(front.calls) == 2 + 2 + 3
    assert len(upstream.calls) == 3

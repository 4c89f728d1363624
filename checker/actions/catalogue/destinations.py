"""Where something goes: which index an address or name means, which registry an image's name leads to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from re import Pattern

from checker.actions.activity import Target
from checker.actions.command import has_hole, holes

_DOCKER_HUB = frozenset(
    {"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}
)
_PYPI_NAMES = frozenset({"pypi", "main", "upload"})  # `main` is Hatch's name for it
_HUB_WORDS = ("dockerhub", "docker_hub", "docker-hub")
_CLOUD_WORDS = frozenset({"ecr", "gcr", "acr", "gar", "aws", "azure", "quay", "amazonaws", "gcp"})
_HOST_WORDS = frozenset(
    {"registry", "host", "hostname", "url", "domain", "server", "endpoint", "uri", "address"}
)
_NO_REGISTRY = (
    "docker-daemon:",
    "docker-archive:",
    "oci:",
    "oci-archive:",
    "dir:",
    "containers-storage:",
    "ostree:",
)


def index_of(address: str) -> tuple[Target | None, str]:
    """Return which index an address or a configured name means, and what to know; None when an unknown value decides.

    TestPyPI and PyPI are known by the labels of their host: `test` before `pypi`, and `pypi` (or `upload`, `pypi`)
    before a single one; `pypi.company.example` is somebody's own.
    """
    if not address:
        return "pypi", ""
    if "://" not in address and "/" not in address:
        return _named_index(address)
    host = _host(address)
    labels = host.split(".")
    known = labels[:-1]
    if "test" in known and "pypi" in known[known.index("test") + 1 :][:1]:
        return "testpypi", ""
    if known == ["testpypi", "python"]:
        return "testpypi", ""
    if known in (
        ["pypi"],
        ["upload", "pypi"],
        ["www", "pypi"],
        ["pypi", "python"],
        ["upload", "pypi", "python"],
    ):
        return "pypi", ""
    if has_hole(host):
        return None, f"the index is unknown: {address}"
    if host.endswith(".pkg.github.com"):
        return "other", "GitHub has no Python registry: this upload fails"
    return "other", ""


def _named_index(name: str) -> tuple[Target | None, str]:
    if has_hole(name):
        return None, f"the index is unknown: {name}"
    low = name.lower()
    if "test" in low:
        return "testpypi", ""
    if low in _PYPI_NAMES or "pypi" in low.replace("_", "-").split("-"):
        return "pypi", ""
    return "other", f"the index `{name}` is defined elsewhere"


def registry_of(host: str) -> Target | None:
    """Return the registry a login is for; Docker Hub when none is named, None when an unknown value decides."""
    name = host.strip()
    if not name:
        return "dockerhub"
    if has_hole(name) and "." not in _known_part(name):
        return _hinted(name)
    return _host_target(_host(name))


def image_target(reference: str) -> Target | None:
    """Return the registry that an image's name leads to, None when an unknown value decides.

    A name without a host is Docker Hub's. `⟦secrets.DOCKERHUB_USERNAME⟧/app` has room for one: it is Docker Hub's
    unless the unknown value is called like a registry; `⟦env.IMAGE⟧` alone may be anything.
    """
    first, slash, rest = plain_reference(reference).partition("/")
    if not has_hole(first):
        if slash and ("." in first or ":" in first or first == "localhost"):
            return _host_target(first.lower())
        return "dockerhub" if not has_hole(rest) or slash else None
    known = _known_part(first)
    if slash and ("." in known or ":" in known):
        return _host_target(first.lower())
    if holes(first) == ("github.repository",) and not slash:
        return "dockerhub"  # owner/name has a slash and no host
    hint = _hinted(first)
    if hint is not None:
        return hint
    if rest.count("/") == 0 and slash and not _words(first) & _HOST_WORDS:
        return "dockerhub"
    return None


def plain_reference(text: str) -> str:
    """Return an image's name without skopeo's and buildah's `docker://`; empty when it goes to no registry."""
    reference = text.strip().strip("\"'")
    if reference.startswith(_NO_REGISTRY):
        return ""
    return reference.removeprefix("docker://").removeprefix("https://").removeprefix("http://")


def variable_name(name: str) -> str:
    """Return a repository's name as it stands in the names of variables: `test-pypi` is `TEST_PYPI`."""
    return name.upper().replace("-", "_").replace(".", "_")


def filled(template: str, name: str) -> str:
    """Put a repository's name into the name of a variable: `$POETRY_PYPI_TOKEN_{NAME}`."""
    return template.replace("{NAME}", variable_name(name))


def named_url(env: Mapping[str, str], variable: str, name: str) -> str:
    """Return the address that a variable gives a repository's name, empty when none does."""
    return env.get(filled(variable, name).removeprefix("$"), "") if variable and name else ""


def _host(address: str) -> str:
    rest = address.partition("://")[2] or address
    authority = rest.partition("/")[0].rpartition("@")[2]
    return authority.partition(":")[0].lower().rstrip(".")


def _host_target(host: str) -> Target:
    if host in _DOCKER_HUB:
        return "dockerhub"
    return "ghcr" if host == "ghcr.io" else "other"


def _hinted(text: str) -> Target | None:
    """Judge an unknown registry by what the unknown value is called."""
    low = text.lower()
    if any(word in low for word in _HUB_WORDS):
        return "dockerhub"
    words = _words(text)
    if "ghcr" in words:
        return "ghcr"
    return "other" if words & _CLOUD_WORDS else None


def _words(text: str) -> set[str]:
    return set(_letters().findall(" ".join(holes(text)).lower()))


def _known_part(text: str) -> str:
    return _hole().sub("", text)


@cache
def _letters() -> Pattern[str]:
    import re

    return re.compile(r"[a-z]+")


@cache
def _hole() -> Pattern[str]:
    import re

    return re.compile(r"⟦[^⟦⟧]*⟧")

"""A library's files as its index lists them: one request for the Simple API's page of the project.

PyPI answers JSON with upload times (PEP 691, PEP 700); an index that speaks HTML alone tells names and digests.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from checker.http import Addresses, Http, Page, Request
from checker.services.fields import like, mapping, text
from checker.services.packages import File, Package

if TYPE_CHECKING:
    from pypi_simple import DistributionPackage

MAX_FILES = 2_000
"""Files of a library that are kept, the newest; PyPI's largest projects have more, a student's has not."""
MAX_FILE_NAME = 255
MAX_DASHES = 20
"""In a file's name; the patterns that take names apart try every dash."""
MAX_HTML = 100_000
"""Bytes of a page in HTML; a file takes about 200. Its parser copies the text of links inside links again and again."""
MAX_ANCHORS = 400
MAX_TAGS = 2_000
"""In a page of HTML; the parser's time grows with their square."""

_NAME = re.compile(r"[a-z0-9]|[a-z0-9][a-z0-9._-]{0,98}[a-z0-9]", re.IGNORECASE)
"""A project's name (PEP 508, in ASCII); PyPI has none longer."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STATUS = re.compile(r"[a-z][a-z-]{0,39}")
_SUFFIXES = (".whl", ".tar.gz", ".zip")
_DAWN = datetime.min.replace(tzinfo=UTC)


def address(index: str, addresses: Addresses) -> str:
    """Return the base address of `PyPI` or `TestPyPI`, without a slash at the end. Raises ValueError for others."""
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    public = urlsplit(PYPI_SIMPLE_ENDPOINT)
    if index == "PyPI":
        found = addresses.pypi or f"{public.scheme}://{public.netloc}"
    elif index == "TestPyPI":
        found = addresses.testpypi or f"{public.scheme}://test.{public.netloc}"
    else:
        raise ValueError(f"{index!r} is no index that can be read; there are PyPI and TestPyPI")
    return found.removesuffix("/simple")


def package_of(name: str, index: str, http: Http) -> Package:
    """Ask `PyPI` or `TestPyPI` for a library's files.

    A library that was never published, or whose name no library can have, has no files. Raises Unavailable when the
    index does not answer, or answers with something that is no page of the Simple API; ValueError for another index.
    """
    from packaging.utils import canonicalize_name
    from pypi_simple import ACCEPT_JSON_PREFERRED

    base = address(index, http.addresses)
    if not _NAME.fullmatch(name):
        short = text(name, 80)
        remark = (
            f"{short!r} is no name a package can have: letters, digits, `.`, `-` and `_`,"
            " a letter or digit first and last"
        )
        return Package(short, index, f"{base}/", remarks=(remark,))
    normal = canonicalize_name(name)
    empty = Package(normal, index, f"{base}/project/{normal}/")
    page = http.get(
        Request(index, f"{base}/simple/{normal}/", f"the files of {normal}", ACCEPT_JSON_PREFERRED)
    )
    if page.status == 404:
        return empty
    if not page.ok:
        raise page.unavailable(f"answered {page.status}")
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {"application/vnd.pypi.simple.v1+json", "application/json"}:
        return _from_json(page, empty, base)
    if kind in {"application/vnd.pypi.simple.v1+html", "text/html"}:
        return _from_html(page, empty, base)
    raise page.unavailable("answered with something else than a page of the Simple API")


def _from_json(page: Page, empty: Package, base: str) -> Package:
    from packaging.version import InvalidVersion, Version
    from pypi_simple import SUPPORTED_REPOSITORY_VERSION, ProjectPage, UnsupportedRepoVersionError

    data = page.json()
    entries = data.get("files") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not all(_is_file(entry) for entry in entries):
        raise page.unavailable("answered with something else than a list of files")
    meta = mapping(data.get("meta"))
    try:
        spoken = Version(text(meta.get("api-version"), 40))
        if spoken.major == 1 and spoken > Version(SUPPORTED_REPOSITORY_VERSION):
            # A newer minor version only adds fields (PEP 629); pypi_simple would print a warning.
            meta = {"api-version": SUPPORTED_REPOSITORY_VERSION}
        ours = [entry for entry in entries if _is_readable(entry["filename"])]
        kept = heapq.nlargest(MAX_FILES, ours, key=lambda entry: entry.get("upload-time") or "")
        listed = ProjectPage.from_json_data(
            {"meta": meta, "name": empty.name, "files": kept}, page.url or page.request.url
        )
    except (ValueError, InvalidVersion, UnsupportedRepoVersionError):
        raise page.unavailable("answered with something else than a list of files") from None
    status = like(mapping(data.get("project-status")).get("status"), _STATUS)
    cut = f"only the newest {MAX_FILES} of its {len(ours)} files were read"
    return Package(
        empty.name,
        empty.index,
        empty.url,
        _files(listed.packages, empty.name, base),
        status=status or "active",
        remarks=(cut,) if len(ours) > MAX_FILES else (),
    )


def _from_html(page: Page, empty: Package, base: str) -> Package:
    from pypi_simple import DistributionPackage, UnsupportedRepoVersionError, parse_links_stream

    anchors, tags = page.body.lower().count(b"<a"), page.body.count(b"<")
    if len(page.body) > MAX_HTML or anchors > MAX_ANCHORS or tags > MAX_TAGS:
        raise page.unavailable("answered with a web page that is too long for a list of files")
    try:
        links = parse_links_stream([page.text], page.url or page.request.url)
        listed = [
            DistributionPackage.from_link(link, empty.name)
            for link in links
            if _is_readable(link.text)
        ]
    except (ValueError, AssertionError, UnsupportedRepoVersionError):
        raise page.unavailable("answered with a web page that is no list of files") from None
    remark = f"{empty.index} answered in HTML, which does not tell when files were uploaded"
    files = _files(listed, empty.name, base)
    return Package(empty.name, empty.index, empty.url, files, remarks=(remark,))


def _is_file(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("filename"), str)
        and isinstance(entry.get("upload-time", ""), str | None)
    )


def _is_readable(name: str) -> bool:
    """Say whether a name may be a wheel's or an sdist's; older kinds of files are no evidence."""
    return (
        len(name) <= MAX_FILE_NAME
        and name.endswith(_SUFFIXES)
        and name.count("-") <= (5 if name.endswith(".whl") else MAX_DASHES)
    )


def _files(listed: Iterable[DistributionPackage], name: str, base: str) -> tuple[File, ...]:
    """Return the library's own files, newest first."""
    from packaging.version import Version

    def rank(file: File) -> tuple[datetime, Version, str]:
        return file.uploaded or _DAWN, Version(file.version), file.name

    return tuple(sorted(_own(listed, name, base), key=rank, reverse=True))


def _own(listed: Iterable[DistributionPackage], name: str, base: str) -> Iterator[File]:
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    for one in listed:
        if one.project is None or one.version is None or canonicalize_name(one.project) != name:
            continue
        try:
            version = Version(one.version)
        except InvalidVersion:
            continue
        sha256 = one.digests.get("sha256", "").lower()
        yield File(
            one.filename,
            str(version),
            _utc(one.upload_time),
            sha256 if _SHA256.fullmatch(sha256) else "",
            one.is_yanked,
            one.provenance_url is not None,
            one.metadata_url if one.has_metadata and _same_host(one.url, base) else "",
        )


def _utc(time: datetime | None) -> datetime | None:
    if time is None or time.tzinfo is None:
        return time and time.replace(tzinfo=UTC)
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return None


def _same_host(url: str, base: str) -> bool:
    one, other = urlsplit(url), urlsplit(base)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)

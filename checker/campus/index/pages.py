"""PyPI's pages of a project: the Simple API in HTML and JSON (PEP 503, 691, 700, 714), and the JSON API."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from checker.campus.index.distribution import fields_of, metadata_of
from checker.campus.index.files import File
from checker.campus.index.shelf import Shelf


def simple(name: str, files: Iterable[File], base: str, accept: str) -> tuple[str, bytes]:
    """Return the media type and text of a project's page. Raises LookupError for a form it does not have."""
    from simple_repository import model

    listed = tuple(
        model.File(
            one.name,
            _url(one, base),
            {"sha256": one.sha256},
            requires_python=one.requires_python or None,
            dist_info_metadata={"sha256": one.metadata_sha256} if one.metadata_sha256 else None,
            yanked=False,
            size=one.size,
            upload_time=datetime.fromtimestamp(one.uploaded, UTC) if one.uploaded else None,
        )
        for one in files
    )
    return _serialised(model.ProjectDetail(model.Meta("1.1"), name, listed), accept)


def listing(names: Iterable[str], accept: str) -> tuple[str, bytes]:
    """Return the media type and text of the list of projects. Raises LookupError for a form it does not have."""
    from simple_repository import model

    projects = frozenset(model.ProjectListElement(one) for one in names)
    return _serialised(model.ProjectList(model.Meta("1.1"), projects), accept)


def _serialised(page: object, accept: str) -> tuple[str, bytes]:
    from simple_repository import content_negotiation, errors, serializer

    try:
        form = content_negotiation.select_response_format(accept)
    except (errors.UnsupportedSerialization, ValueError):
        raise LookupError(accept) from None
    return form.value, serializer.serialize(page, form).encode()  # type: ignore[arg-type]


def document(shelf: Shelf, project: str, base: str, version: str = "") -> dict[str, object] | None:
    """Return what PyPI's JSON API says of a project, or of one of its versions; None when there is none."""
    from packaging.version import Version

    files = shelf.files(project)
    of_version: dict[str, list[File]] = {}
    for one in files:
        of_version.setdefault(one.version, []).append(one)
    final = [one for one in of_version if not Version(one).is_prerelease] or list(of_version)
    shown = version or max(final, key=Version, default="")
    if shown not in of_version:
        return None
    releases = {
        one: [_entry(file, base) for file in ours]
        for one, ours in sorted(of_version.items(), key=lambda item: Version(item[0]))
    }
    newest = of_version[shown][0]
    info = _info(metadata_of(shelf.path(newest)))
    return {
        "info": {**info, "name": shelf.title(project), "version": shown, "yanked": False},
        "ownership": {
            "organization": None,
            "roles": [{"role": "Owner", "user": shelf.owner(project)}],
        },
        "last_serial": len(files),
        "urls": releases[shown],
        **({} if version else {"releases": releases}),
        "vulnerabilities": [],
    }


def _info(metadata: bytes) -> dict[str, object]:
    fields = fields_of(metadata)
    links = (one.partition(",") for one in fields.get("project-url", []))
    urls = {label.strip()[:80]: url.strip()[:500] for label, _, url in links}

    def first(name: str) -> str | None:
        return fields.get(name, [None])[0]

    return {
        "summary": first("summary"),
        "author": first("author"),
        "author_email": first("author-email"),
        "home_page": first("home-page"),
        "license": first("license"),
        "license_expression": first("license-expression"),
        "classifiers": fields.get("classifier", []),
        "requires_python": first("requires-python"),
        "requires_dist": fields.get("requires-dist"),
        "project_urls": urls or None,
    }


def _entry(file: File, base: str) -> Mapping[str, object]:
    moment = datetime.fromtimestamp(file.uploaded, UTC)
    return {
        "filename": file.name,
        "packagetype": "bdist_wheel" if file.name.endswith(".whl") else "sdist",
        "python_version": file.name.split("-")[-3] if file.name.endswith(".whl") else "source",
        "requires_python": file.requires_python or None,
        "digests": {"sha256": file.sha256},
        "size": file.size,
        "upload_time": f"{moment:%Y-%m-%dT%H:%M:%S}",
        "upload_time_iso_8601": f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}",
        "url": _url(file, base),
        "yanked": False,
        "yanked_reason": None,
    }


def _url(file: File, base: str) -> str:
    return f"{base}/files/{file.project}/{quote(file.name)}"


def front(title: str, base: str, people: int, projects: int) -> bytes:
    """Return the page at the root, for whoever opens it in a browser."""
    return (
        "<!DOCTYPE html>\n<html lang=en><meta charset=utf-8>"
        f"<title>{html.escape(title)} of the campus</title>\n<h1>{html.escape(title)} of the campus</h1>\n"
        f"<p>{projects} projects of {people} people: <a href='{base}/simple/'>all of them</a>.</p>\n"
        f"<p>Upload: <code>twine upload --repository-url {base}/legacy/ dist/*</code>,"
        " user <code>__token__</code>, password: your campus token.</p>\n</html>\n"
    ).encode()

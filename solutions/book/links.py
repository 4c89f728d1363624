"""Links of lessons: those into the repository lead somewhere, the others to official documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from solutions.book.languages import shape
from solutions.book.notebook import KINDS, place
from solutions.book.source import LANGUAGES, ROOT, Lesson

OFFICIAL = frozenset(
    """
    airflow.apache.org build.pypa.io clear.ml docs.airflow.apache.org
    docs.astral.sh docs.aws.amazon.com docs.docker.com docs.github.com docs.gitlab.com
    docs.pytest.org docs.python.org docs.redhat.com docs.sigstore.dev docs.zizmor.sh git-scm.com
    github.com hub.docker.com jupyter.org martinfowler.com mlflow.org nektosact.com opencontainers.org
    packaging.python.org papermill.readthedocs.io peps.python.org pip.pypa.io pre-commit.com
    semver.org specs.opencontainers.org tekton.dev toml.io tox.wiki
    twine.readthedocs.io www.docker.com www.gnu.org www.jenkins.io yaml.org
    """.split()
)
"""Hosts of documentation by those who make what it is about."""


def dead(lesson: Lesson, root: Path = ROOT) -> Iterator[str]:
    """Yield links of a lesson that lead nowhere, or to a host that is not known as official documentation."""
    for cell in lesson.cells:
        if cell.kind != "markdown":
            continue
        for link in shape(cell.text).links:
            if said := _objection(link, lesson.slug, cell.language, root):
                yield f"{lesson.at(cell)}: {cell.key}: {link} {said}"


def _objection(link: str, slug: str, language: str, root: Path) -> str:
    parts = urlsplit(link)
    if parts.scheme == "https":
        return (
            ""
            if parts.hostname in OFFICIAL
            else "is not known as official documentation (links.OFFICIAL)"
        )
    if parts.scheme or parts.netloc:
        return "is neither https nor a path from the notebook"
    if not parts.path:
        return "leads to a place in the notebook; JupyterLab and GitHub name those differently"
    for kind in KINDS:
        from_here = place(slug, language, kind, root).parent
        target = (from_here / unquote(parts.path)).resolve()
        if not target.is_relative_to(root.resolve()) or not _is_there(target, root):
            return f"leads nowhere from {from_here.relative_to(root)}"
        if parts.fragment and target.suffix == ".md" and parts.fragment not in _anchors(target):
            return f"has no such heading in {target.name}"
    return ""


def _is_there(target: Path, root: Path) -> bool:
    """Say whether a file is there, or a notebook will be once its lesson is built."""
    if target.exists():
        return True
    lessons = {
        place(one.stem, language, kind, root).resolve()
        for one in (root / "solutions" / "src").glob("*.py")
        for language in LANGUAGES
        for kind in KINDS
    }
    return target in lessons


def _anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a document."""
    lines = path.read_text(encoding="utf-8").splitlines()
    titles = [line.lstrip("#").strip() for line in lines if re.match(r"#{1,6} ", line)]
    named = re.findall(r'<a (?:id|name)="([^"]+)"', "\n".join(lines))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles} | set(
        named
    )

"""What is to be graded: a folder, or a repository on GitHub, which branch of it, and what its student calls things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote, urlsplit

GITHUB = "github.com"

# Accounts that a company manages hold an underscore: `anna_acme` (GitHub, "Enterprise Managed Users", November 2026).
_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?"
_NAME = r"[A-Za-z0-9._-]{1,100}"
_REPOSITORY = re.compile(rf"(?P<owner>{_OWNER})/(?P<name>{_NAME}?)(?:\.git)?/?(?:@(?P<ref>\S+))?")
_PATH = re.compile(rf"/(?P<owner>{_OWNER})/(?P<name>{_NAME}?)(?:\.git)?(?:/(?P<page>.*))?")
_SSH = re.compile(r"(?:ssh://)?git@(?P<host>[\w.-]+)(?::\d+(?=/))?[:/](?P<path>.+)")
_BRANCH_REFUSED = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$")
"""What git refuses in a branch name (git-check-ref-format), and a leading dash or dot."""

_ABOUT_THE_WHOLE = frozenset(
    "actions branches commits deployments graphs insights issues packages projects pulls pulse"
    " releases security settings tags tree wiki".split()
)
"""Pages of a repository that mean no branch of it."""

_PACKAGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
"""A name as PyPI allows it (packaging.python.org, Names and normalization); read November 2026."""
_PACKAGE_PAGE = re.compile(r"https?://[\w.-]*pypi[\w.-]*/project/(?P<name>[^/?#]+)[^\s]*")
_IMAGE_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_IMAGE = re.compile(rf"(?P<user>{_IMAGE_PART})/(?P<name>{_IMAGE_PART})")
"""A name as registries allow it (distribution/reference, the grammar of `path-component`)."""
_IMAGE_HOST = re.compile(
    r"(?:https?://)?(?:hub\.docker\.com/(?:r|repository/docker)/|(?:index\.|registry-1\.)?docker\.io/)"
)
_STUDENT = re.compile(r"[a-z]+(?:-[a-z]+)*(?:_[a-z0-9]+(?:-[a-z0-9]+)*){1,3}")


@dataclass(frozen=True, slots=True)
class Target:
    """A folder or a repository; exactly one of the two is not empty."""

    folder: str = ""
    repository: str = ""
    """`owner/repo` on GitHub."""
    ref: str = ""
    """The branch to grade; empty for a folder's working tree and for a repository's own choice."""
    default_branch: str = ""
    """The branch homework is merged into; empty when git or GitHub should say."""
    package: str = ""
    """The library's name on the package index, as given for this grade; empty when the repository says."""
    image: str = ""
    """The image on Docker Hub, `user/name`, as given for this grade; empty when the repository says."""
    student: str = ""
    """`surname_name`, as given for this grade; empty when the repository says."""
    pull_request: int = 0
    """The pull request whose head is graded; 0 for none."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not self.folder and not self.repository:
            raise ValueError("there is nothing to grade: name a folder, such as `.`")
        if "\0" in self.folder:
            raise ValueError("a folder's name cannot hold a zero byte")
        for branch in (self.ref, self.default_branch):
            if branch and (len(branch) > 255 or _BRANCH_REFUSED.search(branch)):
                raise ValueError(
                    f"{branch[:80]!r} is no branch name: git refuses blanks, `..`, `~ ^ : ? * [ \\`"
                    " and a dash or dot in front"
                )
        for name, read in (("package", package), ("image", image), ("student", student)):
            value = getattr(self, name)
            object.__setattr__(self, name, read(value) if value else "")

    def __str__(self) -> str:
        """Return it as a person would write it."""
        name = self.folder or self.repository
        if self.pull_request and not self.ref:
            return f"{name}, pull request {self.pull_request}"
        return f"{name}@{self.ref}" if self.ref else name


def target(
    text: str,
    *,
    ref: str = "",
    default_branch: str = "",
    host: str = GITHUB,
    package: str = "",
    image: str = "",
    student: str = "",
) -> Target:
    """Read `owner/repo`, `owner/repo@branch`, or a repository's address on GitHub or on `host`.

    An address may be that of a branch (`/tree/hw5`) or of a pull request (`/pull/7`). Anything that is
    neither is taken for a folder. Nothing is looked up: whoever knows that a folder of that name exists
    makes `Target(folder=...)`. Raises ValueError for an empty text, an address of something else, and
    malformed names.
    """
    written = text.strip()
    found = _REPOSITORY.fullmatch(written)
    more = partial(
        Target, default_branch=default_branch, package=package, image=image, student=student
    )
    if found is not None and found["name"] not in {"", ".", ".."}:
        name = f"{found['owner']}/{found['name']}"
        return more(repository=name, ref=ref or found["ref"] or "")
    path = _path(written, host.lower())
    if not path:
        return more(folder=text, ref=ref)
    repository, branch, number = _page(path)
    chosen = ref or branch
    return more(repository=repository, ref=chosen, pull_request=0 if chosen else number)


def package(text: str) -> str:
    """Return a library's name from a name or from its page on PyPI. Raises ValueError for neither."""
    page = _PACKAGE_PAGE.fullmatch(text.strip())
    name = unquote(page["name"]) if page else text.strip()
    if _PACKAGE.fullmatch(name) is None:
        raise ValueError(
            f"{text[:80]!r} is no package name: PyPI allows letters, digits and `. _ -`, the first"
            " and the last a letter or digit, 100 at most, such as `my-library`"
        )
    return name


def image(text: str) -> str:
    """Return `user/name` from an image's name or its page on Docker Hub. Raises ValueError for neither."""
    name = _IMAGE_HOST.sub("", text.strip().lower(), count=1)
    name = name.partition("/tags")[0].partition("/general")[0].strip("/")
    found = _IMAGE.fullmatch(name)
    if found is None or len(name) > 255:
        bare = re.split(r"[:@]", name)[0]
        hint = (
            f"leave out `{name[len(bare) :][:40]}`"
            if _IMAGE.fullmatch(bare)
            else "such as `me/app`"
        )
        raise ValueError(f"{text[:80]!r} is no image on Docker Hub: expected `user/name`, {hint}")
    return name


def student(text: str) -> str:
    """Return a `surname_name` as it is. Raises ValueError for anything else."""
    if len(text) > 80 or _STUDENT.fullmatch(text) is None:
        raise ValueError(
            f"{text[:80]!r} is no surname_name: expected small Latin letters with one `_` between"
            " surname and name, such as `ivanov_ivan`"
        )
    return text


def _path(text: str, host: str) -> str:
    """Return the path of an address on a host; empty for what is no address."""
    found = _SSH.fullmatch(text)
    if found:
        _same(found["host"], host.partition(":")[0])
        return f"/{found['path'].lstrip('/')}"
    first = text.partition("/")[0].lower().removeprefix("www.")
    if "://" not in text and first != host:
        return ""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        address = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    except ValueError:
        raise ValueError(f"the address is malformed; expected https://{host}/owner/repo") from None
    if parts.username or parts.password:
        raise ValueError(
            "the address holds a user name or a token, which is none of a grade's business:"
            f" leave out all between `://` and `{address[:80]}`"
        )
    _same(address.removeprefix("www."), host)
    return parts.path.rstrip("/") or "/"


def _same(host: str, wanted: str) -> None:
    if host.lower() != wanted:
        raise ValueError(
            f"{host[:80]!r} is not {wanted}; give the address of a repository there, or set"
            " CHECKER_GITHUB_URL for a GitHub of your own"
        )


def _page(path: str) -> tuple[str, str, int]:
    """Return repository, branch and number of the pull request that an address on GitHub names."""
    found = _PATH.fullmatch(path)
    if found is None or found["name"] in {"", ".", ".."}:
        raise ValueError(
            f"{path[:80]!r} is no repository's address; expected https://github.com/owner/repo"
        )
    repository = f"{found['owner']}/{found['name']}"
    kind, _, rest = (found["page"] or "").partition("/")
    if kind == "tree" and rest:
        return repository, unquote(rest), 0
    if kind == "pull" and (number := rest.partition("/")[0]).isdecimal() and len(number) < 10:
        return repository, "", int(number)
    if kind and kind not in _ABOUT_THE_WHOLE:
        raise ValueError(
            f"the address leads to {kind[:40]!r} of {repository}; give the repository's own, or name"
            f" a branch: {repository}@BRANCH"
        )
    return repository, "", 0

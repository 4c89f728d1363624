"""docker/metadata-action: the image tags that its rules make of a branch, a tag or a pull request.

Source: README and src/meta.ts, tag.ts, image.ts, flavor.ts of docker/metadata-action, 2026-11. What the action refuses
with an error (an unknown type, a rule without its pattern) makes no tags here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from checker.actions.command import has_hole, hole

MAX_RULES = 200
MAX_PATTERN = 200
MAX_SUBJECT = 200
"""Characters of a git tag that are looked at."""
_PRIORITIES = {
    "schedule": 1000, "semver": 900, "pep440": 900, "match": 800, "edge": 700, "ref": 600, "raw": 200, "sha": 100,
}  # fmt: skip
_DEFAULT_RULES = (
    "type=schedule",
    "type=ref,event=branch",
    "type=ref,event=tag",
    "type=ref,event=pr",
)
_TAGS, _HEADS, _PULL = "refs/tags/", "refs/heads/", "refs/pull/"

_EXPRESSION = re.compile(r"\{\{\s*(\w+)([^{}]*)\}\}")
_NOT_IN_TAGS = re.compile(r"(⟦[^⟦⟧]*⟧)|[^a-zA-Z0-9._\-⟦⟧]+")
# As node-semver reads it, strictly: numbers without leading zeros, so `2026.01.05` is none.
_NUMBER, _LABEL = r"(?:0|[1-9]\d{0,15})", r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = re.compile(
    rf"v?(?P<major>{_NUMBER})\.(?P<minor>{_NUMBER})\.(?P<patch>{_NUMBER})"
    rf"(?:-(?P<pre>{_LABEL}(?:\.{_LABEL})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_PEP440 = re.compile(
    r"\s*v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_n>\d*))?"
    r"(?P<post>-(?P<post_n1>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?P<post_n2>\d*))?"
    r"(?P<dev>[-_.]?dev[-_.]?(?P<dev_n>\d*))?(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*",
    re.IGNORECASE,
)
_PRE_NAMES = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}
# A student's own regular expression is tried only when no tag can make it run for long: few repeats, none of a group.
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEAT = re.compile(r"[*+]|\{\d*,\}")


@dataclass(frozen=True, slots=True)
class _Rule:
    type: str
    attributes: Mapping[str, str]

    @property
    def priority(self) -> float:
        """The higher, the earlier its tag."""
        try:
            return float(self.attributes.get("priority", ""))
        except ValueError:
            return _PRIORITIES[self.type]


@dataclass(frozen=True, slots=True)
class _Flavor:
    latest: str = "auto"
    prefix: str = ""
    suffix: str = ""
    prefix_latest: bool = False
    suffix_latest: bool = False


@dataclass(slots=True)
class _Tags:
    """The tags gathered so far; the first rule that makes one decides about `latest`."""

    names: list[str] = field(default_factory=list)
    latest: bool | None = None

    def add(self, name: str, *, latest: bool) -> None:
        """Take a tag, none when it is empty."""
        if name:
            self.names.append(_sanitized(name))
            self.latest = latest if self.latest is None else self.latest


class _RefusedError(ValueError):
    """The action would stop with an error."""


def metadata(inputs: Mapping[str, str], github: Mapping[str, object]) -> Mapping[str, str]:
    """Return the action's outputs: `tags` a line each, `version`; labels and JSON are holes."""
    unknown = {
        name: hole(f"metadata.{name}") for name in ("labels", "annotations", "json", "bake-file")
    }
    if not github.get("ref"):
        return {**unknown, "tags": hole("metadata.tags"), "version": hole("metadata.version")}
    try:
        flavor = _flavor(inputs.get("flavor", ""))
        tags = _tags(_rules(inputs.get("tags", "")), flavor, github)
        images = _images(inputs.get("images", ""))
    except _RefusedError:
        return {"tags": "", "version": "", **unknown}
    names = list(dict.fromkeys(tags.names))
    if names and tags.latest:
        latest = (
            f"{flavor.prefix * flavor.prefix_latest}latest{flavor.suffix * flavor.suffix_latest}"
        )
        names.append(_sanitized(_filled(latest, github)))
    lines = [f"{image}:{name}" if image else name for image in images or ("",) for name in names]
    separator = inputs.get("sep-tags") or "\n"
    return {
        **unknown,
        "tags": separator.join(dict.fromkeys(lines)),
        "tag-names": separator.join(dict.fromkeys(names)),
        "version": names[0] if names else "",
    }


def _tags(rules: list[_Rule], flavor: _Flavor, github: Mapping[str, object]) -> _Tags:
    found = _Tags()
    for rule in rules:
        enabled = _filled(rule.attributes.get("enable", "true"), github)
        # Whether an unknown rule holds nobody can tell here: its tag is shown.
        if enabled != "true" and not has_hole(enabled):
            if enabled != "false":
                raise _RefusedError(enabled)
            continue
        made = _made(rule, github)
        if made is None:
            continue
        value, latest = made
        prefix = rule.attributes.get("prefix", flavor.prefix)
        suffix = rule.attributes.get("suffix", flavor.suffix)
        whole = f"{_filled(prefix, github)}{value}{_filled(suffix, github)}"
        found.add(whole, latest=latest if flavor.latest == "auto" else flavor.latest == "true")
    return found


def _made(rule: _Rule, github: Mapping[str, object]) -> tuple[str, bool] | None:
    """Return what a rule makes on this event and whether `latest` goes with it; None when it makes nothing."""
    ref, attributes = str(github.get("ref")), rule.attributes
    tag = ref.removeprefix(_TAGS) if ref.startswith(_TAGS) else ""
    branch = ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else ""
    match rule.type:
        case "schedule":
            return (
                (_filled(attributes["pattern"], github), False)
                if github.get("event_name") == "schedule"
                else None
            )
        case "raw":
            return _filled(attributes["value"], github), False
        case "sha":
            return _sha(github, long=attributes.get("format") == "long"), False
        case "edge":
            wanted = attributes.get("branch") or _default_branch(github)
            return ("edge", False) if branch and branch == wanted else None
        case "ref":
            pull = re.sub(r"/merge$", "", ref.removeprefix(_PULL)) if ref.startswith(_PULL) else ""
            value = {"branch": branch, "tag": tag, "pr": pull}[attributes["event"]]
            return (value, bool(tag)) if value else None
    given = _filled(attributes.get("value", ""), github)
    if not given and not tag:
        return None
    subject = given or (tag if rule.type == "match" else tag.replace("/", "-"))
    if has_hole(subject) or len(subject) > MAX_SUBJECT:
        return hole(f"metadata.{rule.type}"), True
    if rule.type == "match":
        return _matched(subject, attributes)
    return (_semver if rule.type == "semver" else _pep440)(subject, attributes["pattern"])


def _semver(subject: str, pattern: str) -> tuple[str, bool] | None:
    found = _SEMVER.fullmatch(subject.strip())
    if not found:
        return None
    numbers = {part: found[part] for part in ("major", "minor", "patch")}
    version = ".".join(numbers.values()) + (f"-{found['pre']}" if found["pre"] else "")
    parts = {**numbers, "version": version, "raw": subject}
    if found["pre"]:
        # A prerelease makes its whole version alone: `{{major}}` must not move to it.
        return (parts["raw"] if _is_raw(pattern) else version), False
    return _expanded(pattern, parts), True


def _pep440(subject: str, pattern: str) -> tuple[str, bool] | None:
    found = _PEP440.fullmatch(subject)
    if not found:
        return None
    numbers = [str(int(number)) for number in found["release"].split(".")]
    version = (f"{int(found['epoch'])}!" if found["epoch"] else "") + ".".join(numbers)
    if found["pre"]:
        name = found["pre"].lower()
        version += f"{_PRE_NAMES.get(name, name)}{int(found['pre_n'] or 0)}"
    if found["post"]:
        version += f".post{int(found['post_n1'] or found['post_n2'] or 0)}"
    if found["dev"]:
        version += f".dev{int(found['dev_n'] or 0)}"
    if found["local"]:
        version += "+" + re.sub("[-_]", ".", found["local"].lower())
    if found["pre"] or found["post"] or found["dev"]:
        return (subject if _is_raw(pattern) else version), False
    named = dict(zip(("major", "minor", "patch"), [*numbers, "0", "0"], strict=False))
    return _expanded(pattern, {**named, "version": version, "raw": subject}), True


def _matched(subject: str, attributes: Mapping[str, str]) -> tuple[str, bool] | None:
    pattern, group = attributes["pattern"], attributes.get("group", "0")
    if not group.isdigit():
        raise _RefusedError(group)
    flags = re.ASCII
    slashed = re.fullmatch(r"/(.+)/([a-z]*)", pattern)
    if slashed:
        pattern = slashed[1]
        flags |= re.IGNORECASE if "i" in slashed[2] else 0
    unknown = hole("metadata.match"), True
    if (
        len(pattern) > MAX_PATTERN
        or _REPEATED_GROUP.search(pattern)
        or len(_REPEAT.findall(pattern)) > 3
    ):
        return unknown
    try:
        found = re.search(pattern, subject, flags)
        return (found[int(group)], True) if found and found[int(group)] is not None else None
    except (re.error, RecursionError, OverflowError):
        return unknown
    except IndexError:
        return None


def _rules(text: str) -> list[_Rule]:
    rules = [_rule(line) for line in _lines(text) or _DEFAULT_RULES]
    return sorted(rules, key=lambda rule: -rule.priority)


def _rule(line: str) -> _Rule:
    kind, attributes = "", {}
    for cell in _cells(line):
        key, equals, value = (part.strip() for part in cell.partition("="))
        if not equals:
            attributes["value"] = key
        elif key.lower() == "type":
            kind = value
        else:
            # The action takes what stands between the first and the second `=`.
            attributes[key.lower()] = value.partition("=")[0].strip()
    kind = kind or "raw"
    needed = {
        "semver": "pattern",
        "pep440": "pattern",
        "match": "pattern",
        "ref": "event",
        "raw": "value",
    }.get(kind)
    if kind not in _PRIORITIES or (needed and needed not in attributes):
        raise _RefusedError(line)
    if kind == "schedule":
        attributes.setdefault("pattern", "nightly")
    if kind == "sha":
        attributes.setdefault("prefix", "sha-")
    if kind == "ref" and attributes["event"] not in {"branch", "tag", "pr"}:
        raise _RefusedError(line)
    if kind == "ref" and attributes["event"] == "pr":
        attributes.setdefault("prefix", "pr-")
    return _Rule(kind, attributes)


def _flavor(text: str) -> _Flavor:
    given: dict[str, str] = {}
    before = ""
    for line in _lines(text):
        for cell in _cells(line):
            key, equals, value = (part.strip() for part in cell.partition("="))
            if not equals:
                raise _RefusedError(line)
            given[f"{before}-latest" if key == "onlatest" else key] = value
            before = key
    if given.get("latest", "auto") not in {"auto", "true", "false"} and not has_hole(
        given["latest"]
    ):
        raise _RefusedError(given["latest"])
    return _Flavor(
        given.get("latest", "auto"),
        given.get("prefix", ""),
        given.get("suffix", ""),
        given.get("prefix-latest") == "true",
        given.get("suffix-latest") == "true",
    )


def _images(text: str) -> list[str]:
    """Return the images; one line of several names is the old way to write them."""
    found: list[str] = []
    for line in _lines(text):
        name, enabled = "", "true"
        for cell in _cells(line):
            key, equals, value = (part.strip() for part in cell.partition("="))
            if key.lower() == "enable" and equals:
                enabled = value
            elif equals or not name:
                name = value if equals else key
            elif not equals:
                found.append(_lowered(name))
                name = key
        if name and enabled != "false":
            found.append(_lowered(name))
    return found


def _lines(text: str) -> list[str]:
    """Return the lines of a list, `#` and what follows it left out."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return list(islice(filter(None, lines), MAX_RULES))


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line)), [])
    except csv.Error as problem:
        raise _RefusedError(line) from problem


def _filled(text: str, github: Mapping[str, object]) -> str:
    """Fill the action's own expressions: `{{branch}}`, `{{sha}}`, `{{is_default_branch}}`."""
    if "{{" not in text:
        return text
    ref = str(github.get("ref"))
    branch = ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else ""
    is_default = bool(branch) and branch == _default_branch(github)
    known = {
        "branch": branch,
        "tag": ref.removeprefix(_TAGS) if ref.startswith(_TAGS) else "",
        "sha": _sha(github),
        "base_ref": str(github.get("base_ref") or ""),
        "is_default_branch": str(is_default or github.get("event_name") == "schedule").lower(),
        "is_not_default_branch": str(not is_default).lower(),
    }
    return _EXPRESSION.sub(lambda match: known.get(match[1], hole(f"metadata.{match[1]}")), text)


def _expanded(pattern: str, parts: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: parts.get(match[1], ""), pattern)


def _is_raw(pattern: str) -> bool:
    found = _EXPRESSION.fullmatch(pattern.strip())
    return found is not None and found[1] == "raw"


def _sha(github: Mapping[str, object], *, long: bool = False) -> str:
    sha = str(github.get("sha") or "")
    if not sha or has_hole(sha):
        return hole("github.sha")
    return sha if long else sha[:7]


def _default_branch(github: Mapping[str, object]) -> str:
    event = github.get("event")
    repository = event.get("repository") if isinstance(event, Mapping) else None
    named = repository.get("default_branch") if isinstance(repository, Mapping) else None
    return str(github.get("default_branch") or named or "")


def _sanitized(name: str) -> str:
    return _NOT_IN_TAGS.sub(lambda match: match[1] or "-", name)


def _lowered(name: str) -> str:
    """Lower the name as registries want it, and leave the names of unknown values alone."""
    return "".join(
        part if part.startswith("⟦") else part.lower() for part in re.split(r"(⟦[^⟦⟧]*⟧)", name)
    )

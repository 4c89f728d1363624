"""docker/metadata-action: tags as the grader itself reads them off the rules, and labels of the commit."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from checker.actions.command import has_hole
from checker.actions.image_tags import metadata
from checker.campus.actions.said import Refused, fail, given, hand_on, lines, say, warn

_DATE = re.compile(r"\{\{\s*(?:commit_)?date\s+'([^']*)'(?:\s+tz='[^']*')?\s*\}\}")
_PARTS = {
    "YYYY": "%Y",
    "YY": "%y",
    "MM": "%m",
    "DD": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
    "X": "%s",
}


def outputs(
    inputs: Mapping[str, str], github: Mapping[str, object], now: datetime
) -> dict[str, str]:
    """Return what the action hands on. Raises Refused for rules that the action refuses or nobody can fill here."""
    filled = {
        name: _DATE.sub(lambda found: _date(found[1], now), text) for name, text in inputs.items()
    }
    found = metadata(filled, github)
    tags, version = found["tags"], found["version"]
    if has_hole(tags) or has_hole(version):
        raise Refused(f"the campus cannot make these tags: {tags[:300]}")
    labels = _labels(github, version, now)
    for line in filled.get("labels", "").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and name:
            labels[name.strip()] = value.strip()
    shown = [f"{name}={value}" for name, value in labels.items()]
    listed = [line for line in tags.splitlines() if line]
    return {
        "version": version,
        "tags": tags,
        "tag-names": found.get("tag-names", ""),
        "labels": (filled.get("sep-labels") or "\n").join(shown),
        "annotations": "\n".join(f"manifest:{one}" for one in shown),
        "json": json.dumps({"tags": listed, "labels": labels}),
    }


def github() -> dict[str, object]:
    """Return what the action reads of the event, from the runner's variables."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    names = ("event_name", "ref", "base_ref", "head_ref", "sha", "repository", "server_url")
    return {
        **{name: os.environ.get(f"GITHUB_{name.upper()}", "") for name in names},
        "event": event,
    }


def _labels(github: Mapping[str, object], version: str, now: datetime) -> dict[str, str]:
    repository = str(github.get("repository", ""))
    url = f"{github.get('server_url')}/{repository}"
    prefix = "org.opencontainers.image."
    return {
        f"{prefix}created": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        f"{prefix}revision": str(github.get("sha", "")),
        f"{prefix}source": url,
        f"{prefix}title": repository.rpartition("/")[2],
        f"{prefix}url": url,
        f"{prefix}version": version,
    }


def _date(pattern: str, now: datetime) -> str:
    words = re.sub("|".join(_PARTS), lambda found: _PARTS[found[0]], pattern)
    return now.strftime(words)


if __name__ == "__main__":
    try:
        told = ("images", "tags", "flavor", "labels", "sep-tags", "sep-labels")
        made = outputs({name: given(name) for name in told}, github(), datetime.now(UTC))
        if not lines("images"):
            warn("`images` names no image: the tags are names without one")
        if not made["tags"]:
            warn("no rule of `tags` makes a tag on this event")
        for line in made["tags"].splitlines():
            say(line)
        hand_on(made)
    except Refused as error:
        fail(str(error))
        sys.exit(1)

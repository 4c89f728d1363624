"""Compare the checker's reading of labelled repositories with the experts' labels.

Usage: python benchmarks/agreement.py CORPUS [--format text|json]

CORPUS holds a folder `owner__name` for each repository and `labels.jsonl`, whose `truth` gives six
verdicts; `null` accepts either answer.
The checker is asked the way a person asks it: `checker explain PATH... --format jsonl`.
A verdict is met when an activity's answer on one of the events is yes or depends.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

AUTOMATIC = ("push", "branch-push", "pull-request", "merge", "tag", "release", "schedule")
ANY = (*AUTOMATIC, "manual")
TO_DEFAULT = ("push", "pull-request", "merge")


def _anywhere(_: object) -> bool:
    return True


def _on_pypi(target: object) -> bool:
    return target == "pypi"


def _on_docker_hub(target: object) -> bool:
    return target == "dockerhub"


VERDICTS: Mapping[str, tuple[str, Callable[[Any], bool], tuple[str, ...]]] = {
    "lint": ("lint", _anywhere, AUTOMATIC),
    "test": ("test", _anywhere, AUTOMATIC),
    "publish": ("publish", _anywhere, ANY),
    "docker": ("image-push", _anywhere, ANY),
    "pub_merge": ("publish", _on_pypi, TO_DEFAULT),
    "hub_tag": ("image-push", _on_docker_hub, ("tag",)),
}
"""Verdict -> kind of activity, its target, the events that count."""


def explained(repositories: list[Path]) -> list[dict[str, Any]]:
    """Ask the checker for all repositories in one process."""
    command = [
        sys.executable,
        "-m",
        "checker",
        "explain",
        "--format",
        "jsonl",
        *map(str, repositories),
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def verdict(name: str, explained: dict[str, Any]) -> tuple[bool, str]:
    """Return a verdict and what it rests on."""
    kind, goes_to, events = VERDICTS[name]
    near = ""
    for activity in explained["activities"]:
        if activity["kind"] != kind or not goes_to(activity["target"]):
            continue
        where = f"{activity['file']}:{activity['line']} {activity['tool']}"
        for event in events:
            if activity["events"][event] != "no":
                return (
                    True,
                    f"{where} on {event}: {activity['events'][event]} {activity['why'].get(event, '')}",
                )
        near = near or f"{where}: {next(iter(activity['why'].values()), '')}"
    return False, near or f"no {kind} found"


def main() -> int:
    """Print agreement, false met, missed and every disagreement; exit 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    arguments = parser.parse_args()
    labels = [
        json.loads(line)
        for line in (arguments.corpus / "labels.jsonl").read_text("utf-8").splitlines()
    ]
    folders = [arguments.corpus / label["repo"].replace("/", "__") for label in labels]
    counts = {name: {"agree": 0, "false_met": 0, "missed": 0} for name in VERDICTS}
    disagreements: list[dict[str, Any]] = []
    for label, found in zip(labels, explained(folders), strict=True):
        for name in VERDICTS:
            wanted = label["truth"][name]
            got, reason = verdict(name, found)
            if wanted is None or wanted == got:
                counts[name]["agree"] += 1
                continue
            counts[name]["false_met" if got else "missed"] += 1
            disagreements.append(
                {"repo": label["repo"], "verdict": name, "checker": got, "reason": reason}
            )
    total = len(labels) * len(VERDICTS)
    agreed = sum(count["agree"] for count in counts.values())
    result = {
        "verdicts": total,
        "agreed": agreed,
        "agreement": agreed / total,
        "by_verdict": counts,
    }
    if arguments.format == "json":
        print(json.dumps({**result, "disagreements": disagreements}, indent=2))
        return 0
    print(f"agreement {agreed} of {total} = {agreed / total:.1%}")
    for name, count in counts.items():
        print(
            f"  {name:10} agree {count['agree']:3}   false met {count['false_met']:2}   missed {count['missed']:2}"
        )
    for each in disagreements:
        said = "met" if each["checker"] else "not met"
        print(
            f"  {each['repo']}: {each['verdict']} {said}, the label says otherwise: {each['reason']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

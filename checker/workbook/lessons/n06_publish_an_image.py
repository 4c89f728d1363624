"""Lesson 06, publish an image: a Dockerfile, its layers, a manifest and its digest, a workflow that pushes on a tag."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.actions.image_tags import metadata
from checker.workbook.dockerfiles import findings
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.indexes import SAMPLES, platforms_of
from checker.workbook.layers import Layer, layers, rebuilt
from checker.workbook.outcome import Outcome, correct, skipped, unattempted, wrong
from checker.workbook.pictures.layer_cache import Stack
from checker.workbook.refusal import WorkbookError
from checker.workbook.registry import manifest
from checker.workbook.shipping import complaint, shipping
from checker.workbook.work import FILES, given

if TYPE_CHECKING:
    from checker.workbook.lab import Lab

SLUG = "06_publish_an_image"
FIRST = "first:0.1"
"""What q3 pushes, in the student's namespace."""
IMAGE = "campfire"

EDITS = ("the code", "a test", "the README", "a dependency", "the base image")
"""What changes between one build and the next."""
_CHANGED = {
    "the code": "serve.py",
    "a test": "tests/test_serve.py",
    "the README": "README.md",
    "a dependency": "requirements.txt",
}

RULES = """
type=semver,pattern={{version}}
type=semver,pattern={{major}}.{{minor}}
type=ref,event=branch
type=ref,event=pr
type=sha,enable={{is_default_branch}}
"""
COMMIT = "4f2a9c1d7b5e3086a1c2d4e6f8091b3c5d7e9f02"
"""An invented commit; type=sha takes its first seven characters."""
REFS = {
    "tag v1.2.0": "refs/tags/v1.2.0",
    "tag v1.3.0-rc.1": "refs/tags/v1.3.0-rc.1",
    "tag version-2": "refs/tags/version-2",
    "branch main": "refs/heads/main",
    "branch fix/scale": "refs/heads/fix/scale",
    "pull request 7": "refs/pull/7/merge",
}
"""What was pushed, and its ref."""


def tags_of(ref: str) -> frozenset[str]:
    """Return the tags that `RULES` make of a ref, as the grader reads them."""
    github = {
        "ref": ref,
        "sha": COMMIT,
        "event_name": "pull_request" if ref.startswith("refs/pull/") else "push",
        "event": {"repository": {"default_branch": "main"}, "number": 7},
    }
    return frozenset(metadata({"tags": RULES}, github)["tags"].split())


def effects(folder: Path) -> tuple[tuple[Layer, ...], dict[str, tuple[bool, ...]]]:
    """Return the layers of a folder's Dockerfile and, for each edit, which of them are made anew.

    Raises ValueError, with one sentence, for a Dockerfile that no builder could follow.
    """
    before = layers(folder)
    found = {}
    for edit in EDITS:
        if edit == "the base image":
            found[edit] = rebuilt(before, layers(folder, base="another"))
            continue
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / "context"
            shutil.copytree(folder, copy, symlinks=True)
            file = copy / _CHANGED[edit]
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as opened:
                opened.write("\n# edited\n")
            found[edit] = rebuilt(before, layers(copy))
    return before, found


def installs(before: Iterable[Layer]) -> tuple[bool, ...]:
    """Say of each layer whether it installs what the service needs."""
    return tuple(one.instruction == "RUN" and _is_install(one.text) for one in before)


def stack(lab: Lab, folder: Path, title: str) -> Stack:
    """Return what the picture shows of a folder's Dockerfile; of one that nobody could follow, no layers."""
    try:
        before, found = effects(folder)
    except ValueError:
        before, found = (), dict.fromkeys(EDITS, ())
    rows = tuple((lab.text(edit), found[edit]) for edit in EDITS)
    return Stack(lab.text(title), tuple(one.text for one in before), rows)


def first_order(lab: Lab) -> Stack:
    """Return what the picture shows of the Dockerfile that the lesson begins with."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "context"
        shutil.copytree(FILES / SLUG / "service", copy)
        return stack(lab, copy, "first")


def index_of(lab: Lab, name: str, tag: str) -> dict[str, Any]:
    """Return what lies in the registry under a tag; says so and returns nothing when nothing does."""
    try:
        raw, _ = manifest(lab.variables["CHECKER_REGISTRY_URL"], f"{lab.me}/{name}", tag)
    except WorkbookError:
        lab.say("no_image", name=f"{lab.me}/{name}", tag=tag)
        return {}
    found: dict[str, Any] = json.loads(raw)
    return found


def next_tag(lab: Lab) -> str:
    """Return the version to tag: `v1.0.0`, or the next one that stands on no earlier commit."""
    for patch in range(1000):
        name = f"v1.0.{patch}"
        there = _git(
            lab.homework, "rev-parse", "--verify", "--quiet", f"refs/tags/{name}^{{commit}}"
        )
        if not there or there == _git(lab.homework, "rev-parse", "HEAD"):
            return name
    return "v1.1.0"


@exercise("q1")
def tidy(at: Attempt, dockerfile: object) -> Outcome:
    """Judge a Dockerfile by what a reviewer would say of it, and by what it must still do."""
    if not _tried(dockerfile):
        return unattempted()
    if not isinstance(dockerfile, str):
        return wrong("no_text", kind=type(dockerfile).__name__)
    if problem := _finding(dockerfile):
        return problem
    folder = at.lab.scratch("service")
    if lost := _lost(folder, dockerfile):
        return wrong(lost)
    return correct()


@exercise("q2")
def order(at: Attempt, dockerfile: object, predicted: object) -> Outcome:
    """Judge the order of a Dockerfile by what five edits make a builder do again, and predictions of that."""
    if not _tried(dockerfile):
        return unattempted()
    if not isinstance(dockerfile, str):
        return wrong("no_text", kind=type(dockerfile).__name__)
    folder = at.lab.scratch("service")
    if lost := _lost(folder, dockerfile):
        return wrong(lost)
    try:
        before, found = effects(folder)
    except ValueError as error:
        return wrong("not_followed", what=str(error))
    where = installs(before)
    again = {
        edit: any(new and here for new, here in zip(anew, where, strict=True))
        for edit, anew in found.items()
    }
    for edit in EDITS[:3]:
        if again[edit]:
            return wrong("installs_again", edit=edit)
    if not again["a dependency"]:
        return wrong("stays_old")
    if problem := _finding(dockerfile, "finding"):
        return problem
    if not isinstance(predicted, Mapping):
        return wrong("no_table")
    for edit in EDITS:
        said = predicted.get(edit)
        if not isinstance(said, bool):
            return wrong("row_open", edit=edit)
        if said != again[edit]:
            return wrong("row_wrong", edit=edit, said=_yes(said), real=_yes(again[edit]))
    quiet = [edit for edit in EDITS if not any(found[edit])]
    return correct(layers=len(before), code=sum(found["the code"]), quiet=", ".join(quiet) or "–")


@exercise("q3")
def by_digest(at: Attempt, commands: object, digest_of: object, said: object = None) -> Outcome:
    """Judge whether an image is in the registry, and whether a function finds a manifest's digest."""
    if not _tried(commands) and digest_of is None:
        return unattempted()
    if not isinstance(commands, str):
        return wrong("no_text", kind=type(commands).__name__)
    name, _, tag = FIRST.partition(":")
    try:
        raw, digest = manifest(at.lab.variables["CHECKER_REGISTRY_URL"], f"{at.lab.me}/{name}", tag)
    except WorkbookError:
        text = str(getattr(said, "text", ""))
        if "may not push" in text or "denied" in text.lower():
            return wrong("not_yours", mine=at.lab.me)
        if "docker push" not in commands and "--push" not in commands:
            return wrong("not_pushed", image=f"{at.lab.me}/{FIRST}")
        return wrong("refused", image=f"{at.lab.me}/{FIRST}", said=_last(text))
    if not callable(digest_of):
        return wrong("no_function")
    spaced = json.dumps(json.loads(raw), indent=5).encode()
    for content, right in ((raw, digest), (spaced, "sha256:" + hashlib.sha256(spaced).hexdigest())):
        called = at.call(digest_of, content)
        if called.timed_out:
            return wrong("too_long")
        if called.error:
            return wrong("raised", error=called.error)
        if called.value == right:
            continue
        if called.value == right.removeprefix("sha256:"):
            return wrong("no_algorithm")
        if not isinstance(called.value, str):
            return wrong("no_digest", kind=type(called.value).__name__)
        return wrong("not_the_bytes" if content is spaced else "other_digest")
    return correct(layers=len(json.loads(raw).get("layers", ())))


@exercise("q4")
def workflow(at: Attempt, dockerfile: object, image: object) -> Outcome:
    """Judge the workflow by what the grader says of it, and the Dockerfile that it builds."""
    found = shipping(at.lab.homework)
    if not _tried(image) and not found.pushes:
        return unattempted()
    if image is not None and not isinstance(image, str):
        return wrong("no_text", kind=type(image).__name__)
    if problem := complaint(found):
        reason, facts = problem
        return skipped(reason, **facts) if reason == "unreadable" else wrong(reason, **facts)
    text = (
        dockerfile if _tried(dockerfile) and isinstance(dockerfile, str) else at.file("Dockerfile")
    )
    if not text.strip():
        return wrong("no_dockerfile")
    if left := findings(text):
        facts = {"line": left[0].line, "text": left[0].text, "left": len(left)}
        said = at.lab.texts.message("q1", "wrong", left[0].rule, **facts).text
        return wrong("dockerfile", what=said)
    push = found.pushes[0]
    return correct(where=f"{push.place.file}:{push.place.line}", tool=push.tool)


@exercise("q5")
def names(at: Attempt, tags_for: object) -> Outcome:
    """Judge predictions of the tags that metadata-action makes."""
    if not isinstance(tags_for, Mapping):
        return unattempted() if tags_for is None else wrong("no_table")
    if all(tags_for.get(one) is None for one in REFS):
        return unattempted()
    for pushed, ref in REFS.items():
        said = tags_for.get(pushed)
        if said is None:
            return wrong("row_open", pushed=pushed)
        if isinstance(said, (str, Mapping)) or not isinstance(said, Iterable):
            return wrong("no_list", pushed=pushed)
        mine, real = frozenset(map(str, list(said)[:50])), tags_of(ref)
        if mine == real:
            continue
        facts = {"pushed": pushed, "mine": _set(mine), "real": _set(real)}
        if "latest" in mine - real:
            return wrong("latest_too_often", **facts)
        if real - mine == {"latest"}:
            return wrong("latest_forgotten", **facts)
        if any("/" in one for one in mine):
            return wrong("slash", **facts)
        if pushed == "tag v1.3.0-rc.1":
            return wrong("prerelease", **facts)
        if not real:
            return wrong("no_version", **facts)
        return wrong("differs", **facts)
    return correct()


@exercise("q6")
def machines(at: Attempt, platforms: object, index: object = None) -> Outcome:
    """Judge a function that says for which machines an image is, on indexes made up and the student's own."""
    if platforms is None:
        return unattempted()
    if not callable(platforms):
        return wrong("no_function")
    samples: list[tuple[Mapping[str, Any], frozenset[str]]] = [*SAMPLES]
    if isinstance(index, Mapping) and index.get("manifests"):
        samples.append((index, frozenset(platforms_of(index))))
    for content, right in samples:
        called = at.call(platforms, json.loads(json.dumps(content)))
        if called.timed_out:
            return wrong("too_long")
        if called.error:
            return wrong("raised" if content.get("manifests") else "single", error=called.error)
        if isinstance(called.value, (str, Mapping)) or not isinstance(called.value, Iterable):
            return wrong("no_list", kind=type(called.value).__name__)
        mine = frozenset(map(str, list(called.value)[:50]))
        if mine == right:
            continue
        facts = {"mine": _set(mine), "real": _set(right)}
        if any("unknown" in one for one in mine):
            return wrong("attestations", **facts)
        if "linux/arm/v7" in right - mine:
            return wrong("variant", **facts)
        return wrong("differs", **facts)
    return correct(own=_set(frozenset(platforms_of(index if isinstance(index, Mapping) else {}))))


def _finding(dockerfile: str, reason: str = "") -> Outcome | None:
    """Return the first thing a reviewer would point at; None for nothing."""
    left = findings(dockerfile)
    if not left:
        return None
    first = left[0]
    if reason:
        return wrong(reason, rule=first.rule, line=first.line, text=first.text)
    return wrong(first.rule, line=first.line, text=first.text, left=len(left))


def _lost(folder: Path, dockerfile: str) -> str:
    """Return what a Dockerfile of the service no longer does; empty when it does all it has to."""
    if "FROM" not in dockerfile.upper().split():
        return "no_from"
    if not _is_install(dockerfile):
        return "nothing_installed"
    if "serve.py" not in dockerfile.rpartition("CMD")[2] + dockerfile.rpartition("ENTRYPOINT")[2]:
        return "nothing_starts"
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "context"
        shutil.copytree(folder, copy, symlinks=True)
        (copy / "Dockerfile").write_text(dockerfile, encoding="utf-8")
        for path, reason in (("serve.py", "no_code"), ("model.json", "no_model")):
            if not (copy / path).is_file():
                continue
            try:
                before = layers(copy)
                with (copy / path).open("a", encoding="utf-8") as opened:
                    opened.write("\n")
                if not any(rebuilt(before, layers(copy))):
                    return reason
            except ValueError:
                return ""  # told in the builder's words
    return ""


def _is_install(text: str) -> bool:
    return "requirements.txt" in text and "install" in text and ("pip" in text or "uv" in text)


def _tried(answer: object) -> bool:
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return False
    tired = given(SLUG, "service", "Dockerfile") or ""
    return not (isinstance(answer, str) and answer.split() == tired.split())


def _set(names: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in sorted(names)) or "–"


def _yes(value: bool) -> str:
    return "True" if value else "False"


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [line for line in lines if "ERROR" in line or "rror:" in line]
    return (marked or lines or ["–"])[-1][:300]


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""

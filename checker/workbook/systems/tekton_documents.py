"""Tekton's documents, and when Pipelines-as-Code starts a PipelineRun among them.

Source: Pipelines-as-Code, "Matching events to a PipelineRun", read November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.workbook.systems.conditions import holds
from checker.workbook.systems.documents import Map, refused
from checker.workbook.systems.happenings import SOURCE_BRANCH, Happening
from checker.workbook.systems.patterns import globbed

Truth = bool | None
NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
HERE = "pipelinesascode.tekton.dev/"

_KINDS = {"Task", "Pipeline", "PipelineRun"}
_VERSIONS = {"tekton.dev/v1", "tekton.dev/v1beta1"}
_TEMPLATE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Document:
    """A document of a file."""

    kind: str
    name: str
    start: int
    """By how many lines the document stands lower in the file."""
    whole: Map

    @property
    def spec(self) -> Map:
        """What it is to be."""
        return self.whole.map("spec")

    @property
    def annotations(self) -> Map:
        """Its annotations."""
        return self.whole.map("metadata").map("annotations")


def document_of(start: int, one: Map) -> Document:
    """Return a document that says what it is. Raises ValueError."""
    kind, version = one.text("kind"), one.text("apiVersion")
    if not kind or not version:
        lacks = "kind" if version else "apiVersion"
        raise refused(
            start + one.line,
            f"`{lacks}` is missing: every document begins with `apiVersion` and `kind`",
        )
    if kind in _KINDS and version not in _VERSIONS:
        raise refused(
            start + one.at("apiVersion"),
            f"`{version}` is no version of a {kind}; expected tekton.dev/v1",
        )
    names = one.map("metadata")
    name = names.text("name") or names.text("generateName")
    if kind in _KINDS and not name:
        raise refused(start + one.line, f"the {kind} has no `metadata.name`")
    if kind in _KINDS and not NAME.fullmatch(name.rstrip("-")):
        raise refused(
            start + one.map("metadata").line, f"`{name}` is no name: small letters, digits and `-`"
        )
    if kind in _KINDS and not one.map("spec"):
        raise refused(start + one.line, f"the {kind} `{name}` has no `spec`")
    return Document(kind, name, start, one)


@dataclass(frozen=True)
class Run:
    """A PipelineRun: when it starts, and what it gives."""

    document: Document

    def starts(self, one: Happening) -> Truth:
        """Say whether Pipelines-as-Code starts it."""
        notes = self.document.annotations
        if one.kind in {"closed", "clock"}:
            return False
        condition = notes.text(f"{HERE}on-cel-expression")
        if condition:
            try:
                return holds(condition, facts(one), cel=True)
            except ValueError as error:
                raise refused(
                    self.document.start + notes.at(f"{HERE}on-cel-expression"), str(error)
                ) from None
        events = listed(notes.text(f"{HERE}on-event"))
        branches = listed(notes.text(f"{HERE}on-target-branch"))
        if not events or not branches:
            return False
        if facts(one)["event"] not in events or not any(_branch(each, one) for each in branches):
            return False
        return None if f"{HERE}on-path-change" in notes else True

    def given(self, spec: Map, one: Happening) -> dict[str, str]:
        """Return the parameters of the pipeline."""
        found = {
            each.text("name"): each.text("default")
            for each in spec.maps("params")
            if "default" in each
        }
        found |= {
            each.text("name"): each.text("value") for each in self.document.spec.maps("params")
        }
        known = {key: str(value) for key, value in facts(one).items() if value is not None}
        known |= {"event_type": known["event"], "git_tag": one.tag}
        return {
            key: _TEMPLATE.sub(lambda at: known.get(at[1], at[0]), value)
            for key, value in found.items()
        }


def bound(run: Document, spec: Map) -> Run:
    """Return a run that gives the pipeline all it asks for. Raises ValueError."""
    spaces = {one.text("name") for one in run.spec.maps("workspaces")}
    for one in spec.maps("workspaces"):
        if one.text("name") not in spaces and one.text("optional") != "true":
            raise refused(
                run.start + run.spec.line,
                f"the PipelineRun `{run.name}` gives no workspace `{one.text('name')}`",
            )
    params = {one.text("name") for one in run.spec.maps("params")}
    for one in spec.maps("params"):
        if one.text("name") not in params and "default" not in one:
            raise refused(
                run.start + run.spec.line,
                f"the PipelineRun `{run.name}` gives no parameter `{one.text('name')}`",
            )
    return Run(run)


def facts(one: Happening) -> dict[str, object]:
    """Return what Pipelines-as-Code knows of an event: branches by their short names, tags by their refs."""
    ref = f"refs/tags/{one.tag}" if one.tag else one.branch
    pull = one.kind == "pull"
    return {
        "event": "pull_request" if pull else "push",
        "target_branch": ref,
        "source_branch": SOURCE_BRANCH if pull else ref,
    }


def _branch(pattern: str, one: Happening) -> bool:
    ref = f"refs/tags/{one.tag}" if one.tag else one.branch
    if pattern.startswith("refs/heads/") and not one.tag:
        ref = f"refs/heads/{ref}"
    return globbed(re.sub(r"\*+", "**", pattern), ref)


def listed(text: str) -> tuple[str, ...]:
    """Return what an annotation lists: `[main, release]`."""
    return tuple(
        one.strip(" '\"") for one in text.strip().strip("[]").split(",") if one.strip(" '\"")
    )
